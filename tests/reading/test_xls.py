"""The sizes that an xls file states are checked before anything makes room for them."""

from __future__ import annotations

import struct
from typing import Any

import olefile
import pytest

from jyxl.finding import Finding
from jyxl.reading.book import Book, open_book
from tests.reading.compound import END, compound, entry, reach, record, workbook
from tests.reading.ours import errors, formulas, values

SEVEN = record(0x0203, struct.pack("<HHHd", 1, 2, 0, 7.0))
FORMULA = record(0x0006, struct.pack("<HHHdHIH", 3, 1, 0, 5.0, 0, 0, 0))
ERROR = record(0x0205, struct.pack("<HHHBB", 4, 0, 0, 0x17, 1))
FIRST_MORE, MORE, TABLES, MINI_TABLES = 68, 72, 44, 64


def opened(*of_sheet: bytes) -> Book:
    book = open_book(compound(workbook(*of_sheet)))
    assert isinstance(book, Book)
    return book


def refusal(data: bytes) -> tuple[str, str]:
    """The code of the finding, and what its message says in brackets."""
    found = open_book(data)
    assert isinstance(found, Finding)
    return found.code, found.message.partition("（")[2].partition("）")[0]


def test_cells_formulas_and_errors_are_where_they_stand() -> None:
    book = opened(SEVEN, FORMULA, ERROR)
    assert book.names == ["Sheet1"]
    assert book.rows("Sheet1")[1][2] == 7.0
    assert formulas(book.marks("Sheet1")) == {(3, 1)}
    assert errors(book.marks("Sheet1")) == {(4, 0): "#REF!"}
    assert values(book.marks("Sheet1")) == {(1, 2): 7.0, (3, 1): 5.0, (4, 0): "#REF!"}


@pytest.mark.parametrize("edges", [(0, 0, 0, 0), (0, 32, 0, 10), (31, 32, 9, 10)])
def test_a_sheet_that_reaches_somewhere_is_read(edges: tuple[int, ...]) -> None:
    assert opened(reach(*edges)).marks("Sheet1").cells == {}


@pytest.mark.parametrize("edges", [(0x960000, 32, 0, 10), (0, 32, 11, 10), (0, 70000, 0, 10)])
def test_a_sheet_that_ends_before_it_begins_is_damaged(edges: tuple[int, ...]) -> None:
    assert refusal(compound(workbook(reach(*edges)))) == ("S-DAMAGED", "表的范围不对")


def test_a_sheet_that_reaches_too_far_is_too_large() -> None:
    assert refusal(compound(workbook(reach(0, 65536, 0, 256))))[0] == "S-SIZE"


def test_more_texts_than_bytes_are_damage() -> None:
    strings = record(0xFC, struct.pack("<II", 1, 2**32 - 1))
    assert refusal(compound(strings.join(split_after_start(workbook()))))[0] == "S-DAMAGED"


def split_after_start(stream: bytes) -> tuple[bytes, bytes]:
    return stream[:20], stream[20:]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"table": {4: 2}}, None),
        ({"table": {1: 1}}, None),
        ({"size": 2**31}, "容器的大小对不上"),
        ({"header": {TABLES: 2**31}}, "容器的目录不对"),
        ({"header": {MINI_TABLES: 2**31}}, "容器的目录不对"),
        ({"header": {MORE: 2**31, FIRST_MORE: 3}}, "容器的目录不对"),
        ({"header": {FIRST_MORE: 3}}, None),
        ({"header": {30: 0x0006FFFF}}, "容器的头不对"),
        ({"entries": [entry("Workbook", 2, 2, 4096)]}, None),
        ({"entries": [entry("", 0, END, 0), entry("Book", 2, 2, 4096)]}, None),
    ],
)
def test_a_container_is_not_believed(changes: dict[str, Any], why: str | None) -> None:
    data = compound(workbook(SEVEN), **changes)
    if why is None:
        assert isinstance(open_book(data), Book)
    else:
        assert refusal(data) == ("S-DAMAGED", why)


@pytest.mark.parametrize("length", [8, 511, 512, 1536, 3000])
def test_a_container_that_ends_early_is_damaged(length: int) -> None:
    assert refusal(compound(workbook(SEVEN))[:length])[0] == "S-DAMAGED"


def test_a_container_of_nothing_but_entries_is_too_large() -> None:
    data = compound(workbook(SEVEN)) + 60_000 * entry("a", 2, 2, 4096)
    assert refusal(data)[0] == "S-SIZE"


def test_what_is_switched_off_in_olefile_is_still_there() -> None:
    assert callable(olefile.OleFileIO._check_duplicate_stream)


@pytest.mark.parametrize("inside", ["WordDocument", "__properties_version1.0"])
def test_what_is_embedded_in_a_workbook_does_not_make_it_another_file(inside: str) -> None:
    data = compound(workbook(SEVEN)) + entry(inside, 2, END, 0)
    assert isinstance(open_book(data), Book)
    alone = data.replace("Workbook".encode("utf-16-le"), "Wordbook".encode("utf-16-le"))
    assert refusal(alone)[0] == "S-TYPE"
