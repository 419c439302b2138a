"""What an edition of the form is made of: frozen values without behaviour beyond look-up.

The larger ones compare and hash by identity: an edition is loaded once, and what is derived
from it (the layout, the lines of 校验) is cached under it.

Source of the two editions: 国办公开办函〔2019〕60号 and 国办公开办函〔2021〕30号.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, reduce
from typing import Any, get_args

from jyxl.outline import Outline
from jyxl.rules.language import LAST, Compare, Near, Node, Part, Ref
from jyxl.supplement import NOTHING, SHORT, Supplement
from jyxl.terms import Added, Each, Severity, UnitKind

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
    """A cell of the form, which holds one number. Its name is table.row.column.

    needed: its blank must be confirmed as zero.
    """

    table: str
    row: str
    column: str
    kind: Kind
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    prompt: str
    closed_for: tuple[UnitKind, ...]
    needed: bool = True
    added: Added = "求和"

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


_TEXT_BLANKS = " 　\n\t"
"""A text of nothing but these is none, in the live sheet too."""


@dataclass(frozen=True, eq=False)
class TextCell:
    """A cell that holds a text, as it is. Its name is table.row.column.

    longest: the most letters; choices: the only texts that it may hold, if there are any.
    is_note: it explains what is said in the text beside it, whose name is `beside`.
    """

    table: str
    row: str
    column: str
    row_labels: tuple[str, ...]
    prompt: str
    closed_for: tuple[UnitKind, ...]
    needed: bool
    longest: int
    choices: tuple[str, ...] = ()
    added: Added = "不汇总"
    beside: str | None = None

    @cached_property
    def name(self) -> str:
        return f"{self.table}.{self.row}.{self.column}"

    @property
    def label(self) -> str:
        return self.row_labels[-1]

    @staticmethod
    def is_blank(words: str) -> bool:
        """True if a text says nothing."""
        return not words.strip(_TEXT_BLANKS)

    @property
    def is_long(self) -> bool:
        """True if it takes more than a line or two."""
        return self.longest > SHORT


@dataclass(frozen=True, eq=False)
class Table:
    """A table: one sheet of the workbook. widths: those of its columns, if they are not the usual
    ones. is_own: the county asks for it, and not the statutory form."""

    key: str
    sheet: str
    title: str
    blocks: tuple[Block, ...]
    cells: tuple[Cell, ...]
    texts: tuple[TextCell, ...] = ()
    widths: tuple[float, ...] = ()
    is_own: bool = False

    @cached_property
    def answers(self) -> tuple[Cell | TextCell, ...]:
        """The cells and the texts, without notes, in the order of the rows."""
        order = [leaf.key for block in self.blocks for row in block.rows for leaf in row.leaves()]
        both: list[Cell | TextCell] = [text for text in self.texts if text.beside is None]
        both.extend(self.cells)
        return (
            tuple(sorted(both, key=lambda one: order.index(one.row))) if self.is_own else self.cells
        )

    @cached_property
    def asks_zero(self) -> bool:
        """True if it has cells whose blanks must be confirmed as zero."""
        return any(cell.needed for cell in self.cells)


@dataclass(frozen=True)
class TextField:
    """A text of the report that units may be asked for. shape: a text, 是/否, or a number of
    the edition's kind of this name; part: the part of the report, as a heading. claims: the
    figures that the text usually repeats; said_by: for an amount, the field whose 是/否 says
    whether there is one.
    """

    key: str
    part: str
    label: str
    shape: str
    longest: int
    hint: str
    claims: tuple[str, ...] = ()
    said_by: str = ""


@dataclass(frozen=True)
class Claim:
    """A figure of the tables that sentences repeat.

    sums: the figure is one of these sums of cells. needs: a sentence speaks of it only if it
    has one of these words; elsewhere: and none of these; never: nor one of these in the clause
    of the number. patterns: how it is said, compiled to regular expressions whose group is the
    number; zeros: the words that say that it is zero.
    """

    key: str
    label: str
    sums: tuple[tuple[str, ...], ...]
    needs: tuple[str, ...]
    elsewhere: tuple[str, ...]
    never: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]
    zeros: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """A 勾稽 rule as written in rules.toml. fails: its own sentence for when it fails, with figures
    in braces; '' if the sentence is made from `when`. skip: the rows or columns to which it is not
    applied. fills: the left side is filled in by the right side, which is of last year."""

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
    skip: tuple[str, ...] = ()
    fills: bool = False

    @property
    def key(self) -> str:
        """What tells it from the others; several rules may have one id."""
        return rule_key(self.id, self.table, self.kinds)


def rule_key(id_: str, table: str, kinds: tuple[str, ...]) -> str:
    return " ".join((id_, table, *kinds))


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
    main: Compare | Near
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
    def last_cells(self) -> tuple[str, ...]:
        """The names of the cells whose figures of the year before the rule mentions."""
        return tuple(ref.cell for ref in self.refs if ref.source == LAST)

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
    present names. last: the id of an older edition → its names of cells, rows or tables → those
    of this edition that mean the same.
    fields, claims: the texts that units may be asked for, and the figures that
    these may repeat. supplement: what the county asks for besides, which is in the tables.
    outline: that of the report, None if the edition states none.
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
    last: dict[str, dict[str, str]]
    fields: tuple[TextField, ...] = ()
    claims: tuple[Claim, ...] = ()
    supplement: Supplement = NOTHING
    outline: Outline | None = None

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
    def statutory(self) -> tuple[Cell, ...]:
        """The cells of the form itself, without what the county asks for besides."""
        return tuple(cell for table in self.tables if not table.is_own for cell in table.cells)

    @cached_property
    def texts(self) -> tuple[TextCell, ...]:
        """All cells that hold texts, in sheet order."""
        return tuple(text for table in self.tables for text in table.texts)

    @cached_property
    def text(self) -> dict[str, TextCell]:
        return {text.name: text for text in self.texts}

    @cached_property
    def cell(self) -> dict[str, Cell]:
        return {cell.name: cell for cell in self.cells}

    @cached_property
    def last_cells(self) -> frozenset[str]:
        """The names of the cells whose figures of the year before some rule mentions."""
        return frozenset(name for one in self.instances for name in one.last_cells)

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

    def tables_for(self, unit_kind: UnitKind) -> tuple[Table, ...]:
        """The tables that units of this kind fill: those of the form, and those of the county in
        which something is asked of them."""
        return tuple(
            table
            for table in self.tables
            if not table.is_own
            or self.open_cells(table, unit_kind)
            or self.open_texts(table, unit_kind)
        )

    def open_texts(self, table: Table, unit_kind: UnitKind) -> tuple[TextCell, ...]:
        """The texts of a table that a unit of this kind writes, in sheet order."""
        return tuple(text for text in table.texts if unit_kind not in text.closed_for)

    def amounts_said(self, table: Table, unit_kind: UnitKind) -> tuple[tuple[TextCell, Cell], ...]:
        """The 是/否 of a table that say whether there is an amount, each with the amount, if the
        unit is asked for both."""
        by_row = {text.row: text for text in self.open_texts(table, unit_kind) if text.choices}
        said_by = {field.key: field.said_by for field in self.fields}
        return tuple(
            (by_row[said_by[cell.row]], cell)
            for cell in self.open_cells(table, unit_kind)
            if said_by.get(cell.row) in by_row
        )

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
