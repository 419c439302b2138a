"""A warning is accepted only with an explanation, which travels on; 规章 is closed for most."""

from __future__ import annotations

import datetime

import pytest

from jyxl.edges.campaign import Campaign
from jyxl.layout import CHECKS, EXPLANATIONS, sheet
from tests import play

YUAN = {"t2.charges.fees": 251000}
RULE = "T2-U/charges.fees"


def test_without_an_explanation_it_goes_back(campaign: Campaign) -> None:
    play.hand_in(campaign, "a.xlsx", play.returned(campaign, "B01", YUAN))
    (received,) = play.collect(campaign).received
    assert (received.verdict, play.told(received)) == ("returned", [("T2-U", "t2.charges.fees")])


def test_with_one_it_is_accepted_and_the_words_are_kept(campaign: Campaign) -> None:
    words = "=确为 251000 万元，是土地出让收入。"
    book = play.filled(campaign, "B01", YUAN)
    play.explain(book, campaign.edition, "部门", RULE, words)
    for row in book[CHECKS].iter_rows():
        for cell in row:
            if cell.value == words:
                cell.data_type = "s"
    play.hand_in(campaign, "a.xlsx", book)
    (received,) = play.collect(campaign).received
    assert (received.verdict, play.told(received)) == ("accepted", [("T2-U", "t2.charges.fees")])
    page = play.opened(campaign.county_workbook.read_bytes())[EXPLANATIONS]
    row = next(row for row in page.iter_rows() if row[0].value == "B01")
    assert [cell.value for cell in row][-3:-1] == [words, "待阅"]
    assert row[-3].data_type == "s"


@pytest.mark.parametrize("words", ["", "  ", "/", "—", "无", "。。"])
def test_no_words_are_no_explanation(campaign: Campaign, words: str) -> None:
    book = play.filled(campaign, "B01", YUAN)
    play.explain(book, campaign.edition, "部门", RULE, words)
    play.hand_in(campaign, "a.xlsx", book)
    assert [one.verdict for one in play.collect(campaign).received] == ["returned"]


def test_an_explanation_is_found_where_an_earlier_jyxl_had_its_columns(campaign: Campaign) -> None:
    """In workbooks that were issued before, the rule stood left of its severity and its place."""
    book = play.filled(campaign, "B01", YUAN)
    play.explain(book, campaign.edition, "部门", RULE, "已核对。")
    for row in book[CHECKS].iter_rows(min_row=4, min_col=2, max_col=6):
        values = [cell.value for cell in row]
        if None not in values:
            for cell, value in zip(row, [values[-1], *values[:-1]], strict=True):
                cell.value = value
    play.hand_in(campaign, "a.xlsx", book)
    assert [one.verdict for one in play.collect(campaign).received] == ["accepted"]


def test_an_explanation_survives_the_way_back(campaign: Campaign) -> None:
    book = play.filled(campaign, "B01", YUAN | {"t3.new.natural": "约2"})
    play.explain(book, campaign.edition, "部门", RULE, "已核对。")
    play.hand_in(campaign, "a.xlsx", book)
    (received,) = play.collect(campaign).received
    back = play.opened((campaign.folder / (received.sent_back or "")).read_bytes())
    play.type_in(back, campaign.edition, {"t3.new.natural": 0})
    play.hand_in(campaign, "b.xlsx", back, "2022-01-11 09:00")
    assert play.collect(campaign).received[-1].verdict == "accepted"


def test_a_date_as_an_explanation_stays_a_date(campaign: Campaign) -> None:
    book = play.filled(campaign, "B01", YUAN)
    play.explain(book, campaign.edition, "部门", RULE, "?")
    for row in book[CHECKS].iter_rows():
        for cell in row:
            if cell.value == "?":
                cell.value = datetime.date(2022, 1, 9)
    play.hand_in(campaign, "a.xlsx", book)
    assert [one.verdict for one in play.collect(campaign).received] == ["accepted"]
    page = play.opened(campaign.county_workbook.read_bytes())[EXPLANATIONS]
    row = next(row for row in page.iter_rows() if row[0].value == "B01")
    assert str(row[-3].value).startswith("2022-01-09")


def test_a_cell_in_doubt_is_open_until_it_is_filled_in_again(campaign: Campaign) -> None:
    book = play.filled(campaign, "B01", {"t3.new.natural": 3, "t3.carried_out.natural": 3})
    sheet_ = campaign.edition.table["t3"]
    address = sheet(sheet_).address("t3.new.natural")
    book[sheet_.sheet][address].number_format = '0"0"'
    play.hand_in(campaign, "a.xlsx", book)
    (received,) = play.collect(campaign).received
    assert (received.verdict, play.told(received)) == ("returned", [("F-D", "t3.new.natural")])
    back = play.opened((campaign.folder / (received.sent_back or "")).read_bytes())
    play.type_in(back, campaign.edition, {"t3.carried_out.natural": 0})
    play.hand_in(campaign, "b.xlsx", back, "2022-01-11 09:00")
    assert play.told(play.collect(campaign).received[-1]) == [("F-1", "t3.new.natural")]
    play.type_in(back, campaign.edition, {"t3.new.natural": 0})
    play.hand_in(campaign, "c.xlsx", back, "2022-01-12 09:00")
    assert play.collect(campaign).received[-1].verdict == "accepted"


ROSTER = """\
单位代码,单位名称,类别
S,省政府办公厅,省级
C,市政府办公室,市级
X,县政府办公室,县级
B,县水务局,部门
Z,河口镇,乡镇
"""


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """A campaign with a unit of every kind."""
    return play.campaign(tmp_path_factory.mktemp("kinds"), ROSTER)


@pytest.mark.parametrize(
    ("code", "is_open"), [("S", True), ("C", True), ("X", False), ("B", False), ("Z", False)]
)
def test_only_provinces_and_cities_make_regulations(
    kinds: Campaign, code: str, is_open: bool
) -> None:
    table = kinds.edition.table["t2"]
    page = play.issued(kinds, code)[table.sheet]
    for column in ("issued", "repealed", "in_force"):
        cell = page[sheet(table).address(f"t2.regulation.{column}")]
        assert cell.protection.locked != is_open
        assert cell.value == (None if is_open else 0)


@pytest.mark.parametrize(
    ("code", "told"), [("S", []), ("C", []), ("X", ["T2-A"]), ("B", ["T2-A"]), ("Z", ["T2-A"])]
)
def test_a_regulation_typed_where_there_can_be_none(
    kinds: Campaign, code: str, told: list[str]
) -> None:
    typed = {"t2.regulation.issued": 1, "t2.regulation.in_force": 1 if code in "SC" else 0}
    path = play.hand_in(kinds, f"{code}.xlsx", play.returned(kinds, code, typed))
    received = next(
        one for one in play.collect(kinds, path).received if one.file.endswith(f"{code}.xlsx")
    )
    codes = sorted({finding.code for finding in received.findings} - {"T2-W"})
    assert codes == told
    assert received.verdict == ("returned" if told else "accepted")
