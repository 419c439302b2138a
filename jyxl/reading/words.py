"""The texts of a sheet: each as it is, with its line breaks, whatever it looks like."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from jyxl import characters, messages, numbers
from jyxl.definition import Edition, Table, TextCell
from jyxl.finding import Finding
from jyxl.layout import sheet
from jyxl.places import text_place
from jyxl.reading.book import Rows
from jyxl.reading.marks import ERROR, Marks, Position
from jyxl.reading.recovery import at, squeeze
from jyxl.reading.sight import as_text, dated, held, quoted

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
        if isinstance(raw, str) and isinstance(second, str) and squeeze(raw) != squeeze(second):
            findings.append(_doubted(edition, text, "two", quoted(raw), quoted(second)))
        if own is not None and own[3] and found:
            findings.append(messages.finding("F-C", text_place(edition, text.name), quoted(found)))
        findings.extend(_beside(edition, text, rows, marks, where))
        if found:
            words[text.name] = numbers.tidy(found) if text.choices else found
    return words, findings


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
                yield _doubted(edition, text, "beside", "", quoted(at(rows, *position)))


def _doubted(edition: Edition, text: TextCell, why: str, one: str, other: str) -> Finding:
    return messages.finding(
        "F-D",
        text_place(edition, text.name),
        messages.doubted(why, one, other),
        why=messages.DOUBT[why].format(one=one, other=other),
    )
