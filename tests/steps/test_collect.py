"""What happens to files that come in, in any order and any number of times."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from jyxl import contract
from jyxl.edges import campaign as campaigns
from jyxl.edges import pool
from jyxl.edges.campaign import Campaign
from jyxl.layout import IDENTITY
from jyxl.steps.collect import Collected, patience
from jyxl.verdict_words import state_words
from tests import play


def verdicts(collected: Collected) -> list[tuple[str, str]]:
    """(file name, verdict) in order of arrival."""
    return [(Path(one.file).name, one.verdict) for one in collected.received]


def good(campaign: Campaign, code: str, licences: int) -> bytes:
    """A return without a fault."""
    return play.returned(campaign, code, {"t2.licence.decisions": licences})


def bad(campaign: Campaign, code: str, text: str = "约10") -> bytes:
    """A return with one bad cell."""
    return play.returned(campaign, code, {"t2.licence.decisions": text})


def test_the_workbook_of_a_large_county_may_take_longer_than_that_of_a_unit() -> None:
    """That of 100,000 units takes 40 s where nothing else runs, and ten times that elsewhere."""
    assert patience(60) == pool.DEADLINE
    assert patience(100_000) > 400


def test_nothing_came(campaign: Campaign) -> None:
    collected = play.collect(campaign)
    assert collected.received == ()
    assert collected.merged.path is None
    assert {one.state for one in collected.standings} == {"missing"}
    assert not campaign.county_workbook.exists()


@pytest.mark.parametrize("newer_first", [False, True])
def test_of_two_versions_in_a_zip_the_one_saved_later_counts(
    campaign: Campaign, newer_first: bool
) -> None:
    buffer = io.BytesIO()
    members = [(good(campaign, "B01", 7), 10), (good(campaign, "B01", 9), 12)]
    with zipfile.ZipFile(buffer, "w") as package:
        for data, day in reversed(members) if newer_first else members:
            package.writestr(zipfile.ZipInfo(f"{day}.xlsx", (2022, 1, day, 9, 0, 0)), data)
    play.hand_in(campaign, "b01.zip", buffer.getvalue(), "2022-01-13 09:00")
    play.collect(campaign)
    standing = play.status(campaign)["B01"]
    assert (standing.file, standing.versions) == ("回收/b01.zip/12.xlsx", 2)
    assert play.figure(campaign, "t2.licence.decisions") == 9


def test_an_accepted_return_counts_at_once(campaign: Campaign) -> None:
    play.hand_in(campaign, "b01.xlsx", good(campaign, "B01", 7))
    collected = play.collect(campaign)
    assert verdicts(collected) == [("b01.xlsx", "accepted")]
    assert [one.state for one in collected.standings] == ["accepted", "missing", "missing"]
    assert play.figure(campaign, "t2.licence.decisions") == 7


def test_a_newer_return_supersedes(campaign: Campaign) -> None:
    play.hand_in(campaign, "a.xlsx", good(campaign, "B01", 7))
    play.collect(campaign)
    play.hand_in(campaign, "b.xlsx", good(campaign, "B01", 9), "2022-01-11 09:00")
    play.collect(campaign)
    standing = play.status(campaign)["B01"]
    assert (standing.versions, standing.version_in_force, standing.file) == (2, 2, "回收/b.xlsx")
    assert play.figure(campaign, "t2.licence.decisions") == 9


def test_of_two_that_came_together_the_later_saved_counts(campaign: Campaign) -> None:
    play.hand_in(campaign, "a.xlsx", good(campaign, "B01", 9), "2022-01-11 09:00")
    play.hand_in(campaign, "b.xlsx", good(campaign, "B01", 7), "2022-01-10 09:00")
    play.collect(campaign)
    assert play.figure(campaign, "t2.licence.decisions") == 9


def test_the_same_bytes_under_another_name_are_a_duplicate(campaign: Campaign) -> None:
    data = good(campaign, "B01", 7)
    play.hand_in(campaign, "b01.xlsx", data, "2022-01-10 09:00")
    play.hand_in(campaign, "邮件/转发/b01 (1).xlsx", data, "2022-01-10 10:00")
    assert verdicts(play.collect(campaign)) == [
        ("b01.xlsx", "accepted"),
        ("b01 (1).xlsx", "duplicate"),
    ]
    play.hand_in(campaign, "再发.xlsx", data, "2022-01-10 11:00")
    collected = play.collect(campaign)
    assert {one.verdict for one in collected.received} == {"duplicate"}
    assert [Path(one.file).name for one in collected.received if not one.seen_here] == ["再发.xlsx"]
    assert play.status(campaign)["B01"].versions == 1
    assert play.figure(campaign, "t2.licence.decisions") == 7


@pytest.mark.parametrize("runs", ["together", "one by one"])
def test_an_old_version_sent_again_does_not_come_back(campaign: Campaign, runs: str) -> None:
    old, new = good(campaign, "B01", 7), good(campaign, "B01", 9)
    for hour, (name, data) in enumerate([("a.xlsx", old), ("b.xlsx", new), ("c.xlsx", old)], 10):
        play.hand_in(campaign, name, data, f"2022-01-10 {hour}:00")
        if runs == "one by one":
            play.collect(campaign)
    collected = play.collect(campaign)
    assert play.figure(campaign, "t2.licence.decisions") == 9
    assert [(one.file, one.findings[0].code) for one in collected.attempts] == [
        ("回收/c.xlsx", "S-AGAIN")
    ]


def test_a_later_faulty_return_leaves_the_accepted_one_in_force(campaign: Campaign) -> None:
    play.hand_in(campaign, "a.xlsx", good(campaign, "B01", 7))
    play.collect(campaign)
    play.hand_in(campaign, "b.xlsx", bad(campaign, "B01"), "2022-01-11 09:00")
    collected = play.collect(campaign)
    (fresh,) = [one for one in collected.received if not one.seen_here]
    standing = play.status(campaign)["B01"]
    assert fresh.verdict == "returned"
    assert fresh.sent_back is not None
    assert (standing.state, standing.newer_returned, standing.version_in_force) == (
        "accepted",
        True,
        1,
    )
    assert state_words(standing.state, standing.newer_returned) == "已通过（更新版退回）"
    assert state_words(standing.state, newer_returned=False) == "已通过"
    assert play.figure(campaign, "t2.licence.decisions") == 7


def test_a_faulty_return_has_no_effect_on_any_figure(campaign: Campaign) -> None:
    play.hand_in(campaign, "a.xlsx", good(campaign, "B01", 7))
    play.collect(campaign)
    before = campaign.county_workbook.read_bytes()
    play.hand_in(campaign, "b.xlsx", b"%PDF-1.4 scanned", "2022-01-11 09:00")
    play.collect(campaign)
    assert campaign.county_workbook.read_bytes() == before


def test_collecting_twice_changes_nothing(campaign: Campaign) -> None:
    play.hand_in(campaign, "a.xlsx", good(campaign, "B01", 7))
    play.hand_in(campaign, "b.xlsx", bad(campaign, "B02"))
    play.hand_in(campaign, "c.pdf", b"%PDF-1.4")
    play.hand_in(campaign, "d.xlsx", good(campaign, "B01", 7))
    play.collect(campaign)
    events, files = play.events(campaign), play.tree(campaign.folder)
    again = play.collect(campaign)
    assert play.events(campaign) == events
    assert play.tree(campaign.folder) == files
    assert {one.verdict for one in again.received} == {"duplicate"}
    shown = [
        json.dumps([contract.received(r) for r in play.collect(campaign).received]) for _ in "ab"
    ]
    assert shown[0] == shown[1]


def test_error_workbooks_are_numbered(campaign: Campaign) -> None:
    names = []
    for number, text in enumerate(("约10", "十来个"), 10):
        play.hand_in(
            campaign, f"{number}.xlsx", bad(campaign, "B01", text), f"2022-01-{number} 09:00"
        )
        names += [one.sent_back for one in play.collect(campaign).received if one.sent_back]
    assert names == [
        "退回/B01-县发展和改革局-2021-退回1.xlsx",
        "退回/B01-县发展和改革局-2021-退回2.xlsx",
    ]
    payload = play.opened((campaign.folder / names[1]).read_bytes())[IDENTITY]["A1"].value
    assert json.loads(payload)["round"] == 2


def test_two_faulty_returns_that_came_together_both_go_back(campaign: Campaign) -> None:
    play.hand_in(campaign, "a.xlsx", bad(campaign, "B01", "约10"), "2022-01-10 09:00")
    play.hand_in(campaign, "b.xlsx", bad(campaign, "B01", "约11"), "2022-01-10 10:00")
    collected = play.collect(campaign)
    assert [(one.sent_back or "")[-8:] for one in collected.received] == [
        "退回1.xlsx",
        "退回2.xlsx",
    ]
    assert [path.name[-8:] for path in campaign.sent_back.glob("*.xlsx")] == ["退回2.xlsx"]
    settled = campaign.sent_back / "已处理"
    assert [path.name[-8:] for path in settled.iterdir()] == ["退回1.xlsx"]


def test_a_corrected_error_workbook_is_an_ordinary_return(campaign: Campaign) -> None:
    typed = {"t2.licence.decisions": "约10", "t2.penalty.decisions": 4}
    play.hand_in(campaign, "a.xlsx", play.returned(campaign, "B01", typed))
    (received,) = play.collect(campaign).received
    back = play.opened((campaign.folder / (received.sent_back or "")).read_bytes())
    play.type_in(back, campaign.edition, {"t2.licence.decisions": 10})
    play.hand_in(campaign, Path(received.sent_back or "").name, back, "2022-01-11 09:00")
    assert verdicts(play.collect(campaign))[-1][1] == "accepted"
    assert play.figure(campaign, "t2.licence.decisions") == 10
    assert play.figure(campaign, "t2.penalty.decisions") == 4


@pytest.mark.parametrize("how", ["untouched", "saved"])
def test_an_error_workbook_that_comes_back_unmended_has_the_same_faults(
    campaign: Campaign, how: str
) -> None:
    typed = {"t2.licence.decisions": "约10", "t3.new.natural": 2, "t4.cases.review.upheld": -3}
    play.hand_in(campaign, "a.xlsx", play.returned(campaign, "B01", typed))
    (first,) = play.collect(campaign).received
    back = (campaign.folder / (first.sent_back or "")).read_bytes()
    back = back if how == "untouched" else play.saved(play.opened(back))
    play.hand_in(campaign, "b.xlsx", back, "2022-01-11 09:00")
    second = play.collect(campaign).received[-1]
    assert play.told(second) == sorted([*play.told(first), ("S-UNCHANGED", "")])
    assert second.sent_back == "退回/B01-县发展和改革局-2021-退回2.xlsx"


def test_every_byte_received_is_archived(campaign: Campaign) -> None:
    contents = {
        "a.xlsx": good(campaign, "B01", 7),
        "b.xlsx": bad(campaign, "B02"),
        "c.doc": b"\xd0\xcf\x11\xe0 not a workbook",
        "空.xlsx": b"",
    }
    for name, data in contents.items():
        play.hand_in(campaign, name, data)
    received = play.collect(campaign).received
    assert {Path(one.file).name for one in received} == contents.keys()
    for one in received:
        assert (campaign.archive / one.sha256).read_bytes() == contents[Path(one.file).name]


def test_paths_may_be_given(campaign: Campaign, tmp_path: Path) -> None:
    lying = tmp_path / "U盘" / "b01.xlsx"
    lying.parent.mkdir()
    lying.write_bytes(good(campaign, "B01", 7))
    play.hand_in(campaign, "b02.xlsx", good(campaign, "B02", 5))
    collected = play.collect(campaign, lying.parent)
    assert verdicts(collected) == [("b01.xlsx", "accepted")]
    assert play.figure(campaign, "t2.licence.decisions") == 7


def test_a_county_workbook_in_use_is_said_and_caught_up(campaign: Campaign) -> None:
    play.hand_in(campaign, "a.xlsx", good(campaign, "B01", 7))
    play.collect(campaign)
    play.hand_in(campaign, "b.xlsx", good(campaign, "B02", 5), "2022-01-11 09:00")
    with play.held(campaign.county_workbook):
        collected = play.collect(campaign)
    assert collected.merged.path is None
    assert [campaign.county_workbook.name in problem for problem in collected.problems] == [True]
    assert [one.state for one in collected.standings] == ["accepted", "accepted", "missing"]
    assert play.figure(campaign, "t2.licence.decisions") == 7
    assert play.collect(campaign).problems == ()
    assert play.figure(campaign, "t2.licence.decisions") == 12


def test_an_error_workbook_in_use_is_said_and_caught_up(campaign: Campaign) -> None:
    target = campaign.sent_back / "B01-县发展和改革局-2021-退回1.xlsx"
    target.write_bytes(b"open in WPS")
    play.hand_in(campaign, "a.xlsx", bad(campaign, "B01"))
    play.hand_in(campaign, "b.xlsx", bad(campaign, "B02"))
    with play.held(target):
        collected = play.collect(campaign)
    assert [target.name in problem for problem in collected.problems] == [True]
    assert [one.sent_back for one in collected.received] == [
        None,
        "退回/B02-县水务局-2021-退回1.xlsx",
    ]
    assert target.read_bytes() == b"open in WPS"
    assert play.collect(campaign).problems == ()
    assert target.read_bytes()[:2] == b"PK"


KILL = """
import os, sys
from jyxl.edges import files
left = int(sys.argv.pop())
real = os.replace
def replace(old, new):
    global left
    left -= 1
    if left == 0:
        os._exit(9)
    real(old, new)
os.replace = replace
from jyxl.cli import main
main()
"""


@pytest.mark.slow
@pytest.mark.parametrize("at", [1, 3, 4, 5])
def test_killed_at_any_write_and_run_again_the_result_is_the_same(
    campaign: Campaign, at: int
) -> None:
    """The writes of this run: three into the archive, an error workbook, the county workbook."""
    play.hand_in(campaign, "a.xlsx", good(campaign, "B01", 7))
    play.hand_in(campaign, "b.xlsx", bad(campaign, "B02"))
    play.hand_in(campaign, "c.pdf", b"%PDF-1.4")
    command = [sys.executable, "-c", KILL, "collect", "-C", str(campaign.folder), str(at)]
    root = Path(__file__).parents[2]
    assert subprocess.run(command, cwd=root, capture_output=True, check=False).returncode == 9
    play.collect(campaign)
    standings = play.status(campaign)
    assert [standings[code].state for code in campaign.unit] == ["accepted", "returned", "missing"]
    assert [standings[code].versions for code in campaign.unit] == [1, 1, 0]
    assert sorted(path.name.split("-")[0] for path in campaign.sent_back.iterdir()) == [
        "B02",
        "不明单位",
    ]
    assert len([path for path in campaign.archive.iterdir() if len(path.name) == 64]) == 3
    assert play.figure(campaign, "t2.licence.decisions") == 7


def roster_without(campaign: Campaign, code: str) -> Campaign:
    """The office strikes a unit from its roster."""
    path = campaign.folder / "units.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    kept = [line for line in lines if not line.startswith(f"{code},")]
    assert len(kept) == len(lines) - 1
    path.write_text("\n".join(kept), encoding="utf-8")
    return campaigns.load(campaign.folder)


def test_a_file_refused_for_its_name_stays_refused_when_the_roster_changes(
    campaign: Campaign,
) -> None:
    """Otherwise another unit's figures would count as soon as its name is gone."""
    play.hand_in(campaign, "b01.xlsx", good(campaign, "B01", 100))
    play.collect(campaign)
    play.hand_in(campaign, "县水务局.xlsx", good(campaign, "B01", 3))
    assert verdicts(play.collect(campaign))[-1] == ("县水务局.xlsx", "held")
    campaign = roster_without(campaign, "B02")
    again = play.collect(campaign)
    assert [one.still_open for one in again.received] == [False, True]
    assert play.figure(campaign, "t2.licence.decisions") == 100


def test_a_file_refused_for_its_name_counts_once_it_is_renamed(campaign: Campaign) -> None:
    data = good(campaign, "B01", 3)
    play.hand_in(campaign, "县水务局.xlsx", data)
    play.collect(campaign)
    (campaign.returns / "县水务局.xlsx").rename(campaign.returns / "县发展和改革局.xlsx")
    assert verdicts(play.collect(campaign)) == [("县发展和改革局.xlsx", "accepted")]


def test_a_copy_named_after_another_unit_is_told_so(campaign: Campaign) -> None:
    """The bytes are equal: for the unit they are a duplicate, for the other one the wrong file."""
    data = good(campaign, "B01", 3)
    play.hand_in(campaign, "b01.xlsx", data)
    play.collect(campaign)
    play.hand_in(campaign, "县水务局.xlsx", data)
    copy = play.collect(campaign).received[-1]
    assert (copy.verdict, [found.code for found in copy.findings]) == ("duplicate", ["S-SENDER"])


def test_another_return_that_counts_now_is_told(campaign: Campaign) -> None:
    play.hand_in(campaign, "first.xlsx", good(campaign, "B01", 1))
    assert play.collect(campaign).replaced == ()
    play.hand_in(campaign, "second.xlsx", good(campaign, "B01", 2))
    ((old, new),) = play.collect(campaign).replaced
    assert (old.unit.code, Path(old.file).name, Path(new.file).name) == (
        *("B01", "first.xlsx", "second.xlsx"),
    )


def test_a_unit_that_waits_is_shown_with_its_error_workbook(campaign: Campaign) -> None:
    play.hand_in(campaign, "b01.xlsx", bad(campaign, "B01"))
    (waiting,) = [one for one in play.collect(campaign).standings if one.state == "returned"]
    assert (campaign.folder / waiting.sent_back).is_file()
