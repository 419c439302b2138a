"""A worksheet part of an xlsx file → its cells (ECMA-376 part 1, 18.3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from jyxl.reading import richtext, xml
from jyxl.reading.damage import Malformed
from jyxl.reading.marks import BOOLEAN, DOUBT, MERGED, NUMBER, SHARED, TEXT, Cell, Position
from jyxl.reading.xml import Element

SPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""The namespaces, transitional and strict."""
_ADDRESS = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_ROW = re.compile(r"[1-9][0-9]{0,6}")


class _Names(NamedTuple):
    """The tags of one namespace."""

    worksheet: str
    table: str
    row: str
    cell: str
    value: str
    formula: str
    inline: str
    merges: str


_TAGS = ("worksheet", "sheetData", "row", "c", "v", "f", "is")
_INLINE = "inlineStr"
_NAMES = {
    names.worksheet: names
    for names in (
        _Names(*(f"{{{space}}}{tag}" for tag in (*_TAGS, "mergeCells"))) for space in SPACES
    )
}


def cells(part: bytes) -> Iterator[Cell]:
    """The filled cells in document order, then the merged areas; none if the part is empty (a
    sheet of another kind). The style of a cell is its attribute s.

    Raises TooLarge, Malformed.
    """
    row = -1
    for names, lines, merged in _portions(part):
        for line in lines:
            if line.tag != names.row:
                raise Malformed("有的行不在表里")
            row = _row(line.get("r"), row)
            columns: dict[Element, int] = {}
            for cell in line:
                if not len(cell):
                    continue
                if cell.tag != names.cell:
                    _holds_nothing(cell)
                    continue
                address = cell.get("r")
                if address is None:
                    columns = columns or _columns(names, line)
                    position = row, columns[cell]
                else:
                    position = _position(address)
                kind = cell.get("t", NUMBER)
                yield position, *_content(names, cell[:], kind), cell.get("s")
        for area in merged:
            yield _merged(area.get("ref", ""))


def _content(names: _Names, inside: Sequence[Element], kind: str) -> tuple[str, object, bool]:
    """The kind and the content of a cell, and whether it has a formula."""
    is_formula = False
    text: str | None = None
    value: str | None = None
    for one in inside:
        tag = one.tag
        if tag == names.value:
            if len(one) or value is not None:
                raise Malformed("有的格内容不对")
            value = one.text or ""
        elif tag == names.formula:
            is_formula = True
        elif tag == names.inline:
            if text is not None:
                raise Malformed("有的格内容不对")
            text = richtext.of(one)
        else:
            _holds_nothing(one)
    if kind == NUMBER and text is None:
        return NUMBER, value or "", is_formula
    return *_other(kind, value or "", text), is_formula


def _other(kind: str, value: str, inline: str | None) -> tuple[str, object]:
    """The kind and the content of a cell that is not a number. inline: the text in the cell
    itself; only an inline text may have one."""
    if kind == SHARED and inline is None and value.isascii() and value.isdecimal():
        return SHARED, int(value[:9])
    if kind == _INLINE and (not value or value == inline):
        return TEXT, inline or ""
    if inline is not None or kind in (SHARED, _INLINE):
        return (DOUBT, value) if value or inline else (TEXT, "")
    if kind == BOOLEAN:
        return (BOOLEAN, value == "1") if value in ("0", "1") else (DOUBT, value)
    return kind, richtext.unescaped(value)


def _columns(names: _Names, line: Element) -> dict[Element, int]:
    """The column of every cell in a row. A cell without an address follows the one before it."""
    columns: dict[Element, int] = {}
    column = -1
    for cell in line:
        if cell.tag != names.cell:
            raise Malformed("表里有的内容不是单元格")
        address = cell.get("r")
        column = column + 1 if address is None else _position(address)[1]
        columns[cell] = column
    return columns


def _portions(
    part: bytes,
) -> Iterator[tuple[_Names, Iterable[Element], Iterable[Element]]]:
    """The rows of the one table of a worksheet, a portion at a time; the merged areas come with
    the last."""
    for piece in xml.pieces(part, "row") if part else ():
        table = piece.getparent()
        root = piece if table is None else table.getparent()
        names = _NAMES.get(str(root.tag)) if root is not None else None
        if names is None:
            raise Malformed("工作表不完整")
        if table is None:
            merges = piece.find(names.merges)
            yield names, _table(names, piece), () if merges is None else merges
        elif table.tag != names.table:
            raise Malformed("有的行不在表里")
        else:
            yield names, (piece,), ()


def _table(names: _Names, worksheet: Element) -> Element:
    """What is left of the one table of a worksheet. Raises Malformed if there is a row outside
    the table, since a figure in it would be a blank."""
    tables = worksheet.findall(names.table)
    first = next(worksheet.iter("{*}sheetData"), None)
    if len(tables) != 1 or first is not tables[0]:
        raise Malformed("工作表不完整")
    if sum(1 for _ in worksheet.iter(names.row)) != len(first):
        raise Malformed("有的行不在表里")
    return first


def _holds_nothing(stranger: Element) -> None:
    """Raises Malformed if something that is not a cell contains what the reading library would
    take for one, as it looks only at local names."""
    taken = [f"{{*}}{tag}" for tag in _TAGS]
    if next(stranger.iter(*taken), None) is not None:
        raise Malformed("表里有的内容不是单元格")


@lru_cache(maxsize=2**10)
def _merged(area: str) -> Cell:
    """The area with this address. Raises Malformed."""
    first, _, last = area.partition(":")
    top, left = _position(first)
    bottom, right = _position(last or first)
    if bottom < top or right < left:
        raise Malformed(f"合并的区域“{area[:20]}”不对")
    return (top, left), MERGED, (top, left, bottom, right), False, None


def _row(number: str | None, before: int) -> int:
    """The index of a row. A row without a number follows the one before it."""
    if number is None:
        return before + 1
    if not _ROW.fullmatch(number):
        raise Malformed(f"行号“{number[:20]}”不对")
    return int(number) - 1


@lru_cache(maxsize=2**14)
def _position(address: str) -> Position:
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise Malformed(f"单元格地址“{address[:20]}”不对")
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1
