"""A text is read as it was written: every letter and every line break, and never as a formula."""

from __future__ import annotations

import functools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jyxl import characters, editions
from jyxl.definition import Edition
from jyxl.form import Form, Lock
from jyxl.identity import Identity
from jyxl.layout import sheet
from jyxl.reading import reader
from jyxl.reading.marks import (
    BOOLEAN,
    DATE,
    DOUBT,
    ERROR,
    NUMBER,
    SHARED,
    STALE,
    TEXT,
    Cell,
    Marks,
)
from jyxl.reading.words import read_words
from jyxl.submission import Entries
from jyxl.supplement import Supplement, TextAsked
from jyxl.writer import unit as unit_writer

NAME = "words.other.value"
ASKED = Supplement(texts=(TextAsked("other", False, 30_000),))


@functools.cache
def edition() -> Edition:
    return editions.combined("2021", ASKED)


def sent(words: str) -> dict[str, str]:
    """The texts of a workbook that was written with this text in it."""
    identity = Identity("c", "云溪县", 2021, "2021", "B02", "县水务局", "部门", 0, ASKED.digest)
    form = Form(identity, "", "", Lock("密码", bytes(16)), b"k" * 32, supplement=ASKED)
    data = unit_writer.workbook(edition(), form, Entries(words={NAME: words}))
    return reader.read("a.xlsx", data).entries.words


@pytest.mark.parametrize(
    "words",
    [
        "=1+1",
        "+86 010",
        "-第一",
        "@人",
        "'引号",
        '“全角”"半角"‘单’',
        "第一行\n第二行\n\n第四行",
        "  前后的空格  ",
        "制表\t符",
        "𠮷野家、㐂、䶮、😀👨‍👩‍👧",
        "<b>&amp;]]>",
        "_x0041_ _x000D_ _x005F_",
        "2021",
        "001",
        "TRUE",
        "2021-01-01",
        "https://例子.cn/?a=1&b=2",
        "#REF!",
        "字" * 30_000,
    ],
)
def test_nothing_of_a_text_is_lost(words: str) -> None:
    assert sent(words) == {NAME: words}


AT = sheet(edition().table["words"]).texts[NAME]
POSITION = (AT.top, AT.left)


def doubts(raw: object, own: Cell | None) -> list[str]:
    """What is found at a text that the library gives as `raw`, and our own reading as `own`."""
    table = edition().table["words"]
    rows: list[list[object]] = [[""] * (AT.right + 1) for _ in range(AT.bottom + 1)]
    rows[AT.top][AT.left] = raw
    marks = Marks({} if own is None else {POSITION: own})
    _, findings = read_words(edition(), table, rows, marks, lambda *one: one)
    return [one.code for one in findings if one.place.spot == NAME]


@pytest.mark.parametrize(
    ("raw", "own"),
    [
        ("甲", (POSITION, DOUBT, "乙", False, None)),
        (0.0, (POSITION, STALE, 0.0, True, None)),
        ("甲", None),
        ("甲", (POSITION, TEXT, "乙", False, None)),
        ("甲", (POSITION, NUMBER, "5", False, None)),
        (5.0, (POSITION, NUMBER, "50", False, None)),
        ("", (POSITION, TEXT, "乙", False, None)),
        ("甲", (POSITION, SHARED, 7, False, None)),
    ],
)
def test_a_text_is_read_twice_as_numbers_are(raw: object, own: Cell | None) -> None:
    assert doubts(raw, own) == ["F-D"]


@pytest.mark.parametrize(
    ("raw", "own"),
    [
        ("", None),
        ("甲\r\n乙", (POSITION, TEXT, "甲\n乙", False, None)),
        (2021.0, (POSITION, NUMBER, "2021", False, None)),
        (2021, (POSITION, NUMBER, "2021", False, None)),
        (True, (POSITION, BOOLEAN, True, False, None)),
        ("2021-01-01", (POSITION, DATE, "2021-01-01T00:00:00", False, None)),
        ("", (POSITION, ERROR, "#REF!", False, None)),
    ],
)
def test_what_means_the_same_is_no_doubt(raw: object, own: Cell | None) -> None:
    assert doubts(raw, own) == []


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60))
def test_any_text_comes_back(words: str) -> None:
    """But for the characters that steer a screen and those that no XML file may hold."""
    clean = characters.lines(words.replace("\r\n", "\n").replace("\r", "\n"))
    clean = clean.replace("\u2028", "\n").replace("\u2029", "\n")
    if clean:
        assert sent(clean) == {NAME: clean}
