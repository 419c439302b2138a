"""xls: the sheets of a compound file with one stream of records ([MS-XLS] 2.1 and 2.4)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from jyxl.reading import biff, compound, formats, limits, locked, marks, records
from jyxl.reading.biff import (
    BIFF5,
    BIFF8,
    BOF,
    CONTINUE,
    ERROR_OR_BOOLEAN,
    FORMULAS,
    LABEL,
    PACKED,
    REACH,
    REAL,
    RESULT,
    RICH,
    ROW_OF_PACKED,
    SHARED_TEXT,
    SHEET,
    SharedTexts,
    Version,
)
from jyxl.reading.damage import Malformed
from jyxl.reading.formats import Look
from jyxl.reading.limits import Cost
from jyxl.reading.marks import (
    BOOLEAN,
    ERROR,
    MERGED,
    NUMBER,
    SHARED,
    STALE,
    TEXT,
    Cell,
    Marked,
    Marks,
    Position,
)

_STRINGS, _PAGE, _LOCK, _USER = 0xFC, 0x42, 0x2F, 0x5C
_FONT, _FORMAT, _STYLE, _MERGED = 0x31, 0x041E, 0xE0, 0xE5
_VALUES = (REAL, PACKED, SHARED_TEXT, ERROR_OR_BOOLEAN, LABEL, RICH)
_RESULT_FOLLOWS = "text follows"


@dataclass(frozen=True)
class Xls:
    """An xls file within the limits. stream: what the reading library is given; sheets: our own
    reading of each sheet, in the workbook's order."""

    stream: bytes
    sheets: Sequence[Marks]
    longest: int
    """No shared text has more letters."""
    is_active: bool

    def data(self) -> bytes:
        """The file for the reading library. No number in it is in the format of a date: which
        formats are dates is decided by our own reading."""
        return compound.packed(self.stream)

    def marks(self, name: str, number: int) -> Marks:
        """Our own reading of a sheet. Raises Malformed if only the reading library knows it."""
        if number >= len(self.sheets):
            raise Malformed("工作表的目录不对")
        return self.sheets[number]

    def elements(self, name: str) -> int:
        """Always 0: all sheets were counted together."""
        return 0

    def anew(self, name: str) -> None:
        """Always None: all sheets are in one stream, so none is set aside."""


@dataclass
class _Globals:
    """What is stated once for all sheets. starts: where their records begin; texts: the chunks
    of the shared texts; codes: number formats; styles: (number format, font); struck, marked:
    the numbers of the fonts that strike out a cell, and of those that mark a part of a text;
    is_of_calc: LibreOffice wrote the file."""

    version: Version
    starts: list[int] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)
    styles: list[tuple[int, int]] = field(default_factory=list)
    struck: set[int] = field(default_factory=set)
    marked: set[int] = field(default_factory=set)
    fonts: int = 0
    is_of_calc: bool = False

    def look(self, cell: Cell) -> Look:
        style = cell[4]
        if not isinstance(style, int) or style >= len(self.styles):
            return Look()
        number, font = self.styles[style]
        return Look(self.codes.get(number) or formats.built_in(number), font in self.struck)

    def add_font(self, body: bytes) -> None:
        # No font has the number 4.
        number = self.fonts if self.fonts < 4 else self.fonts + 1
        self.fonts += 1
        flags, raised = struct.unpack_from("<2xH4xH", body)
        if flags & 8:
            self.struck.add(number)
        if flags & 8 or raised in (1, 2):
            self.marked.add(number)


def opened(data: bytes) -> Xls:
    """The xls file in these bytes. Raises Malformed, TooLarge, Unreadable (S-PASSWORD)."""
    is_active = "_VBA_PROJECT".encode("utf-16-le") in data
    stream = compound.workbook_stream(data)
    budget = iter(range(records.MAX_RECORDS))
    try:
        if any(kind == _LOCK for kind, _, _ in islice(biff.records(stream, 0, budget), 20)):
            stream = locked.opened(stream)
        given = bytearray(stream)
        found = _globals(stream, given, budget)
        limits.sheets(len(found.starts))
        if len({*found.starts}) != len(found.starts):
            raise Malformed("工作表的目录不对")
        texts = SharedTexts(found.texts, found.marked).all()
        longest = max(map(len, texts), default=0)
        sheets: list[Marks] = []
        costs: list[Cost] = []
        room = marks.MAX_FILLED
        for start in found.starts:
            cells = _cells(stream, start, found, budget)
            sheets.append(marks.of(cells, partial(_text, texts), found.look, room))
            room -= len(sheets[-1].cells)
            costs.append(limits.cost(sheets[-1], 0, longest, None))
            limits.vet(costs, limits.MAX_AT_ONCE)
    except (struct.error, IndexError) as error:
        raise Malformed("记录不完整") from error
    is_old = found.version.page is not None
    anew = biff.in_unicode(stream, found.version) if is_old else bytes(given)
    return Xls(anew, sheets, longest, is_active)


def _text(texts: Sequence[str], number: int) -> str:
    if number >= len(texts):
        raise Malformed("文字的个数对不上")
    return texts[number]


def _globals(stream: bytes, given: bytearray, budget: Iterator[int]) -> _Globals:
    """What the first substream states. given: the same stream, in which the format of every
    style is replaced by the general one."""
    found = _Globals(_version(stream))
    before = 0
    for kind, body, at in biff.records(stream, 0, budget):
        if kind == _STRINGS:
            # The reading library allocates as many texts as are stated.
            (count,) = struct.unpack_from("<I", body, 4)
            if count > len(stream):
                raise Malformed("文字的个数对不上")
            limits.texts(count)
            found.texts.append(body)
        elif kind == CONTINUE and before == _STRINGS:
            found.texts.append(body)
            continue
        elif kind == SHEET:
            found.starts.append(struct.unpack_from("<I", body)[0])
        elif kind == _PAGE and found.version.page is not None:
            found.version = Version(biff.page(struct.unpack_from("<H", body)[0]))
        elif kind == _USER:
            found.is_of_calc = found.version.text(body, 0)[0].strip() == "Calc"
        elif kind == _FONT:
            found.add_font(body)
        elif kind == _FORMAT:
            width = 2 if found.version.page is None else 1
            found.codes[struct.unpack_from("<H", body)[0]] = found.version.text(body, 2, width)[0]
        elif kind == _STYLE:
            font, number = struct.unpack_from("<HH", body)
            found.styles.append((number, font))
            given[at + 2 : at + 4] = b"\0\0"
        before = kind
    return found


def _version(stream: bytes) -> Version:
    kind, _, number = struct.unpack_from("<HHH", stream)
    if kind != BOF or number not in (BIFF5, BIFF8):
        raise Malformed("是太老的格式，请另存为 xlsx")
    return Version(None if number == BIFF8 else "cp936")


def _cells(stream: bytes, start: int, found: _Globals, budget: Iterator[int]) -> Iterator[Cell]:
    """The filled cells of a sheet and its merged areas; the style of a cell is a number."""
    waiting: tuple[Position, int] | None = None
    for kind, body, _ in biff.records(stream, start, budget):
        if kind == REACH:
            _vet_reach(body)
        elif kind == RESULT and waiting is not None:
            position, style = waiting
            yield position, TEXT, found.version.text(body, 0)[0], True, style
            waiting = None
        elif kind in FORMULAS:
            row, column, style = struct.unpack_from("<HHH", body)
            what, content = _result(body[6:14])
            if found.is_of_calc and content == 0.0:
                what = STALE  # also written for a formula whose result is a text
            waiting = ((row, column), style) if what == _RESULT_FOLLOWS else None
            if waiting is None:
                yield (row, column), what, content, True, style
        elif kind == ROW_OF_PACKED:
            row, first = struct.unpack_from("<HH", body)
            for number, (style, value) in enumerate(struct.iter_unpack("<HI", body[4:-2])):
                content = records.short_number(value)
                yield (row, first + number), NUMBER, content, False, style
        elif kind == _MERGED:
            (count,) = struct.unpack_from("<H", body)
            for top, bottom, left, right in struct.iter_unpack("<HHHH", body[2 : 2 + 8 * count]):
                yield (top, left), MERGED, (top, left, bottom, right), False, None
        elif kind in _VALUES:
            row, column, style = struct.unpack_from("<HHH", body)
            what, content = _value(kind, body, found)
            yield (row, column), what, content, False, style


def _value(kind: int, body: bytes, found: _Globals) -> tuple[str, object]:
    """The kind and the content of a cell without a formula."""
    if kind == REAL:
        return NUMBER, struct.unpack_from("<d", body, 6)[0]
    if kind == PACKED:
        return NUMBER, records.short_number(struct.unpack_from("<I", body, 6)[0])
    if kind == SHARED_TEXT:
        return SHARED, struct.unpack_from("<I", body, 6)[0]
    if kind == ERROR_OR_BOOLEAN:
        return (ERROR, records.error(body[6])) if body[7] else (BOOLEAN, body[6] != 0)
    text, end = found.version.text(body, 6)
    if kind == RICH:
        form = "<HH" if found.version.page is None else "<BB"
        size = struct.calcsize(form)
        runs = body[end + size // 2 :]
        fonts = {font for _, font in struct.iter_unpack(form, runs[: len(runs) // size * size])}
        text = Marked(text) if fonts & found.marked else text
    return TEXT, text


def _result(body: bytes) -> tuple[str, object]:
    """The kind and the content of a formula's result, of 8 bytes."""
    if body[6:8] != b"\xff\xff":
        return NUMBER, struct.unpack("<d", body)[0]
    if body[0] == 0:
        return _RESULT_FOLLOWS, ""
    if body[0] == 1:
        return BOOLEAN, body[2] != 0
    return (ERROR, records.error(body[2])) if body[0] == 2 else (TEXT, "")


def _vet_reach(body: bytes) -> None:
    form = "<IIHH" if len(body) >= 14 else "<HHHH"
    above, rows, before, columns = struct.unpack_from(form, body)
    # The reading library subtracts one from the other without checking which is larger.
    if not (above <= rows <= 65536 and before <= columns <= 256):
        raise Malformed("表的范围不对")
    # The reading library allocates the whole area at once.
    marks.within(rows, columns)
