"""Bytes → Submission: its unit, the sheets of its tables, the totals, the explanations."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from jyxl import editions, live, messages, numbers
from jyxl.checklist import (
    CHECK_NOTE,
    CHECK_PLACE,
    CHECK_RULE,
    PLACE_HEAD,
    RULE_HEAD,
    CheckLine,
    check_lines,
)
from jyxl.definition import DefinitionError, Edition, Instance, Table
from jyxl.figures import Figures
from jyxl.finding import Finding, Place
from jyxl.identity import Expected, Identity
from jyxl.last_year import by_key, is_silent
from jyxl.layout import (
    CHECKS,
    CONFIRM,
    ERRORS,
    GUIDE,
    IDENTITY,
    LAST_YEAR,
    LEFT_OVER,
    TITLE,
)
from jyxl.places import cell_place
from jyxl.reading import book as books
from jyxl.reading.asked import as_asked_now, asked, edition_of
from jyxl.reading.book import Book, Rows
from jyxl.reading.damage import Unreadable
from jyxl.reading.last_year import read_last_year
from jyxl.reading.marks import Marks
from jyxl.reading.recovery import at, squeeze
from jyxl.reading.sight import as_text, dated
from jyxl.reading.table import TableRead, missing_table, read_table
from jyxl.reading.whose import identify
from jyxl.rules.check import evaluate
from jyxl.rules.truth import fails
from jyxl.submission import Entries, Submission
from jyxl.terms import UnitKind

_ASIDE = (GUIDE, CHECKS, ERRORS)
"""Sheets of an issued workbook that are read only if something may need an explanation, or
never."""


def read(file: str, data: bytes, expected: Expected | None = None) -> Submission:
    """The return in these bytes. Without `expected`, its identity is not verified."""
    digest = hashlib.sha256(data).hexdigest()
    book = books.open_book(data, _ASIDE)
    if isinstance(book, Finding):
        return Submission(file, digest, findings=(book,))
    try:
        return replace(_taken(file, book, expected), sha256=digest)
    except Unreadable as problem:
        return Submission(file, digest, findings=(problem.finding,))


def _taken(file: str, book: Book, expected: Expected | None) -> Submission:
    rows, marks = (
        (book.rows(IDENTITY), book.marks(IDENTITY)) if IDENTITY in book.names else (None, Marks())
    )
    identity, problem = identify(rows, marks, expected)
    if identity is None or problem is not None:
        found = (problem,) if problem is not None else ()
        return Submission(file, "", identity=identity, findings=found)
    what = asked(rows or [], identity)
    try:
        edition = edition_of(identity, what) if what is not None else None
        now = editions.combined(identity.edition, expected.supplement) if expected else edition
    except DefinitionError:
        wanted = "、".join(editions.available())
        problem = messages.finding(
            "UNKNOWN-EDITION", code="S-EDITION", found=identity.edition, wanted=wanted
        )
        return Submission(file, "", identity=identity, findings=(problem,))
    if edition is None or now is None:
        return Submission(file, "", findings=(messages.finding("S-FORGED"),))
    return as_asked_now(_submission(file, book, identity, edition, expected), edition, now)


def _submission(
    file: str, book: Book, identity: Identity, edition: Edition, expected: Expected | None
) -> Submission:
    sheets = {table.key: _sheet_of(book, edition, table) for table in edition.tables}
    reads = {
        table.key: _read_sheet(book, edition, identity, table, sheets[table.key])
        for table in edition.tables
    }
    whole = _Whole(edition, identity, reads)
    found = [finding for one in reads.values() for finding in one.findings]
    found.extend(_extra_sheets(book, edition, sheets))
    if book.is_active:
        found.append(messages.finding("S-ACTIVE"))
    stated, stale = whole.overtyped()
    unconfirmed = whole.unconfirmed()
    last, noted = read_last_year(book, edition, identity, expected)
    is_clean = not (stated or found or stale or unconfirmed) and whole.keeps_all_rules(last)
    found.extend(noted)
    found.extend(stale)
    explanations, gone = _explanations(book, edition, identity.kind, is_clean)
    found.extend(gone)
    entries = replace(whole.entries, explanations=explanations)
    return Submission(
        file=file,
        sha256="",
        identity=identity,
        entries=entries,
        figures=Figures(edition.index, whole.figures),
        unknown=whole.unknown,
        stated=stated,
        unconfirmed=unconfirmed,
        last=last,
        findings=tuple(found),
        is_ours=not any(finding.code == "S-SWAP" for finding in found),
        supplement=edition.supplement,
    )


def _sheet_of(book: Book, edition: Edition, table: Table) -> str | None:
    """The sheet of a table, by name or, if it was renamed, by its title."""
    if table.sheet in book.names:
        return table.sheet
    known = {*(one.sheet for one in edition.tables), GUIDE, CHECKS, ERRORS, IDENTITY, LAST_YEAR}
    title = squeeze(table.title)
    others = (name for name in book.names if name not in known)
    return next((name for name in others if _title(book, name) == title), None)


def _title(book: Book, name: str) -> str:
    """The text in the title's cell of a sheet with an unknown name; '' if the sheet, which may
    not be a table at all, cannot be read."""
    try:
        return squeeze(at(book.rows(name), *TITLE[:2]))
    except Unreadable:
        return ""


def _read_sheet(
    book: Book, edition: Edition, identity: Identity, table: Table, name: str | None
) -> TableRead:
    if name is None:
        is_issued = table in edition.tables_for(identity.kind)
        return missing_table(table) if is_issued else TableRead(confirmed=True)
    rows, marks = book.rows(name), book.marks(name)
    found = read_table(edition, identity, table, rows, marks)
    if name == table.sheet:
        return found
    renamed = messages.finding("S-NAME", Place(table.sheet), found=name)
    return replace(found, findings=(renamed, *found.findings))


def _extra_sheets(
    book: Book, edition: Edition, sheets: Mapping[str, str | None]
) -> Iterator[Finding]:
    """The findings on sheets that do not belong to the form. sheets: table → its sheet."""
    known = {*sheets.values(), GUIDE, CHECKS, ERRORS, IDENTITY, LAST_YEAR, LEFT_OVER}
    known.update(table.sheet for table in edition.tables)
    extra = [name for name in book.names if name not in known]
    for name in extra:
        yield messages.finding("S-EXTRA", Place(name))
    for table in edition.tables:
        if sheets[table.key] in book.hidden:
            title = squeeze(table.title)
            for name in extra:
                if name not in book.hidden and _title(book, name) == title:
                    place = Place(table.sheet, spot=CONFIRM)
                    yield messages.finding("S-HIDDEN", place, found=name)


@dataclass(frozen=True)
class _Whole:
    """All tables of a return together."""

    edition: Edition
    identity: Identity
    reads: Mapping[str, TableRead]

    @cached_property
    def entries(self) -> Entries:
        """What was typed, without the explanations."""
        return Entries(
            numbers={n: v for one in self.reads.values() for n, v in one.numbers.items()},
            texts={n: v for one in self.reads.values() for n, v in one.texts.items()},
            confirmed={k: one.confirmed for k, one in self.reads.items() if not one.lost},
            words={n: text for one in self.reads.values() for n, text in one.words.items()},
        )

    @cached_property
    def figures(self) -> dict[str, int]:
        """The figure of every cell; the totals are computed."""
        return live.values(self.edition, self.entries.numbers)

    @cached_property
    def unknown(self) -> frozenset[str]:
        lost = frozenset().union(*(one.lost for one in self.reads.values()))
        return frozenset((*lost, *self.entries.texts))

    def keeps_all_rules(self, last: Mapping[str, int]) -> bool:
        """True if everything that was typed is known and no rule fails; rules that compute a total
        cannot."""
        if self.unknown:
            return False
        figures = {**self.figures, **by_key(self.edition, last)[0]} if last else self.figures
        return not any(
            fails(instance, self.identity.kind, figures, {})
            for instance in self.edition.instances
            if instance.computed is None and not is_silent(instance, last)
        )

    def overtyped(self) -> tuple[dict[str, int], list[Finding]]:
        """The totals that show another figure and are no longer formulas, and the notes (F-T) on
        formulas that show an outdated figure.

        A total is compared with what the cells below it show, so that a total that was typed
        over does not make those above it wrong as well.
        """
        shown = {n: v for one in self.reads.values() for n, v in one.totals.items()}
        live_ = frozenset().union(*(one.live for one in self.reads.values()))
        if all(value == self.figures[name] for name, value in shown.items()):
            return {}, []
        basis = {**self.figures, **shown}
        suspects = [name for name in shown if self._differs(name, shown[name], basis)]
        stated = {name: shown[name] for name in suspects if name not in live_}
        stale = sorted(n for n in suspects if n in live_ and shown[n] != self.figures[n])
        return stated, [self._stale(name, shown[name]) for name in stale]

    def _differs(self, name: str, shown: int, basis: Mapping[str, int]) -> bool:
        """True if a total differs from what the cells below it give, and all of them are known."""
        instance = self.edition.totals[name].instance
        if any(leaf in self.unknown for leaf in instance.leaves):
            return False
        return bool(shown != evaluate(instance.main.right, basis, instance.scale))

    def _stale(self, name: str, shown: int) -> Finding:
        scale = self.edition.cell[name].kind.scale
        computed = numbers.plain(self.figures[name], scale)
        place = cell_place(self.edition, name)
        return messages.finding("F-T", place, numbers.plain(shown, scale), computed=computed)

    def unconfirmed(self) -> dict[str, tuple[str, ...]]:
        """Table → its blanks, if they were not confirmed as zero."""
        blanks = {}
        for table in self.edition.tables:
            one = self.reads[table.key]
            if not one.confirmed and not one.lost:
                names = live.blank_cells(self.edition, table, self.identity.kind, self.entries)
                if names:
                    blanks[table.key] = names
        return blanks


def _explanations(
    book: Book, edition: Edition, unit_kind: UnitKind, is_clean: bool
) -> tuple[dict[str, str], list[Finding]]:
    """Rule instance → what the unit wrote next to it in 校验, and the finding if that sheet is
    missing. is_clean: nothing needs an explanation, so the sheet is not read."""
    known = frozenset(edition.last_cells)
    lines = [line for line in check_lines(edition, unit_kind, known=known) if line.is_explained]
    if CHECKS not in book.names:
        return {}, [messages.finding("S-SHEET", Place(CHECKS))] if lines else []
    if is_clean:
        return {}, []
    return dict(_explained(book.rows(CHECKS), book.marks(CHECKS), lines)), []


def _explained(rows: Rows, marks: Marks, lines: Iterable[CheckLine]) -> Iterator[tuple[str, str]]:
    rule, place = _columns(rows)
    by_words = {
        (squeeze(row[rule]), squeeze(row[place])): number
        for number, row in enumerate(rows)
        if len(row) > max(rule, place)
    }
    for line in lines:
        if not isinstance(line.check, Instance):
            continue
        number = by_words.get((squeeze(line.rule), squeeze(line.check.label)))
        if number is None:
            continue
        position = number, CHECK_NOTE
        text = as_text(dated(at(rows, *position), marks.cells.get(position), marks)).strip()
        if live.says_something(text):
            yield line.check.id, text


def _columns(rows: Rows) -> tuple[int, int]:
    """The columns of the rule and of the place, by their headings: workbooks that were issued by
    an earlier jyxl have them elsewhere."""
    for row in rows:
        heads = [squeeze(value) for value in row]
        if RULE_HEAD in heads and PLACE_HEAD in heads:
            return heads.index(RULE_HEAD), heads.index(PLACE_HEAD)
    return CHECK_RULE, CHECK_PLACE
