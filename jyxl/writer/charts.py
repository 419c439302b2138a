"""图表: what a leader looks at first, drawn from the county's own figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jyxl.addresses import Area, a1
from jyxl.definition import UNIT_KINDS, Edition, Header
from jyxl.layout import (
    CHARTS,
    DETAIL_FIRST_ROW,
    STATUS,
    detail_column,
    detail_name,
    sheet,
    year_line,
)
from jyxl.messages import STATES
from jyxl.numbers import for_cell
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet, head_and_foot, put, put_formula

if TYPE_CHECKING:
    from jyxl.writer.county import County, UnitRow

RECEIVED, HANDLED = "t3.new.total", "handled"
BUSIEST = 20
"""How many units the chart of new applications shows."""
STATUS_FIRST, STATUS_KIND, STATUS_STATE = 4, 3, 4
"""Where 报送情况 has its first unit, the kinds and the states."""

_COLUMNS = 8
_WIDTH = 11.4
_OUTCOME_ROW, _BUSIEST_ROW, _DATA_ROW = 2, 18, 38
_FILLS = ("#2F6DB5", "#D9822B", "#A6A6A6")


@dataclass(frozen=True)
class Figure:
    """A number beside a chart: its formula and its value now."""

    formula: str
    value: int | float


@dataclass(frozen=True)
class Data:
    """The table that a chart is drawn from, and where its heading row stands."""

    row: int
    left: int
    title: str
    heads: Sequence[str]
    rows: Sequence[tuple[str, tuple[Figure, ...]]]

    def values(self, column: int) -> list[Any]:
        """A column of it, as charts want it: the rows below the heads."""
        return [
            CHARTS,
            self.row + 2,
            self.left + column,
            self.row + 1 + max(1, len(self.rows)),
            self.left + column,
        ]


def write(book: Book, county: County, figures: dict[str, int]) -> Sheet:
    """One page: three charts, and under them the tables they are drawn from."""
    page = book.sheet(CHARTS, locked=False)
    page.set_column(0, _COLUMNS - 1, _WIDTH)
    page.hide_gridlines(2)
    title = f"{county.name} {county.year} 年政府信息公开工作图表"
    put(page, Area(0, 0, 0, _COLUMNS - 1), title, book.style(look.TITLE))
    page.set_row(0, 36)
    scope = f"汇总范围：{county.short_scope}"
    put(page, Area(1, 0, 1, _COLUMNS - 1), scope, book.style(look.TEXT))
    page.set_row(1, look.height(scope, _COLUMNS * _WIDTH, 22))
    progress = Data(_DATA_ROW, 4, "报送进度", ("类别", *_STATES), list(_progress(county)))
    _data(book, page, progress)
    _chart(book, page, progress, _OUTCOME_ROW, 4, "报送进度（单位数）", stacked=True)
    bottom = progress.row + len(progress.rows) + 2
    if RECEIVED in county.edition.cell:
        outcomes = Data(
            *(_DATA_ROW, 0, "办理结果构成", ("办理结果", "", "件数")),
            list(_outcomes(county.edition, figures)),
        )
        _data(book, page, outcomes)
        _chart(book, page, outcomes, _OUTCOME_ROW, 0, "办理结果构成（件）")
        row = max(bottom, outcomes.row + len(outcomes.rows) + 2) + 1
        busiest = Data(row, 0, "各单位新收申请", ("单位", "", "件数"), list(_busiest(county)))
        _data(book, page, busiest)
        _columns_chart(book, page, busiest)
        bottom = busiest.row + len(busiest.rows) + 2
    page.set_paper(9)
    page.set_portrait()
    page.fit_to_pages(1, 1)
    page.center_horizontally()
    page.set_margins(left=0.6, right=0.6, top=0.9, bottom=0.8)
    page.print_area(0, 0, bottom, _COLUMNS - 1)
    head_and_foot(page, county.name, year_line(county.year))
    return page


_STATES = tuple(STATES.values())


def _progress(county: County) -> Iterator[tuple[str, tuple[Figure, ...]]]:
    """A row a kind of unit: how many are in each state."""
    last = STATUS_FIRST + len(county.units) - 1
    kinds, states = (
        f"'{STATUS}'!{a1(STATUS_FIRST, which, fixed=True)}:{a1(last, which, fixed=True)}"
        for which in (STATUS_KIND, STATUS_STATE)
    )
    for kind in UNIT_KINDS:
        of_kind = [unit for unit in county.units if unit.kind == kind]
        if of_kind:
            yield (
                kind,
                tuple(
                    Figure(
                        f'COUNTIFS({kinds},"{kind}",{states},"{state}*")',
                        sum(unit.state.startswith(state) for unit in of_kind),
                    )
                    for state in _STATES
                ),
            )


def _outcomes(
    edition: Edition, figures: dict[str, int]
) -> Iterator[tuple[str, tuple[Figure, ...]]]:
    """A row a group of outcomes: its total over all applicants."""
    received = edition.cell[RECEIVED]
    table = edition.table[received.table]
    place = sheet(table)
    for header in _children(edition, HANDLED):
        names = [f"{table.key}.{leaf.key}.{received.column}" for leaf in header.leaves()]
        if any(_is_sum_of_rows(edition, leaf.key) for leaf in header.leaves()):
            continue
        areas = ",".join(f"'{table.sheet}'!{area}" for area in place.areas(names))
        yield (
            _short(header.label or ""),
            (Figure(f"SUM({areas})", sum(figures[name] for name in names)),),
        )


def _is_sum_of_rows(edition: Edition, row: str | None) -> bool:
    table = edition.cell[RECEIVED].table
    return any(
        edition.cell[name].table == table
        and edition.cell[name].row == row
        and total.instance.rule.each == "column"
        for name, total in edition.totals.items()
    )


def _children(edition: Edition, group: str) -> tuple[Header, ...]:
    for block in edition.table[edition.cell[RECEIVED].table].blocks:
        for row in block.rows:
            for header in row.walk():
                if header.group == group:
                    return header.children
    return ()


def _short(label: str) -> str:
    """（二）部分公开（区分处理的…） → 部分公开."""
    return re.sub(r"^（.）", "", label).split("（")[0]


def _busiest(county: County) -> Iterator[tuple[str, tuple[Figure, ...]]]:
    """The units with most new applications, a row each."""
    edition = county.edition
    cell = edition.cell[RECEIVED]
    table = edition.table[cell.table]

    def received(at: tuple[int, UnitRow]) -> int:
        figures = at[1].figures
        return figures[RECEIVED] if at[1].counts and figures else 0

    units = sorted(enumerate(county.units), key=received, reverse=True)
    for row, unit in units[:BUSIEST]:
        count = received((row, unit))
        if count:
            address = a1(DETAIL_FIRST_ROW + row, detail_column(table, RECEIVED))
            reference = f"'{detail_name(table)}'!{address}"
            yield unit.name, (Figure(reference, for_cell(count, cell.kind.scale)),)


def _data(book: Book, page: Sheet, data: Data) -> None:
    """The table under the charts. A blank heading joins the column to the one before."""
    wide = 1 if "" in data.heads else 0
    last = data.left + len(data.heads) - 1
    title = book.style(look.BASE | {"bold": True})
    put(page, Area(data.row, data.left, data.row, last), data.title, title)
    head = book.style(look.HEAD)
    for which, text in enumerate(data.heads):
        if text:
            right = data.left + which + (wide if which == 0 else 0)
            put(page, Area(data.row + 1, data.left + which, data.row + 1, right), text, head)
    for row, (label, figures) in enumerate(data.rows, data.row + 2):
        put(page, Area(row, data.left, row, data.left + wide), label, book.style(look.ROW))
        for which, figure in enumerate(figures, data.left + 1 + wide):
            place = Area(row, which, row, which)
            put_formula(page, place, figure.formula, figure.value, book.style(look.NUMBER))
    if not data.rows:
        put(page, Area(data.row + 2, data.left, data.row + 2, last), "没有", book.style(look.ROW))


def _chart(
    book: Book, page: Sheet, data: Data, row: int, left: int, title: str, stacked: bool = False
) -> None:
    """Lying bars, read from the top down, half a page wide."""
    chart = book.add_chart({"type": "bar", **({"subtype": "stacked"} if stacked else {})})
    wide = 1 if "" in data.heads else 0
    for which, fill in zip(range(1 + wide, len(data.heads)), _FILLS, strict=False):
        chart.add_series(
            {
                "name": [CHARTS, data.row + 1, data.left + which],
                "categories": data.values(0),
                "values": data.values(which),
                "fill": {"color": fill},
                "gap": 60,
                "data_labels": {"value": True, "num_format": "#,##0;-#,##0;;"},
            }
        )
    _dress(chart, title, legend=stacked)
    chart.set_y_axis({"reverse": True, "num_font": _FONT, "major_tick_mark": "none"})
    chart.set_x_axis(_VALUES | {"label_position": "high"})
    chart.set_size({"width": 334, "height": 315})
    page.insert_chart(row, left, chart, {"x_offset": 2, "y_offset": 2, "description": title})


def _columns_chart(book: Book, page: Sheet, data: Data) -> None:
    title = (
        f"各单位新收申请（件{f'，最多的 {BUSIEST} 个单位' if len(data.rows) == BUSIEST else ''}）"
    )
    chart = book.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": [CHARTS, data.row + 1, data.left + 2],
            "categories": data.values(0),
            "values": data.values(2),
            "fill": {"color": _FILLS[0]},
            "gap": 60,
            "data_labels": {"value": True},
        }
    )
    _dress(chart, title, legend=False)
    chart.set_x_axis({"num_font": _FONT, "major_tick_mark": "none"})
    chart.set_y_axis(_VALUES)
    chart.set_size({"width": 674, "height": 385})
    page.insert_chart(_BUSIEST_ROW, 0, chart, {"x_offset": 2, "y_offset": 2, "description": title})


_FONT = {"name": "宋体", "size": 9}
_VALUES = {
    "num_font": _FONT,
    "min": 0,
    "num_format": "0",
    "line": {"none": True},
    "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9", "width": 0.5}},
}


def _dress(chart: Any, title: str, legend: bool) -> None:
    chart.set_title({"name": title, "name_font": {"name": "黑体", "size": 12, "bold": False}})
    chart.set_legend({"position": "bottom", "font": _FONT} if legend else {"none": True})
    chart.set_chartarea({"border": {"color": "#BFBFBF"}})
