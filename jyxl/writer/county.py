"""The county report workbook: the statutory tables as live sums over the units' detail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from jyxl.addresses import Area, a1, column_letters
from jyxl.definition import Cell, Edition, Table
from jyxl.finding import Place
from jyxl.layout import (
    DETAIL_FIRST_ROW,
    DETAIL_LEADING,
    DETAIL_TRAILING,
    EXPLANATIONS,
    STATUS,
    detail_name,
    sheet,
    unit_line,
    year_line,
)
from jyxl.live import county_lines
from jyxl.messages import STATES
from jyxl.numbers import for_cell
from jyxl.places import drawn
from jyxl.terms import UnitKind
from jyxl.writer import charts, checks, look, table
from jyxl.writer.book import Book, Sheet, build, head_and_foot, put
from jyxl.writer.table import CellContent, Formula, TableContent


@dataclass(frozen=True)
class Explanation:
    """A warning that a unit explained."""

    rule: str
    place: Place
    problem: str
    words: str


@dataclass(frozen=True)
class UnitRow:
    """A unit in the county workbook. figures: of every cell by its name, scaled integers;
    None where no accepted return is in force."""

    code: str
    name: str
    kind: UnitKind
    state: str
    counts: bool
    version: int
    arrived: str
    late: bool
    file: str
    sha256: str
    figures: Mapping[str, int] | None
    explanations: tuple[Explanation, ...] = ()


@dataclass(frozen=True)
class County:
    name: str
    year: int
    edition: Edition
    units: tuple[UnitRow, ...]

    @property
    def counted(self) -> list[UnitRow]:
        return [unit for unit in self.units if unit.counts]

    @property
    def left_out(self) -> list[UnitRow]:
        return [unit for unit in self.units if not unit.counts]

    @property
    def scope(self) -> str:
        """How much of the county is in the figures, with the names of who is not."""
        if not self.left_out:
            return f"全部 {len(self.units)} 个单位"
        names = "、".join(unit.name for unit in self.left_out)
        return f"{len(self.units)} 个单位中的 {len(self.counted)} 个；未计入：{names}"

    @property
    def short_scope(self) -> str:
        """The same with a few names at most."""
        if len(self.left_out) <= _NAMED:
            return self.scope
        names = "、".join(unit.name for unit in self.left_out[:_NAMED])
        return (
            f"{len(self.units)} 个单位中的 {len(self.counted)} 个；"
            f"未计入：{names}等 {len(self.left_out)} 个（见“{STATUS}”）"
        )

    @property
    def progress(self) -> str:
        """How many are in each state."""
        counts = [
            f"{words} {sum(unit.state.startswith(words) for unit in self.units)}"
            for words in STATES.values()
        ]
        late = sum(unit.late for unit in self.units)
        return f"应报 {len(self.units)} 个单位：{'　'.join(counts)}　其中迟报 {late}"


_NAMED = 6


def sums(county: County) -> dict[str, int]:
    """Every county cell: the exact sum over the units that count."""
    rows = [unit.figures for unit in county.counted if unit.figures is not None]
    return {cell.name: sum(row[cell.name] for row in rows) for cell in county.edition.cells}


def workbook(county: County) -> bytes:
    """The xlsx file. Equal arguments give equal bytes."""
    figures = sums(county)
    states = county_lines(county.edition, figures)

    def fill(book: Book) -> None:
        _status(book, county)
        for one in county.edition.tables:
            _table(book, county, one, figures)
        charts.write(book, county, figures)
        for one in county.edition.tables:
            _detail(book, county, one)
        checks.write(
            book,
            county.edition,
            f"{county.name}　{year_line(county.year)}",
            county.edition.county_kind,
            states,
            for_unit=False,
        )
        _explanations(book, county)

    return build(datetime(county.year + 1, 1, 1), None, fill)


_STATUS_HEADS = (
    *("序号", "单位代码", "单位名称", "类别", "状态"),
    *("版本", "收到时间", "迟报", "来源文件", "SHA-256"),
)
_STATUS_WIDTHS = (5.5, 10.0, 26.0, 7.0, 20.0, 6.0, 18.0, 6.0, 44.0, 68.0)


def _status(book: Book, county: County) -> None:
    page = book.sheet(STATUS, locked=False)
    for which, width in enumerate(_STATUS_WIDTHS):
        page.set_column(which, which, width)
    title = f"{county.name} {county.year} 年政府信息公开工作年度报告　报送情况"
    last = len(_STATUS_HEADS) - 1
    put(page, Area(0, 0, 0, last - 1), title, book.style(look.TITLE))
    page.set_row(0, 34)
    bold = book.style(look.TEXT | {"bold": True})
    put(page, Area(1, 0, 1, last - 1), county.progress, bold)
    page.set_row(1, 22)
    scope = f"汇总范围：{county.scope}"
    put(page, Area(2, 0, 2, last - 1), scope, book.style(look.TEXT))
    page.set_row(2, look.height(scope, sum(_STATUS_WIDTHS[:-1]), 22))
    heads = charts.STATUS_FIRST - 1
    for which, head in enumerate(_STATUS_HEADS):
        put(page, Area(heads, which, heads, which), head, book.style(look.HEAD))
    page.set_row(heads, 22)
    for number, unit in enumerate(county.units, 1):
        _status_line(book, page, heads + number, number, unit)
    bottom = heads + len(county.units)
    page.autofilter(heads, 0, bottom, last)
    page.freeze_panes(heads + 1, 3)
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(heads)
    page.print_area(0, 0, bottom, last - 1)
    page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    head_and_foot(page, county.name, year_line(county.year))


def _status_line(book: Book, page: Sheet, row: int, number: int, unit: UnitRow) -> None:
    text, middle = book.style(look.PROSE), book.style(look.TEXT | look.BOX | look.CENTER)
    mark = look.GOOD if unit.counts else look.BAD if unit.version else look.WARN
    if unit.counts and unit.state != STATES["accepted"]:
        mark = look.WARN
    styles = {
        2: text,
        charts.STATUS_STATE: book.style(look.TEXT | look.BOX | look.CENTER, mark),
        8: text,
        9: text,
    }
    contents = (
        *(number, unit.code, unit.name, unit.kind, unit.state, unit.version or ""),
        *(_minute(unit.arrived), "迟报" if unit.late else "", unit.file, unit.sha256),
    )
    for which, value in enumerate(contents):
        put(page, Area(row, which, row, which), value, styles.get(which, middle))
    page.set_row(row, look.height(unit.file, _STATUS_WIDTHS[8] - 2))


def _minute(moment: str) -> str:
    """2020-01-10T09:00:00 → 2020-01-10 09:00."""
    return moment[:16].replace("T", " ")


def _table(book: Book, county: County, one: Table, figures: dict[str, int]) -> None:
    last = DETAIL_FIRST_ROW + len(county.units)
    contents = {}
    for number, cell in enumerate(one.cells, len(DETAIL_LEADING)):
        letters = column_letters(number)
        text = f"SUM('{detail_name(one)}'!{letters}{DETAIL_FIRST_ROW + 1}:{letters}{last})"
        if cell.kind.decimals:
            text = f"ROUND({text},{cell.kind.decimals})"
        layer = look.TOTAL if cell.name in county.edition.totals else look.NUMBER
        result = for_cell(figures[cell.name], cell.kind.scale)
        contents[cell.name] = CellContent(layer, Formula(text, result))
    content = TableContent(
        unit=unit_line(county.name),
        year=year_line(county.year),
        confirm_label="汇总范围：",
        confirm=None,
        confirm_is_open=False,
        status=county.short_scope,
        cells=contents,
    )
    page = table.write(book, one, content)
    place = sheet(one)
    for number, cell in enumerate(one.cells, len(DETAIL_LEADING)):
        target = f"internal:'{detail_name(one)}'!{a1(DETAIL_FIRST_ROW - 2, number)}"
        page.link(place.cells[cell.name], target, "到各单位明细")


def _detail(book: Book, county: County, one: Table) -> None:
    page = book.sheet(detail_name(one), locked=False)
    edition = county.edition
    first = len(DETAIL_LEADING)
    after = first + len(one.cells)
    for which, width in enumerate((10.0, 24.0, 12.0, 6.0)):
        page.set_column(which, which, width)
    page.set_column(first, after - 1, _CELL_WIDTH)
    for which, width in enumerate((18.0, 36.0, 68.0), after):
        page.set_column(which, which, width)
    title = book.style(look.TITLE | {"align": "left"})
    put(page, Area(0, 0, 0, first + 5), f"{one.title}　各单位明细", title)
    page.set_row(0, 30)
    put(page, Area(1, 0, 1, first + 5), f"汇总范围：{county.short_scope}", book.style(look.BASE))
    page.set_row(1, 20)
    _detail_heads(book, page, one)
    text_style = book.style(look.PROSE, {"text_wrap": False})
    number_style, total_style = book.style(look.NUMBER), book.style(look.TOTAL)
    styles = [total_style if cell.name in edition.totals else number_style for cell in one.cells]
    rows = (_detail_row(one, unit) for unit in county.units)
    before, behind = [text_style] * first, [text_style] * len(DETAIL_TRAILING)
    page.stream(DETAIL_FIRST_ROW, len(county.units), rows, [*before, *styles, *behind])
    bottom = DETAIL_FIRST_ROW + len(county.units) - 1
    page.autofilter(DETAIL_FIRST_ROW - 1, 0, bottom, after + len(DETAIL_TRAILING) - 1)
    page.freeze_panes(DETAIL_FIRST_ROW, 2)
    page.set_paper(8)
    page.set_landscape()
    page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    page.print_area(0, 0, bottom, after - 1)
    page.set_print_scale(_SCALE)
    page.set_v_pagebreaks(_page_breaks(one))
    page.repeat_rows(2, DETAIL_FIRST_ROW - 1)
    page.repeat_columns(0, 1)
    head_and_foot(page, county.name, year_line(county.year))


def _detail_heads(book: Book, page: Sheet, one: Table) -> None:
    """Two levels of labels, and under them the cell's address, a link to the table."""
    first, row = len(DETAIL_LEADING), DETAIL_FIRST_ROW - 3
    small: look.Layer = {"font_size": 9}
    head = book.style(look.HEAD | small)
    for which, text in enumerate(DETAIL_LEADING):
        put(page, Area(row, which, row + 2, which), text, head)
    for which, text in enumerate(DETAIL_TRAILING, first + len(one.cells)):
        put(page, Area(row, which, row + 2, which), text, head)
    heights = [20.0, 20.0]
    which = first
    for label, group in groupby(one.cells, key=_group_label):
        cells = list(group)
        put(page, Area(row, which, row, which + len(cells) - 1), label, head)
        heights[0] = max(heights[0], look.height(label, _CELL_WIDTH * len(cells)))
        for cell in cells:
            words = cell.column_labels[-1]
            put(page, Area(row + 1, which, row + 1, which), words, head)
            heights[1] = max(heights[1], look.height(words, _CELL_WIDTH))
            address = sheet(one).address(cell.name)
            link = book.style(look.HEAD | small, look.LINK)
            page.write_url(row + 2, which, f"internal:'{one.sheet}'!{address}", link, address)
            which += 1
    for level, height in enumerate(heights):
        page.set_row(row + level, height)


_CELL_WIDTH, _SCALE, _ACROSS = 8.5, 65, 22
"""Of a detail sheet: width of a number, print scale, numbers across a page."""


def _page_breaks(one: Table) -> list[int]:
    """The columns before which a page ends: never amid cells that share a label."""
    breaks: list[int] = []
    start = column = len(DETAIL_LEADING)
    for _, group in groupby(one.cells, key=_group_label):
        width = len(list(group))
        if column + width - start > _ACROSS:
            breaks.append(column)
            start = column
        column += width
    return breaks


def _group_label(cell: Cell) -> str:
    """What neighbouring cells share: the row's label, or the heading above."""
    if cell.row_labels:
        return cell.row_labels[-1]
    return "　".join(cell.column_labels[:-1])


def _detail_row(one: Table, unit: UnitRow) -> list[str | int | float | None]:
    """A unit's line: its cells blank where it does not count."""
    if not unit.counts or unit.figures is None:
        blanks = [None] * (1 + len(one.cells) + len(DETAIL_TRAILING))
        return [unit.code, unit.name, unit.state, *blanks]
    figures = [for_cell(unit.figures[cell.name], cell.kind.scale) for cell in one.cells]
    trailing = (_minute(unit.arrived), unit.file, unit.sha256)
    return [unit.code, unit.name, unit.state, str(unit.version), *figures, *trailing]


def _explanations(book: Book, county: County) -> None:
    heads = ("单位代码", "单位名称", "规则", "工作表", "单元格", "问题", "单位的说明")
    widths = (10.0, 24.0, 7.0, 12.0, 8.0, 50.0, 50.0)
    page = book.sheet(EXPLANATIONS, locked=False)
    for which, width in enumerate(widths):
        page.set_column(which, which, width)
    put(page, Area(0, 0, 0, len(heads) - 1), "各单位对提示的说明", book.style(look.TITLE))
    page.set_row(0, 32)
    for which, head in enumerate(heads):
        put(page, Area(1, which, 1, which), head, book.style(look.HEAD))
    text = book.style(look.PROSE)
    row = 2
    for unit in county.counted:
        for one in unit.explanations:
            address = drawn(county.edition, one.place).cell or ""
            where = (one.place.sheet or "", address)
            texts = (unit.code, unit.name, one.rule, *where, one.problem, one.words)
            for which, value in enumerate(texts):
                put(page, Area(row, which, row, which), value, text)
            page.set_row(row, max(look.height(texts[i], widths[i] - 2) for i in (1, 5, 6)))
            row += 1
    if row == 2:
        put(page, Area(row, 0, row, len(heads) - 1), "没有需要说明的提示。", text)
    else:
        page.autofilter(1, 0, row - 1, len(heads) - 1)
    page.freeze_panes(2, 0)
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(1)
    page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    head_and_foot(page, county.name, year_line(county.year))
