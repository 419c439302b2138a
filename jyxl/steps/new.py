"""new: make a campaign folder."""

from __future__ import annotations

from pathlib import Path

from jyxl.edges import binding, campaign, files, ledger, roster
from jyxl.problem import Problem
from jyxl.writer import roster as blank_roster


def new(folder: Path, county: str, year: int, edition: str | None, units: Path | None) -> None:
    """Make the folder, with the given roster or an empty one to fill. Raises Problem."""
    data = None
    name = "units.xlsx"
    if units is not None:
        if units.suffix.lower() not in (".xlsx", ".csv"):
            raise Problem(f"单位名册“{units.name}”应为 xlsx 或 csv 文件。")
        roster.read(units)
        data = files.read(units)
        name = f"units{units.suffix.lower()}"
    form = campaign.create(folder, county, year, edition)
    founding = binding.bound(campaign.id_of(folder), county, year, form)
    ledger.found(campaign.ledger_of(folder), founding)
    files.write(folder / name, data if data is not None else blank_roster.workbook(year))
