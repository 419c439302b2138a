"""Characters that cannot be seen: each set, and what it is for."""

from __future__ import annotations

import re

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
"""Zero-width spaces and joiners, the byte order mark, the soft hyphen. They come along when a
text is pasted and mean nothing: numbers and labels are read without them."""

BLANKS = re.compile(rf"[\s{INVISIBLE}]+")
"""Characters that make no difference between two labels."""

DISGUISES = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters and direction marks, which make a file name look like another one."""

NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that no XML file may hold, and therefore no workbook."""
