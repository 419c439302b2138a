"""What is typed into a number cell, and what it is read as."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jyxl import editions
from jyxl.definition import Kind
from jyxl.faults import MEND, MEND_AMOUNT, MEND_CHANGE, WHY
from jyxl.numbers import NIL, Reading, for_cell, plain, read, tidy

KINDS = editions.load("2019").kinds
COUNT, CHANGE, AMOUNT = KINDS["count"], KINDS["change"], KINDS["amount"]
SIX = 10**6

NUMBERS = [
    # typed, kind, value (amounts in millionths of 万元), is it reported to the unit?
    (12, COUNT, 12, False),
    (12.0, COUNT, 12, False),
    (0, COUNT, 0, False),
    (-0.0, COUNT, 0, False),
    ("12", COUNT, 12, True),
    ("12.0", COUNT, 12, True),
    ("012", COUNT, 12, True),
    ("０", COUNT, 0, True),
    ("１２", COUNT, 12, True),
    ("１，２３４", COUNT, 1234, True),
    ("1,234", COUNT, 1234, True),
    ("1,234,567", COUNT, 1234567, True),
    (" 12 ", COUNT, 12, True),
    ("　12　", COUNT, 12, True),
    ("12\n", COUNT, 12, True),
    ("\u200b12\ufeff", COUNT, 12, True),
    ("\u202d12\u202c", COUNT, 12, True),
    ("+22", COUNT, 22, True),
    ("＋22", CHANGE, 22, True),
    ("-8", CHANGE, -8, True),
    ("－8", CHANGE, -8, True),
    ("−8", CHANGE, -8, True),
    (-139.0, CHANGE, -139, False),
    ("893 条", COUNT, 893, True),
    ("893条", COUNT, 893, True),
    ("4件", COUNT, 4, True),
    ("4　项", COUNT, 4, True),
    ("３ 个", COUNT, 3, True),
    ("80 万", AMOUNT, 80 * SIX, True),
    ("80万元", AMOUNT, 80 * SIX, True),
    ("103.3879万元", AMOUNT, 103_387_900, True),
    ("251000元", AMOUNT, 25_100_000, True),
    ("251,000.50 元", AMOUNT, 25_100_050, True),
    ("0.01元", AMOUNT, 1, True),
    (4068.208, AMOUNT, 4_068_208_000, False),
    (59237.2449, AMOUNT, 59_237_244_900, False),
    (0.1 + 0.2, AMOUNT, 300_000, False),
    (999_999_999.999999, AMOUNT, None, False),
    (999_999_999, COUNT, 999_999_999, False),
    # a negative count is a number, which the check then reports as an error
    (-3, COUNT, -3, False),
    ("-3", COUNT, -3, True),
]

NOTHING = [None, "", " ", "　", "/", "／", "-", "－", "--", "—", "——", "–", "_", "＿", "无", " 无 "]

FAULTS = [
    # two readings
    ("1,23", COUNT, "text"),
    ("12,34,567", COUNT, "text"),
    ("1，23", COUNT, "text"),
    ("1 2", COUNT, "text"),
    ("1\u00a02", COUNT, "text"),
    ("12²", COUNT, "text"),
    ("12-13", COUNT, "text"),
    ("12/13", COUNT, "text"),
    ("1.2.3", AMOUNT, "text"),
    ("١٢", COUNT, "text"),
    ("१२", COUNT, "text"),
    ("1e3", COUNT, "text"),
    ("0x10", COUNT, "text"),
    ("1_000", COUNT, "text"),
    ("12.", COUNT, "text"),
    ("- 5", CHANGE, "text"),
    ("十二", COUNT, "text"),
    ("=1+1", COUNT, "text"),
    ("12件5件", COUNT, "text"),
    ("第12条", COUNT, "text"),
    ("2019年", COUNT, "text"),
    ("2019-01-01", COUNT, "text"),
    ("TRUE", COUNT, "text"),
    ("NaN", COUNT, "text"),
    ("Infinity", AMOUNT, "text"),
    # a unit of another kind of cell
    ("80万", COUNT, "text"),
    ("80 万元", COUNT, "text"),
    ("12元", COUNT, "text"),
    ("5件", AMOUNT, "text"),
    ("5亿元", AMOUNT, "text"),
    # a sign in words
    ("减4", CHANGE, "signed_word"),
    ("减少4", CHANGE, "signed_word"),
    ("增4", CHANGE, "signed_word"),
    ("负5", CHANGE, "signed_word"),
    ("--253", CHANGE, "signed_word"),
    ("+-22", CHANGE, "signed_word"),
    ("—8", CHANGE, "signed_word"),
    # not exact
    ("约10", COUNT, "approximate"),
    ("10余", COUNT, "approximate"),
    ("10多件", COUNT, "approximate"),
    ("近百", COUNT, "approximate"),
    ("10左右", COUNT, "approximate"),
    # what turns the text round, so that a person sees 12
    ("\u202e21", COUNT, "unseen"),
    ("12\u200f", COUNT, "unseen"),
    ("1\x1b2", COUNT, "unseen"),
    # a remark
    ("22(", COUNT, "text"),
    (")22(", COUNT, "text"),
    ("（22\n修订16）", COUNT, "remark"),
    ("22（其中修订16件）", COUNT, "remark"),
    ("22(修订16)", COUNT, "remark"),
    ("22其中修订16", COUNT, "remark"),
    # not a number of the kind
    (12.5, COUNT, "fraction"),
    ("12.5", COUNT, "fraction"),
    ("1.00000000000000000000000000000000000001", COUNT, "range"),
    (25.1234567, AMOUNT, "decimals"),
    ("0.001元", AMOUNT, "decimals"),
    (1e13, COUNT, "range"),
    (1e300, AMOUNT, "range"),
    (-1e13, CHANGE, "range"),
    ("9" * 5000, COUNT, "range"),
    ("10000000000", COUNT, "range"),
    (float("nan"), COUNT, "error"),
    (float("inf"), AMOUNT, "error"),
    # not a number at all
    (True, COUNT, "boolean"),
    (False, COUNT, "boolean"),
    (date(2020, 1, 20), COUNT, "date"),
    (datetime(2020, 1, 20, 9, 30), COUNT, "date"),
    (time(9, 30), COUNT, "date"),
    (timedelta(days=12), COUNT, "date"),
    ("#REF!", COUNT, "error"),
    ("#DIV/0!", AMOUNT, "error"),
]


@pytest.mark.parametrize(("typed", "kind", "value", "noted"), NUMBERS)
def test_a_number_is_read(typed: object, kind: Kind, value: int | None, noted: bool) -> None:
    if value is None:
        assert read(typed, kind).fault == "range"
    else:
        assert read(typed, kind) == Reading(value, None, noted)


@pytest.mark.parametrize("typed", NOTHING)
def test_marks_for_nothing(typed: object) -> None:
    assert read(typed, COUNT) == read(typed, AMOUNT) == Reading()


@pytest.mark.parametrize(("typed", "kind", "fault"), FAULTS)
def test_what_has_no_one_meaning_is_refused(typed: object, kind: Kind, fault: str) -> None:
    assert read(typed, kind) == Reading(None, fault)


def test_every_fault_has_its_words() -> None:
    assert {fault for _, _, fault in FAULTS} <= WHY.keys()
    assert WHY.keys() == MEND.keys()
    assert MEND_AMOUNT.keys() | MEND_CHANGE.keys() <= MEND.keys()


whole_kinds = st.sampled_from([COUNT, CHANGE, AMOUNT])


def values_of(kind: Kind) -> st.SearchStrategy[int]:
    return st.integers(-kind.maximum * kind.scale, kind.maximum * kind.scale)


kinds_and_values = whole_kinds.flatmap(lambda kind: st.tuples(st.just(kind), values_of(kind)))


@given(kinds_and_values)
@example((AMOUNT, 999_999_999_000_000))
@example((AMOUNT, 1))
@example((AMOUNT, -100 * SIX))
def test_what_is_written_is_read_back(pair: tuple[Kind, int]) -> None:
    kind, value = pair
    assert read(plain(value, kind.scale), kind) == Reading(value, None, True)
    assert read(for_cell(value, kind.scale), kind) == Reading(value, None, False)
    assert read(float(for_cell(value, kind.scale)), kind).value == value


FULL_WIDTH = str.maketrans("0123456789.,+-", "０１２３４５６７８９．，＋－")
SPACES = st.text(" \t\n\u3000\u00a0\u2003", max_size=3)
INVISIBLE = st.sampled_from("\u200b\u200c\u200d\u2060\ufeff\u00ad")


@given(kinds_and_values, SPACES, SPACES, INVISIBLE, st.integers(0, 30), st.booleans())
def test_width_spaces_and_what_cannot_be_seen_change_no_value(
    pair: tuple[Kind, int], before: str, after: str, invisible: str, at: int, wide: bool
) -> None:
    kind, value = pair
    text = plain(value, kind.scale)
    if wide:
        text = text.translate(FULL_WIDTH)
    text = before + text[:at] + invisible + text[at:] + after
    assert read(text, kind).value == value


@given(whole_kinds, values_of(COUNT).filter(lambda value: abs(value) >= 1000))
def test_commas_between_thousands_change_no_value(kind: Kind, value: int) -> None:
    assert read(f"{value:,}", kind).value == value * kind.scale


ODD = st.text(
    st.sampled_from("0123456789.,+-eE约减增 万元件条（）()/_—无#²١\u200b\u3000x年"), max_size=12
)


@given(whole_kinds, st.text() | ODD)
def test_any_text_is_a_number_nothing_or_a_fault(kind: Kind, text: str) -> None:
    reading = read(text, kind)
    assert reading.fault is None or (reading.fault in WHY and reading.value is None)
    if reading.value is not None:
        assert abs(reading.value) <= kind.maximum * kind.scale
        assert any(letter.isdigit() for letter in text)
    assert (tidy(text) in NIL) == (reading == Reading())


@given(whole_kinds, st.floats() | st.integers() | st.booleans() | st.none() | st.dates())
def test_any_content_is_a_number_nothing_or_a_fault(kind: Kind, content: object) -> None:
    reading = read(content, kind)
    assert (reading.value is None) == (reading.fault is not None or content is None)
