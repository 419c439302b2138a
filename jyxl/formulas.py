"""What python-calamine cannot see, asked of openpyxl for suspicious files only."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable

import openpyxl


def with_formula(
    data: bytes, sheet: str, positions: Iterable[tuple[int, int]]
) -> set[tuple[int, int]]:
    """Those of the positions (from 0) that hold a formula. OOXML only."""
    return {at for at, cell in _cells(data, sheet, positions) if cell[0] == "f"}


def error_values(
    data: bytes, sheet: str, positions: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], str]:
    """Position → #REF! and the like, typed or calculated. OOXML only."""
    return {
        at: str(cell[1])
        for at, cell in _cells(data, sheet, positions, values=True)
        if cell[0] == "e"
    }


def _cells(
    data: bytes, sheet: str, positions: Iterable[tuple[int, int]], values: bool = False
) -> list[tuple[tuple[int, int], tuple[str, object]]]:
    wanted = set(positions)
    found: list[tuple[tuple[int, int], tuple[str, object]]] = []
    if not wanted:
        return found
    last = max(row for row, _ in wanted) + 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values)
        try:
            for row in book[sheet].iter_rows(max_row=last):
                for cell in row:
                    if cell.value is None:
                        continue
                    at = (cell.row - 1, cell.column - 1)
                    if at in wanted:
                        found.append((at, (cell.data_type, cell.value)))
        finally:
            book.close()
    return found
