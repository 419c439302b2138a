"""Our own reading of a sheet, beside that of the reading library: what each cell holds, how it
looks, and how far the cells extend. All formats give their cells in one shape.

Positions count from 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeAlias

from jyxl.reading.damage import Malformed, TooLarge
from jyxl.reading.formats import Look

MAX_CELLS = 2_000_000
"""The limit on the grid from A1 to the last filled cell, which the reading library allocates
as a whole."""
MAX_FILLED = 100_000
"""The limit on the filled cells of a sheet, and of a file whose sheets are read at once."""
_MAX_MERGED = 10_000
_ROWS, _COLUMNS = 2_000, 100
"""Repeated cells are kept only in so many rows and columns; no form is larger."""

Position = tuple[int, int]
"""(row, column)"""
Area = tuple[int, int, int, int]
"""(top, left, bottom, right), all of them inside."""

NUMBER, TEXT, SHARED, BOOLEAN, DATE, ERROR = "n", "str", "s", "b", "d", "e"
DOUBT = "?"
"""A cell that the file itself states twice."""
STALE = "stale"
"""A formula whose result may be another one than the number that the file holds."""
MERGED, REPEATED = _AREAS = ("merged", "repeated")
"""Not cells: an area whose cells are shown as one, the top-left one; a cell and how many of it
there are, down and across."""

Cell: TypeAlias = tuple[Position, str, Any, bool, object]
"""A filled cell as written in its file: (position, kind, content, is_formula, style).

content: the figures (str) or the float of a NUMBER, the float of what is STALE, the text of a TEXT, DATE or ERROR, the
number of a SHARED text, the bool of a BOOLEAN, '' if there is none; the Area that is MERGED;
(cell, down, across) for one that is REPEATED. style: whatever tells the format's reader how the
cell looks. It is a plain tuple, since there are hundreds in a file and a named one costs ten
times as much.
"""


class Marked(str):
    """A text of which a part is struck out, raised or lowered, so that a person reads it in
    another way."""


def _no_text(number: int) -> str:
    raise Malformed("文字的个数对不上")


def _plain(cell: Cell) -> Look:
    return Look()


@dataclass(frozen=True)
class Marks:
    """Our own reading of one sheet. cells: the filled cells by position; merged: the areas that
    are shown as one cell; texts: the shared text with a number, raises Malformed if there is
    none; look: how a cell looks."""

    cells: dict[Position, Cell] = field(default_factory=dict)
    merged: tuple[Area, ...] = ()
    texts: Callable[[int], str] = field(default=_no_text, compare=False)
    look: Callable[[Cell], Look] = field(default=_plain, compare=False)

    def value(self, cell: Cell) -> object:
        """What a cell holds, as the reading library should give it: a float, a text or a bool;
        None if it is none of these. Raises Malformed."""
        _, kind, content, _, _ = cell
        if kind == NUMBER:
            return "" if content == "" else float(content)
        if kind == SHARED:
            return self.texts(content)
        return content if kind in (TEXT, BOOLEAN, ERROR) else None


def of(
    cells: Iterable[Cell],
    texts: Callable[[int], str] = _no_text,
    look: Callable[[Cell], Look] = _plain,
    most: int = MAX_FILLED,
) -> Marks:
    """Our reading of a sheet with these cells, of which there may be this many.

    Raises TooLarge.
    """
    found: dict[Position, Cell] = {}
    merged: list[Area] = []
    rows = columns = 0
    given = iter(cells)
    for cell in islice(given, most + _MAX_MERGED):
        if cell[1] not in _AREAS:
            if found.setdefault(cell[0], cell) is not cell:
                found[cell[0]] = _twice(cell)
        elif cell[1] == MERGED:
            merged.append(cell[2])
        else:
            below, beside = _repeat(found, *cell[2])
            rows, columns = max(rows, below), max(columns, beside)
            if len(found) > most:
                break
    if len(found) > most or len(merged) > _MAX_MERGED or next(given, None) is not None:
        raise TooLarge("填了内容或合并了的格太多")
    if found:
        last_row, last_column = map(max, zip(*found, strict=True))
        within(max(rows, last_row + 1), max(columns, last_column + 1))
    return Marks(found, tuple(merged), texts, look)


def _twice(cell: Cell) -> Cell:
    """A cell that is stated once more."""
    position, _, content, is_formula, style = cell
    return position, DOUBT, content, is_formula, style


def _repeat(found: dict[Position, Cell], cell: Cell, down: int, across: int) -> Position:
    """Put a repeated cell everywhere where the form may look; the position below and beside its
    last one. Raises TooLarge."""
    row, column = cell[0]
    within(row + down, column + across)
    for one in range(row, min(row + down, max(_ROWS, row + 1))):
        for other in range(column, min(column + across, max(_COLUMNS, column + 1))):
            found[one, other] = cell if (one, other) not in found else _twice(cell)
    return row + down, column + across


def within(rows: int, columns: int) -> None:
    """Raises TooLarge if a grid with these numbers of rows and columns is beyond the limit."""
    if rows * columns > MAX_CELLS:
        raise TooLarge(f"内容远到第 {rows} 行、第 {columns} 列")
