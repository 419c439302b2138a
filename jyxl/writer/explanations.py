"""提示说明: the units' explanations of warnings for the office to read, and what it decided."""

from __future__ import annotations

from itertools import pairwise

from jyxl import moments
from jyxl.addresses import Area
from jyxl.county import County, Explanation, UnitRow
from jyxl.layout import EXPLANATIONS, year_line
from jyxl.places import drawn
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet, put
from jyxl.writer.page import Heading, long_list

_HEADS = (
    "单位代码",
    "单位名称",
    "工作表",
    "单元格",
    "问题",
    "单位的说明",
    "收表办公室的意见",
    "规则",
)
_WIDTHS = (10.0, 24.0, 12.0, 18.0, 46.0, 46.0, 30.0, 8.0)
_LONG = (1, 4, 5, 6)
"""The columns in which a text may take several lines."""
_TO_READ = "待阅"
_RULINGS = {"单位代码": 0, "单位名称": 1, "决定": 2, "时间": 3, "文件": 4, "理由": 5}
"""The heads of the decisions, each with its first column; it reaches to the next one."""


def write(book: Book, county: County) -> Sheet:
    """The sheet, with a line for each explanation, then one for each decision of the office."""
    last = len(_HEADS) - 1
    page = book.sheet(EXPLANATIONS, locked=False)
    for which, width in enumerate(_WIDTHS):
        page.set_column(which, which, width)
    put(page, Area(0, 0, 0, last), "各单位对提示的说明", book.style(look.TITLE))
    page.set_row(0, 32)
    _heads(book, page, 1, _HEADS)
    row = 2
    for unit in county.counted:
        for one in unit.explanations:
            _line(book, page, row, _explanation(county, unit, one))
            row += 1
    if row == 2:
        nothing = "没有需要说明的提示。"
        put(page, Area(row, 0, row, last), nothing, book.style(look.PROSE))
        row += 1
    else:
        page.autofilter(1, 0, row - 1, last)
    _rulings(book, page, row + 1, county)
    page.freeze_panes(2, 0)
    long_list(page, Heading(county.name, year_line(county.year)), heads=1)
    return page


def _explanation(county: County, unit: UnitRow, one: Explanation) -> tuple[str, ...]:
    where = (one.place.sheet or "", drawn(county.edition, one.place).cell or "")
    opinion = one.allowed or _TO_READ + ("（没有说出原因）" if one.is_empty else "")
    return (unit.code, unit.name, *where, one.problem, one.words, opinion, one.rule)


def _rulings(book: Book, page: Sheet, row: int, county: County) -> None:
    """The decisions of the office, oldest first for each unit; nothing if there are none."""
    rulings = [(unit, one) for unit in county.units for one in unit.rulings]
    if not rulings:
        return
    put(page, Area(row, 0, row, len(_HEADS) - 1), "收表办公室的决定", book.style(look.TITLE))
    page.set_row(row, 32)
    starts = [*_RULINGS.values(), len(_HEADS)]
    spans = list(pairwise(starts))
    for head, (left, right) in zip(_RULINGS, spans, strict=True):
        put(page, Area(row + 1, left, row + 1, right - 1), head, book.style(look.HEAD))
    for number, (unit, one) in enumerate(rulings, row + 2):
        decision = "采用" if one.is_allowed else "退回"
        time = moments.minute(one.time)
        texts = (unit.code, unit.name, decision, time, one.file, one.because)
        heights = []
        for text, (left, right) in zip(texts, spans, strict=True):
            put(page, Area(number, left, number, right - 1), text, book.style(look.PROSE))
            heights.append(look.height(text, sum(_WIDTHS[left:right]) - 2))
        page.set_row(number, max(heights))


def _heads(book: Book, page: Sheet, row: int, heads: tuple[str, ...]) -> None:
    for which, head in enumerate(heads):
        put(page, Area(row, which, row, which), head, book.style(look.HEAD))


def _line(book: Book, page: Sheet, row: int, texts: tuple[str, ...]) -> None:
    """An explanation; the code of its rule, which comes last, is small."""
    code = book.style(look.TEXT | look.BOX | look.CODE)
    for which, value in enumerate(texts):
        style = code if which == len(texts) - 1 else book.style(look.PROSE)
        put(page, Area(row, which, row, which), value, style)
    page.set_row(row, max(look.height(texts[i], _WIDTHS[i] - 2) for i in _LONG))
