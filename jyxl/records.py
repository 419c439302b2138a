"""The marks of xls and xlsb sheets, whose cells are binary records.

Layouts: [MS-CFB] for the container of xls, [MS-XLS] 2.4 and [MS-XLSB] 2.4 for the records.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from jyxl.marks import MAX_CELLS, Malformed, Marks, TooLarge

_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_SECTOR_LIMIT = 0xFFFFFFF0
MAX_RECORDS = 1_000_000


def of_xls(data: bytes) -> list[Marks]:
    """The marks of every sheet, in the workbook's order. Raises TooLarge, Malformed."""
    try:
        stream = _workbook_stream(data)
        starts = []
        budget = iter(range(MAX_RECORDS))
        for kind, body in _biff(stream, 0, budget):
            if kind == 0xFC and struct.unpack_from("<I", body, 4)[0] > len(stream):
                raise Malformed("文字的个数对不上")
            if kind == 0x85:
                starts.append(struct.unpack_from("<I", body)[0])
        return [_of_xls_sheet(stream, start, budget) for start in starts]
    except (struct.error, IndexError, KeyError) as error:
        raise Malformed("记录不完整") from error


def _of_xls_sheet(stream: bytes, start: int, budget: Iterator[int]) -> Marks:
    marks = Marks()
    for kind, body in _biff(stream, start, budget):
        if kind == 0x0200:
            above, rows, before, columns = struct.unpack_from("<IIHH", body)
            # The reading library takes one from the other, without a look at which is more.
            if not (above <= rows <= 65536 and before <= columns <= 256):
                raise Malformed("表的范围不对")
            # The reading library makes room for all of it at once.
            if rows * columns > MAX_CELLS:
                raise TooLarge(f"内容远到第 {rows} 行、第 {columns} 列")
        elif kind in (0x0006, 0x0206, 0x0406):
            row, column = struct.unpack_from("<HH", body)
            marks.reach(row, column)
            marks.formulas.add((row, column))
            if body[12:14] == b"\xff\xff" and body[6] == 2:
                marks.errors[row, column] = _ERRORS.get(body[8], "#N/A")
        elif kind == 0x0205:
            row, column, _, value, is_error = struct.unpack_from("<HHHBB", body)
            marks.reach(row, column)
            if is_error:
                marks.errors[row, column] = _ERRORS.get(value, "#N/A")
        elif kind in (0x0203, 0x0204, 0x00FD, 0x00D6, 0x027E):
            marks.reach(*struct.unpack_from("<HH", body))
        elif kind == 0x00BD:
            marks.reach(struct.unpack_from("<H", body)[0], struct.unpack("<H", body[-2:])[0])
    return marks


def _biff(stream: bytes, at: int, budget: Iterator[int]) -> Iterator[tuple[int, bytes]]:
    """The records of one substream, those of charts inside it left out. budget: how many
    more may be read in the whole file."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + size]
        at += 4 + size
        if next(budget, None) is None:
            raise TooLarge("填了内容的格太多")
        if kind == 0x0809:
            depth += 1
        elif kind == 0x000A:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, body


def _workbook_stream(data: bytes) -> bytes:
    """The stream called Workbook (or Book) of the compound file."""
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if shift not in (9, 12) or mini_shift != 6:
        raise Malformed("容器的头不对")
    size = 1 << shift
    directory, _, cutoff, first_mini = struct.unpack_from("<IIII", data, 48)
    (_, first_difat, _) = struct.unpack_from("<III", data, 64)

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    tables = [n for n in struct.unpack_from("<109I", data, 76) if n < _SECTOR_LIMIT]
    seen = 0
    while first_difat < _SECTOR_LIMIT and seen * size < len(data):
        numbers = struct.unpack(f"<{size // 4}I", sector(first_difat))
        tables += [n for n in numbers[:-1] if n < _SECTOR_LIMIT]
        first_difat = numbers[-1]
        seen += 1
    if len(tables) * size > len(data):
        raise Malformed("容器的目录不对")
    fat: list[int] = []
    for number in tables:
        fat += struct.unpack(f"<{size // 4}I", sector(number))

    def chain(start: int) -> bytes:
        parts = []
        while start < _SECTOR_LIMIT:
            parts.append(sector(start))
            if len(parts) * size > len(data) + size:
                raise Malformed("容器的目录绕成了圈")
            start = fat[start]
        return b"".join(parts)

    entries = chain(directory)
    root_start = 0
    for at in range(0, len(entries) - 127, 128):
        length = struct.unpack_from("<H", entries, at + 64)[0]
        name = entries[at : at + max(0, min(64, length) - 2)].decode("utf-16-le", "replace")
        start, stream_size = struct.unpack_from("<II", entries, at + 116)
        if entries[at + 66] == 5:
            root_start = start
        elif entries[at + 66] == 2 and name.lower() in ("workbook", "book"):
            if stream_size >= cutoff:
                return chain(start)[:stream_size]
            return _mini(chain(root_start), chain(first_mini), start)[:stream_size]
    raise Malformed("里面没有工作簿")


def _mini(container: bytes, table: bytes, start: int) -> bytes:
    parts = []
    while start < _SECTOR_LIMIT:
        parts.append(container[start * 64 : start * 64 + 64])
        if len(parts) * 64 > len(container) + 64:
            raise Malformed("容器的目录绕成了圈")
        (start,) = struct.unpack_from("<I", table, start * 4)
    return b"".join(parts)


def of_xlsb_sheet(part: bytes) -> Marks:
    """The marks of a worksheet part of an xlsb file. Raises TooLarge, Malformed."""
    marks = Marks()
    row = 0
    try:
        for kind, body in _xlsb(part):
            if kind == 0:
                (row,) = struct.unpack_from("<I", body)
            elif 2 <= kind <= 11 or kind == 62:
                (column,) = struct.unpack_from("<I", body)
                if row >= 2**20 or column >= 2**14:
                    raise Malformed("单元格的位置不对")
                marks.reach(row, column)
                if kind in (3, 11):
                    marks.errors[row, column] = _ERRORS.get(body[8], "#N/A")
                if 8 <= kind <= 11:
                    marks.formulas.add((row, column))
    except (struct.error, IndexError) as error:
        raise Malformed("记录不完整") from error
    return marks


def _xlsb(part: bytes) -> Iterator[tuple[int, bytes]]:
    at = count = 0
    while at < len(part):
        kind, at = _variable(part, at, 2)
        size, at = _variable(part, at, 4)
        if size > len(part) - at:
            raise Malformed("记录不完整")
        yield kind, part[at : at + size]
        at += size
        count += 1
        if count > MAX_RECORDS:
            raise TooLarge("填了内容的格太多")


def _variable(part: bytes, at: int, most: int) -> tuple[int, int]:
    """An integer of 7 bits a byte, low first, and where it ends."""
    value = 0
    for number in range(most):
        byte = part[at]
        at += 1
        value |= (byte & 0x7F) << (7 * number)
        if byte < 0x80:
            break
    return value, at


def sheet_ids(workbook: bytes) -> list[tuple[str, str]]:
    """(name, relation) of the sheets that workbook.bin lists. Raises Malformed, TooLarge."""
    found = []
    try:
        for kind, body in _xlsb(workbook):
            if kind == 156:
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
