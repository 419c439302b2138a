"""Word, web page, fragment, CSV, JSON and the county workbook show the same figures as the ledger:
each is read back, cell by cell."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from jyxl import composing, editions, numbers
from jyxl.county import County, UnitRow, sums
from jyxl.definition import Edition
from jyxl.edges.ledger import open_ledger
from jyxl.layout import sheet
from jyxl.live import values
from jyxl.reading import html, published, word
from jyxl.reading.grid import Document
from jyxl.reading.published import Printed
from jyxl.report import Report, Shown
from jyxl.reports import data, proof, web
from jyxl.reports import word as word_report
from jyxl.steps.report import Reported, facts
from jyxl.steps.report import report as make
from jyxl.writer import county as county_writer
from tests import test_reports

pytestmark = pytest.mark.slow

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CASES = sorted(path.stem for path in test_reports.HERE.glob("*.json"))


def exact(edition: Edition, texts: Mapping[str, object]) -> dict[str, int]:
    """Figures as they are printed → scaled integers. A text that is no plain number fails."""
    found = {}
    for name, text in texts.items():
        scaled = Decimal(str(text)) * edition.cell[name].kind.scale
        assert scaled == int(scaled)
        found[name] = int(scaled)
    return found


def of_document(edition: Edition, document: Document) -> dict[str, int]:
    read = published.report(document, [edition])
    assert read.problems == ()
    cells: dict[str, Printed] = {name: one for (_, name), one in read.cells.items()}
    return exact(edition, {name: one.text for name, one in cells.items()})


def of_csv(edition: Edition, content: bytes) -> dict[str, int]:
    lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return exact(edition, {line["单元格"]: line["数"] for line in lines})


def of_json(edition: Edition, content: bytes) -> dict[str, int]:
    cells = json.loads(content, parse_float=pytest.fail)["cells"]
    return exact(edition, {one["cell"]: one["figure"] for one in cells})


def of_workbook(edition: Edition, content: bytes) -> dict[str, int]:
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return exact(
        edition,
        {
            cell.name: book[table.sheet][sheet(table).address(cell.name)].value
            for table in edition.tables
            if table.sheet in book.sheetnames
            for cell in table.cells
        },
    )


def said_on_page(page: bytes) -> set[tuple[str, str]]:
    """(key, text) of the figures in sentences, by the mark that they carry."""
    return set(re.findall(r'<span data-cell="([^"]+)">([^<]*)</span>', page.decode()))


def said_in_word(content: bytes) -> set[tuple[str, str]]:
    """The same by the content controls of a document."""
    body = docx.Document(io.BytesIO(content)).element.body
    return {
        (
            control.find(f"{W}sdtPr/{W}tag").get(f"{W}val"),
            "".join(one.text or "" for one in control.iter(f"{W}t")),
        )
        for control in body.iter(f"{W}sdt")
        if control.find(f"{W}sdtPr/{W}tag") is not None
    }


def statutory(edition: Edition, figures: Mapping[str, int]) -> dict[str, int]:
    return {cell.name: figures[cell.name] for cell in edition.statutory}


def all_equal(report: Report, files: Mapping[str, bytes], expected: Mapping[str, int]) -> None:
    """Every rendering shows these figures and no others."""
    edition = report.edition
    form = statutory(edition, expected)
    for name in ("html", "fragment"):
        assert of_document(edition, html.document(files[name])) == form
    assert of_document(edition, word.document(files["docx"])) == form
    assert of_csv(edition, files["csv"]) == expected
    assert of_json(edition, files["json"]) == expected
    workbook = of_workbook(edition, files["xlsx"])
    assert workbook == {name: expected[name] for name in workbook}
    assert workbook.keys() >= form.keys()
    shown = {
        (piece.key, piece.text)
        for paragraph in report.paragraphs
        for piece in paragraph.pieces
        if isinstance(piece, Shown)
    }
    assert shown
    for said in (said_on_page(files["html"]), said_on_page(files["fragment"])):
        assert said == shown
    assert said_in_word(files["docx"]) == shown
    for key, text in shown:
        if key in edition.cell:
            assert text == numbers.plain(expected[key], edition.cell[key].kind.scale)


@pytest.mark.parametrize("which", ["jingyuan", "yunxi"])
def test_all_files_of_a_campaign_have_the_figures_of_its_ledger(
    request: pytest.FixtureRequest, which: str
) -> None:
    campaign = request.getfixturevalue(which).campaign
    with open_ledger(campaign) as ledger:
        done: Reported = make(campaign, ledger)
        county = facts(campaign, ledger)
    assert done.problems == []
    paths: dict[str, Any] = {
        "docx": done.word,
        "html": done.web,
        "fragment": done.fragment,
        "csv": done.csv,
        "json": done.json,
        "xlsx": campaign.county_workbook,
    }
    files = {name: Path(path).read_bytes() for name, path in paths.items()}
    report = composing.of_county(county, {})
    all_equal(report, files, sums(county))
    findings = proof.findings(word.document(files["docx"]), report)
    assert {one.severity for one in findings} <= {"warning"}


@pytest.mark.parametrize("name", CASES)
def test_real_figures_are_the_same_everywhere(name: str) -> None:
    """What was published, as far as it can be read; the totals are added up, as in a ledger."""
    real = test_reports.report(name)
    edition = real.edition
    leaves = dict.fromkeys(
        (cell.name for cell in edition.cells if cell.name not in edition.totals), 0
    )
    for cell, text in real.typed():
        value = numbers.read(text, edition.cell[cell].kind).value
        if cell in leaves and value is not None:
            leaves[cell] = value
    figures = values(edition, leaves)
    unit = UnitRow("1", "县政府办", "部门", "accepted", False, 1, "", False, "", "", figures)
    county = County("云溪县", real.year, edition, (unit,))
    report = composing.of_county(county, {})
    files = {
        "docx": word_report.document(report),
        "html": web.web_page(report),
        "fragment": web.web_fragment(report),
        "csv": data.as_csv(report),
        "json": data.as_json(report),
        "xlsx": county_writer.workbook(county),
    }
    all_equal(report, files, figures)


def test_a_figure_that_differs_anywhere_is_seen() -> None:
    """The comparison itself can fail: one figure more, in one rendering after the other."""
    edition = editions.load("2021")
    figures = dict.fromkeys(edition.cell, 0)
    unit = UnitRow("1", "县政府办", "部门", "accepted", False, 1, "", False, "", "", figures)
    county = County("云溪县", 2021, edition, (unit,))
    report = composing.of_county(county, {})
    other = replace(report, figures={**figures, "t3.new.total": 1})
    for content, read in (
        (word_report.document(other), lambda it: of_document(edition, word.document(it))),
        (web.web_page(other), lambda it: of_document(edition, html.document(it))),
        (data.as_csv(other), lambda it: of_csv(edition, it)),
        (data.as_json(other), lambda it: of_json(edition, it)),
    ):
        assert read(content)["t3.new.total"] == 1
