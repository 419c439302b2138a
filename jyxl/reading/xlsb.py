"""xlsb: the sheets of a package whose parts are binary records ([MS-XLSB] 2.1 and 2.4)."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from jyxl.reading import marks, package, records, sheets
from jyxl.reading.damage import Malformed, TooLarge
from jyxl.reading.marks import ERROR, Cell, Marks
from jyxl.reading.sheets import Sheets
from jyxl.reading.xlsx import MAX_STRINGS

_ROW, _SHEET = 0, 156
_CELLS = (*range(2, 12), 62)
_ERRORS = (3, 11)
_FORMULAS = range(8, 12)


@dataclass(frozen=True)
class Xlsb:
    """An xlsb package whose parts are within the limits."""

    sheets: Sheets
    is_active: bool

    def data(self) -> bytes:
        """The package for the reading library, without the sheets that were set aside."""
        return self.sheets.data()

    def marks(self, name: str, number: int) -> Marks:
        """The marks of a sheet. Raises TooLarge, Malformed."""
        return marks.of(cells(self.sheets.part(name)))

    def anew(self, name: str) -> bytes | None:
        """The package with a sheet that was set aside, or None if the sheet is in `data`."""
        return self.sheets.anew(name)


def opened(parts: Mapping[str, bytes], aside: Collection[str], is_active: bool) -> Xlsb:
    """The xlsb file with these parts. aside: sheets that are read only when they are needed.

    Raises Malformed, TooLarge.
    """
    relations = parts.get("xl/_rels/workbook.bin.rels", b"")
    found = sheets.found(parts, _listed(parts["xl/workbook.bin"]), relations, aside)
    package.vet(found.parts)
    for name, data in found.parts.items():
        if name.lower().startswith("xl/sharedstrings") and len(data) > MAX_STRINGS:
            raise TooLarge(f"文字有 {len(data) / 2**20:.0f} MB")
    return Xlsb(found, is_active)


def cells(part: bytes) -> Iterator[Cell]:
    """The filled cells of a worksheet part, none if it is empty; of their contents, only error
    values are given. Raises TooLarge, Malformed."""
    row = 0
    try:
        for kind, body in _records(part):
            if kind == _ROW:
                (row,) = struct.unpack_from("<I", body)
            elif kind in _CELLS:
                (column,) = struct.unpack_from("<I", body)
                if row >= 2**20 or column >= 2**14:
                    raise Malformed("单元格的位置不对")
                is_error = kind in _ERRORS
                text = records.error(body[8]) if is_error else ""
                yield row, column, ERROR if is_error else "", text, kind in _FORMULAS, 1, 1
    except (struct.error, IndexError) as error:
        raise Malformed("记录不完整") from error


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    at = count = 0
    while at < len(part):
        kind, at = _variable(part, at, 2)
        size, at = _variable(part, at, 4)
        if size > len(part) - at:
            raise Malformed("记录不完整")
        yield kind, part[at : at + size]
        at += size
        count += 1
        if count > records.MAX_RECORDS:
            raise TooLarge("填了内容的格太多")


def _variable(part: bytes, at: int, most: int) -> tuple[int, int]:
    """An integer with 7 bits per byte, the lowest first, and the position after it."""
    value = 0
    for number in range(most):
        byte = part[at]
        at += 1
        value |= (byte & 0x7F) << (7 * number)
        if byte < 0x80:
            break
    return value, at


def _listed(workbook: bytes) -> list[tuple[str, str]]:
    """(name, relation) of the sheets that workbook.bin lists. Raises Malformed, TooLarge."""
    found = []
    try:
        for kind, body in _records(workbook):
            if kind == _SHEET:
                relation, at = _wide_string(body, 8)
                name, _ = _wide_string(body, at)
                found.append((name, relation))
    except (struct.error, IndexError) as error:
        raise Malformed("记录不完整") from error
    return found


def _wide_string(body: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", body, at)
    end = at + 4 + 2 * min(length, len(body))
    return body[at + 4 : end].decode("utf-16-le", "replace"), end
