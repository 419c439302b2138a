"""上年数: last year's figures, locked, laid out like the tables, which stand side by side."""

from __future__ import annotations

from collections.abc import Mapping

from jyxl.definition import Edition
from jyxl.form import Form
from jyxl.layout import LAST_YEAR, SheetLayout, last_year, sheet, unit_line, year_line
from jyxl.numbers import for_cell
from jyxl.writer import look, table
from jyxl.writer.book import Book, Sheet, put
from jyxl.writer.page import Heading, side_by_side


def write(book: Book, edition: Edition, form: Form) -> Sheet:
    """The sheet. What is not known is blank."""
    page = book.sheet(LAST_YEAR)
    places = last_year(edition.tables)
    year = year_line(form.identity.year - 1)
    breaks = []
    for one in edition.tables:
        place = places[one.key]
        left = place.year.right - place.columns + 1
        for which, width in enumerate(place.widths):
            page.set_column(left + which, left + which, width)
        page.set_column(left + place.columns, left + place.columns, 3)
        breaks.append(left + place.columns + 1)
        title = f"上年数（{year}，只供核对）　{one.title}"
        table.labels(book, page, place, {"title": title, "confirm": None})
        put(page, place.unit, unit_line(form.identity.name), book.style(look.BASE))
        put(page, place.year, year, book.style(look.BASE | {"align": "right"}))
        _figures(book, page, edition, place, form.last)
    for row, height in _heights(edition).items():
        page.set_row(row, height)
    right = places[edition.tables[-1].key].year.right
    bottom = max(place.signature.top for place in places.values()) - 1
    side_by_side(page, Heading(unit_line(form.identity.name), LAST_YEAR), breaks[:-1])
    page.print_area(0, 0, bottom, right)
    return page


def _figures(
    book: Book, page: Sheet, edition: Edition, place: SheetLayout, last: Mapping[str, int]
) -> None:
    for cell in place.table.cells:
        layer = look.TOTAL if cell.name in edition.totals else look.CLOSED
        known = last.get(cell.name)
        value = None if known is None else for_cell(known, cell.kind.scale)
        put(page, place.cells[cell.name], value, book.style(layer | {"font_color": "#404040"}))


def _heights(edition: Edition) -> dict[int, float]:
    """The height of every row: what the tallest of the tables needs there."""
    needed: dict[int, float] = {}
    for one in edition.tables:
        place = sheet(one)
        for row, height in table.heights(place).items():
            if row < place.signature.top:
                needed[row] = max(needed.get(row, 0.0), height)
    return {row: min(height, 64.0) for row, height in needed.items()}
