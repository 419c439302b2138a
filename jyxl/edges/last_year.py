"""What the ledger knows of last year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jyxl.edges.events import Event, LastYear
from jyxl.edges.roster import Unit


def latest(events: Iterable[Event], units: Iterable[Unit]) -> dict[str, LastYear]:
    """Code of a unit → what was recorded last. What was recorded for a unit of another name that
    had its code is left out: figures belong to a unit and not to a code."""
    found = {event.unit: event for event in events if isinstance(event, LastYear)}
    return {
        unit.code: found[unit.code]
        for unit in units
        if unit.code in found and found[unit.code].name in ("", unit.name, *unit.former)
    }


def known(events: Iterable[Event], units: Iterable[Unit]) -> dict[str, Mapping[str, int]]:
    """Code of a unit → its figures of last year that are known; only units of which any are."""
    return {code: event.figures for code, event in latest(events, units).items() if event.figures}
