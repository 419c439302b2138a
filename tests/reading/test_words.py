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
from jyxl.reading import reader
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


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60))
def test_any_text_comes_back(words: str) -> None:
    """But for the characters that steer a screen and those that no XML file may hold."""
    clean = characters.lines(words.replace("\r\n", "\n").replace("\r", "\n"))
    clean = clean.replace("\u2028", "\n").replace("\u2029", "\n")
    if clean:
        assert sent(clean) == {NAME: clean}
