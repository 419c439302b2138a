"""The command line: exit statuses, sentences, the JSON contract, help, and terminal output."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest

from jyxl.cli import cli, main
from jyxl.contract import (
    AdjustedJson,
    AdjustmentJson,
    AttemptJson,
    ByHandJson,
    DraftJson,
    FailedJson,
    FetchedJson,
    HandedUpJson,
    LastJson,
    LastUnitJson,
    MailJson,
    PostedJson,
    RulingJson,
    SkippedJson,
    SourceJson,
    TracedJson,
)
from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign
from jyxl.reports.data import as_json
from tests import play
from tests.pages import sample

ROOT = Path(__file__).parents[1]
COMMANDS = (
    "demo",
    "new",
    "desk",
    "last",
    "issue",
    "fetch",
    "collect",
    "send",
    "accept",
    "reject",
    "merge",
    "report",
    "adjust",
    "trace",
    "status",
    "check",
    "pack",
    "doctor",
    "editions",
)


@dataclass(frozen=True)
class Ended:
    status: int
    out: str
    err: str


Jyxl = Callable[..., Ended]


@pytest.fixture
def jyxl(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Jyxl:
    """Runs the program in this process."""

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["jyxl", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        return Ended(int(ended.value.code or 0), shown.out, shown.err)

    return run


def program(*arguments: object, cwd: Path = ROOT) -> Ended:
    """Run the program for real."""
    done = subprocess.run(
        [sys.executable, "-m", "jyxl", *map(str, arguments)],
        cwd=cwd,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """An accepted, a returned and a missing unit, a refused file and a duplicate."""
    campaign = play.campaign(tmp_path_factory.mktemp("cli"))
    play.hand_in(
        campaign, "a.xlsx", play.returned(campaign, "B01", {"t2.penalty.decisions": "4件"})
    )
    play.hand_in(campaign, "b.xlsx", play.returned(campaign, "B02", {"t3.new.natural": 2}))
    play.hand_in(campaign, "c.pdf", b"%PDF-1.4")
    play.hand_in(campaign, "d.pdf", b"%PDF-1.4", "2022-01-10 10:00")
    return campaign


@pytest.fixture
def campaign(collected: Campaign, tmp_path: Path) -> Campaign:
    """The same campaign, with nothing collected yet."""
    shutil.copytree(collected.folder, tmp_path / "云溪县")
    return campaigns.load(tmp_path / "云溪县")


# --- what cannot run: one sentence, status 2 -----------------------------------------


def assert_sentence(ended: Ended, *words: str) -> None:
    assert ended.status == 2
    assert ended.out == ""
    assert len(ended.err.splitlines()) == 1
    assert ended.err.rstrip().endswith(("。", "？", "--help"))
    assert "Traceback" not in ended.err
    assert not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", ended.err), "English"
    for word in words:
        assert word in ended.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["收表"], ["收表"]),
        (["--nope"], ["--nope"]),
        (["status", "--jason"], ["--jason", "是不是想写“--json”"]),
        (["colect"], ["colect", "是不是想写“collect”"]),
        (["new"], ["目录"]),
        (["new", "d", "--county", "县"], ["--year"]),
        (["new", "d", "--year", "2021"], ["--county"]),
        (["new", "d", "--county", "县", "--year", "去年"], ["--year"]),
        (["new", "d", "--county", "县", "--year", "21"], ["21"]),
        (["new", "d", "--county", "县", "--year", "2018"], ["2018", "2019", "2021"]),
        (["new", "d", "--county", "县", "--year", "2100"], ["2100", "还没有到"]),
        (["new", "d", "--county", "县/乡", "--year", "2021"], ["县/乡"]),
        (["new", "d", "--county", "..", "--year", "2021"], ["县名"]),
        (["new", "d", "--county", "县.", "--year", "2021"], ["县名"]),
        (["new", "d", "--county", "NUL", "--year", "2021"], ["县名"]),
        (["new", "d", "--county", " ", "--year", "2021"], ["县名"]),
        (["new", "d", "--county", "县" * 41, "--year", "2021"], ["县名"]),
        (["new", "d", "--county", "县", "--year", "2021", "--edition", "2019"], ["2019", "2021"]),
        (["new", "d", "--county", "县", "--year", "2019", "--edition", "2021"], ["2019", "2021"]),
        (["new", "d", "--county", "县", "--year", "2021", "--edition", "2030"], ["2030", "2021"]),
        (["new", "d", "--county", "县", "--year", "2021", "--units", "没有.csv"], ["没有.csv"]),
        (["new", "d", "--county", "县", "--year", "2021", "--units", "a.doc"], ["a.doc"]),
        (["new", "d", "另一个", "--county", "县", "--year", "2021"], ["另一个"]),
        (["merge", "-C"], ["-C"]),
        (["check", "--json=1", "x"], ["--json"]),
        (["check"], ["文件"]),
        (["check", "没有.xlsx"], ["没有.xlsx"]),
        (["editions", "2030"], ["2030", "2021"]),
        (["editions", "../templates/2019"], ["../templates/2019"]),
        (["issue"], ["jyxl.toml", "-C"]),
        (["collect", "-C", "没有"], ["没有", "jyxl.toml"]),
        (["merge", "-C", "没有"], ["没有"]),
        (["status", "-C", "没有", "--json"], ["没有"]),
        (["merge", "--as", "县"], ["--into"]),
        (["report", "--check", "年报.docx", "--units"], ["--units"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_what_cannot_run_is_one_sentence(
    jyxl: Jyxl,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    words: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert_sentence(jyxl(*arguments), *words)
    assert list(tmp_path.iterdir()) == []


def test_a_unit_that_is_not_in_the_roster(jyxl: Jyxl, campaign: Campaign) -> None:
    assert_sentence(jyxl("issue", "-C", campaign.folder, "--unit", "B99"), "B99")
    ended = jyxl("issue", "-C", campaign.folder, "--unit", "水务局")
    assert_sentence(ended, "是不是想写“县水务局”")


def test_a_unit_is_named_by_its_code_or_its_name(jyxl: Jyxl, campaign: Campaign) -> None:
    for path in campaign.issued.iterdir():
        path.unlink()
    for unit in ("县水务局", "z01"):
        assert jyxl("issue", "-C", campaign.folder, "--unit", unit).status == 0
    names = {path.name for path in campaign.issued.iterdir()}
    assert names == {"B02-县水务局-2021.xlsx", "Z01-河口镇-2021.xlsx"}


def test_a_command_works_from_within_the_campaign(
    jyxl: Jyxl, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = campaign.returns / "1月15日"
    inner.mkdir()
    monkeypatch.chdir(inner)
    units = json.loads(jyxl("status", "--json").out)["units"]
    assert [unit["code"] for unit in units] == ["B01", "B02", "Z01"]
    received = json.loads(jyxl("collect", "../a.xlsx", "--json").out)["received"]
    assert [one["file"] for one in received] == ["回收/a.xlsx"]
    assert_sentence(jyxl("status", "-C", "."), "jyxl.toml")


def test_a_missing_folder_of_returns(jyxl: Jyxl, campaign: Campaign) -> None:
    shutil.rmtree(campaign.returns)
    assert_sentence(jyxl("collect", "-C", campaign.folder), "回收")


def test_two_rosters(jyxl: Jyxl, campaign: Campaign) -> None:
    shutil.copy(campaign.folder / "units.csv", campaign.folder / "units.xls")
    assert_sentence(jyxl("status", "-C", campaign.folder), "units.csv", "units.xls")


def test_the_county_in_the_settings_is_no_path(jyxl: Jyxl, campaign: Campaign) -> None:
    path = campaign.folder / "jyxl.toml"
    path.write_text(path.read_text("utf-8").replace("云溪县", "../云溪县"), "utf-8")
    assert_sentence(jyxl("status", "-C", campaign.folder), "../云溪县")


def test_a_path_that_is_not_there(jyxl: Jyxl, campaign: Campaign) -> None:
    assert_sentence(jyxl("collect", "-C", campaign.folder, "没有.xlsx"), "没有.xlsx")


def test_a_folder_in_use(jyxl: Jyxl, campaign: Campaign) -> None:
    folder = campaign.folder
    assert_sentence(jyxl("new", folder, "--county", "县", "--year", "2021"), str(folder))
    assert_sentence(jyxl("demo", folder), str(folder))


@pytest.mark.parametrize(
    ("roster", "words"),
    [
        ("单位代码,单位名称,类别\nA,甲局,部门\nA,乙局,部门\n", ["单位代码", "A"]),
        ("单位代码,单位名称,类别\nA,甲局,部门\na,乙局,部门\n", ["单位代码", "a"]),
        ("单位代码,单位名称,类别\nA,甲局,部门\nB,甲局,部门\n", ["单位名称", "甲局"]),
        ("单位代码,单位名称,类别\nA,甲局,镇级\n", ["第 2 行", "镇级", "乡镇"]),
        ("单位代码,单位名称,类别\nA,甲局\n", ["第 2 行", "类别"]),
        ("单位代码,单位名称,类别\nA,,部门\n", ["第 2 行", "单位名称"]),
        ("单位代码,名称\nA,甲局\n", ["单位名称", "类别", "名称"]),
        ("单位代码,单位名称,类别\nA.,甲局,部门\n", ["第 2 行", "A."]),
        ("", ["单位代码"]),
        ("单位代码,单位名称,类别\n", ["单位"]),
        ("单位代码,单位名称,类别\n../A,甲局,部门\n", ["第 2 行", "../A"]),
        ("单位代码,单位名称,类别\nA,甲/乙局,部门\n", ["第 2 行", "甲/乙局"]),
        ("单位代码,单位名称,类别\nA,.局,部门\n", ["第 2 行", ".局"]),
        ("单位代码,单位名称,类别\nNUL,甲局,部门\n", ["第 2 行", "NUL"]),
        ('单位代码,单位名称,类别\nA,"甲\n局",部门\n', ["第 2 行"]),
        (f"单位代码,单位名称,类别\nA,{'局' * 61},部门\n", ["第 2 行"]),
        (f"单位代码,单位名称,类别\n{'甲' * 20},{'局' * 60},部门\n", ["第 2 行", "文件名"]),
        (f"单位代码,单位名称,类别\nA,{'局' * 200_000},部门\n", ["CSV"]),
    ],
    ids=range(18),
)
def test_a_roster_that_is_wrong(jyxl: Jyxl, tmp_path: Path, roster: str, words: list[str]) -> None:
    units = tmp_path / "名册.csv"
    units.write_text(roster, encoding="utf-8")
    ended = jyxl("new", tmp_path / "d", "--county", "县", "--year", 2021, "--units", units)
    assert_sentence(ended, "名册.csv", *words)
    assert not (tmp_path / "d").exists()


def test_several_mistakes_are_a_list(jyxl: Jyxl, tmp_path: Path) -> None:
    units = tmp_path / "名册.csv"
    units.write_text("代码,单位,类别\nA,甲局,镇\nB,,部门\n", encoding="utf-8")
    ended = jyxl("new", tmp_path / "d", "--county", "县", "--year", 2021, "--units", units)
    assert ended.status == 2
    assert [line[:7] for line in ended.err.splitlines()[1:]] == ["  第 2 行", "  第 3 行"]
    assert not (tmp_path / "d").exists()


def test_new_says_what_it_read(jyxl: Jyxl, tmp_path: Path) -> None:
    units = tmp_path / "名册.csv"
    units.write_text("代码,单位,类别,备注\nA,甲局,部门,x\nB,乙镇,乡镇,\n", encoding="utf-8")
    ended = jyxl("new", tmp_path / "d", "--county", "县", "--year", 2021, "--units", units)
    assert ended.status == 0
    for words in ("2 个单位", "部门 1 个", "乡镇 1 个", "没有用到的列：备注"):
        assert words in ended.out


def test_a_roster_that_lies_in_the_folder_is_used_and_never_replaced(
    jyxl: Jyxl, tmp_path: Path
) -> None:
    folder, other = tmp_path / "d", tmp_path / "名册.csv"
    folder.mkdir()
    for path in (folder / "units.csv", other):
        path.write_text(play.ROSTER, encoding="utf-8")
    given = ("new", folder, "--county", "县", "--year", 2021)
    assert_sentence(jyxl(*given, "--units", other), "units.csv")
    assert jyxl(*given).status == 0
    assert [unit.code for unit in campaigns.load(folder).units] == ["B01", "B02", "Z01"]
    assert not (folder / "units.xlsx").exists()


def test_a_roster_that_is_no_workbook(jyxl: Jyxl, tmp_path: Path) -> None:
    units = tmp_path / "名册.xlsx"
    units.write_bytes(b"PK\x03\x04 torn")
    ended = jyxl("new", tmp_path / "d", "--county", "县", "--year", 2021, "--units", units)
    assert_sentence(ended, "名册.xlsx")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("year = 2021", 'year = "2021"'),
        ("year = 2021", "year = 2019"),
        ('edition = "2021"', 'edition = "2030"'),
        ("deadline = 2022-01-20", 'deadline = "一月"'),
        ("county = ", "county == "),
        ("password = ", "code = "),
    ],
)
def test_settings_that_are_wrong(jyxl: Jyxl, campaign: Campaign, old: str, new: str) -> None:
    path = campaign.folder / "jyxl.toml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    ended = jyxl("status", "-C", campaign.folder)
    assert ended.status == 2
    assert len(ended.err.splitlines()) == 1
    assert "Traceback" not in ended.err


def test_a_lost_key(jyxl: Jyxl, campaign: Campaign) -> None:
    (campaign.folder / ".jyxl" / "key").unlink()
    assert_sentence(jyxl("issue", "-C", campaign.folder), "key")


def test_an_empty_roster_to_fill_in(jyxl: Jyxl, tmp_path: Path) -> None:
    assert jyxl("new", tmp_path / "d", "--county", "县", "--year", 2021).status == 0
    assert_sentence(jyxl("issue", "-C", tmp_path / "d"), "units.xlsx")


# --- the whole loop, for real -----------------------------------------------------------


@pytest.mark.slow
def test_the_loop_as_a_program(tmp_path: Path) -> None:
    (tmp_path / "名册.csv").write_text(play.ROSTER, encoding="utf-8")
    made = program(
        "new", "县", "--county", "县", "--year", "2021", "--units", "名册.csv", cwd=tmp_path
    )
    assert (made.status, made.err) == (0, "")
    campaign = campaigns.load(tmp_path / "县")
    issued = program("issue", cwd=campaign.folder)
    assert (issued.status, issued.err) == (0, "")
    play.hand_in(campaign, "a.xlsx", play.returned(campaign, "B01"))
    taken = program("collect", cwd=campaign.folder)
    assert (taken.status, taken.err) == (0, "")
    assert str(campaign.county_workbook.name) in taken.out
    shown = program("status", "--json", cwd=campaign.folder)
    states = [unit["state"] for unit in json.loads(shown.out)["units"]]
    assert states == ["accepted", "missing", "missing"]


def test_no_traceback_and_status_2_from_the_program(tmp_path: Path) -> None:
    assert_sentence(program("status", cwd=tmp_path), "jyxl.toml")


def test_a_defect_of_the_program_is_one_sentence_too(
    jyxl: Jyxl, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("jyxl.edges.campaign.load", broken)
    ended = jyxl("status", "-C", tmp_path)
    assert (ended.status, len(ended.err.splitlines())) == (2, 1)
    assert "Traceback" not in ended.err


def test_a_ledger_that_is_in_use(jyxl: Jyxl, campaign: Campaign) -> None:
    from jyxl.edges.ledger import open_ledger

    with open_ledger(campaign):
        assert_sentence(jyxl("collect", "-C", campaign.folder))


# --- check ------------------------------------------------------------------------------


def test_check_says_1_where_something_is_not_accepted(jyxl: Jyxl, campaign: Campaign) -> None:
    returns = campaign.returns
    assert jyxl("check", returns / "a.xlsx").status == 0
    assert jyxl("check", returns / "b.xlsx").status == 1
    assert jyxl("check", returns / "a.xlsx", returns / "b.xlsx").status == 1
    assert jyxl("check", returns / "c.pdf").status == 1


def test_check_records_nothing(jyxl: Jyxl, campaign: Campaign) -> None:
    before = play.tree(campaign.folder), play.events(campaign)
    jyxl("check", campaign.returns)
    assert (play.tree(campaign.folder), play.events(campaign)) == before


# --- JSON -------------------------------------------------------------------------------

FINDING = {
    "code": str,
    "severity": str,
    "sheet": (str, type(None)),
    "cell": (str, type(None)),
    "cells": list,
    "table": (str, type(None)),
    "row": (str, type(None)),
    "column": (str, type(None)),
    "label": str,
    "value": str,
    "message": str,
}
RECEIVED = {
    "file": str,
    "sha256": str,
    "unit": (dict, type(None)),
    "year": (int, type(None)),
    "edition": (str, type(None)),
    "verdict": str,
    "findings": list,
    "sent_back": (str, type(None)),
    "notice": (str, type(None)),
    "mail": (dict, type(None)),
}


def assert_shape(data: dict[str, Any], shape: dict[str, Any], more: set[str] = frozenset()) -> None:
    assert data.keys() == shape.keys() | more
    for key, kind in shape.items():
        assert isinstance(data[key], kind), key


def assert_received(received: dict[str, Any]) -> None:
    assert_shape(received, RECEIVED)
    assert re.fullmatch(r"[0-9a-f]{64}", received["sha256"])
    assert received["verdict"] in {"accepted", "returned", "refused", "held", "duplicate"}
    if received["unit"] is not None:
        assert received["unit"].keys() == {"code", "name"}
    for finding in received["findings"]:
        assert_shape(finding, FINDING, {"advice", "explanation"})
        assert finding["severity"] in {"error", "warning", "note"}
        assert all(isinstance(cell, str) for cell in finding["cells"])


def test_collect_as_json(jyxl: Jyxl, campaign: Campaign) -> None:
    ended = jyxl("collect", "-C", campaign.folder, "--json")
    data = json.loads(ended.out)
    assert (ended.status, ended.err) == (0, "")
    assert data.keys() == {"received", "units", "county_workbook", "skipped", "failed", "log"}
    for received in data["received"]:
        assert_received(received)
    assert [(one["file"], one["verdict"], one["sent_back"]) for one in data["received"]] == [
        ("回收/a.xlsx", "accepted", None),
        ("回收/b.xlsx", "returned", "退回/B02-县水务局-2021-退回1.xlsx"),
        ("回收/c.pdf", "refused", None),
        ("回收/d.pdf", "duplicate", None),
    ]
    assert data["units"] == {
        "expected": 3,
        "accepted": ["B01"],
        "returned": ["B02"],
        "missing": ["Z01"],
    }
    assert data["county_workbook"] == "汇总/云溪县2021年政府信息公开工作年度报告汇总.xlsx"
    assert (campaign.folder / data["county_workbook"]).is_file()
    found = data["received"][1]["findings"][0]
    assert (found["code"], found["table"], found["row"], found["column"]) == (
        "T3-I",
        "t3",
        "new",
        "natural",
    )
    assert found["cell"] in found["cells"]


def test_no_county_workbook_is_null(jyxl: Jyxl, campaign: Campaign) -> None:
    for command in ("merge", "collect"):
        shutil.rmtree(campaign.returns)
        campaign.returns.mkdir()
        data = json.loads(jyxl(command, "-C", campaign.folder, "--json").out)
        assert data["county_workbook"] is None
        assert data["units"]["missing"] == ["B01", "B02", "Z01"]


def test_merge_as_json(jyxl: Jyxl, campaign: Campaign) -> None:
    jyxl("collect", "-C", campaign.folder)
    data = json.loads(jyxl("merge", "-C", campaign.folder, "--json").out)
    assert data.keys() == {"units", "county_workbook", "handed_up"}
    assert data["handed_up"] is None
    assert data["units"]["accepted"] == ["B01"]


def test_a_form_that_cannot_be_filled_is_one_sentence(jyxl: Jyxl, campaign: Campaign) -> None:
    jyxl("collect", "-C", campaign.folder)
    own = next(campaign.issued.glob("*.xlsx"))
    assert_sentence(jyxl("merge", "-C", campaign.folder, "--into", own, "--json"), "本项目自己下发")
    assert_sentence(jyxl("merge", "-C", campaign.folder, "--into", "没有.xlsx"), "没有.xlsx")
    assert_sentence(jyxl("trace", "没有", "-C", campaign.folder), "没有“没有”这一格")
    assert_sentence(
        jyxl("trace", "t3.new.natural", "-C", campaign.folder, "--below", "不在"), "不在"
    )
    assert_sentence(jyxl("adjust", "t3.new.total", "-1", "--because", "x", "-C", campaign.folder))
    assert_sentence(jyxl("merge", "-C", campaign.folder, "--into", campaign.folder), "文件夹")
    assert_sentence(jyxl("report", "-C", campaign.folder, "--check", campaign.folder), "文件夹")
    both = ("t3.new.natural", "1", "--withdraw", "1", "--because", "x")
    assert_sentence(jyxl("adjust", *both, "-C", campaign.folder), "--withdraw")


def test_status_as_json(jyxl: Jyxl, campaign: Campaign) -> None:
    jyxl("collect", "-C", campaign.folder)
    data = json.loads(jyxl("status", "-C", campaign.folder, "--json").out)
    shape = {
        "code": str,
        "name": str,
        "state": str,
        "versions": int,
        "findings": list,
        "late": bool,
        "overdue": bool,
        "newer_returned": bool,
        "contact": str,
        "phone": str,
        "to_read": bool,
        "added": list,
        "attempts": list,
        "rulings": list,
        "bounced": list,
    }
    for unit in data["units"]:
        assert_shape(unit, shape, {"first_arrived", "sent_back"})
        for finding in unit["findings"]:
            assert_shape(finding, FINDING, {"advice", "explanation"})
    assert [unit["state"] for unit in data["units"]] == ["accepted", "returned", "missing"]


def test_check_as_json(jyxl: Jyxl, campaign: Campaign) -> None:
    ended = jyxl("check", campaign.returns / "a.xlsx", campaign.returns / "c.pdf", "--json")
    data = json.loads(ended.out)
    assert ended.status == 1
    assert isinstance(data, list)
    for received in data:
        assert_received(received)
    assert [one["verdict"] for one in data] == ["accepted", "refused"]
    assert [one["unit"] for one in data] == [{"code": "B01", "name": "县发展和改革局"}, None]


def keys(value: object, above: str = "") -> set[str]:
    """Every key of a JSON document with the keys above it: units[].code."""
    if isinstance(value, list):
        return {key for one in value for key in keys(one, f"{above}[]")}
    if not isinstance(value, dict):
        return set()
    own = {name: f"{above}.{name}" for name in value}
    return set(own.values()).union(*(keys(value[name], own[name]) for name in value))


def test_the_json_has_the_keys_that_the_architecture_page_shows(
    jyxl: Jyxl, campaign: Campaign
) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    received, merged, failed, posted, last, data_file, fetched, units, *above = map(
        json.loads, blocks
    )
    handed, adjusted, traced = above
    assert adjusted.keys() == AdjustedJson.__annotations__.keys()
    assert adjusted["adjustments"][0].keys() == AdjustmentJson.__annotations__.keys()
    assert traced.keys() == TracedJson.__annotations__.keys()
    assert traced["sources"][0].keys() == SourceJson.__annotations__.keys()
    assert handed["handed_up"].keys() == HandedUpJson.__annotations__.keys()
    assert keys(data_file) == keys(json.loads(as_json(*sample.corrected("2021"))))
    assert posted.keys() == PostedJson.__annotations__.keys()
    assert posted["drafts"][0].keys() == DraftJson.__annotations__.keys()
    assert posted["by_hand"][0].keys() == ByHandJson.__annotations__.keys()
    assert last.keys() == LastJson.__annotations__.keys()
    assert last["units"][0].keys() == LastUnitJson.__annotations__.keys()
    assert failed["failed"][0].keys() == FailedJson.__annotations__.keys()
    assert failed["skipped"][0].keys() == SkippedJson.__annotations__.keys()
    assert received["mail"].keys() == MailJson.__annotations__.keys()
    assert fetched.keys() == FetchedJson.__annotations__.keys()
    failed = {"skipped": [], "failed": [], "log": None}
    received["mail"] = None
    (unit,) = units["units"]
    unit["findings"] = received["findings"]
    assert unit["attempts"][0].keys() == AttemptJson.__annotations__.keys()
    assert unit["rulings"][0].keys() == RulingJson.__annotations__.keys()
    assert units["undecided"][0].keys() == AttemptJson.__annotations__.keys()
    unit["attempts"] = unit["rulings"] = units["undecided"] = []
    shown = {
        "check": keys([received]),
        "collect": keys({"received": [received], **merged, **failed}),
        "merge": keys({**merged, "handed_up": None}),
        "status": keys(units),
    }
    printed = {}
    for command in shown:
        given = [campaign.returns] if command == "check" else ["-C", campaign.folder]
        printed[command] = keys(json.loads(jyxl(command, *given, "--json").out))
    assert printed == shown


# --- help and what is shown -------------------------------------------------------------


def documented(command: click.Command) -> list[str]:
    return [
        option
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_chinese_and_names_every_option(jyxl: Jyxl, name: str) -> None:
    ended = jyxl(name, "--help")
    assert ended.status == 0
    for option in (*documented(cli.commands[name]), "--help"):
        assert re.search(rf"{re.escape(option)}\b", ended.out)
    assert "用法：" in ended.out
    for english in ("Usage", "Options", "Commands", "Show", "required", "default", "message"):
        assert english not in ended.out
    assert re.search("[\u4e00-\u9fff]", ended.out)


def test_help_lists_the_commands_of_the_contract(jyxl: Jyxl) -> None:
    assert tuple(cli.commands) == COMMANDS
    for arguments in (["--help"], ["-h"], []):
        shown = jyxl(*arguments)
        assert shown.status == 0
        assert all(f"  {name} " in shown.out for name in COMMANDS)


def test_help_columns_align(jyxl: Jyxl) -> None:
    for name in COMMANDS:
        listed = jyxl(name, "--help").out.split("选项：\n")[1].splitlines()
        starts = {width(re.match(r"  \S.*?  +", line)[0]) for line in listed if line.strip()}  # type: ignore[index]
        assert len(starts) == 1, name


def test_version(jyxl: Jyxl) -> None:
    lines = jyxl("--version").out.splitlines()
    assert re.fullmatch(r"jyxl \d+\.\d+\S*", lines[0])
    assert lines[1].startswith("Python 3.")
    assert "?" not in "".join(lines)


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; sys.argv = ['jyxl', '--help']\n"
    code += "import atexit; atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
    code += "from jyxl.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stderr.split())
    assert "click" in loaded
    heavy = {"pandas", "numpy", "pandera", "openpyxl", "xlsxwriter", "rich", "python_calamine"}
    assert loaded & (heavy | {"sqlite3"}) == set()


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_editions_prints_tables_and_rules(jyxl: Jyxl, edition: str) -> None:
    ended = jyxl("editions", edition)
    assert ended.status == 0
    for word in ("主动公开", "依申请公开", "复议诉讼", "T3-I", "T3-S", "T3-R", "T4-S", "立法法"):
        assert word in ended.out
    assert ("T2-M" in ended.out) == (edition == "2019")
    assert ("T2-W" in ended.out) == (edition == "2021")


def test_editions_lists_both(jyxl: Jyxl) -> None:
    out = jyxl("editions").out
    assert "〔2019〕60号" in out
    assert "〔2021〕30号" in out


def width(text: str) -> int:
    """How many columns a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


@pytest.mark.parametrize("columns", [None, 80, 100])
def test_tables_align_chinese_text(
    jyxl: Jyxl, campaign: Campaign, monkeypatch: pytest.MonkeyPatch, columns: int | None
) -> None:
    """The lines of a table are equally wide, and none is wider than the screen, which COLUMNS
    states if there is no terminal. No cell begins with closing punctuation."""
    if columns:
        monkeypatch.setenv("COLUMNS", str(columns))
    else:
        monkeypatch.delenv("COLUMNS", raising=False)
    folder = campaign.folder
    for arguments in (
        ["collect", "-C", folder],
        ["status", "-C", folder],
        ["check", campaign.returns],
        ["editions"],
        ["editions", "2019"],
    ):
        rows: list[int] = []
        for line in jyxl(*arguments).out.splitlines():
            assert width(line) <= (columns or 120)
            for cell in re.split(" {2,}", line.strip()):
                assert not cell.startswith(tuple("，。、；：！？）》”"))
            is_table = line.startswith(" ") and line.endswith(" ") and "  " in line.strip()
            if is_table or set(line.strip()) == {"─"}:
                rows.append(width(line))
            else:
                assert len(set(rows)) <= 1, arguments
                rows = []
    if columns:
        assert re.search(r"2022-01-10 \d\d:00", jyxl("status", "-C", folder).out)


def test_editions_shows_labels_and_no_keys(jyxl: Jyxl) -> None:
    assert re.findall(r"\bt\d\.\w+", jyxl("editions", "2021").out) == []


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_fits_a_screen_of_80_columns(jyxl: Jyxl, name: str) -> None:
    assert all(width(line) < 80 for line in jyxl(*filter(None, [name]), "--help").out.splitlines())


@pytest.mark.slow
def test_nothing_moves_where_there_is_no_terminal(campaign: Campaign) -> None:
    taken = program("collect", "-C", campaign.folder)
    assert taken.err == ""
    assert "\x1b" not in taken.out
    assert "\r" not in taken.out


def test_a_workbook_in_use_is_told_and_the_command_goes_on(jyxl: Jyxl, campaign: Campaign) -> None:
    target = campaign.issued / "B01-县发展和改革局-2021.xlsx"
    with play.held(target):
        ended = jyxl("issue", "-C", campaign.folder)
    assert ended.status == 2
    assert target.name in ended.err
    assert len(ended.err.splitlines()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="links need a permission there")
def test_a_file_that_cannot_be_read_is_told_and_the_others_are_taken(
    jyxl: Jyxl, campaign: Campaign
) -> None:
    (campaign.returns / "断了.xlsx").symlink_to(campaign.returns / "没有.xlsx")
    ended = jyxl("collect", "-C", campaign.folder, "--json")
    assert ended.status == 2
    assert "断了.xlsx" in ended.err
    assert len(ended.err.splitlines()) == 1
    assert json.loads(ended.out)["units"]["accepted"] == ["B01"]


def test_a_county_workbook_in_use(jyxl: Jyxl, campaign: Campaign) -> None:
    jyxl("collect", "-C", campaign.folder)
    with play.held(campaign.county_workbook):
        ended = jyxl("merge", "-C", campaign.folder, "--json")
    assert ended.status == 2
    assert campaign.county_workbook.name in ended.err
    assert json.loads(ended.out)["county_workbook"] is None
