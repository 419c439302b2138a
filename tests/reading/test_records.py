"""Binary records are read as they are described, wherever a text or a number is broken off."""

from __future__ import annotations

import io
import random
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from jyxl.finding import Finding
from jyxl.layout import CHECKS
from jyxl.reading import compound, locked, records
from jyxl.reading.biff import SharedTexts, Version
from jyxl.reading.book import Book, open_book
from jyxl.reading.damage import TooLarge
from jyxl.reading.marks import Marked
from tests.damage import biff
from tests.damage.binary import xlsb
from tests.damage.desk import Desk, made
from tests.reading import compound as compounds
from tests.reading.ours import formulas, values


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk(made())


def opened(data: bytes) -> Book:
    book = open_book(data)
    assert isinstance(book, Book)
    return book


@pytest.mark.parametrize("make", [biff.xls, biff.xls_of_both, xlsb])
def test_both_readings_of_a_sheet_are_those_of_its_xlsx(desk: Desk, make: object) -> None:
    good, same = opened(desk.good), opened(make(desk.good))  # type: ignore[operator]
    for table in desk.edition.tables:
        ours, theirs = same.marks(table.sheet), same.rows(table.sheet)
        assert values(ours) == values(good.marks(table.sheet))
        assert formulas(ours) == formulas(good.marks(table.sheet))
        assert {*ours.merged} == {*good.marks(table.sheet).merged}
        for (row, column), value in values(ours).items():
            assert theirs[row][column] == value
    assert len(same.rows(CHECKS)) == len(good.rows(CHECKS))


@pytest.mark.parametrize(
    ("packed", "number"),
    [
        (7 << 2 | 2, 7.0),
        ((-7 & 0x3FFFFFFF) << 2 | 2, -7.0),
        (1234 << 2 | 3, 12.34),
        (0x40140000, 5.0),
        (0x405EC001, 1.23),
        (0, 0.0),
    ],
)
def test_a_short_number_is_an_integer_or_a_fraction(packed: int, number: float) -> None:
    assert records.short_number(packed) == number


def written(text: str, wide: bool, rest: bytes = b"", flags: int = 0, more: bytes = b"") -> bytes:
    letters = text.encode("utf-16-le" if wide else "latin-1")
    return struct.pack("<HB", len(text), wide | flags) + more + letters + rest


def test_a_shared_text_goes_on_in_the_next_record() -> None:
    head = struct.pack("<II", 3, 3)
    first = written("abcdef", wide=False)
    chunks = [
        head + first[:6],
        b"\x01" + "def县".encode("utf-16-le")[:6] + written("县水务局", wide=True)[:7],
        b"\x01" + "务局".encode("utf-16-le"),
        written("12", False, b"\0\0\x07\0", 8, struct.pack("<H", 1)),
    ]
    found = SharedTexts(chunks, {7}).all()
    assert found == ["abcdef", "县水务局", "12"]
    assert [isinstance(one, Marked) for one in found] == [False, False, True]


@given(st.lists(st.text(st.characters(codec="utf-16-le"), max_size=40), max_size=8), st.integers())
def test_shared_texts_are_read_wherever_they_are_broken(texts: list[str], seed: int) -> None:
    dice = random.Random(seed)
    chunks = [struct.pack("<II", len(texts), len(texts))]
    for text in texts:
        raw = text.encode("utf-16-le")
        chunks[-1] += struct.pack("<HB", len(raw) // 2, 1)
        at = 2 * dice.randrange(len(raw) // 2 + 1)
        chunks[-1] += raw[:at]
        if at < len(raw):
            chunks.append(b"\x01" + raw[at:])
    assert SharedTexts(chunks, ()).all() == texts


def test_texts_of_excel_95_are_in_a_code_page() -> None:
    raw = "县水务局".encode("cp936")
    assert Version("cp936").text(struct.pack("<H", len(raw)) + raw, 0) == ("县水务局", 10)


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 5_000_000])
def test_a_stream_is_packed_and_unpacked(size: int) -> None:
    stream = random.Random(size).randbytes(size)
    assert compound.workbook_stream(compound.packed(stream)).startswith(stream)


def test_what_is_encrypted_must_not_be_large() -> None:
    with pytest.raises(TooLarge):
        locked.opened(bytes(5 * 2**20))


def test_the_password_is_asked_for_in_every_other_case(desk: Desk) -> None:
    found = open_book(biff.xls(desk.good, password="2022"))
    assert isinstance(found, Finding)
    assert found.code == "S-PASSWORD"


def test_an_xlsx_that_excel_2007_locked_is_read(desk: Desk) -> None:
    data = compounds.encrypted(desk.good, "VelvetSweatshop")
    found, plain = open_book(data), open_book(desk.good)
    assert isinstance(found, Book)
    assert isinstance(plain, Book)
    assert [found.rows(name) for name in found.names] == [plain.rows(name) for name in plain.names]


def test_with_a_password_of_its_own_or_another_cipher_it_is_not(desk: Desk) -> None:
    for data in (
        compounds.encrypted(desk.good, "2022"),
        compounds.encrypted(desk.good, "VelvetSweatshop", minor=4),
        compounds.encrypted(desk.good, "VelvetSweatshop")[:-4096],
    ):
        refused = open_book(data)
        assert isinstance(refused, Finding)
        assert refused.code == "S-PASSWORD"


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 30), st.integers(0, 99)), max_size=20))
def test_short_records_are_read_like_long_ones(cells: list[tuple[int, int, int]]) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    for row, column, value in cells:
        page[f"{get_column_letter(column)}{row}"] = value
    buffer = io.BytesIO()
    book.save(buffer)
    long_, short = opened(xlsb(buffer.getvalue())), opened(xlsb(buffer.getvalue(), short=True))
    assert values(short.marks("Sheet")) == values(long_.marks("Sheet"))
    assert short.rows("Sheet") == long_.rows("Sheet")
