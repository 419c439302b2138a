"""xlsx → xlsb, as far as the reader reads it. No free program writes xlsb, so it is made here by
[MS-XLSB]: a workbook part that lists the sheets, and rows, texts, numbers, errors and formulas
in the sheet parts."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default'
    ' Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.worksheet"/><Override'
    ' PartName="/xl/workbook.bin"'
    ' ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/><Override'
    ' PartName="/xl/styles.bin" ContentType="application/vnd.ms-excel.styles"/></Types>'
)
_ROOT = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="xl/workbook.bin" Type="http://schemas.openxmlformats.org'
    '/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
_ERROR = {"#N/A": 0x2A, "#REF!": 0x17, "#DIV/0!": 0x07, "#VALUE!": 0x0F}


def xlsb(data: bytes, short: bool = False) -> bytes:
    """short: a cell that follows another one has no column of its own."""
    styles: list[str] = []
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(data))
    relations = []
    sheets = []
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _ROOT)
        for number, page in enumerate(book.worksheets, 1):
            relations.append(
                f'<Relationship Id="rId{number}" Target="worksheets/sheet{number}.bin" Type="http'
                '://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>'
            )
            body = struct.pack("<II", 0, number) + _text(f"rId{number}") + _text(page.title)
            sheets.append(_record(156, body))
            own = formulas[page.title]
            cells = (
                (c, own[c.coordinate].data_type == "f")
                for row in page.iter_rows()
                for c in row
                if c.value is not None
            )
            package.writestr(
                f"xl/worksheets/sheet{number}.bin", b"".join(_sheet(page, cells, styles, short))
            )
        relations.append(
            '<Relationship Id="rId0" Target="styles.bin" Type="http://schemas.openxmlformats.org'
            '/officeDocument/2006/relationships/styles"/>'
        )
        package.writestr("xl/styles.bin", b"".join(_styles(styles)))
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


def _styles(codes: list[str]) -> Iterable[bytes]:
    for number, code in enumerate(codes):
        yield _record(44, struct.pack("<H", 164 + number) + _text(code))
    yield _record(43, bytes(30))
    yield _record(617, struct.pack("<I", len(codes)))
    for number in range(len(codes)):
        yield _record(47, struct.pack("<HHH", 0, 164 + number, 0) + bytes(10))
    yield _record(618)


def _sheet(
    page: Worksheet, cells: Iterable[tuple[Cell, bool]], styles: list[str], short: bool
) -> Iterable[bytes]:
    yield _record(129)
    yield _record(148, struct.pack("<IIII", 0, 99, 0, 20))
    yield _record(145)
    last = (-1, -1)
    for cell, is_formula in cells:
        row, column = cell.row - 1, cell.column - 1
        if row != last[0]:
            yield _record(0, struct.pack("<II", row, 0) + bytes(9))
        if cell.number_format not in styles:
            styles.append(cell.number_format)
        style = struct.pack("<I", styles.index(cell.number_format))
        kind, content = _content(cell, is_formula)
        if short and not is_formula and (row, column - 1) == last:
            yield _record(kind + 11, style + content)
        else:
            yield _record(kind, struct.pack("<I", column) + style + content)
        last = row, column
    yield _record(146)
    for area in page.merged_cells.ranges:
        left, top, right, bottom = area.bounds
        yield _record(176, struct.pack("<IIII", top - 1, bottom - 1, left - 1, right - 1))
    yield _record(130)


def _content(cell: Cell, is_formula: bool) -> tuple[int, bytes]:
    """The kind of the record of a cell, and what follows its style."""
    value, tail = cell.value, struct.pack("<HI", 0, 0) if is_formula else b""
    if cell.data_type == "e":
        return 11 if is_formula else 3, bytes([_ERROR[str(value)]]) + tail
    if isinstance(value, bool):
        return 10 if is_formula else 4, bytes([value]) + tail
    if isinstance(value, (int, float)):
        return 9 if is_formula else 5, struct.pack("<d", value) + tail
    return 8 if is_formula else 6, _text(str(value)) + tail


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
