"""What an edition of the form is made of: frozen values, no behaviour beyond look-up.

The larger ones compare and hash by identity: an edition is loaded once, and what is
derived from it (layout, lines of 校验) is remembered by it.

Source of the two editions: 国办公开办函〔2019〕60号 and 国办公开办函〔2021〕30号.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from jyxl.rules.language import Compare, Node
from jyxl.terms import Each, Severity

UNIT_KINDS = ("省级", "市级", "县级", "部门", "乡镇")
ROSTER_COLUMNS = ("单位代码", "单位名称", "类别", "联络人", "邮箱")


class DefinitionError(Exception):
    """A bad edition: the sentence names the file and the key."""


@dataclass(frozen=True)
class Kind:
    """A kind of number cell. Values are integers scaled by 10**decimals."""

    key: str
    rule: str
    want: str
    decimals: int
    minimum: int
    maximum: int
    unit: str
    units: dict[str, Decimal] = field(hash=False)

    @cached_property
    def scale(self) -> int:
        return int(10**self.decimals)


@dataclass(frozen=True, eq=False)
class Header:
    """A row or column heading. A leaf has a key; a group may have a name for sum(name).

    A heading without a label takes no room on the sheet: it only groups.
    """

    key: str | None
    group: str | None
    label: str | None
    kind: str | None
    prompt: str
    closed_for: tuple[str, ...]
    children: tuple[Header, ...]

    @property
    def is_leaf(self) -> bool:
        return not self.children

    def leaves(self) -> Iterator[Header]:
        if self.is_leaf:
            yield self
        for child in self.children:
            yield from child.leaves()

    def walk(self) -> Iterator[Header]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, eq=False)
class Block:
    """A part of a table with its own column headings."""

    title: str | None
    corner: str | None
    rows: tuple[Header, ...]
    columns: tuple[Header, ...]


@dataclass(frozen=True, eq=False)
class Cell:
    """One number of the form, named table.row.column."""

    table: str
    row: str
    column: str
    kind: Kind
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    prompt: str
    closed_for: tuple[str, ...]

    @cached_property
    def name(self) -> str:
        return f"{self.table}.{self.row}.{self.column}"

    @cached_property
    def label(self) -> str:
        """The leaf labels a person needs to find the cell, row first."""
        labels = self.row_labels[-1:] + self.column_labels[-1:]
        if not self.row_labels:
            labels = self.column_labels
        return " · ".join(labels)


@dataclass(frozen=True, eq=False)
class Table:
    """A statutory table: one sheet of the workbook."""

    key: str
    sheet: str
    title: str
    blocks: tuple[Block, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Rule:
    """A 勾稽 rule as written in rules.toml."""

    id: str
    table: str
    each: Each
    when: str
    severity: Severity
    source: str
    hint: str
    computes: bool
    kinds: tuple[str, ...]
    units: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Instance:
    """A rule at one place: one column, one row, one group, one cell or the table.

    `tree` speaks of cells by name; `main` is the comparison in it whose sides are shown
    to people; `cells` are all the names in it, leaves behind totals included in `leaves`.
    """

    rule: Rule
    place: str
    label: str
    tree: Node
    main: Compare
    cells: tuple[str, ...]
    leaves: tuple[str, ...]
    computed: str | None
    scale: int

    @property
    def id(self) -> str:
        return f"{self.rule.id}/{self.place}"

    def applies_to(self, unit_kind: str) -> bool:
        return not self.rule.units or unit_kind in self.rule.units


@dataclass(frozen=True, eq=False)
class Total:
    """A cell that is a formula: its value is the right-hand side of `instance`."""

    cell: str
    instance: Instance


@dataclass(frozen=True, eq=False)
class Edition:
    """One edition of the form, complete and compiled.

    renamed: names of cells, rows or tables that running campaigns may still hold → what
    they are called now.
    """

    id: str
    title: str
    notice: str
    first_year: int | None
    last_year: int | None
    county_kind: str
    kinds: dict[str, Kind]
    guide: dict[str, tuple[str, ...]]
    tables: tuple[Table, ...]
    rules: tuple[Rule, ...]
    instances: tuple[Instance, ...]
    totals: dict[str, Total]
    renamed: dict[str, str]

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell, in sheet order: the order of every vector of values."""
        return tuple(cell for table in self.tables for cell in table.cells)

    @cached_property
    def cell(self) -> dict[str, Cell]:
        return {cell.name: cell for cell in self.cells}

    @cached_property
    def index(self) -> dict[str, int]:
        return {cell.name: number for number, cell in enumerate(self.cells)}

    @cached_property
    def table(self) -> dict[str, Table]:
        return {table.key: table for table in self.tables}

    def is_open(self, cell: Cell, unit_kind: str) -> bool:
        """True where a unit of this kind may type."""
        return cell.name not in self.totals and unit_kind not in cell.closed_for

    def open_cells(self, table: Table, unit_kind: str) -> tuple[Cell, ...]:
        """The cells of a table that a unit of this kind fills, in sheet order."""
        return tuple(cell for cell in table.cells if self.is_open(cell, unit_kind))

    def covers(self, year: int) -> bool:
        return (self.first_year is None or self.first_year <= year) and (
            self.last_year is None or year <= self.last_year
        )
