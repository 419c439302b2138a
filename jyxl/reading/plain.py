"""Sheets of an xlsx file that every reader reads alike, for which our own reading is enough.

Readers differ in what they make of CDATA, comments and instructions inside a text, of references to
characters by number, and of numbers with blanks or underscores in them. Where there is none of
these, the reading library gives the same cells as our own reading, and need not be asked.
"""

from __future__ import annotations

import re

from jyxl.reading.damage import Malformed
from jyxl.reading.marks import BOOLEAN, NUMBER, SHARED, TEXT, Marks

Rows = list[list[object]]

_DECLARATION = 60
"""What comes before this may be the declaration of XML."""
_TABLE = b"sheetData"
_FIGURES = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[eE][+-]?[0-9]{1,2})?").fullmatch


def is_plain(part: bytes) -> bool:
    """True if there is a part, and it consists of nothing but elements, attributes, texts and the
    five references by name."""
    return (
        part != b""
        and b"<!" not in part
        and (part.find(b"?", _DECLARATION) < 0 or b"<?" not in part[1:])
        and (b"#" not in part or b"&#" not in part)
    )


def is_plain_sheet(part: bytes) -> bool:
    """The same for the cells of a sheet: from the first to the last place where the name of their
    table is, whether that is a tag or not."""
    return is_plain(part[part.find(_TABLE) : part.rfind(_TABLE)])


def rows(marks: Marks, most: int) -> Rows | None:
    """The cells of a sheet from A1 to the last one that is filled, as the reading library gives
    them, in at most so many rows; None if a cell leaves a doubt as to what it gives."""
    cells = marks.cells
    if not cells:
        return []
    height, width = map(max, zip(*cells, strict=True))
    found: Rows = [[""] * (width + 1) for _ in range(min(height + 1, most))]
    for (row, column), kind, content, _, _ in cells.values():
        value: object = content
        if kind == NUMBER and content != "":
            if not _FIGURES(content):
                return None
            value = float(content)
        elif kind == SHARED:
            try:
                value = str(marks.texts(content))  # it may be Marked
            except Malformed:
                return None
        elif kind == TEXT:
            value = str(content)
        elif kind not in (NUMBER, BOOLEAN):
            return None
        if row < most:
            found[row][column] = value
    return found
