"""collect: archive, read, judge, record, send back, merge."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jyxl import messages, reader
from jyxl.edges import files, inbox
from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import Event, Ledger
from jyxl.edges.pool import Crew
from jyxl.edges.roster import Unit
from jyxl.finding import Finding
from jyxl.identity import Identity
from jyxl.reader import Expected
from jyxl.reading import kind
from jyxl.standing import Standing, standings
from jyxl.steps.issue import file_name
from jyxl.steps.merge import Merged, county_of, written
from jyxl.steps.send_back import Reply, error_workbook
from jyxl.submission import Entries, Submission
from jyxl.writer.county import County
from jyxl.writer.county import workbook as county_workbook

if TYPE_CHECKING:
    from jyxl.checker import Verdict

Tick = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Received:
    """One file and what became of it. seen_here: the same file lay there last time;
    still_refused: and was refused then."""

    file: str
    sha256: str
    identity: Identity | None
    verdict: str
    findings: tuple[Finding, ...]
    sent_back: str | None = None
    seen_here: bool = False
    still_refused: bool = False

    def as_json(self) -> dict[str, Any]:
        """An object of the JSON contract."""
        who = self.identity
        return {
            "file": self.file,
            "sha256": self.sha256,
            "unit": {"code": who.code, "name": who.name} if who else None,
            "year": who.year if who else None,
            "edition": who.edition if who else None,
            "verdict": self.verdict,
            "findings": [finding.as_json() for finding in self.findings],
            "sent_back": self.sent_back,
        }


@dataclass(frozen=True)
class Collected:
    received: tuple[Received, ...]
    standings: tuple[Standing, ...]
    merged: Merged
    problems: tuple[str, ...]
    replaced: tuple[tuple[Standing, Standing], ...]
    """(before, after) of units of which another return counts now."""


@dataclass(frozen=True)
class _Arrived:
    file: str
    sha256: str
    is_new_here: bool


def collect(
    campaign: Campaign, ledger: Ledger, paths: Sequence[Path] = (), tick: Tick = lambda *_: None
) -> Collected:
    """Take in what lies in 回收/, or at the given paths. Raises Problem."""
    with Crew() as crew:
        return _collected(campaign, ledger, crew, paths, tick)


def _collected(
    campaign: Campaign, ledger: Ledger, crew: Crew, paths: Sequence[Path], tick: Tick
) -> Collected:
    for folder in (campaign.archive, campaign.sent_back, campaign.county_workbook.parent):
        files.sweep(folder)
    problems: list[str] = []
    arrived = _take_in(campaign, ledger, paths or [campaign.returns], problems)
    known = _judged(ledger)
    before = standings(campaign, ledger)
    pending = _pending(arrived, known)
    submissions = _read(campaign, crew, pending, tick)
    verdicts = _judge(ledger, submissions)
    fresh = _record(campaign, ledger, known, submissions, verdicts)
    submissions = [
        one if verdict.verdict == "returned" else _light(one)
        for one, verdict in zip(submissions, verdicts, strict=True)
    ]
    replies = _owed(campaign, ledger, crew, submissions, verdicts)
    all_standings = tuple(standings(campaign, ledger))
    replaced = [
        (old, new)
        for old, new in zip(before, all_standings, strict=True)
        if old.in_force and new.in_force and old.in_force.id != new.in_force.id
    ]
    county, made = _rendered(crew, county_of(campaign, all_standings), replies.values())
    merged = written(campaign, all_standings, county)
    sent = _send_back(campaign, ledger, replies, made, problems, tick)
    merged = replace(merged, standings=tuple(_sent(one, sent) for one in all_standings))
    if merged.problem:
        problems.append(merged.problem)
    return Collected(
        received=tuple(_outcomes(campaign, arrived, submissions, verdicts, fresh, sent, known)),
        standings=merged.standings,
        merged=merged,
        problems=tuple(problems),
        replaced=tuple(replaced),
    )


def _take_in(
    campaign: Campaign, ledger: Ledger, paths: Iterable[Path], problems: list[str]
) -> list[_Arrived]:
    """Archive every file, then note where it lay and when it arrived."""
    seen = {(event.sha256, event.data["file"]) for event in ledger.events("received")}
    arrived: list[_Arrived] = []
    fresh: list[tuple[str, dict[str, str]]] = []
    for arrival in inbox.find(paths):
        try:
            pieces = inbox.pieces(arrival.path, campaign.archive)
        except inbox.Unread as problem:
            problems.append(str(problem))
            continue
        place = campaign.relative(arrival.path)
        for piece in pieces:
            file = place if piece.member is None else f"{place}/{piece.member}"
            is_new = (piece.sha256, file) not in seen
            arrived.append(_Arrived(file, piece.sha256, is_new))
            if is_new:
                seen.add((piece.sha256, file))
                within = {"within": piece.within} if piece.within else {}
                data = {"file": file, "arrived": arrival.arrived, **within}
                fresh.append((piece.sha256, data))
    if fresh:
        files.settle(campaign.archive / sha256 for sha256, _ in fresh)
    with ledger.together():
        for sha256, data in fresh:
            ledger.add("received", sha256, None, data)
    return arrived


def _pending(arrived: Sequence[_Arrived], known: Mapping[str, Event]) -> dict[str, list[str]]:
    """What is to be judged: sha256 → the files that hold it, in order of arrival.

    What was refused is tried again, since the roster may have been mended; but not what
    was named after another unit, until it comes under another name.
    """
    names: dict[str, list[str]] = {}
    renamed = set()
    for one in arrived:
        names.setdefault(one.sha256, []).append(one.file)
        if one.is_new_here:
            renamed.add(one.sha256)

    def is_pending(sha256: str) -> bool:
        if sha256 not in known:
            return True
        before = known[sha256].data
        misnamed = any(found["code"] == "S-SENDER" for found in before["findings"])
        return before["verdict"] == "refused" and (sha256 in renamed or not misnamed)

    return {sha256: files for sha256, files in names.items() if is_pending(sha256)}


def _judged(ledger: Ledger) -> dict[str, Event]:
    """sha256 → its last judgement."""
    return {event.sha256: event for event in ledger.events("judged")}


def _read(
    campaign: Campaign, crew: Crew, pending: Mapping[str, Sequence[str]], tick: Tick
) -> list[Submission]:
    """Read archived bytes: sha256 → the files that hold them, in order of arrival."""
    work = partial(_read_archived, str(campaign.archive), campaign.expected)
    longest_first = _longest_first(campaign.units)
    items = [(files[0], sha256) for sha256, files in pending.items()]
    submissions = []
    for number, submission in enumerate(crew.spread(work, items, lost=_lost), 1):
        if number == 1:  # the heaviest import happens here while the workers read on
            import jyxl.checker  # noqa: F401
        files = pending[submission.sha256]
        submissions.append(_sender_checked(submission, files, longest_first))
        tick("读取", number, len(items))
    return submissions


def _read_archived(archive: str, expected: Expected, item: tuple[str, str]) -> Submission:
    file, sha256 = item
    data = files.read(Path(archive) / sha256, kind.MAX_BYTES + 1)
    try:
        return replace(reader.read(file, data, expected), sha256=sha256)
    except Exception as error:  # a defect of ours at one file must not stop the others
        return _lost(item, type(error).__name__)


def _lost(item: tuple[str, str], why: str) -> Submission:
    """A file whose reader died or hung, the same whenever it is tried."""
    return Submission(*item, findings=(messages.finding("S-TIMEOUT", detail=why),))


def _sender_checked(
    submission: Submission, files: Sequence[str], units: Sequence[Unit]
) -> Submission:
    """A file named after one unit that holds another's workbook has two readings.

    Equal bytes under several names are taken under the first that does not mislead.
    """
    who = submission.identity
    if who is None or not submission.is_ours:
        return submission
    others = {file: _other_unit(file, who, units) for file in files}
    for file, other in others.items():
        if other is None:
            return replace(submission, file=file)
    found = [_misnamed(other, who) for other in others.values() if other][:1]
    return replace(submission, is_ours=False, findings=(*found, *submission.findings))


def _other_unit(file: str, who: Identity, units: Sequence[Unit]) -> Unit | None:
    """The one unit that a file is named after, where it is not the workbook's. `units`
    with the longest names first, since names may hold one another."""
    name = file.rsplit("/", 1)[-1]
    named = []
    for unit in units:
        if unit.name in name:
            named.append(unit)
            name = name.replace(unit.name, "\n")
    return named[0] if len(named) == 1 and named[0].code != who.code else None


def _judge(ledger: Ledger, submissions: Sequence[Submission]) -> list[Verdict]:
    """The checker's verdicts; an error workbook that came back as it was sent is told so."""
    from jyxl.checker import judge

    sent = {event.data.get("sent") for event in ledger.events("sent_back")}
    return [
        replace(verdict, findings=(messages.finding("S-UNCHANGED"), *verdict.findings))
        if verdict.verdict == "returned" and one.sha256 in sent
        else verdict
        for one, verdict in zip(submissions, judge(submissions), strict=True)
    ]


def _record(
    campaign: Campaign,
    ledger: Ledger,
    known: dict[str, Event],
    submissions: Sequence[Submission],
    verdicts: Sequence[Verdict],
) -> set[str]:
    """Add the judgements to the ledger, all together; the digests that were new or changed."""
    rounds = {one.unit.code: one.rounds for one in standings(campaign, ledger)}
    fresh: set[str] = set()
    with ledger.together():
        for submission, verdict in zip(submissions, verdicts, strict=True):
            who = submission.identity
            data: dict[str, Any] = {
                "file": submission.file,
                "verdict": verdict.verdict,
                "findings": [finding.as_json() for finding in verdict.findings],
                "identity": asdict(who) if who else None,
            }
            before = known.get(submission.sha256)
            if before is not None and _is_refused_as_before(data, before.data):
                continue
            fresh.add(submission.sha256)
            if verdict.verdict == "accepted":
                data["values"] = list(submission.values)
            if verdict.verdict == "returned" and who is not None:
                rounds[who.code] += 1
                data["round"] = rounds[who.code]
            ledger.add("judged", submission.sha256, who.code if who else None, data)
    return fresh


def _light(submission: Submission) -> Submission:
    """Without its figures, which are in the ledger: there may be very many returns."""
    return replace(submission, entries=Entries(), values=())


def _is_refused_as_before(now: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """True where nothing new is to be said about a file that was refused."""
    same = now["verdict"] == before["verdict"] == "refused"
    return same and bool(now["findings"] == before["findings"])


def _owed(
    campaign: Campaign,
    ledger: Ledger,
    crew: Crew,
    submissions: Sequence[Submission],
    verdicts: Sequence[Verdict],
) -> dict[str, Reply]:
    """The error workbooks not written yet, those of a run that was cut short included:
    sha256 → what it is made of."""
    done = {event.sha256 for event in ledger.events("sent_back")}
    owed = {
        event.sha256: event
        for event in ledger.events("judged")
        if event.data["verdict"] == "returned" and event.sha256 not in done
    }
    at_hand = {
        one.sha256: (one, verdict) for one, verdict in zip(submissions, verdicts, strict=True)
    }
    left = {sha256: [event.data["file"]] for sha256, event in owed.items() if sha256 not in at_hand}
    again = _read(campaign, crew, left, lambda *_: None)
    at_hand |= {one.sha256: (one, v) for one, v in zip(again, _judge(ledger, again), strict=True)}
    replies: dict[str, Reply] = {}
    for sha256, event in owed.items():
        unit = campaign.unit.get(event.unit or "")
        submission, verdict = at_hand[sha256]
        if unit is not None and verdict.verdict == "returned":
            form = campaign.form(unit, event.data["round"])
            replies[sha256] = Reply(form, submission.entries, verdict.findings)
    return replies


def _rendered(
    crew: Crew, county: County | None, replies: Iterable[Reply]
) -> tuple[bytes | None, Iterator[bytes]]:
    """The county workbook, and the error workbooks as they are asked for; made side by side."""
    jobs: list[County | Reply] = [*([county] if county else []), *replies]
    made = crew.spread(_workbook, jobs)
    return (next(made) if county else None), made


def _workbook(job: County | Reply) -> bytes:
    return error_workbook(job) if isinstance(job, Reply) else county_workbook(job)


def _send_back(
    campaign: Campaign,
    ledger: Ledger,
    replies: Mapping[str, Reply],
    made: Iterable[bytes],
    problems: list[str],
    tick: Tick,
) -> dict[str, str]:
    """Write the error workbooks into 退回/; sha256 → file."""
    sent: dict[str, dict[str, str]] = {}
    for number, ((sha256, reply), data) in enumerate(zip(replies.items(), made, strict=True), 1):
        who = reply.form.identity
        path = campaign.sent_back / file_name(campaign.unit[who.code], campaign.year, who.round)
        try:
            files.write(path, data)
        except files.InUse as problem:
            problems.append(str(problem))
            continue
        digest = hashlib.sha256(data).hexdigest()
        sent[sha256] = {"file": campaign.relative(path), "sent": digest}
        tick("退回", number, len(replies))
    with ledger.together():
        for sha256, what in sent.items():
            ledger.add("sent_back", sha256, replies[sha256].form.identity.code, what)
    return {sha256: what["file"] for sha256, what in sent.items()}


def _sent(standing: Standing, sent: Mapping[str, str]) -> Standing:
    """A standing with the error workbook that was written since."""
    sha256 = standing.latest.sha256 if standing.latest else ""
    return replace(standing, sent_back=sent.get(sha256, standing.sent_back))


def _outcomes(
    campaign: Campaign,
    arrived: Sequence[_Arrived],
    submissions: Sequence[Submission],
    verdicts: Sequence[Verdict],
    fresh: set[str],
    sent: dict[str, str],
    known: dict[str, Event],
) -> Iterable[Received]:
    """One object per file, in order of arrival; of equal files the one that was judged
    carries the verdict. A copy named after another unit is told so."""
    units = _longest_first(campaign.units)
    judged = {one.sha256: (one, v) for one, v in zip(submissions, verdicts, strict=True)}
    for one in arrived:
        sha256 = one.sha256
        identity = (
            judged[sha256][0].identity if sha256 in judged else _known_identity(known[sha256])
        )
        if sha256 in fresh and one.file == judged[sha256][0].file:
            verdict = judged[sha256][1]
            yield Received(
                one.file, sha256, identity, verdict.verdict, verdict.findings, sent.get(sha256)
            )
        else:
            other = _other_unit(one.file, identity, units) if identity and one.is_new_here else None
            refused = sha256 in known and known[sha256].data["verdict"] == "refused"
            yield Received(
                one.file,
                sha256,
                identity,
                "duplicate",
                (_misnamed(other, identity),) if other and identity else (),
                seen_here=not one.is_new_here,
                still_refused=not one.is_new_here and refused and sha256 not in fresh,
            )


def _misnamed(other: Unit, who: Identity) -> Finding:
    return messages.finding("S-SENDER", found=other.name, wanted=who.name)


def _longest_first(units: Iterable[Unit]) -> list[Unit]:
    """Names may hold one another: the longest is looked for first."""
    return sorted(units, key=lambda unit: -len(unit.name))


def _known_identity(event: Event) -> Identity | None:
    who = event.data.get("identity")
    return Identity(**who) if who else None
