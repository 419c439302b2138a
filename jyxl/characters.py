"""Characters that cannot be seen: each set, and what it is for."""

from __future__ import annotations

import re

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202a\u202c\u202d\u2066\u2069"
"""Zero-width spaces and joiners, the byte order mark, the soft hyphen, and marks that text runs
from left to right, as figures do anyway. They come along when a text is pasted and mean nothing:
numbers and labels are read without them."""

BLANKS = re.compile(rf"[\s{INVISIBLE}]+")
"""Characters that make no difference between two labels."""

_UNSEEN = (
    "\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
)
"""Control characters but the first 32, marks of direction and of lines, and what is no character
and no XML file may hold."""

DISGUISES = re.compile(f"[\x00-\x1f{_UNSEEN}]")
"""What a name may not hold: it steers a terminal, turns the direction of writing, or makes one
name look like another."""
_IN_A_TEXT = re.compile(f"[\x00-\x08\x0b-\x1f{_UNSEEN}]")
"""The same, without the tab and the line break."""


def one_line(text: str) -> str:
    """A name, or another text of one line, without DISGUISES."""
    return DISGUISES.sub("", text)


def lines(text: str) -> str:
    """A text without the same characters, but with its line breaks and tabs."""
    return _IN_A_TEXT.sub("", text)


def escaped(text: str) -> str:
    """The text of a JSON value, with the same characters written as JSON may: \\uXXXX."""
    return _IN_A_TEXT.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
