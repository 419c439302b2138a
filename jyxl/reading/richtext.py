"""The texts of an xlsx file, shared or inside a cell (ECMA-376 part 1, 18.4)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from jyxl.reading import limits, xml
from jyxl.reading.damage import Malformed, TooLarge
from jyxl.reading.marks import Marked
from jyxl.reading.xml import Element

_MAX_BYTES = 4 * 2**20

_ESCAPED = re.compile(r"_x((?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})_")
"""How Excel writes characters that XML cannot hold, and such a sequence itself. Halves of
characters are left as they are."""


@dataclass(frozen=True)
class Texts:
    """The shared texts. early: those that were worked out already; rest: the elements of the
    others."""

    early: Sequence[str] = ()
    rest: Sequence[Element] = ()

    def text(self, number: int) -> str:
        """The text with this number. Raises Malformed if there is none."""
        if number < len(self.early):
            return self.early[number]
        at = number - len(self.early)
        if at >= len(self.rest):
            raise Malformed("文字的个数对不上")
        return of(self.rest[at])


def shared(part: bytes, spaces: Collection[str]) -> Texts:
    """The texts of a part that holds the shared ones. The count that it states is checked,
    since the reading library allocates as many as are stated.

    Raises TooLarge, Malformed.
    """
    if len(part) > _MAX_BYTES:
        raise TooLarge(f"文字有 {len(part) / 2**20:.0f} MB")
    limits.texts(max(part.count(b"<si"), part.count(b":si")))
    early: list[str] = []
    for piece in xml.pieces(part, "si"):
        if piece.getparent() is not None:
            early.append(of(piece))
    if piece.tag not in [f"{{{space}}}sst" for space in spaces]:
        raise Malformed("文字的目录不对")
    _vet(piece, len(part))
    return Texts(early, piece[:])


def _vet(root: Element, size: int) -> None:
    """Check the count that a part of this size states. Raises Malformed."""
    stated = [root.get(name, "") for name in ("count", "uniqueCount")]
    if any(int(text[:19]) > 100_000 + size for text in stated if text.isdecimal()):
        raise Malformed("文字的个数对不上")


def of(item: Element) -> str:
    """The text of an <si> or <is>, without its phonetic guides; Marked if a part of it is
    struck out, raised or lowered."""
    space = str(item.tag).rpartition("}")[0] + "}"
    if len(item) == 1 and item[0].tag == f"{space}t":  # as nearly all are
        return unescaped(item[0].text or "")
    texts: list[str] = []
    is_marked = False
    for one in item:
        if one.tag == f"{space}t":
            texts.append(one.text or "")
        elif one.tag == f"{space}r":
            text = "".join(inner.text or "" for inner in one.findall(f"{space}t"))
            texts.append(text)
            is_marked = is_marked or (text.strip() != "" and _is_marked(one, space))
    whole = unescaped("".join(texts))
    return Marked(whole) if is_marked else whole


def _is_marked(run: Element, space: str) -> bool:
    properties = run.find(f"{space}rPr")
    if properties is None:
        return False
    raised = properties.find(f"{space}vertAlign")
    is_raised = raised is not None and raised.get("val") in ("superscript", "subscript")
    return is_raised or is_on(properties.find(f"{space}strike"))


def is_on(element: Element | None, name: str = "val") -> bool:
    """True if a property is there and not switched off. name: the attribute that says so."""
    return element is not None and element.get(name, "1") not in ("0", "false", "off")


def unescaped(text: str) -> str:
    """The text with its escaped characters put back."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
