"""The county workbook: the statutory tables as live sums over the units' detail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from jyxl.comparison import compared
from jyxl.county import County, counts, sums
from jyxl.definition import Cell, Table, TextCell
from jyxl.layout import EXPLANATIONS, sheet, unit_line, year_line
from jyxl.live import county_lines
from jyxl.supplement_tables import WORDS
from jyxl.writer import (
    adjustments,
    charts,
    checks,
    comparison,
    compiled,
    detail,
    explanations,
    look,
    status,
    table,
)
from jyxl.writer.book import Book, build
from jyxl.writer.table import CellContent, Formula, TableContent

_ASIDE = "见各单位明细"
"""Stands in place of what is not summed up."""


def workbook(county: County) -> bytes:
    """The bytes of the county workbook (xlsx). Equal arguments give equal bytes."""
    edition = county.edition
    figures = sums(county) | counts(county)
    tables = [one for one in edition.tables if one.key != WORDS]

    def fill(book: Book) -> None:
        status.write(book, county)
        for one in tables:
            _table(book, county, one, figures)
        charts.write(book, county, figures)
        if compared(county):
            comparison.write(book, county)
        for one in tables:
            detail.write(book, county, one, figures)
        whose = f"{county.name}　{year_line(county.year)}"
        if county.adjustments:
            adjustments.write(book, county)
        lines = county_lines(edition, county.kind, figures)
        checks.write(
            book,
            edition,
            whose,
            county.kind,
            lines,
            for_unit=False,
            remark="；".join(filter(None, (_to_read(county), _unfilled(county)))),
        )
        explanations.write(book, county)
        if WORDS in edition.table:
            compiled.write(book, county)

    return build(datetime(county.year + 1, 1, 1), None, fill)


def _to_read(county: County) -> str:
    """How many odd figures in the returns the office has not accepted yet."""
    count = sum(len(unit.to_read) for unit in county.counted)
    return f"各单位报的可疑数字还有 {count} 处没有认可，见“{EXPLANATIONS}”" if count else ""


def _unfilled(county: County) -> str:
    """Which rows no unit of the county may fill, although they are open at its level."""
    rows = dict.fromkeys(cell.row_labels[-1] for cell in county.unfilled)
    return f"{'、'.join(rows)}：名册里没有单位能填，合计的 0 不是报上来的数" if rows else ""


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
            answer.name: CellContent(*_answer(one, answer, county, figures))
            for answer in one.answers
        },
    )
    page = table.write(book, one, content)
    place = sheet(one)
    for answer in one.answers:
        page.link(place.spots[answer.name], detail.link(one, answer.name), "到各单位明细")


def _answer(
    one: Table, answer: Cell | TextCell, county: County, figures: Mapping[str, int]
) -> tuple[look.Layer, Formula | str]:
    """How the county's own cell looks, and what it holds."""
    if answer.added == "不汇总":
        return look.NUMBER, _ASIDE
    column = detail.column(one, answer.name, detail.lines(county, one))
    content = Formula(*detail.summed(answer, column, figures))
    if answer.added == "计数":
        return look.NUMBER | {"num_format": '0" 个单位"'}, content
    return look.TOTAL if answer.name in county.edition.totals else look.NUMBER, content
