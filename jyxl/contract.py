"""The JSON that scripts rely on: all its objects with their keys, in one place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict

from jyxl import place_names, places
from jyxl.definition import Edition
from jyxl.finding import Finding
from jyxl.numbers import plain
from jyxl.terms import Dispatch, Reception, Severity, State

if TYPE_CHECKING:
    from jyxl.adjustment import Adjustment
    from jyxl.county import Ruling
    from jyxl.edges.campaign import Campaign
    from jyxl.edges.outcome import Failed
    from jyxl.edges.standing import Attempt, Standing
    from jyxl.steps.adjust import Made
    from jyxl.steps.collect import Collected, Received
    from jyxl.steps.drafts import Draft
    from jyxl.steps.fetch import Got
    from jyxl.steps.hand_up import Handed
    from jyxl.steps.last import Taken
    from jyxl.steps.report import Reported
    from jyxl.steps.report_check import Proofread
    from jyxl.steps.send import Posting, Prepared
    from jyxl.steps.trace import Traced


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
    mail: MailJson | None


class LastUnitJson(TypedDict):
    """What was found of a unit's last year. cells: name of a cell → where its figure stands in
    the source; sha256: of each source, with spaces between."""

    code: str
    name: str
    source: str
    sha256: str
    cells: dict[str, str]


class LastJson(TypedDict):
    """without: the codes of the units of which nothing is known; problems: also what was taken but
    should be looked at."""

    units: list[LastUnitJson]
    without: list[str]
    problems: list[str]


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


class LeftJson(TypedDict):
    """What was left in the form for the clerk, and why, in Chinese."""

    label: str
    why: str


class HandedUpJson(TypedDict):
    """The form of the office above as it was filled. form: the SHA-256 of the form as it came;
    office, unit: who issued it, and to whom; verdict, findings: as `check` gives them; units,
    counted, missing: of how many units the figures are, and which are not in them; filled, left:
    what the office asks besides; explained: the rules at their places that the units explain."""

    file: str
    sha256: str
    form: str
    office: str
    unit: UnitJson
    verdict: Reception
    units: int
    counted: int
    missing: list[str]
    filled: list[str]
    left: list[LeftJson]
    explained: list[str]
    findings: list[FindingJson]


class MergeJson(MergedJson):
    """handed_up: null if no form was to be filled."""

    handed_up: HandedUpJson | None


class AdjustmentJson(TypedDict):
    """An adjustment. cell: its name; address: null if the form no longer has it; amount: as a text,
    exact; withdrawn, why_withdrawn: null if it counts."""

    number: int
    cell: str
    address: str | None
    label: str
    amount: str
    because: str
    time: str
    signature: str
    withdrawn: str | None
    why_withdrawn: str | None


class AdjustedJson(TypedDict):
    """broken: the rules that the county's own figures break, in Chinese. county_workbook: null if it
    was not written anew."""

    adjustments: list[AdjustmentJson]
    broken: list[str]
    county_workbook: str | None


class SourceJson(TypedDict):
    """A file in which a part of a figure stands, and the cell in it. below: the same figure in the
    campaign whose sums are in the file, null if that is not at hand; origin: the name of that
    campaign's county, null if the file was filled in by hand."""

    code: str
    name: str
    value: str
    file: str
    sha256: str
    cell: str
    origin: str | None
    below: TracedJson | None


class TracedJson(TypedDict):
    """A figure of a county's sums. value, adjusted: as texts, exact; county, year: whose it is."""

    county: str
    year: int
    cell: str
    address: str
    label: str
    value: str
    adjusted: str
    adjustments: list[AdjustmentJson]
    sources: list[SourceJson]


class CollectedJson(MergedJson):
    """What a run collected. skipped: messages among the files of which something is to be told;
    log: the file in which maintainers find what failed."""

    received: list[ReceivedJson]
    skipped: list[SkippedJson]
    failed: list[FailedJson]
    log: str | None


class UnitReportJson(TypedDict):
    """The report of a unit."""

    code: str
    word: str | None
    web: str | None


class ReportJson(TypedDict):
    """The files of the county's report; null for one that could not be written. compiled: what the
    units wrote; open: what is still to be written; left_out: the names of the units whose figures
    are missing; kept: the version before; notes: what should be looked at."""

    word: str | None
    web: str | None
    fragment: str | None
    csv: str | None
    json: str | None
    compiled: str | None
    units: list[UnitReportJson]
    open: list[str]
    left_out: list[str]
    kept: str | None
    notes: list[str]


class ProofreadJson(TypedDict):
    findings: list[FindingJson]


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
    explanations that the office has not accepted; added: the labels of what it was not asked yet
    when its return was accepted; bounced: its addresses in the roster from which a message came
    back."""

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
    added: list[str]
    attempts: list[AttemptJson]
    rulings: list[RulingJson]
    bounced: list[str]


class StatusJson(TypedDict):
    """undecided: the files that were held, whoever they are from."""

    units: list[StandingJson]
    undecided: list[AttemptJson]


class DraftJson(TypedDict):
    """A message. file: where it lies; to: '' if it has to be sent by hand; round: of the workbook
    in it, if that was sent back."""

    to: str
    unit: UnitJson
    what: Dispatch
    file: str
    round: int


class ByHandJson(TypedDict):
    """What the office has to send itself. unit: null if a file was refused, and nobody knows
    whose it is; file: the draft, or that file."""

    unit: UnitJson | None
    what: Dispatch
    why: str
    file: str


class UnsentJson(DraftJson):
    why: str


SkippedJson = TypedDict("SkippedJson", {"subject": str, "from": str, "why": str})
"""A message of which something is to be told, most often why it gave no file."""


class FetchedJson(TypedDict):
    """What a run fetched. messages: how many were new; files: where their files lie now."""

    messages: int
    files: list[str]
    skipped: list[SkippedJson]


MailJson = TypedDict("MailJson", {"from": str, "in_roster": bool})
"""Who sent a file by mail. in_roster: the roster has the address, for whichever unit."""


class PostedJson(TypedDict):
    """What a run wrote and sent. unsure: the server never said whether it has them; stopped: why
    the run ended early."""

    drafts: list[DraftJson]
    by_hand: list[ByHandJson]
    sent: int
    unsent: list[UnsentJson]
    unsure: list[DraftJson]
    stopped: str | None


def finding(edition: Edition | None, found: Finding) -> FindingJson:
    """A finding as JSON. edition: the one whose cells the finding is about, if there is one."""
    place = found.place
    drawn = places.drawn(edition, place)
    spot = place.spot or ""
    cell = (edition.cell.get(spot) or edition.text.get(spot)) if edition is not None else None
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
        "mail": {"from": one.sender.address, "in_roster": one.sender.in_roster}
        if one.sender
        else None,
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


def merge(
    campaign: Campaign,
    standings: Sequence[Standing],
    workbook: Path | None,
    handed: Handed | None,
) -> MergeJson:
    return {
        **merged(campaign, standings, workbook),
        "handed_up": _handed_up(campaign, handed) if handed else None,
    }


def _handed_up(campaign: Campaign, handed: Handed) -> HandedUpJson:
    event, origin = handed.event, handed.origin
    return {
        "file": campaign.relative(handed.path),
        "sha256": event.sha256,
        "form": event.form,
        "office": event.to,
        "unit": {"code": event.code, "name": event.name},
        "verdict": handed.decision,
        "units": origin.units,
        "counted": origin.counted,
        "missing": list(origin.missing),
        "filled": list(handed.filled.own),
        "left": [{"label": one.label, "why": one.why} for one in handed.filled.left],
        "explained": list(handed.filled.explained),
        "findings": [finding(handed.edition, found) for found in handed.findings],
    }


def adjusted(campaign: Campaign, made: Made) -> AdjustedJson:
    path = made.merged.path if made.merged else None
    return {
        "adjustments": [adjustment(campaign.edition, one) for one in made.adjustments],
        "broken": list(made.broken),
        "county_workbook": campaign.relative(path) if path else None,
    }


def adjustment(edition: Edition, one: Adjustment) -> AdjustmentJson:
    cell = edition.cell.get(one.cell)
    return {
        "number": one.number,
        "cell": one.cell,
        "address": place_names.address(edition, one.cell) if cell else None,
        "label": cell.label if cell else "",
        "amount": plain(one.amount, cell.kind.scale if cell else 1),
        "because": one.because,
        "time": one.time,
        "signature": one.signature,
        "withdrawn": one.withdrawn or None,
        "why_withdrawn": one.why_withdrawn or None,
    }


def traced(one: Traced) -> TracedJson:
    scale = one.cell.kind.scale
    return {
        "county": one.campaign.county,
        "year": one.campaign.year,
        "cell": one.cell.name,
        "address": one.address,
        "label": one.cell.label,
        "value": plain(one.value, scale),
        "adjusted": plain(one.adjusted, scale),
        "adjustments": [adjustment(one.campaign.edition, made) for made in one.adjustments],
        "sources": [
            {
                "code": source.code,
                "name": source.name,
                "value": plain(source.value, scale),
                "file": source.file,
                "sha256": source.sha256,
                "cell": source.address,
                "origin": source.origin.county if source.origin else None,
                "below": traced(source.below) if source.below else None,
            }
            for source in one.sources
        ],
    }


def collected(campaign: Campaign, outcome: Collected) -> CollectedJson:
    return {
        "received": [received(one) for one in outcome.received],
        "skipped": [
            {"subject": one.subject, "from": one.sender, "why": one.why} for one in outcome.letters
        ],
        **merged(campaign, outcome.standings, outcome.merged.path),
        "failed": [_failed(one) for one in outcome.failed],
        "log": campaign.relative(outcome.log) if outcome.log else None,
    }


def _failed(one: Failed) -> FailedJson:
    return {"file": one.file, "sha256": one.sha256, "error": one.defect.error}


def report(campaign: Campaign, done: Reported) -> ReportJson:
    def place(path: Path | None) -> str | None:
        return campaign.relative(path) if path else None

    return {
        "word": place(done.word),
        "web": place(done.web),
        "fragment": place(done.fragment),
        "csv": place(done.csv),
        "json": place(done.json),
        "compiled": place(done.compiled),
        "units": [
            {"code": one.unit.code, "word": place(one.word), "web": place(one.web)}
            for one in done.units
        ],
        "open": list(done.open),
        "left_out": list(done.left_out),
        "kept": place(done.kept),
        "notes": done.notes,
    }


def proofread(outcome: Proofread) -> ProofreadJson:
    """A written report beside the ledger; the cells are those of the county workbook."""
    return {"findings": [finding(outcome.report.edition, one) for one in outcome.findings]}


def last(taken: Taken) -> LastJson:
    return {
        "units": [
            {
                "code": unit.code,
                "name": unit.name,
                "source": one.source,
                "sha256": one.sha256,
                "cells": dict(one.cells),
            }
            for unit, one in taken.units
        ],
        "without": [unit.code for unit in taken.without],
        "problems": [*taken.problems, *taken.notes],
    }


def status(
    campaign: Campaign, standings: Iterable[Standing], undecided: Iterable[Attempt] = ()
) -> StatusJson:
    return {
        "units": [_standing(campaign.edition, standing) for standing in standings],
        "undecided": [_attempt(one) for one in undecided],
    }


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
        "added": list(standing.added),
        "attempts": [_attempt(one) for one in standing.attempts],
        "rulings": [_ruling(one) for one in standing.rulings],
        "bounced": list(standing.bounced),
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


def fetched(got: Got) -> FetchedJson:
    return {
        "messages": got.messages,
        "files": got.files,
        "skipped": [
            {"subject": one.subject, "from": one.sender, "why": one.why} for one in got.skipped
        ],
    }


def posted(campaign: Campaign, prepared: Prepared, posting: Posting | None) -> PostedJson:
    """What was written and sent. posting: None if nothing was to be sent."""
    moved = {draft.path: place for draft, place in posting.sent} if posting else {}

    def draft(one: Draft) -> DraftJson:
        due = one.due
        return {
            "to": due.to,
            "unit": {"code": due.unit.code, "name": due.unit.name},
            "what": due.what,
            "file": campaign.relative(moved.get(one.path, one.path)),
            "round": due.round,
        }

    by_hand: list[ByHandJson] = [
        {
            "unit": {"code": one.due.unit.code, "name": one.due.unit.name},
            "what": one.due.what,
            "why": one.due.why,
            "file": campaign.relative(one.path),
        }
        for one in prepared.by_hand
    ]
    for file in prepared.strays:
        why = "看不出是哪个单位的"
        by_hand.append({"unit": None, "what": "refusal", "why": why, "file": file})
    unsure = posting.unsure if posting else [one for one in prepared.drafts if one.due.unsure]
    return {
        "drafts": [draft(one) for one in prepared.drafts],
        "by_hand": by_hand,
        "sent": len(posting.sent) if posting else 0,
        "unsent": [{**draft(one), "why": why} for one, why in posting.unsent] if posting else [],
        "unsure": [draft(one) for one in unsure],
        "stopped": (posting.stopped or None) if posting else None,
    }
