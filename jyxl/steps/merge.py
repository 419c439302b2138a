"""merge: the county workbook from what is accepted now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jyxl.edges import files
from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import Ledger
from jyxl.messages import STATES
from jyxl.problem import Problem
from jyxl.standing import Standing, standings
from jyxl.writer import county as county_writer
from jyxl.writer.county import County, Explanation, UnitRow


@dataclass(frozen=True)
class Merged:
    """The county workbook, or None with the reason it could not be written."""

    path: Path | None
    standings: tuple[Standing, ...]
    problem: str = ""


def merge(campaign: Campaign, ledger: Ledger) -> Merged:
    """Write the county workbook into 汇总/; nothing where no return is accepted yet."""
    all_standings = tuple(standings(campaign, ledger))
    county = county_of(campaign, all_standings)
    data = county_writer.workbook(county) if county is not None else None
    return written(campaign, all_standings, data)


def written(campaign: Campaign, all_standings: tuple[Standing, ...], data: bytes | None) -> Merged:
    """Put the county workbook, where there is one, into 汇总/."""
    if data is None:
        return Merged(None, all_standings)
    try:
        files.write(campaign.county_workbook, data)
    except files.InUse as problem:
        return Merged(None, all_standings, str(problem))
    return Merged(campaign.county_workbook, all_standings)


def county_of(campaign: Campaign, all_standings: tuple[Standing, ...]) -> County | None:
    """What the county workbook says; None where no return is accepted yet."""
    if not any(standing.in_force for standing in all_standings):
        return None
    return County(
        campaign.county,
        campaign.year,
        campaign.edition,
        tuple(_row(campaign, standing) for standing in all_standings),
    )


def _row(campaign: Campaign, standing: Standing) -> UnitRow:
    event = standing.in_force
    shown = event or standing.latest
    values = None
    if event is not None:
        values = tuple(event.data["values"])
        if len(values) != len(campaign.edition.cells):
            raise Problem(
                f"台账里“{standing.unit.name}”的数与 {campaign.edition.id} 年版表式对不上；"
                "表式在收表以后改过，请恢复原来的表式定义。"
            )
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
        values=values,
        explanations=tuple(
            Explanation(
                found["code"],
                found["sheet"] or "",
                found["cell"] or "",
                found["message"],
                found["explanation"],
            )
            for found in (event.data["findings"] if event else ())
            if found.get("explanation")
        ),
    )


def state_words(standing: Standing) -> str:
    """The state as people read it."""
    words = STATES[standing.state]
    return f"{words}（更新版退回）" if standing.newer_returned else words
