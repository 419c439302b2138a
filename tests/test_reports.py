"""Published tables with real mistakes are accepted, or sent back with exactly their faults."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jyxl import editions
from jyxl.checker import judge
from jyxl.definition import Edition
from jyxl.form import Form, Lock
from jyxl.identity import Expected, Identity
from jyxl.layout import NO, YES, sheet
from jyxl.reading import reader
from jyxl.writer import unit as unit_writer
from tests import play, word
from tests.reading import publish

HERE = Path(__file__).parent / "reports"
CASES = tomllib.loads((HERE / "expected.toml").read_text(encoding="utf-8"))["report"]
KEY = b"k" * 32
UNSEEN_YEAR = 2023

SAME_ROW = {
    "2019": {"行政规范性文件": "规范性文件"},
    "2021": {"规范性文件": "行政规范性文件", "（六）其他处理": "3.其他"},
}
"""Labels of old or home-made tables → the row of the form that they mean."""

OF_THE_OTHER_EDITION = "t3.other_result."
"""The row of 2021 as which （六）其他处理 of 2019 is typed."""

NOT_ON_THE_FORM = {"其他主动公开文件"}


@dataclass(frozen=True)
class Report:
    """A report, with the edition of the workbook that would have been issued to its organ."""

    edition: Edition
    year: int
    organ: str
    raw: dict[str, Any]

    def typed(self) -> Iterator[tuple[str, str]]:
        """(cell name, printed text); blanks are left out."""
        tables = {key: self.raw[f"table{key[1]}"] for key in self.edition.table}
        for label, columns in tables["t2"].items():
            for column, text in columns.items():
                if label not in NOT_ON_THE_FORM:
                    yield self._cell("t2", label, column), text
        for label, texts in tables["t3"].items():
            for column, text in zip(self.raw["table3_columns"], texts, strict=True):
                yield self._cell("t3", label, column), text
        names = [cell.name for cell in self.edition.table["t4"].cells]
        if tables["t4"]:
            yield from zip(names, tables["t4"], strict=True)

    def _cell(self, table: str, label: str, column: str) -> str:
        row = SAME_ROW[self.edition.id].get(label, label)
        (name,) = (
            cell.name
            for cell in self.edition.table[table].cells
            if (cell.row_labels[-1], cell.column_labels[-1]) == (row, column)
        )
        return name


def report(file: str) -> Report:
    raw = json.loads((HERE / f"{file}.json").read_text(encoding="utf-8"))
    return Report(editions.load(raw["edition"]), raw["year"] or UNSEEN_YEAR, raw["organ"], raw)


def identity(one: Report, kind: str) -> Identity:
    return Identity("c", "县", one.year, one.edition.id, "U1", one.organ, kind)


def returned(one: Report, kind: str, confirm: list[str], as_numbers: bool) -> bytes:
    """The workbook as the organ would send it in."""
    form = Form(identity(one, kind), "1 月 20 日前", "政务公开股", Lock("secret", b"s" * 16), KEY)
    book = play.opened(unit_writer.workbook(one.edition, form))
    texts = {name: text for name, text in one.typed() if text != ""}
    play.type_in(book, one.edition, {n: number(t) if as_numbers else t for n, t in texts.items()})
    for table in one.edition.tables:
        answer = YES if table.key in confirm else NO
        book[table.sheet][sheet(table).confirm.a1].value = answer
    return play.saved(book)


def number(text: str) -> object:
    """What a spreadsheet makes of a printed text."""
    if re.fullmatch(r"[+-]?\d+", text):
        return int(text)
    return float(text) if re.fullmatch(r"[+-]?\d+\.\d+", text) else text


@pytest.mark.slow
@pytest.mark.parametrize("as_numbers", [False, True], ids=["texts", "numbers"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"][:12] + case["verdict"])
def test_a_published_report_is_told_exactly_its_faults(
    case: dict[str, Any], as_numbers: bool
) -> None:
    one = report(case["file"])
    data = returned(one, case["kind"], case["confirm"], as_numbers)
    (verdict,) = judge([reader.read("f.xlsx", data)])
    found = sorted(
        f"{finding.code} {play.where(finding.place)}"
        for finding in verdict.findings
        if finding.severity != "note"
    )
    assert found == sorted(case["findings"])
    assert verdict.decision == case["verdict"]


@pytest.mark.parametrize(
    ("file", "name", "value"),
    [
        ("19_tongzhou_2019_dept_partial", "t2.licence.change", 3),
        ("19_tongzhou_2019_dept_partial", "t2.services.previous", 22),
        ("19_tongzhou_2019_dept_partial", "t2.procurement.spending", 103_387_900),
        ("28_bishan_fulu_2019_town_partial", "t2.procurement.spending", 189_000_000),
        ("10_jinhu_2023_county", "t2.charges.fees", 14_722_490_000),
        ("21_yiyang_gxq_2020_partial", "t2.penalty.change", 43),
    ],
)
def test_what_has_one_meaning_is_read_and_noted(file: str, name: str, value: int) -> None:
    one = report(file)
    submission = reader.read("f.xlsx", returned(one, "部门", [], as_numbers=False))
    notes = [play.where(f.place) for f in submission.findings if f.code == "F-R"]
    assert submission.figures[name] == value
    assert name in notes


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"][:12] + case["verdict"])
def test_a_published_report_in_word_is_told_the_same(case: dict[str, Any]) -> None:
    """In Word nobody confirms blanks, and a table may be missing. A row that only the other edition
    has is told and not taken."""
    one = report(case["file"])
    units = {"U1": (one.organ, case["kind"])}
    campaign = Expected("c", "县", one.year, one.edition.id, KEY, units)
    sent = word.saved(word.report(f"{one.year}年年度报告", publish.tables(one.raw)))
    submission = reader.read(f"{one.organ}.docx", sent, campaign)
    (verdict,) = judge([submission])
    assert verdict.decision == "returned"
    typed = reader.read("f.xlsx", returned(one, case["kind"], case["confirm"], as_numbers=False))
    is_told = any(finding.code == "S-UNREAD" for finding in verdict.findings)
    assert {**submission.entries.numbers, **submission.entries.texts}.items() >= {
        (name, value)
        for name, value in {**typed.entries.numbers, **typed.entries.texts}.items()
        if value or one.edition.is_open(one.edition.cell[name], case["kind"])
        if not (is_told and name.startswith(OF_THE_OTHER_EDITION))
    }
    found = {
        f"{finding.code} {play.where(finding.place)}"
        for finding in verdict.findings
        if finding.severity != "note" and finding.code not in ("S-WORD", "S-SHEET", "S-UNREAD")
    }
    blanks = {f"F-3 {table.key}" for table in one.edition.tables}
    assert found - blanks == set(case["findings"]) - blanks


def test_every_report_is_judged() -> None:
    """The report on the wrong form has a test of its own."""
    judged = {case["file"] for case in CASES} | {WRONG_EDITION}
    assert judged == {path.stem for path in HERE.glob("*.json")}


def test_misread_columns_are_accepted_once_explained() -> None:
    one = report("21_yiyang_gxq_2020_partial")
    book = play.opened(returned(one, "部门", ["t2", "t3", "t4"], as_numbers=True))
    for rule in ("T2-M/licence", "T2-M/penalty"):
        play.explain(book, one.edition, "部门", rule, "办件量恰好如此，已核对。")
    (verdict,) = judge([reader.read("f.xlsx", play.saved(book))])
    assert verdict.decision == "accepted"
    assert [finding.code for finding in verdict.findings] == ["T2-M", "T2-M"]


WRONG_EDITION = "31_jiaxian_xizhen_2022_town_wrong_edition"


@pytest.mark.parametrize(("issued_for", "code"), [(2020, "S-YEAR"), (2022, "S-EDITION")])
def test_the_form_of_2019_is_refused_for_2022(issued_for: int, code: str) -> None:
    one = report(WRONG_EDITION)
    assert (one.year, one.edition.id) == (2022, "2019")
    sent = returned(Report(one.edition, issued_for, one.organ, one.raw), "乡镇", [], False)
    campaign = Expected("c", "县", 2022, "2021", KEY, {"U1": (one.organ, "乡镇")})
    (verdict,) = judge([reader.read("f.xlsx", sent, campaign)])
    assert [finding.code for finding in verdict.findings] == [code]
    assert verdict.decision == "refused"
