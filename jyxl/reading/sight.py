"""What a unit sees in a cell, and whether it is what would be counted.

The content is established twice, by the reading library and by our own reading. Then follows
what a spreadsheet program would show of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from jyxl import faults, numbers
from jyxl.definition import Kind
from jyxl.numbers import NOTHING, Reading
from jyxl.reading import formats
from jyxl.reading.book import Rows
from jyxl.reading.damage import Malformed
from jyxl.reading.marks import DOUBT, ERROR, STALE, Cell, Marked, Marks, Position
from jyxl.reading.recovery import at

_MOST = 40
"""How much of a text is quoted, in letters."""
_CURRENCY = re.compile(r"[¥￥$€£]|CNY|RMB")
_BRACKETED = re.compile(r"\(([^()]*)\)")
_PLACES = re.compile(r"\.([0-9]+)")


class Doubt(NamedTuple):
    """Why a cell is not counted. why: a key of faults.DOUBT; one: what it holds; other: what
    speaks against it."""

    why: str
    one: str
    other: str = ""


class Seen(NamedTuple):
    """A cell of the form. raw: its content; rounded: what is shown of the number, if that has
    fewer decimals."""

    raw: object
    reading: Reading = NOTHING
    doubt: Doubt | None = None
    rounded: str | None = None


BLANK = Seen("")


def look_at(raw: object, own: Cell | None, marks: Marks, kind: Kind) -> Seen:
    """A cell as both readings and the number format have it. raw: its content as the reading
    library gives it; own: our own reading, None for a blank."""
    if own is None:
        return BLANK if raw == "" else Seen(raw, doubt=Doubt("two", quoted(raw), quoted("")))
    if own[1] == ERROR:
        raw = own[2] or "#N/A"
        return Seen(raw, numbers.read(raw, kind))
    if own[1] in (DOUBT, STALE):
        return Seen(raw, doubt=Doubt("twice" if own[1] == DOUBT else "stale", quoted(raw)))
    raw = float(raw) if type(raw) is int else raw
    value = held(own, marks)
    reading = numbers.read(raw, kind)
    if raw != value or isinstance(raw, bool) is not isinstance(value, bool):
        second = Reading(fault="text") if value is None else numbers.read(value, kind)
        is_number = reading.fault is None or second.fault is None
        if is_number and (reading.value, reading.fault) != (second.value, second.fault):
            other = own[2] if value is None else value
            return Seen(raw, doubt=Doubt("two", quoted(raw), quoted(other)))
    if reading.value is None and not isinstance(raw, float):
        return Seen(raw, reading)
    return _as_shown(raw, value, reading, own, marks, kind)


def text_at(rows: Rows, marks: Marks, position: Position) -> str | None:
    """The text of a cell outside the table, None if there is none, if the two readings differ
    or if it is struck out."""
    raw, own = at(rows, *position), marks.cells.get(position)
    value = None if own is None else held(own, marks)
    if own is None or not isinstance(raw, str) or not isinstance(value, str):
        return None
    if numbers.tidy(value) != numbers.tidy(raw):
        return None
    return None if isinstance(value, Marked) or marks.look(own).is_struck else raw


def texts_at(rows: Rows, marks: Marks, position: Position) -> Iterable[str]:
    """The text of a cell outside the table by each of the two readings; '' for what is none."""
    own = marks.cells.get(position)
    value = "" if own is None else held(own, marks)
    return tuple(one if isinstance(one, str) else "" for one in (at(rows, *position), value))


def held(own: Cell, marks: Marks) -> object:
    """The content by our own reading, None if it is none that can be compared."""
    try:
        return marks.value(own)
    except (Malformed, ValueError):
        return None


def _as_shown(
    raw: object, value: object, reading: Reading, own: Cell, marks: Marks, kind: Kind
) -> Seen:
    """A cell with a number, or with a text that is read as one."""
    look = marks.look(own)
    if isinstance(raw, float) and formats.is_date(look.format):
        return Seen(dated(raw, own, marks), Reading(fault="date"))
    if reading.value is None:
        return Seen(raw, reading)
    if look.is_struck or isinstance(value, Marked):
        why = "struck" if look.is_struck else "part"
        return Seen(raw, reading, Doubt(why, quoted(raw)))
    if look.shown is not None:
        shown = look.shown
    else:
        places = formats.decimals(look.format)
        if places is not None and (
            not isinstance(raw, float) or raw.is_integer() or raw == round(raw, places)
        ):
            return Seen(raw, reading)
        assert isinstance(raw, (float, str))
        shown = formats.shown(look.format, raw)
    return _compared(raw, reading, shown, kind)


def _compared(raw: object, reading: Reading, shown: str, kind: Kind) -> Seen:
    """A cell in which this is shown of the number that was read."""
    value = reading.value
    assert value is not None
    text = _CURRENCY.sub("", numbers.tidy(shown)).strip()
    if value < 0:
        text = _BRACKETED.sub(r"-\1", text)
    found = numbers.read(text, kind)
    if found.fault is None and (found.value or 0) == value:
        return Seen(raw, reading)
    places = _PLACES.search(text)
    unit = Decimal(1).scaleb(-len(places[1]) if places else 0)
    exact = (Decimal(value) / kind.scale).quantize(unit, ROUND_HALF_UP)
    if found.value is not None and exact * kind.scale == found.value:
        return Seen(raw, reading, rounded=quoted(shown))
    return Seen(raw, reading, Doubt("shown", quoted(raw), quoted(shown)))


def dated(raw: object, own: Cell | None, marks: Marks) -> object:
    """The date that a number is shown as, or else the content as it is."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return raw
    if own is None or not formats.is_date(marks.look(own).format):
        return raw
    try:
        return datetime(1899, 12, 30) + timedelta(days=raw)
    except (OverflowError, ValueError):
        return raw


def as_text(raw: object) -> str:
    """The content of a cell as a person would write it."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float):
        return format(raw, ".15g")
    return str(raw)


def quoted(raw: object) -> str:
    """The beginning of a content, in one line that can be shown anywhere."""
    text = "".join(one if one.isprintable() else " " for one in as_text(raw)[:_MOST])
    return text.strip() or faults.NOTHING
