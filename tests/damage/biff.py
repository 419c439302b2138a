"""xlsx → xls, as far as the reader reads it, made by [MS-XLS]: in the records of Excel 97 (BIFF8)
or of Excel 95 (BIFF5), in one container with both, and encrypted."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import openpyxl
from msoffcrypto.method.rc4 import DocumentRC4, _makekey
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from tests.reading.compound import EOF, compound, entry, record

BIFF8, BIFF5 = 0x0600, 0x0500
_ERROR = {"#N/A": 0x2A, "#REF!": 0x17, "#DIV/0!": 0x07, "#VALUE!": 0x0F}
_SALT = bytes(range(16))
_STRUCK = 5
"""The number of the fifth font: no font has the number 4."""


def xls(data: bytes, password: str | None = None, of_calc: bool = False) -> bytes:
    """As Excel 97 and later write it. of_calc: with the name that LibreOffice leaves."""
    stream = _Workbook(BIFF8, of_calc).stream(data, password is not None)
    return compound(stream if password is None else _encrypted(stream, password))


def xls_of_excel_95(data: bytes) -> bytes:
    return compound(_Workbook(BIFF5).stream(data), name="Book")


def xls_of_both(data: bytes) -> bytes:
    """A container with a stream for Excel 97 and one for Excel 95, in which nothing stands."""
    stream = _Workbook(BIFF8).stream(data)
    older = record(0x0809, struct.pack("<HHHH", BIFF5, 5, 0, 0)) + EOF
    at = 2 + -(-max(len(stream), 4096) // 512)
    return compound(stream, entries=[entry("Book", 2, at, 4096)], more=older.ljust(4096, b"\0"))


@dataclass
class _Workbook:
    version: int
    of_calc: bool = False
    texts: list[str] = field(default_factory=list)
    styles: list[tuple[str, bool]] = field(default_factory=list)

    def stream(self, data: bytes, with_lock: bool = False) -> bytes:
        values = openpyxl.load_workbook(io.BytesIO(data), data_only=True, rich_text=False)
        formulas = openpyxl.load_workbook(io.BytesIO(data))
        bodies = [self._sheet(page, formulas[page.title]) for page in values.worksheets]
        head = [record(0x0809, struct.pack("<HHHHII", self.version, 5, 0, 1997, 0, 6))]
        if with_lock:
            head.append(record(0x2F, bytes(54)))
        user = self._text("Calc" if self.of_calc else "office")
        head += [record(0x42, struct.pack("<H", self._page)), record(0x5C, user)]
        for number in range(5):
            head.append(record(0x31, struct.pack("<HHHHH", 220, 8 * (number == 4), 0, 400, 0)))
        for number, (code, _) in enumerate(self.styles):
            text = self._text(code, 2 if self.version == BIFF8 else 1)
            head.append(record(0x041E, struct.pack("<H", 164 + number) + text))
        for number, (_, is_struck) in enumerate(self.styles):
            font = _STRUCK if is_struck else 0
            head.append(record(0xE0, struct.pack("<HH", font, 164 + number) + bytes(16)))
        tail = [*self._shared(), EOF] if self.version == BIFF8 else [EOF]
        names = [self._text(page.title, 1) for page in values.worksheets]
        sizes = [len(record(0x85, bytes(6) + name)) for name in names]
        at = len(b"".join((*head, *tail))) + sum(sizes)
        for name, body in zip(names, bodies, strict=True):
            head.append(record(0x85, struct.pack("<IH", at, 0) + name))
            at += len(body)
        return b"".join((*head, *tail, *bodies))

    @property
    def _page(self) -> int:
        return 1200 if self.version == BIFF8 else 936

    def _text(self, text: str, width: int = 2) -> bytes:
        if self.version == BIFF5:
            raw = text.encode("cp936", "replace")
            return len(raw).to_bytes(width, "little") + raw
        return len(text).to_bytes(width, "little") + b"\x01" + text.encode("utf-16-le")

    def _shared(self) -> Iterator[bytes]:
        """The shared texts, continued in further records."""
        kind, body = 0xFC, struct.pack("<II", len(self.texts), len(self.texts))
        for text in map(self._text, self.texts):
            if len(body) + len(text) > 8224:
                yield record(kind, body)
                kind, body = 0x3C, b""
            body += text
        yield record(kind, body)

    def _sheet(self, page: Worksheet, formulas: Worksheet) -> bytes:
        edges = (0, page.max_row, 0, page.max_column, 0)
        parts = [record(0x0809, struct.pack("<HHHHII", self.version, 0x10, 0, 1997, 0, 6))]
        form = "<HHHHH" if self.version == BIFF5 else "<IIHHH"
        parts.append(record(0x0200, struct.pack(form, *edges)))
        for line in page.iter_rows():
            for cell in line:
                if cell.value is not None:
                    parts += self._cell(cell, formulas[cell.coordinate].data_type == "f")
        areas = [area.bounds for area in page.merged_cells.ranges]
        bounds = [struct.pack("<HHHH", t - 1, b - 1, le - 1, r - 1) for le, t, r, b in areas]
        parts.append(record(0xE5, struct.pack("<H", len(bounds)) + b"".join(bounds)))
        return b"".join((*parts, EOF))

    def _cell(self, cell: Cell, is_formula: bool) -> Iterator[bytes]:
        style = (cell.number_format, bool(cell.font.strike))
        if style not in self.styles:
            self.styles.append(style)
        head = struct.pack("<HHH", cell.row - 1, cell.column - 1, self.styles.index(style))
        value, tail = cell.value, struct.pack("<HIH", 0, 0, 0)
        if is_formula and isinstance(value, (int, float)):
            yield record(0x0006, head + struct.pack("<d", value) + tail)
        elif is_formula:
            kind = 2 if cell.data_type == "e" else 0
            result = bytes([kind, 0, _ERROR.get(str(value), 0), 0, 0, 0, 255, 255])
            yield record(0x0006, head + result + tail)
            if kind == 0:
                yield record(0x0207, self._text(str(value)))
        elif cell.data_type == "e":
            yield record(0x0205, head + bytes([_ERROR[str(value)], 1]))
        elif isinstance(value, bool):
            yield record(0x0205, head + bytes([value, 0]))
        elif isinstance(value, int) and cell.column % 2:
            yield record(0x027E, head + struct.pack("<i", value << 2 | 2))
        elif isinstance(value, (int, float)):
            yield record(0x0203, head + struct.pack("<d", value))
        elif self.version == BIFF5:
            yield record(0x0204, head + self._text(str(value)))
        else:
            self.texts.append(str(value))
            yield record(0xFD, head + struct.pack("<I", len(self.texts) - 1))


def _encrypted(stream: bytes, password: str) -> bytes:
    """The stream encrypted with RC4; it must have room for what says so."""
    verifier = bytes(range(16, 32))
    pad = DocumentRC4.decrypt(password, _SALT, io.BytesIO(bytes(len(stream))), 1024).read()
    found = bytearray(stream)
    at = 0
    while at < len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        start, end = at + 4 + 4 * (kind == 0x85), at + 4 + size
        if kind == 0x2F:
            found[start:end] = struct.pack("<HHH", 1, 1, 1) + _proof(password, verifier)
        elif kind != 0x0809:
            mixed = (a ^ b for a, b in zip(stream[start:end], pad[start:end], strict=True))
            found[start:end] = bytes(mixed)
        at = end
    return bytes(found)


def _proof(password: str, verifier: bytes) -> bytes:
    """The salt, and what shows whether a password is right."""
    import hashlib

    from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
    from cryptography.hazmat.primitives.ciphers import Cipher

    cipher = Cipher(ARC4(_makekey(password, _SALT, 0)), mode=None).encryptor()
    return _SALT + cipher.update(verifier) + cipher.update(hashlib.md5(verifier).digest())
