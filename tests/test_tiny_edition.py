"""A new form is a new folder of data: an edition that the code has never seen goes through the
whole loop."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.workbook import Workbook

from jyxl import editions
from jyxl.cli import cli

EDITION = {
    "edition.toml": """
id = "pool"
title = "游泳场所开放情况统计表"
notice = "某文〔2025〕1号"
tables = ["visits", "fees"]
county_kind = "县级"

[kinds.people]
rule = "F-1"
want = "人次，不小于 0 的整数"
decimals = 0
minimum = 0
maximum = 9999999
units = { "人" = "1", "人次" = "1" }

[kinds.yuan]
rule = "F-2"
want = "以元为单位、最多 2 位小数的数"
unit = "元"
decimals = 2
minimum = 0
maximum = 99999999
units = { "元" = "1", "万元" = "10000" }

[guide]
fill = ["只填白底的单元格。"]
""",
    "visits.toml": """
sheet = "入场"
title = "一、入场人次"

[[block]]
corner = "月份"
columns = [
  { group = "who", columns = [
    { key = "adult", label = "成人", kind = "people" },
    { key = "child", label = "儿童", kind = "people" },
  ] },
  { key = "all", label = "合计", kind = "people" },
]
rows = [{ key = "july", label = "七月" }, { key = "august", label = "八月" }]
""",
    "fees.toml": """
sheet = "收费"
title = "二、收费"

[[block]]
columns = [{ key = "taken", label = "门票收入", kind = "yuan" }]
rows = [{ key = "summer", label = "两个月" }]

[[block]]
columns = [{ key = "free", label = "免费入场", kind = "people" }]
rows = [{ key = "entries", label = "两个月" }]
""",
    "rules.toml": """
[[rule]]
id = "V-S"
table = "visits"
each = "row"
when = "all == sum(who)"
computes = true
severity = "error"
source = "构成"
hint = "各列填对，合计就对。"

[[rule]]
id = "V-C"
table = "visits"
each = "row"
when = "child <= 2 * adult or adult == 0 and child < 10"
severity = "warning"
source = "经验"
hint = "儿童一般由成人带领。"

[[rule]]
id = "X-F"
table = "fees"
each = "table"
when = "fees.entries.free <= visits.july.all + visits.august.all"
severity = "error"
source = "逻辑"
hint = "免费入场的也计入入场人次。"

[[rule]]
id = "F-E"
table = "fees"
each = "cell"
kinds = ["yuan"]
when = "whole(2 * value) or value >= 1000000"
severity = "warning"
source = "票价"
hint = "票价都是五角的倍数。"
""",
}

ROSTER = "单位代码,单位名称,类别\nA,东湖泳场,部门\nB,西湖泳场,乡镇\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in; the edition is in the place where jyxl looks for it."""
    monkeypatch.setenv(editions.VARIABLE, str(tmp_path / "templates"))
    (tmp_path / "templates" / "pool").mkdir(parents=True)
    for name, text in EDITION.items():
        (tmp_path / "templates" / "pool" / name).write_text(text, encoding="utf-8")
    (tmp_path / "units.csv").write_text(ROSTER, encoding="utf-8")
    return tmp_path


def jyxl(*words: object) -> str:
    """What the command prints."""
    outcome = CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return outcome.stdout


def collect(folder: Path) -> tuple[dict[str, list[tuple[Any, ...]]], dict[str, Any]]:
    """File → its verdict, then (code, sheet, cell) of its findings; and the whole JSON report."""
    told = json.loads(jyxl("collect", "-C", folder, "--json"))
    return {
        Path(one["file"]).name: [
            (one["verdict"],),
            *((f["code"], f["sheet"], f["cell"]) for f in one["findings"]),
        ]
        for one in told["received"]
    }, told


def only(paths: Any) -> Path:
    (path,) = paths
    return path


def fill(book: Workbook, cells: dict[str, object]) -> None:
    for place, value in cells.items():
        name, _, address = place.partition("!")
        book[name][address].value = value


#   入场: A4 月份, B 成人, C 儿童, D 合计; 5 七月, 6 八月, 空白处均为零 B3
#   收费: B5 门票收入, B7 免费入场, 空白处均为零 B3
GOOD_A = {"入场!B5": 30, "入场!C5": 20, "入场!B6": 12, "入场!C6": 4, "收费!B5": 612.5, "收费!B7": 8}
BAD_B = {"入场!B5": 5, "入场!C5": 11, "入场!B6": "约10", "入场!C6": 0, "收费!B5": 40.25}
FREE_B = {"收费!B7": 17}


def test_the_whole_loop(folder: Path) -> None:
    campaign = folder / "c"
    jyxl("new", campaign, "--county", "某县", "--year", 2025, "--edition", "pool",
         "--units", folder / "units.csv")  # fmt: skip
    jyxl("issue", "-C", campaign)
    issued = {path.name.split("-")[0]: path for path in (campaign / "下发").iterdir()}
    assert issued.keys() == {"A", "B"}

    book = openpyxl.load_workbook(issued["A"])
    assert book["入场"]["D5"].value == "=SUM(B5:C5)"
    fill(book, GOOD_A)
    book.save(campaign / "回收" / "a.xlsx")
    book = openpyxl.load_workbook(issued["B"])
    fill(book, BAD_B)
    book.save(campaign / "回收" / "b.xlsx")

    found, told = collect(campaign)
    assert found == {
        "a.xlsx": [("accepted",)],
        "b.xlsx": [
            ("returned",),
            ("V-C", "入场", "C5"),
            ("F-1", "入场", "B6"),
            ("F-3", "收费", "B3"),
            ("F-E", "收费", "B5"),
        ],
    }
    assert told["units"]["returned"] == ["B"]

    sent_back = only((campaign / "退回").glob("B-*"))
    book = openpyxl.load_workbook(sent_back)
    assert book.sheetnames[0] == "校验错误"
    assert (book["入场"]["B5"].value, book["入场"]["B6"].value) == (5, "约10")
    fill(book, FREE_B | {"入场!B6": 0})
    book.save(campaign / "回收" / "b again.xlsx")
    found, _ = collect(campaign)
    assert found["b again.xlsx"] == [
        ("returned",),
        ("V-C", "入场", "C5"),
        ("F-E", "收费", "B5"),
        ("X-F", "收费", "B7"),
    ]

    sent_back = only((campaign / "退回").glob("B-*退回2*"))
    book = openpyxl.load_workbook(sent_back)
    fill(book, {"入场!C5": 10, "收费!B5": "0.004万元", "收费!B7": "１５ 人次"})
    book.save(campaign / "回收" / "b at last.xlsx")
    found, told = collect(campaign)
    assert found["b at last.xlsx"] == [
        ("accepted",),
        ("F-R", "收费", "B5"),
        ("F-R", "收费", "B7"),
    ]
    assert told["units"] == {"expected": 2, "accepted": ["A", "B"], "returned": [], "missing": []}

    county = openpyxl.load_workbook(campaign / told["county_workbook"], data_only=True)
    visits = [[county["入场"].cell(row, column).value for column in (2, 3, 4)] for row in (5, 6)]
    assert visits == [[35, 30, 65], [12, 4, 16]]
    assert (county["收费"]["B5"].value, county["收费"]["B7"].value) == (652.5, 23)
    formulas = openpyxl.load_workbook(campaign / told["county_workbook"])
    assert formulas["入场"]["B5"].value.startswith("=SUM('明细-入场'!")


def test_the_edition_is_listed_with_its_rules(folder: Path) -> None:
    assert "pool" in jyxl("editions")
    shown = jyxl("editions", "pool")
    assert all(rule in shown for rule in ("V-S", "V-C", "X-F", "F-E"))
