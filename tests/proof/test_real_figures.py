"""The figures of every real report are the same in Word, on the page, in its fragment, in CSV, JSON
and the county workbook."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jyxl import composing, editions, numbers
from jyxl.county import County, UnitRow
from jyxl.live import values
from jyxl.reading import html, word
from jyxl.reports import data, web
from jyxl.reports import word as word_report
from jyxl.writer import county as county_writer
from tests import test_reports
from tests.proof.renderings import all_equal, of_csv, of_document, of_json

pytestmark = pytest.mark.slow

CASES = sorted(path.stem for path in test_reports.HERE.glob("*.json"))


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
