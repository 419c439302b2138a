"""The page says what is to be done, and where every unit stands."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest

from jyxl.cli import cli
from jyxl.county import Ruling
from jyxl.edges import bookmark
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Sent
from jyxl.edges.ledger import open_ledger
from jyxl.finding import Finding, Place
from jyxl.problem import Problem
from jyxl.reports.overview import Overview
from jyxl.reports.status_page import status_page
from jyxl.steps import status
from jyxl.terms import Dispatch
from tests import play
from tests.damage.folders import BETTER, GOOD
from tests.pages.conftest import ROSTER, TODAY, Seen, read

pytestmark = pytest.mark.slow

DECIDE, SEND, TELL = "要您决定的", "要发还改正的", "不能采用、要告诉单位的"
CALL, READ, ISSUE = "还没有交的", "要看的说明", "还没有生成工作簿的"


def seen(facts: Overview) -> Seen:
    return read(status_page(facts))


def test_what_is_to_be_done_stands_in_its_part(facts: Overview) -> None:
    parts = seen(facts).sections
    assert "上庄镇.xlsx" in parts[DECIDE]
    assert "jyxl accept" in parts[DECIDE]
    assert "赵六" in parts[DECIDE]
    assert "Z01-河口镇-2021-退回1.xlsx" in parts[SEND]
    assert "王五" in parts[SEND]
    assert "B02-县水务局-没有采用.txt" in parts[TELL]
    assert "13800000000" in parts[TELL]
    for name in ("县水务局", "县教育局 & '体育局'", "上庄镇", "赵六"):
        assert name in parts[CALL]
    assert "县发展和改革局" not in parts[DECIDE] + parts[SEND] + parts[TELL] + parts[CALL]
    assert READ not in parts
    assert ISSUE not in parts


def test_an_explanation_is_to_be_read_until_it_is_accepted(facts: Overview) -> None:
    first = facts.standings[0]
    assert first.in_force is not None
    said = Finding("X", "warning", Place("主动公开"), "", "比上年多", "", explanation="新设机构")
    counts = replace(first.in_force, findings=(said,))
    one = replace(first, in_force=counts, latest=counts)
    page = seen(replace(facts, standings=(one, *facts.standings[1:])))
    assert "新设机构" in page.sections[READ]
    ruling = Ruling("2022-01-26T09:00:00", True, counts.file, counts.sha256, "已核实")
    allowed = replace(one, rulings=(ruling,))
    page = seen(replace(facts, standings=(allowed, *facts.standings[1:])))
    assert READ not in page.sections
    assert "已核实" in page.sections["u-B01"]


def test_what_was_sent_by_mail_is_said(facts: Overview) -> None:
    def sent(unit: str, what: Dispatch, round_: int, day: int) -> Sent:
        time = f"2022-01-{day}T09:00:00"
        return Sent("", unit, "<1@x>", what, round_, "a@x", "", "", time)

    mail = {
        "Z01": [sent("Z01", "return", 1, 25)],
        "Z02": [sent("Z02", "issue", 0, 15), sent("Z02", "reminder", 0, 24)],
        "B02": [sent("B02", "refusal", 0, 10)],  # about an earlier file
    }
    parts = seen(replace(facts, mail=mail)).sections
    assert "已发邮件（1 月 25 日）" in parts[SEND]
    assert "已发邮件（1 月 24 日）" in parts[CALL]
    assert "已发邮件（1 月 15 日）" in parts["stages"]
    assert "已发邮件" not in parts[TELL]
    again = replace(facts, mail={"Z01": [sent("Z01", "return", 2, 26)]})
    assert "已发邮件" not in seen(again).sections[SEND]


def test_without_workbooks_they_are_to_be_issued(facts: Overview) -> None:
    assert "河口镇" in seen(replace(facts, issued=frozenset({"B01"}))).sections[ISSUE]


def test_if_all_is_done_nothing_is_asked_for(facts: Overview) -> None:
    done = replace(facts, standings=facts.standings[:1], attempts=())
    parts = seen(done).sections
    assert "没有要办的事" in parts["todo"]
    assert parts.keys() & {DECIDE, SEND, TELL, CALL, READ, ISSUE} == set()


def test_the_changes_are_those_of_the_last_collect(facts: Overview) -> None:
    changes = seen(facts).sections["changes"]
    assert "河口镇：未报 → 已退回" in changes
    assert "县水务局" in changes
    assert "县发展和改革局" not in changes


def test_a_unit_part_has_its_findings_in_words_with_their_places(facts: Overview) -> None:
    part = seen(facts).sections["u-Z01"]
    assert "依申请公开 D9" in part
    assert "约3" in part


def test_every_link_leads_somewhere(campaign: Campaign, facts: Overview) -> None:
    page = seen(facts)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert {one[1:] for one in links if one.startswith("#")} <= set(ids)
    files = [one for one in links if not one.startswith(("#", "tel:"))]
    assert len(files) > 5
    assert [one for one in files if not (campaign.folder / unquote(one)).is_file()] == []


def test_links_lead_to_the_files_from_another_folder(campaign: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "甲 #1" / "页.html"
    with open_ledger(campaign) as ledger:
        status.write_page(campaign, ledger, path)
    links = [one["href"] for tag, one in read(path.read_bytes()).tags if tag == "a"]
    (word,) = {one for one in links if unquote(one).endswith("回收/县水务局.doc")}
    target = Path(unquote(urljoin(path.as_uri(), word)).removeprefix("file://"))
    assert target.samefile(campaign.returns / "县水务局.doc")


def test_nothing_from_outside_becomes_part_of_the_page(facts: Overview) -> None:
    data = status_page(facts)
    tags = read(data).tags
    assert "onclick" not in {key for _, attributes in tags for key in attributes}
    assert {"script", "b", "img", "link"} & {tag for tag, _ in tags} == set()
    assert b"&lt;script&gt;alert(1)" in data


def test_a_collect_writes_it_and_the_same_collect_again_changes_nothing(
    campaign: Campaign,
) -> None:
    before = play.tree(campaign.folder)
    assert "报送情况.html" in before
    play.collect(campaign)
    assert play.tree(campaign.folder) == before


def test_a_decision_is_shown_at_once(tmp_path: Path) -> None:
    made = play.campaign(tmp_path, ROSTER)
    play.hand_in(made, "1.xlsx", play.returned(made, "B01", dict(GOOD)))
    play.collect(made)
    reject = ["reject", "B01", "-C", str(made.folder), "--because", "请再核对"]
    cli.main(reject, standalone_mode=False)
    page = read(made.page.read_bytes())
    assert "请再核对" in page.sections["u-B01"]
    assert "县发展和改革局" in page.sections[SEND]


def test_the_bookmark_moves_only_with_the_ledger(tmp_path: Path) -> None:
    made = play.campaign(tmp_path)
    sizes = []
    for number in (1, 2, 3):
        typed = dict(GOOD if number == 1 else BETTER)
        play.hand_in(made, f"{number}.xlsx", play.returned(made, "B01", typed))
        play.collect(made)
        play.collect(made)
        sizes.append(len(play.events(made)))
    assert bookmark.before(made, sizes[-1]) == sizes[-2]
    assert bookmark.before(made, 0) is None
    (made.folder / ".jyxl" / bookmark.NAME).write_text("二 三", encoding="utf-8")
    assert bookmark.before(made, sizes[-1]) is None


def test_a_page_that_is_open_elsewhere_is_said_and_all_else_is_done(campaign: Campaign) -> None:
    with open_ledger(campaign) as ledger, play.held(campaign.page):
        (told,) = status.renew_page(campaign, ledger)
    assert "报送情况.html" in told


def test_it_is_never_written_over_another_kind_of_file(campaign: Campaign) -> None:
    roster = campaign.folder / "units.csv"
    before = roster.read_bytes()
    with pytest.raises(Problem, match=r"units\.html"):
        cli.main(
            ["status", "-C", str(campaign.folder), "--html", str(roster)], standalone_mode=False
        )
    assert roster.read_bytes() == before


def test_of_very_many_files_some_are_listed_and_the_rest_is_counted(facts: Overview) -> None:
    refused = next(one for one in facts.attempts if one.verdict == "refused")
    many = replace(facts, attempts=(*facts.attempts, *[refused] * 100_000))
    page = status_page(many)
    assert len(page) < 1_000_000
    assert "另有 99502 份没有列在这里" in seen(many).sections[TELL]


def test_a_thousand_units_make_a_page_of_moderate_size(facts: Overview) -> None:
    units = [
        replace(one, unit=replace(one.unit, code=f"{one.unit.code}-{number}"))
        for number in range(200)
        for one in facts.standings
    ]
    start = time.perf_counter()
    data = status_page(replace(facts, standings=tuple(units), today=TODAY, before=None))
    assert time.perf_counter() - start < 3
    assert len(data) < 1_500_000
