"""Every rendering of a report, read back into figures."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from decimal import Decimal

import docx
import openpyxl
import pytest

from jyxl import numbers
from jyxl.definition import Edition
from jyxl.layout import sheet
from jyxl.reading import html, published, word
from jyxl.reading.grid import Document
from jyxl.reading.published import Printed
from jyxl.report import Report, Shown

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


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
