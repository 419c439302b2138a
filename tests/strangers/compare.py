"""What jyxl reads in a spreadsheet, beside what LibreOffice shows of it, cell by cell."""

from __future__ import annotations

import csv
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path

from jyxl import numbers
from jyxl.addresses import a1
from jyxl.definition import Kind
from jyxl.finding import Finding
from jyxl.reading import book as books
from jyxl.reading.book import MAX_ROWS_READ, Book
from jyxl.reading.damage import Unreadable
from jyxl.reading.marks import ERROR, Cell, Marks, Position
from jyxl.reading.recovery import at
from jyxl.reading.sight import as_text, dated, held, look_at

ANY = Kind("any", "F-2", "", 12, -(10**12), 10**12, "", {})
"""Numbers as they stand in files that nobody made for us."""
_AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
"""All sheets, as they are shown."""
_COLUMNS = 300
"""So many are compared, in as many rows as jyxl reads."""
_LARGEST = 64 * 2**20
"""What LibreOffice may write of a sheet, in bytes; of one file here it would write 12 GB."""
_AT_ONCE, _SECONDS, _SECONDS_ALONE = 40, 300, 60
_MONEY = re.compile(r"[¥￥$€£]|CNY|RMB|USD|EUR")
_BLANKS = re.compile(r"\s+")
_SHOWN = re.compile(r"(-?)([0-9,]*\.?[0-9]*)(E[+-]?[0-9]+)?", re.ASCII)


@dataclass(frozen=True)
class Difference:
    """A cell that LibreOffice shows otherwise. what: of which sort it is; read: what jyxl reads;
    shown: what LibreOffice shows."""

    file: str
    sheet: str
    cell: str
    what: str
    read: str
    shown: str


@dataclass
class Outcome:
    """What became of a file. refused: the code with which jyxl refuses it, or ''; is_shown:
    LibreOffice opens it; cells: how many cells were compared, by what they hold."""

    file: str
    refused: str = ""
    is_shown: bool = False
    cells: Counter[str] = field(default_factory=Counter)
    unshown: int = 0
    unread: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)


def compared(paths: Sequence[Path]) -> list[Outcome]:
    """The outcome of every file."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        copies = []
        for number, path in enumerate(paths):  # under names that LibreOffice cannot mix up
            copies.append(folder / f"f{number:04}{path.suffix.lower()}")
            shutil.copyfile(path, copies[-1])
        shown = folder / "shown"
        for start in range(0, len(copies), _AT_ONCE):
            _show(copies[start : start + _AT_ONCE], shown, folder)
        return [_outcome(path, copy.stem, shown) for path, copy in zip(paths, copies, strict=True)]


def _show(paths: Sequence[Path], into: Path, folder: Path) -> None:
    """Have LibreOffice write what it shows; a file that stops it is left out."""
    _convert(paths, into, folder, _SECONDS)
    for path in paths:
        if len(paths) > 1 and not any(into.glob(f"{path.stem}-*.csv")):
            _convert([path], into, folder, _SECONDS_ALONE)


def _convert(paths: Sequence[Path], into: Path, folder: Path, seconds: int) -> None:
    profile = f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", _AS_SHOWN, "--outdir", str(into)]
    process = subprocess.Popen(
        ["bash", "-c", f'ulimit -f {_LARGEST >> 10}; exec "$@"', "-", *command, *map(str, paths)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _outcome(path: Path, stem: str, shown: Path) -> Outcome:
    one = Outcome(f"{path.parent.name}/{path.name}")
    one.is_shown = any(shown.glob(f"{stem}-*.csv"))
    book = books.open_book(path.read_bytes())
    if isinstance(book, Finding):
        one.refused = book.code
        return one
    for name in book.names:
        page = shown / f"{stem}-{name}.csv"
        if not page.is_file() or page.stat().st_size >= _LARGEST:
            one.unshown += 1
            continue
        try:
            _sheet(one, book, name, _seen(page))
        except Unreadable as error:
            one.unread[error.finding.code] += 1
    return one


def _seen(page: Path) -> dict[Position, str]:
    """What LibreOffice shows, in as many rows as jyxl reads."""
    usual = csv.field_size_limit(2**24)
    try:
        with page.open(encoding="utf-8", newline="") as file:
            return {
                (row, column): text
                for row, line in enumerate(islice(csv.reader(file), MAX_ROWS_READ))
                for column, text in enumerate(line[:_COLUMNS])
                if text
            }
    finally:
        csv.field_size_limit(usual)


def _sheet(one: Outcome, book: Book, name: str, shown: Mapping[Position, str]) -> None:
    rows, marks = book.rows(name), book.marks(name)
    held_ = {
        (row, column)
        for row, line in enumerate(rows)
        for column, raw in enumerate(line[:_COLUMNS])
        if raw != ""
    }
    for row, column in sorted(held_ | shown.keys() | marks.cells.keys()):
        if row >= MAX_ROWS_READ or column >= _COLUMNS:
            continue
        raw, own = at(rows, row, column), marks.cells.get((row, column))
        seen = shown.get((row, column), "")
        if raw == "" and not seen and (own is None or own[2] == ""):
            continue
        sort, read, is_right = _cell(raw, own, marks, _is_covered(marks, row, column), seen)
        one.cells[sort] += 1
        if not is_right:
            one.differences.append(Difference(one.file, name, a1(row, column), sort, read, seen))


def _is_covered(marks: Marks, row: int, column: int) -> bool:
    """True for a cell that is merged into another one, and so is not shown."""
    return any(
        top <= row <= bottom and left <= column <= right and (row, column) != (top, left)
        for top, left, bottom, right in marks.merged
    )


def _cell(
    raw: object, own: Cell | None, marks: Marks, is_covered: bool, seen: str
) -> tuple[str, str, bool]:
    """What a cell holds, what jyxl reads in it, and whether LibreOffice shows the same."""
    if is_covered:
        return "covered", as_text(raw), True  # what stands there is never counted
    look = look_at(raw, own, marks, ANY)
    if own is not None and own[1] == ERROR:
        return "error", str(own[2]), True
    if look.doubt is not None:
        return "asked about", as_text(raw), True
    is_formula = own is not None and own[3]
    prefix = "formula: " if is_formula else ""
    if look.reading.value is not None:
        if isinstance(raw, str):
            return (
                f"{prefix}text that is a number",
                raw,
                _same_text(raw, seen) or _is_number(look.reading.value, seen),
            )
        return f"{prefix}number", as_text(raw), _is_number(look.reading.value, seen)
    if look.reading.fault is not None and not isinstance(raw, str):
        return f"not counted: {look.reading.fault}", as_text(raw), True
    second = held(own, marks) if own is not None else raw
    text = second if isinstance(second, str) else as_text(dated(raw, own, marks))
    return f"{prefix}{'text' if text else 'blank'}", text, _same_text(text, seen)


def _same_text(text: str, seen: str) -> bool:
    return _BLANKS.sub("", text) == _BLANKS.sub("", seen)


def _is_number(value: int, seen: str) -> bool:
    """True if this is shown of a number, perhaps with fewer digits. Of the fifteen digits that
    spreadsheets keep, the last one may differ."""
    text = _MONEY.sub("", numbers.tidy(seen)).replace(" ", "")
    if value < 0:
        text = re.sub(r"\((.*)\)", r"-\1", text)
    match = _SHOWN.fullmatch(text)
    if match is None or not match[2].strip(",."):
        return value == 0 and text in ("", "-")
    try:
        shown = Decimal(match[1] + match[2].replace(",", "") + (match[3] or ""))
    except InvalidOperation:
        return False
    exact = Decimal(value) / ANY.scale
    last = Decimal(1).scaleb(int(shown.as_tuple().exponent))
    return abs(exact - shown) <= max(last / 2, abs(exact).scaleb(-14))
