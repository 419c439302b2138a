"""What the ledger knows of last year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jyxl.edges.events import Event, LastYear


def latest(events: Iterable[Event]) -> dict[str, LastYear]:
    """Code of a unit → what was recorded last."""
    return {event.unit: event for event in events if isinstance(event, LastYear)}


def known(events: Iterable[Event]) -> dict[str, Mapping[str, int]]:
    """Code of a unit → its figures of last year that are known; only units of which any are."""
    return {code: event.figures for code, event in latest(events).items() if event.figures}
