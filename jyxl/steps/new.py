"""new: make a campaign folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from jyxl.edges import binding, campaign, files, ledger, roster
from jyxl.edges.roster import Roster
from jyxl.problem import Problem
from jyxl.writer import roster as blank_roster


def new(
    folder: Path,
    county: str,
    year: int,
    edition: str | None,
    units: Path | None,
    today: date | None = None,
) -> Roster | None:
    """Make the folder, with the given roster, the one that is there already, or an empty one to
    fill; gives what the roster says unless it is empty.

    today: the day on which it is made, if not the present one. Raises Problem.
    """
    units = _roster(folder, units)
    given = roster.read(units) if units is not None else None
    data = files.read(units) if units is not None else blank_roster.workbook(year)
    suffix = units.suffix.lower() if units is not None else ".xlsx"
    form = campaign.create(folder, county, year, edition, today)
    founding = binding.bound(campaign.id_of(folder), county, year, form)
    ledger.found(campaign.ledger_of(folder), founding)
    files.write(folder / f"units{suffix}", data)
    return given


def _roster(folder: Path, units: Path | None) -> Path | None:
    """The roster to use. One that lies in the folder is never replaced by another."""
    if not roster.files_in(folder):
        return units
    there = roster.file_in(folder)
    if units is not None and not (units.exists() and there.samefile(units)):
        raise Problem(
            f"“{folder}”里已经有单位名册“{there.name}”，又给了“{units}”；"
            "请把不用的一份移走，或者不写 --units。"
        )
    return there
