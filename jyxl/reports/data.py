"""The figures of a report as data: CSV for people, JSON for programs, and what has changed in them
since they were published."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from jyxl import characters
from jyxl.definition import Cell
from jyxl.problem import Problem
from jyxl.report import Report

COLUMNS = ("单元格", "表", "行", "列", "计量单位", "数")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LEVELS = " / "


@dataclass(frozen=True)
class Change:
    """A figure that is another one than was published. cell: its name; before, after: as they are
    printed, '' if there was no such cell, or is none any more."""

    cell: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Correction:
    """What was changed after publication. version: which one has the changes, from 2 on."""

    version: int
    day: date
    changes: tuple[Change, ...]


def _cells(report: Report) -> list[Cell]:
    """The cells of which the report has a figure."""
    return [cell for cell in report.edition.cells if cell.name in report.figures]


def as_csv(report: Report) -> bytes:
    """A line for each figure, in UTF-8 with a byte order mark, by which Excel knows the encoding. A
    text that a spreadsheet would take for a formula begins with an apostrophe."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for cell in _cells(report):
        texts = (
            cell.name,
            report.edition.table[cell.table].title,
            _LEVELS.join(cell.row_labels),
            _LEVELS.join(cell.column_labels),
            measure(report, cell),
        )
        writer.writerow([*map(_as_text, texts), report.figure(cell)])
    return buffer.getvalue().encode("utf-8-sig")


def _as_text(text: str) -> str:
    line = characters.one_line(text)
    return f"'{line}" if line.startswith(_FORMULA) else line


def measure(report: Report, cell: Cell) -> str:
    """The unit in which the figure of a cell is given, or '' if the form names none."""
    asked = {one.key: one.unit for one in report.edition.supplement.indicators}
    return cell.kind.unit or asked.get(cell.row, "")


def digest(report: Report) -> str:
    """The SHA-256 of the CSV, by which everyone can see whether two reports have the same figures."""
    return hashlib.sha256(as_csv(report)).hexdigest()


def as_json(report: Report, corrections: tuple[Correction, ...] = ()) -> bytes:
    """The same with the facts about the report. A figure is an integer or, if its kind has decimals,
    a text; none is a float."""
    edition = report.edition
    data = {
        "title": report.title,
        "whom": report.whom,
        "year": report.year,
        "edition": edition.id,
        "notice": edition.notice,
        "version": len(corrections) + 1,
        "corrections": [{**asdict(one), "day": one.day.isoformat()} for one in corrections],
        "digest": digest(report),
        "left_out": list(report.left_out),
        "cells": [_cell(report, cell) for cell in _cells(report)],
    }
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return f"{characters.escaped(text)}\n".encode()


def _cell(report: Report, cell: Cell) -> dict[str, Any]:
    text = report.figure(cell)
    return {
        "cell": cell.name,
        "table": report.edition.table[cell.table].title,
        "row": list(cell.row_labels),
        "column": list(cell.column_labels),
        "unit": measure(report, cell),
        "own": report.edition.table[cell.table].is_own,
        "figure": text if cell.kind.decimals else int(text),
    }


# what was changed after publication -----------------------------------------------------


def changes(published: bytes, report: Report) -> tuple[Change, ...]:
    """The figures that differ from those in the JSON that was published. Raises Problem if that is
    not the JSON of such a report."""
    return tuple(_changes(_read(published, report), report))


def corrections(published: bytes, report: Report, today: date) -> tuple[Correction, ...]:
    """All that was changed since the report was first published: what the published JSON says
    itself, and what differs from it now. Raises Problem."""
    before = _read(published, report)
    now = tuple(_changes(before, report))
    if not now:
        return before.corrections
    version = len(before.corrections) + 2
    return (*before.corrections, Correction(version, today, now))


def version(published: bytes, report: Report) -> int:
    """Which version of the report this is the JSON of, 0 if it is not that of this report."""
    try:
        return len(_read(published, report).corrections) + 1
    except Problem:
        return 0


@dataclass(frozen=True)
class _Published:
    """cells: name → (label, figure as it is printed)."""

    corrections: tuple[Correction, ...]
    cells: Mapping[str, tuple[str, str]]


def _read(published: bytes, report: Report) -> _Published:
    try:
        data = json.loads(published)
        whose = (data["whom"], data["year"], data["edition"])
        found = _Published(
            tuple(
                Correction(
                    int(one["version"]),
                    date.fromisoformat(one["day"]),
                    tuple(
                        Change(**{key: str(it[key]) for key in _CHANGE}) for it in one["changes"]
                    ),
                )
                for one in data["corrections"]
            ),
            {str(one["cell"]): (_label(one), str(one["figure"])) for one in data["cells"]},
        )
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
        raise Problem("已发布的数据（json）读不出来，不知道发布以后改了哪些数。") from error
    wanted = (report.whom, report.year, report.edition.id)
    if whose != wanted:
        one, other = ("、".join(map(str, names)) for names in (whose, wanted))
        raise Problem(f"已发布的数据（json）是另一份报告的（{one}），这一份是{other}。")
    return found


_CHANGE = ("cell", "label", "before", "after")


def _label(one: Mapping[str, Any]) -> str:
    """The label of a cell in JSON, as `Cell.label` has it."""
    row, column = one["row"], one["column"]
    return " · ".join(row[-1:] + column[-1:] if row else column)


def _changes(before: _Published, report: Report) -> Iterator[Change]:
    cells = {cell.name: cell for cell in _cells(report)}
    for name, cell in cells.items():
        old = before.cells.get(name, ("", ""))[1]
        new = report.figure(cell)
        if old != new:
            yield Change(name, cell.label, old, new)
    for name, (label, old) in before.cells.items():
        if name not in cells:
            yield Change(name, label, old, "")
