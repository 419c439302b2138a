"""The texts of a sheet: each as it is, with its line breaks, whatever it looks like."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from jyxl import characters, faults, messages, numbers
from jyxl.definition import Edition, Table, TextCell
from jyxl.finding import Finding
from jyxl.layout import sheet
from jyxl.places import text_place
from jyxl.reading.book import Rows
from jyxl.reading.marks import DATE, DOUBT, ERROR, STALE, Cell, Marks, Position
from jyxl.reading.recovery import at, squeeze
from jyxl.reading.sight import Doubt, as_text, dated, held, quoted

_BREAK = re.compile("\r\n|[\r\u2028\u2029]")

Where = Callable[[int, int], Position]
"""Where the cell of a row and a column is now."""


def read_words(
    edition: Edition, table: Table, rows: Rows, marks: Marks, where: Where
) -> tuple[dict[str, str], list[Finding]]:
    """Text cell → its text, for those that are not blank; and what is wrong with them."""
    words: dict[str, str] = {}
    findings: list[Finding] = []
    for text in table.texts:
        area = sheet(table).texts[text.name]
        position = where(area.top, area.left)
        raw, own = at(rows, *position), marks.cells.get(position)
        second = None if own is None else held(own, marks)
        found = second if isinstance(second, str) else as_text(dated(raw, own, marks))
        if own is not None and own[1] == ERROR:
            found = str(own[2] or "#N/A")
        found = characters.lines(_BREAK.sub("\n", found))
        if doubt := _doubt(raw, own, second):
            findings.append(_doubted(edition, text, doubt))
        elif own is not None and own[3] and found:
            findings.append(messages.finding("F-C", text_place(edition, text.name), quoted(found)))
        findings.extend(_beside(edition, text, rows, marks, where))
        if found:
            words[text.name] = numbers.tidy(found) if text.choices else found
    return words, findings


def _doubt(raw: object, own: Cell | None, second: object) -> Doubt | None:
    """Why it is not certain what a person sees in the cell of a text. raw: its content as the
    reading library gives it; second: as our own reading does, None if that is no content."""
    if own is None:
        return None if raw == "" else Doubt("two", quoted(raw), quoted(""))
    if own[1] in (DOUBT, STALE):
        return Doubt("twice" if own[1] == DOUBT else "stale", quoted(raw))
    if own[1] in (ERROR, DATE):  # which the library gives in other forms
        return None
    if second is None or _letters(raw) != _letters(second):
        return Doubt("two", quoted(raw), quoted(own[2] if second is None else second))
    return None


def _letters(content: object) -> str:
    return squeeze(as_text(float(content) if type(content) is int else content))


def _beside(
    edition: Edition, text: TextCell, rows: Rows, marks: Marks, where: Where
) -> Iterator[Finding]:
    """The finding if something stands in the rest of the area that a text fills."""
    area = sheet(edition.table[text.table]).texts[text.name]
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            position = where(row, column)
            own = marks.cells.get(position)
            if (row, column) != (area.top, area.left) and own is not None and own[2] != "":
                doubt = Doubt("beside", "", quoted(at(rows, *position)))
                yield _doubted(edition, text, doubt)


def _doubted(edition: Edition, text: TextCell, doubt: Doubt) -> Finding:
    why = faults.DOUBT[doubt.why].format(one=doubt.one, other=doubt.other)
    return messages.finding("F-D", text_place(edition, text.name), faults.doubted(*doubt), why=why)
