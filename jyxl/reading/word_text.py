"""The words of a Word document as they are seen, and where they are not what they seem
(ECMA-376 part 1, 17.3, 17.5, 17.16)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jyxl.reading.richtext import is_on
from jyxl.reading.xml import Element

SPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_CHOICES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
PICTURES = (
    "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic",
    "{urn:schemas-microsoft-com:vml}imagedata",
)

THROUGH = frozenset(
    f"{SPACE}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")
)
"""What may stand around tables, rows, cells, paragraphs and text without being any of them."""
_GONE = frozenset(
    f"{SPACE}{name}"
    for name in ("del", "moveFrom", "instrText", "delText", "delInstrText", "pPr", "rt", "tbl")
)
_GAPS = frozenset(f"{SPACE}{name}" for name in ("tab", "br", "cr", "ptab"))
_TRACKED = tuple(
    f"{SPACE}{name}"
    for name in (
        *("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge"),
        *("customXmlInsRangeStart", "customXmlDelRangeStart"),
    )
)

STRUCK = "有划掉的字"
HIDDEN = "有隐藏的字"
RAISED = "有上标或下标"
BOXED = "有文本框"
PICTURED = "有图片"
BOUND = "有内容控件，显示的可能和存的不一样"

_Piece = tuple[str, str]
"""A text, and why what is seen may not be that, '' as a rule."""


def normal(root: Element) -> Element:
    """The root of a document, with the names of the strict kind turned into the usual ones, and
    without what only older programs would show in place of something else."""
    if is_strict(root):
        for element in root.iter(f"{_STRICT}*"):
            element.tag = SPACE + str(element.tag).removeprefix(_STRICT)
            for name, value in element.items():
                if str(name).startswith(_STRICT):
                    element.set(SPACE + str(name).removeprefix(_STRICT), value)
    for choices in list(root.iter(f"{_CHOICES}AlternateContent")):
        for one in list(choices)[1:]:
            choices.remove(one)
    return root


def is_strict(root: Element) -> bool:
    """True if a document is of the strict kind, in which all names are others."""
    return bool(root.tag == f"{_STRICT}document")


def is_tracked(root: Element) -> bool:
    """True if something was put in, taken out or moved, and nobody has accepted that yet."""
    return next(root.iter(*_TRACKED), None) is not None


def read(element: Element) -> _Piece:
    """The text in an element, and why what is seen may not be that."""
    pieces = list(_outside_codes(_pieces(element)))
    return "".join(text for text, _ in pieces), next((odd for _, odd in pieces if odd), "")


def text(element: Element) -> str:
    """The text in an element."""
    return read(element)[0]


def boxes(element: Element) -> Iterator[Element]:
    """The text boxes in an element, but none that is within another."""
    for box in element.iterdescendants(f"{SPACE}txbxContent"):
        if next(box.iterancestors(f"{SPACE}txbxContent", f"{SPACE}p", f"{SPACE}tc")) is element:
            yield box


_BEGIN, _SEPARATE, _END = "begin", "separate", "end"


def _pieces(element: Element) -> Iterator[_Piece | str]:
    """The pieces of text below an element, a blank after each paragraph, and the marks of
    fields."""
    for child in element:
        tag = child.tag
        if tag == f"{SPACE}t" or tag == _MATH:
            yield child.text or "", ""
        elif tag == f"{SPACE}noBreakHyphen":
            yield "-", ""
        elif tag in _GAPS:
            yield " ", ""
        elif tag == f"{SPACE}fldChar":
            yield child.get(f"{SPACE}fldCharType", "")
        elif tag == f"{SPACE}txbxContent":
            yield "", BOXED
        elif tag == f"{SPACE}r":
            yield from _run(child)
        elif tag == f"{SPACE}sdt":
            yield from _control(child)
        elif tag in PICTURES:
            yield "", PICTURED
        elif tag not in _GONE:
            yield from _pieces(child)
            if tag == f"{SPACE}p":
                yield " ", ""


def _run(run: Element) -> Iterator[_Piece | str]:
    properties = run.find(f"{SPACE}rPr")
    odd = "" if properties is None else _look(properties)
    for piece in _pieces(run):
        if isinstance(piece, str) or not piece[0].strip() or not odd:
            yield piece
        else:
            yield ("" if odd == HIDDEN else piece[0]), odd


def _look(properties: Element) -> str:
    if _is_on(properties, "vanish"):
        return HIDDEN
    if _is_on(properties, "strike") or _is_on(properties, "dstrike"):
        return STRUCK
    raised = properties.find(f"{SPACE}vertAlign")
    is_raised = raised is not None and raised.get(f"{SPACE}val") in ("superscript", "subscript")
    return RAISED if is_raised else ""


def _is_on(properties: Element, name: str) -> bool:
    return is_on(properties.find(f"{SPACE}{name}"), f"{SPACE}val")


def _control(control: Element) -> Iterator[_Piece | str]:
    """What is in a content control. What it shows only while nothing was typed is no text; what
    is bound to data elsewhere is replaced when the document is opened."""
    properties = control.find(f"{SPACE}sdtPr")
    if properties is not None and _is_on(properties, "showingPlcHdr"):
        return
    if properties is not None and properties.find(f"{SPACE}dataBinding") is not None:
        yield "", BOUND
    content = control.find(f"{SPACE}sdtContent")
    if content is not None:
        yield from _pieces(content)


def _outside_codes(pieces: Iterable[_Piece | str]) -> Iterator[_Piece]:
    """The pieces without what belongs to the codes of fields, of which only the result is seen."""
    open_: list[str] = []
    for piece in pieces:
        if piece == _BEGIN:
            open_.append(_BEGIN)
        elif piece == _SEPARATE and open_:
            open_[-1] = _SEPARATE
        elif piece == _END and open_:
            open_.pop()
        elif isinstance(piece, tuple) and _BEGIN not in open_:
            yield piece
