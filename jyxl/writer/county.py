"""The county workbook: the statutory tables as live sums over the units' detail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from jyxl.county import County, sums
from jyxl.definition import Cell, Table
from jyxl.layout import EXPLANATIONS, sheet, unit_line, year_line
from jyxl.live import county_lines
from jyxl.numbers import for_cell
from jyxl.writer import charts, checks, detail, explanations, look, status, table
from jyxl.writer.book import Book, build
from jyxl.writer.table import CellContent, Formula, TableContent


def workbook(county: County) -> bytes:
    """The bytes of the county workbook (xlsx). Equal arguments give equal bytes."""
    edition = county.edition
    figures = sums(county)

    def fill(book: Book) -> None:
        status.write(book, county)
        for one in edition.tables:
            _table(book, county, one, figures)
        charts.write(book, county, figures)
        for one in edition.tables:
            detail.write(book, county, one, figures)
        whose = f"{county.name}　{year_line(county.year)}"
        lines = county_lines(edition, figures)
        checks.write(
            book,
            edition,
            whose,
            edition.county_kind,
            lines,
            for_unit=False,
            remark=_to_read(county),
        )
        explanations.write(book, county)

    return build(datetime(county.year + 1, 1, 1), None, fill)


def _to_read(county: County) -> str:
    """How many odd figures in the returns the office has not accepted yet."""
    count = sum(len(unit.to_read) for unit in county.counted)
    return f"各单位报的可疑数字还有 {count} 处没有认可，见“{EXPLANATIONS}”" if count else ""


def _table(book: Book, county: County, one: Table, figures: Mapping[str, int]) -> None:
    content = TableContent(
        unit=unit_line(county.name),
        year=year_line(county.year),
        confirm_label="汇总范围：",
        confirm=None,
        confirm_is_open=False,
        status=county.short_scope,
        prints_state=bool(county.left_out),
        cells={
            cell.name: CellContent(
                look.TOTAL if cell.name in county.edition.totals else look.NUMBER,
                Formula(_sum(one, cell, county), for_cell(figures[cell.name], cell.kind.scale)),
            )
            for cell in one.cells
        },
    )
    page = table.write(book, one, content)
    place = sheet(one)
    for cell in one.cells:
        page.link(place.cells[cell.name], detail.link(one, cell.name), "到各单位明细")


def _sum(one: Table, cell: Cell, county: County) -> str:
    text = f"SUM({detail.column(one, cell.name, len(county.units))})"
    return f"ROUND({text},{cell.kind.decimals})" if cell.kind.decimals else text
