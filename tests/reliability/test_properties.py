"""Properties of all returns and all orders of arrival, not only of the cases thought of."""

from __future__ import annotations

import io
import shutil
import tempfile
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jyxl import editions
from jyxl.checker import judge
from jyxl.definition import Cell
from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign
from jyxl.edges.standing import Standing
from jyxl.form import Form
from jyxl.layout import detail_name, sheet
from jyxl.reading import reader
from jyxl.submission import Entries
from jyxl.writer import unit as unit_writer
from jyxl.writer.detail import column_of
from tests import play
from tests.damage.desk import EXPECTED, FIGURES, IDENTITY, KEY, LOCK, made
from tests.damage.folders import BAD, BETTER, GOOD, zipped

pytestmark = pytest.mark.slow
slowly = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)

# k faults → exactly those cells ----------------------------------------------------------

FAULTS = ("约3", "三件", "3（其中1件）", "#REF!", "3.1415926535", "2021年", "--3", "1e99", "=1+2")
KIND = "部门"


@dataclass(frozen=True)
class Planted:
    edition: str
    faults: dict[str, str]


@st.composite
def planted(draw: st.DrawFn, edition_id: str) -> Planted:
    edition = editions.load(edition_id)
    names = [c.name for table in edition.tables for c in edition.open_cells(table, KIND)]
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=25, unique=True))
    return Planted(edition_id, {name: draw(st.sampled_from(FAULTS)) for name in chosen})


def _told(case: Planted) -> set[tuple[str, str]]:
    edition = editions.load(case.edition)
    year = 2021 if case.edition == "2021" else 2019
    identity = replace(IDENTITY, edition=case.edition, year=year)
    figures = {k: v for k, v in FIGURES[case.edition].items() if k not in case.faults}
    confirmed = {table.key: True for table in edition.tables}
    form = Form(identity, "明天", "办公室", LOCK, KEY)
    data = unit_writer.workbook(edition, form, Entries(figures, case.faults, dict(confirmed)))
    expected = replace(EXPECTED, edition=case.edition, year=year)
    [verdict] = judge([reader.read("return.xlsx", data, expected)])
    assert verdict.decision == "returned"
    return {(f.code, play.where(f.place)) for f in verdict.findings if f.severity != "note"}


@pytest.mark.parametrize("edition", ["2019", "2021"])
@settings(slowly, max_examples=25)
@given(data=st.data())
def test_planted_faults_are_found_exactly_and_at_once(edition: str, data: st.DataObject) -> None:
    case = data.draw(planted(edition))
    cells = editions.load(edition).cell
    assert _told(case) == {(cells[name].kind.rule, name) for name in case.faults}


# any order and repetition → the last good returns -------------------------------------------

CODES = ("B01", "B02", "Z01")


@dataclass(frozen=True, repr=False)
class Prepared:
    """A campaign without returns, and the files that may come: (what, unit) → bytes."""

    campaign: Campaign
    files: dict[tuple[str, str], bytes]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    campaign = play.campaign(tmp_path_factory.mktemp("orders"))
    files = {
        (what, code): play.saved(play.filled(campaign, code, typed))
        for code in CODES
        for what, typed in (("good", GOOD), ("better", BETTER), ("bad", BAD))
    }
    files |= {("foreign", ""): made(), ("photo", ""): b"\xff\xd8\xff", ("nothing", ""): b""}
    files["zip", ""] = zipped({"镇.xlsx": files["good", "Z01"], "水务.xlsx": files["bad", "B02"]})
    return Prepared(campaign, files)


def _inside(key: tuple[str, str]) -> list[tuple[str, str]]:
    return [("good", "Z01"), ("bad", "B02")] if key == ("zip", "") else [key]


arrivals = st.lists(
    st.lists(
        st.sampled_from(
            [(what, code) for code in CODES for what in ("good", "better", "bad")]
            + [("foreign", ""), ("photo", ""), ("nothing", ""), ("zip", "")]
        ),
        min_size=1,
        max_size=6,
    ),
    min_size=1,
    max_size=3,
)


@settings(slowly, max_examples=15)
@given(rounds=arrivals)
def test_any_order_ends_with_the_last_good_returns(
    prepared: Prepared, rounds: list[list[tuple[str, str]]]
) -> None:
    """Of equal files the first arrival counts; a refused or returned file changes no figure."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "campaign"
        shutil.copytree(prepared.campaign.folder, place)
        campaign = campaigns.load(place)
        last: dict[str, str] = {}
        seen: dict[str, list[str]] = {code: [] for code in CODES}
        number = 0
        for batch in rounds:
            for key in batch:
                number += 1
                name = f"{number}.{'zip' if key[0] == 'zip' else 'xlsx'}"
                play.hand_in(campaign, name, prepared.files[key], f"2022-01-10 {number:02}:00")
                for what, code in _inside(key):
                    if code and what not in seen[code]:
                        seen[code].append(what)
                        if what != "bad":
                            last[code] = what
            play.collect(campaign)
        standings = play.status(campaign)
        for code in CODES:
            wanted = "accepted" if code in last else "returned" if seen[code] else "missing"
            assert standings[code].state == wanted
            assert standings[code].versions == len(seen[code])
            if code in last:
                in_force = standings[code].in_force
                assert in_force is not None
                figure = {"good": 3, "better": 4}[last[code]]
                assert in_force.figures is not None
                assert in_force.figures["t3.granted.natural"] == figure
        if last:
            _traced(campaign, standings)


def _traced(campaign: Campaign, standings: dict[str, Standing]) -> None:
    """Check that every figure of the county workbook is a sum of cells in the archived files."""
    county = openpyxl.load_workbook(campaign.county_workbook, data_only=True)
    sources = {}
    for code, standing in standings.items():
        if standing.in_force is not None:
            archived = (campaign.archive / standing.in_force.sha256).read_bytes()
            sources[code] = openpyxl.load_workbook(io.BytesIO(archived))
    for table in campaign.edition.tables:
        detail = county[detail_name(table)]
        rows = {row[0].value: row for row in detail.iter_rows() if row[0].value in sources}
        assert rows.keys() == sources.keys()
        place = sheet(table)
        for cell in table.cells:
            if cell.name in campaign.edition.totals:
                continue
            address = place.address(cell.name)
            shown = {code: row[column_of(table, cell.name)].value for code, row in rows.items()}
            typed = {code: book[table.sheet][address].value for code, book in sources.items()}
            assert {c: _number(v, cell) for c, v in shown.items()} == {
                c: _number(v, cell) for c, v in typed.items()
            }
            total = sum(_number(v, cell) for v in typed.values())
            assert _number(county[table.sheet][address].value, cell) == total


def _number(value: object, cell: Cell) -> int:
    return int(Decimal(str(value or 0)) * cell.kind.scale)


# text stays text -------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+2", "+1-1件", "-A1", "@SUM(A1)", "=cmd|'/c calc'!A0"])
def test_text_of_a_return_never_becomes_a_formula(
    prepared: Prepared, tmp_path: Path, text: str
) -> None:
    place = tmp_path / "campaign"
    shutil.copytree(prepared.campaign.folder, place)
    campaign = campaigns.load(place)
    kind = campaign.unit["B01"].kind
    book = play.filled(campaign, "B01", {"t2.charges.fees": 20_000})
    play.explain(book, campaign.edition, kind, "T2-U/charges.fees", "")
    for page in book:
        for row in page.iter_rows():
            for cell in row:
                if cell.value == "T2-U":
                    note = page.cell(cell.row, 12)
                    note.value = text
                    note.data_type = "s"
    play.hand_in(campaign, f"{text.replace('/', '')}.xlsx", book)
    bad = play.filled(campaign, "B02", {"t3.granted.natural": "x"})
    table = campaign.edition.table["t3"]
    typed = bad[table.sheet][sheet(table).address("t3.granted.natural")]
    typed.value = text
    typed.data_type = "s"
    play.hand_in(campaign, "2.xlsx", bad)
    collected = play.collect(campaign)
    assert {one.verdict for one in collected.received} == {"accepted", "returned"}
    for path in (campaign.county_workbook, *campaign.sent_back.iterdir()):
        cells = [
            cell
            for page in openpyxl.load_workbook(path)
            for row in page.iter_rows()
            for cell in row
            if isinstance(cell.value, str) and cell.value.startswith(text)
        ]
        assert cells, f"{path.name} does not show the text"
        assert {cell.data_type for cell in cells} == {"s"}
