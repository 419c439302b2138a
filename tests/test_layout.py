"""The place of everything on the sheets, as a picture in text.

After an intended change: JYXL_UPDATE_GOLDENS=1 pytest tests/test_layout.py
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter.utility import xl_cell_to_rowcol

from jyxl import editions
from jyxl.addresses import Area, a1
from jyxl.checklist import check_lines
from jyxl.definition import Block, Cell, Header, Kind, Table
from jyxl.layout import (
    OWN_SHEETS,
    SheetLayout,
    detail_name,
    rectangles,
    sheet,
)

NAMES = ("2019", "2021")


def picture(place: SheetLayout) -> str:
    """The address, role and text of each label; then the address and name of each cell."""
    spots = [(area.top, area.left, area.a1, role, "") for area, role in _spots(place)]
    spots += [
        (one.area.top, one.area.left, one.area.a1, one.role, one.text) for one in place.labels
    ]
    spots += [(area.top, area.left, area.a1, "cell", name) for name, area in place.cells.items()]
    lines = [
        f"{address:<8} {role:<9} {text}".rstrip() for _, _, address, role, text in sorted(spots)
    ]
    columns = " ".join(f"{width:g}" for width in place.widths)
    heads = [f"[{place.table.sheet}]  列宽 {columns}  冻结 {a1(*place.freeze)}"]
    return "\n".join(heads + lines)


def _spots(place: SheetLayout) -> list[tuple[Area, str]]:
    return [
        *((place.unit, "unit"), (place.year, "year"), (place.confirm, "confirm>")),
        *((place.status, "status"), (place.signature, "signature")),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_the_sheets_stand_as_recorded(name: str) -> None:
    edition = editions.load(name)
    text = "\n\n".join(picture(sheet(table)) for table in edition.tables) + "\n"
    golden = Path(__file__).with_name(f"golden_layout_{name}.txt")
    if os.environ.get("JYXL_UPDATE_GOLDENS"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def squares(area: Area) -> set[tuple[int, int]]:
    return {
        (row, column)
        for row in range(area.top, area.bottom + 1)
        for column in range(area.left, area.right + 1)
    }


def assert_nothing_overlaps(place: SheetLayout) -> None:
    areas = [area for area, _ in _spots(place)]
    areas += [label.area for label in place.labels] + list(place.cells.values())
    taken: set[tuple[int, int]] = set()
    for area in areas:
        assert 0 <= area.top <= area.bottom <= place.last_row
        assert 0 <= area.left <= area.right < place.columns
        assert not taken & squares(area)
        taken |= squares(area)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_overlaps_and_the_table_has_no_holes(name: str) -> None:
    for table in editions.load(name).tables:
        place = sheet(table)
        assert_nothing_overlaps(place)
        parts = [one.area for one in place.labels if one.role in ("block", "corner", "head", "row")]
        covered = set[tuple[int, int]]().union(*map(squares, [*parts, *place.cells.values()]))
        top = min(area.top for area in parts)
        assert covered == squares(Area(top, 0, place.last_row - 1, place.columns - 1))
        assert set(place.cells) == {cell.name for cell in table.cells}


COUNT = Kind("count", "F-1", "整数", 0, 0, 9, "", {})


@given(st.integers(1, 4), st.integers(1, 9), st.booleans(), st.booleans())
def test_tables_of_any_size_fit(rows: int, columns: int, labelled: bool, titled: bool) -> None:
    def headers(count: int, has_label: bool) -> tuple[Header, ...]:
        return tuple(
            Header(f"k{n}", None, f"第{n}" if has_label else None, "count", "", (), ())
            for n in range(count)
        )

    cells = tuple(
        Cell("t", f"k{row}", f"k{column}", COUNT, (), (f"第{column}",), "", ())
        for row in range(rows)
        for column in range(columns)
    )
    block = Block("标题" if titled else None, None, headers(rows, labelled), headers(columns, True))
    place = sheet(Table("t", "表", "某表", (block,), cells))
    assert_nothing_overlaps(place)
    assert len(place.cells) == rows * columns


@pytest.mark.parametrize("name", NAMES)
def test_names_of_sheets_do_not_clash(name: str) -> None:
    tables = editions.load(name).tables
    names = [*OWN_SHEETS, *(table.sheet for table in tables), *map(detail_name, tables)]
    assert len(set(names)) == len(names)
    assert all(0 < len(one) <= 31 and not re.search(r"[\[\]:*?/\\]", one) for one in names)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["省级", "部门"])
def test_each_line_of_the_checks_has_a_row_of_its_own(name: str, kind: str) -> None:
    rows = [line.row for line in check_lines(editions.load(name), kind)]
    assert rows == sorted(set(rows))


# areas ----------------------------------------------------------------------------

positions = st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=40)


@given(positions)
def test_rectangles_cover_exactly_and_once(wanted: set[tuple[int, int]]) -> None:
    covered: list[tuple[int, int]] = []
    for text in rectangles(wanted):
        first, _, last = text.partition(":")
        covered += squares(Area(*xl_cell_to_rowcol(first), *xl_cell_to_rowcol(last or first)))
    assert sorted(covered) == sorted(wanted)


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 30), st.integers(0, 30))
def test_a_full_rectangle_is_one(top: int, left: int, height: int, width: int) -> None:
    area = Area(top, left, top + height, left + width)
    assert rectangles(squares(area)) == [area.a1]


@given(st.integers(0, 2000), st.integers(0, 800))
def test_addresses_read_back(row: int, column: int) -> None:
    assert xl_cell_to_rowcol(a1(row, column)) == (row, column)


@pytest.mark.parametrize(
    ("row", "column", "address"), [(0, 0, "A1"), (9, 25, "Z10"), (0, 26, "AA1"), (4, 701, "ZZ5")]
)
def test_addresses(row: int, column: int, address: str) -> None:
    assert a1(row, column) == address
    assert xl_cell_to_rowcol(address) == (row, column)
    assert a1(0, 1, fixed=True) == "$B$1"
