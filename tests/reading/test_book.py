"""A package is opened as the format that it is, with the parts that its own lists name."""

from __future__ import annotations

import pytest

from jyxl.finding import Finding
from jyxl.layout import CHECKS, GUIDE
from jyxl.reading.book import Book, open_book
from tests.damage.binary import xlsb
from tests.damage.desk import Desk, made
from tests.reading.ours import formulas, values

BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": (
        b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    ),
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk(made())


def opened(data: bytes) -> Book:
    book = open_book(data, (GUIDE, CHECKS))
    assert isinstance(book, Book)
    return book


def code(data: bytes) -> str:
    found = open_book(data)
    assert isinstance(found, Finding)
    return found.code


def test_sheets_set_aside_are_read_when_they_are_asked_for(desk: Desk) -> None:
    aside, at_once = opened(desk.good), open_book(desk.good)
    assert isinstance(at_once, Book)
    for name in at_once.names:
        assert aside.rows(name) == at_once.rows(name)
        assert aside.marks(name) == at_once.marks(name)


def test_xlsb_has_the_cells_of_its_xlsx(desk: Desk) -> None:
    good, same = opened(desk.good), opened(xlsb(desk.good))
    name = desk.edition.tables[0].sheet
    assert same.rows(name)[0][0] == good.rows(name)[0][0]
    assert formulas(same.marks(name)) == formulas(good.marks(name)) != set()
    assert values(same.marks(name)) == values(good.marks(name))


def test_a_strict_workbook_is_read_like_any_other(desk: Desk) -> None:
    parts = desk.parts()
    for transitional, strict in STRICT.items():
        parts = {name: part.replace(transitional, strict) for name, part in parts.items()}
    strict_book, book = opened(desk.packed(parts)), opened(desk.good)
    for table in desk.edition.tables:
        assert strict_book.marks(table.sheet) == book.marks(table.sheet)
        assert strict_book.rows(table.sheet) == book.rows(table.sheet)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (BOOK, b' r:id="rId1"', b""),
        (BOOK, b' r:id="rId1"', b' r:id="rId1" xmlns:x="urn:x" x:id="rId2"'),
        (BOOK, b' r:id="rId1"', b' xmlns:x="urn:x" x:id="rId1"'),
        (BOOK, b"</sheets>", b'<x:sheet xmlns:x="urn:x" name="a" r:id="rId2"/></sheets>'),
        (RELATIONS, b"<Relationship ", b'<x:Relationship xmlns:x="urn:x" Id="a"/><Relationship '),
        (RELATIONS, b'Id="rId2"', b'Id="rId1"'),
        ("xl/sharedStrings.xml", b"<sst ", b'<sst a="&b;" '),
        ("xl/sharedStrings.xml", b"<si>", b"</si>"),
        ("xl/styles.xml", b"<fonts", b"&a;<fonts"),
    ],
)
def test_lists_that_can_be_read_in_two_ways_are_damage(
    desk: Desk, part: str, old: bytes, new: bytes
) -> None:
    assert code(desk.part(part, lambda xml: xml.replace(old, new, 1))) == "S-DAMAGED"
