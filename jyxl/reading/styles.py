"""The styles part of an xlsx file → how a cell of each style looks (ECMA-376 part 1, 18.8)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from jyxl.reading import formats, xml
from jyxl.reading.formats import Look
from jyxl.reading.richtext import is_on

_SMALL = 2**17
"""Parts up to this size are remembered: the returns of one campaign have mostly the same."""


def looks(part: bytes, spaces: Collection[str]) -> Mapping[str, Look]:
    """Style, as the attribute s of a cell names it → how its cells look.

    Raises Malformed, TooLarge.
    """
    return (_remembered if len(part) <= _SMALL else _looks)(part, tuple(spaces))


def _looks(part: bytes, spaces: tuple[str, ...]) -> Mapping[str, Look]:
    root = xml.tree(part)
    space = next((one for one in spaces if root.tag == f"{{{one}}}styleSheet"), spaces[0])
    inner = f"{{{space}}}"
    codes = {
        one.get("numFmtId", ""): one.get("formatCode", "")
        for one in root.iterfind(f"{inner}numFmts/{inner}numFmt")
    }
    struck = {
        str(number)
        for number, font in enumerate(root.iterfind(f"{inner}fonts/{inner}font"))
        if is_on(font.find(f"{inner}strike"))
    }
    found = {}
    for number, one in enumerate(root.iterfind(f"{inner}cellXfs/{inner}xf")):
        wanted = one.get("numFmtId", "0")
        code = codes.get(wanted) or formats.built_in(int(wanted[:9]) if wanted.isdecimal() else 0)
        found[str(number)] = Look(code, one.get("fontId", "0") in struck)
    return found


_remembered = lru_cache(maxsize=8)(_looks)
