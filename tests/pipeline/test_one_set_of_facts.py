"""Word, web page, fragment, CSV, JSON and the county workbook show the same figures as the ledger:
each is read back, cell by cell. Those of real reports are in tests/proof."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jyxl import composing
from jyxl.county import sums
from jyxl.edges.ledger import open_ledger
from jyxl.reading import word
from jyxl.reports import proof
from jyxl.steps.report import Reported, facts
from jyxl.steps.report import report as make
from tests.proof.renderings import all_equal

pytestmark = pytest.mark.slow


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
