"""The prepared sentences of a report, found again in what was written: do they still say the same?

The figures of the tables are also found in other words (`claims`); these sentences state the
county's own indicators, sums and comparisons besides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from jyxl import claims
from jyxl.report import Paragraph, Report, Shown

_SENTENCE, _CLAUSE = "。！？；", "，、：（）"
_FIGURE = "\0"
"""Stands for a figure in a sentence."""
_TELLING = 4
"""How many letters before a figure tell what it is."""
_COMPARES = ("上年", "同比")
_QUOTED = 60


@dataclass(frozen=True)
class Difference:
    """A sentence with another figure. key: as in `Shown`; clause: the words before the figure."""

    key: str
    clause: str
    sentence: str
    said: str
    stated: str


def differences(report: Report, text: str) -> Iterator[Difference]:
    """The prepared sentences in a paragraph whose figures were changed."""
    words = claims.narrow(text)
    for pattern in _patterns(tuple(one for one in report.paragraphs if not one.is_open)):
        for match in pattern.found.finditer(words):
            if match["number"] != pattern.stated:
                start = match.start("clause")
                sentence = re.split(f"[{_SENTENCE}]", words[start : start + _QUOTED])[0]
                yield Difference(
                    pattern.key, pattern.clause, sentence, match["number"], pattern.stated
                )


@dataclass(frozen=True)
class _Pattern:
    key: str
    clause: str
    stated: str
    found: re.Pattern[str]


@lru_cache(maxsize=4)
def _patterns(paragraphs: tuple[Paragraph, ...]) -> tuple[_Pattern, ...]:
    return tuple(pattern for paragraph in paragraphs for pattern in _patterns_in(paragraph))


def _patterns_in(paragraph: Paragraph) -> Iterator[_Pattern]:
    before = ""
    for number, piece in enumerate(paragraph.pieces):
        if isinstance(piece, str):
            before += claims.narrow(piece)
            continue
        rest = paragraph.pieces[number + 1 :]
        after = claims.narrow(rest[0]) if rest and isinstance(rest[0], str) else ""
        lead = _lead(before)
        if after and lead.replace(_FIGURE, ""):
            yield _pattern(piece, lead, after)
        before += _FIGURE


def _lead(before: str) -> str:
    """The words before a figure from which it is clear what it is: its clause, and as many clauses
    before as it takes."""
    sentence = re.split(f"[{_SENTENCE}]", before)[-1]
    starts = [0, *(found.end() for found in re.finditer(f"[{_CLAUSE}]", sentence))]
    for start in reversed(starts):
        lead = sentence[start:]
        own = lead.replace(_FIGURE, "")
        if len(own) >= _TELLING and not any(word in lead for word in _COMPARES):
            return lead
    return sentence


def _pattern(shown: Shown, lead: str, after: str) -> _Pattern:
    """after: the words after the figure. They are looked for too if those before it, like “全县有”,
    may begin any sentence."""
    is_telling = len(lead.replace(_FIGURE, "")) >= _TELLING
    tail = after[0] if is_telling else re.split(f"(?<=.)[{_SENTENCE}{_CLAUSE}]", after)[0]
    words = claims.FIGURE.join(map(re.escape, lead.split(_FIGURE)))
    told = f"(?P<clause>{words})(?P<number>{claims.FIGURE})"
    found = f"(?:^|[{_SENTENCE}{_CLAUSE}]){told}{re.escape(tail)}"
    clause = re.split(f"[{_CLAUSE}{_FIGURE}]", lead)[-1]
    name = clause if is_telling else f"{clause}…{tail}"
    return _Pattern(shown.key, name, claims.narrow(shown.text), re.compile(found))
