"""What the reading library does not show of a sheet: error values, formulas, and how far its
cells extend. All formats give their cells in one shape, which is examined here.

Positions count from 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from jyxl.reading.damage import Malformed, TooLarge

MAX_CELLS = 2_000_000
"""The limit on the grid from A1 to the last filled cell, which the reading library allocates
as a whole."""
_MAX_REPEATED = 1000

Position = tuple[int, int]

NUMBER = "n"
ERROR = "e"


Cell: TypeAlias = tuple[int, int, str, str, bool, int, int]
"""A filled cell as written in its file: (row, column, kind, text, is_formula, down, across).

kind: NUMBER, ERROR, or any other word of the format. text: the number in figures, the error
value, or other content of the cell; '' if the format's reader does not look at it. down,
across: how many equal cells there are, this one included. It is a plain tuple, since there
are hundreds in a file and a named one costs ten times as much.
"""


@dataclass(frozen=True)
class Marks:
    """The marks of one sheet. errors: #REF! and the like, by position; formulas: their
    positions."""

    errors: dict[Position, str] = field(default_factory=dict)
    formulas: set[Position] = field(default_factory=set)


_FIGURES = re.compile(r"[-+0-9.eE]*")


def of(cells: Iterable[Cell]) -> Marks:
    """The marks of a sheet with these cells.

    Raises TooLarge, and Malformed if the text of a number is not a number; the reading library
    would read it as a blank.
    """
    marks = Marks()
    rows = columns = 0
    figures = []
    for row, column, kind, text, is_formula, down, across in cells:
        if row + down > rows or column + across > columns:
            rows, columns = max(rows, row + down), max(columns, column + across)
            within(rows, columns)
        if kind == NUMBER:
            figures.append(text)
        if is_formula or kind == ERROR:
            if down * across > _MAX_REPEATED:
                raise TooLarge("同一个公式或错误值重复了太多格")
            places = [(row, column)]
            if down * across > 1:
                places = [(row + n, column + m) for n in range(down) for m in range(across)]
            if is_formula:
                marks.formulas.update(places)
            if kind == ERROR:
                marks.errors.update(dict.fromkeys(places, text or "#N/A"))
    if not _FIGURES.fullmatch("".join(figures)):
        raise Malformed("有的数不成数")
    return marks


def within(rows: int, columns: int) -> None:
    """Raises TooLarge if a grid with these numbers of rows and columns is beyond the limit."""
    if rows * columns > MAX_CELLS:
        raise TooLarge(f"内容远到第 {rows} 行、第 {columns} 列")
