"""图表: the charts that a leader looks at first, drawn from the county's own figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jyxl.addresses import Area
from jyxl.county import BUSIEST, RECEIVED, County, busiest, outcomes, states_by_kind
from jyxl.definition import Edition
from jyxl.layout import CHARTS, sheet, year_line
from jyxl.numbers import for_cell
from jyxl.verdict_words import STATES
from jyxl.writer import detail, look, status
from jyxl.writer.book import Book, Sheet, put, put_formula
from jyxl.writer.page import Heading, one_page

_COLUMNS = 8
_WIDTH = 11.4
_OUTCOME_ROW, _BUSIEST_ROW, _DATA_ROW = 2, 18, 38
FILLS = ("#2F6DB5", "#D9822B", "#A6A6A6")


@dataclass(frozen=True)
class Figure:
    """A number beside a chart: its formula and its value now."""

    formula: str
    value: int | float


@dataclass(frozen=True)
class Data:
    """The table that a chart is drawn from, and the place of its heading row."""

    row: int
    left: int
    title: str
    heads: Sequence[str]
    rows: Sequence[tuple[str, tuple[Figure, ...]]]

    @property
    def bottom(self) -> int:
        """The row under the table; if the table has no rows, one row that says so is counted."""
        return self.row + len(self.rows) + 2

    def values(self, column: int) -> list[Any]:
        """A column of the table as charts need it: the rows below the heads."""
        return [
            CHARTS,
            self.row + 2,
            self.left + column,
            self.row + 1 + max(1, len(self.rows)),
            self.left + column,
        ]


def write(book: Book, county: County, figures: Mapping[str, int]) -> Sheet:
    """The sheet: one page with three charts and, under them, the tables they are drawn from."""
    page = book.sheet(CHARTS, locked=False)
    page.set_column(0, _COLUMNS - 1, _WIDTH)
    page.hide_gridlines(2)
    title = f"{county.name} {county.year} 年政府信息公开工作图表"
    put(page, Area(0, 0, 0, _COLUMNS - 1), title, book.style(look.TITLE))
    page.set_row(0, 36)
    scope = f"汇总范围：{county.short_scope}"
    put(page, Area(1, 0, 1, _COLUMNS - 1), scope, book.style(look.TEXT))
    page.set_row(1, look.height(scope, _COLUMNS * _WIDTH, 22))
    heads = ("类别", *STATES.values())
    progress = Data(_DATA_ROW, 4, "报送进度", heads, list(_progress(county)))
    _data(book, page, progress)
    _chart(book, page, progress, _OUTCOME_ROW, 4, "报送进度（单位数）", stacked=True)
    bottom = progress.bottom
    if RECEIVED in county.edition.cell:
        bottom = _applications(book, page, county, figures, bottom)
    heading = Heading(county.name, year_line(county.year))
    one_page(page, heading, bottom, _COLUMNS - 1)
    return page


def _applications(
    book: Book, page: Sheet, county: County, figures: Mapping[str, int], bottom: int
) -> int:
    """Draw the charts of applications; gives the row under all tables.

    bottom: the row under the tables of the other charts.
    """
    heads, rows = ("办理结果", "", "件数"), list(_outcomes(county.edition, figures))
    by_outcome = Data(_DATA_ROW, 0, "办理结果构成", heads, rows)
    _data(book, page, by_outcome)
    _chart(book, page, by_outcome, _OUTCOME_ROW, 0, "办理结果构成（件）")
    row = max(bottom, by_outcome.bottom) + 1
    by_unit = Data(row, 0, "各单位新收申请", ("单位", "", "件数"), list(_busiest(county)))
    _data(book, page, by_unit)
    _columns_chart(book, page, by_unit)
    return by_unit.bottom


def _progress(county: County) -> Iterator[tuple[str, tuple[Figure, ...]]]:
    """A row for each kind of unit: how many units are in each state."""
    kinds, states = status.kinds_and_states(county)
    for kind, counts in states_by_kind(county).items():
        yield (
            kind,
            tuple(
                Figure(f'COUNTIFS({kinds},"{kind}",{states},"{STATES[state]}*")', count)
                for state, count in counts.items()
            ),
        )


def _outcomes(
    edition: Edition, figures: Mapping[str, int]
) -> Iterator[tuple[str, tuple[Figure, ...]]]:
    """A row for each outcome: its total over all applicants."""
    table = edition.table[edition.cell[RECEIVED].table]
    for outcome in outcomes(edition, figures):
        areas = ",".join(f"'{table.sheet}'!{area}" for area in sheet(table).areas(outcome.cells))
        yield outcome.label, (Figure(f"SUM({areas})", outcome.count),)


def _busiest(county: County) -> Iterator[tuple[str, tuple[Figure, ...]]]:
    """A row for each of the units with the most new applications."""
    cell = county.edition.cell[RECEIVED]
    table = county.edition.table[cell.table]
    for number, count in busiest(county):
        figure = Figure(detail.cell_of(table, RECEIVED, number), for_cell(count, cell.kind.scale))
        yield county.units[number].name, (figure,)


def _data(book: Book, page: Sheet, data: Data) -> None:
    """Write a table under the charts. A blank heading joins its column to the one before."""
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
    """Draw horizontal bars, to be read from the top down, half a page wide."""
    chart = book.add_chart({"type": "bar", **({"subtype": "stacked"} if stacked else {})})
    wide = 1 if "" in data.heads else 0
    for which, fill in zip(range(1 + wide, len(data.heads)), FILLS, strict=False):
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
    dress(chart, title, legend=stacked)
    chart.set_y_axis({"reverse": True, "num_font": FONT, "major_tick_mark": "none"})
    chart.set_x_axis(VALUES | {"label_position": "high"})
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
            "fill": {"color": FILLS[0]},
            "gap": 60,
            "data_labels": {"value": True},
        }
    )
    dress(chart, title, legend=False)
    chart.set_x_axis({"num_font": FONT, "major_tick_mark": "none"})
    chart.set_y_axis(VALUES)
    chart.set_size({"width": 674, "height": 385})
    page.insert_chart(_BUSIEST_ROW, 0, chart, {"x_offset": 2, "y_offset": 2, "description": title})


FONT = {"name": "宋体", "size": 9}
VALUES = {
    "num_font": FONT,
    "min": 0,
    "num_format": "0",
    "line": {"none": True},
    "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9", "width": 0.5}},
}


def dress(chart: Any, title: str, legend: bool) -> None:
    """Give a chart its title, its legend and its frame."""
    chart.set_title({"name": title, "name_font": {"name": "黑体", "size": 12, "bold": False}})
    chart.set_legend({"position": "bottom", "font": FONT} if legend else {"none": True})
    chart.set_chartarea({"border": {"color": "#BFBFBF"}})
