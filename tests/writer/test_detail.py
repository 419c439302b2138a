"""A figure's place on the sheet of a table's detail."""

from __future__ import annotations

import io
import itertools

import openpyxl
import pytest

from jyxl import editions
from jyxl.definition import Edition
from jyxl.layout import sheet
from jyxl.writer import detail
from tests.writer.conftest import opened


@pytest.mark.parametrize("name", ["2019", "2021"])
def test_every_cell_has_a_column_of_its_own(name: str) -> None:
    for table in editions.load(name).tables:
        columns = [detail.column_of(table, cell.name) for cell in table.cells]
        assert columns == list(range(columns[0], columns[0] + len(columns)))


def test_references_and_links_lead_to_the_same_column() -> None:
    table = editions.load("2021").table["t3"]
    name = table.cells[1].name
    assert detail.column(table, name, lines=3) == "'明细-依申请公开'!E6:E8"
    assert detail.cell_of(table, name, unit=2) == "'明细-依申请公开'!E8"
    assert detail.link(table, name) == "internal:'明细-依申请公开'!E4"


@pytest.mark.parametrize("name", ["2019", "2021"])
def test_no_page_ends_within_a_group(name: str) -> None:
    """表三 takes four pages of A3; the other tables are as wide as a page of A4."""
    for table in editions.load(name).tables:
        paper = detail.paper(table)
        starts = {
            detail.column_of(table, cell.name)
            for above, cell in itertools.pairwise(table.cells)
            if above.row != cell.row
        }
        assert set(paper.breaks) <= starts, table.key
        assert (paper.size, len(paper.breaks)) == (("A3", 3) if table.key == "t3" else ("A4", 0))


def test_the_last_line_adds_up_what_the_county_reports(
    edition_2021: Edition, county: bytes
) -> None:
    book, results = opened(county), openpyxl.load_workbook(io.BytesIO(county), data_only=True)
    for table in edition_2021.tables:
        page = book[f"明细-{table.sheet}"]
        assert page[f"A{page.max_row}"].value == "合计"
        assert page.auto_filter.ref.endswith(str(page.max_row - 1))
        for cell in table.cells:
            at = page.cell(page.max_row, detail.column_of(table, cell.name) + 1).coordinate
            assert results[page.title][at].value == (
                results[table.sheet][sheet(table).address(cell.name)].value
            )
