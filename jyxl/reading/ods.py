"""ods: the sheets of an OpenDocument spreadsheet, all in content.xml (ODF 1.3, part 3, 9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from jyxl.reading import marks, package, xml
from jyxl.reading.damage import Malformed
from jyxl.reading.marks import ERROR, NUMBER, Cell, Marks
from jyxl.reading.xml import Element

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_GROUPS = (f"{_TABLE}table-row-group", f"{_TABLE}table-header-rows", f"{_TABLE}table-rows")
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_NUMERIC = ("float", "currency", "percentage")
_TAKEN = ("{*}table", "{*}table-row", "{*}table-cell", "{*}covered-table-cell")


@dataclass(frozen=True)
class Ods:
    """An ods package whose parts are within the limits. tables: the marks of each sheet."""

    parts: Mapping[str, bytes]
    tables: Mapping[str, Marks]
    is_active: bool = False

    def data(self) -> bytes:
        """The package for the reading library."""
        return package.packed(self.parts)

    def marks(self, name: str, number: int) -> Marks:
        """The marks of a sheet. Raises Malformed if only the reading library knows the sheet."""
        if name not in self.tables:
            raise Malformed("工作表的目录不对")
        return self.tables[name]

    def anew(self, name: str) -> None:
        """Always None: all sheets are in one part, so none is set aside."""


def opened(parts: Mapping[str, bytes]) -> Ods:
    """The ods file with these parts. Raises Malformed, TooLarge."""
    # With these parts, the reading library would first try to open the file as xlsx.
    parts = {name: data for name, data in parts.items() if not name.startswith("xl/")}
    package.vet(parts)
    return Ods(parts, _tables(parts["content.xml"]))


def _tables(content: bytes) -> dict[str, Marks]:
    """Sheet → its marks. Raises Malformed, TooLarge."""
    tables: dict[str, Marks] = {}
    for name, lines in groupby(_lines(content), lambda line: line[0]):
        if name in tables:
            raise Malformed("工作表重名")
        tables[name] = marks.of(_cells(element for _, element in lines))
    return tables


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


def _cells(lines: Iterable[Element]) -> Iterator[Cell]:
    """The filled cells of these rows; repeated cells come once, with their number."""
    row = 0
    for line in lines:
        if line.tag != f"{_TABLE}table-row":
            continue
        down, column = _times(line, "number-rows-repeated"), 0
        for cell in line:
            if cell.tag not in _CELLS:
                _holds_nothing(cell)
                continue
            across = _times(cell, "number-columns-repeated")
            kinds = [value for key, value in cell.items() if str(key).endswith("}value-type")]
            is_formula = f"{_TABLE}formula" in cell.keys()  # noqa: SIM118
            if kinds or is_formula or len(cell):
                kind, text = _content(cell, kinds)
                yield row, column, kind, text, is_formula, down, across
            column += across
        row += down


def _content(cell: Element, kinds: list[str]) -> tuple[str, str]:
    """The kind and the text of a cell. LibreOffice marks an error in an attribute of its own;
    its older versions wrote a text that begins as an error does."""
    if kinds and kinds[0] in _NUMERIC and "error" not in kinds:
        return NUMBER, cell.get(f"{_OFFICE}value", "?")
    lines = ["".join(map(str, one.itertext())) for one in cell.iter(f"{_TEXT}p")]
    words = "\n".join(lines)
    if "error" in kinds or (words.startswith(("#", "Err:")) and "string" in kinds):
        return ERROR, words
    return (kinds[0] if kinds else "string"), words


def _holds_nothing(stranger: Element) -> None:
    """Raises Malformed if something that is not a cell contains what looks like one."""
    if next(stranger.iter(*_TAKEN), None) is not None:
        raise Malformed("表里有的内容不是单元格")


def _times(element: Element, wanted: str) -> int:
    text = element.get(f"{_TABLE}{wanted}", "")
    return max(1, int(text[:9])) if text.isascii() and text.isdecimal() else 1
