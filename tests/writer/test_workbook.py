"""What every workbook must hold, no matter how it looks."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from jyxl import live
from jyxl.addresses import a1
from jyxl.checklist import CHECK_NOTE, check_lines
from jyxl.definition import UNIT_KINDS, Edition
from jyxl.layout import CHECKS, ERRORS, EXPLANATIONS, GUIDE, IDENTITY, STATUS, sheet
from jyxl.submission import Entries
from jyxl.writer import unit as unit_writer
from tests.writer.conftest import PASSWORD, form, opened

MAIN = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def unlocked(page: Worksheet) -> set[str]:
    """The addresses of unlocked cells; for a merged area that of its first cell."""
    covered = {
        a1(row - 1, column - 1)
        for area in page.merged_cells.ranges
        for row, column in area.cells
        if (row, column) != (area.min_row, area.min_col)
    }
    open_ = {c.coordinate for row in page.iter_rows() for c in row if not c.protection.locked}
    return open_ - covered


def expected_open(edition: Edition, kind: str) -> dict[str, set[str]]:
    cells = {}
    for table in edition.tables:
        place = sheet(table)
        names = edition.open_cells(table, kind)
        cells[table.sheet] = {place.address(c.name) for c in names} | {place.confirm.a1}
    notes = (line for line in check_lines(edition, kind) if line.is_explained)
    cells[CHECKS] = {a1(line.row, CHECK_NOTE) for line in notes}
    return cells


@pytest.mark.parametrize("kind", UNIT_KINDS)
@pytest.mark.parametrize("year", ["2019", "2021"])
def test_only_what_a_unit_fills_is_unlocked(
    edition_2019: Edition, edition_2021: Edition, year: str, kind: str
) -> None:
    edition = edition_2019 if year == "2019" else edition_2021
    book = opened(unit_writer.workbook(edition, form(edition, kind=kind)))
    wanted = expected_open(edition, kind)
    for page in book.worksheets:
        assert unlocked(page) == wanted.get(page.title, set()), page.title


def test_what_goes_back_is_locked_the_same(edition_2021: Edition, sent_back: bytes) -> None:
    wanted = expected_open(edition_2021, "部门")
    for page in opened(sent_back).worksheets:
        assert unlocked(page) == wanted.get(page.title, set()), page.title


def test_sheets_in_order_and_the_identity_hidden(
    edition_2021: Edition, issued: bytes, sent_back: bytes
) -> None:
    tables = [table.sheet for table in edition_2021.tables]
    for data, first in ((issued, []), (sent_back, [ERRORS])):
        book = opened(data)
        assert book.sheetnames == [*first, GUIDE, *tables, CHECKS, IDENTITY]
        assert book.active.title == book.sheetnames[0]
        states = {page.title: page.sheet_state for page in book.worksheets}
        assert states.pop(IDENTITY) == "veryHidden"
        assert set(states.values()) == {"visible"}


def test_the_identity_says_whose_it_is(issued: bytes, sent_back: bytes) -> None:
    for data, round_ in ((issued, 0), (sent_back, 1)):
        payload = json.loads(opened(data)[IDENTITY]["A1"].value)
        assert (payload["code"], payload["name"], payload["year"]) == ("B02", "县水务局", 2021)
        assert payload["round"] == round_


def test_every_total_is_a_formula_with_the_right_cached_value(edition_2021: Edition) -> None:
    figures = {cell.name: number for number, cell in enumerate(edition_2021.cells, 1)}
    figures = {name: n for name, n in figures.items() if name not in edition_2021.totals}
    data = unit_writer.workbook(edition_2021, form(edition_2021), Entries(numbers=figures))
    formulas, cached = opened(data), openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    values = live.values(edition_2021, figures)
    for name in edition_2021.totals:
        table = edition_2021.table[edition_2021.cell[name].table]
        address = sheet(table).address(name)
        assert str(formulas[table.sheet][address].value).startswith("=")
        assert cached[table.sheet][address].value == values[name]
    assert values["t4.cases.review.total"] == sum(
        figures[f"t4.cases.review.{part}"] for part in ("upheld", "corrected", "other", "pending")
    )


def test_no_formula_lacks_a_cached_value(issued: bytes, sent_back: bytes, county: bytes) -> None:
    for data in (issued, sent_back, county):
        for number in range(1, len(opened(data).sheetnames) + 1):
            for cell in part(data, f"xl/worksheets/sheet{number}.xml").iterfind(".//m:c", MAIN):
                if cell.find("m:f", MAIN) is not None:
                    assert cell.find("m:v", MAIN) is not None, cell.attrib


@pytest.mark.parametrize("year", ["2019", "2021"])
def test_validations_keep_excels_limits_and_guard_every_open_cell(
    edition_2019: Edition, edition_2021: Edition, year: str
) -> None:
    edition = edition_2019 if year == "2019" else edition_2021
    book = opened(unit_writer.workbook(edition, form(edition)))
    wanted = expected_open(edition, "部门")
    for page in book.worksheets:
        guarded: list[str] = []
        for rule in page.data_validations.dataValidation:
            assert len(rule.promptTitle or "") <= 32
            assert len(rule.errorTitle or "") <= 32
            assert 0 < len(rule.prompt or "") <= 255
            assert 0 < len(rule.error or "") <= 225
            assert len(rule.formula1 or "") <= 255
            assert len(rule.formula2 or "") <= 255
            assert rule.showInputMessage
            assert rule.showErrorMessage
            for area in rule.sqref.ranges:
                guarded += [a1(row - 1, column - 1) for row, column in area.cells]
        assert len(guarded) == len(set(guarded))
        assert wanted.get(page.title, set()) <= set(guarded)


# --- protection -------------------------------------------------------------------------


def opens(attributes: dict[str, str], password: str, prefix: str = "") -> bool:
    """Whether a password opens a lock, computed anew by ECMA-376 part 1, 18.2.29 and 18.3.1.85."""

    def get(name: str) -> str:
        return attributes[prefix + name[0].upper() + name[1:] if prefix else name]

    assert get("algorithmName") == "SHA-512"
    digest = hashlib.sha512(base64.b64decode(get("saltValue")) + password.encode("utf-16-le"))
    for spin in range(int(get("spinCount"))):
        digest = hashlib.sha512(digest.digest() + spin.to_bytes(4, "little"))
    return base64.b64encode(digest.digest()).decode() == get("hashValue")


def part(data: bytes, name: str) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return ET.fromstring(package.read(name))


def protections(data: bytes) -> list[dict[str, str]]:
    count = len(opened(data).sheetnames)
    pages = (part(data, f"xl/worksheets/sheet{n}.xml") for n in range(1, count + 1))
    return [
        dict(found.attrib) for page in pages for found in page.findall("m:sheetProtection", MAIN)
    ]


def test_every_sheet_of_a_unit_is_locked(issued: bytes, sent_back: bytes) -> None:
    for data in (issued, sent_back):
        found = protections(data)
        assert len(found) == len(opened(data).sheetnames)
        assert {one["sheet"] for one in found} == {"1"}
        assert {one["formatColumns"] for one in found} == {"0"}
        assert all("password" not in one for one in found)


@pytest.mark.parametrize(
    ("password", "is_right"),
    [
        (PASSWORD, True),
        ("", False),
        (PASSWORD[:-1], False),
        (PASSWORD + " ", False),
        ("VelvetSweatshop", False),
    ],
)
def test_the_password_holds(issued: bytes, password: str, is_right: bool) -> None:
    assert opens(protections(issued)[0], password) == is_right


@pytest.mark.parametrize(
    ("password", "is_right"), [(PASSWORD, True), ("", False), ("政务公开", False)]
)
def test_the_structure_is_locked(issued: bytes, password: str, is_right: bool) -> None:
    found = part(issued, "xl/workbook.xml").find("m:workbookProtection", MAIN)
    assert found is not None
    assert found.attrib["lockStructure"] == "1"
    assert opens(dict(found.attrib), password, "workbook") == is_right


# --- texts ------------------------------------------------------------------------------

HOSTILE = ("=1+1局", "+86局", "-甲局", "@SUM(A1)局", "{=1}局", "http://a.b/局", "'局")


def texts(book: Workbook) -> dict[str, str]:
    """The text of every cell → the data type of the cell, which tells texts from formulas."""
    return {
        str(cell.value): cell.data_type
        for page in book.worksheets
        for row in page.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    }


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_never_a_formula(edition_2021: Edition, name: str) -> None:
    book = opened(unit_writer.workbook(edition_2021, form(edition_2021, name=name)))
    for table in edition_2021.tables:
        cell = book[table.sheet][sheet(table).unit.a1.split(":")[0]]
        assert (cell.value, cell.data_type) == (f"填报单位：{name}", "s")
    assert texts(book).get(name, "s") == "s"


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_unit_typed_goes_back_as_text(edition_2021: Edition, text: str) -> None:
    entries = Entries(
        texts={"t2.licence.decisions": text}, explanations={"T2-U/charges.fees": text}
    )
    book = opened(unit_writer.workbook(edition_2021, form(edition_2021), entries))
    table = edition_2021.table["t2"]
    cell = book[table.sheet][sheet(table).address("t2.licence.decisions")]
    assert (cell.value, cell.data_type) == (text, "s")
    assert texts(book)[text] == "s"
    with zipfile.ZipFile(
        io.BytesIO(unit_writer.workbook(edition_2021, form(edition_2021), entries))
    ) as package:
        assert not any("externalLink" in name for name in package.namelist())


def test_nothing_in_the_county_workbook_becomes_a_formula(county: bytes) -> None:
    book = opened(county)
    shown = texts(book)
    for text in ("=1+1局", "=HYPERLINK(1)", "-像是以元为单位的"):
        assert shown[text] == "s"
    assert "=1+1局" in {cell.value for row in book[STATUS].iter_rows() for cell in row}
    assert "=HYPERLINK(1)" in {cell.value for row in book[EXPLANATIONS].iter_rows() for cell in row}


def test_the_county_checks_nothing_of_its_own_that_it_does_not_add_up(asked_county: bytes) -> None:
    """Neither 见各单位明细, which is no number, nor the texts, which have no sheet there."""
    book = opened(asked_county)
    rows = [[cell.value for cell in row] for row in book[CHECKS].iter_rows(min_row=6)]
    own = [str(row[5]) for row in rows if row[2] in ("补充指标", "文字材料")]
    assert own
    assert all(rule.startswith("B-") for rule in own)
    formulas = (
        getattr(cell.value, "text", cell.value)
        for page in book
        for row in page.iter_rows()
        for cell in row
        if cell.data_type == "f"
    )
    named = {one for formula in formulas for one in re.findall(r"'([^'!]+)'!", str(formula))}
    assert named <= set(book.sheetnames)


def test_links_stay_inside_the_workbook(sent_back: bytes, county: bytes) -> None:
    for data in (sent_back, county):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            relations = b"".join(package.read(n) for n in package.namelist() if n.endswith(".rels"))
        assert b"External" not in relations


def test_a_finding_links_to_its_cell(sent_back: bytes) -> None:
    """B10 on the first sheet leads to B10 of the sheet named on the same line."""
    book = opened(sent_back)
    leads = {}
    for row in book[ERRORS].iter_rows():
        for cell in row:
            if cell.hyperlink:
                name, address = re.fullmatch(
                    r"'?([^'!]+)'?!([A-Z]+\d+)", cell.hyperlink.location
                ).groups()  # type: ignore[union-attr]
                assert name in book.sheetnames
                if cell.value == address:
                    leads[name, address] = [other.value for other in row]
    assert all(name in line for (name, _), line in leads.items())
    assert {name for name, _ in leads} == {"主动公开", "依申请公开", "复议诉讼"}
    assert len(leads) == 8


def test_the_faulty_cells_carry_a_comment_and_their_value(
    edition_2021: Edition, sent_back: bytes
) -> None:
    book = opened(sent_back)

    def cell(name: str) -> object:
        table = edition_2021.table[name.split(".")[0]]
        return book[table.sheet][sheet(table).address(name)]

    commented = {
        (page.title, one.coordinate)
        for page in book.worksheets
        for row in page.iter_rows()
        for one in row
        if one.comment
    }
    faulty = [
        "t2.licence.decisions",
        "t2.charges.fees",
        "t3.new.natural",
        "t3.new.total",
        "t4.cases.direct.total",
    ]
    expected = {(edition_2021.table[n.split(".")[0]].sheet, cell(n).coordinate) for n in faulty}
    expected |= {(table.sheet, sheet(table).confirm.a1) for table in edition_2021.tables}
    assert commented == expected
    assert cell("t2.licence.decisions").value == "约10"
    assert cell("t2.charges.fees").value == 251000
    assert str(cell("t4.cases.direct.total").value).startswith("=")


def test_equal_input_equal_bytes(edition_2021: Edition, issued: bytes) -> None:
    assert unit_writer.workbook(edition_2021, form(edition_2021)) == issued
