"""What the live sheets of a workbook say for given values: the cached results of their formulas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jyxl.checklist import BlankCheck, CheckLine, FormCheck, check_lines
from jyxl.definition import Cell, Edition, Instance, Table
from jyxl.rules.check import evaluate
from jyxl.submission import Entries

PASS, FAIL, OPEN = "通过", "不通过", "待定"
NO_WORDS = " 　/／-－—–_＿\\.。…,，、;；?？!！无"
"""An explanation made of nothing else explains nothing."""


@dataclass(frozen=True)
class LineState:
    """One line of 校验: both sides as scaled integers, the scale, and the state."""

    line: CheckLine
    left: int
    right: int
    scale: int
    faulty: int
    state: str
    explanation: str

    @property
    def is_unexplained(self) -> bool:
        return (
            self.state == FAIL and self.line.is_explained and not says_something(self.explanation)
        )

    @property
    def is_error(self) -> bool:
        return self.state == FAIL and not self.line.is_explained


def says_something(note: str) -> bool:
    """True where a note in 说明 is an explanation. The live sheet judges alike."""
    return any(ord(letter) >= 32 and letter not in NO_WORDS for letter in note)


def values(edition: Edition, numbers: Mapping[str, int]) -> dict[str, int]:
    """Every cell's value: typed numbers, 0 for blanks, and the totals made of them."""
    result = {cell.name: numbers.get(cell.name, 0) for cell in edition.cells}
    for name, total in edition.totals.items():
        result[name] = evaluate(total.instance.main.right, result, total.instance.scale)
    return result


def is_misfit(cell: Cell, entries: Entries) -> bool:
    """True where what is typed is not a number of the cell's kind; a blank fits."""
    if cell.name in entries.texts:
        return True
    value = entries.numbers.get(cell.name, 0)
    kind = cell.kind
    return not kind.minimum * kind.scale <= value <= kind.maximum * kind.scale


def blank_cells(
    edition: Edition, table: Table, unit_kind: str, entries: Entries
) -> tuple[str, ...]:
    """The open cells in which nothing is typed."""
    return tuple(
        cell.name
        for cell in edition.open_cells(table, unit_kind)
        if cell.name not in entries.numbers and cell.name not in entries.texts
    )


def lines(
    edition: Edition, unit_kind: str, entries: Entries, figures: Mapping[str, int]
) -> tuple[LineState, ...]:
    """The state of every line of a unit's 校验. figures: what `values` gives."""
    return tuple(
        _state(edition, unit_kind, entries, figures, line)
        for line in check_lines(edition, unit_kind)
    )


def county_lines(edition: Edition, figures: Mapping[str, int]) -> tuple[LineState, ...]:
    """The state of every line of the county's own 校验, in which nothing is typed."""
    entries = Entries(numbers=dict(figures))
    return tuple(
        _state(edition, edition.county_kind, entries, figures, line)
        for line in check_lines(edition, edition.county_kind, blanks=False)
    )


def _state(
    edition: Edition,
    unit_kind: str,
    entries: Entries,
    figures: Mapping[str, int],
    line: CheckLine,
) -> LineState:
    if isinstance(line.check, Instance):
        return _rule_state(edition, unit_kind, entries, figures, line, line.check)
    if isinstance(line.check, FormCheck):
        kinds = {kind.key for kind in line.check.kinds}
        count = sum(
            is_misfit(cell, entries)
            for cell in edition.open_cells(line.table, unit_kind)
            if cell.kind.key in kinds
        )
        return LineState(line, count, 0, 1, 0, FAIL if count else PASS, "")
    assert isinstance(line.check, BlankCheck)
    confirmed = entries.confirmed.get(line.table.key)
    count = 0 if confirmed else len(blank_cells(edition, line.table, unit_kind, entries))
    return LineState(line, count, 0, 1, 0, FAIL if count else PASS, "")


def _rule_state(
    edition: Edition,
    unit_kind: str,
    entries: Entries,
    figures: Mapping[str, int],
    line: CheckLine,
    instance: Instance,
) -> LineState:
    main = instance.main
    faulty = sum(
        is_misfit(edition.cell[name], entries)
        for name in instance.leaves
        if edition.is_open(edition.cell[name], unit_kind)
    )
    holds = evaluate(instance.tree, figures, instance.scale)
    return LineState(
        line=line,
        left=evaluate(main.left, figures, instance.scale),
        right=evaluate(main.right, figures, instance.scale),
        scale=instance.scale,
        faulty=faulty,
        state=OPEN if faulty else PASS if holds else FAIL,
        explanation=entries.explanations.get(instance.id, ""),
    )
