"""What people type into a number cell → an exact scaled integer, nothing, or a fault.

A text is read if it has one meaning, and refused if it has two.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from jyxl import characters
from jyxl.definition import Kind

NIL = frozenset({"", "/", "-", "--", "—", "——", "–", "_", "__", "无", "\\"})
"""Texts that mean “nothing”, after tidy()."""

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x2212: ord("-")}
WIDE_DIGITS = {0xFF10 + digit: 0x30 + digit for digit in range(10)}
"""Full-width digits → digits, as str.translate takes them."""
_TIDY = {**dict.fromkeys(map(ord, characters.INVISIBLE)), **_WIDE}
_NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<rest>\.\d+)?", re.ASCII)
_APPROXIMATE = re.compile(r"约|余|多|左右|近|超|以上|以下|大概")
_SIGN_WORD = re.compile(r"[增减负正加]|^[+-]{2}|^[–—]")
_OPENED, _CLOSED = re.compile("[（(]"), re.compile("[）)]")

_EXACT = 28
"""How many digits Decimal keeps in a product; with more, a fraction could be rounded away."""


@dataclass(frozen=True)
class Reading:
    """What was read in a cell. value: scaled by the kind, None if there is nothing or a fault;
    fault: a key of faults.WHY; noted: whether the unit should see how it was read."""

    value: int | None = None
    fault: str | None = None
    noted: bool = False


NOTHING = Reading()
ZERO = Reading(0)


def read(raw: object, kind: Kind) -> Reading:
    """The reading of one cell, whose content is as python-calamine gives it."""
    if type(raw) is float or type(raw) is int:
        return _read_number(raw, kind)
    if isinstance(raw, str):
        return _read_text(raw, kind) if raw else NOTHING
    if raw is None:
        return NOTHING
    return Reading(fault="boolean" if isinstance(raw, bool) else "date")


def tidy(text: str) -> str:
    """The text with narrow instead of full-width forms, without invisible characters and outer
    blanks."""
    return text.translate(_TIDY).strip()


def _read_number(raw: float, kind: Kind) -> Reading:
    if raw == 0:
        return ZERO
    if not math.isfinite(raw):
        return Reading(fault="error")
    whole = int(raw)
    if raw == whole:
        return _scaled(whole * kind.scale, kind, noted=False)
    # A spreadsheet keeps 15 significant digits; further digits were never typed.
    return _scaled(Decimal(format(raw, ".15g")) * kind.scale, kind, noted=False)


def _read_text(raw: str, kind: Kind) -> Reading:
    text = tidy(raw)
    if text in NIL:
        return NOTHING
    match = _NUMBER.match(text)
    if match is None:
        return Reading(fault=_why_not(text))
    unit = text[match.end() :].strip()
    if unit and unit not in kind.units:
        return Reading(fault=_why_not(text))
    if len(match[0]) > _EXACT:
        return Reading(fault="range")
    number = Decimal(match["sign"] + match["digits"].replace(",", "") + (match["rest"] or ""))
    return _scaled(number * kind.units.get(unit, 1) * kind.scale, kind, noted=True)


def _why_not(text: str) -> str:
    if text.startswith("#"):
        return "error"
    if characters.lines(text) != text:
        return "unseen"
    if _is_remark(text):
        return "remark"
    if _SIGN_WORD.search(text):
        return "signed_word"
    if _APPROXIMATE.search(text):
        return "approximate"
    return "text"


def _is_remark(text: str) -> bool:
    """True if there is something in brackets. One pattern for both would look for the end of the
    text anew from every opening bracket."""
    opened = _OPENED.search(text)
    return "其中" in text or bool(opened and _CLOSED.search(text, opened.end()))


def _scaled(value: Decimal | int, kind: Kind, noted: bool) -> Reading:
    """The reading of a value given in units of the kind's last decimal. A value that is too
    large for the kind, or has more decimals, is a fault; whether a number that was read fits
    is left to the check."""
    if not -kind.reach <= value <= kind.reach:
        return Reading(fault="range")
    if value != int(value):
        return Reading(fault="decimals" if kind.decimals else "fraction")
    return Reading(int(value), noted=noted)


def plain(value: int, scale: int) -> str:
    """A scaled integer as people write it: 25.1, -139, 80."""
    if scale == 1:
        return str(value)
    number = Decimal(value) / scale
    return format(number.normalize(), "f")


def for_cell(value: int, scale: int) -> int | float:
    """A scaled integer as a spreadsheet number, exact to the 15 digits that a spreadsheet keeps."""
    if value % scale == 0:
        return value // scale
    return float(Decimal(value) / scale)
