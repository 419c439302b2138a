"""Where each unit stands: a query over the ledger's events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import Event, Ledger
from jyxl.edges.roster import Unit


@dataclass(frozen=True)
class Standing:
    """A unit's state.

    in_force: the last accepted return, whose figures count. latest: the last return,
    accepted or not. versions: how many returns were judged; rounds: how many were sent
    back. file, arrived: of the return in force, else of the latest. sent_back: the error
    workbook that waits to be corrected, if any.
    """

    unit: Unit
    in_force: Event | None
    latest: Event | None
    versions: int
    version_in_force: int
    rounds: int
    file: str
    arrived: str
    first_arrived: str
    late: bool
    sent_back: str

    @property
    def state(self) -> str:
        """accepted, returned or missing."""
        if self.in_force is not None:
            return "accepted"
        return "missing" if self.latest is None else "returned"

    @property
    def newer_returned(self) -> bool:
        """True where an accepted return is in force and a later one was sent back."""
        return self.in_force is not None and self.latest is not self.in_force


def standings(campaign: Campaign, ledger: Ledger, today: date | None = None) -> list[Standing]:
    """Every unit of the roster, in its order."""
    arrivals: dict[tuple[str, str], str] = {}
    for event in ledger.events("received"):
        arrivals.setdefault((event.sha256, event.data["file"]), event.data["arrived"])
    judged: dict[str, list[Event]] = {unit.code: [] for unit in campaign.units}
    for event in ledger.events("judged"):
        if event.unit in judged and event.data["verdict"] != "refused":
            judged[event.unit].append(event)
    sent_back = {event.sha256: str(event.data["file"]) for event in ledger.events("sent_back")}
    return [
        _standing(campaign, unit, judged[unit.code], arrivals, sent_back, today or date.today())
        for unit in campaign.units
    ]


def _standing(
    campaign: Campaign,
    unit: Unit,
    judged: list[Event],
    arrivals: Mapping[tuple[str, str], str],
    sent_back: Mapping[str, str],
    today: date,
) -> Standing:
    accepted = [event for event in judged if event.data["verdict"] == "accepted"]
    in_force = accepted[-1] if accepted else None
    shown = in_force or (judged[-1] if judged else None)
    arrived = {event.id: arrivals[event.sha256, event.data["file"]] for event in judged}
    first = min(arrived.values(), default="")
    limit = campaign.deadline.isoformat()
    return Standing(
        unit=unit,
        in_force=in_force,
        latest=judged[-1] if judged else None,
        versions=len(judged),
        version_in_force=judged.index(in_force) + 1 if in_force else 0,
        rounds=_rounds(judged),
        file=shown.data["file"] if shown else "",
        arrived=arrived[shown.id] if shown else "",
        first_arrived=first,
        late=first[:10] > limit if first else today.isoformat() > limit,
        sent_back=sent_back.get(judged[-1].sha256, "") if judged else "",
    )


def _rounds(judged: Iterable[Event]) -> int:
    """How often a unit's return was sent back."""
    return max((event.data.get("round", 0) for event in judged), default=0)
