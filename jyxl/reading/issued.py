"""Bytes of a form that another office issued → what its workbook was made for, so that it can be
written anew with other figures under the same signature and the same lock."""

from __future__ import annotations

from collections.abc import Mapping

from jyxl.finding import Finding
from jyxl.form import ForeignLock, Form, Marks
from jyxl.layout import CONTACT, DEADLINE, GUIDE, IDENTITY, LAST_SEAL, PAYLOAD, SIGNATURE
from jyxl.reading import book as books
from jyxl.reading import kind, package, xml
from jyxl.reading.book import Book
from jyxl.reading.damage import Malformed, TooLarge, Unreadable
from jyxl.reading.recovery import at, squeeze
from jyxl.reading.worksheet import SPACES
from jyxl.submission import Submission

_LOCK = ("algorithmName", "hashValue", "saltValue", "spinCount", "password")
"""The attributes of a protection that make up its password; the last one is that of old programs."""


def form(data: bytes, submission: Submission) -> Form | Finding:
    """The form in these bytes, or the finding that says why it cannot be read. submission: the same
    bytes as they were read. The lock has no attributes if the sheets are not locked with a
    password, or if the file is no xlsx."""
    assert submission.identity is not None
    book = books.open_book(data)
    if isinstance(book, Finding):
        return book
    try:
        who, told = book.rows(IDENTITY), _told(book)
        attributes = _lock(data)
    except Unreadable as problem:
        return problem.finding
    return Form(
        identity=submission.identity,
        deadline=told.get(DEADLINE, ""),
        contact=told.get(CONTACT, ""),
        lock=ForeignLock(attributes),
        signer=Marks(*(str(at(who, *area[:2])) for area in (PAYLOAD, SIGNATURE, LAST_SEAL))),
        last=dict(submission.last),
        supplement=submission.supplement,
        origin=submission.origin,
    )


def _told(book: Book) -> dict[str, str]:
    """What stands beside the headings of 填报说明; the first of each. Raises Unreadable."""
    found: dict[str, str] = {}
    for row in book.rows(GUIDE) if GUIDE in book.names else ():
        if len(row) > 1:
            found.setdefault(squeeze(row[0]), str(row[1]))
    return found


def _lock(data: bytes) -> tuple[tuple[str, str], ...]:
    """The password of the first sheet that is locked with one, as it is stored. Raises
    Unreadable."""
    if not kind.is_package(data):
        return ()
    parts = package.unpacked(data).parts
    for name in sorted(parts):
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            found = _protection(parts, name)
            if any(key in ("hashValue", "password") for key, _ in found):
                return found
    return ()


def _protection(parts: Mapping[str, bytes], name: str) -> tuple[tuple[str, str], ...]:
    try:
        for piece in xml.pieces(parts[name], "row"):
            for one in xml.named(piece, "sheetProtection", SPACES):
                return tuple((key, str(one.get(key))) for key in _LOCK if one.get(key))
    except (Malformed, TooLarge):
        return ()
    return ()
