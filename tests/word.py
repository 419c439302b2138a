"""Reports in Word as units send them, made by python-docx, which writes what Word does."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import docx
from docx.document import Document

from jyxl.definition import Edition
from tests.reading import publish
from tests.reading.publish import Box


def raw(edition: Edition, figures: Mapping[str, str], otherwise: str = "0") -> dict[str, Any]:
    """The tables of a report as tests/reports has them. figures: cell → what is printed there;
    otherwise: what is printed in all other cells."""
    rows: dict[str, dict[tuple[str, ...], dict[str, str]]] = {"t2": {}, "t3": {}, "t4": {}}
    for key, lines in rows.items():
        for cell in edition.table[key].cells:
            line = lines.setdefault(cell.row_labels, {})
            line["/".join(cell.column_labels)] = figures.get(cell.name, otherwise)
    (last,) = rows["t4"].values()
    return {
        "edition": edition.id,
        "table2": {
            labels[-1]: {name.rpartition("/")[2]: text for name, text in line.items()}
            for labels, line in rows["t2"].items()
        },
        "table3": {labels[-1]: list(line.values()) for labels, line in rows["t3"].items()},
        "table3_columns": [cell.rpartition("/")[2] for cell in next(iter(rows["t3"].values()))],
        "table4": list(last.values()),
    }


def report(
    title: str, tables: Sequence[Sequence[Box]], above: Sequence[str] = (), below: str = "六、其他"
) -> Document:
    """A report with this title. above: the lines before it."""
    made = docx.Document()
    for line in above:
        made.add_paragraph(line)
    made.add_heading(title, 0)
    made.add_paragraph("一、总体情况")
    for boxes in tables:
        rows = max(box.row + box.height for box in boxes)
        columns = max(box.column + box.width for box in boxes)
        table = made.add_table(rows, columns)
        cells = [row.cells for row in table.rows]
        for box in boxes:
            cell = cells[box.row][box.column]
            end = cells[box.row + box.height - 1][box.column + box.width - 1]
            (cell if cell is end else cell.merge(end)).text = box.text
        made.add_paragraph("")
    made.add_paragraph(below)
    return made


def saved(document: Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def sent(
    edition: Edition,
    figures: Mapping[str, str],
    title: str = "云溪县水务局2021年政府信息公开工作年度报告",
    otherwise: str = "0",
) -> bytes:
    """A whole report of 县水务局."""
    return saved(report(title, publish.tables(raw(edition, figures, otherwise))))
