"""A unit that sends its report in Word gets its own workbook back, filled in; Word never counts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import open_ledger
from jyxl.problem import Problem
from jyxl.steps import rule
from jyxl.steps.collect import Collected, Received
from jyxl.steps.rebuild import rebuild
from tests import play, word
from tests.reading import publish

LICENCES = "t2.licence.decisions"


def report(campaign: Campaign, figures: Mapping[str, str] | None = None, **how: str) -> bytes:
    return word.sent(campaign.edition, {LICENCES: "12", **(figures or {})}, **how)


def one(collected: Collected) -> Received:
    """The only file that was not there before."""
    (received,) = [one for one in collected.received if not one.seen_here]
    return received


def codes(received: Received) -> list[str]:
    return [found.code for found in received.findings]


def sent_back(campaign: Campaign, received: Received) -> bytes:
    assert received.sent_back is not None
    return (campaign.folder / received.sent_back).read_bytes()


@pytest.mark.slow
def test_what_goes_back_is_the_workbook_with_the_figures(campaign: Campaign) -> None:
    play.hand_in(campaign, "报告.docx", report(campaign, {"t2.penalty.decisions": "3 件"}))
    received = one(play.collect(campaign))
    assert (received.verdict, codes(received)) == ("returned", ["S-WORD", "F-R"])
    assert received.identity is not None
    assert received.identity.code == "B02"
    standing = play.status(campaign)["B02"]
    assert (standing.state, standing.in_force, standing.rounds) == ("returned", None, 1)
    book = play.opened(sent_back(campaign, received))
    assert book.sheetnames[0] == "校验错误"
    play.confirm(book, campaign.edition, None)
    play.hand_in(campaign, "工作簿.xlsx", play.saved(book), "2022-01-11 09:00")
    collected = play.collect(campaign)
    assert one(collected).verdict == "accepted"
    in_force = play.status(campaign)["B02"].in_force
    assert in_force is not None
    assert in_force.figures is not None
    assert {name: v for name, v in in_force.figures.items() if v} == {
        LICENCES: 12,
        "t2.penalty.decisions": 3,
    }


@pytest.mark.slow
def test_blanks_are_asked_for_in_the_workbook(campaign: Campaign) -> None:
    play.hand_in(campaign, "报告.docx", report(campaign, otherwise="/"))
    received = one(play.collect(campaign))
    assert play.told(received) == [
        ("F-3", "t2"),
        ("F-3", "t3"),
        ("F-3", "t4"),
        ("S-WORD", ""),
    ]
    book = play.confirm(play.opened(sent_back(campaign, received)), campaign.edition)
    play.hand_in(campaign, "工作簿.xlsx", book, "2022-01-11 09:00")
    assert one(play.collect(campaign)).verdict == "accepted"
    assert play.figure(campaign, LICENCES) == 12


def test_nothing_is_done_twice(campaign: Campaign) -> None:
    data = report(campaign)
    play.hand_in(campaign, "报告.docx", data)
    play.collect(campaign)
    before = play.events(campaign)
    assert [r.verdict for r in play.collect(campaign).received] == ["duplicate"]
    assert play.events(campaign) == before
    play.hand_in(campaign, "又一份.docx", data, "2022-01-12 09:00")
    assert one(play.collect(campaign)).verdict == "duplicate"
    assert play.status(campaign)["B02"].rounds == 1


def test_a_second_report_in_word_goes_back_again(campaign: Campaign) -> None:
    play.hand_in(campaign, "1.docx", report(campaign))
    play.collect(campaign)
    play.hand_in(campaign, "2.docx", report(campaign, {LICENCES: "13"}), "2022-01-12 09:00")
    received = one(play.collect(campaign))
    assert (received.verdict, codes(received)) == ("returned", ["S-WORD"])
    standing = play.status(campaign)["B02"]
    assert (standing.rounds, standing.sent_back) == (2, received.sent_back)
    book = openpyxl.load_workbook(io.BytesIO(sent_back(campaign, received)))
    table = campaign.edition.table["t2"]
    assert book[table.sheet][play.sheet(table).address(LICENCES)].value == 13


# beside workbooks -------------------------------------------------------------------------


@pytest.mark.slow
def test_an_accepted_workbook_stays_in_force(campaign: Campaign) -> None:
    play.hand_in(campaign, "1.xlsx", play.returned(campaign, "B02", {LICENCES: 12}))
    play.collect(campaign)
    before = play.status(campaign)["B02"]
    play.hand_in(campaign, "同样.docx", report(campaign), "2022-01-12 09:00")
    received = one(play.collect(campaign))
    assert (received.verdict, codes(received)) == ("held", ["S-BESIDE", "S-WORD"])
    assert received.findings[0].place.spot is None
    assert play.status(campaign)["B02"] == before
    play.hand_in(campaign, "不同.docx", report(campaign, {LICENCES: "13"}), "2022-01-12 09:00")
    received = one(play.collect(campaign))
    assert (received.verdict, codes(received)) == ("held", ["S-BESIDE", "S-WORD"])
    assert received.findings[0].place.cells == (LICENCES,)
    after = play.status(campaign)["B02"]
    assert (after.state, after.newer_returned, after.rounds) == ("accepted", False, 0)
    assert [attempt.file for attempt in after.attempts] == ["回收/不同.docx"]
    assert play.figure(campaign, LICENCES) == 12
    assert list(campaign.sent_back.iterdir()) == []


@pytest.mark.slow
def test_the_office_may_send_it_back_all_the_same_but_never_count_it(campaign: Campaign) -> None:
    play.hand_in(campaign, "1.xlsx", play.returned(campaign, "B02", {LICENCES: 12}))
    play.hand_in(campaign, "2.docx", report(campaign, {LICENCES: "13"}), "2022-01-12 09:00")
    play.collect(campaign)
    with open_ledger(campaign) as ledger:
        judged, settled = rule.accept(campaign, ledger, "回收/2.docx", "单位说以这份为准")
        assert judged.decision == "returned"
        assert settled.sent.keys() == {judged.sha256}
        with pytest.raises(Problem):
            rule.accept(campaign, ledger, "回收/2.docx", "单位说以这份为准")
    standing = play.status(campaign)["B02"]
    assert (standing.state, standing.newer_returned) == ("accepted", True)
    assert play.figure(campaign, LICENCES) == 12


def test_a_workbook_that_waits_to_be_corrected_stays_the_one(campaign: Campaign) -> None:
    play.hand_in(campaign, "1.xlsx", play.returned(campaign, "B02", {LICENCES: "约7"}))
    play.hand_in(campaign, "2.docx", report(campaign), "2022-01-12 09:00")
    collected = play.collect(campaign)
    assert [(r.verdict, codes(r)[0]) for r in collected.received] == [
        ("returned", "F-1"),
        ("held", "S-AWAITED"),
    ]
    standing = play.status(campaign)["B02"]
    assert (standing.state, standing.rounds) == ("returned", 1)


def test_a_workbook_after_word_counts_at_once(campaign: Campaign) -> None:
    play.hand_in(campaign, "1.docx", report(campaign))
    play.hand_in(
        campaign, "2.xlsx", play.returned(campaign, "B02", {LICENCES: 7}), "2022-01-12 09:00"
    )
    collected = play.collect(campaign)
    assert [r.verdict for r in collected.received] == ["returned", "accepted"]
    standing = play.status(campaign)["B02"]
    assert (standing.state, standing.newer_returned) == ("accepted", False)
    assert list(campaign.sent_back.glob("*.xlsx")) == []


def test_a_report_beside_its_workbook_in_one_zip_goes_back_to_nobody(campaign: Campaign) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("1.docx", report(campaign))
        package.writestr("2.xlsx", play.returned(campaign, "B02", {LICENCES: 12}))
    play.hand_in(campaign, "都在.zip", buffer.getvalue())
    collected = play.collect(campaign)
    assert {r.file.rpartition("/")[2]: r.verdict for r in collected.received} == {
        "1.docx": "held",
        "2.xlsx": "accepted",
    }
    assert collected.attempts == ()
    assert play.status(campaign)["B02"].rounds == 0


@pytest.mark.slow
def test_the_ledger_is_made_again_as_it_was(campaign: Campaign) -> None:
    play.hand_in(campaign, "1.docx", report(campaign), "2022-01-12 09:00")
    play.hand_in(campaign, "2.xlsx", play.returned(campaign, "B01", {LICENCES: 7}))
    play.collect(campaign)
    before = {code: one.state for code, one in play.status(campaign).items()}
    (campaign.folder / ".jyxl" / "ledger.db").unlink()
    assert rebuild(campaign).decisions == {"accepted": 1, "returned": 1}
    assert {code: one.state for code, one in play.status(campaign).items()} == before


# whose it is ------------------------------------------------------------------------------

NAMELESS = "2021年政府信息公开工作年度报告"


def zipped(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr(name, data)
    return buffer.getvalue()


def mailed(name: str, data: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@x.cn", "b@y.cn", "年报"
    message.set_content("见附件")
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


@pytest.mark.parametrize(
    ("place", "title", "put", "code"),
    [
        ("报告.docx", "云溪县水务局2021年政府信息公开工作年度报告", None, "B02"),
        ("报告.docx", "县水务局 2021 年 政府信息公开工作年度报告", None, "B02"),
        ("报告.docx", f"{NAMELESS}（县水务局）", None, "B02"),
        ("县水务局年报.docx", NAMELESS, None, "B02"),
        ("河口镇/报告.docx", NAMELESS, None, "Z01"),
        ("河口镇.zip", NAMELESS, zipped, "Z01"),
        ("信.eml", "河口镇人民政府2021年政府信息公开年度报告", mailed, "Z01"),
        ("县水务局转河口镇.docx", "河口镇人民政府2021年政府信息公开年报", None, "Z01"),
        ("报告.docx", NAMELESS, None, ""),
        ("县水务局和河口镇.docx", NAMELESS, None, ""),
    ],
)
def test_whose_it_is(
    campaign: Campaign,
    place: str,
    title: str,
    put: Callable[[str, bytes], bytes] | None,
    code: str,
) -> None:
    data = report(campaign, title=title)
    play.hand_in(campaign, place, put("报告.docx", data) if put else data)
    received = one(play.collect(campaign))
    who = received.identity.code if received.identity else ""
    assert (who, received.verdict) == (code, "returned" if code else "refused")
    assert codes(received) == (["S-WORD"] if code else ["S-WHOSE"])


def test_the_name_of_the_file_settles_it(campaign: Campaign) -> None:
    path = play.hand_in(campaign, "报告.docx", report(campaign, title=NAMELESS))
    assert one(play.collect(campaign)).verdict == "refused"
    path.rename(path.with_name("县水务局.docx"))
    assert one(play.collect(campaign)).verdict == "returned"
    assert list(campaign.sent_back.glob("*.txt")) == []


def test_a_name_that_contradicts_the_title(campaign: Campaign) -> None:
    """Neither of the two units is told that the other's report was not taken."""
    play.hand_in(campaign, "河口镇.docx", report(campaign))
    received = one(play.collect(campaign))
    assert (received.verdict, codes(received)) == ("refused", ["S-WHOSE"])
    assert received.notice is not None
    assert received.notice.startswith("退回/不明单位-")


def test_an_addressee_is_not_the_unit(campaign: Campaign) -> None:
    data = word.saved(
        word.report(
            "关于报送2021年政府信息公开工作年度报告的函",
            publish.tables(word.raw(campaign.edition, {})),
            ["云溪县水务局文件", "水务〔2022〕3号"],
            "县发展和改革局",
        )
    )
    play.hand_in(campaign, "报告.docx", data)
    received = one(play.collect(campaign))
    assert received.identity is not None
    assert received.identity.code == "B02"


# what is refused --------------------------------------------------------------------------


def test_a_refused_report_has_a_text_for_its_unit(campaign: Campaign) -> None:
    data = report(campaign, title="县水务局二〇二〇年政府信息公开工作年度报告")
    play.hand_in(campaign, "报告.docx", data)
    received = one(play.collect(campaign))
    assert (received.verdict, codes(received)) == ("refused", ["S-YEAR"])
    assert received.notice == "退回/B02-县水务局-没有采用.txt"
    letter = (campaign.folder / received.notice).read_text(encoding="utf-8-sig")
    assert received.findings[0].message in letter
    standing = play.status(campaign)["B02"]
    assert standing.state == "missing"
    assert standing.attempts[0].words.startswith("别的年度的 Word 文件")


def test_a_report_is_no_return_without_a_campaign(campaign: Campaign, tmp_path: Path) -> None:
    from jyxl.steps.check import check

    path = tmp_path / "县水务局.docx"
    path.write_bytes(report(campaign))
    (received,) = check([path]).received
    assert (received.verdict, codes(received)) == ("refused", ["S-FOREIGN"])
