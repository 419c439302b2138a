"""Labels of the form as other people write them: without numbers, remarks, blanks and marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from jyxl import characters
from jyxl.definition import Cell, Edition

_NUMBERED = re.compile(
    r"^(?:第?[一二三四五六七八九十]+[、.]|[(][一二三四五六七八九十\d]+[)][、.]?|\d+[、.)])+"
)
_REMARK = re.compile(r"(?<=.)[(][^()]*[)]?")
_MARKS = re.compile(r"[\W_]+")
_SAME = {
    "行政规范性文件": "规范性文件",
    "商业企业数": "商业企业",
    "本年废止数量": "本年废止件数",
    "现行有效数量": "现行有效件数",
    "本年制发数量": "本年制发件数",
    "其他行政管理服务事项": "其他对外管理服务事项",
}
"""Other words for a label → the form's own."""


@lru_cache(maxsize=8192)
def plain(label: str) -> str:
    """A label by which it can be compared: （三）不予公开 and 3、不予公开 are both 不予公开."""
    text = unicodedata.normalize("NFKC", characters.BLANKS.sub("", label))
    text = _NUMBERED.sub("", text)
    text = _REMARK.sub("", text)
    text = _MARKS.sub("", text)
    return _SAME.get(text, text)


@lru_cache(maxsize=16)
def headings(edition: Edition) -> Mapping[str, str]:
    """What a column may be called that holds a cell's figures: its name, or its labels, that of
    the row first or last → the name of the cell. What may mean two cells is left out."""
    found: dict[str, set[str]] = {}
    for cell in edition.cells:
        for words in _headings(cell):
            found.setdefault(words, set()).add(cell.name)
    return {words: cells.pop() for words, cells in found.items() if len(cells) == 1}


def _headings(cell: Cell) -> Iterator[str]:
    yield heading(cell.name)
    row = cell.row_labels[-1:]
    for parts in ((*row, *cell.column_labels), (*row, *cell.column_labels[-1:])):
        for ordered in (parts, parts[::-1]):
            yield "".join(plain(part) for part in ordered)


def heading(text: str) -> str:
    """The heading of a column, as `headings` has it."""
    name = text.strip().casefold()
    if re.fullmatch(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+", name):
        return name
    pieces = re.split(r"[·・/｜|\-—－>＞:：\s]+", text)
    return "".join(map(plain, pieces))
