"""Our own reading of a sheet, beside that of the reading library: what each cell holds, how it
looks, and how far the cells extend. All formats give their cells in one shape.

Positions count from 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from jyxl.reading.damage import Malformed, TooLarge
from jyxl.reading.formats import Look

MAX_CELLS = 2_000_000
"""The limit on the grid from A1 to the last filled cell, which the reading library allocates
as a whole."""
_MAX_REPEATED = 1000
_ROWS, _COLUMNS = 2_000, 256
"""Repeated cells are kept only in so many rows and columns; no form is larger."""

Position = tuple[int, int]
Area = tuple[int, int, int, int]
"""(top, left, bottom, right), all of them inside."""

NUMBER, TEXT, SHARED, BOOLEAN, DATE, ERROR = "n", "str", "s", "b", "d", "e"
DOUBT = "?"
"""A cell that the file itself states twice."""
MERGED = "merged"
"""Not a cell but an area whose cells are shown as one, the top-left one."""

Cell: TypeAlias = tuple[int, int, str, object, bool, object, int, int]
"""A filled cell as written in its file: (row, column, kind, content, is_formula, style, down,
across).

content: the figures (str) or the float of a NUMBER, the text of a TEXT, DATE or ERROR, the
number of a SHARED text, the bool of a BOOLEAN; '' if there is none. style: whatever tells the
format's reader how the cell looks. down, across: how many equal cells there are, this one
included. It is a plain tuple, since there are hundreds in a file and a named one costs ten
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

    @property
    def errors(self) -> dict[Position, str]:
        """The error values by position."""
        found = {at: cell for at, cell in self.cells.items() if cell[2] == ERROR}
        return {at: str(cell[3] or "#N/A") for at, cell in found.items()}

    def value(self, cell: Cell) -> object:
        """What a cell holds, as the reading library should give it: a float, a text or a bool;
        None if it is none of these. Raises Malformed."""
        kind, content = cell[2], cell[3]
        if kind == NUMBER:
            return "" if content == "" else float(content)  # type: ignore[arg-type]
        if kind == SHARED:
            return self.texts(content) if isinstance(content, int) else None
        return content if kind in (TEXT, BOOLEAN, ERROR) else None


_FIGURES = re.compile(r"[-+0-9.eE]*")


def of(
    cells: Iterable[Cell],
    texts: Callable[[int], str] = _no_text,
    look: Callable[[Cell], Look] = _plain,
) -> Marks:
    """Our reading of a sheet with these cells.

    Raises TooLarge, and Malformed if the text of a number is not a number; the reading library
    would read it as a blank.
    """
    found: dict[Position, Cell] = {}
    merged: list[Area] = []
    rows = columns = 0
    figures: list[str] = []
    for cell in cells:
        row, column, kind, content, is_formula, _, down, across = cell
        if kind == MERGED:
            merged.append((row, column, row + down - 1, column + across - 1))
            continue
        if row + down > rows or column + across > columns:
            rows, columns = max(rows, row + down), max(columns, column + across)
            within(rows, columns)
        if kind == NUMBER and content.__class__ is str:
            figures.append(content)
        if down == across == 1:
            if found.setdefault((row, column), cell) is not cell:
                found[row, column] = _twice(cell)
            continue
        if (is_formula or kind == ERROR) and down * across > _MAX_REPEATED:
            raise TooLarge("同一个公式或错误值重复了太多格")
        for position in _repeated(row, column, down, across):
            found[position] = cell if position not in found else _twice(cell)
    if not _FIGURES.fullmatch("".join(figures)):
        raise Malformed("有的数不成数")
    return Marks(found, tuple(merged), texts, look)


def _twice(cell: Cell) -> Cell:
    """A cell that is stated once more."""
    return (*cell[:2], DOUBT, *cell[3:])


def _repeated(row: int, column: int, down: int, across: int) -> Iterable[Position]:
    for one in range(row, min(row + down, max(_ROWS, row + 1))):
        for other in range(column, min(column + across, max(_COLUMNS, column + 1))):
            yield one, other


def within(rows: int, columns: int) -> None:
    """Raises TooLarge if a grid with these numbers of rows and columns is beyond the limit."""
    if rows * columns > MAX_CELLS:
        raise TooLarge(f"内容远到第 {rows} 行、第 {columns} 列")
