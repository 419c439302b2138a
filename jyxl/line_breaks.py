"""Where a line of Chinese text may end, and how many columns it takes on a terminal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_CLOSING = r"，。、；：！？）》〉”’」』】〕…—～·％%,.;:!?)\]}"
_OPENING = r"（《〈“‘「『【〔(\[{"
_DAY = r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?"
_DAY_IN_WORDS = r"\d{4} ?年(?: ?\d{1,2} ?月(?: ?\d{1,2} ?日)?)?"
_WORD = rf"[^\s\u2e80-\uffef{_CLOSING}{_OPENING}](?:[!-~]*[^\s\u2e80-\uffef{_CLOSING}{_OPENING}])?"
_PIECE = re.compile(
    rf"[{_OPENING}]*(?:{_DAY}|{_DAY_IN_WORDS}|{_WORD}|\S)[{_CLOSING}]*(?:(?<=[.]){_WORD}[{_CLOSING}]*)*|\s+"
)
"""What stays on one line: a moment, a day, a word or a Chinese character, with the brackets and
the punctuation that belong to it; or the blanks between."""


def width(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese characters take two."""
    return sum(
        0 if unicodedata.combining(mark) else 2 if unicodedata.east_asian_width(mark) in "WF" else 1
        for mark in text
    )


def breaks(text: str, most: int) -> list[int]:
    """The positions at which a text of one line is divided, so that no part is wider than `most`
    columns, apart from blanks at its end. A piece that is too wide by itself is cut."""
    found = []
    used = 0
    for start, piece in _pieces(text, max(most, 2)):
        wide = width(piece)
        if used and used + wide > most and not piece.isspace():
            found.append(start)
            used = 0
        used += wide
    return found


def _pieces(text: str, most: int) -> Iterator[tuple[int, str]]:
    """(position, piece) for all pieces of a text; those wider than `most` are cut."""
    for match in _PIECE.finditer(text):
        start, piece = match.start(), match[0]
        while width(piece) > most and not piece.isspace():
            end = _cut(piece, most)
            yield start, piece[:end]
            start, piece = start + end, piece[end:]
        yield start, piece


def _cut(piece: str, most: int) -> int:
    """Where to cut a piece that is too wide: if possible not before closing punctuation."""
    end = 1
    while width(piece[: end + 1]) <= most:
        end += 1
    earlier = end
    while earlier > 1 and piece[earlier] in _CLOSING:
        earlier -= 1
    return end if piece[earlier] in _CLOSING else earlier


def folded(text: str, most: int) -> list[str]:
    """The lines of a text, each at most `most` columns wide; those it has already stay."""
    lines = []
    for line in text.split("\n"):
        ends = [*breaks(line, most), len(line)]
        starts = [0, *ends[:-1]]
        lines += [line[a:b].rstrip() for a, b in zip(starts, ends, strict=True)]
    return lines
