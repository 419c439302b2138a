"""Whether a written report says what the figures say: its tables, its sentences, its form.

The report may have been made by jyxl, written by hand or published as a web page; only what is
in the document counts.
"""

from __future__ import annotations

from collections.abc import Iterator

from jyxl.finding import Finding
from jyxl.misprints import misprint
from jyxl.reading.grid import Document
from jyxl.report import Report
from jyxl.reports import proof_tables, proof_texts


def findings(document: Document, report: Report, called: str = "") -> tuple[Finding, ...]:
    """What in the document differs from the report as jyxl would write it: W-1, W-2, W-3, in the
    order of the form. called: how the document may name whose report it is, if that is shorter than
    its full name."""
    return tuple(_findings(document, report, called or report.whom))


def _findings(document: Document, report: Report, called: str) -> Iterator[Finding]:
    if document.is_tracked:
        yield misprint("tracked")
    yield from proof_texts.findings(document, report, called)
    yield from proof_tables.findings(document, report)
