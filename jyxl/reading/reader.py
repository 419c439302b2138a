"""Bytes → Submission: its unit, the sheets of its tables, the totals, the explanations."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from jyxl import editions, live, messages
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
from jyxl.layout import (
    CHECKS,
    CONFIRM,
    ERRORS,
    GUIDE,
    IDENTITY,
    LAST_YEAR,
    LEFT_OVER,
    ORIGIN,
    TITLE,
)
from jyxl.origin import Origin, parsed
from jyxl.reading import book as books
from jyxl.reading import kind, word, word_return
from jyxl.reading.asked import as_asked_now, asked, edition_of
from jyxl.reading.book import Book, Rows
from jyxl.reading.damage import Unreadable
from jyxl.reading.last_year import read_last_year
from jyxl.reading.marks import Marks
from jyxl.reading.recovery import at, squeeze
from jyxl.reading.sight import as_text, dated
from jyxl.reading.table import TableRead, missing_table, read_table
from jyxl.reading.whole import Whole
from jyxl.reading.whose import identify
from jyxl.submission import Submission
from jyxl.terms import UnitKind

_ASIDE = (GUIDE, CHECKS, ERRORS)
"""Sheets of an issued workbook that are read only if something may need an explanation, or
never."""


def read(file: str, data: bytes, expected: Expected | None = None) -> Submission:
    """The return in these bytes. file: its name, with those of what it was in. Without `expected`,
    its identity is not verified."""
    digest = hashlib.sha256(data).hexdigest()
    if word.looks_like_it(data) and kind.stranger(data) is None:
        return replace(word_return.read(file, data, expected), sha256=digest)
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
    whole = Whole(edition, identity, reads)
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
    origin = parsed(str(at(book.rows(IDENTITY), *ORIGIN[:2])))
    if origin is not None and origin.is_partial:
        found.append(_partial(origin))
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
        origin=origin,
    )


def _partial(origin: Origin) -> Finding:
    return messages.finding(
        "S-PARTIAL",
        value="、".join(origin.missing),
        county=origin.county,
        scope=origin.scope,
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
