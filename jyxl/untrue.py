"""Prepared sentences without a figure of their own that a document still has and that are wrong by now,
such as 本年度没有收取信息处理费。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from jyxl import claims
from jyxl.report import Piece, Report, Shown


def sentences(report: Report, text: str) -> Iterator[str]:
    """Those of a paragraph, in its own words, without blanks and the full stop."""
    words = claims.narrow(text)
    for pieces in report.untrue:
        if found := _pattern(pieces).search(words):
            yield found[0]


@lru_cache(maxsize=256)
def _pattern(pieces: tuple[Piece, ...]) -> re.Pattern[str]:
    pattern = "".join(
        claims.FIGURE if isinstance(one, Shown) else re.escape(claims.narrow(one)) for one in pieces
    )
    return re.compile(pattern.removesuffix("。"))
