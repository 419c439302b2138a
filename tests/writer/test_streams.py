"""Rows that go straight into the file hold what XlsxWriter would have written in their place."""

from __future__ import annotations

import io
from datetime import datetime

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from jyxl.addresses import Area
from jyxl.writer.book import Book, build, put
from jyxl.writer.streams import Row

TEXTS = [
    "报表_x0041_表.xlsx",
    "a\x07b",
    "<甲&乙>",
    "=1+1",
    " 前后 ",
    "两\n行",
    "长" * 40_000,
    "𠀀" * 20_000,
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_held_as_it_would_be_otherwise(text: str) -> None:
    def fill(book: Book) -> None:
        streamed, other = book.sheet("甲"), book.sheet("乙")
        style = book.style({"bold": True})
        streamed.stream(0, 1, [Row([text])], [[style]])
        put(other, Area(0, 0, 0, 0), text, style)

    data = build(datetime(2020, 1, 1), None, fill)
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    shown = [book.get_sheet_by_name(name).to_python() for name in ("甲", "乙")]
    assert len(str(shown[0][0][0]).encode("utf-16-le")) <= 2 * 32_767
    if len(text) < 1_000:  # a longer one is cut where others write all of it
        assert shown[0] == shown[1]


def test_a_row_has_its_look_and_its_height() -> None:
    def fill(book: Book) -> None:
        looks = [[book.style({"bold": is_bold})] for is_bold in (False, True)]
        rows = [Row(["甲"]), Row(["乙"], look=1, height=33.5), Row([3], look=1)]
        book.sheet("表").stream(2, len(rows), rows, looks)

    page = openpyxl.load_workbook(io.BytesIO(build(datetime(2020, 1, 1), None, fill)))["表"]
    assert [page.cell(row, 1).value for row in (3, 4, 5)] == ["甲", "乙", 3]
    assert [page.cell(row, 1).font.b for row in (3, 4, 5)] == [False, True, True]
    assert [page.row_dimensions[row].height for row in (3, 4, 5)] == [None, 33.5, None]
