"""The county's own indicators and texts in a real spreadsheet program."""

from __future__ import annotations

from dataclasses import replace

import openpyxl
import pytest

from jyxl import editions, live
from jyxl.checker import judge
from jyxl.county import County
from jyxl.layout import ERRORS, GUIDE, sheet
from jyxl.live import text_fault
from jyxl.reading import reader
from jyxl.submission import Entries
from jyxl.supplement import NOTHING, Indicator, Relation, Supplement, TextAsked
from jyxl.supplement_tables import cell_name
from jyxl.writer import county, errors, unit
from tests import play
from tests.office.cells import cells_of, differences
from tests.office.conftest import Office
from tests.office.fillings import a_county, forget_results, form

pytestmark = pytest.mark.office

NEWS = Indicator("网站", "工作动态", "条", "整数", True, "求和")
MONEY = Indicator("网站", "经费", "万元", "小数", True, "求和")
ASIDE = Indicator("网站", "备案号位数", "位", "整数", False, "不汇总")
STAFF = Indicator("", "设有专职人员", "", "是否", True, "计数")
OFFICE = Indicator("", "主管科室", "", "文字", True, "计数")
ASKED = Supplement(
    (NEWS, MONEY, ASIDE, STAFF, OFFICE),
    (Relation(f"{cell_name(NEWS)} >= t3.new.total", "error"),),
    (
        TextAsked("application", True, 20),
        TextAsked("charged", True, 10),
        TextAsked("charges", False, 10),
        TextAsked("other", False, 9),
    ),
)
EDITION = editions.combined("2021", ASKED)
NAMES = tuple(text.name for text in EDITION.texts if not text.beside)
TEXTS = (
    "",
    " ",
    "　\n ",
    "\t",
    "是",
    "否",
    "有",
    "字" * 9,
    "字" * 10,
    "字" * 20,
    "字" * 21,
    "一\n二",
    "=1",
    "12",
)


def filled() -> list[Entries]:
    """Entries in which every text meets every kind of content."""
    return [
        Entries(
            numbers={cell_name(NEWS): number} if number % 3 else {},
            words={
                name: TEXTS[(number + shift) % len(TEXTS)]
                for shift, name in enumerate(NAMES)
                if TEXTS[(number + shift) % len(TEXTS)]
            },
            confirmed={"own": bool(number % 2)},
        )
        for number in range(len(TEXTS))
    ]


def a_form() -> object:
    made = form(EDITION, "部门")
    identity = replace(made.identity, supplement=ASKED.digest)
    return replace(made, identity=identity, supplement=ASKED)


def test_stored_results_are_what_libreoffice_calculates(office: Office) -> None:
    """Every cell of every sheet: what is missing, too long or not a choice; sums and counts."""
    books = [unit.workbook(EDITION, a_form(), one) for one in filled()]
    for note in ("", "另有 3 件转出。"):
        wrong = {"words.application.value": "收到公开申请3件。", "words.application.note": note}
        words = {**filled()[4].words, **wrong}
        sent = reader.read("x", unit.workbook(EDITION, a_form(), Entries(words=words)))
        books.append(unit.workbook(EDITION, a_form(), sent.entries, judge([sent])[0].findings))
    rows = a_county(editions.combined("2021", NOTHING), 6).units
    words = [one.words for one in filled()]
    rows = tuple(
        replace(
            row,
            figures=row.figures and live.values(EDITION, {**row.figures, cell_name(NEWS): number}),
            words=words[number] if row.figures else {},
        )
        for number, row in enumerate(rows)
    )
    books.append(county.workbook(County("云溪县", 2025, EDITION, rows)))
    source = office.folder / "asked"
    source.mkdir()
    paths = [source / f"{number:03}.xlsx" for number in range(len(books))]
    for path, data in zip(paths, books, strict=True):
        path.write_bytes(forget_results(data))
    saved = office.saved_as("xlsx", paths, office.folder / "asked-again")
    for data, path in zip(books, saved, strict=True):
        assert differences(cells_of(data), cells_of(path.read_bytes())) == [], path.name


def test_a_sentence_is_mended_in_the_text_in_the_table_or_explained(office: Office) -> None:
    """Until then, a workbook that went back for it alone does not say that it is ready."""
    said = {"application": "收到公开申请3件。", "charged": "否"}
    words = {f"words.{key}.value": text for key, text in said.items()}
    words |= {cell_name(STAFF): "是", cell_name(OFFICE): "办公室"}
    confirmed = {table.key: True for table in EDITION.tables if table.asks_zero}
    entries = Entries({cell_name(NEWS): 9}, words=words, confirmed=confirmed)
    sent = reader.read("x", unit.workbook(EDITION, a_form(), entries))
    findings = judge([sent])[0].findings
    assert [one.code for one in findings] == ["X-T"]
    back = unit.workbook(EDITION, a_form(), sent.entries, findings)
    changes: tuple[dict[str, object], ...] = (
        {},
        {"words.application.value": "没有收到申请。"},
        {"words.application.note": "另有 3 件转出。"},
        {"t3.new.natural": 3, "t3.granted.natural": 3},
    )
    source = office.folder / "claims"
    source.mkdir()
    paths = []
    for number, change in enumerate(changes):
        book = play.opened(back)
        for name, value in change.items():
            table = EDITION.table[name.partition(".")[0]]
            book[table.sheet][sheet(table).address(name)].value = value
        paths.append(source / f"{number}.xlsx")
        paths[-1].write_bytes(play.saved(book))
    saved = office.saved_as("xlsx", paths, office.folder / "claims-again")
    books = [openpyxl.load_workbook(path, data_only=True) for path in saved]
    assert [str(one[GUIDE]["B8"].value)[0] for one in books] == ["！", "✓", "✓", "✓"]
    shown = [one[ERRORS].cell(errors.FIRST + 1, len(errors.HEADS)).value for one in books]
    assert shown == ["待改", "已改", "已说明", "已改"]


@pytest.mark.parametrize("to", ["xls", "ods", "xlsx"])
def test_texts_and_verdicts_are_the_same_after_saving_as(office: Office, to: str) -> None:
    source = office.folder / f"asked-to-{to}"
    source.mkdir()
    paths = []
    for number, one in enumerate(filled()):
        paths.append(source / f"{number:03}.xlsx")
        paths[-1].write_bytes(unit.workbook(EDITION, a_form(), one))
    saved = office.saved_as(to, paths, office.folder / f"asked-as-{to}")
    for path, other in zip(paths, saved, strict=True):
        one, again = (reader.read("x", file.read_bytes()) for file in (path, other))
        assert again.entries.words == one.entries.words
        assert judge([again]) == judge([one])


def test_the_faults_of_the_fillings_are_of_every_kind() -> None:
    found = {
        text_fault(text, one.words.get(text.name, "")) for one in filled() for text in EDITION.texts
    }
    assert found == {None, "F-4", "F-5", "F-6"}
