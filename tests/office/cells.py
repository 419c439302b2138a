"""A workbook's cells as another library reads them, and how two workbooks differ."""

from __future__ import annotations

import io
from collections.abc import Mapping

from python_calamine import CalamineWorkbook

Cells = dict[tuple[int, int], object]


def cells_of(data: bytes) -> dict[str, Cells]:
    """Sheet → (row, column), counted from 0 → value; blanks are left out."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {
        name: {
            (row, column): value
            for row, values in enumerate(
                book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            )
            for column, value in enumerate(values)
            if value != ""
        }
        for name in book.sheet_names
    }


def differences(
    left: Mapping[str, Cells], right: Mapping[str, Cells]
) -> list[tuple[str, int, int, object, object]]:
    """(sheet, row, column, left, right) of every cell that is not the same."""
    found = [(name, -1, -1, name in left, name in right) for name in left.keys() ^ right.keys()]
    for name in left.keys() & right.keys():
        for at in sorted(left[name].keys() | right[name].keys()):
            one, other = left[name].get(at, ""), right[name].get(at, "")
            if one != other:
                found.append((name, *at, one, other))
    return found
