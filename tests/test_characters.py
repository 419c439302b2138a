"""Invisible characters are listed once, and make no difference where they mean nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import jyxl
from jyxl import characters
from jyxl.numbers import tidy
from jyxl.reading.recovery import squeeze


@pytest.mark.parametrize("character", characters.INVISIBLE)
def test_numbers_and_labels_are_read_without_them(character: str) -> None:
    assert tidy(f"1{character}2{character}") == "12"
    assert squeeze(f"{character}规{character} 章") == "规章"


def test_a_file_name_cannot_be_turned_round() -> None:
    assert characters.one_line("表\u202exslx.exe\n") == "表xslx.exe"


@pytest.mark.parametrize("steers", ["\x1b[2J", "\x9b2J", "\x07", "\r", "\x7f", "\u2066", "\ud800"])
def test_nothing_that_steers_a_terminal_is_shown(steers: str) -> None:
    assert characters.lines(f"一{steers}二")[1] in "[2二"
    assert characters.one_line(f"一{steers}二") == characters.lines(f"一{steers}二")
    assert json.loads(characters.escaped(json.dumps(steers, ensure_ascii=False))) == steers
    assert characters.escaped(json.dumps(steers, ensure_ascii=False)).isascii()


def test_a_line_break_may_stand_in_a_workbook_and_half_a_character_may_not() -> None:
    assert characters.lines("一\n二\t\x00\ud800\uffff") == "一\n二\t"


def test_they_are_listed_nowhere_else() -> None:
    listed = [
        path.name
        for path in Path(jyxl.__file__).parent.rglob("*.py")
        if any(code in path.read_text(encoding="utf-8") for code in ("\\u200", "\\ufe", "\\ud8"))
    ]
    assert listed == ["characters.py"]
