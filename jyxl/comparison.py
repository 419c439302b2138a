"""The county and its units beside last year: what changed, and what changed most.

Only what is known of both years is compared. So the county's figures here are those of the units
of which both are known; they are not those of the whole county if some are missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from jyxl.county import County, UnitRow
from jyxl.definition import Cell, Edition, Instance
from jyxl.rules.check import evaluate
from jyxl.rules.language import Near, Ref


@dataclass(frozen=True)
class Change:
    """A figure of both years, scaled. is_large: the rules call the change large."""

    cell: Cell
    last: int
    now: int
    is_large: bool

    @property
    def change(self) -> int:
        return self.now - self.last


def compared(county: County) -> list[UnitRow]:
    """The units whose return counts and of which something is known of last year."""
    return [unit for unit in county.counted if unit.last]


def of_county(county: County) -> list[Change]:
    """The county's figures, without those that are 0 in both years; counts before amounts, and of
    each those that changed most first. Nothing if no unit can be compared."""
    last: dict[str, int] = {}
    now: dict[str, int] = {}
    for unit in compared(county):
        figures = _asked(unit)
        for name in _places(county.edition):
            if name in unit.last and name in figures and county.edition.cell[name].added == "求和":
                last[name] = last.get(name, 0) + unit.last[name]
                now[name] = now.get(name, 0) + figures[name]
    for name in now:
        now[name] += county.adjusted_row[name] if county.adjusted else 0
    changes = _changes(county.edition, last, now)
    shown = (one for one in changes if one.last or one.now)
    return sorted(shown, key=lambda one: (one.cell.kind.decimals, _rank(one)))


def of_units(county: County) -> list[tuple[UnitRow, Change]]:
    """What changed in the units, the largest changes first."""
    found = [
        (unit, one)
        for unit in compared(county)
        for one in _changes(county.edition, unit.last, _asked(unit))
        if one.change
    ]
    return sorted(found, key=lambda pair: _rank(pair[1]))


def _rank(one: Change) -> tuple[bool, float]:
    """Large changes come first, and then those that differ most in the units of the form."""
    return not one.is_large, -abs(one.change) / one.cell.kind.scale


def _asked(unit: UnitRow) -> dict[str, int]:
    """The figures of what the unit was asked."""
    return {name: one for name, one in (unit.figures or {}).items() if name not in unit.unasked}


@lru_cache(maxsize=16)
def _places(edition: Edition) -> dict[str, Instance | None]:
    """The cells that are compared with last year: name → the rule at its place. The county's own
    indicators have none."""
    own = (cell.name for table in edition.tables if table.is_own for cell in table.cells)
    return dict.fromkeys(own) | {
        one.main.left.cell: one
        for one in edition.instances
        if isinstance(one.main, Near) and isinstance(one.main.left, Ref)
    }


def _changes(edition: Edition, last: Mapping[str, int], now: Mapping[str, int]) -> Iterator[Change]:
    for name, instance in _places(edition).items():
        if name in last and name in now:
            is_far = instance is not None and not _is_near(instance, last, now)
            yield Change(edition.cell[name], last[name], now[name], is_far)


def _is_near(instance: Instance, last: Mapping[str, int], now: Mapping[str, int]) -> bool:
    return bool(evaluate(instance.main, _by_key(instance.refs, last, now), instance.scale))


def _by_key(refs: Iterable[Ref], last: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    return {ref.key: (now if ref.is_own else last).get(ref.cell, 0) for ref in refs}
