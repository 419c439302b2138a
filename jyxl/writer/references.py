"""The figures of the form as references in formulas."""

from __future__ import annotations

from collections.abc import Iterable

from jyxl.definition import Edition, Table
from jyxl.layout import sheet
from jyxl.rules import excel
from jyxl.rules.language import Ref


def areas(edition: Edition, on: Table | None = None) -> excel.Areas:
    """A function that gives the areas of figures, with the sheet's name unless that is `on`'s."""

    def look_up(refs: Iterable[Ref]) -> list[str]:
        found: list[str] = []
        by_table: dict[str, list[str]] = {}
        for ref in refs:
            by_table.setdefault(edition.cell[ref.key].table, []).append(ref.cell)
        for key, members in by_table.items():
            table = edition.table[key]
            prefix = "" if table is on else f"'{table.sheet}'!"
            found.extend(prefix + area for area in sheet(table).areas(members))
        return found

    return look_up
