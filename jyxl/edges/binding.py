"""A campaign is bound to its form for good: accepted figures are read by the form that they
were typed into, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jyxl.definition import Cell, Edition
from jyxl.edges.events import Bound
from jyxl.problem import Problem
from jyxl.rules.language import Ref, flat

_NAMED = 6
"""How many cells a sentence names at most."""


def bound(county: str, year: int, edition: Edition) -> Bound:
    """The founding event that the ledger keeps for a campaign that begins now."""
    return Bound(
        county, year, edition.id, {cell.name: _mark(edition, cell) for cell in edition.cells}
    )


def _mark(edition: Edition, cell: Cell) -> dict[str, Any]:
    """What the figure of a cell means: its labels, its kind and, if it is a total, its terms."""
    mark: dict[str, Any] = {
        "label": " / ".join((*cell.row_labels, *cell.column_labels)),
        "decimals": cell.kind.decimals,
        "unit": cell.kind.unit,
    }
    if cell.name in edition.totals:
        terms = flat(edition.totals[cell.name].instance.main.right)
        mark["sum"] = [[factor, part.cell] for factor, part in terms if isinstance(part, Ref)]
    return mark


def renamed(was: Bound, edition: Edition) -> dict[str, str]:
    """The bound cells that have another name now, as the edition states: old name → new name."""
    return {
        old: new
        for old in was.cells
        for before, now in edition.renamed.items()
        if old == before or old.startswith(f"{before}.")
        for new in [now + old[len(before) :]]
    }


def prove(was: Bound, now: Mapping[str, Mapping[str, Any]], edition: Edition) -> None:
    """Raises Problem, which names the cells, if the edition is not the one that was bound.

    now: what the figures of its cells mean, as `bound` says it.
    """
    names = renamed(was, edition)
    old = {names.get(name, name): (name, mark) for name, mark in was.cells.items()}
    parts = [
        _listed("少了", (mark["label"] for name, (_, mark) in old.items() if name not in now)),
        _listed("多了", (mark["label"] for name, mark in now.items() if name not in old)),
        _listed(
            "改了",
            (
                mark["label"]
                for name, (before, mark) in old.items()
                if name in now and not _is_same(mark, now[name], names, before in names)
            ),
        ),
        _listed("重了", (n for n in names.values() if list(names.values()).count(n) > 1)),
    ]
    said = "；".join(filter(None, parts))
    if said:
        raise Problem(
            f"{edition.id} 年版表式在下发以后改过：{said}。已收的数是按原来的表式填的；请恢复原来的"
            f"表式定义，或者在 {edition.id}/edition.toml 的 [renamed] 里写明哪一格现在叫什么。"
        )


def _is_same(
    was: Mapping[str, Any], now: Mapping[str, Any], names: Mapping[str, str], is_stated: bool
) -> bool:
    """True if the figure means the same. is_stated: the edition says that it does, even if its
    labels have changed."""
    terms = [[factor, names.get(name, name)] for factor, name in was.get("sum", ())]
    return (
        (is_stated or was["label"] == now["label"])
        and (was["decimals"], was["unit"]) == (now["decimals"], now["unit"])
        and sorted(terms) == sorted(now.get("sum", ()))
        and ("sum" in was) == ("sum" in now)
    )


def _listed(what: str, labels: Iterable[str]) -> str:
    found = list(labels)
    if not found:
        return ""
    more = f"等 {len(found)} 格" if len(found) > _NAMED else ""
    return f"{what}“{'”“'.join(found[:_NAMED])}”{more}"
