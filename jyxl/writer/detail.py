"""明细: the figures of a table, with a row for each unit and a column for each cell, and the sums
below; the county's tables add up the rows of the units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, groupby

from jyxl.addresses import Area, a1, column_letters
from jyxl.county import County, UnitRow
from jyxl.definition import Cell, Table, TextCell
from jyxl.layout import ADJUSTMENTS, TOTAL_ROW, detail_name, sheet, year_line
from jyxl.numbers import for_cell
from jyxl.supplement_tables import OWN
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet, put, put_formula
from jyxl.writer.check_line import text_length
from jyxl.writer.page import Heading, Paper, wide_list
from jyxl.writer.streams import Row, Value

LEADING = ("单位代码", "单位名称", "状态")
TRAILING = ("版本", "收到时间", "来源文件", "SHA-256")

_FIRST = 5
"""The row of the first unit. Above it are two levels of labels and the cells' addresses."""
_LABELS = _FIRST - 3
_NAMES = 2
"""How many of the leading columns are repeated on each page."""
_LEADING_WIDTHS, _TRAILING_WIDTHS = (9.0, 22.0, 9.0), (6.0, 18.0, 36.0, 68.0)
_WIDE, _NARROW, _FEW = 7.0, 5.0, 26
"""The width of a number in a table with few cells, and in one with many; how many are few."""
_GAP = 0.625
"""What each column takes beside its width."""
_UPRIGHT_A4, _ACROSS_A4, _ACROSS_A3 = 135.0, 225.0, 318.0
"""The width of a page at the smallest scale that can be read, with a little to spare."""


def column_of(table: Table, name: str) -> int:
    """The number of the column of a cell."""
    return len(LEADING) + [one.name for one in table.answers].index(name)


def column(table: Table, name: str, lines: int) -> str:
    """A reference to all figures for a cell. lines: how many there are, as `lines` says."""
    letters = column_letters(column_of(table, name))
    return f"'{detail_name(table)}'!{letters}{_FIRST + 1}:{letters}{_FIRST + lines}"


def lines(county: County, table: Table) -> int:
    """How many lines are added up: one for each unit, and one for the adjustments, if there are
    any in the table."""
    return len(county.units) + _is_adjusted(county, table)


def _is_adjusted(county: County, table: Table) -> bool:
    return any(county.edition.cell[name].table == table.key for name in county.adjusted)


def cell_of(table: Table, name: str, unit: int) -> str:
    """A reference to one unit's figure for a cell. unit: its number in the county."""
    return f"'{detail_name(table)}'!{a1(_FIRST + unit, column_of(table, name))}"


def link(table: Table, name: str) -> str:
    """The target of a link to the column of a cell."""
    return f"internal:'{detail_name(table)}'!{a1(_LABELS + 1, column_of(table, name))}"


def write(book: Book, county: County, table: Table, figures: Mapping[str, int]) -> Sheet:
    """The sheet. figures: the sums of the county. The title is in the header of the printed pages,
    and the files behind the figures are outside the printed area."""
    page = book.sheet(detail_name(table), locked=False)
    first, after = len(LEADING), len(LEADING) + len(table.answers)
    numbers = [_width(table)] * len(table.answers)
    for which, width in enumerate((*_LEADING_WIDTHS, *numbers, *_TRAILING_WIDTHS)):
        page.set_column(which, which, width)
    title, scope = f"{table.title}　各单位明细", f"汇总范围：{county.short_scope}"
    put(page, Area(0, 0, 0, first + 6), title, book.style(look.TITLE | {"align": "left"}))
    page.set_row(0, 30)
    put(page, Area(1, 0, 1, first + 6), scope, book.style(look.BASE))
    page.set_row(1, 20)
    _heads(book, page, table)
    _rows(book, page, county, table)
    bottom = _FIRST + lines(county, table)
    _sums(book, page, county, table, figures, bottom)
    page.autofilter(_FIRST - 1, 0, _FIRST + len(county.units) - 1, after + len(TRAILING) - 1)
    page.freeze_panes(_FIRST, _NAMES)
    heading = Heading(title, f"{county.name}　{year_line(county.year)}", scope)
    wide_list(page, heading, (_LABELS, _FIRST - 1), _NAMES - 1, paper(table))
    page.print_area(_LABELS, 0, bottom, after - 1)
    return page


def _width(table: Table) -> float:
    return _WIDE if len(table.answers) <= _FEW else _NARROW


def _sums(
    book: Book, page: Sheet, county: County, table: Table, figures: Mapping[str, int], row: int
) -> None:
    """Write the last line, which adds up each column."""
    text = book.style(look.TOTAL, look.LEFT, {"num_format": "General"})
    words = (TOTAL_ROW, f"{len(county.counted)} 个单位", "")
    for which, word in enumerate(words):
        put(page, Area(row, which, row, which), word, text)
    style = book.style(look.TOTAL)
    for which, one in enumerate(table.answers, len(LEADING)):
        column = f"{a1(_FIRST, which)}:{a1(row - 1, which)}"
        formula, value = summed(one, column, figures)
        if one.added == "不汇总":
            put(page, Area(row, which, row, which), None, style)
        else:
            put_formula(page, Area(row, which, row, which), formula, value, style)


def summed(
    one: Cell | TextCell, column: str, figures: Mapping[str, int]
) -> tuple[str, int | float]:
    """(formula, result) of what the county makes of a column of answers.

    figures: what the county's sums and counts are.
    """
    if isinstance(one, TextCell):
        counted = f'COUNTIF({column},"{one.choices[0]}")' if one.choices else ""
        return counted or f"SUMPRODUCT(--({text_length(column)}>0))", figures.get(one.name, 0)
    value = for_cell(figures[one.name], one.kind.scale)
    if one.added == "计数":
        return f"SUMPRODUCT(--({column}<>0))", value
    total = f"SUM({column})"
    return (f"ROUND({total},{one.kind.decimals})" if one.kind.decimals else total), value


def _rows(book: Book, page: Sheet, county: County, table: Table) -> None:
    text = book.style(look.PROSE, {"text_wrap": False})
    number, total = book.style(look.NUMBER), book.style(look.TOTAL)
    words = book.style(look.PROSE, {"text_wrap": False})
    styles = [
        words
        if isinstance(one, TextCell)
        else (total if one.name in county.edition.totals else number)
        for one in table.answers
    ]
    units = (Row(_row(table, unit)) for unit in county.units)
    adjusted = [Row(_adjusted(table, county))] if _is_adjusted(county, table) else []
    styles = [*[text] * len(LEADING), *styles, *[text] * len(TRAILING)]
    page.stream(_FIRST, lines(county, table), chain(units, adjusted), [styles])


def _row(table: Table, unit: UnitRow) -> list[Value]:
    """The line of a unit; its cells are blank if the unit does not count."""
    leading: list[Value] = [unit.code, unit.name, unit.state_words]
    if unit.figures is None:
        return [*leading, *[None] * (len(table.answers) + len(TRAILING))]
    answers = [_answer(one, unit, unit.figures) for one in table.answers]
    return [*leading, *answers, str(unit.version), unit.arrived_minute, unit.file, unit.sha256]


def _adjusted(table: Table, county: County) -> list[Value]:
    """The line of the adjustments; a cell is blank if nothing is added to it."""
    row = county.adjusted_row
    added: list[Value] = [
        for_cell(row[one.name], one.kind.scale) if isinstance(one, Cell) and row[one.name] else None
        for one in table.answers
    ]
    return ["", ADJUSTMENTS, "", *added, *[None] * len(TRAILING)]


def _answer(one: Cell | TextCell, unit: UnitRow, figures: Mapping[str, int]) -> Value:
    """An answer of a unit; blank if it was not asked for it."""
    if isinstance(one, TextCell):
        return unit.words.get(one.name, "")
    if one.name in unit.unasked or (one.table == OWN and unit.kind in one.closed_for):
        return None
    return for_cell(figures[one.name], one.kind.scale)


def _heads(book: Book, page: Sheet, table: Table) -> None:
    """Write two levels of labels and, under them, each cell's address, a link to the table."""
    small: look.Layer = {"font_size": 9}
    head, link_style = book.style(look.HEAD | small), book.style(look.HEAD | small, look.LINK)
    for which, text in (
        *enumerate(LEADING),
        *enumerate(TRAILING, len(LEADING) + len(table.answers)),
    ):
        put(page, Area(_LABELS, which, _FIRST - 1, which), text, head)
    heights = [20.0, 20.0]
    which = len(LEADING)
    for label, cells in _groups(table):
        put(page, Area(_LABELS, which, _LABELS, which + len(cells) - 1), label, head)
        heights[0] = max(heights[0], look.height(label, _width(table) * len(cells)))
        for cell in cells:
            words = _own_label(cell)
            put(page, Area(_LABELS + 1, which, _LABELS + 1, which), words, head)
            heights[1] = max(heights[1], look.height(words, _width(table)))
            address = sheet(table).address(cell.name)
            target = f"internal:'{table.sheet}'!{address}"
            page.write_url(_FIRST - 1, which, target, link_style, address)
            which += 1
    for level, height in enumerate(heights):
        page.set_row(_LABELS + level, height)


def paper(table: Table) -> Paper:
    """A4 if the whole table fits across a page, upright if it can be; or else A3 on several pages,
    each of which ends between two groups of cells."""
    width = _width(table) + _GAP
    leading = [one + _GAP for one in _LEADING_WIDTHS]
    whole = sum(leading) + width * len(table.answers)
    if whole <= _ACROSS_A4:
        return Paper("A4", whole <= _UPRIGHT_A4)
    breaks: list[int] = []
    used, which = sum(leading), len(LEADING)
    for _, cells in _groups(table):
        if used + width * len(cells) > _ACROSS_A3:
            breaks.append(which)
            used = sum(leading[:_NAMES])
        used += width * len(cells)
        which += len(cells)
    return Paper("A3", breaks=tuple(breaks))


def _groups(table: Table) -> Iterator[tuple[str, list[Cell | TextCell]]]:
    """The neighbouring cells that share a label, under that label."""
    for label, cells in groupby(table.answers, key=_shared_label):
        yield label, list(cells)


def _own_label(cell: Cell | TextCell) -> str:
    """What is said of a cell under the label that it shares."""
    if isinstance(cell, TextCell) or cell.table == OWN:
        return cell.row_labels[-1]
    return cell.column_labels[-1]


def _shared_label(cell: Cell | TextCell) -> str:
    """The label of the cell's row, or else the heading above the cell; of the county's own, the
    group."""
    if cell.table == OWN:
        return cell.row_labels[0] if len(cell.row_labels) > 1 else ""
    if cell.row_labels or isinstance(cell, TextCell):
        return cell.row_labels[-1]
    return "　".join(cell.column_labels[:-1])
