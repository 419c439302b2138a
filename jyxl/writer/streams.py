"""Rows that go straight into the file, one by one, because a county's detail is too long to be
held in memory as cells."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

Value = str | int | float | None
HERE = "<!--stream-->"
"""Marks the place of the rows until they are put there; no text can hold the mark, since < is
escaped."""


class Row(NamedTuple):
    """A row of values, from column A on. look: which of the looks of such a row it has; height: in
    points, 0 for that of any row."""

    values: Sequence[Value]
    look: int = 0
    height: float = 0


def elements(
    first: int,
    heads: Sequence[Sequence[tuple[str, int]]],
    rows: Iterable[Row],
    held: Callable[[str], str],
) -> Iterator[str]:
    """The <row> elements. first: the number of the first row, counted from 0; heads: for each look of
    a row, the letters of each column and the number of its format; held: what a cell holds of a
    text."""
    for number, (values, look, height) in enumerate(rows, first + 1):
        cells = [
            _cell(f'{letters}{number}" s="{style}"', value, held)
            for (letters, style), value in zip(heads[look], values, strict=True)
        ]
        high = f' ht="{height:g}" customHeight="1"' if height else ""
        yield f'<row r="{number}"{high}>{"".join(cells)}</row>'


def _cell(head: str, value: Value, held: Callable[[str], str]) -> str:
    """A <c> element; a text is stored inline and is never taken for anything else."""
    if value is None or value == "":
        return f'<c r="{head}/>'
    if isinstance(value, str):
        text = escape(held(value))
        return f'<c r="{head} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    number = value if isinstance(value, int) else f"{value:.16G}"
    return f'<c r="{head}><v>{number}</v></c>'


def put_in(package: io.BytesIO, parts: Mapping[str, Iterable[str]]) -> bytes:
    """The bytes of the file with rows put into its parts.

    parts: name of a part → its <row> elements.
    """
    buffer = io.BytesIO()
    with ZipFile(package) as before, ZipFile(buffer, "w") as after:
        for entry in before.infolist():
            head, _, tail = before.read(entry).partition(HERE.encode())
            whole = ZipInfo(entry.filename, entry.date_time)
            whole.compress_type = ZIP_DEFLATED
            with after.open(whole, "w") as part:
                part.write(head)
                part.writelines(row.encode() for row in parts.get(entry.filename, ()))
                part.write(tail)
    return buffer.getvalue()
