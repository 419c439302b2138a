"""The page of a report in Word: that of GB/T 9704, without the head of an official letter.

A4; 37 mm above and 28 mm to the left of a type area of 156 × 225 mm, which holds 22 lines of 28
letters of 三号.
"""

from __future__ import annotations

from dataclasses import dataclass

LINE = 28.95
"""The pitch of the lines in points: 22 of them fill the type area."""


@dataclass(frozen=True)
class Face:
    """How a kind of paragraph looks. font: for Chinese and for figures; size: in points; line: the
    height of a line in points, 0 for as much as it needs; spacing: added after each letter, in
    twentieths of a point; indent: of the first line, in letters."""

    font: str
    size: float
    line: float = LINE
    spacing: int = 0
    indent: int = 0
    is_bold: bool = False
    is_centred: bool = False
    above: float = 0.0
    below: float = 0.0


@dataclass(frozen=True)
class Page:
    """Lengths in millimetres. foot: from the lower edge of the paper to that of the page number."""

    width: float
    height: float
    top: float
    left: float
    text_width: float
    text_height: float
    foot: float


PAGE = Page(width=210, height=297, top=37, left=28, text_width=156, text_height=225, foot=23)
TITLE = Face("方正小标宋简体", 22, line=34, is_centred=True, below=LINE)
BODY = Face("仿宋_GB2312", 16, spacing=-5, indent=2)
HEADINGS = {
    1: Face("黑体", 16, spacing=-5, indent=2),
    2: Face("楷体_GB2312", 16, spacing=-5, indent=2),
}
CELL = Face("仿宋_GB2312", 9, line=12, is_centred=True)
HEAD = Face("黑体", 9, line=12, is_centred=True)
FOOT = Face("宋体", 14, line=0)
CELL_MARGIN = 0.6
"""Between a table's lines and its text, in millimetres, left and right."""
ROW = 6.0
"""The least height of a table's row in millimetres."""
LABELS = {3: (4.5, 14.5, 25.5)}
"""How many columns of labels a table has → how wide they are, where that differs from its sheet."""
