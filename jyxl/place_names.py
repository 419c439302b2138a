"""What people call a place of the form (依申请公开!D5, t3.new.total, or its labels) → the place."""

from __future__ import annotations

from jyxl import form_labels, near_misses
from jyxl.addresses import a1
from jyxl.definition import Cell, Edition
from jyxl.layout import sheet
from jyxl.problem import Problem


def place(edition: Edition, at: str) -> tuple[str, str]:
    """(sheet, name of the cell or text) of an address such as 依申请公开!D5. Raises Problem."""
    name, mark, address = at.replace("！", "!").rpartition("!")
    table = next((one for one in edition.tables if one.sheet == name.strip("'")), None)
    if table is None or not mark:
        sheets = "、".join(one.sheet for one in edition.tables)
        raise Problem(
            f"“{at}”应写成 工作表!单元格，如 {edition.tables[0].sheet}!C5；工作表有：{sheets}。"
        )
    wanted = address.replace("$", "").strip().upper()
    for spot, area in (sheet(table).cells | sheet(table).texts).items():
        if a1(area.top, area.left) == wanted:
            return table.sheet, spot
    raise Problem(f"工作表“{table.sheet}”的 {wanted} 不是填数的格。")


def cell(edition: Edition, text: str) -> Cell:
    """The cell that a text means: an address, a name, or the labels of its row and its column.
    Raises Problem, with what may be meant."""
    if "!" in text.replace("！", "!"):
        _, name = place(edition, text)
        if name not in edition.cell:
            raise Problem(f"“{text}”是填文字的格，不是数。")
        return edition.cell[name]
    known = form_labels.headings(edition)
    name = known.get(form_labels.heading(text), text.strip())
    if name in edition.cell:
        return edition.cell[name]
    labels = [one.label for one in edition.cells]
    words = form_labels.plain(text)
    alike = [label for label in labels if words and words in form_labels.plain(label)]
    raise Problem(
        f"没有“{text}”这一格；写地址（如 {edition.tables[0].sheet}!C5）、"
        f"名称（如 {edition.cells[0].name}）或者行名和列名（如 {edition.cells[0].label}）。"
        f"{near_misses.meant(text, alike or [*labels, *edition.cell])}"
    )


def address(edition: Edition, name: str) -> str:
    """The address of a cell, with its sheet: 依申请公开!D5."""
    table = edition.table[edition.cell[name].table]
    return f"{table.sheet}!{sheet(table).address(name)}"
