"""xlsb: a package whose parts are binary records ([MS-XLSB] 2.1 and 2.4)."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from jyxl.reading import formats, limits, marks, package, records, relations, sheets
from jyxl.reading.damage import Malformed, TooLarge
from jyxl.reading.formats import Look
from jyxl.reading.limits import Cost
from jyxl.reading.marks import (
    BOOLEAN,
    ERROR,
    MERGED,
    NUMBER,
    SHARED,
    TEXT,
    Cell,
    Marked,
    Marks,
)
from jyxl.reading.sheets import Sheets

_ROW, _SHEET, _MERGED = 0, 156, 176
_SHARED, _FORMAT, _FONT, _STYLE = 19, 44, 43, 47
_STYLES_START, _STYLES_END = 617, 618
_KINDS = {
    **dict.fromkeys((2, 5, 9, 13, 16), NUMBER),
    **dict.fromkeys((3, 11, 14), ERROR),
    **dict.fromkeys((4, 10, 15), BOOLEAN),
    **dict.fromkeys((6, 8, 17, 61, 62), TEXT),
    **dict.fromkeys((7, 18), SHARED),
}
"""Record of a filled cell → the kind of its content."""
_FORMULAS = range(8, 12)
_SHORT = {short: short - 11 for short in range(12, 19)} | {61: 62}
"""Records of cells that have no column of their own but follow the one before → the same with a
column."""
_RICH = (61, 62)
_PACKED = (2, 13)
_MAX_STRINGS = 4 * 2**20


@dataclass(frozen=True)
class Xlsb:
    """An xlsb package whose parts are within the limits. All its sheets are set aside. texts: its
    shared texts; looks: how cells look, by the number of their style; fonts: for each, whether a
    text in it is marked."""

    sheets: Sheets
    texts: Sequence[str]
    looks: Sequence[Look]
    fonts: Sequence[bool]
    is_active: bool

    @cached_property
    def longest(self) -> int:
        """No shared text has more letters."""
        return max(map(len, self.texts), default=0)

    def data(self) -> bytes:
        """The package for the reading library, without sheets, and without styles as for xlsx."""
        return self.sheets.data()

    def marks(self, name: str, number: int) -> Marks:
        """Our own reading of a sheet. Raises TooLarge, Malformed."""
        return marks.of(cells(self.sheets.part(name), self.fonts), self._text, self._look)

    def elements(self, name: str) -> int:
        """Always 0: the records of all sheets were counted together."""
        return 0

    def anew(self, name: str) -> bytes | None:
        """The package with a sheet, or None if it has no part. The reading library does not know
        the short records of cells, so it is given long ones."""
        path = self.sheets.paths.get(name, "")
        if path not in self.sheets.late:
            return None
        part = _lengthened(self.sheets.late[path])
        return package.packed({**self.sheets.parts, path: part})

    def _text(self, number: int) -> str:
        if number >= len(self.texts):
            raise Malformed("文字的个数对不上")
        return self.texts[number]

    def _look(self, cell: Cell) -> Look:
        style = cell[4]
        return self.looks[style] if isinstance(style, int) and style < len(self.looks) else Look()


def opened(
    parts: Mapping[str, bytes], workbook: str, aside: Collection[str], is_active: bool
) -> Xlsb:
    """The xlsb file with these parts, of which one is the workbook.

    aside: sheets that are read only when they are needed; here these are all. Raises Malformed,
    TooLarge.
    """
    known = relations.of(parts, workbook)
    shared = parts.get(relations.related(parts, known, "sharedStrings"), b"")
    if len(shared) > _MAX_STRINGS:
        raise TooLarge(f"文字有 {len(shared) / 2**20:.0f} MB")
    own = {
        "_rels/.rels": relations.naming("xl/workbook.bin"),
        "xl/workbook.bin": parts[workbook],
        "xl/_rels/workbook.bin.rels": parts.get(relations.name(workbook), b""),
    }
    if shared:
        own["xl/sharedStrings.bin"] = shared
    listed = _listed(parts[workbook])
    found = sheets.found(parts, listed, known, own, [name for name, _ in listed])
    # All sheets are gone through at once, and a record takes two bytes at least.
    limits.vet([Cost(sum(len(found.part(name)) for name in found.paths) // 2)])
    try:
        looks, fonts = _styles(parts.get(relations.related(parts, known, "styles"), b""))
        limits.texts(sum(kind == _SHARED for kind, _ in _records(shared)))
        texts = [_rich(body, 0, fonts) for kind, body in _records(shared) if kind == _SHARED]
    except (struct.error, IndexError) as error:
        raise Malformed("记录不完整") from error
    return Xlsb(found, texts, looks, fonts, is_active)


def cells(part: bytes, fonts: Sequence[bool] = ()) -> Iterator[Cell]:
    """The filled cells of a worksheet part and its merged areas, none if it is empty; the style
    of a cell is a number. fonts: for each, whether a text in it is marked.

    Raises TooLarge, Malformed.
    """
    row = column = -1
    try:
        for kind, body in _records(part):
            if kind == _ROW:
                (row,) = struct.unpack_from("<I", body)
                column = -1
            elif kind == _MERGED:
                top, bottom, left, right = struct.unpack_from("<IIII", body)
                yield (top, left), MERGED, (top, left, bottom, right), False, None
            elif 1 <= kind <= 18 or kind in _RICH:
                column, at = (column + 1, 0) if kind in _SHORT else (_first(body), 4)
                if not 0 <= row < 2**20 or column >= 2**14:
                    raise Malformed("单元格的位置不对")
                if kind in _KINDS:
                    style = _first(body, at) & 0xFFFFFF
                    content = _content(kind, body, at + 4, fonts)
                    yield (row, column), _KINDS[kind], content, kind in _FORMULAS, style
    except (struct.error, IndexError) as error:
        raise Malformed("记录不完整") from error


def _lengthened(part: bytes) -> bytes:
    """The part of a sheet in which every cell has a column of its own."""
    found: list[bytes] = []
    column = -1
    is_changed = False
    for kind, body in _records(part):
        if kind == _ROW:
            column = -1
        elif kind in _SHORT:
            column += 1
            kind, body = _SHORT[kind], struct.pack("<I", column) + body
            is_changed = True
        elif 1 <= kind <= 11 or kind in _RICH:
            column = _first(body)
        found.append(_variable_bytes(kind, 2) + _variable_bytes(len(body), 4) + body)
    return b"".join(found) if is_changed else part


def _variable_bytes(number: int, most: int) -> bytes:
    """An integer as `_variable` reads it."""
    found: list[int] = []
    while number >= 0x80 and len(found) < most - 1:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*found, number & 0xFF))


def _content(kind: int, body: bytes, at: int, fonts: Sequence[bool]) -> object:
    """What a cell holds, whose content begins at this place of its record."""
    if kind in _PACKED:
        return records.short_number(_first(body, at))
    what = _KINDS[kind]
    if what == NUMBER:
        return struct.unpack_from("<d", body, at)[0]
    if what == ERROR:
        return records.error(body[at])
    if what == BOOLEAN:
        return body[at] != 0
    if what == SHARED:
        return _first(body, at)
    return _rich(body, at, fonts) if kind in _RICH else _wide_string(body, at)[0]


def _styles(part: bytes) -> tuple[list[Look], list[bool]]:
    """The looks of cells by the number of their style, and which fonts mark a text."""
    codes: dict[int, str] = {}
    struck: list[bool] = []
    marked: list[bool] = []
    looks: list[Look] = []
    is_inside = False
    for kind, body in _records(part):
        if kind == _FORMAT:
            codes[_half(body)] = _wide_string(body, 2)[0]
        elif kind == _FONT:
            struck.append(bool(body[2] & 8))
            marked.append(struck[-1] or _half(body, 6) in (1, 2))
        elif kind in (_STYLES_START, _STYLES_END):
            is_inside = kind == _STYLES_START
        elif kind == _STYLE and is_inside:
            number, font = _half(body, 2), _half(body, 4)
            code = codes.get(number) or formats.built_in(number)
            looks.append(Look(code, font < len(struck) and struck[font]))
    return looks, marked


def _rich(body: bytes, at: int, fonts: Sequence[bool]) -> str:
    """A text that may be in several fonts."""
    text, end = _wide_string(body, at + 1)
    if body[at] & 1:
        (runs,) = struct.unpack_from("<I", body, end)
        end += 4
        found = [_half(body, end + 4 * run + 2) for run in range(min(runs, len(body)))]
        if any(font < len(fonts) and fonts[font] for font in found):
            return Marked(text)
    return text


def _first(body: bytes, at: int = 0) -> int:
    number: int = struct.unpack_from("<I", body, at)[0]
    return number


def _half(body: bytes, at: int = 0) -> int:
    number: int = struct.unpack_from("<H", body, at)[0]
    return number


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
    limits.sheets(len(found))
    return found


def _wide_string(body: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", body, at)
    end = at + 4 + 2 * min(length, len(body))
    return body[at + 4 : end].decode("utf-16-le", "replace"), end
