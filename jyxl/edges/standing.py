"""The state of each unit, and so of the county: queries over the ledger's events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from jyxl import explaining, moments
from jyxl.county import County, Explanation, Ruling, UnitRow
from jyxl.definition import Edition
from jyxl.edges import adjustments, files, last_year, senders
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import (
    Allowed,
    Arrived,
    Bounced,
    Event,
    Fetched,
    Judged,
    Rejected,
    SentBack,
)
from jyxl.edges.roster import Unit
from jyxl.finding import Finding
from jyxl.identity import Identity
from jyxl.terms import Decision, State
from jyxl.verdict_words import attempt_words


@dataclass(frozen=True, slots=True)
class Attempt:
    """A file that does not count, and about which something remains to be done.

    verdict: refused or held. unit: the code of the unit that it is from, '' if that is not
    certain. arrived: ISO, to the second. concerned: the codes of the units that it may be from,
    in the order of the roster. folder: that of the campaign; exact: the place of the file in it,
    if `file` does not show it as it is.
    """

    file: str
    sha256: str
    arrived: str
    verdict: Decision
    findings: tuple[Finding, ...]
    unit: str
    concerned: tuple[str, ...] = ()
    folder: Path | None = None
    exact: str = ""

    @property
    def lies(self) -> bool:
        """True if it, or what holds it, is still where it was."""
        path = (self.folder or Path()) / files.place(self.file, self.exact)
        return any(one.is_file() for one in (path, *path.parents))

    @property
    def words(self) -> str:
        """What it is and when it came: Word 文件（1 月 14 日）."""
        return f"{attempt_words(self.file, self.findings)}（{moments.day_in(self.arrived)}）"


@dataclass(frozen=True)
class Standing:
    """The state of a unit.

    in_force: the last accepted return, whose figures count. latest: the last return,
    accepted or not. numbers: digest → which of the unit's returns it is, from 1 on; rounds: how
    many were sent back. file, arrived: of the return in force, else of the latest. late: its first return
    came after the deadline; overdue: none has come, and the deadline is past. sent_back: the
    error workbook that waits to be corrected, if any. attempts: what came from the unit and
    does not count. rulings: what the office decided about its returns. bounced: its addresses
    from which a message came back. last: its figures of last year that are known. added: the
    labels of what it must answer now and was not asked when its return in force was accepted.
    """

    unit: Unit
    in_force: Judged | None
    latest: Judged | None
    numbers: Mapping[str, int]
    rounds: int
    file: str
    arrived: str
    first_arrived: str
    late: bool
    overdue: bool
    sent_back: str
    attempts: tuple[Attempt, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    bounced: tuple[str, ...] = ()
    last: Mapping[str, int] = field(default_factory=dict)
    added: tuple[str, ...] = ()

    @property
    def versions(self) -> int:
        """How many returns were judged."""
        return len(self.numbers)

    @property
    def version_in_force(self) -> int:
        """The number of the return in force among those of the unit, or 0."""
        return self.numbers.get(self.in_force.sha256, 0) if self.in_force else 0

    @property
    def state(self) -> State:
        """Whether the unit's return is accepted, returned or missing."""
        if self.in_force is not None:
            return "accepted"
        return "missing" if self.latest is None else "returned"

    @property
    def newer_returned(self) -> bool:
        """True if an accepted return is in force and a later one was sent back."""
        return self.in_force is not None and self.latest is not self.in_force

    @property
    def is_waited_for(self) -> bool:
        """True if the unit has an error workbook to correct."""
        return self.state == "returned" or self.newer_returned

    @property
    def explanations(self) -> tuple[Explanation, ...]:
        """The warnings in the return in force that were explained, or accepted all the same."""
        found = self.in_force.findings if self.in_force else ()
        return tuple(
            Explanation(
                one.code,
                one.place,
                one.message,
                self._words(one),
                self.allowed,
                one.instance or "",
            )
            for one in found
            if one.explanation
        )

    def _words(self, found: Finding) -> str:
        """What the unit itself says of a warning."""
        words = found.explanation or ""
        return "" if self.allowed and explaining.is_allowed(words) else words

    @property
    def unasked(self) -> frozenset[str]:
        """The cells about which nothing was asked when the return in force was accepted."""
        return self.in_force.unasked if self.in_force is not None else frozenset()

    @property
    def to_read(self) -> bool:
        """True if there are explanations that the office has not accepted yet."""
        return not self.allowed and bool(self.explanations)

    @property
    def allowed(self) -> str:
        """Why the office let the return in force count or accepted its explanations; '' if it
        did not have to."""
        sha256 = self.in_force.sha256 if self.in_force else ""
        told = [one.because for one in self.rulings if one.sha256 == sha256 and one.is_allowed]
        return told[-1] if told else ""


@dataclass(frozen=True)
class _Trail:
    """The events, sorted by what they are about.

    arrivals: (sha256, file) → when it came; exact: the same → its place, if `file` does not show
    it as it is. judged: the last judgement of every file, in the order of these judgements, each
    with its number among the events. rulings: code → the office's decisions. bounced: the
    addresses that could not be reached, in small letters. last: code → what is known of last
    year. newest: file → the digest of what came there last. returns: every acceptance and every
    sending back; numbers, rounds: code → what Standing says.
    """

    arrivals: dict[tuple[str, str], str] = field(default_factory=dict)
    judged: dict[str, tuple[int, Judged]] = field(default_factory=dict)
    sent_back: dict[str, str] = field(default_factory=dict)
    rulings: dict[str, list[Ruling]] = field(default_factory=dict)
    bounced: set[str] = field(default_factory=set)
    last: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    newest: dict[str, str] = field(default_factory=dict)
    exact: dict[tuple[str, str], str] = field(default_factory=dict)
    returns: list[Judged] = field(default_factory=list)
    numbers: dict[str, dict[str, int]] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=dict)


def _trail(events: Sequence[Event], units: Sequence[Unit]) -> _Trail:
    trail = _Trail(last=last_year.known(events, units))
    for number, event in enumerate(events):
        match event:
            case Arrived():
                trail.arrivals.setdefault((event.sha256, event.file), event.arrived)
                trail.newest[event.file] = event.sha256
                if event.exact:
                    trail.exact[event.sha256, event.file] = event.exact
            case SentBack():
                trail.sent_back[event.sha256] = event.file
            case Judged():
                trail.judged.pop(event.sha256, None)
                trail.judged[event.sha256] = (number, event)
                if event.decision in ("accepted", "returned"):
                    trail.returns.append(event)
                trail.sent_back.pop(event.sha256, None)
            case Bounced():
                trail.bounced.add(event.address.lower())
            case Fetched():  # who writes can be written to
                trail.bounced.discard(event.sender)
            case Allowed() | Rejected():
                ruling = Ruling(
                    event.time, isinstance(event, Allowed), event.file, event.sha256, event.because
                )
                trail.rulings.setdefault(event.unit, []).append(ruling)
    return trail


def owner(campaign: Campaign, who: Identity | None) -> Unit | None:
    """The unit of the roster that a workbook was issued to: that with its code, if it has the
    name in the workbook or had it once."""
    unit = campaign.unit.get(who.code) if who else None
    return unit if unit and who and who.name in (unit.name, *unit.former) else None


def standings(
    campaign: Campaign, events: Sequence[Event], today: date | None = None
) -> list[Standing]:
    """The state of every unit, in the order of the roster."""
    trail = _trail(events, campaign.units)
    judged: dict[str, list[Judged]] = {unit.code: [] for unit in campaign.units}
    for _, event in trail.judged.values():
        unit = owner(campaign, event.identity)
        if unit is not None and event.decision in ("accepted", "returned"):
            judged[unit.code].append(event)
    for event in trail.returns:
        unit = owner(campaign, event.identity)
        if unit is not None:
            numbers = trail.numbers.setdefault(unit.code, {})
            numbers.setdefault(event.sha256, len(numbers) + 1)
            trail.rounds[unit.code] = max(event.round, trail.rounds.get(unit.code, 0))
    tried: dict[str, list[Attempt]] = {}
    for attempt in _attempts(campaign, trail):
        tried.setdefault(attempt.unit, []).append(attempt)
    return [
        _standing(campaign, unit, judged[unit.code], trail, tried, today or date.today())
        for unit in campaign.units
    ]


def attempts(campaign: Campaign, events: Sequence[Event]) -> list[Attempt]:
    """The files that were refused or held, and are not settled: no return of the unit has been
    accepted after them."""
    return _attempts(campaign, _trail(events, campaign.units))


def _attempts(campaign: Campaign, trail: _Trail) -> list[Attempt]:
    passed: dict[str, int] = {}
    for number, event in trail.judged.values():
        if event.decision == "accepted" and event.identity:
            passed[event.identity.code] = number
    names = senders.names_of(campaign.units)
    order = {code: number for number, code in enumerate(campaign.unit)}
    found = []
    for number, event in trail.judged.values():
        if event.decision not in ("refused", "held") or _makes_no_difference(event):
            continue
        unit = senders.attributed(event.file, event.identity, names)
        concerned = {unit.code} if unit else _concerned(campaign, event, names)
        if concerned and all(passed.get(code, -1) > number for code in concerned):
            continue
        attempt = Attempt(
            event.file,
            event.sha256,
            trail.arrivals[event.sha256, event.file],
            event.decision,
            event.findings,
            unit.code if unit else "",
            tuple(sorted(concerned, key=order.__getitem__)),
            campaign.folder,
            trail.exact.get((event.sha256, event.file), ""),
        )
        is_replaced = trail.newest.get(event.file) != event.sha256
        if event.decision == "held" and (is_replaced or not attempt.lies):
            continue  # to move a file away that was held is to decide not to use it
        found.append(attempt)
    return found


def _concerned(campaign: Campaign, event: Judged, names: senders.Names) -> set[str]:
    """The codes of the units that a file of doubtful origin may be from."""
    named = {unit.code for _, _, unit in names.within(event.file.rsplit("/", 1)[-1])}
    return named | {who.code for who in (event.identity,) if who and who.code in campaign.unit}


def _makes_no_difference(event: Judged) -> bool:
    """True if a return was held whose figures are those of the one that counts."""
    return event.decision == "held" and any(
        one.code in ("S-OLDER", "S-AGAIN", "S-BESIDE") and not one.place.spot
        for one in event.findings
    )


def _standing(
    campaign: Campaign,
    unit: Unit,
    judged: Sequence[Judged],
    trail: _Trail,
    tried: Mapping[str, Sequence[Attempt]],
    today: date,
) -> Standing:
    rejected = {one.sha256 for one in trail.rulings.get(unit.code, ()) if not one.is_allowed}
    accepted: list[Judged] = []
    for event in judged:
        if event.decision == "accepted":
            accepted.append(event)
        elif event.sha256 in rejected:  # the unit's older returns do not come back
            accepted.clear()
    in_force = accepted[-1] if accepted else None
    latest = judged[-1] if judged else None
    shown = in_force or latest
    first = min((trail.arrivals[event.sha256, event.file] for event in judged), default="")
    limit = campaign.deadline.isoformat()
    return Standing(
        unit=unit,
        in_force=in_force,
        latest=latest,
        numbers=trail.numbers.get(unit.code, {}),
        rounds=trail.rounds.get(unit.code, 0),
        file=shown.file if shown else "",
        arrived=trail.arrivals[shown.sha256, shown.file] if shown else "",
        first_arrived=first,
        late=first[:10] > limit,
        overdue=not first and today.isoformat() > limit,
        sent_back=trail.sent_back.get(latest.sha256, "") if latest else "",
        attempts=tuple(tried.get(unit.code, ())),
        rulings=tuple(trail.rulings.get(unit.code, ())),
        bounced=tuple(one for one in senders.addresses(unit) if one in trail.bounced),
        last=trail.last.get(unit.code, {}),
        added=_added(campaign.edition, unit, in_force) if in_force else (),
    )


def _added(edition: Edition, unit: Unit, in_force: Judged) -> tuple[str, ...]:
    return tuple(
        one.row_labels[-1]
        for table in edition.tables
        if table.is_own
        for one in table.answers
        if one.name in in_force.unasked and one.needed and unit.kind not in one.closed_for
    )


def county_of(
    campaign: Campaign, all_standings: Sequence[Standing], events: Iterable[Event]
) -> County | None:
    """The present facts of the county; None if no return is accepted yet. Raises Problem if an
    adjustment is not genuine."""
    if not any(standing.in_force for standing in all_standings):
        return None
    is_known = any(standing.last for standing in all_standings)
    rows = tuple(_row(standing, is_known) for standing in all_standings)
    made = adjustments.made(events, campaign.key)
    return County(campaign.county, campaign.year, campaign.edition, rows, made)


def county_now(campaign: Campaign, events: Sequence[Event]) -> County | None:
    """The county's facts by the events so far, as `county_of` gives them."""
    return county_of(campaign, standings(campaign, events), events)


def _row(standing: Standing, is_last_known: bool) -> UnitRow:
    event = standing.in_force
    shown = event or standing.latest
    return UnitRow(
        code=standing.unit.code,
        name=standing.unit.name,
        kind=standing.unit.kind,
        contact=standing.unit.contact,
        phone=standing.unit.phone,
        state=standing.state,
        newer_returned=standing.newer_returned,
        version=standing.version_in_force or standing.versions,
        arrived=standing.arrived,
        late=standing.late,
        overdue=standing.overdue,
        file=standing.file,
        sha256=shown.sha256 if shown else "",
        figures=event.figures if event is not None else None,
        explanations=standing.explanations,
        attempts=tuple(one.words for one in standing.attempts),
        rulings=standing.rulings,
        last=standing.last,
        lacks_last=is_last_known and not standing.last,
        words=event.words if event is not None else {},
        unasked=standing.unasked,
        added=standing.added,
    )
