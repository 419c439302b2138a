"""What the ledger says about a return that was judged by itself: is it older than the one that
counts, was nothing changed since it was sent back, has the office decided about it?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from jyxl import explaining, messages
from jyxl.definition import Edition
from jyxl.edges import mail_settings, senders
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Allowed, Arrived, Event, Judged, Rejected, SentBack
from jyxl.edges.roster import Unit
from jyxl.edges.standing import standings
from jyxl.finding import PARTIAL, Finding, Place, decision
from jyxl.identity import Identity
from jyxl.places import cell_place, text_place
from jyxl.steps.decided import Decided
from jyxl.steps.differing import InForce, beside
from jyxl.submission import is_word
from jyxl.terms import Decision

REMARK = "O-1"


@dataclass
class _History:
    """What was decided before, and what is decided meanwhile: sha256 → event or unit → event.
    workbooks: unit → the last file of it that was a workbook, and no Word document."""

    allowed: dict[str, tuple[int, Allowed]] = field(default_factory=dict)
    rejected: dict[str, Rejected] = field(default_factory=dict)
    arrived: dict[tuple[str, str], str] = field(default_factory=dict)
    newest: dict[str, Arrived] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    latest: dict[str, Judged] = field(default_factory=dict)
    remarks: dict[tuple[str, str], list[Finding]] = field(default_factory=dict)
    in_force: dict[str, InForce] = field(default_factory=dict)
    workbooks: dict[str, str] = field(default_factory=dict)
    senders: Mapping[str, set[str]] = field(default_factory=dict)
    unit: Mapping[str, Unit] = field(default_factory=dict)
    unit_of: Mapping[str, Unit] = field(default_factory=dict)


def _history(campaign: Campaign, events: Sequence[Event]) -> _History:
    history = _History(unit=campaign.unit, unit_of=senders.by_address(campaign.units))
    if not mail_settings.takes_strangers(campaign.folder):
        history.senders = senders.by_mail(events)
    number_of: dict[str, int] = {}
    for number, event in enumerate(events):
        match event:
            case Arrived(sha256, file, arrived):
                history.arrived[sha256, file] = arrived
                before = history.newest.get(sha256, event)
                history.newest[sha256] = event if arrived >= before.arrived else before
            case SentBack():
                history.sent.add(event.sent)
            case Judged():
                number_of[event.sha256] = number
                if event.decision == "accepted":
                    history.passed.add(event.sha256)
                _note_remarks(history, event)
                _note_workbook(history, event.identity, event.decision, event.findings, event.file)
            case Allowed():
                history.allowed[event.sha256] = (number, event)
                history.rejected.pop(event.sha256, None)
            case Rejected():
                history.rejected[event.sha256] = event
                history.allowed.pop(event.sha256, None)
    for one in standings(campaign, events):
        if one.latest is not None:
            history.latest[one.unit.code] = one.latest
        if one.in_force is not None and one.in_force.figures is not None:
            sha256 = one.in_force.sha256
            history.in_force[one.unit.code] = InForce(
                sha256,
                one.file,
                one.arrived,
                one.in_force.figures,
                one.in_force.words,
                one.in_force.unasked,
                number_of[sha256],
            )
    return history


def _note_remarks(history: _History, event: Judged) -> None:
    """Remember what was typed in a return that the office rejected: (unit, digest) → remarks."""
    if event.identity is None or not event.typed:
        return
    key = (event.identity.code, event.typed)
    remarks = [found for found in event.findings if found.code == REMARK]
    if remarks:
        history.remarks[key] = remarks
    elif event.decision == "accepted":
        history.remarks.pop(key, None)


def _note_workbook(
    history: _History,
    who: Identity | None,
    decision: Decision,
    findings: Sequence[Finding],
    file: str,
) -> None:
    if who is not None and decision in ("accepted", "returned") and not is_word(findings):
        history.workbooks[who.code] = file


def ruled(campaign: Campaign, events: Sequence[Event], decided: Iterable[Decided]) -> list[Decided]:
    """The verdicts as they stand beside what came before and what the office decided.

    decided: in order of arrival. A superseded return that merely lies there once more is left
    out, as there is nothing to decide about it. One that came before and again after the one
    that superseded it is given twice, accepted and then held.
    """
    history = _history(campaign, events)
    results = []
    for one in _workbooks_first(history, decided):
        now = _ruled(campaign.edition, history, one)
        if now is not None:
            results.append(now)
            _take_force(history, now)
            who, verdict, file = now.submission.identity, now.verdict, now.submission.file
            _note_workbook(history, who, verdict.decision, verdict.findings, file)
    return [*results, *_came_again(campaign.edition, history, results)]


def _workbooks_first(history: _History, decided: Iterable[Decided]) -> Iterator[Decided]:
    """The same, but of what came at the same time, as in one message, reports in Word come last."""

    def arrived(one: Decided) -> str:
        return history.arrived.get((one.submission.sha256, one.submission.file), "")

    for _, together in groupby(decided, arrived):
        yield from sorted(together, key=lambda one: is_word(one.verdict.findings))


def _take_force(history: _History, one: Decided) -> None:
    who, figures = one.submission.identity, one.submission.figures
    words = one.submission.entries.words
    if one.verdict.decision == "accepted" and who is not None and figures is not None:
        sha256, file = one.submission.sha256, one.submission.file
        arrived = history.arrived[sha256, file]
        history.in_force[who.code] = InForce(
            sha256, file, arrived, figures, words, one.submission.unasked
        )


def _came_again(edition: Edition, history: _History, ruled: Sequence[Decided]) -> Iterator[Decided]:
    """The returns among these that came once more after another one had superseded them."""
    for one in ruled:
        sha256, who = one.submission.sha256, one.submission.identity
        now = history.in_force.get(who.code) if who else None
        if one.verdict.decision != "accepted" or now is None or now.sha256 == sha256:
            continue
        again = history.newest[sha256]
        if again.file != one.submission.file and again.arrived > now.arrived:
            last = replace(one, submission=replace(one.submission, file=again.file))
            yield _held(last, beside(edition, "S-AGAIN", last, now, again.arrived))


def _ruled(edition: Edition, history: _History, one: Decided) -> Decided | None:
    sha256, who = one.submission.sha256, one.submission.identity
    if one.verdict.decision == "refused" or who is None:
        return one
    number, allowed = history.allowed.get(sha256, (-1, None))
    if allowed is not None:
        one = _with(one, [_waived(found, allowed.because) for found in _without_sender(one)])
    elif sha256 in history.rejected:  # it counted, so its origin was settled then
        one = _with(one, _without_sender(one))
    elif (doubts := _doubts(history, one)) is not None:
        return _held(one, *doubts)
    now = history.in_force.get(who.code)
    if is_word(one.verdict.findings):
        return one if allowed is not None else _of_word(edition, history, one)
    if now is not None and now.sha256 != sha256 and number < now.number:
        was_passed = sha256 in history.passed
        arrived = history.arrived[sha256, one.submission.file]
        if was_passed and arrived <= now.arrived:
            return None
        if was_passed or arrived < now.arrived:
            code = "S-AGAIN" if was_passed else "S-OLDER"
            return _held(one, beside(edition, code, one, now, arrived))
    one = _remarked(edition, history, one)
    if now is not None and now.sha256 != sha256 and one.verdict.decision == "accepted":
        found = beside(edition, "S-NEWER", one, now, "")
        return _with(one, [*one.verdict.findings, found]) if found.place.spot else one
    return one


def _of_word(edition: Edition, history: _History, one: Decided) -> Decided:
    """A report in Word changes nothing if the unit has sent a workbook."""
    assert one.submission.identity is not None
    code = one.submission.identity.code
    now = history.in_force.get(code)
    if now is not None:
        return _held(one, beside(edition, "S-BESIDE", one, now, ""))
    if code in history.workbooks:
        return _held(one, messages.finding("S-AWAITED", file=history.workbooks[code]))
    return one


def _without_sender(one: Decided) -> list[Finding]:
    return [found for found in one.verdict.findings if found.code != "S-SENDER"]


def _doubts(history: _History, one: Decided) -> list[Finding] | None:
    """What must be added to a return of which it is doubtful whose it is; None if it is not."""
    who = one.submission.identity
    assert who is not None
    sent_by = history.senders.get(one.submission.sha256, set())
    stranger = senders.stranger(who, history.unit.get(who.code), sent_by, history.unit_of)
    if stranger is not None:
        return [stranger]
    return [] if any(found.code == "S-SENDER" for found in one.verdict.findings) else None


def _waived(found: Finding, because: str) -> Finding:
    """The finding, explained by the office if it had to be explained and was not; that only a part
    of a county is in the figures is a note then."""
    if found.code == PARTIAL:
        return replace(found, severity="note", explanation=f"{explaining.ALLOWED}{because}")
    if found.severity != "warning" or found.explanation:
        return found
    return replace(found, explanation=f"{explaining.ALLOWED}{because}")


def _with(one: Decided, findings: Sequence[Finding]) -> Decided:
    """The return with these findings, and returned or accepted accordingly."""
    now = decision(findings)
    return replace(one, verdict=replace(one.verdict, decision=now, findings=tuple(findings)))


def _held(one: Decided, *first: Finding) -> Decided:
    findings = (*first, *one.verdict.findings)
    return replace(one, verdict=replace(one.verdict, decision="held", findings=findings))


def _remarked(edition: Edition, history: _History, one: Decided) -> Decided:
    """The return with the office's remark on it, or on an equal one that came before, and with
    the finding that nothing was changed since it was sent back."""
    sha256, who = one.submission.sha256, one.submission.identity
    assert who is not None
    if sha256 in history.rejected:
        return _with(one, [remark(edition, history.rejected[sha256]), *one.verdict.findings])
    before = history.latest.get(who.code)
    is_same = (
        before is not None
        and before.decision == "returned"
        and before.sha256 != sha256
        and bool(before.typed)
        and before.typed == one.submission.entries.digest
    )
    remarks = history.remarks.get((who.code, one.submission.entries.digest))
    if remarks and sha256 not in history.allowed:
        again = [messages.finding("S-UNCHANGED"), *remarks]
        return _with(one, [*again, *one.verdict.findings])
    if (is_same or sha256 in history.sent) and one.verdict.decision == "returned":
        return _with(one, [messages.finding("S-UNCHANGED"), *one.verdict.findings])
    return one


def remark(edition: Edition, event: Rejected) -> Finding:
    """The office's remark as a finding at the cell that it is about, or at none."""
    if event.spot in edition.cell:
        place = cell_place(edition, event.spot)
    elif event.spot in edition.text:
        place = text_place(edition, event.spot)
    else:
        place = Place(event.sheet or None)
    return messages.finding(REMARK, place, because=event.because)


def orders(events: Iterable[Event]) -> dict[str, list[str]]:
    """The office's decisions that are not carried out yet: sha256 → the file. A run that was
    cut short leaves some."""
    left: dict[str, list[str]] = {}
    for event in events:
        match event:
            case Allowed() | Rejected():
                left[event.sha256] = [event.file]
            case Judged():
                left.pop(event.sha256, None)
    return left
