"""A county's own indicators and texts on their way: issued, filled, checked, kept, summed up, and
changed after the workbooks went out."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import Cell
from openpyxl.workbook import Workbook

from jyxl.checker import judge
from jyxl.definition import Edition
from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Judged
from jyxl.edges.ledger import open_ledger
from jyxl.edges.supplement import NAME
from jyxl.layout import (
    CHECKS,
    COMPILED,
    ERRORS,
    GUIDE,
    INDICATORS,
    LEFT_OVER,
    TEXTS,
    sheet,
)
from jyxl.reading import reader
from jyxl.steps import rule
from jyxl.steps.check import check
from jyxl.steps.issue import issue
from jyxl.submission import Entries
from jyxl.writer import unit as unit_writer
from tests import play, word

pytestmark = pytest.mark.slow

NEWS, NOTICES, FIELDS, STAFF = "工作动态", "公示公告", "重点领域信息", "设有政务公开专职人员"
TEXT = "（二）依申请公开"
WORDS = "words.application.value"
NOTE = "words.application.note"
RIGHT = "未收到政府信息公开申请。"


def ask(which: Campaign, *labels: str, optional: str = "") -> Campaign:
    """Switch on these indicators and texts, and no others, as the clerk does. optional: the one
    that need not be answered."""
    book = openpyxl.load_workbook(which.folder / NAME)
    for page in book:
        heads = [cell.value for cell in page[1]]
        column, needed = heads.index("指标" if "指标" in heads else "栏目"), heads.index("必填")
        for row in page.iter_rows(min_row=2):
            row[0].value = "是" if row[column].value in labels else "否"
            if row[column].value == optional:
                row[needed].value = "否"
    book.save(which.folder / NAME)
    return campaigns.load(which.folder)


def name(edition: Edition, label: str) -> str:
    """The cell in which an indicator is answered."""
    own = edition.table["own"].answers
    return next(one.name for one in own if one.row_labels[-1].split("（")[0] == label)


def filled(which: Campaign, code: str, answers: Mapping[str, object]) -> Workbook:
    """A unit's issued workbook, with its blanks confirmed and these answers; the keys are labels
    of indicators or names of cells."""
    book = play.issued(which, code)
    for table in which.edition.tables_for(which.unit[code].kind):
        if table.asks_zero:
            book[table.sheet][sheet(table).confirm.a1].value = "是"
    for key, value in answers.items():
        at(which, book, key).value = value
    return book


def at(which: Campaign, book: Workbook, key: str) -> Cell:
    """The cell of an answer; the key is the label of an indicator or the name of a cell."""
    cell = key if "." in key else name(which.edition, key)
    table = which.edition.table[cell.partition(".")[0]]
    found = book[table.sheet][sheet(table).address(cell)]
    assert isinstance(found, Cell)
    return found


def asking(folder: Path) -> Campaign:
    campaign = ask(play.campaign(folder), NEWS, NOTICES, STAFF, TEXT)
    issue(campaign)
    return campaign


@pytest.fixture
def asked(tmp_path: Path) -> Campaign:
    return asking(tmp_path)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """The same, for tests that collect nothing."""
    return asking(tmp_path_factory.mktemp("asked"))


GOOD: dict[str, object] = {NEWS: 7, STAFF: "是", WORDS: RIGHT}


def told(which: Campaign, file: str, book: Workbook) -> tuple[str, list[tuple[str, str]]]:
    play.hand_in(which, file, book)
    (one,) = (one for one in play.collect(which).received if one.file.endswith(file))
    return one.verdict, play.told(one)


def judged(which: Campaign) -> Judged:
    """The last judgement on an accepted return."""
    events = [one for one in play.events(which) if isinstance(one, Judged)]
    return [one for one in events if one.decision == "accepted"][-1]


def test_a_campaign_that_asks_for_nothing_has_the_form_alone(tmp_path: Path) -> None:
    campaign = play.campaign(tmp_path)
    assert campaign.edition is campaigns.load(campaign.folder).edition
    assert [table.key for table in campaign.edition.tables] == ["t2", "t3", "t4"]
    assert {INDICATORS, TEXTS}.isdisjoint(play.issued(campaign, "B01").sheetnames)


def test_what_is_good_is_accepted_and_kept(asked: Campaign) -> None:
    assert told(asked, "a.xlsx", filled(asked, "B01", GOOD)) == ("accepted", [])
    kept, edition = judged(asked), asked.edition
    assert kept.figures is not None
    assert kept.figures[name(edition, NEWS)] == 7
    assert kept.figures[name(edition, NOTICES)] == 0
    assert kept.words == {name(edition, STAFF): "是", WORDS: RIGHT, NOTE: ""}
    assert kept.unasked == frozenset()


def test_a_newer_return_says_which_texts_were_changed(asked: Campaign) -> None:
    told(asked, "a.xlsx", filled(asked, "B01", GOOD))
    other = {**GOOD, WORDS: "未收到政府信息公开申请，依法公开。"}
    play.hand_in(asked, "b.xlsx", filled(asked, "B01", other), "2022-01-12 09:00")
    (new,) = (one for one in play.collect(asked).received if one.file.endswith("b.xlsx"))
    assert (new.verdict, play.told(new, notes=True)) == ("accepted", [("S-NEWER", WORDS)])
    assert "文字有改动：“（二）依申请公开”" in new.findings[0].message
    assert "数都相同" in new.findings[0].message


@pytest.mark.parametrize(
    ("label", "value", "code"),
    [
        (NEWS, "约10", "F-1"),
        (NEWS, -1, "F-1"),
        (STAFF, None, "F-4"),
        (STAFF, "有的", "F-6"),
        (WORDS, None, "F-4"),
        (WORDS, " \n　", "F-4"),
        (WORDS, "字" * 2001, "F-5"),
        (WORDS, "收到政府信息公开申请 3 件。", "X-T"),
    ],
)
def test_what_is_wrong_is_found_at_its_cell(
    untouched: Campaign, label: str, value: object, code: str
) -> None:
    cell = label if "." in label else name(untouched.edition, label)
    data = play.saved(filled(untouched, "B01", {**GOOD, label: value}))
    (verdict,) = judge([reader.read("a.xlsx", data, untouched.expected)])
    found = [(one.code, one.place.spot) for one in verdict.findings]
    assert (verdict.decision, found) == ("returned", [(code, cell)])


def test_a_difference_that_is_explained_beside_the_text_is_accepted(asked: Campaign) -> None:
    wrong = {**GOOD, WORDS: "收到政府信息公开申请 3 件。", NOTE: "另有 3 件转交县公安局办理。"}
    assert told(asked, "a.xlsx", filled(asked, "B01", wrong)) == (
        "accepted",
        [("X-T", WORDS)],
    )


def test_a_workbook_sent_back_for_a_sentence_alone_is_nowhere_ready(asked: Campaign) -> None:
    told(asked, "a.xlsx", filled(asked, "B01", {**GOOD, WORDS: "收到政府信息公开申请 3 件。"}))
    (path,) = asked.sent_back.glob("*.xlsx")
    book = openpyxl.load_workbook(path, data_only=True)
    (state,) = {book[GUIDE]["B8"].value, book[ERRORS]["A4"].value, book[CHECKS]["A3"].value}
    assert state.startswith("！ 还不能报送：文字里有 1 处")


def test_what_is_sent_back_holds_what_was_typed(asked: Campaign) -> None:
    words = "第一段“引号”\n\n第二段：=SUM(A1)，<b>&amp;，𠮷😀"
    book = filled(asked, "B01", {NEWS: "约10", STAFF: "是", WORDS: words})
    assert told(asked, "a.xlsx", book)[0] == "returned"
    (path,) = asked.sent_back.glob("*.xlsx")
    back = reader.read("b.xlsx", path.read_bytes(), asked.expected)
    assert back.entries.words == {name(asked.edition, STAFF): "是", WORDS: words}
    assert back.entries.texts == {name(asked.edition, NEWS): "约10"}


@pytest.mark.slow
def test_the_county_adds_counts_and_compiles(asked: Campaign) -> None:
    told(asked, "a.xlsx", filled(asked, "B01", GOOD))
    told(asked, "b.xlsx", filled(asked, "B02", {NEWS: 5, NOTICES: 2, STAFF: "否", WORDS: "无。"}))
    told(asked, "c.xlsx", filled(asked, "Z01", {STAFF: "是", WORDS: "1+1=2 不是公式"}))
    book = openpyxl.load_workbook(asked.county_workbook, data_only=True)
    page, place = book[INDICATORS], sheet(asked.edition.table["own"])
    shown = {
        label: page[place.address(name(asked.edition, label))].value
        for label in (NEWS, NOTICES, STAFF)
    }
    assert shown == {NEWS: 12, NOTICES: 2, STAFF: 2}
    texts = [cell.value for row in book[COMPILED].iter_rows() for cell in row]
    assert {RIGHT, "无。", "1+1=2 不是公式"} <= {*texts}


@pytest.mark.slow
def test_an_indicator_added_later_is_asked_of_those_who_were_not(asked: Campaign) -> None:
    told(asked, "a.xlsx", filled(asked, "B01", GOOD))
    old = filled(asked, "B02", GOOD)
    later = ask(asked, NEWS, NOTICES, FIELDS, STAFF, TEXT)
    cell = name(later.edition, FIELDS)
    assert told(later, "b.xlsx", old) == ("returned", [("S-ADDED", cell)])
    (path,) = later.sent_back.glob("*.xlsx")
    back = reader.read("c.xlsx", path.read_bytes(), later.expected)
    assert back.entries.numbers[name(later.edition, NEWS)] == 7
    assert cell not in back.entries.numbers
    assert back.entries.words[WORDS] == RIGHT
    assert play.status(later)["B01"].added == (f"{FIELDS}（条）",)
    assert judged(later).unasked == {cell}
    page = openpyxl.load_workbook(later.county_workbook)[f"明细-{INDICATORS}"]
    (row,) = (row for row in page.iter_rows(values_only=True) if row[0] == "B01")
    answers = [one.name for one in later.edition.table["own"].answers]
    shown = dict(zip(answers, row[3:], strict=False))
    assert shown[cell] is None
    assert shown[name(later.edition, NOTICES)] == 0


@pytest.mark.parametrize("added", [FIELDS, TEXT])
def test_what_was_added_is_to_be_mended_until_it_is_answered(tmp_path: Path, added: str) -> None:
    campaign = ask(play.campaign(tmp_path), NEWS)
    issue(campaign)
    old = filled(campaign, "B01", {NEWS: 7})
    assert told(ask(campaign, NEWS, added), "a.xlsx", old)[0] == "returned"
    (path,) = campaign.sent_back.glob("*.xlsx")
    page = openpyxl.load_workbook(path, data_only=True)[ERRORS]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=6)]
    assert [(row[8], row[9]) for row in rows if row[8]] == [("S-ADDED", "待改")]


def test_what_was_not_asked_is_not_filed_as_0(asked: Campaign) -> None:
    """An indicator that need not be answered does not send back who never saw it."""
    old = filled(asked, "B01", GOOD)
    later = ask(asked, NEWS, NOTICES, FIELDS, STAFF, TEXT, optional=FIELDS)
    cell = name(later.edition, FIELDS)
    assert told(later, "a.xlsx", old) == ("accepted", [])
    assert judged(later).unasked == {cell}
    assert play.status(later)["B01"].added == ()
    page = openpyxl.load_workbook(later.county_workbook)[f"明细-{INDICATORS}"]
    (row,) = (row for row in page.iter_rows(values_only=True) if row[0] == "B01")
    answers = [one.name for one in later.edition.table["own"].answers]
    assert dict(zip(answers, row[3:], strict=False))[cell] is None


def test_an_indicator_that_changed_is_another_and_nothing_is_misread(asked: Campaign) -> None:
    """件 instead of 条: what was accepted is kept, and shown as not asked; it comes back if the
    indicator does."""
    told(asked, "a.xlsx", filled(asked, "B01", GOOD))
    before = judged(asked)
    book = openpyxl.load_workbook(asked.folder / NAME)
    page = book[INDICATORS]
    row = next(row for row in range(2, 30) if page.cell(row, 3).value == NEWS)
    page.cell(row, 4).value = "件"
    book.save(asked.folder / NAME)
    changed = campaigns.load(asked.folder)
    assert judged(changed).unasked == {name(changed.edition, NEWS)}
    assert play.status(changed)["B01"].added == (f"{NEWS}（件）",)
    page.cell(row, 4).value = "条"
    book.save(asked.folder / NAME)
    assert judged(campaigns.load(asked.folder)) == before


@pytest.mark.slow
def test_what_is_no_longer_asked_is_left_out(asked: Campaign) -> None:
    told(asked, "a.xlsx", filled(asked, "B01", GOOD))
    old = filled(asked, "B02", {**GOOD, NEWS: "约10", WORDS: None})
    later = ask(asked, NOTICES)
    assert told(later, "b.xlsx", old) == ("accepted", [])
    assert play.status(later)["B01"].added == ()
    assert COMPILED not in openpyxl.load_workbook(later.county_workbook).sheetnames


@pytest.mark.slow
def test_a_workbook_from_before_anything_was_asked_goes_back(tmp_path: Path) -> None:
    campaign = play.campaign(tmp_path)
    old = play.filled(campaign, "B01")
    later = ask(campaign, NEWS, TEXT)
    cells = [name(later.edition, NEWS)]
    assert told(later, "a.xlsx", old) == ("returned", [("S-ADDED", cells[0])])


def test_what_was_asked_stands_in_the_workbook_itself(asked: Campaign, tmp_path: Path) -> None:
    """Without the campaign, a workbook is checked as what it was issued for."""
    wrong = {**GOOD, NEWS: "约10", WORDS: "收到政府信息公开申请 3 件。"}
    path = tmp_path / "x.xlsx"
    path.write_bytes(play.saved(filled(asked, "B01", wrong)))
    (one,) = check([path]).received
    expected = [("F-1", name(asked.edition, NEWS)), ("X-T", WORDS)]
    assert (one.verdict, play.told(one)) == ("returned", sorted(expected))


def test_what_was_asked_cannot_be_changed_in_the_workbook(asked: Campaign) -> None:
    book = filled(asked, "B01", GOOD)
    cell = book["_jyxl"]["A4"]
    cell.value = cell.value.replace('"needed": true', '"needed": false')
    assert told(asked, "a.xlsx", book) == ("refused", [("S-FORGED", "")])


def test_a_missing_sheet_of_texts_is_told_once(asked: Campaign) -> None:
    book = filled(asked, "B01", GOOD)
    del book[TEXTS]
    assert told(asked, "a.xlsx", book) == ("returned", [("S-SHEET", TEXTS)])


@pytest.mark.slow
def test_the_office_can_send_a_text_back_with_a_remark(asked: Campaign) -> None:
    from jyxl.edges.ledger import open_ledger
    from jyxl.steps.rule import reject

    told(asked, "a.xlsx", filled(asked, "B01", GOOD))
    at = f"{TEXTS}!{sheet(asked.edition.table['words']).address(WORDS)}"
    with open_ledger(asked) as ledger:
        now, _ = reject(asked, ledger, "B01", "写具体些", at)
    assert [(one.code, one.place.spot) for one in now.findings] == [("O-1", WORDS)]
    (path,) = asked.sent_back.glob("*.xlsx")
    page = openpyxl.load_workbook(path, data_only=True)[ERRORS]
    assert [row[9].value for row in page.iter_rows(min_row=6) if row[8].value == "O-1"] == [
        "请核对"
    ]


def test_nothing_is_lost_of_a_text_that_no_cell_can_hold(untouched: Campaign) -> None:
    form = untouched.form(untouched.unit["B01"])
    words = "很长的文字😀" * 12_000
    data = unit_writer.workbook(untouched.edition, form, Entries(words={WORDS: words}))
    book = openpyxl.load_workbook(io.BytesIO(data))
    held = book[TEXTS][sheet(untouched.edition.table["words"]).address(WORDS)].value
    pieces = [held, *(row[1].value for row in book[LEFT_OVER].iter_rows())]
    assert all(len(piece.encode("utf-16-le")) // 2 <= 32_767 for piece in pieces)
    assert "".join(pieces) == words


def test_a_long_text_is_to_be_mended_until_it_is_changed(untouched: Campaign) -> None:
    """What it is compared with is cut as the text itself is."""
    words = "收到政府信息公开申请 3 件。" + "很长的文字😀" * 12_000
    form = untouched.form(untouched.unit["B01"])
    data = unit_writer.workbook(untouched.edition, form, Entries(words={WORDS: words[:90]}))
    sent = reader.read("a.xlsx", data, untouched.expected)
    sent = replace(sent, entries=replace(sent.entries, words={WORDS: words}))
    (verdict,) = judge([sent])
    data = unit_writer.workbook(untouched.edition, form, sent.entries, verdict.findings)
    book = play.opened(data)
    (row,) = (row for row in book[ERRORS].iter_rows() if row[8].value == "X-T")
    held = book[TEXTS][sheet(untouched.edition.table["words"]).address(WORDS)]
    assert row[10].value == held.value


def test_equal_workbooks_have_equal_bytes(untouched: Campaign) -> None:
    form = untouched.form(untouched.unit["B01"])
    assert unit_writer.workbook(untouched.edition, form) == unit_writer.workbook(
        untouched.edition, form
    )
    other = replace(form, identity=replace(form.identity, round=1))
    assert unit_writer.workbook(untouched.edition, other) != unit_writer.workbook(
        untouched.edition, form
    )


def test_a_report_in_word_goes_back_with_the_answers_that_count(campaign: Campaign) -> None:
    """A report in Word has none of the county's own tables; what was accepted stays in them."""
    which = ask(campaign, NEWS, STAFF, TEXT)
    issue(which)
    answers = {NEWS: 7, STAFF: "是", WORDS: RIGHT, NOTE: "见附件"}
    play.hand_in(which, "1.xlsx", play.saved(filled(which, "B02", answers)))
    data = word.sent(which.edition, {"t2.licence.decisions": "13"})
    play.hand_in(which, "2.docx", data, "2022-01-12 09:00")
    assert [one.verdict for one in play.collect(which).received] == ["accepted", "held"]
    with open_ledger(which) as ledger:
        judged, settled = rule.accept(which, ledger, "回收/2.docx", "单位说以这份为准")
    assert [found.code for found in judged.findings] == ["S-WORD"]
    back = openpyxl.load_workbook(which.folder / settled.sent[judged.sha256])
    assert {key: at(which, back, key).value for key in answers} == answers
    assert at(which, back, "t2.licence.decisions").value == 13
