"""Invisible characters are listed once, and make no difference where they mean nothing."""

from __future__ import annotations

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
    assert characters.DISGUISES.sub("", "表\u202exslx.exe\n") == "表xslx.exe"


def test_a_line_break_may_stand_in_a_workbook_and_half_a_character_may_not() -> None:
    assert characters.NOT_XML.sub("", "一\n二\t\x00\ud800") == "一\n二\t"


def test_they_are_listed_nowhere_else() -> None:
    listed = [
        path.name
        for path in Path(jyxl.__file__).parent.rglob("*.py")
        if any(code in path.read_text(encoding="utf-8") for code in ("\\u200", "\\ufe", "\\ud8"))
    ]
    assert listed == ["characters.py"]
