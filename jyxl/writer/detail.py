"""明细: the figures of a table, with a row for each unit and a column for each cell; the
county's sums add them up."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from jyxl.addresses import Area, a1, column_letters
from jyxl.county import County, UnitRow
from jyxl.definition import Cell, Table
from jyxl.layout import detail_name, sheet, year_line
from jyxl.numbers import for_cell
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet, put
from jyxl.writer.page import Heading, wide_list
from jyxl.writer.streams import Value

LEADING = ("单位代码", "单位名称", "状态", "版本")
TRAILING = ("收到时间", "来源文件", "SHA-256")

_FIRST = 5
"""The row of the first unit. Above it are two levels of labels and the cells' addresses."""
_LABELS = _FIRST - 3
_LEADING_WIDTHS, _TRAILING_WIDTHS = (10.0, 24.0, 12.0, 6.0), (18.0, 36.0, 68.0)
_CELL_WIDTH, _SCALE, _ACROSS = 8.5, 65, 22
"""The width of a number, the print scale in per cent, and how many numbers fit across a page."""


def column_of(table: Table, name: str) -> int:
    """The number of the column of a cell."""
    return len(LEADING) + [cell.name for cell in table.cells].index(name)


def column(table: Table, name: str, units: int) -> str:
    """A reference to all units' figures for a cell. units: how many there are."""
    letters = column_letters(column_of(table, name))
    return f"'{detail_name(table)}'!{letters}{_FIRST + 1}:{letters}{_FIRST + units}"


def cell_of(table: Table, name: str, unit: int) -> str:
    """A reference to one unit's figure for a cell. unit: its number in the county."""
    return f"'{detail_name(table)}'!{a1(_FIRST + unit, column_of(table, name))}"


def link(table: Table, name: str) -> str:
    """The target of a link to the column of a cell."""
    return f"internal:'{detail_name(table)}'!{a1(_LABELS + 1, column_of(table, name))}"


def write(book: Book, county: County, table: Table) -> Sheet:
    """The sheet. The files behind the figures are outside the printed area."""
    page = book.sheet(detail_name(table), locked=False)
    first, after = len(LEADING), len(LEADING) + len(table.cells)
    widths = (*_LEADING_WIDTHS, *[_CELL_WIDTH] * len(table.cells), *_TRAILING_WIDTHS)
    for which, width in enumerate(widths):
        page.set_column(which, which, width)
    title = book.style(look.TITLE | {"align": "left"})
    put(page, Area(0, 0, 0, first + 5), f"{table.title}　各单位明细", title)
    page.set_row(0, 30)
    put(page, Area(1, 0, 1, first + 5), f"汇总范围：{county.short_scope}", book.style(look.BASE))
    page.set_row(1, 20)
    _heads(book, page, table)
    _rows(book, page, county, table)
    bottom = _FIRST + len(county.units) - 1
    page.autofilter(_FIRST - 1, 0, bottom, after + len(TRAILING) - 1)
    page.freeze_panes(_FIRST, 2)
    heading = Heading(county.name, year_line(county.year))
    wide_list(page, heading, (_LABELS, _FIRST - 1), 1, list(_page_breaks(table)), _SCALE)
    page.print_area(0, 0, bottom, after - 1)
    return page


def _rows(book: Book, page: Sheet, county: County, table: Table) -> None:
    text = book.style(look.PROSE, {"text_wrap": False})
    number, total = book.style(look.NUMBER), book.style(look.TOTAL)
    styles = [total if cell.name in county.edition.totals else number for cell in table.cells]
    rows = (_row(table, unit) for unit in county.units)
    styles = [*[text] * len(LEADING), *styles, *[text] * len(TRAILING)]
    page.stream(_FIRST, len(county.units), rows, styles)


def _row(table: Table, unit: UnitRow) -> list[Value]:
    """The line of a unit; its cells are blank if the unit does not count."""
    if unit.figures is None:
        blanks = [None] * (1 + len(table.cells) + len(TRAILING))
        return [unit.code, unit.name, unit.state_words, *blanks]
    figures = [for_cell(unit.figures[cell.name], cell.kind.scale) for cell in table.cells]
    trailing = (unit.arrived_minute, unit.file, unit.sha256)
    return [unit.code, unit.name, unit.state_words, str(unit.version), *figures, *trailing]


def _heads(book: Book, page: Sheet, table: Table) -> None:
    """Write two levels of labels and, under them, each cell's address, a link to the table."""
    small: look.Layer = {"font_size": 9}
    head, link_style = book.style(look.HEAD | small), book.style(look.HEAD | small, look.LINK)
    for which, text in (
        *enumerate(LEADING),
        *enumerate(TRAILING, len(LEADING) + len(table.cells)),
    ):
        put(page, Area(_LABELS, which, _FIRST - 1, which), text, head)
    heights = [20.0, 20.0]
    which = len(LEADING)
    for label, cells in _groups(table):
        put(page, Area(_LABELS, which, _LABELS, which + len(cells) - 1), label, head)
        heights[0] = max(heights[0], look.height(label, _CELL_WIDTH * len(cells)))
        for cell in cells:
            words = cell.column_labels[-1]
            put(page, Area(_LABELS + 1, which, _LABELS + 1, which), words, head)
            heights[1] = max(heights[1], look.height(words, _CELL_WIDTH))
            address = sheet(table).address(cell.name)
            target = f"internal:'{table.sheet}'!{address}"
            page.write_url(_FIRST - 1, which, target, link_style, address)
            which += 1
    for level, height in enumerate(heights):
        page.set_row(_LABELS + level, height)


def _page_breaks(table: Table) -> Iterator[int]:
    """The columns before which a page ends: never between cells that share a label."""
    start = which = len(LEADING)
    for _, cells in _groups(table):
        if which + len(cells) - start > _ACROSS:
            yield which
            start = which
        which += len(cells)


def _groups(table: Table) -> Iterator[tuple[str, list[Cell]]]:
    """The neighbouring cells that share a label, under that label."""
    for label, cells in groupby(table.cells, key=_shared_label):
        yield label, list(cells)


def _shared_label(cell: Cell) -> str:
    """The label of the cell's row, or else the heading above the cell."""
    if cell.row_labels:
        return cell.row_labels[-1]
    return "　".join(cell.column_labels[:-1])
