"""Rows and columns, counted from 0, and how a spreadsheet writes them: A1, $B$2, A1:C3."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple


class Area(NamedTuple):
    """A rectangle of cells, including its edges."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def is_single(self) -> bool:
        return self.top == self.bottom and self.left == self.right

    @property
    def a1(self) -> str:
        first = a1(self.top, self.left)
        return first if self.is_single else f"{first}:{a1(self.bottom, self.right)}"


@lru_cache(maxsize=8192)
def a1(row: int, column: int, fixed: bool = False) -> str:
    """The address of a cell: (0, 0) → A1, or $A$1 if it is fixed."""
    mark = "$" if fixed else ""
    return f"{mark}{column_letters(column)}{mark}{row + 1}"


@lru_cache(maxsize=1024)
def column_letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def rectangles(positions: Iterable[tuple[int, int]]) -> list[str]:
    """Rectangles in A1 form that cover exactly these positions, in sheet order.

    Positions are joined into runs along a row first, then equal runs in adjacent rows.
    """
    runs: list[tuple[int, int, int]] = []
    for row, column in sorted(set(positions)):
        if runs and runs[-1][0] == row and runs[-1][2] == column - 1:
            runs[-1] = (row, runs[-1][1], column)
        else:
            runs.append((row, column, column))
    joined: dict[tuple[int, int], list[list[int]]] = {}
    for row, left, right in runs:
        spans = joined.setdefault((left, right), [])
        if spans and spans[-1][1] == row - 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    areas = [
        Area(top, left, bottom, right)
        for (left, right), spans in joined.items()
        for top, bottom in spans
    ]
    return [area.a1 for area in sorted(areas, key=lambda area: (area.top, area.left))]
