"""Names of cells as references in formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from jyxl.definition import Edition, Table
from jyxl.layout import sheet


def areas(edition: Edition, on: Table | None = None) -> Callable[[Iterable[str]], list[str]]:
    """Cell names → references, with the sheet's name unless they stand on `on`."""

    def look_up(names: Iterable[str]) -> list[str]:
        found: list[str] = []
        by_table: dict[str, list[str]] = {}
        for name in names:
            by_table.setdefault(edition.cell[name].table, []).append(name)
        for key, members in by_table.items():
            table = edition.table[key]
            prefix = "" if table is on else f"'{table.sheet}'!"
            found.extend(prefix + area for area in sheet(table).areas(members))
        return found

    return look_up
