"""How far the ledger had come after each of the last two collects that added to it, so that it
can be told what the last one has changed."""

from __future__ import annotations

import contextlib

from jyxl.edges import files
from jyxl.edges.campaign import OWN, Campaign
from jyxl.problem import Problem

NAME = "runs"


def before(campaign: Campaign, events: int) -> int | None:
    """How many events the ledger had before the last collect; None if that is not known.

    events: how many it has now.
    """
    return next((one for one in _read(campaign)[:1] if one <= events), None)


def advance(campaign: Campaign, events: int) -> None:
    """A collect is over. A run that has added nothing moves no mark. Raises Problem."""
    marks = _read(campaign)
    if marks[1:] != [events]:
        files.write(campaign.folder / OWN / NAME, f"{marks[1] if marks else 0} {events}\n".encode())


def forget(campaign: Campaign) -> None:
    """The ledger is a new one."""
    with contextlib.suppress(OSError):
        (campaign.folder / OWN / NAME).unlink(missing_ok=True)


def _read(campaign: Campaign) -> list[int]:
    """Two numbers of events, or none: without this file only the changes are not told."""
    try:
        marks = [int(one) for one in files.read(campaign.folder / OWN / NAME, 64).split()]
    except (Problem, ValueError):
        return []
    return marks if len(marks) == 2 and 0 <= marks[0] <= marks[1] else []
