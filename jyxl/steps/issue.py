"""issue: a locked workbook for each unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

from jyxl.definition import Edition
from jyxl.edges import files, pool, roster
from jyxl.edges.campaign import SETTINGS, Campaign, file_name
from jyxl.edges.outcome import Done, Failed, failed
from jyxl.form import Form, hashed
from jyxl.last_year import filled_in
from jyxl.problem import Problem
from jyxl.submission import Entries
from jyxl.writer import unit as unit_writer

VOID = "作废"
"""Where workbooks lie in 下发/ that nobody should be sent."""


@dataclass(frozen=True)
class Issued:
    """The workbooks that were written, sentences about those that could not be written, those at
    which jyxl itself failed, and those that were put away since no unit has them any more."""

    paths: tuple[Path, ...]
    problems: tuple[str, ...]
    failed: tuple[Failed, ...] = ()
    put_away: tuple[Path, ...] = ()


def issue(
    campaign: Campaign,
    wanted: Sequence[str] = (),
    tick: Callable[[int, int], None] = lambda *_: None,
    executor: Executor | None = None,
    last: Mapping[str, Mapping[str, int]] = MappingProxyType({}),
) -> Issued:
    """Write the workbooks into 下发/. wanted: codes or names of units; without any, it is all of
    them. tick: (done, of). last: code of a unit → its figures of last year that are known.
    Raises Problem for an unknown unit."""
    if campaign.deadline.year <= campaign.year:
        raise Problem(
            f"{SETTINGS} 的截止日期是 {campaign.deadline}，那时 {campaign.year} 年度还没有结束；"
            f"请改成像 {campaign.year + 1}-01-20 这样的日期。"
        )
    codes = {roster.named(campaign.units, one).code for one in wanted}
    units = [unit for unit in campaign.units if not wanted or unit.code in codes]
    forms = [campaign.form(unit, last=last.get(unit.code, {})) for unit in units]
    hashed(forms[0].lock)  # once, before the workers are forked
    paths: list[Path] = []
    problems: list[str] = []
    failures: list[Failed] = []
    work = partial(_workbook, campaign.edition)
    with pool.lent(executor) as workers:
        made = pool.spread(work, forms, workers, trusted=True)
        for number, (unit, outcome) in enumerate(zip(units, made, strict=True), 1):
            path = campaign.issued / file_name(unit, campaign.year)
            tick(number, len(units))
            if not isinstance(outcome, Done):
                failures.append(failed(campaign.relative(path), "", outcome))
                continue
            try:
                files.write(path, outcome.value)
                paths.append(path)
            except files.InUse as error:
                problems.append(str(error))
    away = () if wanted else tuple(_put_away(campaign))
    return Issued(tuple(paths), tuple(problems), tuple(failures), away)


def _put_away(campaign: Campaign) -> Iterator[Path]:
    """Move the workbooks of units that have another code or name now, or left the roster."""
    current = {file_name(unit, campaign.year) for unit in campaign.units}
    for path in sorted(campaign.issued.glob(f"*-{campaign.year}.xlsx")):
        if path.name not in current and not path.name.startswith((".", "~")):
            target = path.parent / VOID / path.name
            if files.move(path, target):
                yield target


def _workbook(edition: Edition, form: Form) -> bytes:
    filled = filled_in(edition, form.identity.kind, form.last)
    return unit_writer.workbook(edition, form, Entries(numbers=filled))
