"""The cells of a sheet → what the unit typed in its table, and what is wrong with the sheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from jyxl import messages, numbers
from jyxl.definition import Cell, Edition, Table
from jyxl.finding import Finding, Place
from jyxl.identity import Identity
from jyxl.layout import CONFIRM, NO, UNIT, YEAR, YES, Label, label_spot, sheet, unit_line, year_line
from jyxl.numbers import Reading
from jyxl.places import cell_place
from jyxl.reading.book import Rows
from jyxl.reading.marks import Marks
from jyxl.reading.recovery import Moves, at, find_moves, misplaced, squeeze

_FEW = 3
"""How many labels may be edited; if there are more, the sheet is not read."""


@dataclass(frozen=True)
class TableRead:
    """A table as it was read.

    numbers, texts: the typed cells by name, as in Entries. totals: what each total shows. live:
    the totals that are still formulas. confirmed: the answer to 空白处均为零. lost: the cells
    that could not be read.
    """

    numbers: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    live: frozenset[str] = frozenset()
    confirmed: bool | None = None
    lost: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


def missing_table(table: Table) -> TableRead:
    """A table whose sheet is missing."""
    found = messages.finding("S-SHEET", Place(table.sheet))
    return TableRead(lost=_all_cells(table), findings=(found,))


def read_table(
    edition: Edition, identity: Identity, table: Table, rows: Rows, marks: Marks
) -> TableRead:
    """The table on a sheet that was issued to `identity`."""
    owner = tuple(_strangers(identity, table, rows))
    wrong = misplaced(sheet(table), rows)
    moves = find_moves(sheet(table), rows) if wrong else None
    if moves is not None and not moves.is_none:
        found = messages.finding("S-ROWS", Place(table.sheet, spot=CONFIRM))
        return _cells(edition, table, rows, marks, moves, (*owner, found))
    if _is_beyond_reading(rows, wrong):
        lost = _edited("S-LOST", table, rows, wrong[0])
        return TableRead(lost=_all_cells(table), findings=(*owner, lost))
    edited = tuple(_edited("S-LABEL", table, rows, label) for label in wrong)
    return _cells(edition, table, rows, marks, None, (*owner, *edited))


def _all_cells(table: Table) -> frozenset[str]:
    return frozenset(cell.name for cell in table.cells)


def _strangers(identity: Identity, table: Table, rows: Rows) -> Iterator[Finding]:
    """The findings if the unit or the year on the sheet is not that of the signed identity."""
    for spot, wanted, mark in (
        (UNIT, unit_line(identity.name), unit_line("")),
        (YEAR, year_line(identity.year), "年度"),
    ):
        found = squeeze(at(rows, *sheet(table).spots[spot][:2]))
        if found != squeeze(wanted) and squeeze(mark) in found:
            yield messages.finding(
                "S-SWAP", Place(table.sheet, spot=spot), found=found, wanted=wanted
            )


def _is_beyond_reading(rows: Rows, wrong: list[Label]) -> bool:
    """True if so much was changed that no cell can be trusted: a label is in another place, or
    many labels were edited."""
    if not wrong:
        return False
    everywhere = {squeeze(value) for row in rows for value in row if isinstance(value, str)}
    return len(wrong) > _FEW or any(squeeze(label.text) in everywhere for label in wrong)


def _edited(code: str, table: Table, rows: Rows, label: Label) -> Finding:
    spot = label_spot(sheet(table).labels.index(label))
    found = str(at(rows, *label.area[:2]))
    return messages.finding(code, Place(table.sheet, spot=spot), wanted=label.text, found=found)


def _cells(
    edition: Edition,
    table: Table,
    rows: Rows,
    marks: Marks,
    moves: Moves | None,
    findings: tuple[Finding, ...],
) -> TableRead:
    """The content of every cell. moves: where rows and columns were moved, if they were."""
    numbers_: dict[str, int] = {}
    texts: dict[str, str] = {}
    totals: dict[str, int] = {}
    live: set[str] = set()
    found = list(findings)
    errors, formulas, is_total = marks.errors, marks.formulas, edition.totals
    for cell, position in sheet(table).positions:
        if moves is not None:
            position = moves.to(*position)
        error = errors.get(position) if errors else None
        raw = at(rows, *position) if error is None else error
        is_formula = position in formulas
        if cell.name in is_total:
            shown = None if error or raw == "" else numbers.read(raw, cell.kind).value
            if shown is not None:
                totals[cell.name] = shown
            if is_formula:
                live.add(cell.name)
            continue
        if raw == "" and not is_formula:
            continue
        reading = numbers.read(raw, cell.kind) if raw != "" else _UNCALCULATED
        if reading.fault is not None:
            texts[cell.name] = as_text(raw) if raw != "" else messages.UNCALCULATED
            place = cell_place(edition, cell.name)
            found.append(messages.misfit(cell.kind, place, texts[cell.name], reading.fault))
        elif reading.value is not None:
            numbers_[cell.name] = reading.value
            found.extend(_notes(edition, cell, raw, reading, is_formula))
    confirmed = _confirmed(table, rows, moves)
    return TableRead(numbers_, texts, totals, frozenset(live), confirmed, findings=tuple(found))


def _confirmed(table: Table, rows: Rows, moves: Moves | None) -> bool | None:
    """The answer to 空白处均为零, or None if there is none."""
    position = sheet(table).confirm[:2]
    answer = at(rows, *(moves.to(*position) if moves else position))
    said = numbers.tidy(answer) if isinstance(answer, str) else ""
    return {YES: True, NO: False}.get(said)


_UNCALCULATED = Reading(fault="uncalculated")
"""The reading of a formula without a result."""


def _notes(
    edition: Edition, cell: Cell, raw: object, reading: Reading, is_formula: bool
) -> Iterator[Finding]:
    """The notes on how a number was read, if the unit should know."""
    assert reading.value is not None
    shown = numbers.plain(reading.value, cell.kind.scale)
    if reading.noted:
        place = cell_place(edition, cell.name)
        yield messages.finding("F-R", place, str(raw), read=shown + cell.kind.unit)
    if is_formula:
        yield messages.finding("F-C", cell_place(edition, cell.name), shown)


def as_text(raw: object) -> str:
    """The content of a cell as a person would write it."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float):
        return format(raw, ".15g")
    return str(raw)
