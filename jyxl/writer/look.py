"""How cells look: the layers that cell formats are made of, and heights that fit the text.

Open cells are white and everything else is shaded, so that a grey print tells them apart.
宋体 and 黑体 are on every Windows machine; other systems substitute fonts of their own.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

from jyxl.layout import text_width

Layer = dict[str, Any]

BASE: Layer = {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter"}
TITLE: Layer = BASE | {"font_name": "黑体", "font_size": 16, "align": "center"}
SMALL: Layer = BASE | {"font_size": 9, "font_color": "#595959"}
TEXT: Layer = BASE | {"text_wrap": True}
BOX: Layer = {"border": 1, "border_color": "#404040"}
LEFT: Layer = {"align": "left", "indent": 1}
PROSE: Layer = TEXT | BOX | LEFT
HEAD: Layer = TEXT | BOX | {"align": "center", "bg_color": "#EDEDED"}
BLOCK: Layer = HEAD | {"bold": True, "bg_color": "#DDE6F0"}
ROW: Layer = TEXT | BOX | {"bg_color": "#F5F5F5"}
NUMBER: Layer = BASE | BOX | {"align": "right", "shrink": True, "num_format": "General_ "}
"""A number a little away from the right edge, which shrinks rather than show ####."""
UNSEEN: Layer = BASE | {"align": "left", "num_format": ";;;"}
"""For hidden columns: nothing is shown, not even ####."""
OPEN: Layer = NUMBER | {"locked": False, "bg_color": "#FFFFFF"}
TOTAL: Layer = NUMBER | {"bold": True, "bg_color": "#E4E4E4"}
CLOSED: Layer = NUMBER | {"font_color": "#808080", "bg_color": "#CFCFCF"}
CHOICE: Layer = BASE | BOX | {"locked": False, "align": "center", "bold": True}
NOTE: Layer = TEXT | BOX | {"locked": False}
WORDS: Layer = NOTE | {
    "num_format": "@",
    "align": "left",
    "valign": "top",
    "indent": 1,
    "bg_color": "#FFFFFF",
}
"""A text, which is never taken for a number or a formula."""
LINK: Layer = {"font_color": "#0B57D0", "underline": 1}
CENTER: Layer = {"align": "center"}
CODE: Layer = CENTER | {"font_size": 8, "font_color": "#808080"}
"""For the code of a rule, which stands behind its sentence."""
GOOD: Layer = {"font_color": "#1E6B34", "bg_color": "#E2F0E5"}
BAD: Layer = {"font_color": "#9C0006", "bg_color": "#FFC7CE", "bold": True}
WARN: Layer = {"font_color": "#7A5B00", "bg_color": "#FFEB9C"}
REMARK: Layer = {"font_color": "#44546A", "bg_color": "#E8EDF3"}
STATE: Layer = TEXT | {"font_size": 10, "bold": True}

_ROOMIER = 1.06
"""A column's width counts digits of the default size; the text is a little smaller."""
LINE = 14.5
"""The points of height that a line of text takes at the base size."""


@lru_cache(maxsize=4096)
def lines(text: str, width: float) -> int:
    """How many lines a text takes in a column. width: in half-width characters."""
    room = max(2.0, width * _ROOMIER)
    return sum(max(1, math.ceil(text_width(part) / room)) for part in text.split("\n"))


def height(text: str, width: float, least: float = 20.0) -> float:
    """The row height in points for a wrapped text."""
    return max(least, LINE * lines(text, width) + 5)
