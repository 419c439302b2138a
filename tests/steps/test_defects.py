"""If jyxl itself fails at one file, that file stays pending, the others go through, and the
defect is written down. The defects are planted in this process before the workers are forked;
where a worker begins anew, as on Windows, the work is done in this process."""

from __future__ import annotations

import json
import multiprocessing
import platform
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from jyxl import checker, contract
from jyxl.cli import _run, cli
from jyxl.edges import pool
from jyxl.edges.campaign import Campaign
from jyxl.reading import reader
from jyxl.submission import Submission
from jyxl.writer import county, unit
from tests import play


@pytest.fixture(autouse=True)
def _planted_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    if multiprocessing.get_start_method() != "fork":
        monkeypatch.setattr(pool, "local", lambda: ThreadPoolExecutor(1))


@pytest.fixture
def handed_in(campaign: Campaign) -> Campaign:
    """A campaign with three returns: two good ones, and one that must be sent back."""
    play.hand_in(campaign, "1.xlsx", play.filled(campaign, "B01"), "2022-01-10 09:00")
    play.hand_in(campaign, "2.xlsx", play.filled(campaign, "B02"), "2022-01-10 10:00")
    wrong = play.filled(campaign, "Z01", {"t3.new.natural": 1})
    play.hand_in(campaign, "3.xlsx", wrong, "2022-01-10 11:00")
    return campaign


def fail_at(mark: str, function: Callable[..., Any], of: Callable[..., str]) -> Callable[..., Any]:
    """The function, with a defect that shows if `of` its arguments contains the mark."""

    def failing(*args: Any, **named: Any) -> Any:
        if mark in of(*args):
            raise ZeroDivisionError("planted")
        return function(*args, **named)

    return failing


def verdicts(campaign: Campaign) -> dict[str, str]:
    return {Path(one.file).name: one.verdict for one in play.collect(campaign).received}


def test_reading_fails_at_one_file(handed_in: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(reader, "read", fail_at("2.xlsx", reader.read, lambda file, *_: file))
        outcome = play.collect(handed_in)
    assert {Path(one.file).name: one.verdict for one in outcome.received} == {
        "1.xlsx": "accepted",
        "3.xlsx": "returned",
    }
    assert [Path(one.file).name for one in outcome.failed] == ["2.xlsx"]
    states = {code: one.state for code, one in play.status(handed_in).items()}
    assert states == {"B01": "accepted", "B02": "missing", "Z01": "returned"}
    assert verdicts(handed_in) == {
        "1.xlsx": "duplicate",
        "2.xlsx": "accepted",
        "3.xlsx": "duplicate",
    }


def test_judging_fails_at_one_file(handed_in: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    def names(submissions: Sequence[Submission]) -> str:
        return " ".join(one.file for one in submissions)

    with monkeypatch.context() as patch:
        patch.setattr(checker, "judge", fail_at("1.xlsx", checker.judge, names))
        outcome = play.collect(handed_in)
    assert [Path(one.file).name for one in outcome.failed] == ["1.xlsx"]
    assert verdicts(handed_in) == {
        "1.xlsx": "accepted",
        "2.xlsx": "duplicate",
        "3.xlsx": "duplicate",
    }


def test_an_error_workbook_fails(handed_in: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    """The workbook stays owed, and the next run, which has nothing else to do, writes it."""
    with monkeypatch.context() as patch:
        patch.setattr(unit, "workbook", fail_at("", unit.workbook, lambda *_: ""))
        outcome = play.collect(handed_in)
    assert [Path(one.file).name for one in outcome.failed] == ["3.xlsx"]
    assert outcome.merged.path == handed_in.county_workbook
    assert not list(handed_in.sent_back.glob("*.xlsx"))
    assert not play.collect(handed_in).failed
    assert [path.name for path in handed_in.sent_back.glob("*.xlsx")] == [
        "Z01-河口镇-2021-退回1.xlsx"
    ]


def test_the_county_workbook_fails(handed_in: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    from jyxl.steps import collect as step

    failing = fail_at("", county.workbook, lambda *_: "")
    with monkeypatch.context() as patch:
        patch.setattr(step, "county_workbook", failing)
        outcome = play.collect(handed_in)
    assert [one.file for one in outcome.failed] == [handed_in.relative(handed_in.county_workbook)]
    assert outcome.merged.path is None
    assert len(list(handed_in.sent_back.glob("*.xlsx"))) == 1
    assert play.collect(handed_in).merged.path == handed_in.county_workbook


def test_it_is_written_down_for_maintainers(
    handed_in: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "read", fail_at("2.xlsx", reader.read, lambda file, *_: file))
    outcome = play.collect(handed_in)
    assert outcome.log is not None
    assert outcome.log.parent == handed_in.folder / ".jyxl" / "log"
    text = outcome.log.read_text(encoding="utf-8")
    wanted = ("回收/2.xlsx", "ZeroDivisionError: planted", "Traceback", "python-calamine ")
    assert [one for one in (*wanted, platform.platform()) if one not in text] == []


def test_what_the_command_says(
    handed_in: Campaign, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The county is printed, one sentence comes last on the screen, and the exit status is 2."""
    monkeypatch.setattr(reader, "read", fail_at("2.xlsx", reader.read, lambda file, *_: file))
    arguments = ["collect", "-C", str(handed_in.folder)]
    assert _run(lambda run: cli.main(arguments, standalone_mode=False, obj=run)) == 2
    printed = capsys.readouterr()
    assert "应报 3 个单位" in printed.out
    (sentence,) = printed.err.strip().splitlines()
    assert "2.xlsx" in sentence
    assert "ZeroDivisionError" in sentence
    assert "S-TIMEOUT" not in printed.out


def test_json_of_what_failed(handed_in: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "read", fail_at("2.xlsx", reader.read, lambda file, *_: file))
    told = contract.collected(handed_in, play.collect(handed_in))
    assert [(one["file"], one["error"]) for one in told["failed"]] == [
        ("回收/2.xlsx", "ZeroDivisionError: planted")
    ]
    assert (handed_in.folder / str(told["log"])).is_file()
    assert json.dumps(told)


def test_check_fails_at_one_file(
    handed_in: Campaign, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reader, "read", fail_at("2.xlsx", reader.read, lambda file, *_: file))
    arguments = ["check", "--json", str(handed_in.returns)]
    assert _run(lambda run: cli.main(arguments, standalone_mode=False, obj=run)) == 2
    printed = capsys.readouterr()
    assert [one["verdict"] for one in json.loads(printed.out)] == ["accepted", "returned"]
    assert "2.xlsx" in printed.err


def test_issuing_fails_at_one_unit(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The other units get their workbooks."""
    for path in campaign.issued.glob("*.xlsx"):
        path.unlink()
    failing = fail_at("B02", unit.workbook, lambda edition, form, *_: form.identity.code)
    monkeypatch.setattr(unit, "workbook", failing)
    arguments = ["issue", "-C", str(campaign.folder)]
    assert _run(lambda run: cli.main(arguments, standalone_mode=False, obj=run)) == 2
    assert [path.name[:3] for path in sorted(campaign.issued.glob("*.xlsx"))] == ["B01", "Z01"]
    (sentence,) = capsys.readouterr().err.strip().splitlines()
    assert "下发/B02" in sentence
    assert "ZeroDivisionError" in sentence
