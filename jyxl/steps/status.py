"""status: which units are missing, returned, accepted or late, also as a page for a browser."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from urllib.parse import quote

from jyxl.edges import bookmark, enrolment, files
from jyxl.edges.campaign import Campaign, file_name
from jyxl.edges.ledger import Ledger
from jyxl.edges.posted import posted
from jyxl.edges.standing import Standing, attempts, standings
from jyxl.problem import Problem
from jyxl.reports.overview import Overview
from jyxl.reports.status_page import status_page
from jyxl.steps import notices


def status(campaign: Campaign, ledger: Ledger) -> list[Standing]:
    """The state of every unit, in the order of the roster."""
    return standings(campaign, ledger.events)


def overview(
    campaign: Campaign, ledger: Ledger, base: str | None = "", today: date | None = None
) -> Overview:
    """What the page is made from. base: the address of the campaign's folder as seen from the
    page, or None."""
    events = ledger.events
    mark = bookmark.before(campaign, len(events))
    earlier = None
    if mark is not None:
        earlier = (
            tuple(standings(campaign, events[:mark], today)),
            tuple(attempts(campaign, events[:mark])),
        )
    open_ = tuple(attempts(campaign, events))
    now = tuple(standings(campaign, events, today))
    return Overview(
        county=campaign.county,
        year=campaign.year,
        edition=campaign.edition,
        deadline=campaign.deadline,
        today=today or date.today(),
        standings=now,
        attempts=open_,
        before=earlier,
        issued=_issued(campaign),
        mail=posted(events).of_unit,
        texts=notices.lying(campaign, open_),
        remarks=tuple(enrolment.changes(campaign, events, now)),
        base=base,
    )


def write_page(campaign: Campaign, ledger: Ledger, path: Path | None = None) -> None:
    """Write the page to a path, or else as 报送情况.html into the campaign's folder. Raises
    Problem."""
    path = path or campaign.page
    if path.suffix.lower() not in (".html", ".htm"):
        raise Problem(
            f"“{files.shown(path.name)}”不像网页的文件名；请写成 {path.stem}.html 这样的。"
        )
    facts = overview(campaign, ledger, _address(campaign.folder, path.parent))
    files.write(path, status_page(facts))


def renew_page(campaign: Campaign, ledger: Ledger, is_run: bool = False) -> list[str]:
    """Write 报送情况.html anew; gives the sentence that it could not be written, if so. All else
    is done by then, so that is no reason to stop. is_run: a collect is over."""
    try:
        if is_run:
            bookmark.advance(campaign, len(ledger.events))
        write_page(campaign, ledger)
    except Problem as problem:
        return [str(problem)]
    return []


def _issued(campaign: Campaign) -> frozenset[str]:
    """The codes of the units that have a workbook in 下发/."""
    try:
        there = set(os.listdir(campaign.issued))
    except OSError:
        there = set()
    return frozenset(
        unit.code for unit in campaign.units if file_name(unit, campaign.year) in there
    )


def _address(folder: Path, seen_from: Path) -> str | None:
    """The relative address of a folder, with a slash at its end; '' if it is the same folder, and
    None if there is no such address, as on another drive of Windows."""
    try:
        way = os.path.relpath(folder.resolve(), seen_from.resolve())
        return "" if way == os.curdir else quote(Path(way).as_posix()) + "/"
    except (OSError, ValueError):
        return None
