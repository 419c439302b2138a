"""A statutory table in Word, with its merged cells."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

from docx.shared import Mm

from jyxl import characters
from jyxl.printed import Box, PrintedTable
from jyxl.reports import word_page as page
from jyxl.reports.word_frame import CELL, HEAD, new


def table(printed: PrintedTable) -> Any:
    """The table as an element. Its rows stay on one page if they fit."""
    widths = _widths(printed)
    frame = new("tbl")
    frame.append(_about_table(widths))
    grid = new("tblGrid")
    grid.extend(new("gridCol", w=width) for width in widths)
    frame.append(grid)
    at = {(box.area.top, box.area.left): box for box in printed.boxes}
    over = {
        (row, box.area.left): box
        for box in printed.boxes
        for row in range(box.area.top + 1, box.area.bottom + 1)
    }
    for row in range(printed.rows):
        line = new("tr")
        line.append(_about_row(is_head=row < printed.head_rows))
        starts = {column for top, column in (*at, *over) if top == row}
        for column in sorted(starts):
            box = at.get((row, column)) or over[row, column]
            is_last = row == printed.rows - 1
            line.append(_cell(box, widths, (row, column) in at, is_last))
        frame.append(line)
    return frame


def _widths(printed: PrintedTable) -> list[int]:
    """The widths of the columns in twentieths of a point."""
    whole = Mm(page.PAGE.text_width).twips
    first = min(box.area.left for box in printed.boxes if box.role == "figure")
    wide = (*page.LABELS.get(first, printed.widths[:first]), *printed.widths[first:])
    sums = [sum(wide[:end]) for end in range(len(wide) + 1)]
    edges = [round(whole * one / sums[-1]) for one in sums]
    return [right - left for left, right in itertools.pairwise(edges)]


def _about_table(widths: Iterable[int]) -> Any:
    about = new("tblPr")
    margins, borders = new("tblCellMar"), new("tblBorders")
    side = Mm(page.CELL_MARGIN).twips
    margins.extend(new(edge, w=side, type="dxa") for edge in ("left", "right"))
    borders.extend(
        new(edge, val="single", sz=4, space=0, color="000000")
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    about.extend(
        (
            new("tblW", w=sum(widths), type="dxa"),
            new("jc", val="center"),
            borders,
            new("tblLayout", type="fixed"),
            margins,
        )
    )
    return about


def _about_row(is_head: bool) -> Any:
    about = new("trPr")
    about.append(new("cantSplit"))
    about.append(new("trHeight", val=Mm(page.ROW).twips, hRule="atLeast"))
    if is_head:
        about.append(new("tblHeader"))
    return about


def _cell(box: Box, widths: list[int], is_first: bool, is_last: bool) -> Any:
    """A cell of a row. is_first: of a merged cell, the uppermost row; is_last: of the table."""
    cell, about = new("tc"), new("tcPr")
    area = box.area
    span = area.right - area.left + 1
    about.append(new("tcW", w=sum(widths[area.left : area.right + 1]), type="dxa"))
    if span > 1:
        about.append(new("gridSpan", val=span))
    if area.bottom > area.top:
        about.append(new("vMerge", val="restart" if is_first else "continue"))
    about.append(new("vAlign", val="center"))
    paragraph, form = new("p"), new("pPr")
    form.append(new("pStyle", val=CELL if box.role in ("row", "figure") else HEAD))
    if is_last:
        form.append(new("keepNext", val="0"))
    if box.role == "row":
        form.append(new("jc", val="left"))
    paragraph.append(form)
    if is_first:
        run, text = new("r"), new("t")
        text.text = characters.one_line(box.text)
        run.append(text)
        paragraph.append(run)
    cell.extend((about, paragraph))
    return cell
