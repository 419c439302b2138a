"""The cells of a sheet → what the unit typed in its table, and what is wrong with the sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from jyxl import faults, messages, numbers
from jyxl.definition import Cell, Edition, Table
from jyxl.finding import Finding, Place
from jyxl.identity import Identity
from jyxl.layout import (
    CONFIRM,
    NO,
    UNIT,
    YEAR,
    YES,
    Label,
    SheetLayout,
    label_spot,
    sheet,
    unit_line,
    year_line,
)
from jyxl.places import cell_place
from jyxl.reading.book import Rows
from jyxl.reading.marks import Area, Marks, Position
from jyxl.reading.recovery import Moves, at, find_moves, misplaced, squeeze
from jyxl.reading.sight import Doubt, Seen, as_text, look_at, quoted, text_at, texts_at
from jyxl.reading.words import read_words

_FEW = 3
"""How many labels may be edited; if there are more, the sheet is not read."""


@dataclass(frozen=True)
class TableRead:
    """A table as it was read.

    numbers, texts: the typed cells by name, as in Entries. totals: what each total shows. live:
    the totals that are still formulas. confirmed: the answer to 空白处均为零. lost: the cells
    that could not be read. words: the texts that are not blank.
    """

    numbers: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    live: frozenset[str] = frozenset()
    confirmed: bool | None = None
    lost: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()
    words: dict[str, str] = field(default_factory=dict)


def missing_table(table: Table) -> TableRead:
    """A table whose sheet is missing."""
    found = messages.finding("S-SHEET", Place(table.sheet))
    return TableRead(lost=_all_cells(table), findings=(found,))


def read_table(
    edition: Edition, identity: Identity, table: Table, rows: Rows, marks: Marks
) -> TableRead:
    """The table on a sheet that was issued to `identity`."""
    owner = tuple(_strangers(identity, table, rows, marks))
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
    return frozenset([cell.name for cell in table.cells] + [text.name for text in table.texts])


def _strangers(identity: Identity, table: Table, rows: Rows, marks: Marks) -> Iterator[Finding]:
    """The findings if the unit or the year on the sheet is not that of the signed identity."""
    for spot, wanted, mark in (
        (UNIT, unit_line(identity.name), unit_line("")),
        (YEAR, year_line(identity.year), "年度"),
    ):
        position = sheet(table).spots[spot][:2]
        for found in dict.fromkeys(map(squeeze, texts_at(rows, marks, position))):
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


@dataclass
class _Found:
    """What was found in the cells so far, as in TableRead."""

    edition: Edition
    numbers: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    live: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    def total(self, cell: Cell, seen: Seen, is_formula: bool) -> None:
        if is_formula:
            self.live.add(cell.name)
        elif seen.doubt is not None:
            self.findings.append(_doubted(self.edition, cell, seen.doubt))
        if seen.doubt is None and seen.reading.value is not None:
            self.totals[cell.name] = seen.reading.value

    def typed(self, cell: Cell, seen: Seen, is_formula: bool) -> None:
        raw, reading = seen.raw, seen.reading
        if seen.doubt is not None:
            self.doubt(cell, seen.doubt)
        elif raw == "" and is_formula:
            self.fault(cell, faults.UNCALCULATED, "uncalculated")
        elif reading.fault is not None:
            self.fault(cell, as_text(raw), reading.fault)
        elif reading.value is not None:
            self.numbers[cell.name] = reading.value
            self.findings.extend(_notes(self.edition, cell, seen, is_formula))

    def fault(self, cell: Cell, text: str, fault: str) -> None:
        self.texts[cell.name] = text
        place = cell_place(self.edition, cell.name)
        self.findings.append(faults.misfit(cell.kind, place, text, fault))

    def doubt(self, cell: Cell, doubt: Doubt) -> None:
        self.numbers.pop(cell.name, None)
        self.texts[cell.name] = faults.doubted(doubt.why, doubt.one, doubt.other)
        self.findings.append(_doubted(self.edition, cell, doubt))


def _cells(
    edition: Edition,
    table: Table,
    rows: Rows,
    marks: Marks,
    moves: Moves | None,
    findings: tuple[Finding, ...],
) -> TableRead:
    """The content of every cell. moves: where rows and columns were moved, if they were."""
    found = _Found(edition, findings=list(findings))
    place, own_cells, is_total = sheet(table), marks.cells, edition.totals
    hidden = _hidden(place, marks.merged) if moves is None else _moved(place, marks.merged, moves)
    for cell, position in place.positions:
        if moves is not None:
            position = moves.to(*position)
        raw, own = at(rows, *position), own_cells.get(position)
        if own is None and raw == "":
            continue
        seen = look_at(raw, own, marks, cell.kind)
        if position in hidden and seen.doubt is None:
            seen = seen._replace(doubt=Doubt("hidden", quoted(seen.raw)))
        take = found.total if cell.name in is_total else found.typed
        take(cell, seen, own is not None and own[3])
    for cell, position in _beside(place):
        if moves is not None:
            position = moves.to(*position)
        own = own_cells.get(position)
        if own is None or own[2] == "" or position in hidden:
            continue
        if cell.name not in is_total and cell.name not in found.texts:
            beside = quoted(at(rows, *position))
            found.doubt(cell, Doubt("beside", _typed(found, cell), beside))
    words, faults = read_words(
        edition, table, rows, marks, lambda *one: moves.to(*one) if moves is not None else one
    )
    return TableRead(
        numbers=found.numbers,
        texts=found.texts,
        totals=found.totals,
        live=frozenset(found.live),
        confirmed=_confirmed(table, rows, marks, moves) if table.asks_zero else True,
        findings=(*found.findings, *faults),
        words=words,
    )


def _typed(found: _Found, cell: Cell) -> str:
    number = found.numbers.get(cell.name)
    return quoted("") if number is None else numbers.plain(number, cell.kind.scale)


@lru_cache(maxsize=64)
def _beside(place: SheetLayout) -> tuple[tuple[Cell, Position], ...]:
    """The positions that a cell of the form fills beside its own, which is the top-left one."""
    return tuple(
        (cell, (row, column))
        for cell, first in place.positions
        for row in range(place.cells[cell.name].top, place.cells[cell.name].bottom + 1)
        for column in range(place.cells[cell.name].left, place.cells[cell.name].right + 1)
        if (row, column) != first
    )


@lru_cache(maxsize=64)
def _hidden(place: SheetLayout, merged: tuple[Area, ...]) -> frozenset[Position]:
    """The positions of the form's cells that are merged into others, so that their content is
    not shown."""
    return _under(merged, (position for _, position in (*place.positions, *_beside(place))))


def _moved(place: SheetLayout, merged: tuple[Area, ...], moves: Moves) -> frozenset[Position]:
    """The same on a sheet whose rows or columns were moved."""
    known = (position for _, position in (*place.positions, *_beside(place)))
    return _under(merged, (moves.to(*position) for position in known))


def _under(merged: Iterable[Area], positions: Iterable[Position]) -> frozenset[Position]:
    return frozenset(
        (row, column)
        for row, column in positions
        for top, left, bottom, right in merged
        if top <= row <= bottom and left <= column <= right and (row, column) != (top, left)
    )


def _confirmed(table: Table, rows: Rows, marks: Marks, moves: Moves | None) -> bool | None:
    """The answer to 空白处均为零, or None if there is none or it is not clear."""
    position = sheet(table).confirm[:2]
    if moves is not None:
        position = moves.to(*position)
    answer = text_at(rows, marks, position)
    return None if answer is None else {YES: True, NO: False}.get(numbers.tidy(answer))


def _doubted(edition: Edition, cell: Cell, doubt: Doubt) -> Finding:
    why = faults.DOUBT[doubt.why].format(one=doubt.one, other=doubt.other)
    text = faults.doubted(doubt.why, doubt.one, doubt.other)
    return messages.finding("F-D", cell_place(edition, cell.name), text, why=why)


def _notes(edition: Edition, cell: Cell, seen: Seen, is_formula: bool) -> Iterator[Finding]:
    """The notes on how a number was read, if the unit should know."""
    reading = seen.reading
    assert reading.value is not None
    shown = numbers.plain(reading.value, cell.kind.scale)
    if reading.noted:
        place = cell_place(edition, cell.name)
        yield messages.finding("F-R", place, str(seen.raw), read=shown + cell.kind.unit)
    if seen.rounded is not None:
        yield messages.finding("F-S", cell_place(edition, cell.name), seen.rounded, read=shown)
    if is_formula:
        yield messages.finding("F-C", cell_place(edition, cell.name), shown)
