"""A Word document (docx) → its words and its tables.

The XML is read as it stands, since libraries for Word show a merged cell once for each position,
and nothing of what is in a content control or was inserted with changes tracked.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from jyxl.reading.damage import Malformed
from jyxl.reading.grid import MAX_COLUMNS, MAX_ROWS, Document, Grid, Slot, words
from jyxl.reading.xml import Element, tree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PART = "word/document.xml"
_MOST = 32 * 2**20
_HEAD = 400
_THROUGH = {
    f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")
}
"""What may stand around rows, cells, paragraphs and text without being any of them."""
_GONE = {f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr")}


def looks_like_it(data: bytes) -> bool:
    """True if the bytes are a package with a Word document in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _PART in package.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def document(data: bytes) -> Document:
    """Raises Malformed, TooLarge, and the errors of zipfile and zlib."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package, package.open(_PART) as part:
            content = part.read(_MOST + 1)
    except RuntimeError as error:  # NotImplementedError is one
        raise Malformed("加了密，或者压缩方式不认识") from error
    if len(content) > _MOST:
        raise Malformed("文档太大")
    root = tree(content)
    tables = [
        one for one in root.iter(f"{_W}tbl") if next(one.iterdescendants(f"{_W}tbl"), None) is None
    ]
    is_tracked = any(
        True for _ in root.iter(f"{_W}ins", f"{_W}del", f"{_W}moveTo", f"{_W}moveFrom")
    )
    head = words(_texts(root))[:_HEAD]
    return Document(head, tuple(map(_grid, tables)), is_tracked)


def _grid(table: Element) -> Grid:
    grid = Grid()
    above: dict[int, Slot] = {}
    for row, line in enumerate(_inside(table, f"{_W}tr")):
        if row >= MAX_ROWS:
            break
        column = _number(line, "trPr", "gridBefore", 0)
        now: dict[int, Slot] = {}
        for cell in _inside(line, f"{_W}tc"):
            width = min(_number(cell, "tcPr", "gridSpan", 1), MAX_COLUMNS)
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
            if goes_on and column in above:
                now[column] = above[column]
                _prolong(grid, row, column, width, above[column])
            else:
                slot = grid.put(row, column, 1, width, words(_texts(cell)))
                if merge is not None:
                    now[column] = slot
            column += width
        above = now
    return grid


def _prolong(grid: Grid, row: int, column: int, width: int, slot: Slot) -> None:
    grid.put(row, column, 1, width, "")
    if row < len(grid.rows):
        for at in range(column, min(column + width, len(grid.rows[row]))):
            grid.rows[row][at] = slot


def _inside(parent: Element, tag: str) -> Iterator[Element]:
    """The rows of a table, or the cells of a row, also those in a content control or inserted with
    changes tracked."""
    for child in parent:
        if child.tag == tag:
            if child.find(f"{_W}trPr/{_W}del") is None:
                yield child
        elif child.tag in _THROUGH:
            yield from _inside(child, tag)


def _number(element: Element, part: str, name: str, otherwise: int) -> int:
    found = element.find(f"{_W}{part}/{_W}{name}")
    text = str(found.get(f"{_W}val", "")) if found is not None else ""
    return int(text) if text.isdecimal() and len(text) < 4 else otherwise


def _texts(element: Element) -> Iterator[str]:
    """The texts below an element, with a blank after each paragraph."""
    for child in element:
        if child.tag in _GONE:
            continue
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in (f"{_W}tab", f"{_W}br"):
            yield " "
        else:
            yield from _texts(child)
            if child.tag == f"{_W}p":
                yield " "
