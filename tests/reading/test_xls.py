"""What an xls file states is compared before anything makes room for it."""

from __future__ import annotations

import struct

import pytest

from jyxl.finding import Finding
from jyxl.reading.book import Book, open_book
from tests.reading.compound import compound, record, workbook


def test_a_sheet_is_read() -> None:
    number = record(0x0203, struct.pack("<HHHd", 1, 2, 0, 7.0))
    book = open_book(compound(workbook(number)))
    assert isinstance(book, Book)
    assert book.rows("Sheet1")[1][2] == 7.0
