"""Where everything stands on the sheet of a statutory table, and what the sheets are called.

Rows and columns count from 0. The writer puts everything where this module says, and the
reader looks for it there; neither has a row number of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

from jyxl.addresses import Area, a1, rectangles
from jyxl.definition import Block, Cell, Header, Table

GUIDE = "填报说明"
INDICATORS = "补充指标"
TEXTS = "文字材料"
CHECKS = "校验"
ERRORS = "校验错误"
LAST_YEAR = "上年数"
IDENTITY = "_jyxl"
PAYLOAD, SIGNATURE = Area(0, 0, 0, 0), Area(1, 0, 1, 0)
"""The two cells on the sheet of the identity."""
LAST_SEAL = Area(2, 0, 2, 0)
"""The cell on the same sheet with the signature of last year's figures, if they are shown."""
ORIGIN = Area(0, 1, 0, 1)
"""The cell on the same sheet that says of which campaign the figures are the sums, if they are."""
SUPPLEMENT = 3
"""The row from which on the sheet of the identity holds what the county asks for besides, in
pieces, one below the other."""
DEADLINE, CONTACT = "交回时间", "交给"
"""Before what stands on 填报说明 when the workbook is due, and to whom it goes."""
TITLE = Area(0, 0, 0, 0)
"""The top-left cell of a table's title, by which a renamed sheet is recognised."""

CONFIRM_LABEL = "空白处均为零："
YES, NO = "是", "否"


def unit_line(name: str) -> str:
    """The text on each sheet that names its unit."""
    return f"填报单位：{name}"


def year_line(year: int) -> str:
    return f"{year} 年度"


Role = Literal["title", "unit", "year", "confirm", "block", "corner", "head", "row"]


@dataclass(frozen=True)
class Label:
    """A locked text and the area it fills."""

    text: str
    area: Area
    role: Role


@dataclass(frozen=True, eq=False)
class SheetLayout:
    """The sheet of a table. `cells` and `texts` map the names of number cells and of texts to the
    areas they fill."""

    table: Table
    labels: tuple[Label, ...]
    cells: dict[str, Area]
    texts: dict[str, Area]
    unit: Area
    year: Area
    confirm: Area
    status: Area
    signature: Area
    widths: tuple[float, ...]
    head_rows: range
    freeze: tuple[int, int]

    @cached_property
    def spots(self) -> dict[str, Area]:
        """All that a finding may point to: the cells by name, CONFIRM, UNIT, YEAR, the labels."""
        labels = {label_spot(number): label.area for number, label in enumerate(self.labels)}
        own = {CONFIRM: self.confirm, UNIT: self.unit, YEAR: self.year}
        return labels | own | self.texts | self.cells

    @cached_property
    def positions(self) -> tuple[tuple[Cell, tuple[int, int]], ...]:
        """Every cell with its top-left position, in sheet order."""
        return tuple(
            (cell, (self.cells[cell.name].top, self.cells[cell.name].left))
            for cell in self.table.cells
        )

    @property
    def columns(self) -> int:
        return len(self.widths)

    @property
    def is_landscape(self) -> bool:
        """True if the table is too wide for an upright page."""
        return sum(self.widths) > _PAPER * 1.1

    @property
    def last_row(self) -> int:
        return self.signature.bottom

    def address(self, name: str) -> str:
        area = self.cells.get(name) or self.texts[name]
        return a1(area.top, area.left)

    def grown(self, texts: Mapping[str, str]) -> dict[int, str]:
        """Row → the longest text in a cell of it that may be long; texts: text cell → text."""
        rows: dict[int, str] = {}
        for text in self.table.texts:
            if text.is_long:
                row = self.texts[text.name].top
                rows[row] = max(rows.get(row, ""), texts.get(text.name, ""), key=len)
        return rows

    def areas(self, names: Iterable[str]) -> tuple[str, ...]:
        """A few rectangles in A1 form that cover exactly the top-left corners of these cells."""
        return _areas(self, tuple(names))


CONFIRM, UNIT, YEAR = "confirm", "unit", "year"
"""Spots on the sheet of a table that are not cells of the form."""


def label_spot(number: int) -> str:
    """The spot of a label, by its number in SheetLayout.labels."""
    return f"label.{number}"


@lru_cache(maxsize=4096)
def _areas(place: SheetLayout, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(rectangles((place.spots[name].top, place.spots[name].left) for name in names))


_TITLE, _UNIT, _CONFIRM, _TABLE = range(4)
_FEWEST = 3
"""How many columns the confirmation line needs; the last heading fills those left over."""
_PAPER, _PAPER_WIDE = 91.0, 132.0
"""The width of an upright and of a sideways A4 page, in Excel's character units."""


@lru_cache(maxsize=256)
def sheet(table: Table) -> SheetLayout:
    """Where the parts of a table stand on its sheet."""
    label_columns = max(_depth(block.rows) for block in table.blocks)
    columns = label_columns + max(_leaf_count(block.columns) for block in table.blocks)
    columns = max(columns, _FEWEST)
    blocks: list[_BlockLayout] = []
    row = _TABLE
    for block in table.blocks:
        blocks.append(_block(block, row, label_columns, columns))
        row = blocks[-1].end
    half = max(1, columns // 2)
    widths = table.widths or _widths(label_columns, columns)
    confirm_end = _columns_for(16, widths)
    areas = {key: area for block in blocks for key, area in block.cells.items()}
    # Headings stay in sight only if they are the headings of the whole table.
    heads = blocks[0].heads if len(blocks) == 1 else range(_TABLE, _TABLE)
    return SheetLayout(
        table=table,
        labels=(
            Label(table.title, Area(_TITLE, 0, _TITLE, columns - 1), "title"),
            *([_confirm_label(confirm_end)] if table.asks_zero else []),
            *(label for block in blocks for label in block.labels),
        ),
        cells={cell.name: areas[cell.row, cell.column] for cell in table.cells},
        texts={text.name: areas[text.row, text.column] for text in table.texts},
        unit=Area(_UNIT, 0, _UNIT, half - 1),
        year=Area(_UNIT, half, _UNIT, columns - 1),
        confirm=Area(_CONFIRM, confirm_end + 1, _CONFIRM, confirm_end + 1),
        status=Area(_CONFIRM, confirm_end + 2 if table.asks_zero else 0, _CONFIRM, columns - 1),
        signature=Area(row, 0, row, columns - 1),
        widths=widths,
        head_rows=heads,
        freeze=(heads.stop, 0),
    )


def _confirm_label(end: int) -> Label:
    return Label(CONFIRM_LABEL, Area(_CONFIRM, 0, _CONFIRM, end), "confirm")


@dataclass(frozen=True)
class _BlockLayout:
    """A block on the sheet. cells: (row key, column key) → area; heads: the rows of its
    title and headings; end: the row below it."""

    labels: tuple[Label, ...]
    cells: dict[tuple[str, str], Area]
    heads: range
    end: int


def _block(block: Block, top: int, label_columns: int, columns: int) -> _BlockLayout:
    labels: list[Label] = []
    row = top
    if block.title is not None:
        labels.append(Label(block.title, Area(row, 0, row, columns - 1), "block"))
        row += 1
    height = _depth(block.columns)
    if block.corner is not None and label_columns:
        corner = Area(row, 0, row + height - 1, label_columns - 1)
        labels.append(Label(block.corner, corner, "corner"))
    places, heads = _column_heads(block, row, height, label_columns, columns)
    row += height
    row_labels, rows = _row_heads(block.rows, row, 0, label_columns)
    return _BlockLayout(
        labels=(*labels, *heads, *row_labels),
        cells={
            (key, column): Area(at, left, at, right)
            for key, at in rows.items()
            for column, (left, right) in places.items()
        },
        heads=range(top, row),
        end=row + len(rows),
    )


def _depth(headers: Sequence[Header]) -> int:
    """How many labelled levels these headings have."""
    return max(
        ((header.label is not None) + _depth(header.children) for header in headers), default=0
    )


def _leaf_count(headers: Sequence[Header]) -> int:
    return sum(1 for header in headers for _ in header.leaves())


def _column_heads(
    block: Block, top: int, height: int, first: int, columns: int
) -> tuple[dict[str, tuple[int, int]], list[Label]]:
    """Column key → (left, right), and the heading labels. The last column fills the grid."""
    places: dict[str, tuple[int, int]] = {}
    labels: list[Label] = []
    last = first + _leaf_count(block.columns) - 1

    def right_edge(column: int) -> int:
        return columns - 1 if column == last else column

    def place(headers: Sequence[Header], column: int, level: int, above: str) -> int:
        for header in headers:
            key = ".".join(filter(None, [above, header.key]))
            start = column
            own = level + (header.label is not None)
            if header.is_leaf:
                places[key] = (column, right_edge(column))
                bottom = top + height - 1
                column += 1
            else:
                column = place(header.children, column, own, key)
                bottom = top + level
            if header.label is not None:
                area = Area(top + level, start, bottom, right_edge(column - 1))
                labels.append(Label(header.label, area, "head"))
        return column

    place(block.columns, first, 0, "")
    return places, labels


def _row_heads(
    headers: Sequence[Header], top: int, level: int, label_columns: int, above: str = ""
) -> tuple[list[Label], dict[str, int]]:
    """The row labels, and row key → row."""
    labels: list[Label] = []
    rows: dict[str, int] = {}
    row = top
    for header in headers:
        key = ".".join(filter(None, [above, header.key]))
        if header.is_leaf:
            rows[key] = row
            bottom, right = row, label_columns - 1
        else:
            own = level + (header.label is not None)
            below, inner = _row_heads(header.children, row, own, label_columns, key)
            labels.extend(below)
            rows |= inner
            bottom, right = row + len(inner) - 1, level
        if header.label is not None:
            labels.append(Label(header.label, Area(row, level, bottom, right), "row"))
        row = bottom + 1
    return labels, rows


def _widths(label_columns: int, columns: int) -> tuple[float, ...]:
    stub = {0: (), 1: (27.0,), 2: (10.0, 32.0), 3: (4.5, 13.0, 27.0)}.get(
        label_columns, (8.0,) * label_columns
    )
    values = columns - label_columns
    paper = _PAPER_WIDE if values > 10 else _PAPER
    width = max(5.7, (paper - sum(stub)) / values)
    return (*stub, *([round(width, 1)] * values))


def _columns_for(width: float, widths: Sequence[float]) -> int:
    """The last of the leading columns that together are this wide, with two columns left free."""
    total = 0.0
    for column, one in enumerate(widths):
        total += one
        if total >= width or column >= len(widths) - 3:
            return column
    return 0


def text_width(text: str) -> int:
    """The width of a text in half-width characters."""
    return sum(1 if ord(letter) < 0x2E80 and letter not in "“”‘’—…·" else 2 for letter in text)


@lru_cache(maxsize=16)
def last_year(tables: tuple[Table, ...]) -> dict[str, SheetLayout]:
    """Table → where it stands on 上年数: in the same rows as on its own sheet, beside the table
    before it."""
    places: dict[str, SheetLayout] = {}
    left = 0
    for table in tables:
        place = sheet(table)
        places[table.key] = replace(
            place,
            labels=tuple(replace(one, area=_moved(one.area, left)) for one in place.labels),
            cells={name: _moved(area, left) for name, area in place.cells.items()},
            unit=_moved(place.unit, left),
            year=_moved(place.year, left),
            confirm=_moved(place.confirm, left),
            status=_moved(place.status, left),
            signature=_moved(place.signature, left),
        )
        left += place.columns + 1
    return places


def _moved(area: Area, right: int) -> Area:
    return area._replace(left=area.left + right, right=area.right + right)


# The county workbook ------------------------------------------------------------------

STATUS = "报送情况"
EXPLANATIONS = "提示说明"
CHARTS = "图表"
ADJUSTMENTS = "调整表"
COMPARISON = "与上年对比"
COMPILED = "文字材料汇编"
LEFT_OVER = "文字材料余下部分"
"""In a workbook that is sent back, what a cell cannot hold of a text that is far too long."""
OWN_SHEETS = frozenset(
    {GUIDE, INDICATORS, TEXTS, LAST_YEAR, COMPARISON, CHECKS, ERRORS, IDENTITY}
    | {STATUS, EXPLANATIONS, CHARTS, ADJUSTMENTS, COMPILED, LEFT_OVER}
)
"""The names, in either workbook, that no table's sheet may have."""


DETAIL = "明细-"
TOTAL_ROW = "合计"
"""What a sheet with one row per unit begins with, and what its last row is called."""


def detail_name(table: Table) -> str:
    """The name of the sheet with one row per unit and one column per cell."""
    return f"{DETAIL}{table.sheet}"
