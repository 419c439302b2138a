"""What our own reading of a sheet says of its cells."""

from __future__ import annotations

from jyxl.reading.marks import ERROR, Marks, Position


def errors(marks: Marks) -> dict[Position, object]:
    """Position → error value."""
    return {at: cell[2] for at, cell in marks.cells.items() if cell[1] == ERROR}


def formulas(marks: Marks) -> set[Position]:
    return {at for at, cell in marks.cells.items() if cell[3]}


def values(marks: Marks) -> dict[Position, object]:
    """Position → content, with texts resolved."""
    return {at: marks.value(cell) for at, cell in marks.cells.items()}
