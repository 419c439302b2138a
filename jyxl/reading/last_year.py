"""The sheet 上年数 of a return: last year's figures as the unit saw them, and whether they are
still those of the ledger, by which the return is judged."""

from __future__ import annotations

from collections.abc import Mapping

from jyxl import messages, numbers
from jyxl.definition import Edition
from jyxl.finding import Finding, Place
from jyxl.identity import Expected, Identity
from jyxl.last_year import seal
from jyxl.layout import IDENTITY, LAST_SEAL, LAST_YEAR, last_year
from jyxl.reading.book import Book
from jyxl.reading.damage import Unreadable
from jyxl.reading.recovery import at


def read_last_year(
    book: Book, edition: Edition, identity: Identity, expected: Expected | None
) -> tuple[Mapping[str, int], tuple[Finding, ...]]:
    """The figures of last year that count, and what is to be said of the sheet.

    Without `expected`, there is nothing but the sheet to go by.
    """
    shown = _shown(book, edition)
    if expected is None:
        return shown or {}, ()
    known = expected.last.get(identity.code, {})
    sealed = str(at(book.rows(IDENTITY), *LAST_SEAL[:2]))
    if not sealed:
        return known, ()
    if shown is None or seal(shown, identity.campaign, identity.code, expected.key) != sealed:
        return known, (messages.finding("S-LAST", Place(LAST_YEAR)),)
    if shown != known:
        return known, (messages.finding("S-UPDATED", Place(LAST_YEAR)),)
    return known, ()


def _shown(book: Book, edition: Edition) -> dict[str, int] | None:
    """The figures on the sheet; None if there is no such sheet, or it cannot be read."""
    if LAST_YEAR not in book.names:
        return None
    try:
        rows = book.rows(LAST_YEAR)
    except Unreadable:
        return None
    places = last_year(edition.tables)
    found: dict[str, int] = {}
    for cell in edition.cells:
        raw = at(rows, *places[cell.table].cells[cell.name][:2])
        value = numbers.read(raw, cell.kind).value
        if value is not None:
            found[cell.name] = value
    return found
