"""report --check: does a written report say what the ledger says?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jyxl import composing, naming
from jyxl.county import County, UnitRow
from jyxl.edges import files, report_settings
from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import Ledger
from jyxl.finding import Finding
from jyxl.problem import Problem
from jyxl.reading import book, html, titled, word
from jyxl.reading.grid import Document
from jyxl.reading.kind import MAX_BYTES
from jyxl.report import Report
from jyxl.reports import proof, proof_texts
from jyxl.steps.report import facts

_PAGES = (".html", ".htm")


@dataclass(frozen=True)
class Proofread:
    """A document beside the report that it should be. file: its name."""

    file: str
    report: Report
    findings: tuple[Finding, ...]


def check(campaign: Campaign, ledger: Ledger, path: Path) -> Proofread:
    """What in a Word document or a web page differs from the figures that count now: those of the
    county, or of the unit whose name its title has. Raises Problem if it cannot be read."""
    document = _document(path)
    county = facts(campaign, ledger)
    contact = report_settings.contact(campaign.folder)
    report = composing.of_county(county, contact)
    unit = _whose(document, county, report.whom)
    if unit is not None and not unit.counts:
        raise Problem(
            f"“{files.shown(path.name)}”是{unit.name}的报告，它还没有通过的表，不能核对。"
        )
    if unit is not None:
        report = composing.of_unit(county, unit, {})
    called = unit.name if unit else ""
    return Proofread(path.name, report, proof.findings(document, report, called))


def _document(path: Path) -> Document:
    name = files.shown(path.name)
    data = files.read(path, MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Problem(f"“{name}”太大，不像一份报告；请去掉里面的图片，保存以后再核对。")
    try:
        if word.looks_like_it(data):
            return word.document(data)
        if html.looks_like_it(data) or path.suffix.lower() in _PAGES:
            return html.document(data)
    except Exception as error:
        raise Problem(f"“{name}”读不出来：{book.finding_of(error).message}") from error
    raise Problem(
        f"“{name}”不是 Word 文档（docx）或网页，不能核对；doc、wps 的，请用 WPS 或 Word 另存为 docx。"
    )


def _whose(document: Document, county: County, whom: str) -> UnitRow | None:
    """The unit whose name stands in the title of a report; None if it is the county's. whom: the
    name in the county's own title; a unit that is called so, too, is not told from the county."""
    units = sorted(county.units, key=lambda one: -len(one.name))
    units = [one for one in units if one.name not in whom]
    pairs = [(titled.normal(one.name), one) for one in units]
    title = next(iter(proof_texts.titles(document.texts)), "")
    found = naming.named(title, pairs)
    return found[0][1] if len(found) == 1 else None
