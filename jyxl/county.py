"""The county's facts: the state of every unit, the sums of the figures, the explanations.

They are plain values that need no library: the workbook, its charts and every other rendering
show what is given here. Figures are scaled integers, each by the name of its cell.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from jyxl import levels, live, moments
from jyxl.adjustment import Adjustment, added
from jyxl.definition import UNIT_KINDS, Cell, Edition, Header, Table, TextCell
from jyxl.explaining import is_empty_explanation
from jyxl.finding import PARTIAL, Place
from jyxl.layout import ADJUSTMENTS, STATUS
from jyxl.terms import State, UnitKind
from jyxl.verdict_words import STATES, state_words

RECEIVED = "t3.new.total"
"""The cell of all new applications; an edition may have none."""
BUSIEST = 20
"""How many units are named as those with the most new applications."""

_HANDLED = "handled"
"""The group of rows that say what became of applications."""
_NAMED = 6


@dataclass(frozen=True, slots=True)
class Explanation:
    """A warning that a unit explained. words: its explanation, or '' if the office let the figure
    count without one. allowed: the reason for which the office accepted it, or
    '' if it has not yet; instance: the rule at its place, '' if it is none."""

    rule: str
    place: Place
    problem: str
    words: str
    allowed: str = ""
    instance: str = ""

    @property
    def is_empty(self) -> bool:
        """True if the words only say that all is well."""
        return is_empty_explanation(self.words)


@dataclass(frozen=True, slots=True)
class Ruling:
    """The office let a return count (is_allowed), or sent it back. time: ISO, to the second."""

    time: str
    is_allowed: bool
    file: str
    sha256: str
    because: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit of the county.

    version, arrived, file, sha256: those of the return in force or, if there is none, of the
    latest; arrived is in ISO form, to the second, or ''. figures: of every cell, including
    totals; None if no accepted return is in force. newer_returned: a return is in force, and
    a later one was sent back. late: the first return came after the deadline; overdue: none
    has come, and the deadline is past. attempts: what came and does not count, in words. last:
    the figures of last year that are known; lacks_last: none are, but those of other units. words:
    the accepted texts by the names of their cells; unasked: the cells about which nothing was
    asked when the return was accepted; added: the labels of those that the unit must answer now.
    """

    code: str
    name: str
    kind: UnitKind
    state: State
    newer_returned: bool
    version: int
    arrived: str
    late: bool
    file: str
    sha256: str
    figures: Mapping[str, int] | None
    explanations: tuple[Explanation, ...] = ()
    contact: str = ""
    phone: str = ""
    overdue: bool = False
    attempts: tuple[str, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    last: Mapping[str, int] = field(default_factory=dict)
    lacks_last: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    unasked: frozenset[str] = frozenset()
    added: tuple[str, ...] = ()

    @property
    def to_read(self) -> tuple[Explanation, ...]:
        """The explanations that the office has not accepted yet."""
        return tuple(one for one in self.explanations if not one.allowed)

    @property
    def remarks(self) -> str:
        """What the office should know about the unit, in short."""
        parts = [f"来过：{'、'.join(self.attempts)}"] if self.attempts else []
        if self.to_read:
            parts.append(f"{len(self.to_read)} 处说明待阅")
        if any(one.rule == PARTIAL for one in self.explanations):
            parts.append("下面没有收齐，先用的")
        if self.lacks_last:
            parts.append("没有上年数")
        if self.added:
            parts.append(f"通过以后又增加了 {len(self.added)} 项要填的")
        return "；".join(parts)

    @property
    def counts(self) -> bool:
        """True if its figures are included in those of the county."""
        return self.figures is not None

    @property
    def state_words(self) -> str:
        return state_words(self.state, self.newer_returned)

    @property
    def arrived_minute(self) -> str:
        """When the return arrived, to the minute: 2020-01-10T09:00:00 → 2020-01-10 09:00."""
        return moments.minute(self.arrived)


@dataclass(frozen=True)
class County:
    """A county and its units, in the order of the roster. adjustments: all that were ever made,
    also those that were withdrawn."""

    name: str
    year: int
    edition: Edition
    units: tuple[UnitRow, ...]
    adjustments: tuple[Adjustment, ...] = ()

    @cached_property
    def adjusted(self) -> Mapping[str, int]:
        """Cell → what the adjustments add to it; only cells that the form has."""
        cells = self.edition.cell
        return {name: by for name, by in added(self.adjustments).items() if name in cells}

    @cached_property
    def adjusted_row(self) -> Mapping[str, int]:
        """What the adjustments add to every cell, totals included."""
        return live.values(self.edition, self.adjusted)

    @property
    def kind(self) -> UnitKind:
        """The level of its own figures, by which rows are closed and rules apply."""
        return levels.of((unit.kind for unit in self.units), self.edition.county_kind)

    @cached_property
    def unfilled(self) -> tuple[Cell, ...]:
        """The cells of the form that are open at the county's level, that none of its units may
        fill and into which no adjustment has put anything: the sum of nothing is no answer."""
        kinds = {unit.kind for unit in self.units}
        return tuple(
            cell
            for cell in self.edition.statutory
            if self.edition.is_open(cell, self.kind)
            and kinds <= set(cell.closed_for)
            and cell.name not in self.adjusted
            and not any(unit.figures[cell.name] for unit in self.counted if unit.figures)
        )

    @property
    def state(self) -> str:
        """The digest of the returns and the adjustments that are in its sums."""
        returns = {unit.code: unit.sha256 for unit in self.counted}
        made = [one.signature for one in self.adjustments if one.counts]
        text = json.dumps([returns, made], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def counted(self) -> list[UnitRow]:
        return [unit for unit in self.units if unit.counts]

    @property
    def left_out(self) -> list[UnitRow]:
        return [unit for unit in self.units if not unit.counts]

    @property
    def scope(self) -> str:
        """How much of the county is in the figures, with the names of the units that are not."""
        if not self.left_out:
            return f"全部 {len(self.units)} 个单位{self._adjustments}"
        return self._part("、".join(unit.name for unit in self.left_out))

    @property
    def short_scope(self) -> str:
        """The same as `scope`, with at most a few names."""
        if len(self.left_out) <= _NAMED:
            return self.scope
        names = "、".join(unit.name for unit in self.left_out[:_NAMED])
        return self._part(f"{names}等 {len(self.left_out)} 个（见“{STATUS}”）")

    def _part(self, left_out: str) -> str:
        return f"{len(self.units)} 个单位中的 {len(self.counted)} 个；未计入：{left_out}{self._adjustments}"

    @property
    def _adjustments(self) -> str:
        return f"；含{ADJUSTMENTS}" if self.adjusted else ""

    @property
    def progress(self) -> str:
        """How many units are in each state."""
        counts = [
            f"{words} {sum(unit.state == state for unit in self.units)}"
            for state, words in STATES.items()
        ]
        late = sum(unit.late for unit in self.units)
        overdue = sum(unit.overdue for unit in self.units)
        parts = [*counts, f"其中迟报 {late}", *([f"逾期未报 {overdue}"] if overdue else [])]
        return f"应报 {len(self.units)} 个单位：{'　'.join(parts)}"


def sums(county: County) -> dict[str, int]:
    """Every county cell: the exact sum over the units that count, and the adjustments. Of an indicator of the county's
    own it may be in how many units there is something, or 0 if it is not summed up."""
    rows = [unit.figures for unit in county.units if unit.figures is not None]
    rows += [county.adjusted_row] if county.adjusted else []
    return {
        cell.name: _summed(cell, [row[cell.name] for row in rows]) for cell in county.edition.cells
    }


def _summed(cell: Cell, figures: Sequence[int]) -> int:
    if cell.added == "求和":
        return sum(figures)
    return sum(figure != 0 for figure in figures) * cell.kind.scale if cell.added == "计数" else 0


def counts(county: County) -> dict[str, int]:
    """Text cell that is counted → in how many units the answer is 是 or, if it is not to be
    chosen, in how many there is one."""
    return {
        text.name: sum(_says(text, unit.words.get(text.name, "")) for unit in county.counted)
        for text in county.edition.texts
        if text.added == "计数"
    }


def _says(text: TextCell, words: str) -> bool:
    return words == text.choices[0] if text.choices else not text.is_blank(words)


def states_by_kind(county: County) -> dict[str, dict[State, int]]:
    """Kind of unit → state → how many units; only kinds that the county has, but all states."""
    return {
        kind: {state: sum(unit.state == state for unit in units) for state in STATES}
        for kind in UNIT_KINDS
        if (units := [unit for unit in county.units if unit.kind == kind])
    }


@dataclass(frozen=True)
class Outcome:
    """What became of applications, in short, and of how many: the sum of these cells."""

    label: str
    cells: tuple[str, ...]
    count: int


def outcomes(edition: Edition, figures: Mapping[str, int]) -> Iterator[Outcome]:
    """The outcomes of applications, in the order of the form, none counted twice; nothing if
    the edition has no applications. figures: what `sums` gives."""
    received = edition.cell.get(RECEIVED)
    if received is None:
        return
    for header in _handled(edition.table[received.table]):
        rows = [leaf.key for leaf in header.leaves()]
        if not any(_is_sum_of_rows(edition, received.table, row) for row in rows):
            cells = tuple(f"{received.table}.{row}.{received.column}" for row in rows)
            count = sum(figures[name] for name in cells)
            yield Outcome(_short(header.label or ""), cells, count)


def _handled(table: Table) -> tuple[Header, ...]:
    for block in table.blocks:
        for row in block.rows:
            for header in row.walk():
                if header.group == _HANDLED:
                    return header.children
    return ()


def _is_sum_of_rows(edition: Edition, table: str, row: str | None) -> bool:
    return any(
        edition.cell[name].table == table
        and edition.cell[name].row == row
        and total.instance.rule.each == "column"
        for name, total in edition.totals.items()
    )


def _short(label: str) -> str:
    """The label without its number and remark: （二）部分公开（区分处理的…） → 部分公开."""
    return re.sub(r"^（.）", "", label).split("（")[0]


def busiest(county: County) -> list[tuple[int, int]]:
    """The units with the most new applications, largest first: (index in county.units, how many).

    There are at most BUSIEST, and none without new applications.
    """
    received = [
        (number, unit.figures.get(RECEIVED, 0))
        for number, unit in enumerate(county.units)
        if unit.figures is not None
    ]
    received = [one for one in received if one[1]]
    return sorted(received, key=lambda one: one[1], reverse=True)[:BUSIEST]
