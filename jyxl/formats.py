"""Bytes → the cells of a spreadsheet, whatever its format, or a finding that says why not.

Told by content, never by name. Limits are checked before anything is parsed, and the
reading library is given only the parts that were checked.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import python_calamine as calamine

from jyxl import marks, messages, records
from jyxl.finding import Finding
from jyxl.marks import Malformed, Marks, TooLarge

MAX_BYTES = 20 * 2**20
MAX_ENTRIES = 500
MAX_PART = 16 * 2**20
MAX_STRINGS = 4 * 2**20
MAX_EXPANDED = 32 * 2**20
MAX_ROWS_READ = 2_000
MAX_SHEETS = 200

Rows = list[list[object]]


class Unreadable(Exception):
    """A sheet of an open workbook that cannot be read after all; carries the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_KNOWN_STRANGERS = (
    (b"%PDF", "S-TYPE", "是 PDF 文件"),
    (b"\x89PNG", "S-TYPE", "是图片"),
    (b"\xff\xd8\xff", "S-TYPE", "是图片"),
    (b"GIF8", "S-TYPE", "是图片"),
    (b"BM", "S-TYPE", "是图片"),
    (b"{\\rtf", "S-TYPE", "是文字处理文件"),
    (b"Rar!", "S-ARCHIVE", "RAR 格式"),
    (b"7z\xbc\xaf", "S-ARCHIVE", "7z 格式"),
    (b"\x1f\x8b", "S-ARCHIVE", "gzip 格式"),
)
_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|mimetype|content\.xml|META-INF/manifest\.xml"
    r"|xl/(?:_rels/)?[^/]+\.(?:xml|bin|rels)|xl/worksheets/[^/]+\.(?:xml|bin)"
)
"""What the reading library needs. Drawings, macros, links and the rest are never opened."""
_ACTIVE = re.compile(r"xl/(?:vbaProject\.bin|externalLinks/.+|macrosheets/.+|embeddings/.+)")


@dataclass
class Book:
    """An open workbook. is_active: it carries macros, links to other files or embedded
    programs, which are never run."""

    workbook: calamine.CalamineWorkbook
    names: list[str]
    is_active: bool
    _look: Callable[[str], Marks]
    _prove: Callable[[str], None]
    _fetch: Callable[[str], bytes | None]
    _marks: dict[str, Marks] = field(default_factory=dict)
    _rows: dict[str, Rows] = field(default_factory=dict)

    def rows(self, name: str) -> Rows:
        """The cells of a sheet from A1 on; at most MAX_ROWS_READ rows. Raises Unreadable."""
        if name not in self._rows:
            self.marks(name)
            try:
                fetched = self._fetch(name)
                workbook = self.workbook if fetched is None else _opened(fetched)
                sheet = workbook.get_sheet_by_name(name)
                self._rows[name] = sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS_READ)  # type: ignore[assignment]
            except BaseException as error:
                raise Unreadable(_unreadable(error)) from error
        return self._rows[name]

    def marks(self, name: str) -> Marks:
        """What `rows` does not show of a sheet: error values read as blank, formulas as
        values. Raises Unreadable where the sheet is beyond the limits."""
        if name not in self._marks:
            try:
                self._marks[name] = self._look(name)
            except (TooLarge, Malformed) as error:
                raise Unreadable(_unreadable(error)) from error
        return self._marks[name]

    def prove(self, name: str) -> None:
        """Raises Unreadable where a sheet is no well-formed XML: the reading library skips
        what it does not understand, and a figure skipped would be a blank."""
        try:
            self._prove(name)
        except Malformed as error:
            raise Unreadable(_unreadable(error)) from error


@dataclass(frozen=True)
class _Checked:
    """Bytes fit for the reading library. look: the marks of a sheet by name or number;
    prove: raises Malformed; fetch: the bytes anew with a sheet that was set aside, None
    where it is in `data` already."""

    data: bytes
    look: Callable[[str, int], Marks]
    is_active: bool = False
    prove: Callable[[str], None] = lambda name: None
    fetch: Callable[[str], bytes | None] = lambda name: None


def open_book(data: bytes, aside: Collection[str] = ()) -> Book | Finding:
    """The workbook in these bytes, or what keeps it from being read.

    aside: sheets that are looked into only when asked for, where the format allows it.
    """
    problem = _stranger(data)
    if problem is not None:
        return problem
    try:
        checked = _package(data, aside) if data.startswith(b"PK") else _compound(data)
        if isinstance(checked, Finding):
            return checked
        workbook = _opened(checked.data)
        names = list(workbook.sheet_names)
    except BaseException as error:
        return _unreadable(error)
    if len(names) > MAX_SHEETS:
        return messages.finding("S-SIZE", detail=f"有 {len(names)} 张工作表")
    if len(set(names)) != len(names):
        return messages.finding("S-DAMAGED", detail="工作表重名")
    number = {name: number for number, name in enumerate(names)}
    return Book(
        workbook,
        names,
        checked.is_active,
        lambda name: checked.look(name, number[name]),
        checked.prove,
        checked.fetch,
    )


def _opened(data: bytes) -> calamine.CalamineWorkbook:
    return calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))


def _unreadable(error: BaseException) -> Finding:
    """The finding for what the reading library or a damaged package raises.

    A panic of the library's is no Exception; what is none of these is a defect of ours.
    """
    if isinstance(error, TooLarge):
        return messages.finding("S-SIZE", detail=str(error))
    if isinstance(error, calamine.PasswordError):
        return messages.finding("S-PASSWORD")
    known = (calamine.CalamineError, Malformed, zipfile.BadZipFile, zlib.error, OSError, EOFError)
    is_panic = type(error).__name__ == "PanicException"
    if isinstance(error, (*known, ValueError, NotImplementedError, MemoryError)) or is_panic:
        return messages.finding("S-DAMAGED", detail=_short(error))
    raise error


def _stranger(data: bytes) -> Finding | None:
    if not data:
        return messages.finding("S-TYPE", detail="是空文件，或者没有传完")
    if len(data) > MAX_BYTES:
        return messages.finding("S-SIZE", detail=f"超过 {MAX_BYTES // 2**20} MB")
    for magic, code, what in _KNOWN_STRANGERS:
        if data.startswith(magic):
            return messages.finding(code, detail=what)
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


def _compound(data: bytes) -> _Checked:
    sheets = records.of_xls(data)

    def look(name: str, number: int) -> Marks:
        return sheets[number] if number < len(sheets) else Marks()

    return _Checked(data, look, "_VBA_PROJECT".encode("utf-16-le") in data)


def _package(data: bytes, aside: Collection[str]) -> _Checked | Finding:
    """The parts of a zip package that matter, checked and packed anew."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        entries = package.infolist()
        names = [entry.filename for entry in entries]
        if any(entry.flag_bits & 1 for entry in entries):
            return messages.finding("S-PASSWORD")
        if "[Content_Types].xml" not in names and "content.xml" not in names:
            return messages.finding("S-ARCHIVE", detail="套着压缩包，或者里面没有文件")
        if len(entries) > MAX_ENTRIES:
            return messages.finding("S-SIZE", detail=f"内含 {len(entries)} 个部分")
        if "content.xml" not in names and not any(name.startswith("xl/") for name in names):
            return messages.finding("S-TYPE", detail="是文字处理文件或演示文稿")
        wanted = [entry for entry in entries if _PARTS.fullmatch(entry.filename)]
        if len({entry.filename for entry in wanted}) != len(wanted):
            return messages.finding("S-DAMAGED", detail="内部有重名的部分")
        expanded = sum(entry.file_size for entry in wanted)
        if expanded > MAX_EXPANDED or any(entry.file_size > MAX_PART for entry in wanted):
            return messages.finding("S-SIZE", detail=f"展开后 {expanded / 2**20:.0f} MB")
        parts = {entry.filename: _part(package, entry) for entry in wanted}
    if "content.xml" in parts and "[Content_Types].xml" not in parts:
        _vet(parts)
        tables = marks.of_spreadsheet(parts["content.xml"])
        return _Checked(_packed(parts), lambda name, _: tables.get(name) or Marks())
    paths = _sheet_paths(parts)
    late = {paths[name]: parts.pop(paths[name]) for name in aside if paths.get(name)}
    _vet(parts)
    is_xml = "xl/workbook.xml" in parts
    of_sheet = marks.of_worksheet if is_xml else records.of_xlsb_sheet

    def look(name: str, number: int) -> Marks:
        return of_sheet(part(name))

    def prove(name: str) -> None:
        if is_xml:
            marks.parse(part(name), None)

    def part(name: str) -> bytes:
        path = paths.get(name, "")
        return late[path] if path in late else parts.get(path, b"")

    def fetch(name: str) -> bytes | None:
        if paths.get(name) not in late:
            return None
        asked = {paths[name]: part(name)}
        _vet(asked)
        return _packed(parts | asked)

    return _Checked(_packed(parts), look, any(map(_ACTIVE.fullmatch, names)), prove, fetch)


def _part(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of a part. The size in the directory is not believed."""
    stated, entry.file_size = entry.file_size, MAX_PART + 1
    with package.open(entry) as part:
        data = part.read(MAX_PART + 1)
    if len(data) != stated:
        raise Malformed("内部的大小对不上")
    return data


def _vet(parts: Mapping[str, bytes]) -> None:
    """Raises Malformed or TooLarge where a part is not fit for the reading library."""
    for name, data in parts.items():
        is_xml = name.endswith((".xml", ".rels"))
        if is_xml:
            marks.no_entities(data)
        if name.lower().startswith("xl/sharedstrings"):
            if len(data) > MAX_STRINGS:
                raise TooLarge(f"文字有 {len(data) / 2**20:.0f} MB")
            # The reading library makes room for as many as are stated.
            if is_xml and marks.stated_strings(data) > 100_000 + len(data):
                raise Malformed("文字的个数对不上")


def _packed(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        for name, data in parts.items():
            package.writestr(zipfile.ZipInfo(name), data)
    return buffer.getvalue()


def _sheet_paths(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Sheet name → its part, '' where there is none, found as the reading library finds
    it. Raises Malformed."""
    if "xl/workbook.xml" in parts:
        named = marks.sheet_ids(parts["xl/workbook.xml"])
        relations = parts.get("xl/_rels/workbook.xml.rels", b"")
    elif "xl/workbook.bin" in parts:
        named = records.sheet_ids(parts["xl/workbook.bin"])
        relations = parts.get("xl/_rels/workbook.bin.rels", b"")
    else:
        raise Malformed("里面没有工作簿")
    targets = marks.targets(relations) if relations else {}
    folded = {name.lower(): name for name in parts}
    paths: dict[str, str] = {}
    for name, relation in named:
        target = targets.pop(relation, None)
        if name in paths or target is None:
            raise Malformed("工作表的目录不对")
        path = target.lstrip("/") if target.startswith(("/xl/", "xl/")) else f"xl/{target}"
        paths[name] = folded.pop(path.lower(), "")
    return paths


def _short(error: BaseException) -> str:
    """Why, for the unit: what the libraries say is English."""
    if isinstance(error, Malformed):
        return str(error)
    if isinstance(error, (zipfile.BadZipFile, zlib.error, EOFError)):
        return "压缩的内容不完整"
    return "压缩方式不认识" if isinstance(error, NotImplementedError) else "内部结构不对"
