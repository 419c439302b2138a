"""Last year's figures: what they are in this year's form, and how rules look them up.

A figure of last year is known or it is not; an unknown one is never 0. So they are mappings that
hold only what is known: cell name → scaled integer.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from jyxl.definition import DefinitionError, Edition, Instance
from jyxl.rules.check import evaluate
from jyxl.rules.language import LAST, Ref
from jyxl.terms import UnitKind


def carried_over(now: Edition, then: Edition) -> dict[str, str]:
    """The cells of last year's edition whose figures mean the same in this year's: name then →
    name now. Raises DefinitionError if the mapping names what one of them does not have."""
    if now.id == then.id:
        return {cell.name: cell.name for cell in now.cells}
    found: dict[str, str] = {}
    for old, new in sorted(now.last.get(then.id, {}).items(), key=lambda pair: len(pair[0])):
        names = _below(then, old)
        for edition, key in ((then, old), (now, new)):
            if not _below(edition, key):
                raise DefinitionError(
                    f"表式定义 {now.id}/edition.toml 的 last.{then.id}："
                    f"{edition.id} 年版没有“{key}”这一格、这一行或这张表。"
                )
        for name in names:
            target = f"{new}{name.removeprefix(old)}"
            if target in now.cell and _is_alike(then, name, now, target):
                found[name] = target
    return found


def _below(edition: Edition, key: str) -> list[str]:
    """The cells of a table, of a row or of this name."""
    return [name for name in edition.cell if name == key or name.startswith(f"{key}.")]


def _is_alike(then: Edition, old: str, now: Edition, new: str) -> bool:
    one, other = then.cell[old].kind, now.cell[new].kind
    return (one.decimals, one.unit) == (other.decimals, other.unit)


def by_key(edition: Edition, last: Mapping[str, int]) -> tuple[dict[str, int], dict[str, bool]]:
    """The figures that rules mention, by Ref.key, with 0 for those that are not known; and those
    that are not, as `rules.truth` takes them."""
    keys = {name: Ref(name, LAST).key for name in edition.last_cells}
    values = {key: last.get(name, 0) for name, key in keys.items()}
    return values, {key: True for name, key in keys.items() if name not in last}


def is_silent(instance: Instance, known: Collection[str]) -> bool:
    """True if a rule mentions a figure of last year that is not known."""
    return any(name not in known for name in instance.last_cells)


def filled_in(edition: Edition, unit_kind: UnitKind, last: Mapping[str, int]) -> dict[str, int]:
    """The cells that are filled in before a workbook goes out: cell name → scaled integer."""
    return dict(_filled_in(edition, unit_kind, last))


def untouched(
    edition: Edition,
    unit_kind: UnitKind,
    last: Mapping[str, int],
    numbers: Mapping[str, int],
    confirmed: Mapping[str, bool | None],
) -> frozenset[str]:
    """The cells that still hold what was filled in, in tables of which nobody has said that all
    else is 0. numbers: what the open cells hold; confirmed: as in Entries."""
    return frozenset(
        name
        for name, value in _filled_in(edition, unit_kind, last)
        if numbers.get(name) == value and not confirmed.get(edition.cell[name].table)
    )


def _filled_in(
    edition: Edition, unit_kind: UnitKind, last: Mapping[str, int]
) -> Iterator[tuple[str, int]]:
    values, _ = by_key(edition, last)
    for one in edition.instances:
        if one.rule.fills and not is_silent(one, last):
            assert isinstance(one.main.left, Ref)
            cell = edition.cell[one.main.left.cell]
            if edition.is_open(cell, unit_kind):
                yield cell.name, evaluate(one.main.right, values, one.scale)


def seal(last: Mapping[str, int], campaign: str, code: str, key: bytes) -> str:
    """The signature of the figures that a unit's workbook shows."""
    text = json.dumps([campaign, code, dict(last)], ensure_ascii=False, sort_keys=True)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Past:
    """What one source says of one unit's last year.

    code, name: as the source has them, or ''; edition: the id of the one by whose cells the
    figures are named; figures, cells: cell name → scaled integer, and where it stands in the
    source; year, county: None and '' if the source does not say.
    """

    code: str
    name: str
    edition: str
    figures: Mapping[str, int]
    cells: Mapping[str, str]
    source: str
    sha256: str
    year: int | None = None
    county: str = ""

    @property
    def whose(self) -> str:
        """The unit as people call it."""
        return f"{self.name}（{self.code}）" if self.name and self.code else self.name or self.code
