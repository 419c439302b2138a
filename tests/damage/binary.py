"""xlsx → xlsb, as far as the reader reads it. No free program writes xlsb, so it is made here by
[MS-XLSB]: a workbook part that lists the sheets, and rows, texts, numbers, errors and formulas
in the sheet parts."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable

import openpyxl

_ERROR = {"#N/A": 0x2A, "#REF!": 0x17, "#DIV/0!": 0x07, "#VALUE!": 0x0F}


def xlsb(data: bytes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(data))
    relations = []
    sheets = []
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        for number, page in enumerate(book.worksheets, 1):
            relations.append(
                f'<Relationship Id="rId{number}" Target="worksheets/sheet{number}.bin" Type="http'
                '://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>'
            )
            body = struct.pack("<II", 0, number) + _text(f"rId{number}") + _text(page.title)
            sheets.append(_record(156, body))
            own = formulas[page.title]
            cells = (
                (c.row - 1, c.column - 1, c.value, c.data_type, own[c.coordinate].data_type == "f")
                for row in page.iter_rows()
                for c in row
                if c.value is not None
            )
            package.writestr(f"xl/worksheets/sheet{number}.bin", b"".join(_sheet(cells)))
        package.writestr(
            "xl/workbook.bin",
            b"".join([_record(131), _record(143), *sheets, _record(144), _record(132)]),
        )
        package.writestr(
            "xl/_rels/workbook.bin.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            + "".join(relations)
            + "</Relationships>",
        )
    return buffer.getvalue()


def _sheet(cells: Iterable[tuple[int, int, object, str, bool]]) -> Iterable[bytes]:
    yield _record(129)
    yield _record(148, struct.pack("<IIII", 0, 99, 0, 20))
    yield _record(145)
    last = -1
    for row, column, value, kind, is_formula in cells:
        if row != last:
            yield _record(0, struct.pack("<II", row, 0) + bytes(9))
            last = row
        head = struct.pack("<II", column, 0)
        tail = struct.pack("<HI", 0, 0) if is_formula else b""
        if kind == "e":
            yield _record(11 if is_formula else 3, head + bytes([_ERROR[str(value)]]) + tail)
        elif isinstance(value, bool):
            yield _record(10 if is_formula else 4, head + bytes([value]) + tail)
        elif isinstance(value, (int, float)):
            yield _record(9 if is_formula else 5, head + struct.pack("<d", value) + tail)
        else:
            yield _record(8 if is_formula else 6, head + _text(str(value)) + tail)
    yield _record(146)
    yield _record(130)


def _record(kind: int, body: bytes = b"") -> bytes:
    size, length = len(body), b""
    while True:
        size, low = size >> 7, size & 0x7F
        length += bytes([low | (0x80 if size else 0)])
        if not size:
            break
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + length + body


def _text(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2) + raw
