"""The county workbook: its figures, three ways of reading them, and the units behind them."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from python_calamine import CalamineWorkbook

from jyxl.addresses import a1
from jyxl.definition import Edition
from jyxl.layout import COMPILED, EXPLANATIONS, STATUS, sheet
from jyxl.steps.demo import own_names
from tests import play
from tests.pipeline.conftest import Played

pytestmark = pytest.mark.slow

SAMPLE = Path(__file__).parents[2] / "samples" / "jingyuan-2019"
SUM = re.compile(r"=(?:ROUND\()?SUM\('(?P<sheet>[^']+)'!(?P<area>[A-Z]+\d+:[A-Z]+\d+)\)(?:,\d+\))?")


@pytest.fixture(scope="session")
def published(jingyuan: Played) -> dict[str, Decimal]:
    """What the county published: the tables, and the figures in the text of its report."""
    own = own_names(jingyuan.campaign.edition)
    figures = {row["cell"]: Decimal(row["figure"]) for row in rows("county.csv")}
    return figures | {own[r["indicator"]]: Decimal(r["figure"]) for r in rows("own-county.csv")}


def rows(name: str) -> list[dict[str, str]]:
    with (SAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def invented(yunxi: Played, story: dict[str, Any]) -> dict[str, Decimal]:
    """The leaves added up by hand from the story, and the totals by the words on the form."""
    sums: dict[str, Decimal] = {}

    def add(name: str, figure: Decimal) -> None:
        sums[name] = sums.get(name, Decimal(0)) + figure

    for unit in story["unit"]:
        for name, written in unit["figures"].items():
            figure = Decimal(str(written))
            table, row, column = name.split(".", 2)
            add(name, figure)
            if table == "t3":
                add(f"t3.{row}.total", figure)
                if row not in ("new", "carried_in", "carried_out"):
                    add(f"t3.concluded.{column}", figure)
                    add("t3.concluded.total", figure)
            if table == "t4":
                add(f"t4.{row}.{column.rsplit('.', 1)[0]}.total", figure)
    return sums


def cached(county: bytes, edition: Edition) -> dict[str, Decimal]:
    return figures(openpyxl.load_workbook(io.BytesIO(county), data_only=True), edition)


def figures(book: Workbook, edition: Edition) -> dict[str, Decimal]:
    return {
        cell.name: Decimal(str(book[table.sheet][sheet(table).address(cell.name)].value))
        for table in edition.tables
        for cell in table.cells
    }


def recomputed(county: bytes, edition: Edition) -> dict[str, Decimal]:
    """Every figure, calculated anew from the live formulas over the detail."""
    live, values = play.opened(county), openpyxl.load_workbook(io.BytesIO(county), data_only=True)
    result = {}
    for table in edition.tables:
        for cell in table.cells:
            formula = live[table.sheet][sheet(table).address(cell.name)].value
            match = SUM.fullmatch(formula)
            assert match is not None, formula
            column = values[match["sheet"]][match["area"]]
            result[cell.name] = sum(
                (Decimal(str(one.value)) for (one,) in column if one.value is not None), Decimal(0)
            )
    return result


def seen_by_calamine(county: bytes, edition: Edition) -> dict[str, Decimal]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(county))
    result = {}
    for table in edition.tables:
        if not table.cells:
            continue
        rows = book.get_sheet_by_name(table.sheet).to_python(skip_empty_area=False)
        for cell in table.cells:
            row, column = sheet(table).cells[cell.name][:2]
            result[cell.name] = Decimal(str(rows[row][column]))
    return result


@pytest.mark.parametrize("read", [cached, recomputed, seen_by_calamine])
def test_the_figures_are_the_published_ones(
    jingyuan: Played, published: dict[str, Decimal], read: Any
) -> None:
    edition = jingyuan.campaign.edition
    expected = {cell.name: published.get(cell.name, Decimal(0)) for cell in edition.cells}
    assert len(edition.statutory) == 198
    assert read(jingyuan.county, edition) == expected


@pytest.mark.parametrize("read", [cached, recomputed, seen_by_calamine])
def test_the_figures_are_the_sums_of_the_units(
    yunxi: Played, invented: dict[str, Decimal], read: Any
) -> None:
    edition = yunxi.campaign.edition
    expected = {cell.name: invented.get(cell.name, Decimal(0)) for cell in edition.cells}
    assert len(expected) == 200
    assert read(yunxi.county, edition) == expected


def test_the_countys_own_indicators_are_those_of_its_report(
    jingyuan: Played, published: dict[str, Decimal]
) -> None:
    """Those that are not numbers are counted: in 21 units there was an open day."""
    edition = jingyuan.campaign.edition
    page = openpyxl.load_workbook(io.BytesIO(jingyuan.county), data_only=True)["补充指标"]
    table = edition.table["own"]
    shown = {one.name: page[sheet(table).address(one.name)].value for one in table.answers}
    assert shown == {one.name: published[one.name] for one in table.answers}
    assert shown[own_names(edition)["工作动态"]] == 1542
    assert shown[own_names(edition)["开展政府开放日活动"]] == 21


def test_the_texts_are_compiled(jingyuan: Played) -> None:
    texts = all_texts(play.opened(jingyuan.county), COMPILED)
    assert [row["text"] for row in rows("texts.csv")] == [t for t in texts if "申请" in t][1:]


def test_the_tables_stand_where_they_stand_in_a_units_workbook(jingyuan: Played) -> None:
    campaign = jingyuan.campaign
    county, unit = play.opened(jingyuan.county), play.issued(campaign, "D01")
    for table in campaign.edition.tables:
        if table.sheet not in county.sheetnames:
            assert COMPILED in county.sheetnames
            continue
        place = sheet(table)
        first = place.confirm.bottom + 1
        assert place.labels
        for label in place.labels:
            if label.area.top >= first or label.role == "title":
                address = a1(label.area.top, label.area.left)
                assert county[table.sheet][address].value == label.text
                assert unit[table.sheet][address].value == label.text
        shared = [
            {str(area) for area in book[table.sheet].merged_cells.ranges if area.min_row > first}
            for book in (county, unit)
        ]
        assert shared[0] >= shared[1] - {place.signature.a1}


def test_every_unit_and_its_file_stand_behind_the_figures(jingyuan: Played) -> None:
    """Each figure leads from the county cell to the unit, the file and its hash, and the cell."""
    campaign = jingyuan.campaign
    book = play.opened(jingyuan.county)
    accepted = {one.sha256: one for one in jingyuan.second.received}
    accepted |= {one.sha256: one for one in jingyuan.first.received}
    table = campaign.edition.tables[0]
    rows = [[cell.value for cell in row] for row in book[f"明细-{table.sheet}"].iter_rows()]
    by_code = {row[0]: row for row in rows if row[0] in campaign.unit}
    assert by_code.keys() == campaign.unit.keys()
    for code, row in by_code.items():
        file, sha256 = row[-2], row[-1]
        assert (campaign.folder / file).is_file()
        assert (campaign.archive / sha256).is_file()
        assert accepted[sha256].identity.code == code


def test_a_partial_merge_names_who_is_missing(yunxi: Played, story: dict[str, Any]) -> None:
    texts = all_texts(play.opened(yunxi.partial), STATUS)
    scope = next(text for text in texts if "未计入" in text)
    for unit in story["unit"]:
        is_missing = unit.get("verdict") != "accepted"
        assert (unit["name"] in scope) == is_missing
    for table in yunxi.campaign.edition.tables:
        assert any("云溪镇" in text for text in all_texts(play.opened(yunxi.partial), table.sheet))


def test_a_full_merge_says_so(yunxi: Played) -> None:
    texts = all_texts(play.opened(yunxi.county), STATUS)
    assert not any("未计入" in text for text in texts)
    assert any("全部 7 个单位" in text for text in texts)


def test_a_partial_merge_counts_only_what_is_accepted(yunxi: Played) -> None:
    edition = yunxi.campaign.edition
    shown = cached(yunxi.partial, edition)
    assert shown["t3.new.natural"] == 5
    assert shown["t2.charges.fees"] == 0
    assert recomputed(yunxi.partial, edition) == shown


def test_explanations_are_kept_in_the_county_workbook(yunxi: Played, story: dict[str, Any]) -> None:
    texts = all_texts(play.opened(yunxi.county), EXPLANATIONS)
    unit = next(unit for unit in story["unit"] if unit["code"] == "A04")
    for words in (*unit["explain"].values(), *unit["explain_later"].values()):
        assert words in texts


def all_texts(book: Workbook, name: str) -> list[str]:
    return [
        cell.value for row in book[name].iter_rows() for cell in row if isinstance(cell.value, str)
    ]
