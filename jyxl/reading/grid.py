"""A table of a document as a grid: every position of a merged cell shows the same cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

MAX_COLUMNS = 60
MAX_ROWS = 400


@dataclass(eq=False)
class Slot:
    """A cell, merged or not. row, column: where it begins, from 0."""

    text: str
    row: int
    column: int


@dataclass
class Grid:
    """rows: each position's cell, or None where there is none."""

    rows: list[list[Slot | None]] = field(default_factory=list)

    def put(self, row: int, column: int, height: int, width: int, text: str) -> Slot:
        """A cell that fills these positions, unless they are taken or out of bounds."""
        slot = Slot(text, row, column)
        for at in range(row, min(row + height, MAX_ROWS)):
            while len(self.rows) <= at:
                self.rows.append([])
            line = self.rows[at]
            for which in range(column, min(column + width, MAX_COLUMNS)):
                line.extend([None] * (which + 1 - len(line)))
                if line[which] is None:
                    line[which] = slot
        return slot

    def free(self, row: int, column: int) -> int:
        """The first column from here on that is free in a row."""
        line = self.rows[row] if row < len(self.rows) else []
        while column < len(line) and line[column] is not None:
            column += 1
        return column


@dataclass(frozen=True)
class Document:
    """What a report consists of. head: the words at its beginning; is_tracked: it has changes that
    nobody has accepted yet."""

    head: str
    grids: tuple[Grid, ...]
    is_tracked: bool = False


def words(texts: Iterable[str]) -> str:
    """Texts joined, with blanks and line ends as single blanks."""
    return " ".join("".join(texts).split())
