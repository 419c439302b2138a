"""The comparison sees a difference; python -m tests.strangers makes it with other projects' files."""

from __future__ import annotations

import datetime
import shutil
import tomllib
from pathlib import Path

import openpyxl
import pytest

from tests.office.conftest import missing
from tests.strangers import compare, sources
from tests.strangers.compare import compared


@pytest.mark.office
@pytest.mark.slow
def test_what_is_shown_otherwise_is_a_difference(tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        missing("LibreOffice (soffice)")
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    cells = {"A1": 12.5, "A2": "文字", "A3": datetime.date(2022, 1, 10), "A4": "=1+1", "A5": "隐藏"}
    for at, value in cells.items():
        page[at] = value
    page["A5"].number_format = ";;;"
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "b.xls").write_bytes(b"no workbook")
    read, refused = compared([tmp_path / "a.xlsx", tmp_path / "b.xls"])
    assert refused.refused == "S-TYPE"
    assert read.cells == {
        "number": 1,
        "text": 2,
        "not counted: date": 1,
        "formula: blank": 1,
    }
    found = {(one.cell, one.what, one.read, one.shown) for one in read.differences}
    assert found == {("A4", "formula: blank", "", "2"), ("A5", "text", "隐藏", "")}


@pytest.mark.parametrize(
    ("value", "seen", "is_right"),
    [
        ("12.5", "12.50", True),
        ("12.5", "13", True),
        ("1234.5", "1,234.5", True),
        ("-3", "(3)", True),
        ("-1650046.175", "$(1,650,046.17)", True),
        ("1200000000000", "1.2E+12", True),
        ("0", "-", True),
        ("12.5", "12.6", False),
        ("12", "120", False),
        ("12", "", False),
        ("12", "12 May", False),
    ],
)
def test_a_number_is_recognised_with_fewer_digits(value: str, seen: str, is_right: bool) -> None:
    scaled = int(compare.Decimal(value) * compare.ANY.scale)
    assert compare._is_number(scaled, seen) is is_right


def test_every_known_difference_names_a_source() -> None:
    known = tomllib.loads((sources.HERE / "known.toml").read_text(encoding="utf-8"))["known"]
    named = {file.partition("/")[0] for reason in known for file in reason["cells"]}
    assert named <= {source.name for source in (*sources.PYPI, *sources.DEBIAN)}
