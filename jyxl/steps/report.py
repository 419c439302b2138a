"""report: the county's report in Word and as data, and those of the units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from jyxl import composing
from jyxl.county import County
from jyxl.edges import files, report_folder, report_settings
from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import Ledger
from jyxl.edges.standing import county_of, standings
from jyxl.problem import Problem
from jyxl.report import Report
from jyxl.reports import word


@dataclass
class Reported:
    """What was written. word, web, fragment, csv, json: the files of the county, None if one could
    not be written; open: what is still to be written; left_out: the names of the units whose
    figures are missing; kept: where the version before is; notes: what the clerk should look at;
    problems: what was not done."""

    word: Path | None = None
    web: Path | None = None
    fragment: Path | None = None
    csv: Path | None = None
    json: Path | None = None
    open: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    kept: Path | None = None
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def facts(campaign: Campaign, ledger: Ledger) -> County:
    """The county's facts. Raises Problem if no return is accepted yet."""
    county = county_of(campaign, standings(campaign, ledger.events))
    if county is None:
        raise Problem("还没有一份表通过，出不了报告；请先收表（jyxl collect）。")
    return county


def report(
    campaign: Campaign, ledger: Ledger, tick: Callable[[str, int, int], None] = lambda *_: None
) -> Reported:
    """Write the county's report into 报告/. Raises Problem if no return is accepted yet."""
    county = facts(campaign, ledger)
    made = composing.of_county(county, report_settings.contact(campaign.folder))
    done = Reported(open=made.still_open, left_out=made.left_out)
    done.word = _word(campaign, made, done)
    return done


def _word(campaign: Campaign, made: Report, done: Reported) -> Path | None:
    path = report_folder.path(campaign, made.title, ".docx")
    try:
        if not path.exists():
            files.write(path, word.document(made))
    except Problem as problem:
        done.problems.append(str(problem))
        return None
    return path
