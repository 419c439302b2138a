"""The place of a finding: made from names of cells, and turned into addresses at the end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from jyxl.addresses import Area, a1
from jyxl.definition import Edition, Instance, Table
from jyxl.finding import Place
from jyxl.layout import CONFIRM, sheet


def cell_place(edition: Edition, name: str) -> Place:
    """The place of one cell."""
    cell = edition.cell[name]
    table = edition.table[cell.table]
    return Place(table.sheet, table.key, name, (name,), cell.label)


def text_place(edition: Edition, name: str) -> Place:
    """The place of a text."""
    text = edition.text[name]
    return Place(edition.table[text.table].sheet, text.table, name, (name,), text.label)


def blank_place(table: Table, names: tuple[str, ...]) -> Place:
    """The place of a table's confirmation, with the blanks it is about."""
    return Place(table.sheet, table.key, CONFIRM, names, "空白单元格")


@lru_cache(maxsize=1024)
def rule_place(edition: Edition, instance: Instance) -> Place:
    """The place of a rule, with all its cells. The spot to go to is the first typed cell in the
    rule's own table or, if there is none, the first cell there, or else the first of all."""
    home = [n for n in instance.cells if edition.cell[n].table == instance.rule.table]
    typed = [name for name in home if name not in edition.totals]
    focus = edition.cell[(typed or home or list(instance.cells))[0]]
    table = edition.table[focus.table]
    return Place(table.sheet, table.key, focus.name, instance.cells, instance.label)


@dataclass(frozen=True)
class Drawn:
    """A place as addresses in A1 form. cells: with the name of the sheet if it is another one."""

    cell: str | None = None
    cells: tuple[str, ...] = ()


NOWHERE = Drawn()


def drawn(edition: Edition | None, place: Place) -> Drawn:
    """The addresses of a place; none if it has no spot or the edition is not known."""
    area = spot_area(edition, place)
    if edition is None or area is None:
        return NOWHERE
    cell = a1(area.top, area.left)
    cells = tuple(_address(edition, place, name) for name in place.cells)
    return Drawn(cell, cells)


def spot_area(edition: Edition | None, place: Place) -> Area | None:
    """The area to go to, if there is one."""
    if edition is None or place.spot is None:
        return None
    table = next((table for table in edition.tables if table.sheet == place.sheet), None)
    return sheet(table).spots.get(place.spot) if table is not None else None


def _address(edition: Edition, place: Place, name: str) -> str:
    table = edition.table[name.partition(".")[0]]
    prefix = "" if table.sheet == place.sheet else f"{table.sheet}!"
    return prefix + sheet(table).address(name)
