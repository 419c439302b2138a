"""The roster as a file: its sheets as plain text, with the cells whose text cannot be relied on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from jyxl import characters
from jyxl.edges import files
from jyxl.finding import Finding
from jyxl.problem import Problem

if TYPE_CHECKING:
    from jyxl.reading.marks import Marks

SUFFIXES = (".xlsx", ".csv", ".xls", ".ods")
_BOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_EXACT = 10**15
"""From here on a spreadsheet no longer holds every digit of a number."""


@dataclass(frozen=True)
class Grid:
    """One sheet. rows: the text of every cell from A1 on, without blanks around it.

    odd: (row, column), counted from 0 → why the text of that cell is not what was typed.
    is_cut: there may be more rows, which were not read.
    """

    sheet: str
    rows: list[list[str]]
    odd: dict[tuple[int, int], str] = field(default_factory=dict)
    is_cut: bool = False


def grids(path: Path, what: str = "") -> list[Grid]:
    """The sheets of a roster, in order; a CSV is one sheet without a name. what: what a sentence
    calls the file, if it is not the roster. Raises Problem."""
    data = files.read(path)
    if path.suffix.lower() == ".csv" and not data.startswith(_BOOKS):
        return [Grid("", _csv(path))]
    return _sheets(what or f"单位名册“{path.name}”", data)


def _csv(path: Path) -> list[list[str]]:
    return [[_clean(cell) for cell in row] for row in files.read_csv(path, "单位名册")]


def _sheets(what: str, data: bytes) -> list[Grid]:
    # The reading library is heavy, and a CSV does not need it.
    from jyxl.reading import book as books
    from jyxl.reading.damage import Unreadable

    book = books.open_book(data)
    if isinstance(book, Finding):
        raise Problem(f"{what}读不出来：{book.message}")
    found = []
    for name in book.names:
        try:
            rows, marks = book.rows(name), book.marks(name)
        except Unreadable as error:
            raise Problem(f"{what}的工作表“{name}”读不出来：{error.finding.message}") from error
        text = [[_clean(_text(cell)) for cell in row] for row in rows]
        found.append(Grid(name, text, _odd(marks), len(rows) >= books.MAX_ROWS_READ))
    return found


def _odd(marks: Marks) -> dict[tuple[int, int], str]:
    from jyxl.reading import formats
    from jyxl.reading.marks import DATE, ERROR, NUMBER

    odd = {}
    for position, cell in marks.cells.items():
        _, kind, content, _, _ = cell
        if kind == ERROR:
            odd[position] = f"是公式的错误值 {content}，请改成文字"
        elif kind == DATE or (kind == NUMBER and formats.is_date(marks.look(cell).format)):
            odd[position] = "成了日期或时间，请把这一列设成文本格式再重新写"
        elif kind == NUMBER and content != "" and abs(float(content)) >= _EXACT:
            odd[position] = "数字太长，表格程序已经丢了后面几位，请把这一列设成文本格式再重新写"
    return odd


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _clean(text: str) -> str:
    """The text without characters that cannot be seen, and without blanks around it."""
    for mark in characters.INVISIBLE:
        text = text.replace(mark, "")
    return text.strip()
