"""Whose report a document is and of which year, by its title and by the names of its file, of the
zip and of the folders that it was in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from jyxl import characters
from jyxl.identity import Expected
from jyxl.naming import named
from jyxl.reading.grid import Document

_FIRST = 12
"""How many paragraphs may stand before the title ends."""
_TITLED = re.compile("信息公开|年报|年度报告")
_SHORT = 24
_BELOW = 2
"""How many short lines below the title belong to it: whose it is may stand there."""
_ADDRESSEE = ("：", ":")
_HEADING = re.compile(r"[一二三四五六七八九十]、")
_YEAR = re.compile(r"(20\d\d)年(?!\d{1,2}月)")
_WRITTEN = re.compile("[〇○零一二三四五六七八九]{4}(?=年)")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")


def unit_of(file: str, document: Document, expected: Expected) -> tuple[str, str]:
    """(code of the unit, ''); if that is not certain, why, in words, and the code that the title
    says if it says one."""
    names = _names(expected)
    by_file: dict[str, str] = {}
    for part in reversed(file.split("/")):
        by_file = _codes(part, names)
        if by_file:
            break
    by_title = _codes(title(document), names)
    both = by_file.keys() & by_title.keys() if by_file and by_title else {*by_file, *by_title}
    if len(both) == 1:
        return next(iter(both)), ""
    if not by_file and not by_title:
        return "", "文件名和标题里都没有名册上的单位名称"
    told = [
        f"{what}写的是“{'”“'.join(found.values())}”"
        for what, found in (("文件名", by_file), ("标题", by_title))
        if found
    ]
    return next(iter(by_title)) if len(by_title) == 1 else "", "，".join(told)


def years_of(file: str, document: Document) -> Sequence[str]:
    """The years in the title or, if it has none, in the name of the file; none if there are none
    at all."""
    for text in (title(document), *reversed(file.split("/"))):
        found = _YEAR.findall(normal(text))
        if found:
            return found
    return ()


def title(document: Document) -> str:
    """The lines of the title, with what stands above, and short lines below. If there is no title,
    the words at the beginning, which may be in a table."""
    lines = [characters.BLANKS.sub("", text) for text in document.texts[: _FIRST + _BELOW]]
    last = next((n for n, line in enumerate(lines[:_FIRST]) if _TITLED.search(line)), None)
    if last is None:
        return characters.BLANKS.sub("", document.head)
    for line in lines[last + 1 : last + 1 + _BELOW]:
        if len(line) > _SHORT or line.endswith(_ADDRESSEE) or _HEADING.match(line):
            break
        last += 1
    return "\n".join(lines[: last + 1])


def _names(expected: Expected) -> list[tuple[str, str]]:
    """(name, code), present and former ones, as `named` takes them; of equal names, the present
    one first."""
    present = [(name, code) for code, (name, _) in expected.units.items()]
    former = [(name, code) for code, names in expected.former.items() for name in names]
    return sorted([*present, *former], key=lambda one: -len(one[0]))


def _codes(text: str, names: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Code → the name that was found, for the units that a text names."""
    found: dict[str, str] = {}
    for name, code in named(text, names):
        found.setdefault(code, name)
    return found


def normal(text: str) -> str:
    """A text without blanks, in which a year is written in figures: 二〇一九年 → 2019年."""
    text = unicodedata.normalize("NFKC", characters.BLANKS.sub("", text))
    return _WRITTEN.sub(lambda found: found[0].translate(_DIGITS), text)
