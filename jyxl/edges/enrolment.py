"""The roster of today beside what was filed: a unit is what it was issued as, code and name
together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Event, Judged
from jyxl.edges.standing import Standing, owner, standings
from jyxl.identity import Identity
from jyxl.problem import Problem

_NAMED = 5
"""How many units a sentence names at most."""


def prove(campaign: Campaign, events: Sequence[Event]) -> None:
    """Raises Problem, which names the units, if the roster gives filed figures to another unit:
    a code now names another unit, or a unit now has another code. It also raises one if a unit
    has a kind now that may not have its figures."""
    moved = [words for who in _unowned(campaign, events) for words in _moved(campaign, who)]
    if moved:
        raise Problem(
            f"名册里的代码和交过的表对不上：{_listed(moved)}。代码改过的，请改回去；单位改了名称的，"
            "请在名册的“曾用名”一列写上原来的名称；换了别的单位的，请给它新的代码。"
        )
    closed = [words for one in standings(campaign, events) for words in _closed(campaign, one)]
    if closed:
        raise Problem(
            f"名册里的类别和已通过的数对不上：{_listed(closed)}。请把类别改回去；类别确实改了的，"
            "请单位先把这些格改成 0 再交，通过以后再改类别。"
        )


def changes(campaign: Campaign, events: Sequence[Event], now: Sequence[Standing]) -> list[str]:
    """Sentences about what the roster of today does to figures that were accepted. now: the state
    of every unit."""
    return [*_removed(campaign, events), *_kinds(now)]


def _unowned(campaign: Campaign, events: Iterable[Event]) -> list[Identity]:
    """Whom returns were judged for that no unit of the roster filed, each once."""
    filed = {
        (who.code, who.name): who
        for event in events
        if isinstance(event, Judged) and event.decision in ("accepted", "returned")
        for who in [event.identity]
        if who is not None
    }
    return [who for who in filed.values() if owner(campaign, who) is None]


def _moved(campaign: Campaign, who: Identity) -> Iterator[str]:
    """Where the code or the name of a unit that filed is found in the roster, if anywhere."""
    same_code = campaign.unit.get(who.code)
    same_name = next((unit for unit in campaign.units if unit.name == who.name), None)
    filed = f"“{who.name}”交表时的代码是 {who.code}，名册里"
    if same_code is not None:
        yield f"{filed} {who.code} 现在是“{same_code.name}”"
    elif same_name is not None:
        yield f"{filed}它现在是 {same_name.code}"


def _closed(campaign: Campaign, standing: Standing) -> Iterator[str]:
    """The figures in force that a unit of this kind may not have."""
    edition, unit, event = campaign.edition, standing.unit, standing.in_force
    if event is None or event.figures is None or event.identity is None:
        return
    labels = [
        cell.label
        for cell in edition.statutory
        if unit.kind in cell.closed_for and event.figures[cell.name]
    ]
    if labels:
        yield (
            f"“{unit.name}”通过时是“{event.identity.kind}”，名册里现在是“{unit.kind}”，"
            f"这一类不填“{labels[0]}”，它填了"
        )


def _removed(campaign: Campaign, events: Sequence[Event]) -> Iterator[str]:
    latest = {event.sha256: event for event in events if isinstance(event, Judged)}
    accepted = {
        (event.identity.code, event.identity.name)
        for event in latest.values()
        if event.decision == "accepted" and event.identity
    }
    for who in _unowned(campaign, events):
        if (who.code, who.name) in accepted:
            yield (
                f"名册里去掉了“{who.name}”（{who.code}），它已通过的数不再计入汇总。并入别的单位的，"
                "请接续的单位在自己的表里连同它的数一起报；去掉错了的，把这一行加回名册。"
            )


def _kinds(all_standings: Iterable[Standing]) -> Iterator[str]:
    for one in all_standings:
        who = one.in_force.identity if one.in_force else None
        if who is not None and who.kind != one.unit.kind:
            yield (
                f"“{one.unit.name}”的类别改了：通过时是“{who.kind}”，名册里现在是“{one.unit.kind}”。"
                f"按“{who.kind}”校验通过的数照样计入；要按“{one.unit.kind}”再校验，请用 jyxl issue "
                f"--unit {one.unit.code} 重新下发，请单位重填交回。"
            )


def _listed(found: Sequence[str]) -> str:
    more = f"等 {len(found)} 处" if len(found) > _NAMED else ""
    return "；".join(found[:_NAMED]) + more
