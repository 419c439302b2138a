"""A document as a report has it: its paragraphs, and its tables as grids, in which every position
of a merged cell shows the same cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from jyxl.reading.damage import TooLarge

MAX_COLUMNS = 60
MAX_ROWS = 400
MAX_TABLES = 200
MAX_POSITIONS = 100_000
"""The most positions in all tables together; a report has some two thousand."""


@dataclass(eq=False)
class Slot:
    """A cell, merged or not. row, column: where it begins, from 0; odd: why what is seen there may
    not be its text, in words, '' as a rule; source: what of the document it was read from, if that
    is kept."""

    text: str
    row: int
    column: int
    odd: str = ""
    source: Any = None


@dataclass
class Grid:
    """rows: each position's cell, or None where there is none; odd: why it is not certain which
    cell stands where, in words, '' as a rule; after: how many texts of the document stand before
    the table."""

    rows: list[list[Slot | None]] = field(default_factory=list)
    odd: str = ""
    after: int = 0

    def put(self, row: int, column: int, height: int, width: int, text: str) -> Slot:
        """A cell that fills these positions, unless they are taken or out of bounds."""
        slot = Slot(text, row, column)
        self.fill(row, column, height, width, slot)
        return slot

    def fill(self, row: int, column: int, height: int, width: int, slot: Slot) -> None:
        """Let a cell show at these positions, unless they are taken or out of bounds."""
        for at in range(row, min(row + height, MAX_ROWS)):
            while len(self.rows) <= at:
                self.rows.append([])
            line = self.rows[at]
            for which in range(column, min(column + width, MAX_COLUMNS)):
                line.extend([None] * (which + 1 - len(line)))
                if line[which] is None:
                    line[which] = slot

    def free(self, row: int, column: int) -> int:
        """The first column from here on that is free in a row."""
        line = self.rows[row] if row < len(self.rows) else []
        while column < len(line) and line[column] is not None:
            column += 1
        return column


@dataclass(frozen=True)
class Document:
    """What a report consists of.

    head: the words at its beginning; texts: its paragraphs outside tables that are not blank, in
    order; is_tracked: it has changes that nobody has accepted yet; unread: what it has besides
    that is not read, in words: 图片; is_active: it has macros or embedded programs, which are never
    run.
    """

    head: str
    grids: tuple[Grid, ...]
    is_tracked: bool = False
    texts: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    is_active: bool = False


def vet(grids: Sequence[Grid]) -> None:
    """Raises TooLarge if these are more tables, or larger ones, than any report has."""
    if len(grids) > MAX_TABLES:
        raise TooLarge(f"表格多于 {MAX_TABLES} 张")
    if sum(len(row) for grid in grids for row in grid.rows) > MAX_POSITIONS:
        raise TooLarge("表里的格太多")


def words(texts: Iterable[str]) -> str:
    """Texts joined, with blanks and line ends as single blanks."""
    return " ".join("".join(texts).split())
