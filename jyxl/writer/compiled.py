"""文字材料汇编: what the units wrote, with a row for each unit and a column for each text."""

from __future__ import annotations

from itertools import groupby

from jyxl.addresses import Area
from jyxl.county import County, UnitRow
from jyxl.definition import Cell, TextCell
from jyxl.layout import COMPILED, year_line
from jyxl.numbers import for_cell
from jyxl.supplement_tables import WORDS
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet, put
from jyxl.writer.page import Heading, long_list

_LEADING = {"单位代码": 10.0, "单位名称": 24.0, "状态": 12.0}
_LONG, _SHORT = 60.0, 16.0
_TALLEST = 409.0
_HEADS = 2
"""The row of the parts of the report; below it are the fields."""


def write(book: Book, county: County) -> Sheet:
    """The sheet. A text stands in its cell whole, even if the row cannot be high enough for it."""
    fields = county.edition.table[WORDS].answers
    page = book.sheet(COMPILED, locked=False)
    widths = [*_LEADING.values(), *map(_width, fields)]
    for which, width in enumerate(widths):
        page.set_column(which, which, width)
    put(page, Area(0, 0, 0, len(widths) - 1), COMPILED, book.style(look.TITLE | {"align": "left"}))
    page.set_row(0, 32)
    scope = f"汇总范围：{county.short_scope}"
    put(page, Area(1, 0, 1, len(widths) - 1), scope, book.style(look.BASE))
    _heads(book, page, fields)
    first = _HEADS + 2
    for row, unit in enumerate(county.units, first):
        _unit(book, page, row, unit, fields)
    bottom = first + len(county.units) - 1
    page.autofilter(first - 1, 0, bottom, len(widths) - 1)
    page.freeze_panes(first, 2)
    long_list(page, Heading(county.name, year_line(county.year)), heads=first - 1)
    page.repeat_rows(_HEADS, first - 1)
    return page


def _width(field: Cell | TextCell) -> float:
    return _LONG if isinstance(field, TextCell) and field.is_long else _SHORT


def _heads(book: Book, page: Sheet, fields: tuple[Cell | TextCell, ...]) -> None:
    head = book.style(look.HEAD)
    for which, text in enumerate(_LEADING):
        put(page, Area(_HEADS, which, _HEADS + 1, which), text, head)
    which = len(_LEADING)
    for part, members in groupby(fields, key=lambda field: field.row_labels[0]):
        labels = [field.row_labels[-1] for field in members]
        put(page, Area(_HEADS, which, _HEADS, which + len(labels) - 1), part, head)
        for label in labels:
            put(page, Area(_HEADS + 1, which, _HEADS + 1, which), label, head)
            which += 1
    page.set_row(_HEADS, 34)
    page.set_row(_HEADS + 1, 34)


def _unit(
    book: Book, page: Sheet, row: int, unit: UnitRow, fields: tuple[Cell | TextCell, ...]
) -> None:
    top = {"valign": "top"}
    text, figure = book.style(look.PROSE | top), book.style(look.NUMBER | top)
    for which, content in enumerate((unit.code, unit.name, unit.state_words)):
        put(page, Area(row, which, row, which), content, text)
    height = 20.0
    for which, field in enumerate(fields, len(_LEADING)):
        area = Area(row, which, row, which)
        if isinstance(field, TextCell):
            words = unit.words.get(field.name, "") if unit.counts else ""
            put(page, area, words, text)
            height = max(height, look.height(words, _width(field) - 2))
        elif unit.figures is None or field.name in unit.unasked:
            put(page, area, None, figure)
        else:
            put(page, area, for_cell(unit.figures[field.name], field.kind.scale), figure)
    page.set_row(row, min(_TALLEST, height))
