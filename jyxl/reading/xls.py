"""xls: the sheets of a compound file with one stream of records ([MS-XLS] 2.1 and 2.4)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jyxl.reading import compound, marks, records
from jyxl.reading.damage import Malformed, TooLarge
from jyxl.reading.marks import ERROR, Cell, Marks

_BOF, _EOF = 0x0809, 0x000A
_SHEET, _STRINGS, _REACH = 0x85, 0xFC, 0x0200
_FORMULAS = (0x0006, 0x0206, 0x0406)
_ERROR_OR_BOOLEAN = 0x0205
_VALUES = (0x0203, 0x0204, 0x00FD, 0x00D6, 0x027E)
_NUMBERS = 0x00BD


@dataclass(frozen=True)
class Xls:
    """An xls file within the limits. sheets: the marks of each sheet, in the workbook's order."""

    file: bytes
    sheets: Sequence[Marks]
    is_active: bool

    def data(self) -> bytes:
        """The file for the reading library."""
        return self.file

    def marks(self, name: str, number: int) -> Marks:
        """The marks of a sheet. Raises Malformed if only the reading library knows the sheet."""
        if number >= len(self.sheets):
            raise Malformed("工作表的目录不对")
        return self.sheets[number]

    def anew(self, name: str) -> None:
        """Always None: all sheets are in one stream, so none is set aside."""


def opened(data: bytes) -> Xls:
    """The xls file in these bytes. Raises Malformed, TooLarge."""
    is_active = "_VBA_PROJECT".encode("utf-16-le") in data
    return Xls(data, _sheets(compound.workbook_stream(data)), is_active)


def _sheets(stream: bytes) -> list[Marks]:
    try:
        starts = []
        budget = iter(range(records.MAX_RECORDS))
        for kind, body in _records(stream, 0, budget):
            # The reading library allocates as many texts as are stated.
            if kind == _STRINGS and struct.unpack_from("<I", body, 4)[0] > len(stream):
                raise Malformed("文字的个数对不上")
            if kind == _SHEET:
                starts.append(struct.unpack_from("<I", body)[0])
        return [marks.of(_cells(stream, start, budget)) for start in starts]
    except (struct.error, IndexError) as error:
        raise Malformed("记录不完整") from error


def _cells(stream: bytes, start: int, budget: Iterator[int]) -> Iterator[Cell]:
    """The filled cells of a sheet; of their contents, only error values are given."""
    for kind, body in _records(stream, start, budget):
        if kind == _REACH:
            _vet_reach(body)
        elif kind in _FORMULAS:
            row, column = struct.unpack_from("<HH", body)
            is_error = body[12:14] == b"\xff\xff" and body[6] == 2
            text = records.error(body[8]) if is_error else ""
            yield row, column, ERROR if is_error else "", text, True, 1, 1
        elif kind == _ERROR_OR_BOOLEAN:
            row, column, _, value, is_error = struct.unpack_from("<HHHBB", body)
            text = records.error(value) if is_error else ""
            yield row, column, ERROR if is_error else "", text, False, 1, 1
        elif kind in _VALUES:
            row, column = struct.unpack_from("<HH", body)
            yield row, column, "", "", False, 1, 1
        elif kind == _NUMBERS:
            row, first = struct.unpack_from("<HH", body)
            (last,) = struct.unpack("<H", body[-2:])
            yield row, first, "", "", False, 1, max(1, last + 1 - first)


def _vet_reach(body: bytes) -> None:
    above, rows, before, columns = struct.unpack_from("<IIHH", body)
    # The reading library subtracts one from the other without checking which is larger.
    if not (above <= rows <= 65536 and before <= columns <= 256):
        raise Malformed("表的范围不对")
    # The reading library allocates the whole area at once.
    marks.within(rows, columns)


def _records(stream: bytes, at: int, budget: Iterator[int]) -> Iterator[tuple[int, bytes]]:
    """The records of one substream, without those of the charts inside it. budget: yields as
    often as records may still be read in the whole file."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + size]
        at += 4 + size
        if next(budget, None) is None:
            raise TooLarge("填了内容的格太多")
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, body
