"""Bytes → the cells of a spreadsheet, whatever its format, or a finding that says why not.

Told by content, never by name. Limits are checked before anything is parsed.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import python_calamine as calamine

from jyxl import messages
from jyxl.finding import Finding

MAX_BYTES = 20 * 2**20
MAX_ENTRIES = 500
MAX_PART = 16 * 2**20
MAX_EXPANDED = 48 * 2**20
MAX_CELLS = 2_000_000
MAX_ROWS_READ = 2_000

Rows = list[list[object]]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_KNOWN_STRANGERS = (
    (b"%PDF", "是 PDF 文件"),
    (b"\x89PNG", "是图片"),
    (b"\xff\xd8\xff", "是图片"),
    (b"GIF8", "是图片"),
    (b"BM", "是图片"),
    (b"Rar!", "是压缩包"),
    (b"7z\xbc\xaf", "是压缩包"),
    (b"{\\rtf", "是文字处理文件"),
)
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3})(\d{1,7})"')
_FAR_CELL = re.compile(rb'<c r="(?:[A-Z]{3}|[A-Z]{1,2}\d{4})')
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c [^>]*t="e"')


@dataclass
class Book:
    """An open workbook. has_error_cells: a cell of some sheet holds #REF! or the like,
    which the reading library shows as blank."""

    data: bytes
    workbook: calamine.CalamineWorkbook
    names: list[str]
    is_ooxml: bool
    has_error_cells: bool = False
    _rows: dict[str, Rows] = field(default_factory=dict)

    def rows(self, name: str) -> Rows:
        """The cells of a sheet from A1 on; at most MAX_ROWS_READ rows."""
        if name not in self._rows:
            sheet = self.workbook.get_sheet_by_name(name)
            self._rows[name] = sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS_READ)  # type: ignore[assignment]
        return self._rows[name]


def open_book(data: bytes) -> Book | Finding:
    """The workbook in these bytes, or what keeps it from being read."""
    problem = _stranger(data)
    if problem is not None:
        return problem
    is_ooxml = has_errors = False
    if data.startswith(b"PK"):
        checked = _check_package(data)
        if isinstance(checked, Finding):
            return checked
        is_ooxml, has_errors = checked
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        return Book(data, workbook, list(workbook.sheet_names), is_ooxml, has_errors)
    except calamine.PasswordError:
        return messages.finding("S-PASSWORD")
    except (calamine.CalamineError, OSError, ValueError) as error:
        return messages.finding("S-DAMAGED", detail=_short(error))


def _stranger(data: bytes) -> Finding | None:
    if not data:
        return messages.finding("S-TYPE", detail="是空文件")
    if len(data) > MAX_BYTES:
        return messages.finding("S-SIZE", detail=f"{len(data) / 2**20:.0f} MB")
    for magic, what in _KNOWN_STRANGERS:
        if data.startswith(magic):
            return messages.finding("S-TYPE", detail=what)
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            return messages.finding("S-PASSWORD")
        if "WordDocument".encode("utf-16-le") in data:
            return messages.finding("S-TYPE", detail="是文字处理文件")
        return None
    if not data.startswith(b"PK"):
        head = data[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
        is_web = head.startswith((b"<html", b"<!doctype", b"<table")) or b"<table" in head
        return messages.finding("S-TYPE", detail="是网页" if is_web else "内容不是表格文件")
    return None


def _check_package(data: bytes) -> tuple[bool, bool] | Finding:
    """(is it OOXML, has it error cells) of a zip package within the limits."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
            names = {entry.filename for entry in entries}
            if any(entry.flag_bits & 1 for entry in entries):
                return messages.finding("S-PASSWORD")
            if len(entries) > MAX_ENTRIES:
                return messages.finding("S-SIZE", detail=f"内含 {len(entries)} 个部分")
            is_ooxml = "[Content_Types].xml" in names
            if not is_ooxml and "content.xml" not in names:
                return messages.finding("S-TYPE", detail="是压缩包")
            if is_ooxml and not any(name.startswith("xl/") for name in names):
                return messages.finding("S-TYPE", detail="是文字处理文件或演示文稿")
            expanded = sum(entry.file_size for entry in entries)
            if expanded > MAX_EXPANDED or any(entry.file_size > MAX_PART for entry in entries):
                return messages.finding("S-SIZE", detail=f"展开后 {expanded / 2**20:.0f} MB")
            sheets = [e for e in entries if re.fullmatch(r"xl/worksheets/[^/]+\.xml", e.filename)]
            return _check_sheets(package, sheets, is_ooxml)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError) as error:
        return messages.finding("S-DAMAGED", detail=_short(error))
    except NotImplementedError:
        return messages.finding("S-DAMAGED", detail="压缩方式不认识")


def _check_sheets(
    package: zipfile.ZipFile, sheets: Iterable[zipfile.ZipInfo], is_ooxml: bool
) -> tuple[bool, bool] | Finding:
    has_errors = False
    for entry in sheets:
        with package.open(entry) as part:
            xml = part.read(MAX_PART + 1)
        if len(xml) > MAX_PART:
            return messages.finding("S-SIZE", detail="一张工作表太大")
        if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
            return messages.finding("S-DAMAGED", detail="含有不允许的 XML 声明")
        has_errors = has_errors or (b't="e"' in xml and _ERROR_CELL.search(xml) is not None)
        rows, columns = _extent(xml)
        if rows * columns > MAX_CELLS:
            return messages.finding("S-SIZE", detail=f"内容远到第 {rows} 行、第 {columns} 列")
    return is_ooxml, has_errors


def _extent(xml: bytes) -> tuple[int, int]:
    """How many rows and columns a sheet's cells span; at least (999, 702) as usual."""
    is_usual = xml.count(b"<c ") == xml.count(b'<c r="') and b":c " not in xml
    if is_usual and _FAR_CELL.search(xml) is None:
        return 999, 702
    cells = _CELL.findall(xml)
    rows = max((int(row) for _, row in cells), default=0)
    return rows, max((_column(letters) for letters in {letters for letters, _ in cells}), default=0)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _short(error: BaseException) -> str:
    return str(error).splitlines()[0][:60] if str(error) else type(error).__name__
