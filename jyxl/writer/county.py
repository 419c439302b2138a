"""The county report workbook: the statutory tables as live sums over the units' detail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jyxl.definition import Edition, Table
from jyxl.layout import (
    DETAIL_FIRST_ROW,
    DETAIL_LEADING,
    DETAIL_TRAILING,
    EXPLANATIONS,
    STATUS,
    Area,
    a1,
    column_letters,
    detail_name,
    sheet,
    year_line,
)
from jyxl.live import county_lines
from jyxl.numbers import for_cell
from jyxl.writer import checks, look, table
from jyxl.writer.book import Book, build, put
from jyxl.writer.table import CellContent, Formula, TableContent


@dataclass(frozen=True)
class Explanation:
    """A warning that a unit explained."""

    rule: str
    sheet: str
    cell: str
    problem: str
    words: str


@dataclass(frozen=True)
class UnitRow:
    """A unit in the county workbook. values: in the order of edition.cells, scaled
    integers; None where no accepted return is in force."""

    code: str
    name: str
    kind: str
    state: str
    counts: bool
    version: int
    arrived: str
    late: bool
    file: str
    sha256: str
    values: tuple[int, ...] | None
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


def sums(county: County) -> dict[str, int]:
    """Every county cell: the exact sum over the units that count."""
    rows = [unit.values for unit in county.counted if unit.values is not None]
    columns = zip(*rows, strict=True) if rows else ((0,) for _ in county.edition.cells)
    return {
        cell.name: sum(column) for cell, column in zip(county.edition.cells, columns, strict=True)
    }


def workbook(county: County) -> bytes:
    """The xlsx file. Equal arguments give equal bytes."""
    figures = sums(county)
    states = county_lines(county.edition, figures)

    def fill(book: Book) -> None:
        _status(book, county)
        for one in county.edition.tables:
            _table(book, county, one, figures)
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


def _status(book: Book, county: County) -> None:
    heads = (
        "序号",
        "单位代码",
        "单位名称",
        "类别",
        "状态",
        "版本",
        "收到时间",
        "迟报",
        "来源文件",
        "SHA-256",
    )
    widths = (5.5, 10.0, 26.0, 7.0, 18.0, 6.0, 18.0, 6.0, 38.0, 68.0)
    page = book.sheet(STATUS, locked=False)
    for which, width in enumerate(widths):
        page.set_column(which, which, width)
    title = f"{county.name} {county.year} 年政府信息公开工作年度报告　报送情况"
    last = len(heads) - 1
    put(page, Area(0, 0, 0, last - 1), title, book.style(look.TITLE))
    page.set_row(0, 34)
    scope = f"汇总范围：{county.scope}"
    put(page, Area(1, 0, 1, last - 1), scope, book.style(look.TEXT | {"bold": True}))
    page.set_row(1, look.height(scope, sum(widths[:-1]), 22))
    for which, head in enumerate(heads):
        put(page, Area(2, which, 2, which), head, book.style(look.HEAD))
    text, middle = book.style(look.TEXT | look.BOX), book.style(look.TEXT | look.BOX | look.CENTER)
    for number, unit in enumerate(county.units, 1):
        row = 2 + number
        layer = look.GOOD if unit.counts else look.BAD
        state = book.style(look.TEXT | look.BOX | look.CENTER, layer)
        texts = (
            *(number, unit.code, unit.name, unit.kind, unit.state, unit.version or ""),
            *(unit.arrived.replace("T", " "), "迟报" if unit.late else "", unit.file, unit.sha256),
        )
        for which, value in enumerate(texts):
            style = state if which == 4 else middle if which in (0, 1, 3, 5, 6, 7) else text
            put(page, Area(row, which, row, which), value, style)
    bottom = 2 + len(county.units)
    page.autofilter(2, 0, bottom, last)
    page.freeze_panes(3, 0)
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(2)
    page.print_area(0, 0, bottom, last - 1)
    page.set_footer("&C&9第 &P 页　共 &N 页")


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
        unit=f"填报单位：{county.name}",
        year=year_line(county.year),
        confirm_label="汇总范围：",
        confirm=None,
        confirm_is_open=False,
        status=county.scope,
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
    page.set_column(first, after - 1, 9.5)
    for which, width in enumerate((18.0, 36.0, 68.0), after):
        page.set_column(which, which, width)
    put(
        page,
        Area(0, 0, 0, first + 5),
        f"{one.title}　各单位明细",
        book.style(look.TITLE | {"align": "left"}),
    )
    page.set_row(0, 30)
    put(page, Area(1, 0, 1, first + 5), f"汇总范围：{county.scope}", book.style(look.BASE))
    head = book.style(look.HEAD | {"font_size": 9})
    place = sheet(one)
    for which, text in enumerate(DETAIL_LEADING):
        put(page, Area(2, which, 3, which), text, head)
    for which, cell in enumerate(one.cells, first):
        put(page, Area(2, which, 2, which), cell.label, head)
        target = f"internal:'{one.sheet}'!{place.address(cell.name)}"
        page.write_url(
            3,
            which,
            target,
            book.style(look.HEAD | {"font_size": 9}, look.LINK),
            place.address(cell.name),
        )
    for which, text in enumerate(DETAIL_TRAILING, after):
        put(page, Area(2, which, 3, which), text, head)
    tallest = max(look.height(cell.label, 9.5) for cell in one.cells)
    page.set_row(2, min(150.0, tallest))
    text_style = book.style(look.BASE | look.BOX)
    number_style = book.style(look.NUMBER)
    start = edition.index[one.cells[0].name]
    rows = [_detail_row(one, unit, start) for unit in county.units]
    texts, figures = [text_style] * first, [number_style] * len(one.cells)
    page.stream(DETAIL_FIRST_ROW, rows, [*texts, *figures, *texts[: len(DETAIL_TRAILING)]])
    bottom = DETAIL_FIRST_ROW + len(county.units) - 1
    page.autofilter(3, 0, bottom, after + len(DETAIL_TRAILING) - 1)
    page.freeze_panes(DETAIL_FIRST_ROW, 2)
    page.set_paper(8)
    page.set_landscape()
    page.fit_to_pages(1, 0) if after <= 40 else page.set_print_scale(60)
    page.repeat_rows(2, 3)
    page.repeat_columns(0, 1)


def _detail_row(one: Table, unit: UnitRow, start: int) -> list[str | int | float | None]:
    """A unit's line: its cells blank where it does not count. start: of the table's values."""
    if not unit.counts or unit.values is None:
        blanks = [None] * (1 + len(one.cells) + len(DETAIL_TRAILING))
        return [unit.code, unit.name, unit.state, *blanks]
    figures = [
        for_cell(value, cell.kind.scale)
        for cell, value in zip(one.cells, unit.values[start:], strict=False)
    ]
    trailing = (unit.arrived.replace("T", " "), unit.file, unit.sha256)
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
    text = book.style(look.TEXT | look.BOX)
    row = 2
    for unit in county.counted:
        for one in unit.explanations:
            texts = (unit.code, unit.name, one.rule, one.sheet, one.cell, one.problem, one.words)
            for which, value in enumerate(texts):
                put(page, Area(row, which, row, which), value, text)
            page.set_row(row, max(look.height(texts[i], widths[i]) for i in (1, 5, 6)))
            row += 1
    if row == 2:
        put(page, Area(row, 0, row, len(heads) - 1), "没有需要说明的提示。", text)
    page.freeze_panes(2, 0)
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
