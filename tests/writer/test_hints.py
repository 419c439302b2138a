"""Beside a text stand the figures that it usually repeats; 是/否 and its amount must agree, in the
live sheet as in the check."""

from __future__ import annotations

import pytest

from jyxl import editions
from jyxl.checker import judge
from jyxl.checklist import TEXT_RULE, check_lines
from jyxl.definition import Edition
from jyxl.layout import TEXTS, sheet
from jyxl.live import FAIL, PASS
from jyxl.reading import reader
from jyxl.submission import Entries
from jyxl.writer import unit
from tests.rules.test_live_agrees import Live
from tests.writer.conftest import ASKED, form, with_supplement

APPLICATION, CHARGED, CHARGES = (
    f"words.{key}.value" for key in ("application", "charged", "charges")
)


@pytest.fixture
def edition(edition_2021: Edition) -> Edition:
    return editions.with_supplement(edition_2021, ASKED)


def written(edition: Edition, entries: Entries) -> Live:
    base = editions.load(edition.id)
    return Live(unit.workbook(edition, with_supplement(form(base)), entries))


def test_the_figures_of_the_tables_stand_beside_the_text_and_follow_them(edition: Edition) -> None:
    live = written(edition, Entries({"t3.new.natural": 4, "t3.granted.natural": 3}))
    place = sheet(edition.table["words"])
    row, column = place.texts[APPLICATION].top, place.columns
    assert live.value(TEXTS, row, column) == (
        "表里的数：本年新收申请 4，本年办结申请 3，予以公开 3，结转下年度 0，行政复议 0，行政诉讼 0"
    )
    assert live.differences() == []
    cell = live.book[TEXTS].cell(row + 1, column + 1)
    assert cell.data_type == "f"
    assert cell.protection.locked
    t3 = edition.table["t3"]
    changed = Live(live.data)
    changed.book[t3.sheet][sheet(t3).address("t3.new.legal")].value = 5
    assert str(changed.value(TEXTS, row, column)).startswith("表里的数：本年新收申请 9，")


def test_only_texts_that_repeat_figures_have_them(edition: Edition) -> None:
    page = written(edition, Entries()).book[TEXTS]
    column = sheet(edition.table["words"]).columns + 1
    beside = [page.cell(row, column).value for row in range(1, page.max_row + 1)]
    assert sum(value is not None for value in beside) == 1


@pytest.mark.parametrize(
    ("answer", "amount", "is_wrong"),
    [
        ("是", 3_000_000, False),
        ("是", None, True),
        ("是", 0, True),
        ("否", None, False),
        ("否", 0, False),
        ("否", 3_000_000, True),
        (None, 3_000_000, False),  # F-4
        ("不", 3_000_000, False),  # F-6
        ("是", "约3", False),  # F-2
        ("否", "约3", False),
    ],
)
def test_an_amount_is_as_yes_or_no_says(
    edition: Edition, answer: str | None, amount: int | str | None, is_wrong: bool
) -> None:
    entries = Entries(
        numbers={CHARGES: amount} if isinstance(amount, int) else {},
        texts={CHARGES: amount} if isinstance(amount, str) else {},
        words={CHARGED: answer} if answer else {},
    )
    live = written(edition, entries)
    (verdict,) = judge([reader.read("a.xlsx", live.data)])
    found = [(one.place.spot, one.severity) for one in verdict.findings if one.code == "F-7"]
    assert found == [(CHARGES, "error")] * is_wrong
    lines = check_lines(edition, "部门")
    (line,) = (one for one in lines if (one.rule, one.table.key) == (TEXT_RULE, "words"))
    assert live.state(line.row) == (FAIL if is_wrong or answer == "不" else PASS)
    assert live.differences() == []
