"""Where everything stands on a sheet: the only module that knows a row number.

Rows and columns count from 0. The writer puts things where this module says, the
reader looks for them there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from jyxl.definition import Block, Cell, Edition, Header, Instance, Kind, Table

GUIDE = "填报说明"
CHECKS = "校验"
ERRORS = "校验错误"
IDENTITY = "_jyxl"

CONFIRM_LABEL = "空白处均为零："
YES, NO = "是", "否"


def unit_line(name: str) -> str:
    """The text that says on each sheet whose it is."""
    return f"填报单位：{name}"


def year_line(year: int) -> str:
    return f"{year} 年度"


Role = Literal["title", "unit", "year", "confirm", "block", "corner", "head", "row"]


class Area(NamedTuple):
    """A rectangle of cells, edges included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def is_single(self) -> bool:
        return self.top == self.bottom and self.left == self.right

    @property
    def a1(self) -> str:
        first = a1(self.top, self.left)
        return first if self.is_single else f"{first}:{a1(self.bottom, self.right)}"


@dataclass(frozen=True)
class Label:
    """A locked text and the area it fills."""

    text: str
    area: Area
    role: Role


@dataclass(frozen=True, eq=False)
class SheetLayout:
    """A table's sheet. `cells` maps cell names to the areas they fill."""

    table: Table
    labels: tuple[Label, ...]
    cells: dict[str, Area]
    unit: Area
    year: Area
    confirm: Area
    status: Area
    signature: Area
    widths: tuple[float, ...]
    head_rows: range
    freeze: tuple[int, int]

    @cached_property
    def name_at(self) -> dict[tuple[int, int], str]:
        """Top-left position → cell name."""
        return {(area.top, area.left): name for name, area in self.cells.items()}

    @cached_property
    def positions(self) -> tuple[tuple[Cell, tuple[int, int]], ...]:
        """Every cell with its top-left position, in order."""
        return tuple(
            (cell, (self.cells[cell.name].top, self.cells[cell.name].left))
            for cell in self.table.cells
        )

    @property
    def columns(self) -> int:
        return len(self.widths)

    @property
    def is_landscape(self) -> bool:
        """True where the table is too wide for a page upright."""
        return sum(self.widths) > _PAPER * 1.1

    @property
    def last_row(self) -> int:
        return self.signature.bottom

    def address(self, name: str) -> str:
        area = self.cells[name]
        return a1(area.top, area.left)

    def areas(self, names: Iterable[str]) -> tuple[str, ...]:
        """The fewest rectangles that cover these cells' top-left corners."""
        return _areas(self, tuple(names))


@lru_cache(maxsize=8192)
def a1(row: int, column: int, fixed: bool = False) -> str:
    """(0, 0) → A1, or $A$1."""
    mark = "$" if fixed else ""
    return f"{mark}{column_letters(column)}{mark}{row + 1}"


@lru_cache(maxsize=1024)
def column_letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=4096)
def _areas(place: SheetLayout, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(rectangles((place.cells[name].top, place.cells[name].left) for name in names))


def rectangles(positions: Iterable[tuple[int, int]]) -> list[str]:
    """Runs along a row first, then equal runs below each other joined."""
    runs: list[tuple[int, int, int]] = []
    for row, column in sorted(set(positions)):
        if runs and runs[-1][0] == row and runs[-1][2] == column - 1:
            runs[-1] = (row, runs[-1][1], column)
        else:
            runs.append((row, column, column))
    joined: dict[tuple[int, int], list[list[int]]] = {}
    for row, left, right in runs:
        spans = joined.setdefault((left, right), [])
        if spans and spans[-1][1] == row - 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    areas = [
        Area(top, left, bottom, right)
        for (left, right), spans in joined.items()
        for top, bottom in spans
    ]
    return [area.a1 for area in sorted(areas, key=lambda area: (area.top, area.left))]


_TITLE, _UNIT, _CONFIRM, _TABLE = range(4)
_FEWEST = 3
"""Columns that the line of the confirmation needs; the last heading fills what is over."""
_PAPER, _PAPER_WIDE = 91.0, 132.0
"""Column widths of an A4 page upright and across, in Excel's character units."""


@lru_cache(maxsize=256)
def sheet(table: Table) -> SheetLayout:
    """Where the parts of a table stand on its sheet."""
    label_columns = max(_depth(block.rows) for block in table.blocks)
    columns = label_columns + max(_leaf_count(block.columns) for block in table.blocks)
    columns = max(columns, _FEWEST)
    labels: list[Label] = []
    cells: dict[str, Area] = {}
    by_place = {(cell.row, cell.column): cell.name for cell in table.cells}
    row = _TABLE
    freeze = _TABLE
    head_rows: list[int] = []
    for block in table.blocks:
        if block.title is not None:
            labels.append(Label(block.title, Area(row, 0, row, columns - 1), "block"))
            head_rows.append(row)
            row += 1
        height = _depth(block.columns)
        head_rows.extend(range(row, row + height))
        if block.corner is not None and label_columns:
            labels.append(
                Label(block.corner, Area(row, 0, row + height - 1, label_columns - 1), "corner")
            )
        places, heads = _column_heads(block, row, height, label_columns, columns)
        labels.extend(heads)
        row += height
        if len(table.blocks) == 1:
            freeze = row
        row_labels, rows = _row_heads(block.rows, row, 0, label_columns)
        labels.extend(row_labels)
        for key, at in rows.items():
            for column, (left, right) in places.items():
                cells[by_place[key, column]] = Area(at, left, at, right)
        row += len(rows)
    half = max(1, columns // 2)
    widths = _widths(label_columns, columns)
    confirm_end = _columns_for(16, widths)
    fixed = [
        Label(table.title, Area(_TITLE, 0, _TITLE, columns - 1), "title"),
        Label(CONFIRM_LABEL, Area(_CONFIRM, 0, _CONFIRM, confirm_end), "confirm"),
    ]
    return SheetLayout(
        table=table,
        labels=(*fixed, *labels),
        cells=cells,
        unit=Area(_UNIT, 0, _UNIT, half - 1),
        year=Area(_UNIT, half, _UNIT, columns - 1),
        confirm=Area(_CONFIRM, confirm_end + 1, _CONFIRM, confirm_end + 1),
        status=Area(_CONFIRM, confirm_end + 2, _CONFIRM, columns - 1),
        signature=Area(row, 0, row, columns - 1),
        widths=widths,
        head_rows=range(min(head_rows), max(head_rows) + 1) if freeze != _TABLE else range(0),
        freeze=(freeze, 0),
    )


def _depth(headers: Sequence[Header]) -> int:
    """How many labelled levels there are."""
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
    """The last of the leading columns that together are this wide; two are kept free."""
    total = 0.0
    for column, one in enumerate(widths):
        total += one
        if total >= width or column >= len(widths) - 3:
            return column
    return 0


def text_width(text: str) -> int:
    """Width in half-width characters."""
    return sum(1 if ord(letter) < 0x2E80 and letter not in "“”‘’—…·" else 2 for letter in text)


# 校验 -----------------------------------------------------------------------------


@dataclass(frozen=True)
class FormCheck:
    """F-1, F-2: the cells of these kinds hold numbers of their kind."""

    rule: str
    table: Table
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class BlankCheck:
    """F-3: the table's blanks are confirmed as zero."""

    rule: str
    table: Table


@dataclass(frozen=True)
class CheckLine:
    """A line of 校验."""

    row: int
    check: FormCheck | BlankCheck | Instance
    table: Table

    @property
    def rule(self) -> str:
        return self.check.rule.id if isinstance(self.check, Instance) else self.check.rule

    @property
    def severity(self) -> str:
        return self.check.rule.severity if isinstance(self.check, Instance) else "error"

    @property
    def is_explained(self) -> bool:
        """True where the unit may write an explanation."""
        return self.severity == "warning"


BLANK_RULE = "F-3"
CHECK_HEADS = (
    *("序号", "规则", "级别", "工作表", "项目", "应当成立的关系"),
    *("左边", "关系", "右边", "相差", "状态", "说明（“提示”不通过时填写）"),
)
CHECK_WIDTHS = (5.5, 7.0, 6.0, 11.5, 27.0, 44.0, 10.0, 6.0, 10.0, 10.0, 9.0, 34.0)
CHECK_NUMBER, CHECK_RULE, CHECK_SEVERITY, CHECK_SHEET, CHECK_PLACE, CHECK_SENTENCE = range(6)
CHECK_LEFT, CHECK_SIGN, CHECK_RIGHT, CHECK_GAP, CHECK_STATE, CHECK_NOTE = range(6, 12)
CHECK_KEY, CHECK_FAULTY, CHECK_RANK, CHECK_TARGET = range(12, 16)
"""Hidden: sheet|outcome; bad cells behind the line; how many lines are outstanding so
far; where to go to mend it."""
CHECK_FIRST = 4


@lru_cache(maxsize=64)
def check_lines(edition: Edition, unit_kind: str, blanks: bool = True) -> tuple[CheckLine, ...]:
    """The lines of 校验 for a kind of unit; without F-3 where nothing is typed.

    The lines of a table stand together under a heading row of their own.
    """
    checks: list[tuple[FormCheck | BlankCheck | Instance, Table]] = []
    for table in edition.tables:
        kinds = {cell.kind.key: cell.kind for cell in open_cells(edition, table, unit_kind)}
        for rule in dict.fromkeys(kind.rule for kind in kinds.values()):
            of_rule = tuple(kind for kind in kinds.values() if kind.rule == rule)
            checks.append((FormCheck(rule, table, of_rule), table))
        if blanks:
            checks.append((BlankCheck(BLANK_RULE, table), table))
        checks.extend(
            (instance, table)
            for instance in edition.instances
            if instance.rule.table == table.key and instance.applies_to(unit_kind)
        )
    tables = list(edition.tables)
    return tuple(
        CheckLine(CHECK_FIRST + number + tables.index(table) + 1, check, table)
        for number, (check, table) in enumerate(checks)
    )


def open_cells(edition: Edition, table: Table, unit_kind: str) -> tuple[Cell, ...]:
    """The cells of a table that a unit of this kind fills, in sheet order."""
    return tuple(cell for cell in table.cells if edition.is_open(cell, unit_kind))


def position(address: str) -> tuple[int, int]:
    """B3 → (2, 1), for sorting findings."""
    letters = address.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(address[len(letters) :]) - 1, column - 1


# county workbook ------------------------------------------------------------------

STATUS = "报送情况"
EXPLANATIONS = "提示说明"
CHARTS = "图表"
OWN_SHEETS = frozenset({GUIDE, CHECKS, ERRORS, IDENTITY, STATUS, EXPLANATIONS, CHARTS})
"""Names that no table may have, whichever workbook they stand in."""
DETAIL_LEADING = ("单位代码", "单位名称", "状态", "版本")
DETAIL_TRAILING = ("收到时间", "来源文件", "SHA-256")
DETAIL_FIRST_ROW = 5


def detail_name(table: Table) -> str:
    """The sheet with a row a unit and a column a cell."""
    return f"明细-{table.sheet}"


def detail_column(table: Table, name: str) -> int:
    """The column of a cell on its detail sheet."""
    return len(DETAIL_LEADING) + [cell.name for cell in table.cells].index(name)
