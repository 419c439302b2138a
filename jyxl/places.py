"""Cell names → the place on the workbook that a finding points to."""

from __future__ import annotations

from functools import lru_cache

from jyxl.definition import Edition, Instance, Table
from jyxl.finding import Place
from jyxl.layout import sheet


def cell_place(edition: Edition, name: str) -> Place:
    """One cell."""
    cell = edition.cell[name]
    table = edition.table[cell.table]
    address = sheet(table).address(name)
    return Place(table.sheet, address, (address,), cell.table, cell.row, cell.column, cell.label)


def blank_place(edition: Edition, table: Table, names: tuple[str, ...]) -> Place:
    """The confirmation cell, with the blanks it is about."""
    place = sheet(table)
    cells = tuple(place.address(name) for name in names)
    return Place(table.sheet, place.confirm.a1, cells, table.key, label="空白单元格")


@lru_cache(maxsize=1024)
def rule_place(edition: Edition, instance: Instance) -> Place:
    """All cells of a rule; the one to go to is the first that is typed, in the rule's own table."""
    home = [n for n in instance.cells if edition.cell[n].table == instance.rule.table]
    typed = [name for name in home if name not in edition.totals]
    focus = edition.cell[(typed or home or list(instance.cells))[0]]
    table = edition.table[focus.table]
    cells = []
    for name in instance.cells:
        other = edition.table[edition.cell[name].table]
        prefix = "" if other is table else f"{other.sheet}!"
        cells.append(prefix + sheet(other).address(name))
    return Place(
        sheet=table.sheet,
        cell=sheet(table).address(focus.name),
        cells=tuple(cells),
        table=focus.table,
        row=focus.row,
        column=focus.column,
        label=instance.label,
    )
