"""The figures of the form as references in formulas."""

from __future__ import annotations

from collections.abc import Iterable

from jyxl.definition import Edition, Table
from jyxl.layout import LAST_YEAR, last_year, sheet
from jyxl.rules import excel
from jyxl.rules.language import LAST, Ref


def areas(edition: Edition, on: Table | None = None) -> excel.Areas:
    """A function that gives the areas of figures, with the sheet's name unless that is `on`'s."""

    def look_up(refs: Iterable[Ref]) -> list[str]:
        found: list[str] = []
        by_table: dict[tuple[str, str], list[str]] = {}
        for ref in refs:
            table = edition.cell[ref.cell].table
            by_table.setdefault((ref.source, table), []).append(ref.cell)
        for (source, key), members in by_table.items():
            if source == LAST:
                prefix, place = f"'{LAST_YEAR}'!", last_year(edition.tables)[key]
            else:
                table_ = edition.table[key]
                prefix, place = "" if table_ is on else f"'{table_.sheet}'!", sheet(table_)
            found.extend(prefix + area for area in place.areas(members))
        return found

    return look_up
