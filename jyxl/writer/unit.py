"""A unit's workbook, as it is issued, or as it is sent back with its values and findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from jyxl.addresses import Area
from jyxl.definition import Cell, Edition, Table
from jyxl.finding import Finding
from jyxl.form import Form
from jyxl.layout import (
    CONFIRM,
    CONFIRM_LABEL,
    IDENTITY,
    LAST_SEAL,
    LEFT_OVER,
    NO,
    ORIGIN,
    PAYLOAD,
    SIGNATURE,
    SUPPLEMENT,
    YES,
    unit_line,
    year_line,
)
from jyxl.live import LineState, lines, values
from jyxl.numbers import for_cell
from jyxl.rules import excel
from jyxl.submission import Entries
from jyxl.terms import UnitKind
from jyxl.writer import check_results, checks, errors, guards, guide, hints, last_year, look, table
from jyxl.writer.book import Book, build, put, split
from jyxl.writer.references import areas
from jyxl.writer.table import CellContent, Formula, TableContent

_PIECE = 15_000


def workbook(
    edition: Edition,
    form: Form,
    entries: Entries | None = None,
    findings: Sequence[Finding] = (),
) -> bytes:
    """The bytes of a unit's workbook (xlsx). Equal arguments give equal bytes."""
    typed = entries or Entries()
    figures = values(edition, typed.numbers)
    kind = form.identity.kind
    states = lines(edition, kind, typed, figures, form.last)

    def fill(book: Book) -> None:
        claims = errors.claims_left(findings)
        if findings:
            errors.write(book, edition, form, findings, typed, states)
        guide.write(book, edition, form, states, claims)
        for one in edition.tables_for(kind):
            content = _content(edition, one, form, typed, figures, states, findings)
            page = table.write(book, one, content)
            cells = edition.open_cells(one, kind)
            guards.validate(page, one, cells, form.last)
            guards.guard_texts(book, page, one, edition.open_texts(one, kind))
            hints.write(book, page, edition, one, kind, figures)
            guards.colour(book, page, edition, one, cells, [state.line for state in states])
        if form.last:
            last_year.write(book, edition, form)
        checks.write(book, edition, unit_line(form.identity.name), kind, states, claims=claims)
        _left_over(book, edition, typed)
        _identity(book, form)
        if findings:
            book.worksheets()[0].activate()

    return build(form.created, form.lock, fill)


def _content(
    edition: Edition,
    one: Table,
    form: Form,
    typed: Entries,
    figures: Mapping[str, int],
    states: Sequence[LineState],
    findings: Sequence[Finding],
) -> TableContent:
    comments = _comments(one, findings)
    formula, result = check_results.status(edition, one, states)
    confirm = typed.confirmed.get(one.key)
    return TableContent(
        unit=unit_line(form.identity.name),
        year=year_line(form.identity.year),
        confirm_label=CONFIRM_LABEL,
        confirm=None if confirm is None else YES if confirm else NO,
        confirm_is_open=True,
        confirm_comment=comments.get(CONFIRM, ("", ""))[1],
        status=Formula(formula, result),
        cells=_cells(edition, one, form.identity.kind, typed, figures, comments)
        | _texts(one, form.identity.kind, typed, comments),
        words=typed.words,
    )


def _cells(
    edition: Edition,
    one: Table,
    unit_kind: UnitKind,
    typed: Entries,
    figures: Mapping[str, int],
    comments: Mapping[str, tuple[str, str]],
) -> dict[str, CellContent]:
    contents = {}
    for cell in one.cells:
        scale = cell.kind.scale
        value: Formula | str | int | float | None
        if cell.name in edition.totals:
            text = _total(edition, cell)
            layer, value = look.TOTAL, Formula(text, for_cell(figures[cell.name], scale))
        elif _stays_closed(edition, cell, unit_kind, typed):
            layer, value = look.CLOSED, 0
        else:
            layer = look.OPEN
            value = typed.texts.get(cell.name)
            if value is None and cell.name in typed.numbers:
                value = for_cell(typed.numbers[cell.name], scale)
        severity, comment = comments.get(cell.name, ("", ""))
        if severity:
            layer = layer | (look.BAD if severity == "error" else look.WARN)
        contents[cell.name] = CellContent(layer, value, comment)
    return contents


def _texts(
    one: Table, unit_kind: UnitKind, typed: Entries, comments: Mapping[str, tuple[str, str]]
) -> dict[str, CellContent]:
    contents = {}
    for text in one.texts:
        words = typed.words.get(text.name, "")
        layer = look.WORDS
        if unit_kind in text.closed_for and not words:
            layer = look.CLOSED
        elif text.choices:
            layer = look.CHOICE
        severity, comment = comments.get(text.name, ("", ""))
        if severity:
            layer = layer | (look.BAD if severity == "error" else look.WARN)
        held, _ = split(words)
        contents[text.name] = CellContent(layer, held or None, comment)
    return contents


def _left_over(book: Book, edition: Edition, typed: Entries) -> None:
    """Write what the cells cannot hold of texts that are far too long, so that nothing is lost."""
    rest = [
        (text.label, left)
        for text in edition.texts
        if (left := split(typed.words.get(text.name, ""))[1])
    ]
    if not rest:
        return
    page = book.sheet(LEFT_OVER)
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 110)
    row = 0
    for label, left in rest:
        while left:
            piece, left = split(left)
            put(page, Area(row, 0, row, 0), label, book.style(look.HEAD))
            put(page, Area(row, 1, row, 1), piece, book.style(look.PROSE))
            row += 1


def _stays_closed(edition: Edition, cell: Cell, unit_kind: UnitKind, typed: Entries) -> bool:
    """True if the unit may not fill the cell and did not; what it typed there nevertheless, it must
    be able to remove."""
    is_typed = cell.name in typed.texts or typed.numbers.get(cell.name, 0) != 0
    return not edition.is_open(cell, unit_kind) and not is_typed


@lru_cache(maxsize=1024)
def _total(edition: Edition, cell: Cell) -> str:
    """The formula of a total."""
    right = edition.totals[cell.name].instance.main.right
    return excel.formula(right, areas(edition, edition.table[cell.table]), cell.kind.decimals)


def _comments(one: Table, findings: Sequence[Finding]) -> dict[str, tuple[str, str]]:
    """Spot → (severity, comment), for the spots of a table at which findings point."""
    found: dict[str, tuple[str, str]] = {}
    for finding in findings:
        if finding.place.sheet != one.sheet or finding.severity == "note":
            continue
        text = f"{finding.message}\n{finding.advice}（{finding.code}）"
        spot = finding.place.spot
        if spot is None:
            continue
        severity, comment = found.get(spot, (finding.severity, ""))
        if finding.severity == "error":
            severity = "error"
        found[spot] = (severity, f"{comment}\n{text}".strip())
    return found


def _identity(book: Book, form: Form) -> None:
    page = book.sheet(IDENTITY)
    marks = form.marks
    plain = book.style(look.BASE)
    put(page, PAYLOAD, marks.payload, plain)
    put(page, SIGNATURE, marks.signature, plain)
    if marks.seal:
        put(page, LAST_SEAL, marks.seal, plain)
    if form.origin is not None:
        put(page, ORIGIN, form.origin.plain, plain)
    if form.supplement.asks:
        what = form.supplement.plain
        for row, start in enumerate(range(0, len(what), _PIECE), SUPPLEMENT):
            put(page, Area(row, 0, row, 0), what[start : start + _PIECE], plain)
    page.very_hidden()
