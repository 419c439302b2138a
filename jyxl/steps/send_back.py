"""send_back: the sender's own workbook, with its faults marked in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from jyxl import editions
from jyxl.edges import files
from jyxl.edges.campaign import Campaign, file_name
from jyxl.edges.events import Judged, SentBack
from jyxl.edges.last_year import known
from jyxl.edges.ledger import Ledger
from jyxl.edges.outcome import Done, Failed, Outcome, failed
from jyxl.edges.standing import owner
from jyxl.finding import Finding
from jyxl.form import Form
from jyxl.steps.decided import Decided
from jyxl.steps.judge import Tick, read
from jyxl.submission import Entries
from jyxl.writer import unit as unit_writer


@dataclass(frozen=True)
class Reply:
    """What an error workbook is made of; it is sent to another process. file: that of the
    return."""

    file: str
    form: Form
    entries: Entries
    findings: tuple[Finding, ...]


def error_workbook(reply: Reply) -> bytes:
    """The bytes of a fresh, locked, signed copy with the values in place. Equal replies give
    equal bytes."""
    edition = editions.combined(reply.form.identity.edition, reply.form.supplement)
    return unit_writer.workbook(edition, reply.form, reply.entries, reply.findings)


def owed(
    campaign: Campaign, ledger: Ledger, executor: Executor, decided: Sequence[Decided]
) -> tuple[dict[str, Reply], list[Failed], list[str]]:
    """The error workbooks that are not written yet, with those of a run that was cut short:
    sha256 → what the workbook is made of; and what `read` gives besides. The workbook for a
    return that cannot be read again stays owed."""
    waiting: dict[str, Judged] = {}
    for event in ledger.events:
        if isinstance(event, SentBack | Judged):
            waiting.pop(event.sha256, None)
        if isinstance(event, Judged) and event.decision == "returned":
            waiting[event.sha256] = event
    read_now = {one.submission.sha256: one.submission for one in decided}
    left = {sha256: [event.file] for sha256, event in waiting.items() if sha256 not in read_now}
    again, failures, altered = read(campaign, ledger, executor, left)
    read_now |= {one.sha256: one for one in again if one.is_ours}
    replies: dict[str, Reply] = {}
    last = known(ledger.events, campaign.units)
    for sha256, event in waiting.items():
        unit = owner(campaign, event.identity)
        if unit is not None and sha256 in read_now:
            one = read_now[sha256]
            form = campaign.form(unit, event.round, last.get(unit.code, {}))
            form = replace(form, origin=one.origin)
            replies[sha256] = Reply(event.file, form, one.entries, event.findings)
    return replies, failures, altered


@dataclass(frozen=True)
class Sent:
    """The error workbooks that were written.

    files: sha256 of the return → the error workbook; problems: sentences about those that
    could not be written; failed: those at which jyxl itself failed.
    """

    files: dict[str, str]
    problems: tuple[str, ...]
    failed: tuple[Failed, ...]


def send_back(
    campaign: Campaign,
    ledger: Ledger,
    replies: Mapping[str, Reply],
    made: Iterable[Outcome[bytes]],
    tick: Tick,
) -> Sent:
    """Write the error workbooks into 退回/ as they are made, in the order of the replies."""
    events: list[SentBack] = []
    problems: list[str] = []
    failures: list[Failed] = []
    for number, ((sha256, reply), outcome) in enumerate(zip(replies.items(), made, strict=True), 1):
        who = reply.form.identity
        path = campaign.sent_back / file_name(campaign.unit[who.code], campaign.year, who.round)
        if not isinstance(outcome, Done):
            failures.append(failed(reply.file, sha256, outcome))
            continue
        try:
            files.write(path, outcome.value)
        except files.InUse as problem:
            problems.append(str(problem))
            continue
        digest = hashlib.sha256(outcome.value).hexdigest()
        events.append(SentBack(sha256, who.code, campaign.relative(path), digest))
        tick("退回", number, len(replies))
    ledger.add(events)
    return Sent({event.sha256: event.file for event in events}, tuple(problems), tuple(failures))
