"""merge: the county workbook from the returns that are accepted now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jyxl import moments
from jyxl.edges import files
from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import Ledger
from jyxl.edges.outcome import Done, Failed, Outcome, failed
from jyxl.edges.standing import Standing, county_of, standings
from jyxl.writer import county as county_writer


@dataclass(frozen=True)
class Merged:
    """The path of the county workbook; None if there is nothing to add up, or on a failure.

    problem: the reason why it could not be written; failed: set if jyxl itself failed at it; old:
    where a workbook was put whose returns no longer count.
    """

    path: Path | None
    problem: str = ""
    failed: tuple[Failed, ...] = ()
    old: Path | None = None


def merge(campaign: Campaign, ledger: Ledger) -> tuple[Merged, list[Standing]]:
    """Write the county workbook into 汇总/; nothing is written if no return is accepted yet."""
    all_standings = standings(campaign, ledger.events)
    county = county_of(campaign, all_standings, ledger.events)
    made = Done(county_writer.workbook(county)) if county is not None else None
    return written(campaign, made), all_standings


def written(campaign: Campaign, made: Outcome[bytes] | None) -> Merged:
    """Write the county workbook, if there is one, into 汇总/."""
    path = campaign.county_workbook
    if made is None:
        return Merged(None, old=_put_away(path))
    if not isinstance(made, Done):
        return Merged(None, failed=(failed(campaign.relative(path), "", made),))
    try:
        files.write(path, made.value)
    except files.InUse as problem:
        return Merged(None, f"{problem}里面的还是 {_written_at(path)} 的数。")
    return Merged(path)


def _put_away(path: Path) -> Path | None:
    """Move the county workbook away whose figures no longer count, if there is one."""
    target = path.with_name(f"作废-{path.name}")
    return target if path.is_file() and files.move(path, target) else None


def _written_at(path: Path) -> str:
    time = datetime.fromtimestamp(path.stat().st_mtime)
    return f"{moments.day_in(time.isoformat())} {time:%H:%M}"
