"""ods: the sheets of an OpenDocument spreadsheet, all in content.xml (ODF 1.3, part 3, 9)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, groupby

from jyxl import messages
from jyxl.reading import limits, marks, package, xml
from jyxl.reading.damage import Malformed, Unreadable
from jyxl.reading.formats import Look
from jyxl.reading.marks import (
    BOOLEAN,
    DATE,
    DOUBT,
    ERROR,
    MERGED,
    NUMBER,
    REPEATED,
    TEXT,
    Cell,
    Marked,
    Marks,
)
from jyxl.reading.xml import Element

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_GROUPS = (f"{_TABLE}table-row-group", f"{_TABLE}table-header-rows", f"{_TABLE}table-rows")
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_NUMERIC = ("float", "currency", "percentage")
_TAKEN = ("{*}table", "{*}table-row", "{*}table-cell", "{*}covered-table-cell")
_BLANKS = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_GAP = re.compile(rb">\s+<")
_MOST_BLANKS = 1000

_Style = tuple[str, str | None]
"""The style of a cell: its name, and the text that the file gives beside its value, None if it
gives none."""


@dataclass(frozen=True)
class Ods:
    """An ods package whose parts are within the limits. content: the part with the sheets;
    tables: our own reading of each sheet."""

    content: bytes
    tables: Mapping[str, Marks]
    is_active: bool = False
    longest: int = 0
    """There are no shared texts."""

    def data(self) -> bytes:
        """The package for the reading library."""
        return package.packed(
            {
                "mimetype": _MIMETYPE,
                "META-INF/manifest.xml": b"<manifest/>",
                "content.xml": self.content,
            }
        )

    def marks(self, name: str, number: int) -> Marks:
        """Our own reading of a sheet. Raises Malformed if only the reading library knows it."""
        if name not in self.tables:
            raise Malformed("工作表的目录不对")
        return self.tables[name]

    def elements(self, name: str) -> int:
        """Always 0: all sheets were counted together."""
        return 0

    def anew(self, name: str) -> None:
        """Always None: all sheets are in one part, so none is set aside."""


def opened(parts: Mapping[str, bytes], is_active: bool) -> Ods:
    """The ods file with these parts. Raises Malformed, TooLarge, Unreadable (S-PASSWORD)."""
    if b":encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise Unreadable(messages.finding("S-PASSWORD"))
    content = parts["content.xml"]
    tables: dict[str, Marks] = {}
    gaps: list[Element] = []
    room = marks.MAX_FILLED
    for name, lines in groupby(limits.charged(_lines(content)), lambda line: line[0]):
        if name in tables:
            raise Malformed("工作表重名")
        tables[name] = _marks((element for _, element in lines), gaps, room)
        room -= len(tables[name].cells)
    return Ods(_GAP.sub(b"><", content) if gaps else content, tables, is_active)


def _lines(content: bytes) -> Iterator[tuple[str, Element]]:
    """(sheet, row) in document order, with (sheet, table) for the table itself, so that an empty
    sheet is included."""
    open_: Element | None = None
    closed: set[Element] = set()
    for piece in xml.pieces(content, "table-row"):
        table = next(piece.iterancestors(f"{_TABLE}table"), None)
        if table is not open_ and open_ is not None:
            yield from _rows(_name(open_), open_)
            closed.add(open_)
        open_ = table
        if table is not None:
            yield from _rows(_name(table), piece)
        elif piece.getparent() is not None:
            raise Malformed("有的行不在表里")
        else:
            for rest in piece.findall(f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table"):
                if rest not in closed:
                    yield from _rows(_name(rest), rest)
            _only_tables(piece)


def _name(table: Element) -> str:
    return table.get(f"{_TABLE}name", "")


def _only_tables(root: Element) -> None:
    """Raises Malformed if what is left contains a table outside the spreadsheet or a row outside
    a table."""
    path = f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table"
    if len(list(root.iter("{*}table"))) != len(root.findall(path)):
        raise Malformed("有的表不在表格里")
    if any(next(one.iterancestors("{*}table"), None) is None for one in root.iter("{*}table-row")):
        raise Malformed("有的行不在表里")


def _rows(name: str, element: Element) -> Iterator[tuple[str, Element]]:
    """The rows in a table or in a group of rows, or the row itself."""
    if element.tag == f"{_TABLE}table":
        yield name, element
    if element.tag in (f"{_TABLE}table", *_GROUPS):
        for inner in element:
            yield from _rows(name, inner)
    elif element.tag == f"{_TABLE}table-row":
        yield name, element
    else:
        _holds_nothing(element)


def _marks(lines: Iterator[Element], gaps: list[Element], room: int) -> Marks:
    """Our own reading of the sheet with this table and these rows. gaps: is given the rows with
    white space between their elements, of which the reading library makes content; room: the
    limit on filled cells."""
    first = next(lines)
    struck = _struck(first.getroottree().getroot())

    def look(cell: Cell) -> Look:
        name, shown = cell[4] if isinstance(cell[4], tuple) else ("", None)
        return Look(is_struck=name in struck["table-cell"], shown=shown)

    return marks.of(_cells(chain((first,), lines), struck["text"], gaps), look=look, most=room)


def _struck(root: Element) -> dict[str, set[str]]:
    """Family of styles → those that strike out, raise or lower a text."""
    found: dict[str, set[str]] = {"table-cell": set(), "text": set()}
    for style in root.iterfind(f"{_OFFICE}automatic-styles/{_STYLE}style"):
        properties = style.find(f"{_STYLE}text-properties")
        family = style.get(f"{_STYLE}family", "")
        if properties is not None and family in found and _strikes(properties):
            found[family].add(style.get(f"{_STYLE}name", ""))
    return found


def _strikes(properties: Element) -> bool:
    lines = ("style", "type")
    through = (properties.get(f"{_STYLE}text-line-through-{one}", "none") for one in lines)
    position = properties.get(f"{_STYLE}text-position", "0%").split(" ")[0]
    return any(one != "none" for one in through) or position != "0%"


def _cells(
    lines: Iterable[Element], struck: Collection[str], gaps: list[Element]
) -> Iterator[Cell]:
    """The filled cells of these rows and the merged areas; repeated cells come once, with their
    number. The style of a cell is a _Style."""
    row = 0
    for line in lines:
        if line.tag != f"{_TABLE}table-row":
            continue
        down, column = _times(line, "number-rows-repeated"), 0
        is_spaced = line.text is not None
        for cell in line:
            if cell.tag not in _CELLS:
                _holds_nothing(cell)
                continue
            across = _times(cell, "number-columns-repeated")
            if len(cell) or cell.keys():
                is_spaced = is_spaced or cell.text is not None
                kind, content, shown = _content(cell, struck)
                is_formula = cell.get(f"{_TABLE}formula") is not None
                if kind or is_formula:
                    style = (cell.get(f"{_TABLE}style-name", ""), shown)
                    one: Cell = (row, column), kind or TEXT, content, is_formula, style
                    yield (
                        one
                        if down == across == 1
                        else (one[0], REPEATED, (one, down, across), False, None)
                    )
                wide, high = (_times(cell, f"number-{one}-spanned") for one in ("columns", "rows"))
                if wide * high > 1:
                    area = (row, column, row + high - 1, column + wide - 1)
                    yield (row, column), MERGED, area, False, None
            column += across
        if is_spaced:
            gaps.append(line)
        row += down


def _content(cell: Element, struck: Collection[str]) -> tuple[str, object, str | None]:
    """The kind of a cell, '' if it holds nothing, its content, and the text beside its value, None
    if there is none.

    LibreOffice marks an error in an attribute of its own; its older versions wrote a text that
    begins as an error does.
    """
    kinds = [str(value) for key, value in cell.items() if str(key).endswith("}value-type")]
    parts = [_words(one, struck) for one in cell.iterchildren(f"{_TEXT}p")]
    words: str = "\n".join(parts)
    if any(isinstance(part, Marked) for part in parts):
        words = Marked(words)
    if not kinds:
        return (TEXT, words, None) if words else ("", "", None)
    if "error" in kinds or (words.startswith(("#", "Err:")) and kinds[0] == "string"):
        return ERROR, words, None
    if kinds[0] in _NUMERIC:
        return NUMBER, cell.get(f"{_OFFICE}value", "?"), words if parts else None
    if kinds[0] == "boolean":
        return BOOLEAN, cell.get(f"{_OFFICE}boolean-value") == "true", None
    if kinds[0] == "string":
        stated = cell.get(f"{_OFFICE}string-value")
        return (TEXT, words, None) if stated is None else (TEXT, stated, words if parts else None)
    return (DATE if kinds[0] in ("date", "time") else DOUBT), words, None


def _words(paragraph: Element, struck: Collection[str]) -> str:
    """The text of a paragraph, Marked if a part of it is struck out, raised or lowered."""
    words = paragraph.text or ""
    is_marked = False
    for one in paragraph:
        if one.tag == f"{_TEXT}s":
            count = one.get(f"{_TEXT}c", "1")
            words += " " * min(int(count[:9]) if count.isdecimal() else 1, _MOST_BLANKS)
        elif one.tag in (f"{_TEXT}span", f"{_TEXT}a"):
            inner = _words(one, struck)
            is_struck = one.get(f"{_TEXT}style-name") in struck and inner.strip() != ""
            is_marked = is_marked or is_struck or isinstance(inner, Marked)
            words += inner
        words += _BLANKS.get(str(one.tag), "") + (one.tail or "")
    return Marked(words) if is_marked else words


def _holds_nothing(stranger: Element) -> None:
    """Raises Malformed if something that is not a cell contains what looks like one."""
    if next(stranger.iter(*_TAKEN), None) is not None:
        raise Malformed("表里有的内容不是单元格")


def _times(element: Element, wanted: str) -> int:
    text = element.get(f"{_TABLE}{wanted}", "")
    return max(1, int(text[:9])) if text.isascii() and text.isdecimal() else 1
