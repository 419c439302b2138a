"""The records of an xls file: their order, and the texts in them ([MS-XLS] 2.1.4 and 2.5.294).

Files of Excel 5 and 95 (BIFF5) have texts of bytes in a code page, later ones (BIFF8) in Unicode.
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from jyxl.reading.damage import Malformed, TooLarge
from jyxl.reading.marks import Marked

BOF, EOF, CONTINUE = 0x0809, 0x000A, 0x003C
SHEET, REACH = 0x85, 0x0200
FORMULAS = (0x0006, 0x0206, 0x0406)
RESULT, ERROR_OR_BOOLEAN = 0x0207, 0x0205
REAL, PACKED, ROW_OF_PACKED = 0x0203, 0x027E, 0xBD
LABEL, RICH, SHARED_TEXT = 0x0204, 0xD6, 0xFD
BIFF8, BIFF5 = 0x0600, 0x0500
_PAGES = {
    1200: "utf-16-le",
    0x8000: "mac-roman",
    0x8001: "cp1252",
    367: "ascii",
    10000: "mac-roman",
}


@dataclass(frozen=True)
class Version:
    """How texts are written. page: the code page of BIFF5, None if they are in Unicode."""

    page: str | None = None

    def text(self, body: bytes, at: int, width: int = 2) -> tuple[str, int]:
        """A text and the position after it. width: the bytes that its length takes."""
        length = int.from_bytes(body[at : at + width], "little")
        at += width
        if self.page is not None:
            return body[at : at + length].decode(self.page, "replace"), at + length
        wide = body[at] & 1
        end = at + 1 + (length << wide)
        return body[at + 1 : end].decode("utf-16-le" if wide else "latin-1", "replace"), end


def page(number: int) -> str:
    """The codec of a code page; that of Chinese Windows if it is unknown."""
    name = _PAGES.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp936"
    return name


def records(stream: bytes, at: int, budget: Iterator[int]) -> Iterator[tuple[int, bytes, int]]:
    """(kind, body, position of the body) of the records of one substream, without those of the
    charts inside it. budget: yields as often as records may still be read in the whole file.

    Raises TooLarge.
    """
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + size]
        if next(budget, None) is None:
            raise TooLarge("填了内容的格太多")
        if kind == BOF:
            depth += 1
        elif kind == EOF:
            depth -= 1
            if depth <= 0:
                return
        if depth == 1:
            yield kind, body, at + 4
        at += 4 + size


class SharedTexts:
    """The shared texts of a file, which are written one after the other over a record and those
    that continue it. fonts: the numbers of those that mark a text."""

    def __init__(self, chunks: Sequence[bytes], fonts: Collection[int]) -> None:
        self._chunks = chunks
        self._fonts = fonts
        self._number = 0
        self._at = 8

    def all(self) -> list[str]:
        """Every text. Raises struct.error, IndexError and Malformed if one is incomplete."""
        if not self._chunks:
            return []
        (count,) = struct.unpack_from("<I", self._chunks[0], 4)
        return [self._next() for _ in range(count)]

    @property
    def _chunk(self) -> bytes:
        return self._chunks[self._number]

    def _next(self) -> str:
        if self._at >= len(self._chunk):
            self._turn(0)
        length, flags = struct.unpack_from("<HB", self._chunk, self._at)
        self._at += 3
        runs = more = 0
        if flags & 8:
            (runs,) = struct.unpack_from("<H", self._chunk, self._at)
            self._at += 2
        if flags & 4:
            (more,) = struct.unpack_from("<I", self._chunk, self._at)
            self._at += 4
        text = self._letters(length, flags & 1)
        fonts = self._bytes(4 * runs)
        self._bytes(more)
        found = {font for _, font in struct.iter_unpack("<HH", fonts)}
        return Marked(text) if found & {*self._fonts} else text

    def _letters(self, length: int, wide: int) -> str:
        """A text; where it is continued, a byte says anew how wide its letters are."""
        found: list[bytes] = []
        while True:
            take = min(length, (len(self._chunk) - self._at) >> wide)
            end = self._at + (take << wide)
            letters = self._chunk[self._at : end]
            found.append(letters if wide else letters.decode("latin-1").encode("utf-16-le"))
            self._at = end
            length -= take
            if not length:
                return b"".join(found).decode("utf-16-le", "replace")
            self._turn(1)
            wide = self._chunk[0] & 1

    def _bytes(self, size: int) -> bytes:
        found: list[bytes] = []
        while True:
            part = self._chunk[self._at : self._at + size]
            found.append(part)
            self._at += len(part)
            size -= len(part)
            if not size:
                return b"".join(found)
            self._turn(0)

    def _turn(self, at: int) -> None:
        """Go on with the next record."""
        self._number += 1
        if self._number >= len(self._chunks):
            raise Malformed("文字的个数对不上")
        self._at = at


def in_unicode(stream: bytes, version: Version) -> bytes:
    """A workbook of BIFF5 in the records of BIFF8, its sheets and their cells alone: the reading
    library cannot read the code pages in which a letter has two bytes.

    Raises struct.error, IndexError.
    """
    names, bodies = [], []
    for kind, body, _ in records(stream, 0, count()):
        if kind == SHEET:
            (start,) = struct.unpack_from("<I", body)
            names.append((body[4:6], _unicode(version.text(body, 6, 1)[0], 1)))
            cells = (_cell(version, *one[:2]) for one in records(stream, start, count()))
            bodies.append(b"".join((_start(0x10), *cells, _record(EOF))))
    head, at = _start(5), len(_start(5)) + len(_record(EOF))
    at += sum(len(_record(SHEET, bytes(4) + about + name)) for about, name in names)
    for (about, name), body in zip(names, bodies, strict=True):
        head += _record(SHEET, struct.pack("<I", at) + about + name)
        at += len(body)
    return b"".join((head, _record(EOF), *bodies))


def _cell(version: Version, kind: int, body: bytes) -> bytes:
    """A record of a cell of BIFF5 as one of BIFF8; nothing for other records."""
    if kind in (LABEL, RICH):
        return _record(LABEL, body[:6] + _unicode(version.text(body, 6)[0]))
    if kind == RESULT:
        return _record(RESULT, _unicode(version.text(body, 0)[0]))
    if kind in FORMULAS:
        return _record(FORMULAS[0], body[:20].ljust(22, b"\0"))
    if kind == REACH:
        return _record(REACH, struct.pack("<IIHHH", *struct.unpack_from("<HHHH", body), 0))
    is_cell = kind in (REAL, PACKED, ROW_OF_PACKED, ERROR_OR_BOOLEAN)
    return _record(kind, body) if is_cell else b""


def _start(kind: int) -> bytes:
    return _record(BOF, struct.pack("<HHHHII", BIFF8, kind, 0, 1997, 0, 6))


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _unicode(text: str, width: int = 2) -> bytes:
    return len(text).to_bytes(width, "little") + b"\1" + text.encode("utf-16-le")
