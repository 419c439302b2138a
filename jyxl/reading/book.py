"""Bytes → the cells of a spreadsheet in any format, or a finding that says why there are none.

The format is recognised by the content, never by the file's name. Limits are checked before
anything is parsed, and the reading library is given only what was checked.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import python_calamine as calamine

from jyxl import messages
from jyxl.finding import Finding
from jyxl.reading import kind, limits, locked, ods, package, plain, relations, xls, xlsb, xlsx
from jyxl.reading.damage import Malformed, TooLarge, Unreadable
from jyxl.reading.limits import Cost
from jyxl.reading.marks import Marks

MAX_ROWS_READ = 2_000

Rows = plain.Rows

_Format = xlsx.Xlsx | xlsb.Xlsb | ods.Ods | xls.Xls
"""A file that was checked. data: the bytes that the reading library is given at first; marks:
our own reading of a sheet, by its name or number; anew: the bytes that include a sheet that was set
aside, or None if it is in `data` already."""


@dataclass(frozen=True)
class Library:
    """The reading library's view of a file, which it opens when it is first asked."""

    format: _Format

    @cached_property
    def workbook(self) -> calamine.CalamineWorkbook:
        return _opened(self.format.data())

    def listed(self) -> list[tuple[str, bool]]:
        """(name, whether it is shown) of every sheet."""
        shown = calamine.SheetVisibleEnum.Visible
        return [(one.name, one.visible == shown) for one in self.workbook.sheets_metadata]

    def rows(self, name: str) -> Rows:
        anew = self.format.anew(name)
        workbook = self.workbook if anew is None else _opened(anew)
        sheet = workbook.get_sheet_by_name(name)
        rows: Rows = sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS_READ)  # type: ignore[assignment]
        return rows


@dataclass(frozen=True)
class Book:
    """An open workbook. hidden: the sheets that are not shown; is_active: it contains macros,
    links to other files or embedded programs, which are never run."""

    names: list[str]
    hidden: frozenset[str]
    is_active: bool
    _format: _Format
    library: Library
    _marks: dict[str, Marks] = field(default_factory=dict)
    _rows: dict[str, Rows] = field(default_factory=dict)
    _costs: dict[str, Cost] = field(default_factory=dict)

    def rows(self, name: str) -> Rows:
        """The cells of a sheet from A1 on, at most MAX_ROWS_READ rows. Raises Unreadable."""
        if name not in self._rows:
            try:
                elements = self._format.elements(name)
                limits.vet([*self._costs.values(), Cost(elements)])  # or else it is not read
                marks = self.marks(name)
                self._costs[name] = limits.cost(marks, elements, self._format.longest)
                limits.vet(self._costs.values())
                own = self.own_rows(name)
                self._rows[name] = self.library.rows(name) if own is None else own
            except BaseException as error:
                raise Unreadable(finding_of(error)) from error
        return self._rows[name]

    def own_rows(self, name: str) -> Rows | None:
        """The cells by our own reading, if the reading library would give the same. Raises
        Unreadable."""
        file = self._format
        if not (isinstance(file, xlsx.Xlsx) and file.is_plain(name)):
            return None
        return plain.rows(self.marks(name), MAX_ROWS_READ)

    def marks(self, name: str) -> Marks:
        """Our own reading of the same sheet, which also shows formulas, error values and looks.

        Raises Unreadable if the sheet is beyond the limits or malformed. The reading library
        skips what it does not understand, and a skipped figure would be a blank.
        """
        if name not in self._marks:
            try:
                self._marks.clear()  # one at a time, as they may be large
                self._marks[name] = self._format.marks(name, self.names.index(name))
            except (TooLarge, Malformed) as error:
                raise Unreadable(finding_of(error)) from error
        return self._marks[name]


def open_book(data: bytes, aside: Collection[str] = ()) -> Book | Finding:
    """The workbook in these bytes, or the finding that says why it cannot be read.

    aside: sheets that are read only when they are needed, if the format allows it.
    """
    problem = kind.stranger(data)
    if problem is not None and problem.code == "S-PASSWORD":
        package_ = locked.package(data)
        if package_ is not None:
            data, problem = package_, kind.stranger(package_)
    if problem is not None:
        return problem
    try:
        checked = _package(data, aside) if kind.is_package(data) else xls.opened(data)
        library = Library(checked)
        own = checked.listed if isinstance(checked, xlsx.Xlsx) and checked.lists_plainly else None
        listed = library.listed() if own is None else own
    except BaseException as error:
        return finding_of(error)
    names = [name for name, _ in listed]
    if len(set(names)) != len(names):
        return messages.finding("S-DAMAGED", detail="工作表重名")
    hidden = frozenset(name for name, is_shown in listed if not is_shown)
    return Book(names, hidden, checked.is_active, checked, library)


def _package(data: bytes, aside: Collection[str]) -> _Format:
    unpacked = package.unpacked(data)
    parts, is_active = unpacked.parts, unpacked.is_active
    if unpacked.is_opendocument:
        return ods.opened(parts, is_active)
    workbook = _workbook(parts)
    opened = xlsb.opened if workbook.endswith(".bin") else xlsx.opened
    return opened(parts, workbook, aside, is_active)


def _workbook(parts: Mapping[str, bytes]) -> str:
    """The part of the workbook: the one that the package names, or else the usual one.

    Raises Malformed, TooLarge.
    """
    known = relations.of(parts, "")
    found = relations.related(parts, known, "officeDocument")
    if not any(relation.kind == "officeDocument" for relation in known.values()):
        found = next((one for one in ("xl/workbook.xml", "xl/workbook.bin") if one in parts), "")
    if not found:
        raise Malformed("里面没有工作簿")
    return found


def _opened(data: bytes) -> calamine.CalamineWorkbook:
    return calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))


def finding_of(error: BaseException) -> Finding:
    """The finding for an error that a damaged file causes in jyxl or in the libraries.

    A panic of the reading library is not an Exception. Any other error is a defect of jyxl
    and is raised again.
    """
    if isinstance(error, Unreadable):
        return error.finding
    if isinstance(error, TooLarge):
        return messages.finding("S-SIZE", detail=str(error))
    if isinstance(error, MemoryError):
        return messages.finding("S-SIZE", detail="占用的内存太多")
    if isinstance(error, calamine.PasswordError):
        return messages.finding("S-PASSWORD")
    known = (calamine.CalamineError, Malformed, zipfile.BadZipFile, zlib.error, OSError, EOFError)
    is_panic = type(error).__name__ == "PanicException"
    if isinstance(error, (*known, ValueError, NotImplementedError)) or is_panic:
        return messages.finding("S-DAMAGED", detail=_short(error))
    raise error


def _short(error: BaseException) -> str:
    """The reason, for the unit to read; the messages of the libraries are in English."""
    if isinstance(error, Malformed):
        return str(error)
    if isinstance(error, (zipfile.BadZipFile, zlib.error, EOFError)):
        return "压缩的内容不完整"
    return "压缩方式不认识" if isinstance(error, NotImplementedError) else "内部结构不对"
