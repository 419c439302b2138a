"""Reads the units of a campaign from units.xlsx or units.csv."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jyxl.definition import ROSTER_COLUMNS, UNIT_KINDS
from jyxl.edges import files
from jyxl.finding import Finding
from jyxl.problem import Problem
from jyxl.terms import UnitKind

_NEEDED = ROSTER_COLUMNS[:3]
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_LONGEST = 220
"""The most bytes that code and name may take in a file name, of which most systems allow 255."""
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)$")


@dataclass(frozen=True)
class Unit:
    """A unit as the roster has it.

    former: names under which it was known; last_code: its code in last year's roster, if that
    was another one.
    """

    code: str
    name: str
    kind: UnitKind
    contact: str = ""
    mail: str = ""
    phone: str = ""
    former: tuple[str, ...] = ()
    last_code: str = ""


def read(path: Path) -> tuple[Unit, ...]:
    """The units in the order of the roster. Raises Problem, which names the file and the row."""
    rows = _rows(path)
    head_at = next(
        (n for n, row in enumerate(rows) if set(_NEEDED) <= {cell.strip() for cell in row}), None
    )
    if head_at is None:
        have = "、".join(filter(None, rows[0])) if rows else "没有内容"
        raise Problem(
            f"单位名册“{path.name}”缺少必需的列（{'、'.join(_NEEDED)}）；第一行现在是：{have}。"
        )
    heads = [cell.strip() for cell in rows[head_at]]
    units = []
    for number, row in enumerate(rows[head_at + 1 :], head_at + 2):
        cells = dict(zip(heads, (cell.strip() for cell in row), strict=False))
        if any(cells.get(name) for name in ROSTER_COLUMNS):
            units.append(_unit(path, number, cells))
    if not units:
        raise Problem(f"单位名册“{path.name}”里还没有单位，请先填写。")
    _no_twice(path, "单位代码", [unit.code for unit in units])
    _no_twice(path, "单位名称", [unit.name for unit in units])
    return tuple(units)


def _unit(path: Path, row: int, cells: dict[str, str]) -> Unit:
    def fail(problem: str) -> Problem:
        return Problem(f"单位名册“{path.name}”第 {row} 行：{' '.join(problem.split())}。")

    for name in _NEEDED:
        if not cells.get(name):
            raise fail(f"没有填{name}")
    code, name, given = (cells[column] for column in _NEEDED)
    kind = next((kind for kind in UNIT_KINDS if kind == given), None)
    if kind is None:
        raise fail(f"类别“{given}”不认识，应为{'、'.join(UNIT_KINDS)}之一")
    for what, text, most in (("单位代码", code, 20), ("单位名称", name, 60)):
        if _UNSAFE.search(text) or text.startswith(".") or text.endswith("."):
            raise fail(f"{what}“{text}”里有不能用作文件名的符号")
        if len(text) > most:
            raise fail(f"{what}太长（最多 {most} 个字）")
    if len(f"{code}-{name}".encode()) > _LONGEST:
        raise fail("单位代码和单位名称合起来太长，不能用作文件名")
    if _DEVICES.match(code):
        raise fail(f"单位代码“{code}”是系统保留的名称，请换一个")
    former = re.split(r"[、;；,，]", cells.get("曾用名", ""))
    return Unit(
        code,
        name,
        kind,
        contact=cells.get("联络人", ""),
        mail=cells.get("邮箱", ""),
        phone=cells.get("电话", ""),
        former=tuple(filter(None, map(str.strip, former))),
        last_code=cells.get("上年单位代码", ""),
    )


def _no_twice(path: Path, what: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value.casefold() in seen:
            raise Problem(f"单位名册“{path.name}”里{what}“{value}”出现了两次，请改成不同的。")
        seen.add(value.casefold())


def _rows(path: Path) -> list[list[str]]:
    if path.suffix.lower() == ".csv":
        try:
            return list(csv.reader(io.StringIO(files.read_text(path))))
        except csv.Error as error:
            raise Problem(f"单位名册“{path.name}”不是完好的 CSV 文件，请另存为 xlsx。") from error
    # The reading library is heavy, and a CSV does not need it.
    from jyxl.reading import book as books
    from jyxl.reading.damage import Unreadable

    book = books.open_book(files.read(path))
    if isinstance(book, Finding):
        raise Problem(f"单位名册“{path.name}”读不出来：{book.message}")
    try:
        rows = book.rows(book.names[0]) if book.names else []
    except Unreadable as error:
        raise Problem(f"单位名册“{path.name}”读不出来：{error.finding.message}") from error
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
