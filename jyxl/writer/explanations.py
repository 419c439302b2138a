"""提示说明: the units' explanations of warnings, for the office to read through."""

from __future__ import annotations

from jyxl.addresses import Area
from jyxl.county import County
from jyxl.layout import EXPLANATIONS, year_line
from jyxl.places import drawn
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet, put
from jyxl.writer.page import Heading, long_list

_HEADS = ("单位代码", "单位名称", "工作表", "单元格", "问题", "单位的说明", "规则")
_WIDTHS = (10.0, 24.0, 12.0, 8.0, 50.0, 50.0, 7.0)
_LONG = (1, 4, 5)
"""The columns in which a text may take several lines."""


def write(book: Book, county: County) -> Sheet:
    """The sheet, with a line for each explanation."""
    last = len(_HEADS) - 1
    page = book.sheet(EXPLANATIONS, locked=False)
    for which, width in enumerate(_WIDTHS):
        page.set_column(which, which, width)
    put(page, Area(0, 0, 0, last), "各单位对提示的说明", book.style(look.TITLE))
    page.set_row(0, 32)
    for which, head in enumerate(_HEADS):
        put(page, Area(1, which, 1, which), head, book.style(look.HEAD))
    text, code = book.style(look.PROSE), book.style(look.TEXT | look.BOX | look.CODE)
    row = 2
    for unit in county.counted:
        for one in unit.explanations:
            where = (one.place.sheet or "", drawn(county.edition, one.place).cell or "")
            texts = (unit.code, unit.name, *where, one.problem, one.words, one.rule)
            for which, value in enumerate(texts):
                style = code if which == last else text
                put(page, Area(row, which, row, which), value, style)
            page.set_row(row, max(look.height(texts[i], _WIDTHS[i] - 2) for i in _LONG))
            row += 1
    if row == 2:
        put(page, Area(row, 0, row, last), "没有需要说明的提示。", text)
    else:
        page.autofilter(1, 0, row - 1, last)
    page.freeze_panes(2, 0)
    long_list(page, Heading(county.name, year_line(county.year)), heads=1)
    return page
