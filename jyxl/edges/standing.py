"""The state of each unit, and so of the county: queries over the ledger's events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jyxl.county import County, Explanation, UnitRow
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Arrived, Event, Judged, SentBack
from jyxl.edges.roster import Unit
from jyxl.identity import Identity
from jyxl.terms import State


@dataclass(frozen=True)
class Standing:
    """The state of a unit.

    in_force: the last accepted return, whose figures count. latest: the last return,
    accepted or not. versions: how many returns were judged; rounds: how many were sent
    back. file, arrived: of the return in force, else of the latest. sent_back: the error
    workbook that waits to be corrected, if any.
    """

    unit: Unit
    in_force: Judged | None
    latest: Judged | None
    versions: int
    version_in_force: int
    rounds: int
    file: str
    arrived: str
    first_arrived: str
    late: bool
    sent_back: str

    @property
    def state(self) -> State:
        """Whether the unit's return is accepted, returned or missing."""
        if self.in_force is not None:
            return "accepted"
        return "missing" if self.latest is None else "returned"

    @property
    def newer_returned(self) -> bool:
        """True if an accepted return is in force and a later one was sent back."""
        return self.in_force is not None and self.latest is not self.in_force


def owner(campaign: Campaign, who: Identity) -> Unit | None:
    """The unit of the roster that a workbook was issued to: that with its code, if it has the
    name in the workbook or had it once."""
    unit = campaign.unit.get(who.code)
    return unit if unit is not None and who.name in (unit.name, *unit.former) else None


def standings(
    campaign: Campaign, events: Sequence[Event], today: date | None = None
) -> list[Standing]:
    """The state of every unit, in the order of the roster."""
    arrivals: dict[tuple[str, str], str] = {}
    judged: dict[str, list[Judged]] = {unit.code: [] for unit in campaign.units}
    sent_back: dict[str, str] = {}
    for event in events:
        match event:
            case Arrived():
                arrivals.setdefault((event.sha256, event.file), event.arrived)
            case SentBack():
                sent_back[event.sha256] = event.file
            case Judged() if event.identity and event.decision != "refused":
                unit = owner(campaign, event.identity)
                if unit is not None:
                    judged[unit.code].append(event)
    return [
        _standing(campaign, unit, judged[unit.code], arrivals, sent_back, today or date.today())
        for unit in campaign.units
    ]


def _standing(
    campaign: Campaign,
    unit: Unit,
    judged: Sequence[Judged],
    arrivals: Mapping[tuple[str, str], str],
    sent_back: Mapping[str, str],
    today: date,
) -> Standing:
    accepted = [event for event in judged if event.decision == "accepted"]
    in_force = accepted[-1] if accepted else None
    latest = judged[-1] if judged else None
    shown = in_force or latest
    arrived = [arrivals[event.sha256, event.file] for event in judged]
    first = min(arrived, default="")
    limit = campaign.deadline.isoformat()
    return Standing(
        unit=unit,
        in_force=in_force,
        latest=latest,
        versions=len(judged),
        version_in_force=judged.index(in_force) + 1 if in_force else 0,
        rounds=max((event.round for event in judged), default=0),
        file=shown.file if shown else "",
        arrived=arrivals[shown.sha256, shown.file] if shown else "",
        first_arrived=first,
        late=first[:10] > limit if first else today.isoformat() > limit,
        sent_back=sent_back.get(latest.sha256, "") if latest else "",
    )


def county_of(campaign: Campaign, all_standings: Sequence[Standing]) -> County | None:
    """The present facts of the county; None if no return is accepted yet."""
    if not any(standing.in_force for standing in all_standings):
        return None
    rows = tuple(map(_row, all_standings))
    return County(campaign.county, campaign.year, campaign.edition, rows)


def _row(standing: Standing) -> UnitRow:
    event = standing.in_force
    shown = event or standing.latest
    return UnitRow(
        code=standing.unit.code,
        name=standing.unit.name,
        kind=standing.unit.kind,
        state=standing.state,
        newer_returned=standing.newer_returned,
        version=standing.version_in_force or standing.versions,
        arrived=standing.arrived,
        late=standing.late,
        file=standing.file,
        sha256=shown.sha256 if shown else "",
        figures=event.figures if event is not None else None,
        explanations=tuple(
            Explanation(found.code, found.place, found.message, found.explanation)
            for found in (event.findings if event else ())
            if found.explanation
        ),
    )
