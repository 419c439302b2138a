"""What an edition of the form is made of: frozen values without behaviour beyond look-up.

The larger ones compare and hash by identity: an edition is loaded once, and what is derived
from it (the layout, the lines of 校验) is cached under it.

Source of the two editions: 国办公开办函〔2019〕60号 and 国办公开办函〔2021〕30号.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, reduce
from typing import Any, get_args

from jyxl.rules.language import Compare, Node, Part, Ref
from jyxl.terms import Each, Severity, UnitKind

UNIT_KINDS: tuple[UnitKind, ...] = get_args(UnitKind)


class DefinitionError(Exception):
    """An edition is bad; the sentence names the file and the key."""


@dataclass(frozen=True)
class Kind:
    """A kind of number cell. Its values are integers scaled by 10**decimals.

    A number of the kind lies between minimum and maximum and has no more than `decimals`
    decimals. `fits` tests this for a value, and `rules.excel` writes the same test as formulas
    and as input validation. 0 is a number of every kind, since a blank counts as 0.
    """

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

    @cached_property
    def lowest(self) -> int:
        """The smallest number of this kind, scaled."""
        return self.minimum * self.scale

    @cached_property
    def highest(self) -> int:
        """The largest number of this kind, scaled."""
        return self.maximum * self.scale

    @cached_property
    def reach(self) -> int:
        """How far from 0 a number of this kind may be, scaled; larger numbers are not read."""
        return max(-self.lowest, self.highest)

    def fits(self, value: Any) -> Any:
        """True if a scaled integer is a number of this kind; a column gives a column."""
        return (self.lowest <= value) & (value <= self.highest)


@dataclass(frozen=True, eq=False)
class Header:
    """A row or column heading. A leaf has a key; a group may have a name for sum(name).

    A heading without a label takes no space on the sheet: it only groups others.
    """

    key: str | None
    group: str | None
    label: str | None
    kind: str | None
    prompt: str
    closed_for: tuple[UnitKind, ...]
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
    """A cell of the form, which holds one number. Its name is table.row.column."""

    table: str
    row: str
    column: str
    kind: Kind
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    prompt: str
    closed_for: tuple[UnitKind, ...]

    @cached_property
    def name(self) -> str:
        return f"{self.table}.{self.row}.{self.column}"

    @cached_property
    def label(self) -> str:
        """The leaf labels that a person needs to find the cell, that of the row first."""
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
    """A 勾稽 rule as written in rules.toml. fails: its own sentence for when it fails, with figures
    in braces; '' if the sentence is made from `when`."""

    id: str
    table: str
    each: Each
    when: str
    severity: Severity
    source: str
    hint: str
    computes: bool
    kinds: tuple[str, ...]
    units: tuple[UnitKind, ...]
    fails: str = ""


@dataclass(frozen=True, eq=False)
class Instance:
    """A rule at one place: one column, one row, one group, one cell or the table.

    `main` is the comparison in `tree` whose two sides are shown to people. `refs` are all
    the figures that the tree mentions; `leaves` are the typed cells of this form behind them,
    with every total replaced by its parts. `fails` are the parts of the rule's own sentence;
    none if it has none.
    """

    rule: Rule
    place: str
    label: str
    tree: Node
    main: Compare
    refs: tuple[Ref, ...]
    leaves: tuple[str, ...]
    computed: str | None
    scale: int
    fails: tuple[Part, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.rule.id}/{self.place}"

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """The names of the cells of this form that the rule mentions."""
        return tuple(ref.cell for ref in self.refs if ref.is_own)

    @cached_property
    def involved(self) -> tuple[str, ...]:
        """The keys of everything the rule depends on: its figures, and the leaves behind them."""
        return tuple(dict.fromkeys((*(ref.key for ref in self.refs), *self.leaves)))

    def applies_to(self, unit_kind: Any) -> Any:
        """True if the rule applies to units of this kind; a column of kinds gives a column."""
        of = self.rule.units
        return not of or reduce(operator.or_, (unit_kind == one for one in of))


@dataclass(frozen=True, eq=False)
class Total:
    """A cell that is a formula: its value is the right-hand side of `instance`."""

    cell: str
    instance: Instance


@dataclass(frozen=True, eq=False)
class Edition:
    """One edition of the form, complete and compiled.

    renamed: names of cells, rows or tables that running campaigns may still hold → their
    present names.
    """

    id: str
    title: str
    notice: str
    first_year: int | None
    last_year: int | None
    county_kind: UnitKind
    kinds: dict[str, Kind]
    guide: dict[str, tuple[str, ...]]
    tables: tuple[Table, ...]
    rules: tuple[Rule, ...]
    instances: tuple[Instance, ...]
    totals: dict[str, Total]
    renamed: dict[str, str]

    @property
    def years(self) -> str:
        """The years of the reports that it is for, in Chinese."""
        first = f"{self.first_year} 年起" if self.first_year else ""
        last = f"到 {self.last_year} 年" if self.last_year else ""
        return first + last or "各年度"

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """All cells, in sheet order."""
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

    def is_open(self, cell: Cell, unit_kind: UnitKind) -> bool:
        """True if a unit of this kind may type in the cell."""
        return cell.name not in self.totals and unit_kind not in cell.closed_for

    def open_cells(self, table: Table, unit_kind: UnitKind) -> tuple[Cell, ...]:
        """The cells of a table that a unit of this kind fills, in sheet order."""
        return tuple(cell for cell in table.cells if self.is_open(cell, unit_kind))

    def typed_cells(self, table: Table) -> tuple[Cell, ...]:
        """The cells of a table that are not totals, in sheet order. If a unit may not fill some
        of them, they are locked in the issued workbook and hold 0; but locks can be removed."""
        return tuple(cell for cell in table.cells if cell.name not in self.totals)

    def typed_behind(self, instance: Instance) -> tuple[Cell, ...]:
        """The cells that a rule depends on and that are not totals."""
        return tuple(self.cell[name] for name in instance.leaves)

    def covers(self, year: int) -> bool:
        return (self.first_year is None or self.first_year <= year) and (
            self.last_year is None or year <= self.last_year
        )
