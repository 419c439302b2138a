"""The JSON that scripts rely on: all its objects with their keys, in one place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict

from jyxl import places
from jyxl.definition import Edition
from jyxl.finding import Finding
from jyxl.terms import Reception, Severity, State

if TYPE_CHECKING:
    from jyxl.county import Ruling
    from jyxl.edges.campaign import Campaign
    from jyxl.edges.outcome import Failed
    from jyxl.edges.standing import Attempt, Standing
    from jyxl.steps.collect import Collected, Received


class FindingJson(TypedDict):
    """A finding. cell, cells: in A1 form; row, column: keys of the edition."""

    code: str
    severity: Severity
    sheet: str | None
    cell: str | None
    cells: list[str]
    table: str | None
    row: str | None
    column: str | None
    label: str
    value: str
    message: str
    advice: str
    explanation: str | None


class UnitJson(TypedDict):
    code: str
    name: str


class ReceivedJson(TypedDict):
    """One file and what became of it. sent_back: the error workbook; notice: the text for the
    unit if the file was refused."""

    file: str
    sha256: str
    unit: UnitJson | None
    year: int | None
    edition: str | None
    verdict: Reception
    findings: list[FindingJson]
    sent_back: str | None
    notice: str | None


class FailedJson(TypedDict):
    """A file at which jyxl itself failed; the next run tries it again."""

    file: str
    sha256: str
    error: str


class UnitsJson(TypedDict):
    """The codes of the units in each state, and how many units are expected."""

    expected: int
    accepted: list[str]
    returned: list[str]
    missing: list[str]


class MergedJson(TypedDict):
    units: UnitsJson
    county_workbook: str | None


class CollectedJson(MergedJson):
    """What a run collected. log: the file in which maintainers find what failed."""

    received: list[ReceivedJson]
    failed: list[FailedJson]
    log: str | None


class AttemptJson(TypedDict):
    """A file that was refused or held and is not settled. arrived: ISO, to the second."""

    file: str
    sha256: str
    arrived: str
    verdict: Reception
    reason: str


class RulingJson(TypedDict):
    """What the office decided. time: ISO, to the second."""

    time: str
    decision: Literal["accepted", "rejected"]
    file: str
    sha256: str
    because: str


class StandingJson(TypedDict):
    """Where a unit stands. findings: those of the latest return; late: it came after the
    deadline; overdue: nothing has come, and the deadline is past; to_read: there are
    explanations that the office has not accepted."""

    code: str
    name: str
    state: State
    versions: int
    findings: list[FindingJson]
    late: bool
    overdue: bool
    newer_returned: bool
    first_arrived: str | None
    contact: str
    phone: str
    sent_back: str | None
    to_read: bool
    attempts: list[AttemptJson]
    rulings: list[RulingJson]


class StatusJson(TypedDict):
    units: list[StandingJson]


def finding(edition: Edition | None, found: Finding) -> FindingJson:
    """A finding as JSON. edition: the one whose cells the finding is about, if there is one."""
    place = found.place
    drawn = places.drawn(edition, place)
    cell = edition.cell.get(place.spot or "") if edition is not None else None
    return {
        "code": found.code,
        "severity": found.severity,
        "sheet": place.sheet,
        "cell": drawn.cell,
        "cells": list(drawn.cells),
        "table": place.table,
        "row": cell.row if cell else None,
        "column": cell.column if cell else None,
        "label": place.label,
        "value": found.value,
        "message": found.message,
        "advice": found.advice,
        "explanation": found.explanation,
    }


def received(one: Received) -> ReceivedJson:
    who = one.identity
    return {
        "file": one.file,
        "sha256": one.sha256,
        "unit": {"code": who.code, "name": who.name} if who else None,
        "year": who.year if who else None,
        "edition": who.edition if who else None,
        "verdict": one.verdict,
        "findings": [finding(one.edition, found) for found in one.findings],
        "sent_back": one.sent_back,
        "notice": one.notice,
    }


def merged(campaign: Campaign, standings: Sequence[Standing], workbook: Path | None) -> MergedJson:
    """The county as JSON. workbook: the county workbook, if one was written."""

    def codes(state: State) -> list[str]:
        return [standing.unit.code for standing in standings if standing.state == state]

    return {
        "units": {
            "expected": len(standings),
            "accepted": codes("accepted"),
            "returned": codes("returned"),
            "missing": codes("missing"),
        },
        "county_workbook": campaign.relative(workbook) if workbook else None,
    }


def collected(campaign: Campaign, outcome: Collected) -> CollectedJson:
    return {
        "received": [received(one) for one in outcome.received],
        **merged(campaign, outcome.standings, outcome.merged.path),
        "failed": [_failed(one) for one in outcome.failed],
        "log": campaign.relative(outcome.log) if outcome.log else None,
    }


def _failed(one: Failed) -> FailedJson:
    return {"file": one.file, "sha256": one.sha256, "error": one.defect.error}


def status(campaign: Campaign, standings: Iterable[Standing]) -> StatusJson:
    return {"units": [_standing(campaign.edition, standing) for standing in standings]}


def _standing(edition: Edition, standing: Standing) -> StandingJson:
    latest = standing.latest
    return {
        "code": standing.unit.code,
        "name": standing.unit.name,
        "state": standing.state,
        "versions": standing.versions,
        "findings": [finding(edition, found) for found in latest.findings] if latest else [],
        "late": standing.late,
        "overdue": standing.overdue,
        "newer_returned": standing.newer_returned,
        "first_arrived": standing.first_arrived or None,
        "contact": standing.unit.contact,
        "phone": standing.unit.phone,
        "sent_back": (standing.sent_back or None) if standing.is_waited_for else None,
        "to_read": standing.to_read,
        "attempts": [_attempt(one) for one in standing.attempts],
        "rulings": [_ruling(one) for one in standing.rulings],
    }


def _attempt(one: Attempt) -> AttemptJson:
    return {
        "file": one.file,
        "sha256": one.sha256,
        "arrived": one.arrived,
        "verdict": one.verdict,
        "reason": one.findings[0].message if one.findings else "",
    }


def _ruling(one: Ruling) -> RulingJson:
    return {
        "time": one.time,
        "decision": "accepted" if one.is_allowed else "rejected",
        "file": one.file,
        "sha256": one.sha256,
        "because": one.because,
    }
