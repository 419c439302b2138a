"""XML as a conforming parser reads it: in UTF-8, without a DTD, with nothing from outside."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from lxml import etree

from jyxl.reading.damage import Malformed, TooLarge

Element = etree._Element

MAX_ELEMENTS = 1_000_000
_AT_ONCE = 400_000
"""Tags and attributes that may be in memory at once; each takes a hundred bytes or so."""
_PIECE = 2**16
_ENCODING = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)""")
_RULES: dict[str, Any] = {
    "encoding": "utf-8",
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,
    "collect_ids": False,
    "remove_comments": True,
    "remove_pis": True,
}
_PARSER = etree.XMLParser(**_RULES)


def tree(data: bytes) -> Element:
    """The root of a part that is held in memory as a whole. Raises Malformed, TooLarge."""
    _vet(data)
    if _is_long(data):
        raise TooLarge("内容太多")
    try:
        return _without_declarations(data, etree.fromstring(data, _PARSER))
    except etree.XMLSyntaxError as error:
        raise _malformed(error) from error


def written(root: Element) -> bytes:
    """The bytes of a part whose root was changed."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def pieces(data: bytes, name: str) -> Iterator[Element]:
    """The pieces of a part that may be too long to hold in memory as a whole; its root is last.

    In a long part, the elements that precede one with this local name, under the same parent,
    are given in document order and then freed. What is left at the end is under the root; in a
    short part, that is everything. Raises Malformed, TooLarge.
    """
    if not _is_long(data):
        yield tree(data)
        return
    _vet(data)
    parser = etree.XMLPullParser(("end",), tag=f"{{*}}{name}", **_RULES)
    held = 0
    try:
        for at in range(0, len(data), _PIECE):
            piece = data[at : at + _PIECE]
            held += _weight(piece)
            parser.feed(piece)
            for _, element in parser.read_events():
                held = 0
                parent = element.getparent()
                # The last element is kept: the parser may still be at what follows it.
                while parent is not None and (first := parent[0]) is not element:
                    yield first
                    parent.remove(first)
            if held > _AT_ONCE:
                raise TooLarge("内容太多")
        yield _without_declarations(data, parser.close())
    except etree.XMLSyntaxError as error:
        raise _malformed(error) from error


def named(root: Element, name: str, spaces: Collection[str]) -> list[Element]:
    """The elements with this local name, in document order. Raises Malformed if one is in none
    of these namespaces, since the reading library looks only at local names."""
    own = {f"{{{space}}}{name}" for space in spaces}
    found = list(root.iter(f"{{*}}{name}"))
    if any(one.tag not in own for one in found):
        raise Malformed("有的内容不是表格的内容")
    return found


def _vet(data: bytes) -> None:
    """Check the encoding and the number of tags without parsing. Raises Malformed, TooLarge."""
    encoding = _ENCODING.match(data)
    if encoding and encoding[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        raise Malformed("不是 UTF-8 编码")  # the reading library takes everything as UTF-8
    # No part has more tags than bytes, and counting them takes a while.
    if len(data) > MAX_ELEMENTS and data.count(b"<") - data.count(b"</") > MAX_ELEMENTS:
        raise TooLarge("填了内容或格式的格太多")


def _is_long(data: bytes) -> bool:
    return len(data) > _AT_ONCE and _weight(data) > _AT_ONCE


def _weight(data: bytes) -> int:
    """The number of tags and attributes, as an estimate that is never too low."""
    return data.count(b"<") + data.count(b"=")


def _malformed(error: etree.XMLSyntaxError) -> Malformed:
    return Malformed(f"XML 第 {error.lineno} 行有错")


def _without_declarations(data: bytes, root: Element) -> Element:
    """The root of a part that declares no document type."""
    # The parser is asked only if the bytes occur, which they also may in a text.
    if b"<!DOCTYPE" in data and root.getroottree().docinfo.internalDTD is not None:
        raise Malformed("含有不允许的 XML 声明")
    return root
