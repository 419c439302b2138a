"""merge: the county workbook from what is accepted now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jyxl.edges import files
from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import Ledger
from jyxl.edges.outcome import Defect, Done, Lost, Outcome
from jyxl.edges.standing import Standing, standings
from jyxl.messages import STATES
from jyxl.steps.judge import Failed
from jyxl.writer import county as county_writer
from jyxl.writer.county import County, Explanation, UnitRow


@dataclass(frozen=True)
class Merged:
    """The county workbook, or None where there is nothing to add up or the reason is told.

    problem: why it could not be written; failed: where jyxl itself failed at it.
    """

    path: Path | None
    problem: str = ""
    failed: tuple[Failed, ...] = ()


def merge(campaign: Campaign, ledger: Ledger) -> tuple[Merged, list[Standing]]:
    """Write the county workbook into 汇总/; nothing where no return is accepted yet."""
    all_standings = standings(campaign, ledger.events)
    county = county_of(campaign, all_standings)
    made = Done(county_writer.workbook(county)) if county is not None else None
    return written(campaign, made), all_standings


def written(campaign: Campaign, made: Outcome[bytes] | None) -> Merged:
    """Put the county workbook, where there is one, into 汇总/."""
    path = campaign.county_workbook
    match made:
        case None:
            return Merged(None)
        case Done(data):
            try:
                files.write(path, data)
            except files.InUse as problem:
                return Merged(None, str(problem))
            return Merged(path)
        case Lost(why):
            made = Defect(why, why)
    return Merged(None, failed=(Failed(campaign.relative(path), "", made),))


def county_of(campaign: Campaign, all_standings: Sequence[Standing]) -> County | None:
    """What the county workbook says; None where no return is accepted yet."""
    if not any(standing.in_force for standing in all_standings):
        return None
    return County(
        campaign.county,
        campaign.year,
        campaign.edition,
        tuple(map(_row, all_standings)),
    )


def _row(standing: Standing) -> UnitRow:
    event = standing.in_force
    shown = event or standing.latest
    return UnitRow(
        code=standing.unit.code,
        name=standing.unit.name,
        kind=standing.unit.kind,
        state=state_words(standing),
        counts=event is not None,
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


def state_words(standing: Standing) -> str:
    """The state as people read it."""
    words = STATES[standing.state]
    return f"{words}（更新版退回）" if standing.newer_returned else words
