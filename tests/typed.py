"""A report as somebody types it in Word: paragraphs, and tables whose cells are merged."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import docx
from docx.document import Document

from tests.reading.publish import Box


def document(items: Iterable[str | Sequence[Box]]) -> Document:
    """Paragraphs and tables in their order."""
    made = docx.Document()
    for item in items:
        if isinstance(item, str):
            made.add_paragraph(item)
            continue
        table = made.add_table(
            max(box.row + box.height for box in item), max(box.column + box.width for box in item)
        )
        grid = [list(row.cells) for row in table.rows]
        for box in item:
            first = grid[box.row][box.column]
            last = grid[box.row + box.height - 1][box.column + box.width - 1]
            (first if first is last else first.merge(last)).text = box.text
    return made


def opened(data: bytes) -> Document:
    return docx.Document(io.BytesIO(data))


def saved(made: Document) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()
