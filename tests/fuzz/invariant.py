"""What must hold for any bytes: no exception, no hang, no figure that changes unseen.

If a mutated return is accepted and one of its figures differs from the good return's, the
file itself must show the new figure: a second, independent reading of the cell (openpyxl, or
the XML of an ods file) gives the same number. Binary formats have no second reader here; for
them only the first two are checked. A report in Word is never accepted, and what goes into the
workbook that is sent back stands in some cell of it.

Where our own reading of a sheet is taken to be enough, the reading library gives the same.
"""

from __future__ import annotations

import io
import random
import time
import warnings
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree

import openpyxl
from xlsxwriter.utility import xl_cell_to_rowcol

from jyxl import numbers
from jyxl.checker import judge
from jyxl.definition import Edition, Table
from jyxl.layout import sheet
from jyxl.reading import reader
from jyxl.submission import Submission
from tests.damage.desk import EXPECTED
from tests.fuzz.mutate import mutated
from tests.fuzz.twice import disagreement


@dataclass(frozen=True)
class Case:
    """One mutated file. broken: what did not hold, or ''. changed: how many figures of an
    accepted return differ from the good one's."""

    number: int
    source: str
    verdict: str
    codes: tuple[str, ...]
    changed: int
    seconds: float
    broken: str = ""


@dataclass(frozen=True)
class Corpus:
    """The files to mutate, by name, and how they read unharmed."""

    edition: Edition
    files: dict[str, bytes]
    good: Submission

    def only(self, source: str) -> Corpus:
        """The files whose names begin like this."""
        files = {name: data for name, data in self.files.items() if name.startswith(source)}
        return Corpus(self.edition, files, self.good)

    def bytes_of(self, seed: int, number: int) -> tuple[str, bytes]:
        dice = random.Random(f"{seed}/{number}")
        source = dice.choice(sorted(self.files))
        return source, mutated(self.files[source], dice)


def run(corpus: Corpus, seed: int, number: int) -> Case:
    """Mutate a file, read it, judge it and compare the figures."""
    source, data = corpus.bytes_of(seed, number)
    start = time.perf_counter()
    try:
        submission = reader.read("return", data, EXPECTED)
        [verdict] = judge([submission])
    except Exception as error:
        return Case(number, source, "", (), 0, 0.0, f"{type(error).__name__}: {error}")
    seconds = time.perf_counter() - start
    codes = tuple(sorted({finding.code for finding in verdict.findings}))
    changed, broken = 0, ""
    if verdict.decision == "accepted":
        different = _different(corpus, submission)
        changed = len(different)
        if different and source in ("xlsx", "openpyxl", "ods"):
            broken = _unseen(corpus, data, submission, different)
        if source.startswith("docx"):
            broken = "a report in Word was accepted"
    elif verdict.decision == "returned" and source.startswith("docx"):
        broken = _made_up(corpus, data, submission)
    broken = broken or disagreement(data)
    return Case(number, source, verdict.decision, codes, changed, seconds, broken)


def _made_up(corpus: Corpus, data: bytes, submission: Submission) -> str:
    """A figure of a report in Word that none of its cells shows, in words, or ''."""
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        root = ElementTree.fromstring(package.read("word/document.xml"))
    shown = {
        "".join(text.text or "" for text in cell.iter(f"{space}t"))
        for cell in root.iter(f"{space}tc")
    }
    kind_of = {name: corpus.edition.cell[name].kind for name in submission.entries.numbers}
    values = {
        kind: {numbers.read(text, kind).value for text in shown} for kind in {*kind_of.values()}
    }
    for name, value in submission.entries.numbers.items():
        if value not in values[kind_of[name]]:
            return f"{name}: {value} stands in no cell"
    return ""


def _different(corpus: Corpus, submission: Submission) -> list[str]:
    """The open cells whose figure is not the good return's."""
    new, old = submission.figures, corpus.good.figures
    assert new is not None
    assert old is not None
    return [name for name in old if new[name] != old[name] and name not in corpus.edition.totals]


def _unseen(corpus: Corpus, data: bytes, submission: Submission, names: list[str]) -> str:
    """A figure that a second reading of the file does not show, in words, or ''."""
    for name in names:
        cell = corpus.edition.cell[name]
        table = corpus.edition.table[cell.table]
        try:
            raw = _second(corpus.edition, data, table, sheet(table).address(name))
        except Exception as error:
            return f"{name}: no second reading: {type(error).__name__}: {error}"
        reading = numbers.read("" if raw is None else raw, cell.kind)
        assert submission.figures is not None
        if reading.fault or (reading.value or 0) != submission.figures[name]:
            return f"{name}: {submission.figures[name]} but shows {raw!r}"
    return ""


def _second(edition: Edition, data: bytes, table: Table, address: str) -> object:
    """What another program shows in the cell. If openpyxl fails at another part, this is read
    from the XML of the table's own part, in which the cell must be a number or blank."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if "content.xml" in package.namelist():
            xml = package.read("content.xml")
            return _second_of_ods(xml, table.sheet, *xl_cell_to_rowcol(address))
        number = edition.tables.index(table) + 2
        own = package.read(f"xl/worksheets/sheet{number}.xml")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
            return book[table.sheet][address].value
        except (ValueError, KeyError, TypeError, IndexError, ElementTree.ParseError):
            return _second_of_part(own, address)


def _second_of_part(xml: bytes, address: str) -> object:
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    for cell in ElementTree.fromstring(xml).iter(f"{space}c"):
        if cell.get("r") == address:
            value = cell.findtext(f"{space}v")
            if cell.get("t", "n") != "n":
                raise ValueError("no plain number")
            return float(value) if value else None
    return None


def _second_of_ods(xml: bytes, page: str, row: int, column: int) -> object:
    table = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    office = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
    for one in ElementTree.fromstring(xml).iter(f"{table}table"):
        if one.get(f"{table}name") != page:
            continue
        for line in one.iter(f"{table}table-row"):
            row -= int(line.get(f"{table}number-rows-repeated", 1))
            if row < 0:
                break
        else:
            return None
        for cell in line:
            column -= int(cell.get(f"{table}number-columns-repeated", 1))
            if column < 0:
                value = cell.get(f"{office}value")
                return float(value) if value is not None else "".join(cell.itertext())
    return None
