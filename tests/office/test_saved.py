"""Issued, returned and county workbooks are right before any calculation, and after saving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from jyxl import editions
from jyxl.checker import judge
from jyxl.definition import UNIT_KINDS
from jyxl.reading import reader
from jyxl.submission import Entries
from jyxl.writer import county, errors, unit
from tests.office.cells import cells_of, differences
from tests.office.conftest import Office
from tests.office.fillings import EDITIONS, a_county, filling, forget_results, form, returned

pytestmark = pytest.mark.office

SAMPLE = 20


def test_stored_results_are_what_libreoffice_calculates(office: Office) -> None:
    """Every cell of every sheet is compared: totals, states, the overall state, county sums."""
    books: list[bytes] = []
    for name in EDITIONS:
        edition = editions.load(name)
        books += [unit.workbook(edition, form(edition, kind)) for kind in UNIT_KINDS]
        books += [county.workbook(a_county(edition, units)) for units in (1, 12)]
    books += returned(SAMPLE)
    source = office.folder / "stored"
    source.mkdir()
    paths = []
    for number, data in enumerate(books):
        paths.append(source / f"{number:03}.xlsx")
        paths[-1].write_bytes(forget_results(data))
    saved = office.saved_as("xlsx", paths, office.folder / "stored-again")
    for data, path in zip(books, saved, strict=True):
        assert differences(cells_of(data), cells_of(path.read_bytes())) == [], path.name


@pytest.mark.parametrize("to", ["xls", "ods", "xlsx"])
def test_the_verdict_is_the_same_after_saving_as(office: Office, to: str) -> None:
    """Issued and returned workbooks are filled and saved by LibreOffice in another format."""
    books = [filling(number).data for number in range(2000, 2000 + SAMPLE)] + returned(4)
    source = office.folder / f"to-{to}"
    source.mkdir()
    paths = []
    for number, data in enumerate(books):
        paths.append(source / f"{number:03}.xlsx")
        paths[-1].write_bytes(data)
    saved = office.saved_as(to, paths, office.folder / f"as-{to}")
    before = judge([reader.read("x", data) for data in books])
    after = judge([reader.read("x", path.read_bytes()) for path in saved])
    for number, (one, other) in enumerate(zip(before, after, strict=True)):
        assert other == one, number
    assert {verdict.decision for verdict in before} == {"accepted", "returned"}


def test_a_corrected_error_workbook_is_accepted_as_any_other(office: Office) -> None:
    """Corrected copies pass through LibreOffice; 现状 turns to 已改 throughout."""
    edition = editions.load("2019")
    kind = "部门"
    wrong = Entries(
        numbers={"t3.new.natural": 3, "t3.granted.natural": 2},
        texts={"t2.licence.previous": "约10"},
        confirmed={"t2": True, "t3": True, "t4": None},
    )
    issued = unit.workbook(edition, form(edition, kind), wrong)
    submission = reader.read("x.xlsx", issued)
    (verdict,) = judge([submission])
    assert {finding.code for finding in verdict.findings} == {"T3-I", "F-1", "F-3"}
    right = replace(
        wrong,
        numbers={**wrong.numbers, "t3.carried_out.natural": 1},
        texts={},
        confirmed={"t2": True, "t3": True, "t4": True},
    )
    corrected = unit.workbook(edition, form(edition, kind, 1), right, verdict.findings)
    (path,) = _through(office, "corrected", [corrected])
    sheets = cells_of(path)
    first = next(iter(sheets.values()))
    states = [
        value for (row, column), value in first.items() if column == 9 and row >= errors.FIRST
    ]
    assert states == ["已改"] * len(verdict.findings)
    assert judge([reader.read("x.xlsx", path)])[0].decision == "accepted"


def _through(office: Office, name: str, books: Sequence[bytes]) -> list[bytes]:
    source = office.folder / name
    source.mkdir()
    paths = []
    for number, data in enumerate(books):
        paths.append(source / f"{number}.xlsx")
        paths[-1].write_bytes(forget_results(data))
    saved = office.saved_as("xlsx", paths, office.folder / f"{name}-again")
    return [path.read_bytes() for path in saved]
