"""Sentences that repeat a figure of the tables: what they say, and whether it is the same."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from jyxl import characters, numbers
from jyxl.definition import Claim, Edition

_SENTENCE = re.compile("[。！？；]")
_CLAUSE = re.compile("[，、：]")
_YEAR = re.compile("(?<![0-9])20[0-9]{2}(?=年)")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
FIGURE = r"-?[0-9]+(?:\.[0-9]+)?"
"""The pattern of a figure in a text that `narrow` has made plain."""
_QUOTED = 60
"""How many letters of a sentence are quoted."""
_LONGEST = 400
"""How many letters of a clause are looked at before a figure; hardly any has so many."""
_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_TENS = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True)
class Said:
    """A sentence that states a figure of a claim."""

    claim: Claim
    figure: int
    sentence: str


def said(edition: Edition, text: str, year: int) -> Iterator[Said]:
    """The figures of the tables that a text repeats, each once, in the order of the text. year: of
    the report; what is said of another one is left out."""
    seen: set[tuple[str, int]] = set()
    for sentence in _SENTENCE.split(narrow(text)):
        for claim in edition.claims:
            if not _is_about(claim, sentence):
                continue
            for figure in _figures(claim, sentence, year):
                if (claim.key, figure) not in seen:
                    seen.add((claim.key, figure))
                    yield Said(claim, figure, _short(sentence))


def _is_about(claim: Claim, sentence: str) -> bool:
    return any(word in sentence for word in claim.needs) and not any(
        word in sentence for word in claim.elsewhere
    )


@dataclass(frozen=True)
class Difference:
    """A sentence that states another figure than the tables. stated: that of the tables; cells:
    those that it is made of."""

    said: Said
    stated: int
    cells: tuple[str, ...]


def differences(
    edition: Edition, text: str, year: int, figures: Mapping[str, int], unknown: Collection[str]
) -> Iterator[Difference]:
    """The sentences of a text that differ from the tables. year: as in `said`. Where a figure of
    the tables is not known, nothing differs."""
    for one in said(edition, text, year):
        sums = one.claim.sums
        if any(name in unknown for names in sums for name in names):
            continue
        stated = [sum(figures[name] for name in names) for names in sums]
        scaled = one.figure * edition.cell[sums[0][0]].kind.scale
        if scaled not in stated:
            yield Difference(one, stated[0], sums[0])


def narrow(text: str) -> str:
    """The text without blanks, with narrow digits and without commas inside numbers."""
    narrow = characters.BLANKS.sub("", text).translate(numbers.WIDE_DIGITS)
    return _THOUSANDS.sub("", narrow)


def _figures(claim: Claim, sentence: str, year: int) -> Iterator[int]:
    for word in claim.zeros:
        if re.search(f"{re.escape(word)}(?!的)", sentence):  # not 未收到申请的单位
            yield 0
            return
    for pattern in claim.patterns:
        for match in pattern.finditer(sentence):
            around = _around(sentence, match)
            if any(word in around for word in claim.never) or _is_of_another(around, year):
                continue
            figure = _number(match["number"])
            if figure is not None:
                yield figure


def _around(sentence: str, match: re.Match[str]) -> str:
    """The clause in which a match begins, up to its end."""
    start = match.start()
    before = _CLAUSE.split(sentence[max(0, start - _LONGEST) : start])[-1]
    return before + match[0]


def _is_of_another(clause: str, year: int) -> bool:
    years = _YEAR.findall(clause)
    return bool(years) and str(year) not in years


def _number(text: str) -> int | None:
    """The number in Chinese or in digits; None if it is none."""
    if text.isascii():
        return int(text)
    if not any(letter in "十百千万" for letter in text):
        return int("".join(str(_DIGITS[letter]) for letter in text))
    high, mark, low = text.rpartition("万")
    if mark:
        above, below = _number(high) if high else None, _number(low) if low else 0
        return None if above is None or below is None else above * 10_000 + below
    total, digit = 0, None
    for letter in text:
        if letter in _TENS:
            total += (1 if digit is None else digit) * _TENS[letter]
            digit = None
        else:
            digit = _DIGITS[letter]
    return total + (digit or 0)


def _short(sentence: str) -> str:
    return sentence if len(sentence) <= _QUOTED else f"{sentence[:_QUOTED]}…"
