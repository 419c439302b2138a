"""A web page → its words and its tables. Nothing in it is run or fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.html
from lxml import etree

from jyxl.characters import INVISIBLE
from jyxl.reading.damage import Malformed
from jyxl.reading.grid import MAX_COLUMNS, MAX_ROWS, Document, Grid, vet, words

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([a-zA-Z0-9_-]+)")
_HEAD = 400
_UNSEEN = ("script", "style", "noscript", "template")
_PARSER = lxml.html.HTMLParser(remove_comments=True, remove_pis=True)
_INLINE = {
    *("a", "abbr", "b", "big", "code", "em", "font", "i", "ins", "label", "mark", "nobr", "s"),
    *("small", "span", "strong", "sub", "sup", "time", "u"),
}
"""What may stand within a paragraph; all other elements begin a new one."""


def looks_like_it(data: bytes) -> bool:
    """True if the bytes begin like a web page and have a table. The XML of Excel 2003 does, too."""
    head = data[:65536].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    is_of_excel = b"urn:schemas-microsoft-com:office:spreadsheet" in head
    return head.startswith(b"<") and b"<table" in data.lower() and not is_of_excel


def document(data: bytes) -> Document:
    """Raises Malformed, TooLarge."""
    try:
        root = lxml.html.document_fromstring(_text(data), parser=_PARSER)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Malformed("网页读不出来") from error
    for name in _UNSEEN:
        for element in list(root.iter(name)):
            element.drop_tree()
    title = words(root.xpath("string(//title)"))
    body = words(" ".join(root.itertext()))
    texts: list[str] = []
    grids: list[Grid] = []
    piece: list[str] = []
    inside = root.find("body")
    for event in _events(root if inside is None else inside):
        if isinstance(event, str):
            piece.append(event)
            continue
        text = words(piece)
        if text:
            texts.append(text)
        piece.clear()
        if event is not None:
            grids.append(_grid(event))
            grids[-1].after = len(texts)
            vet(grids)
    return Document(f"{title} {body[:_HEAD]}", tuple(grids), texts=tuple(texts))


def _events(element: lxml.html.HtmlElement) -> Iterator[str | lxml.html.HtmlElement | None]:
    """What stands below an element, in order: texts; None where a paragraph begins or ends; and
    the tables that have no other in them."""
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, one in walker:
        if event == "start" and one.tag == "table" and _is_innermost(one):
            yield one
            walker.skip_subtree()
            continue
        if one.tag not in _INLINE:
            yield None
        if event == "start":
            yield one.text or ""
        elif one is not element:
            yield one.tail or ""


def _is_innermost(table: lxml.html.HtmlElement) -> bool:
    return next(table.iterdescendants("table"), None) is None


def _text(data: bytes) -> str:
    stated = _CHARSET.search(data[:4096])
    name = stated[1].decode("ascii").lower() if stated else "utf-8"
    for encoding in (name if not name.startswith("gb") else "gb18030", "utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except (UnicodeError, LookupError):
            continue
    else:
        text = data.decode("utf-8", "replace")
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip(INVISIBLE))


def _grid(table: lxml.html.HtmlElement) -> Grid:
    grid = Grid()
    for row, line in enumerate(table.iter("tr")):
        if row >= MAX_ROWS:
            break
        column = 0
        for cell in line.iterchildren("td", "th"):
            column = grid.free(row, column)
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            grid.put(row, column, height, width, words(cell.itertext()))
            column += width
    return grid


def _span(cell: lxml.html.HtmlElement, name: str) -> int:
    text = str(cell.get(name, "1")).strip()
    return max(1, min(int(text), MAX_COLUMNS)) if text.isdecimal() and len(text) < 5 else 1
