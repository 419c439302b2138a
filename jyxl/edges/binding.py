"""A campaign is bound for good to its key, its county, its year and its form: accepted figures
are read as what they were filed as, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jyxl.definition import Cell, Edition
from jyxl.edges.campaign import another
from jyxl.edges.events import Bound, Event, Judged
from jyxl.problem import Problem
from jyxl.rules.language import Ref, flat

_NAMED = 6
"""How many cells a sentence names at most."""


def bound(campaign: str, county: str, year: int, edition: Edition) -> Bound:
    """The founding event that the ledger keeps for a campaign with this id that begins now."""
    cells = {cell.name: _mark(edition, cell) for cell in edition.statutory}
    return Bound(campaign, county, year, edition.id, cells)


def is_of(event: Event, now: Bound) -> bool:
    """False if the event is of another campaign: its founding, or a return of one of its units.

    now: the founding event that the campaign would have today.
    """
    if isinstance(event, Bound):
        return event.campaign in ("", now.campaign)
    if isinstance(event, Judged) and event.decision != "refused" and event.identity is not None:
        return event.identity.campaign == now.campaign
    return True


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


def prove(was: Bound, now: Bound, edition: Edition) -> None:
    """Raises Problem, which says what differs, if the campaign is not the one that was bound.

    now: the founding event that the campaign would have today.
    """
    _prove_settings(was, now)
    _prove_form(was, now.cells, edition)


def _prove_settings(was: Bound, now: Bound) -> None:
    """Raises Problem if the settings give another county, year or edition than was bound."""
    names = ("year", "county", "edition")
    other = [name for name in names if getattr(was, name) != getattr(now, name)]
    if not other:
        return
    lines = {"year": f"{was.year}", "county": f'"{was.county}"', "edition": f'"{was.edition}"'}
    raise Problem(
        f"这个项目建立时定的是{_words(was)}，jyxl.toml 里现在写的是{_words(now)}；已下发的工作簿和"
        f"已收的数都是原来的，不能换个名义用。请在 jyxl.toml 里改回"
        f" {'、'.join(f'{name} = {lines[name]}' for name in other)}。{another(now.county, now.year)}"
    )


def _words(one: Bound) -> str:
    return f"“{one.county} {one.year} 年度（{one.edition} 年版表式）”"


def _prove_form(was: Bound, now: Mapping[str, Mapping[str, Any]], edition: Edition) -> None:
    """Raises Problem, which names the cells, if the edition is not the one that was bound."""
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
