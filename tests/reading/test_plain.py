"""Where our own reading is taken to be enough, the reading library gives the same cells."""

from __future__ import annotations

import random
import re

import pytest

from jyxl.layout import CHECKS, IDENTITY
from jyxl.reading.book import Book, open_book
from tests.damage.desk import Desk, made
from tests.fuzz.mutate import mutated
from tests.fuzz.twice import disagreement

READ = ("主动公开", "依申请公开", "复议诉讼", CHECKS, IDENTITY)
TABLE = "xl/worksheets/sheet3.xml"


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk(made())


def own(data: bytes, name: str) -> bool:
    """True if our own reading is enough for this sheet."""
    book = open_book(data)
    assert isinstance(book, Book)
    return book.own_rows(name) is not None


def test_a_return_as_jyxl_writes_it_is_read_once(desk: Desk) -> None:
    book = open_book(desk.good)
    assert isinstance(book, Book)
    assert all(map(book.rows, READ))
    assert "workbook" not in vars(book.library)
    for name in READ:
        assert book.rows(name) == book.library.rows(name)


def test_texts_in_references_by_number_are_read_twice(desk: Desk) -> None:
    data = desk.edited(lambda book: None)  # openpyxl writes them so
    assert not own(data, READ[0])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<v>3</v>", b"<v><![CDATA[3]]></v>"),
        (b"<v>3</v>", b"<v>&#51;</v>"),
        (b"<v>3</v>", b"<v>&#x33;</v>"),
        (b"<v>3</v>", b"<v>3<!-- --></v>"),
        (b"<v>3</v>", b"<v>3<?a?></v>"),
        (b"<v>3</v>", b"<v> 3</v>"),
        (b"<v>3</v>", b"<v>3_0</v>"),
        (b"<v>3</v>", b"<v>inf</v>"),
        (b"<v>3</v>", "<v>３</v>".encode()),
        (b"<v>3</v>", b"<v>3</v></c><c><v>4</v>"),
    ],
)
def test_a_sheet_with_anything_else_is_read_twice(desk: Desk, old: bytes, new: bytes) -> None:
    name = desk.edition.tables[1].sheet

    def edit(part: bytes) -> bytes:
        changed = re.sub(old, lambda _: new, part, count=1)
        assert changed != part
        return changed

    assert own(desk.good, name)
    assert not own(desk.part(TABLE, edit), name)


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/workbook.xml"])
def test_texts_and_lists_with_anything_else_are_read_twice(desk: Desk, part: str) -> None:
    marked = desk.part(part, lambda xml: xml.replace(b"</", b"<!-- --></", 1))
    assert not own(marked, desk.edition.tables[1].sheet)


def test_both_readings_agree_on_mutated_returns(desk: Desk) -> None:
    sources = [desk.good, desk.edited(lambda book: None)]
    for number in range(150):
        dice = random.Random(number)
        assert disagreement(mutated(dice.choice(sources), dice)) == "", number
