"""hand_up: the form that the office above issued, filled with the county's sums (merge --into)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from jyxl import editions, levels
from jyxl.county import County
from jyxl.definition import UNIT_KINDS, Edition
from jyxl.edges import files
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import HandedUp, now
from jyxl.edges.ledger import Ledger
from jyxl.edges.standing import county_now
from jyxl.filling import Filled, filled, origin
from jyxl.finding import Finding
from jyxl.form import ForeignLock
from jyxl.identity import Identity
from jyxl.origin import Origin
from jyxl.problem import Problem
from jyxl.reading import issued, kind, reader
from jyxl.submission import Submission
from jyxl.terms import Decision
from jyxl.writer import unit as unit_writer

_SPOILT = ("S-SHEET", "S-LABEL", "S-LOST", "S-SWAP")
"""Findings after which it is not certain that the form asks what this computer would write."""


@dataclass(frozen=True)
class Handed:
    """The form as it was filled.

    path: where it is; event: what the ledger says of it; who: the unit that it was issued to;
    edition: its edition, with what it asks besides; decision, findings: the verdict on it as
    `check` gives it.
    """

    path: Path
    event: HandedUp
    who: Identity
    edition: Edition
    filled: Filled
    origin: Origin
    decision: Decision
    findings: tuple[Finding, ...]


def hand_up(campaign: Campaign, ledger: Ledger, form: Path, named: str = "") -> Handed:
    """Fill a form that the office above issued, and write it as a new file into 汇总/. named: the
    unit in the form, if it is called otherwise than the county and is the same nevertheless.

    Raises Problem if the form cannot be filled from this campaign, or nothing is accepted yet.
    """
    data = files.read(form, kind.MAX_BYTES + 1)
    submission = reader.read(files.shown(form), data)
    who = _fitting(campaign, submission, named)
    what = issued.form(data, submission)
    if isinstance(what, Finding):
        raise _unfit(form, what.message)
    if isinstance(what.lock, ForeignLock) and not what.lock.attributes:
        raise Problem(
            f"“{form.name}”的工作表没有密码保护，或者不是 xlsx；请用上级发来的原表，不要另存为别的格式。"
        )
    county = county_now(campaign, ledger.events)
    if county is None:
        raise Problem("现在没有一份通过，没有可以填的数；请先收表（jyxl collect）。")
    edition = editions.combined(who.edition, what.supplement)
    made = filled(county, edition, who.kind, submission.entries, what.last)
    source = origin(county, campaign.id, _number(ledger, who, county.state))
    what = replace(what, origin=source)
    workbook = unit_writer.workbook(edition, what, made.entries)
    back = _read_back(workbook, edition, made)
    path = _path(campaign, ledger, form)
    event = _event(campaign, county, path, workbook, data, who, source)
    # The ledger comes first: what it does not know was changed by somebody, and stays.
    ledger.add([event] if event.sha256 not in _known(ledger) else [])
    files.write(path, workbook)
    decision, findings = _verdict(back)
    return Handed(path, event, who, edition, made, source, decision, findings)


def _fitting(campaign: Campaign, submission: Submission, named: str) -> Identity:
    """The identity in a form that fits the campaign. Raises Problem."""
    file, who = Path(submission.file).name, submission.identity
    fatal = [one for one in submission.findings if one.code in _SPOILT]
    if who is None or submission.figures is None or fatal:
        told = fatal or submission.findings
        raise _unfit(Path(file), told[0].message if told else "读不出是发给谁的。")
    if who.campaign == campaign.id:
        raise Problem(f"“{file}”是本项目自己下发给“{who.name}”的，不是上级发来的表。")
    if who.year != campaign.year:
        raise Problem(f"“{file}”是 {who.year} 年度的表，这个项目是 {campaign.year} 年度的。")
    if who.edition != campaign.edition.id:
        raise Problem(
            f"“{file}”用的是 {who.edition} 年版表式，这个项目用的是 {campaign.edition.id} 年版。"
        )
    kinds = {unit.kind for unit in campaign.units}
    if who.kind not in levels.possible(kinds):
        listed = "、".join(one for one in UNIT_KINDS if one in kinds)
        raise Problem(
            f"级别不对：“{file}”是发给“{who.name}”（{who.kind}）的，这个项目收的是{listed}的表，"
            "不能汇总成它的数。"
        )
    if who.name not in (campaign.county, named.strip()):
        raise Problem(
            f"“{file}”是发给“{who.name}”的，这个项目是“{campaign.county}”的；"
            f"确实是同一个单位的，加上 --as {who.name} 再运行。"
        )
    return who


def _unfit(form: Path, message: str) -> Problem:
    return Problem(f"“{form.name}”不能用：{message.rstrip('。')}。请用上级发来的原表。")


def _read_back(workbook: bytes, edition: Edition, made: Filled) -> Submission:
    """The form as the office above will read it. Raises RuntimeError if it does not say what was
    put into it."""
    back = reader.read("", workbook)
    put = made.entries.numbers.items()
    wanted = {name: value for name, value in put if edition.cell[name].kind.fits(value)}
    read = back.entries.numbers
    if back.figures is None or back.stated or any(read.get(n) != v for n, v in wanted.items()):
        raise RuntimeError("the form does not read back as it was filled")
    return back


def _path(campaign: Campaign, ledger: Ledger, form: Path) -> Path:
    """Where the filled form is written: never over the form, nor over what somebody has changed
    since it was written."""
    plain = campaign.handed_up
    known = _known(ledger)
    number = 1
    path = plain
    while path.exists() and (
        (form.exists() and path.samefile(form)) or files.digest(path) not in known
    ):
        number += 1
        path = plain.with_stem(f"{plain.stem}{number}")
    return path


def _known(ledger: Ledger) -> set[str]:
    return {event.sha256 for event in ledger.events if isinstance(event, HandedUp)}


def _number(ledger: Ledger, who: Identity, state: str) -> int:
    """The number of a filling: that of the one before, if it is of the same sums."""
    before = [
        event
        for event in ledger.events
        if isinstance(event, HandedUp) and event.campaign == who.campaign
    ]
    if not before:
        return 1
    return before[-1].number + (before[-1].state != state)


def _event(
    campaign: Campaign,
    county: County,
    path: Path,
    workbook: bytes,
    form: bytes,
    who: Identity,
    source: Origin,
) -> HandedUp:
    return HandedUp(
        sha256=hashlib.sha256(workbook).hexdigest(),
        file=campaign.relative(path),
        form=hashlib.sha256(form).hexdigest(),
        campaign=who.campaign,
        to=who.county,
        code=who.code,
        name=who.name,
        number=source.number,
        state=source.state,
        returns={unit.code: unit.sha256 for unit in county.counted},
        adjusted=tuple(one.number for one in county.adjustments if one.counts),
        time=now(),
    )


def _verdict(back: Submission) -> tuple[Decision, tuple[Finding, ...]]:
    from jyxl.checker import judge

    (verdict,) = judge([back])
    return verdict.decision, verdict.findings
