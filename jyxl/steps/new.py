"""new: make a campaign folder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from jyxl.edges import binding, campaign, files, ledger, roster, supplement
from jyxl.edges.roster import Roster
from jyxl.problem import Problem
from jyxl.writer import roster as blank_roster
from jyxl.writer import supplement as blank_supplement


def new(
    folder: Path,
    county: str,
    year: int,
    edition: str | None,
    units: Path | None,
    today: date | None = None,
    last: Sequence[Path] = (),
) -> Roster | None:
    """Make the folder, with the given roster, the one that is there already, that of last year's
    campaign, or an empty one to fill; gives what the roster says unless it is empty.

    last: where last year's figures are; if one of them is a campaign folder, its roster and what
    the county asks for besides the form are carried over.
    today: the day on which it is made, if not the present one. Raises Problem.
    """
    before = _campaign_in(last)
    units = _roster(folder, units) or (roster.file_in(before) if before else None)
    given = roster.read(units) if units is not None else None
    data = files.read(units) if units is not None else blank_roster.workbook(year)
    suffix = units.suffix.lower() if units is not None else ".xlsx"
    form = campaign.create(folder, county, year, edition, today)
    founding = binding.bound(campaign.id_of(folder), county, year, form)
    ledger.found(campaign.ledger_of(folder), founding)
    files.write(folder / f"units{suffix}", data)
    if before and (before / supplement.NAME).is_file():
        supplement.carry_over(folder, before)
    else:
        table = blank_supplement.workbook(form, year)
        supplement.begin(folder, folder / campaign.OWN, table)
    return given


def _campaign_in(last: Sequence[Path]) -> Path | None:
    """The campaign folder among these paths, if there is exactly one. Raises Problem if one of
    them does not exist."""
    for path in last:
        if not path.exists():
            raise Problem(f"没有“{path}”这个文件或文件夹。")
    folders = [path for path in last if (path / campaign.SETTINGS).is_file()]
    return folders[0] if len(folders) == 1 else None


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
