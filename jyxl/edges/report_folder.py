"""Where the reports of a campaign are, and the versions before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jyxl.edges import files
from jyxl.edges.campaign import Campaign
from jyxl.edges.roster import Unit

UNITS, BEFORE = "单位", "旧版"
COMPILED = "文字材料汇编"


def path(campaign: Campaign, title: str, ending: str) -> Path:
    """The county's report as a file. title: of the report; ending: .docx and the like."""
    return campaign.reports / f"{title}{ending}"


def of_unit(campaign: Campaign, unit: Unit, ending: str) -> Path:
    """The report of a unit as a file."""
    return campaign.reports / UNITS / f"{unit.code}-{unit.name}-{campaign.year}{ending}"


def keep(campaign: Campaign, place: Path, data: bytes) -> Path:
    """Keep a version of a report before it is replaced; gives where. One that is kept already is
    not kept twice. Raises Problem."""
    folder = campaign.reports / BEFORE
    number = 1
    while (kept := folder / f"{place.stem}-第{number}版{place.suffix}").exists():
        if files.read(kept) == data:
            return kept
        number += 1
    files.write(kept, data)
    return kept


def replaced(campaign: Campaign, place: Path, renew: Callable[[bytes], bytes]) -> Path | None:
    """Replace a report by a newer version, if it changes; gives where the one before is kept, or
    None. Raises Problem, and what `renew` raises."""
    before = files.read(place)
    after = renew(before)
    if after == before:
        return None
    kept = keep(campaign, place, before)
    files.write(place, after)
    return kept
