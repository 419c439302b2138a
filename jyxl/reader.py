"""Bytes → Submission: structure, identity and the typing of every cell. Trusts nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jyxl import editions, formats, live, messages, numbers
from jyxl.checklist import CHECK_NOTE, CHECK_PLACE, CHECK_RULE, check_lines
from jyxl.definition import DefinitionError, Edition, Instance, Table
from jyxl.figures import Figures
from jyxl.finding import Finding, Place
from jyxl.formats import Book, Rows, Unreadable
from jyxl.identity import Identity, is_genuine, parse
from jyxl.layout import (
    CHECKS,
    CONFIRM,
    ERRORS,
    GUIDE,
    IDENTITY,
    NO,
    PAYLOAD,
    SIGNATURE,
    TITLE,
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
from jyxl.numbers import Reading
from jyxl.places import cell_place
from jyxl.recovery import Moves, at, find_moves, misplaced, squeeze
from jyxl.rules.check import evaluate
from jyxl.rules.truth import fails, is_unknown
from jyxl.submission import Entries, Submission
from jyxl.terms import UnitKind

_ASIDE = (GUIDE, CHECKS, ERRORS)
"""Sheets of ours that are read only where something may need explaining, or never."""


@dataclass(frozen=True)
class Expected:
    """The campaign that a return must belong to. units: code → (name, kind)."""

    campaign: str
    county: str
    year: int
    edition: str
    key: bytes
    units: Mapping[str, tuple[str, UnitKind]]


def read(file: str, data: bytes, expected: Expected | None = None) -> Submission:
    """The return in these bytes; without `expected` its identity is believed."""
    digest = hashlib.sha256(data).hexdigest()
    book = formats.open_book(data, _ASIDE)
    if isinstance(book, Finding):
        return Submission(file, digest, findings=(book,))
    try:
        return _taken(file, digest, book, expected)
    except Unreadable as problem:
        return Submission(file, digest, findings=(problem.finding,))


def _taken(file: str, digest: str, book: Book, expected: Expected | None) -> Submission:
    identity, problem = _identify(book, expected)
    if identity is None or problem is not None:
        found = (problem,) if problem is not None else ()
        return Submission(file, digest, identity=identity, findings=found)
    try:
        edition = editions.load(identity.edition)
    except DefinitionError:
        wanted = "、".join(editions.available())
        problem = messages.finding("S-EDITION", found=identity.edition, wanted=wanted)
        return Submission(file, digest, identity=identity, findings=(problem,))
    return _Reading(book, identity, edition).submission(file, digest)


def _identify(book: Book, expected: Expected | None) -> tuple[Identity | None, Finding | None]:
    """Who the workbook was issued to, and what speaks against taking it."""
    if IDENTITY not in book.names:
        return None, messages.finding("S-FOREIGN")
    rows = book.rows(IDENTITY)
    payload, signature = str(at(rows, *PAYLOAD[:2])), str(at(rows, *SIGNATURE[:2]))
    identity = parse(payload)
    if identity is None:
        return None, messages.finding("S-FORGED")
    if expected is None:
        return identity, None
    if identity.campaign != expected.campaign:
        return identity, _other_campaign(identity, expected)
    if not is_genuine(payload, signature, expected.key):
        return None, messages.finding("S-FORGED")
    if identity.year != expected.year or identity.edition != expected.edition:
        return identity, _other_campaign(identity, expected)
    if identity.code not in expected.units:
        return identity, messages.finding("S-UNIT", name=identity.name, unit=identity.code)
    name, kind = expected.units[identity.code]
    for what, found, wanted in (("名称", identity.name, name), ("类别", identity.kind, kind)):
        if found != wanted:
            return identity, messages.finding("S-STALE", what=what, found=found, wanted=wanted)
    return identity, None


def _other_campaign(identity: Identity, expected: Expected) -> Finding:
    if identity.year != expected.year:
        return messages.finding("S-YEAR", found=identity.year, wanted=expected.year)
    if identity.edition != expected.edition:
        return messages.finding("S-EDITION", found=identity.edition, wanted=expected.edition)
    return messages.finding("S-CAMPAIGN", county=identity.county)


@dataclass
class _Reading:
    """One workbook while it is read; `submission` is what comes out."""

    book: Book
    identity: Identity
    edition: Edition
    findings: list[Finding] = field(default_factory=list)
    typed: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    confirmed: dict[str, bool | None] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    shown_totals: dict[str, int] = field(default_factory=dict)
    sheets: dict[str, str] = field(default_factory=dict)
    moves: dict[str, Moves] = field(default_factory=dict)

    def submission(self, file: str, digest: str) -> Submission:
        for table in self.edition.tables:
            self._table(table)
        self._strangers()
        if self.book.is_active:
            self.findings.append(messages.finding("S-ACTIVE"))
        swapped = any(finding.code == "S-SWAP" for finding in self.findings)
        figures = live.values(self.edition, self.typed)
        stated = self._stated(figures)
        unconfirmed = self._unconfirmed(Entries(self.typed, self.texts, self.confirmed))
        is_clean = not stated and not unconfirmed and self._is_clean(figures)
        explanations = self._explanations(is_clean)
        entries = Entries(self.typed, self.texts, self.confirmed, explanations)
        return Submission(
            file=file,
            sha256=digest,
            identity=self.identity,
            entries=entries,
            figures=Figures(self.edition.index, figures),
            unknown=frozenset((*self.lost, *self.texts)),
            stated=stated,
            unconfirmed=unconfirmed,
            findings=tuple(self.findings),
            is_ours=not swapped,
        )

    def _table(self, table: Table) -> None:
        place = sheet(table)
        name = self._sheet_of(table)
        if name is None:
            self.findings.append(messages.finding("S-SHEET", Place(table.sheet)))
            self.lost.update(cell.name for cell in table.cells)
            return
        self.sheets[table.key] = name
        rows = self.book.rows(name)
        self.book.prove(name)
        self._owner(table, place, rows)
        wrong = misplaced(place, rows)
        if wrong:
            moves = find_moves(place, rows)
            if moves is not None and not moves.is_none:
                self.moves[table.key] = moves
                self.findings.append(messages.finding("S-ROWS", Place(table.sheet, spot=CONFIRM)))
            elif not self._labels_edited(table, rows, wrong):
                self.lost.update(cell.name for cell in table.cells)
                return
        self._cells(table, place, rows)

    def _sheet_of(self, table: Table) -> str | None:
        """The sheet of a table, by name or, if it was renamed, by its title."""
        if table.sheet in self.book.names:
            return table.sheet
        known = {*(t.sheet for t in self.edition.tables), GUIDE, CHECKS, ERRORS, IDENTITY}
        title = squeeze(table.title)
        for name in self.book.names:
            if name not in known and self._title(name) == title:
                self.findings.append(messages.finding("S-NAME", Place(table.sheet), found=name))
                return name
        return None

    def _title(self, name: str) -> str:
        """What stands first on a sheet that nobody asked for, which may be no table at all."""
        try:
            return squeeze(at(self.book.rows(name), *TITLE[:2]))
        except Unreadable:
            return ""

    def _owner(self, table: Table, place: SheetLayout, rows: Rows) -> None:
        """The unit and year on the sheet must be those of the signed identity."""
        for spot, wanted, mark in (
            (UNIT, unit_line(self.identity.name), unit_line("")),
            (YEAR, year_line(self.identity.year), "年度"),
        ):
            found = squeeze(at(rows, *place.spots[spot][:2]))
            if found != squeeze(wanted) and squeeze(mark) in found:
                self.findings.append(
                    messages.finding(
                        "S-SWAP",
                        Place(table.sheet, spot=spot),
                        found=found,
                        wanted=wanted,
                    )
                )

    def _labels_edited(self, table: Table, rows: Rows, wrong: list[Label]) -> bool:
        """Report edited labels. False where so much is changed that no cell can be trusted."""
        everywhere = {squeeze(value) for row in rows for value in row if isinstance(value, str)}
        moved = [label for label in wrong if squeeze(label.text) in everywhere]
        is_lost = bool(moved) or len(wrong) > 3
        labels = sheet(table).labels
        for label in wrong[:1] if is_lost else wrong:
            self.findings.append(
                messages.finding(
                    "S-LOST" if is_lost else "S-LABEL",
                    Place(table.sheet, spot=label_spot(labels.index(label))),
                    wanted=label.text,
                    found=str(at(rows, *label.area[:2])),
                )
            )
        return not is_lost

    def _position(self, table: Table, row: int, column: int) -> tuple[int, int]:
        moves = self.moves.get(table.key)
        return (moves.rows[row], moves.columns[column]) if moves else (row, column)

    def _cells(self, table: Table, place: SheetLayout, rows: Rows) -> None:
        marks = self.book.marks(self.sheets[table.key])
        closed = self.edition.totals
        is_moved = table.key in self.moves
        for cell, (row, column) in place.positions:
            if is_moved:
                row, column = self._position(table, row, column)
            is_error = (row, column) in marks.errors
            is_formula = (row, column) in marks.formulas
            raw = marks.errors[row, column] if is_error else at(rows, row, column)
            if raw == "" and is_formula and cell.name not in closed:
                raw, reading = messages.UNCALCULATED, Reading(fault="uncalculated")
            elif raw == "":
                continue
            else:
                reading = numbers.read(raw, cell.kind)
            if cell.name in closed:
                if reading.value is not None and not is_error:
                    self.shown_totals[cell.name] = reading.value
                continue
            if reading.fault is not None:
                self.texts[cell.name] = _as_text(raw)
                self.findings.append(
                    messages.finding(
                        cell.kind.rule,
                        cell_place(self.edition, cell.name),
                        _as_text(raw),
                        why=messages.WHY[reading.fault],
                        want=cell.kind.want,
                    )
                )
            elif reading.value is not None:
                self.typed[cell.name] = reading.value
                if reading.noted:
                    read_as = numbers.plain(reading.value, cell.kind.scale) + cell.kind.unit
                    self.findings.append(
                        messages.finding(
                            "F-R", cell_place(self.edition, cell.name), str(raw), read=read_as
                        )
                    )
                if is_formula:
                    shown = numbers.plain(reading.value, cell.kind.scale)
                    self.findings.append(
                        messages.finding("F-C", cell_place(self.edition, cell.name), shown)
                    )
        confirm = at(rows, *self._position(table, place.confirm.top, place.confirm.left))
        answer = numbers.tidy(confirm) if isinstance(confirm, str) else ""
        self.confirmed[table.key] = {YES: True, NO: False}.get(answer)

    def _is_clean(self, figures: Mapping[str, int]) -> bool:
        """True where nothing is wrong and no rule fails: then nothing needs explaining, nothing
        goes back, and 校验 is not worth the reading."""
        return not (self.texts or self.lost or self.findings) and all(
            not fails(instance, self.identity.kind, figures, {})
            for instance in self.edition.instances
            if instance.computed is None
        )

    def _explanations(self, is_clean: bool) -> dict[str, str]:
        """Rule instance → what the unit wrote beside it in 校验."""
        lines = [
            line
            for line in check_lines(self.edition, self.identity.kind)
            if line.is_explained and isinstance(line.check, Instance)
        ]
        if CHECKS not in self.book.names:
            if lines:
                self.findings.append(messages.finding("S-SHEET", Place(CHECKS)))
            return {}
        if is_clean:
            return {}
        rows = self.book.rows(CHECKS)
        by_words = {
            (squeeze(row[CHECK_RULE]), squeeze(row[CHECK_PLACE])): row
            for row in rows
            if len(row) > CHECK_PLACE
        }
        found: dict[str, str] = {}
        for line in lines:
            assert isinstance(line.check, Instance)
            row = by_words.get((squeeze(line.rule), squeeze(line.check.label)), [])
            words = row[CHECK_NOTE] if len(row) > CHECK_NOTE else ""
            text = words.strip() if isinstance(words, str) else _as_text(words)
            if live.says_something(text):
                found[line.check.id] = text
        return found

    def _strangers(self) -> None:
        known = {*self.sheets.values(), *(t.sheet for t in self.edition.tables)}
        known |= {GUIDE, CHECKS, ERRORS, IDENTITY}
        for name in self.book.names:
            if name not in known:
                self.findings.append(messages.finding("S-EXTRA", Place(name)))

    def _stated(self, figures: Mapping[str, int]) -> dict[str, int]:
        """Totals that show another figure and are no formula any more.

        A total is measured by the totals shown below it, so that one typed over does
        not drag those above it along.
        """
        if all(shown == figures[name] for name, shown in self.shown_totals.items()):
            return {}
        basis = {**figures, **self.shown_totals}
        unknown = dict.fromkeys((*self.lost, *self.texts), True)
        suspects: dict[str, list[str]] = {}
        for name, shown in self.shown_totals.items():
            leaves = self.edition.totals[name].instance.leaves
            if is_unknown(leaves, unknown):
                continue
            right = self.edition.totals[name].instance.main.right
            if shown != evaluate(right, basis, self.edition.cell[name].kind.scale):
                suspects.setdefault(self.edition.cell[name].table, []).append(name)
        stated: dict[str, int] = {}
        for key, names in suspects.items():
            genuine = self._with_formula(self.edition.table[key], names)
            stated |= {name: self.shown_totals[name] for name in names if name not in genuine}
            self._stale(genuine, figures)
        return stated

    def _stale(self, names: Iterable[str], figures: Mapping[str, int]) -> None:
        for name in sorted(names):
            scale = self.edition.cell[name].kind.scale
            if self.shown_totals[name] == figures[name]:
                continue
            self.findings.append(
                messages.finding(
                    "F-T",
                    cell_place(self.edition, name),
                    numbers.plain(self.shown_totals[name], scale),
                    computed=numbers.plain(figures[name], scale),
                )
            )

    def _with_formula(self, table: Table, names: Iterable[str]) -> set[str]:
        """Where the formula stands, a wrong figure is only an old one."""
        place = sheet(table)
        positions = {
            self._position(table, place.cells[name].top, place.cells[name].left): name
            for name in names
        }
        found = self.book.marks(self.sheets[table.key]).formulas
        return {name for position, name in positions.items() if position in found}

    def _unconfirmed(self, entries: Entries) -> dict[str, tuple[str, ...]]:
        blanks = {}
        for table in self.edition.tables:
            if not self.confirmed.get(table.key) and table.key in self.sheets:
                names = live.blank_cells(self.edition, table, self.identity.kind, entries)
                names = tuple(name for name in names if name not in self.lost)
                if names:
                    blanks[table.key] = names
        return blanks


def _as_text(raw: object) -> str:
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float):
        return format(raw, ".15g")
    return str(raw)
