"""A zip package → the parts of it that matter, and back.

Limits are checked before anything is unpacked, and the reading library is given only the
parts that were checked, packed again.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from jyxl import messages
from jyxl.reading import limits
from jyxl.reading.damage import Malformed, TooLarge, Unreadable

MAX_ENTRIES = 500
MAX_PART = 16 * 2**20
MAX_EXPANDED = 32 * 2**20

_PARTS = re.compile(
    r"_rels/\.rels|content\.xml|META-INF/manifest\.xml"
    r"|xl/(?:_rels/)?[^/]+\.(?:xml|bin|rels)|xl/worksheets/[^/]+\.(?:xml|bin)"
)
"""The parts that are looked at. Drawings, links and the rest are never unpacked;
xl/vbaProject.bin is, since its name matches, but macros are never run."""
_OF_WORD = re.compile(r"_rels/\.rels|word/document\d*\.xml")
_ACTIVE = re.compile(
    r"xl/(?:vbaProject\.bin|externalLinks/.+|macrosheets/.+|embeddings/.+)"
    r"|word/(?:vbaProject\.bin|embeddings/.+|activeX/.+)"
)


@dataclass(frozen=True)
class Package:
    """An unpacked package. parts: name → bytes of the parts that matter. is_opendocument: it is
    one of OpenDocument, not of Office. is_active: it also contains macros, links to other files
    or embedded programs, which are never run."""

    parts: Mapping[str, bytes]
    is_opendocument: bool
    is_active: bool


def unpacked(data: bytes) -> Package:
    """The package of a spreadsheet in these bytes.

    Raises Unreadable, Malformed, TooLarge, and the errors of zipfile and zlib.
    """
    with _opened(data) as package:
        names = package.namelist()
        if "content.xml" not in names and not any(name.startswith("xl/") for name in names):
            raise Unreadable(messages.finding("S-TYPE", detail="是文字处理文件或演示文稿"))
        parts = _wanted(package, _PARTS.fullmatch)
    is_opendocument = "[Content_Types].xml" not in names
    return Package(parts, is_opendocument, any(map(_ACTIVE.fullmatch, names)))


def has_word(data: bytes) -> bool:
    """True if the bytes are a package with a Word document in it, and with no workbook."""
    if b"word/document" not in data or limits.lists_too_many([data]):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return any(map(_OF_WORD.fullmatch, {*names} - {"_rels/.rels"})) and not any(
        name.startswith("xl/") for name in names
    )


def of_word(data: bytes) -> Package:
    """The package of a Word document, of which nothing but the relations and the text is unpacked:
    no macro, no picture. Raises what `unpacked` does."""
    with _opened(data) as package:
        is_active = any(map(_ACTIVE.fullmatch, package.namelist()))
        return Package(_wanted(package, _OF_WORD.fullmatch), False, is_active)


@contextmanager
def _opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    """A package of Office or OpenDocument with neither a password nor too many parts."""
    if limits.lists_too_many([data]):
        raise TooLarge(f"内含 {limits.MAX_LISTED} 个以上的部分")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        entries = package.infolist()
        names = package.namelist()
        if any(entry.flag_bits & 1 for entry in entries) or "encrypted-package" in names:
            raise Unreadable(messages.finding("S-PASSWORD"))
        if "[Content_Types].xml" not in names and "content.xml" not in names:
            raise Unreadable(messages.finding("S-ARCHIVE", detail="套着压缩包，或者里面没有文件"))
        if len(entries) > MAX_ENTRIES:
            raise Unreadable(messages.finding("S-SIZE", detail=f"内含 {len(entries)} 个部分"))
        yield package


def _wanted(package: zipfile.ZipFile, fits: Callable[[str], object]) -> dict[str, bytes]:
    """The parts whose names fit, unless they are too large."""
    wanted = [entry for entry in package.infolist() if fits(entry.filename)]
    if len({entry.filename for entry in wanted}) != len(wanted):
        raise Malformed("内部有重名的部分")
    expanded = sum(entry.file_size for entry in wanted)
    if expanded > MAX_EXPANDED or any(entry.file_size > MAX_PART for entry in wanted):
        detail = f"展开后 {expanded / 2**20:.0f} MB"
        raise Unreadable(messages.finding("S-SIZE", detail=detail))
    return {entry.filename: _part(package, entry) for entry in wanted}


def _part(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of a part. The size stated in the directory is not trusted. Raises Malformed."""
    stated, entry.file_size = entry.file_size, MAX_PART + 1
    with package.open(entry) as part:
        data = part.read(MAX_PART + 1)
    if len(data) != stated:
        raise Malformed("内部的大小对不上")
    return data


def packed(parts: Mapping[str, bytes]) -> bytes:
    """An uncompressed package with these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        for name, data in parts.items():
            package.writestr(zipfile.ZipInfo(name), data)
    return buffer.getvalue()
