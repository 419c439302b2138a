"""What clerks and units do, as small functions: open a workbook, type, save, hand in, collect."""

from __future__ import annotations

import contextlib
import functools
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from python_calamine import CalamineWorkbook

from jyxl import editions
from jyxl.definition import Edition
from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign, file_name
from jyxl.edges.events import Event
from jyxl.edges.ledger import open_ledger
from jyxl.edges.standing import Standing, standings
from jyxl.finding import Place
from jyxl.layout import sheet
from jyxl.steps import collect as collecting
from jyxl.steps.collect import Collected, Received
from jyxl.steps.demo import explain, fill
from jyxl.steps.issue import issue
from jyxl.steps.new import new

if sys.platform == "win32":
    import _winapi

__all__ = ["explain", "fill"]

ROSTER = """\
单位代码,单位名称,类别
B01,县发展和改革局,部门
B02,县水务局,部门
Z01,河口镇,乡镇
"""


def campaign(
    folder: Path, roster: str = ROSTER, year: int = 2021, county: str = "云溪县"
) -> Campaign:
    """A campaign with this roster (CSV text), with every workbook issued."""
    folder.mkdir(parents=True, exist_ok=True)
    units = folder / "名册.csv"
    units.write_text(roster, encoding="utf-8")
    place = folder / f"{county}{year}"
    new(place, county, year, None, units)
    made = campaigns.load(place)
    issue(made)
    return made


def issued(which: Campaign, code: str) -> Workbook:
    return openpyxl.load_workbook(which.issued / file_name(which.unit[code], which.year))


def opened(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def type_in(book: Workbook, edition: Edition, typed: Mapping[str, object]) -> Workbook:
    """Type into cells by name, even if they are locked."""
    for name, value in typed.items():
        table = edition.table[edition.cell[name].table]
        book[table.sheet][sheet(table).address(name)].value = value
    return book


def confirm(book: Workbook, edition: Edition, answer: str | None = "是") -> Workbook:
    """Answer 空白处均为零 on every sheet."""
    for table in edition.tables:
        book[table.sheet][sheet(table).confirm.a1].value = answer
    return book


def filled(which: Campaign, code: str, typed: Mapping[str, object] | None = None) -> Workbook:
    """A unit's issued workbook, with these cells typed and its blanks confirmed."""
    book = confirm(issued(which, code), which.edition)
    return type_in(book, which.edition, typed or {})


def returned(which: Campaign, code: str, typed: Mapping[str, object] | None = None) -> bytes:
    """The bytes of the same workbook; equal workbooks are made only once."""
    issued_as = (which.issued / file_name(which.unit[code], which.year)).read_bytes()
    return _returned(issued_as, which.edition.id, tuple((typed or {}).items()))


@functools.cache
def _returned(issued_as: bytes, edition_id: str, typed: tuple[tuple[str, object], ...]) -> bytes:
    edition = editions.load(edition_id)
    return saved(type_in(confirm(opened(issued_as), edition), edition, dict(typed)))


def figure(which: Campaign, name: str) -> object:
    """A figure of the county workbook, as it is shown."""
    table = which.edition.table[which.edition.cell[name].table]
    book = CalamineWorkbook.from_path(str(which.county_workbook))
    row, column = sheet(table).cells[name][:2]
    return book.get_sheet_by_name(table.sheet).to_python(skip_empty_area=False)[row][column]


def hand_in(
    which: Campaign, name: str, content: Workbook | bytes, when: str = "2022-01-10 09:00"
) -> Path:
    """Put a file into 回收/. when: the time at which it was last saved."""
    path = which.returns / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else saved(content))
    moment = datetime.fromisoformat(when).timestamp()
    os.utime(path, (moment, moment))
    return path


def collect(which: Campaign, *paths: Path) -> Collected:
    with open_ledger(which) as ledger:
        return collecting.collect(which, ledger, paths)


def status(which: Campaign) -> dict[str, Standing]:
    with open_ledger(which) as ledger:
        return {standing.unit.code: standing for standing in standings(which, ledger.events)}


def events(which: Campaign) -> list[Event]:
    """Everything in the ledger."""
    with open_ledger(which) as ledger:
        return list(ledger.events)


def told(received: Received, notes: bool = False) -> list[tuple[str, str]]:
    """(code, cell name or table or sheet) of the findings, sorted; with notes if wanted."""
    return sorted(
        (finding.code, where(finding.place))
        for finding in received.findings
        if notes or finding.severity != "note"
    )


def where(place: Place) -> str:
    """The cell, such as t3.new.natural; the table if no single cell is meant; the sheet; or ''."""
    spot = place.spot or ""
    return spot if "." in spot and place.table else place.table or place.sheet or ""


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, except the ledger's own: path → bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(("ledger.db", "lock"))
    }


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Keep a file from being replaced, as it is while it is open in Excel on Windows.

    On Windows it is opened, and shared with nobody. Elsewhere it is made immutable if this
    process may do that; otherwise replacing is refused.
    """
    if sys.platform == "win32":
        handle = _opened_alone(path)
        try:
            yield
        finally:
            _winapi.CloseHandle(handle)
        return
    if _chattr("+i", path):
        try:
            yield
        finally:
            _chattr("-i", path)
        return
    replace = os.replace

    def refuse(source: str | Path, target: str | Path) -> None:
        if Path(target) == path:
            raise PermissionError(13, "Permission denied", str(target))
        replace(source, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        yield


def _opened_alone(path: Path) -> int:
    """A handle of Windows to an existing file, for reading and writing."""
    return _winapi.CreateFile(
        str(path), _winapi.GENERIC_READ | _winapi.GENERIC_WRITE, 0, 0, _winapi.OPEN_EXISTING, 0, 0
    )


def _chattr(flag: str, path: Path) -> bool:
    if shutil.which("chattr") is None:
        return False
    return subprocess.run(["chattr", flag, path], capture_output=True, check=False).returncode == 0
