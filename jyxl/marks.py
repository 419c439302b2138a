"""What the reading library does not show: error values, formulas, how far the cells reach.

Sheets of xlsx and ods, which are XML; those of xls and xlsb are in records.py.
Positions count from 0.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

MAX_CELLS = 2_000_000
"""The grid from A1 to the last filled cell; the reading library lays it out whole."""
MAX_FILLED = 200_000
MAX_ELEMENTS = 1_000_000
_QUICK = 2**20
"""A sheet below so many bytes is searched; a longer one is parsed, which takes no memory."""

Position = tuple[int, int]


class TooLarge(Exception):
    """A sheet reaches too far or holds too much; says how."""


class Malformed(Exception):
    """A part is no well-formed XML, declares entities, or contradicts another part."""


@dataclass
class Marks:
    """Of one sheet. errors: #REF! and the like by position; formulas: where they stand."""

    errors: dict[Position, str] = field(default_factory=dict)
    formulas: set[Position] = field(default_factory=set)
    rows: int = 0
    columns: int = 0

    def reach(self, row: int, column: int) -> None:
        """There is something in this cell. Raises TooLarge."""
        if row >= self.rows or column >= self.columns:
            self.rows = max(self.rows, row + 1)
            self.columns = max(self.columns, column + 1)
            if self.rows * self.columns > MAX_CELLS:
                raise TooLarge(f"内容远到第 {self.rows} 行、第 {self.columns} 列")


_CELL = re.compile(
    rb'<c(?: r="([A-Z]{1,3})([1-9]\d{0,6})"(?: s="\d+")?(?: t="([a-zA-Z]+)")? ?(/|><f[ />]|>)'
    rb"[^<]*(?:</f>)?(?:<v>[-+0-9.eE]*(</v>))?|[\s/>])"
)
"""Column, row, kind, whether it is blank or a formula, and the end of a value in figures;
nothing but empty texts for a cell written in any other way."""
_PREFIXED = re.compile(rb":c[\s/>]")
_NUMBER = re.compile(r"[-+0-9.eE]*")
_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_ADDRESS = re.compile(r"([A-Za-z]{1,3})([1-9]\d{0,6})")


def of_worksheet(xml: bytes) -> Marks:
    """The marks of a worksheet part of an xlsx file, none of an empty one. Raises TooLarge,
    Malformed."""
    if not xml:
        return Marks()
    if not xml[-30:].rstrip().endswith(b"worksheet>"):
        raise Malformed("工作表不完整")
    if len(xml) < _QUICK and not (b"!" in xml and b"<!" in xml) and not _PREFIXED.search(xml):
        cells = _CELL.findall(xml)
        shapes = {(row != b"", kind, tail, end) for _, row, kind, tail, end in cells}
        if all(_is_plain(*shape) for shape in shapes):
            first, last = xml.find(b"<row "), xml.rfind(b"<row ")
            if first >= 0 and not xml.find(b"<sheetData") < first <= last < xml.rfind(
                b"</sheetData>"
            ):
                raise Malformed("有的行不在表里")
            return _searched(cells)
    return _Worksheet().marks_of(xml)


def _is_plain(is_known: bool, kind: bytes, tail: bytes, end: bytes) -> bool:
    """True where a search says all of a cell: it is no error, and a number is a number."""
    return is_known and kind != b"e" and (tail == b"/" or end != b"" or kind not in (b"", b"n"))


def _searched(cells: list[tuple[bytes, ...]]) -> Marks:
    marks = Marks()
    filled = [cell for cell in cells if cell[3] != b"/"]
    if filled:
        column = {letters: _column(letters.decode()) for letters in {cell[0] for cell in filled}}
        marks.reach(max(map(int, {cell[1] for cell in filled})) - 1, max(column.values()))
        marks.formulas = {
            (int(row) - 1, column[letters]) for letters, row, _, tail, _ in filled if len(tail) > 1
        }
    return marks


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def no_entities(xml: bytes) -> None:
    """Raises Malformed where a part declares or uses entities of its own, which the reading
    library would read as blank."""
    declares = b"!" in xml and (b"<!DOCTYPE" in xml or b"<!ENTITY" in xml)
    if declares or _ENTITY.search(xml):
        raise Malformed("含有不允许的 XML 声明")


def parse(xml: bytes, handler: object) -> None:
    """Run expat over a part; `handler` may have start, end and text. Raises Malformed."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    for slot, name in (
        ("StartElementHandler", "start"),
        ("EndElementHandler", "end"),
        ("CharacterDataHandler", "text"),
    ):
        if hasattr(handler, name):
            setattr(parser, slot, getattr(handler, name))
    parser.StartDoctypeDeclHandler = _no_declarations
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise Malformed(f"XML 有错：{error}") from error


def _no_declarations(*_: object) -> None:
    raise Malformed("含有不允许的 XML 声明")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


class _Worksheet:
    """Walks <row>, <c>, <v> and <f>. Cells without an address follow the one before."""

    def __init__(self) -> None:
        self.marks = Marks()
        self.row = self.column = -1
        self.filled = self.elements = 0
        self.kind = ""
        self.inside = self.is_value = self.is_table = False
        self.value: list[str] = []

    def marks_of(self, xml: bytes) -> Marks:
        parse(xml, self)
        return self.marks

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = _local(name)
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise TooLarge("填了内容或格式的格太多")
        if tag == "c":
            self._cell(attributes.get("r"))
            self.kind = attributes.get("t", "")
            self.inside = True
            self.value = []
        elif tag == "sheetData":
            self.is_table = True
        elif tag == "row":
            if not self.is_table:
                raise Malformed("有的行不在表里")
            number = attributes.get("r", "")
            self.row = int(number) - 1 if number.isdecimal() else self.row + 1
            self.column = -1
        elif self.inside:
            self.filled += 1
            if self.filled > 2 * MAX_FILLED:
                raise TooLarge("填了内容的格太多")
            self.marks.reach(self.row, self.column)
            self.is_value = tag == "v"
            if tag == "f":
                self.marks.formulas.add((self.row, self.column))

    def _cell(self, address: str | None) -> None:
        if address is None:
            self.column += 1
            return
        match = _ADDRESS.fullmatch(address)
        if match is None:
            raise Malformed(f"单元格地址“{address[:20]}”不对")
        self.column, self.row = _column(match[1]), int(match[2]) - 1

    def text(self, text: str) -> None:
        if self.is_value and self.kind in ("", "n", "e"):
            self.value.append(text)

    def end(self, name: str) -> None:
        self.is_value = False
        if _local(name) == "sheetData":
            self.is_table = False
        elif _local(name) == "c":
            self.inside = False
            value = "".join(self.value)
            if self.kind == "e":
                self.marks.errors[self.row, self.column] = value or "#N/A"
            elif not _NUMBER.fullmatch(value):
                raise Malformed("有的数不成数")


def of_spreadsheet(xml: bytes) -> dict[str, Marks]:
    """Sheet name → marks, of the content.xml of an ods file. Raises TooLarge, Malformed."""
    walk = _Spreadsheet()
    parse(xml, walk)
    return walk.sheets


_NUMERIC = {"float", "currency", "percentage"}


class _Spreadsheet:
    """Walks tables, rows and cells with their repetitions."""

    def __init__(self) -> None:
        self.sheets: dict[str, Marks] = {}
        self.marks = Marks()
        self.row = self.column = 0
        self.row_times = self.times = 1
        self.depth = 0
        self.attributes: Mapping[str, str] = {}
        self.words: list[str] | None = None
        self.elements = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = _local(name)
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise TooLarge("填了内容或格式的格太多")
        if tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.row = 0
                self.marks = self.sheets.setdefault(_attribute(attributes, "name"), Marks())
        elif tag == "table-row":
            self.column = 0
            self.row_times = _times(attributes, "number-rows-repeated")
        elif tag in ("table-cell", "covered-table-cell"):
            self.times = _times(attributes, "number-columns-repeated")
            self.attributes = attributes
            self.words = []

    def text(self, text: str) -> None:
        if self.words is not None:
            self.words.append(text)

    def end(self, name: str) -> None:
        tag = _local(name)
        if tag == "table":
            self.depth -= 1
        elif tag == "table-row":
            self.row += self.row_times
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell("".join(self.words or ()))
            self.words = None
            self.column += self.times

    def _cell(self, words: str) -> None:
        kinds = {value for key, value in self.attributes.items() if _local(key) == "value-type"}
        formula = _attribute(self.attributes, "formula")
        if not (kinds or formula or words):
            return
        if kinds & _NUMERIC and not _NUMBER.fullmatch(_attribute(self.attributes, "value") or "?"):
            raise Malformed("有的数不成数")
        self.marks.reach(self.row + self.row_times - 1, self.column + self.times - 1)
        is_error = "error" in kinds or (words.startswith(("#", "Err:")) and "string" in kinds)
        if not (is_error or formula):
            return
        if self.row_times * self.times > 1000:
            raise TooLarge("同一个公式或错误值重复了太多格")
        for row in range(self.row, self.row + self.row_times):
            for column in range(self.column, self.column + self.times):
                if is_error:
                    self.marks.errors[row, column] = words or "#N/A"
                if formula:
                    self.marks.formulas.add((row, column))


def _attribute(attributes: Mapping[str, str], wanted: str) -> str:
    return next((value for key, value in attributes.items() if _local(key) == wanted), "")


def _times(attributes: Mapping[str, str], wanted: str) -> int:
    text = _attribute(attributes, wanted)
    return max(1, int(text[:9])) if text.isascii() and text.isdecimal() else 1


def stated_strings(xml: bytes) -> int:
    """How many texts a part of shared strings says it holds. Raises Malformed."""
    parse(xml, None)
    root = _Root()
    with contextlib.suppress(_Found):
        parse(xml, root)
    counts = [_attribute(root.attributes, name) for name in ("count", "uniqueCount")]
    return max((int(text[:19]) for text in counts if text.isdecimal()), default=0)


class _Found(Exception):
    """What was looked for is found; the rest need not be parsed."""


class _Root:
    """Takes the attributes of the first element."""

    attributes: Mapping[str, str]

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.attributes = attributes
        raise _Found


def sheet_ids(workbook: bytes) -> list[tuple[str, str]]:
    """(name, relation) of the sheets that workbook.xml lists. Raises Malformed."""
    walk = _Elements("sheet")
    parse(workbook, walk)
    return [(_attribute(one, "name"), _attribute(one, "id")) for one in walk.found]


def targets(relations: bytes) -> dict[str, str]:
    """Relation → the part it points to. Raises Malformed."""
    walk = _Elements("Relationship")
    parse(relations, walk)
    found = {_attribute(one, "Id"): _attribute(one, "Target") for one in walk.found}
    if len(found) != len(walk.found):
        raise Malformed("内部的关系重名")
    return found


class _Elements:
    """Gathers the attributes of the elements with one tag."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.found: list[Mapping[str, str]] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if _local(name) == self.tag:
            self.found.append(attributes)
