"""The report in LibreOffice: where its pages break, and a document that was edited there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from jyxl.reports import word, word_figures, word_texts
from tests.office.conftest import Office, missing
from tests.office.test_protection import python_with_uno
from tests.report import sample
from tests.report.sample import W
from tests.report.test_word import read_back

pytestmark = [pytest.mark.office, pytest.mark.slow]

SCRIPT = Path(__file__).with_name("edit_report.py")
WORDS = "地址：泾源县百泉街；电话：0954-0000000。"
ADDED = "县里今年新建了公报查阅点12处。"


def pages(office: Office, name: str) -> list[str]:
    """The text of each page, without blanks."""
    if shutil.which("pdftotext") is None:
        missing("pdftotext (poppler-utils)")
    source = office.folder / f"report-{name}.docx"
    source.write_bytes(word.document(sample.report(name)))
    (printed,) = office.saved_as("pdf", [source], office.folder / "reports")
    found = subprocess.run(
        ["pdftotext", "-layout", str(printed), "-"], check=True, capture_output=True, timeout=60
    )
    return ["".join(page.split()) for page in found.stdout.decode().split("\f")[:-1]]


@pytest.mark.parametrize("name", ["2019", "2021"])
def test_a_table_and_its_heading_are_on_one_page(office: Office, name: str) -> None:
    found = pages(office, name)
    for first, last in (
        ("二、主动公开政府信息情况", {"2019": "政府集中采购", "2021": "行政事业性收费"}[name]),
        ("三、收到和处理政府信息公开申请情况", "四、结转下年度继续办理"),
        ("四、政府信息公开行政复议、行政诉讼情况", "复议后起诉"),
    ):
        assert [first in page and last in page.split(first)[-1] for page in found].count(True) == 1
    assert len(found) == 5
    assert [f"—{number}—" in page for number, page in enumerate(found, 1)] == [True] * 5


@pytest.mark.parametrize("name", ["2019", "2021"])
def test_a_document_edited_in_libreoffice_gets_newer_figures(office: Office, name: str) -> None:
    source, saved = (office.folder / f"{one}-{name}.docx" for one in ("written", "edited"))
    source.write_bytes(word.document(sample.report(name)))
    command = [python_with_uno(), str(SCRIPT), office.program, str(office.profile(7))]
    subprocess.run([*command, str(source), str(saved)], check=True, timeout=300)
    made = sample.report(name, t3__new__natural=70, t2__licence__decisions=2000)
    before = saved.read_bytes()
    after = word_figures.renewed(before, made)
    wanted = {cell.name: made.figures[cell.name] for cell in made.edition.statutory}
    assert read_back(after.data, made) == wanted
    assert (after.cells, after.said, after.notes) == (3, 2, ())
    told = word_texts.told(after.data, made).report
    assert sample.shown(told) == sample.shown(made)
    said = [one.text for one in told.paragraphs]
    assert WORDS in said
    assert ADDED in said
    old, new = (list(lines(one)) for one in (before, after.data))
    assert len([one for one, other in zip(old, new, strict=True) if one != other]) == 5
    assert widths(after.data) == widths(before) != widths(source.read_bytes())


def lines(data: bytes) -> list[str]:
    """The main part in canonical form, an element a line."""
    root = ElementTree.fromstring(sample.parts(data)["word/document.xml"])
    return ElementTree.canonicalize(ElementTree.tostring(root)).replace("<", "\n<").split("\n")


def widths(data: bytes) -> list[int]:
    """The widths of the cells in the third row of the first table, to a tenth of the whole."""
    row = list(next(sample.body(data).iter(f"{W}tbl")).iter(f"{W}tr"))[2]
    found = [int(one.attrib[f"{W}w"]) for one in row.iter(f"{W}tcW")]
    return [round(10 * one / sum(found)) for one in found]
