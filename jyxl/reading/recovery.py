"""A sheet whose rows or columns were moved → where its cells are now, if that is certain."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from jyxl import characters
from jyxl.layout import Label, SheetLayout
from jyxl.reading.book import Rows


def squeeze(value: object) -> str:
    """A label without any blanks, for comparison; '' if the value is not a text."""
    return characters.BLANKS.sub("", value) if isinstance(value, str) else ""


def at(rows: Rows, row: int, column: int) -> object:
    """The content of a cell; '' beyond the edge."""
    if row < len(rows) and column < len(rows[row]):
        return rows[row][column]
    return ""


@dataclass(frozen=True)
class Moves:
    """Expected row → actual row, expected column → actual column."""

    rows: dict[int, int]
    columns: dict[int, int]

    def to(self, row: int, column: int) -> tuple[int, int]:
        """Where the cell of this row and column is now."""
        return self.rows[row], self.columns[column]

    @property
    def is_none(self) -> bool:
        """True if everything is in its place."""
        return all(old == new for old, new in (*self.rows.items(), *self.columns.items()))


@lru_cache(maxsize=64)
def _wanted(place: SheetLayout) -> tuple[tuple[Label, str], ...]:
    return tuple((label, squeeze(label.text)) for label in place.labels)


def misplaced(place: SheetLayout, rows: Rows) -> list[Label]:
    """The labels that are not where they should be."""
    wrong = []
    for label, text in _wanted(place):
        found = at(rows, label.area.top, label.area.left)
        if found != label.text and squeeze(found) != text:
            wrong.append(label)
    return wrong


def find_moves(place: SheetLayout, rows: Rows) -> Moves | None:
    """Where rows and columns were moved, or None if the labels leave any doubt.

    Labels that occur only once vote for their row and column; a row or column without a vote
    moves with the one before it. Then every column heading, every label of a single row and
    the label of the confirmation must be in its place.
    """
    positions: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if isinstance(value, str) and value:
                positions[squeeze(value)].append((row, column))
    expected: dict[str, int] = defaultdict(int)
    for _, text in _wanted(place):
        expected[text] += 1
    row_votes: dict[int, int] = {}
    column_votes: dict[int, int] = {}
    for label, text in _wanted(place):
        if expected[text] == 1 and len(positions[text]) == 1:
            row, column = positions[text][0]
            if row_votes.setdefault(label.area.top, row) != row:
                return None
            if column_votes.setdefault(label.area.left, column) != column:
                return None
    if not row_votes:
        return None
    moves = Moves(_fill(row_votes, place.last_row + 1), _fill(column_votes, place.columns))
    for label, text in _wanted(place):
        is_leaf_row = label.role == "row" and label.area.top == label.area.bottom
        if label.role in ("head", "confirm") or is_leaf_row:
            found = at(rows, moves.rows[label.area.top], moves.columns[label.area.left])
            if squeeze(found) != text:
                return None
    used = {area.top for area in place.cells.values()}
    if len({moves.rows[row] for row in used}) != len(used):
        return None
    return moves


def _fill(votes: dict[int, int], count: int) -> dict[int, int]:
    """The votes for all of range(count); an index without a vote has the shift of the one
    before it."""
    filled: dict[int, int] = {}
    shift = 0
    for index in range(count):
        if index in votes:
            shift = votes[index] - index
        filled[index] = index + shift
    return filled
