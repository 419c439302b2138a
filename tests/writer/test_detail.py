"""A figure's place on the sheet of a table's detail."""

from __future__ import annotations

import pytest

from jyxl import editions
from jyxl.writer import detail


@pytest.mark.parametrize("name", ["2019", "2021"])
def test_every_cell_has_a_column_of_its_own(name: str) -> None:
    for table in editions.load(name).tables:
        columns = [detail.column_of(table, cell.name) for cell in table.cells]
        assert columns == list(range(columns[0], columns[0] + len(columns)))


def test_references_and_links_lead_to_the_same_column() -> None:
    table = editions.load("2021").table["t3"]
    name = table.cells[1].name
    assert detail.column(table, name, units=3) == "'明细-依申请公开'!F6:F8"
    assert detail.cell_of(table, name, unit=2) == "'明细-依申请公开'!F8"
    assert detail.link(table, name) == "internal:'明细-依申请公开'!F4"
