"""The reading library beside our own reading, where the latter is taken to be enough."""

from __future__ import annotations

from python_calamine import CalamineError

from jyxl.finding import Finding
from jyxl.reading import book as books
from jyxl.reading.damage import Unreadable
from jyxl.reading.recovery import at


def disagreement(data: bytes) -> str:
    """What the reading library makes otherwise of a workbook that is read without it, in words;
    '' if nothing. It cannot read every file that a conforming reader can: it also fails at what is
    outside the cells, and at addresses of cells that are blank."""
    book = books.open_book(data)
    if isinstance(book, Finding):
        return ""
    for name in book.names:
        try:
            book.rows(name)  # which refuses what is beyond the limits
            own = book.own_rows(name)
            if own is None:
                continue
            listed, other = book.library.listed(), book.library.rows(name)
        except (Unreadable, CalamineError):
            continue
        if listed != [(one, one not in book.hidden) for one in book.names]:
            return f"the sheets are {listed!r}"
        for row in range(max(len(own), len(other))):
            for column in range(max(len(line) for line in (*own[:1], *other[:1]))):
                one, two = at(own, row, column), at(other, row, column)
                if _trimmed(one) != _trimmed(two):
                    return f"{name} ({row}, {column}): {one!r}, {two!r}"
    return ""


def _trimmed(value: object) -> object:
    """A text without the blanks around it, which the library cuts off."""
    return value.strip() if isinstance(value, str) else (type(value), value)
