"""A statutory table as it is printed: its labels and figures with the areas they fill.

Every rendering of a report, in Word or for the web, is made of these boxes, so that all of them
have the same cells at the same places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from jyxl import numbers
from jyxl.addresses import Area
from jyxl.definition import Table
from jyxl.layout import sheet

BoxRole = Literal["block", "corner", "head", "row", "figure"]


@dataclass(frozen=True)
class Box:
    """A cell of a printed table, merged or not. area: its rows and columns, from 0 at the top of the
    table; name: that of the cell whose figure it shows, or ''."""

    text: str
    area: Area
    role: BoxRole
    name: str = ""


@dataclass(frozen=True)
class PrintedTable:
    """A table without gaps: every position belongs to one box. boxes: by row, then by column;
    head_rows: how many rows at the top are repeated on another page; widths: how wide the
    columns are in relation to each other."""

    table: Table
    boxes: tuple[Box, ...]
    rows: int
    columns: int
    head_rows: int
    widths: tuple[float, ...]


def table(form: Table, figures: Mapping[str, int]) -> PrintedTable:
    """A table with its figures, which are scaled integers by the names of all of its cells."""
    place = sheet(form)
    labels = [one for one in place.labels if one.role not in ("title", "confirm")]
    top = min(one.area.top for one in labels)
    boxes: list[Box] = []
    for label in labels:
        assert label.role in ("block", "corner", "head", "row")
        boxes.append(Box(label.text, _up(label.area, top), label.role))
    for cell in form.cells:
        text = numbers.plain(figures[cell.name], cell.kind.scale)
        boxes.append(Box(text, _up(place.cells[cell.name], top), "figure", cell.name))
    boxes.sort(key=lambda one: (one.area.top, one.area.left))
    return PrintedTable(
        table=form,
        boxes=tuple(boxes),
        rows=max(one.area.bottom for one in boxes) + 1,
        columns=place.columns,
        head_rows=max(0, place.head_rows.stop - top),
        widths=place.widths,
    )


def _up(area: Area, rows: int) -> Area:
    return area._replace(top=area.top - rows, bottom=area.bottom - rows)
