"""units.xlsx and units.csv → units; tests/test_cli.py tests how their faults are reported."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from jyxl.edges import roster
from jyxl.edges.roster import Unit
from jyxl.writer import roster as blank_roster

HEAD = "单位代码,单位名称,类别,联络人,邮箱"
UNITS = (Unit("001", "县水务局", "部门", "王某", "a@example.com"), Unit("Z01", "河口镇", "乡镇"))
RENAMED = Unit(
    *("B07", "县数据局", "部门", "李某", "b@example.com", "0954-5550000"),
    *(("县信息中心", "县大数据局"), "007"),
)


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_as_spreadsheets_save_it(tmp_path: Path, encoding: str) -> None:
    text = f"{HEAD}\n001,县水务局,部门,王某,a@example.com\nZ01,河口镇,乡镇,,\n"
    assert roster.read(written(tmp_path / "u.csv", text, encoding)) == UNITS


def test_columns_in_any_order_blank_rows_and_a_title(tmp_path: Path) -> None:
    text = "云溪县单位名册\n\n类别,备注,单位名称 ,单位代码,邮箱,联络人\n"
    text += "部门,,县水务局, 001,a@example.com,王某\n,,,,,\n乡镇,某,河口镇,Z01,,\n"
    assert roster.read(written(tmp_path / "u.csv", text)) == UNITS


def test_the_empty_roster_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "units.xlsx"
    path.write_bytes(blank_roster.workbook(2021))
    book = openpyxl.load_workbook(path)
    for unit in (*UNITS, RENAMED):
        given = (unit.contact, unit.phone, unit.mail, "；".join(unit.former), unit.last_code)
        book.worksheets[0].append([unit.code, unit.name, unit.kind, *given])
    book.save(path)
    assert roster.read(path) == (*UNITS, RENAMED)


def test_codes_typed_as_numbers(tmp_path: Path) -> None:
    path = tmp_path / "units.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["单位代码", "单位名称", "类别"])
    book.active.append([101, "县水务局", "部门"])
    book.save(path)
    assert roster.read(path) == (Unit("101", "县水务局", "部门"),)
