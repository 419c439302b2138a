"""judge: archived bytes → submissions → decisions in the ledger."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar, cast

from jyxl import messages, supplement
from jyxl.edges import archive, pool, senders
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Judged
from jyxl.edges.last_year import known
from jyxl.edges.ledger import Ledger
from jyxl.edges.outcome import Defect, Done, Failed, Lost, defect
from jyxl.edges.standing import standings
from jyxl.identity import Expected
from jyxl.reading import reader
from jyxl.steps import answers, office
from jyxl.steps.decided import Decided
from jyxl.submission import NOTHING, Submission

_T = TypeVar("_T")
Tick = Callable[[str, int, int], None]


def judge(
    campaign: Campaign,
    ledger: Ledger,
    executor: Executor,
    pending: Mapping[str, Sequence[str]],
    tick: Tick = lambda *_: None,
) -> tuple[list[Decided], list[Failed], list[str]]:
    """Read and judge archived bytes; nothing is recorded. Also the files at which jyxl itself
    failed, and sentences about those that the archive does not hold as they came in.

    pending: sha256 → the files that hold the bytes, in order of arrival.
    """
    submissions, failed, altered = read(campaign, ledger, executor, pending, tick)
    decided, failed_later = verdicts(submissions)
    return office.ruled(campaign, ledger.events, decided), [*failed, *failed_later], altered


def read(
    campaign: Campaign,
    ledger: Ledger,
    executor: Executor,
    pending: Mapping[str, Sequence[str]],
    tick: Tick = lambda *_: None,
) -> tuple[list[Submission], list[Failed], list[str]]:
    """The returns in archived bytes, those in Word with the answers that count; and what `judge` gives
    besides."""
    items = [(names[0], sha256) for sha256, names in pending.items()]
    names = senders.names_of(campaign.units)
    submissions: list[Submission] = []
    failed: list[Failed] = []
    altered: dict[str, str] = {}
    known_before: dict[Any, Any] = {}

    def load(item: tuple[str, str]) -> tuple[str, bytes]:
        file, sha256 = item
        try:
            return file, archive.get(campaign.archive, sha256)
        except archive.Altered as problem:
            altered[sha256] = f"“{file}”没有判断：{problem}"
            return file, b""

    expected = replace(campaign.expected, last=known(ledger.events, campaign.units))
    work = partial(_read_bytes, expected)
    outcomes = pool.spread(work, items, executor, load=load, meanwhile=import_checker)
    for number, ((file, sha256), outcome) in enumerate(zip(items, outcomes, strict=True), 1):
        match outcome:
            case _ if sha256 in altered:
                pass
            case Done(submission):
                whole = replace(
                    _shared(submission, file, sha256, known_before),
                    supplement=campaign.edition.supplement,
                )
                submissions.append(senders.checked(whole, pending[sha256], names))
            case Lost(why):
                submissions.append(lost(file, sha256, why))
            case Defect():
                failed.append(Failed(file, sha256, outcome))
        tick("读取", number, len(items))
    complete = answers.carried(campaign, ledger.events, submissions)
    return complete, failed, list(altered.values())


def import_checker() -> None:
    """Import what judges: pandas and pandera, which take as long as reading a hundred returns.
    Nothing that is imported is garbage, now or later."""
    if "jyxl.checker" in sys.modules:
        return
    was_on = gc.isenabled()
    gc.disable()
    try:
        import jyxl.checker  # noqa: F401
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


def _shared(one: Submission, file: str, sha256: str, known: dict[Any, Any]) -> Submission:
    """The submission of a file, under the digest that was archived. What comes from a worker is its
    own copy; of what very many returns have in common, one is kept: the findings, the names of the
    cells, the campaign, what is empty. known: what there was so far."""

    def kept(value: _T) -> _T:
        return cast("_T", known.setdefault(value, value))

    found, who = tuple(map(kept, one.findings)), one.identity
    if who is None:
        return Submission(file, sha256, entries=NOTHING, findings=found)
    numbers = {sys.intern(name): value for name, value in one.entries.numbers.items()}
    return replace(
        one,
        file=file,
        sha256=sha256,
        identity=replace(
            who,
            campaign=kept(who.campaign),
            county=kept(who.county),
            edition=kept(who.edition),
            kind=kept(who.kind),
        ),
        entries=replace(one.entries, numbers=numbers),
        unknown=kept(one.unknown),
        findings=found,
        unasked=kept(one.unasked),
    )


def _read_bytes(expected: Expected, item: tuple[str, bytes]) -> Submission:
    submission = reader.read(*item, expected)
    # It is known already, and may be large.
    return replace(submission, supplement=supplement.NOTHING)


def lost(file: str, sha256: str, why: str) -> Submission:
    """The submission for a file at which the reading process died or hung; it is the same
    every time."""
    return Submission(file, sha256, findings=(messages.finding("S-TIMEOUT", detail=why),))


def verdicts(submissions: Sequence[Submission]) -> tuple[list[Decided], list[Failed]]:
    """The checker's verdicts. If the checker fails at one return, the others are judged without
    that return."""
    from jyxl.checker import judge as check

    try:
        return [
            Decided(one, verdict)
            for one, verdict in zip(submissions, check(submissions), strict=True)
        ], []
    except Exception as error:
        if len(submissions) == 1:
            return [], [Failed(submissions[0].file, submissions[0].sha256, defect(error))]
    half = len(submissions) // 2
    first, second = verdicts(submissions[:half]), verdicts(submissions[half:])
    return [*first[0], *second[0]], [*first[1], *second[1]]


def record(
    campaign: Campaign,
    ledger: Ledger,
    known: Mapping[str, Judged],
    decided: Iterable[Decided],
) -> set[str]:
    """Add the decisions to the ledger, all together; gives the digests of those that are new."""
    rounds = {one.unit.code: one.rounds for one in standings(campaign, ledger.events)}
    events: list[Judged] = []
    for one in decided:
        who, verdict = one.submission.identity, one.verdict
        round_ = 0
        if verdict.decision == "returned" and who is not None:
            round_ = rounds[who.code] = rounds[who.code] + 1
        event = Judged(
            one.submission.sha256,
            one.submission.file,
            verdict.decision,
            verdict.findings,
            who,
            one.submission.figures if verdict.decision == "accepted" else None,
            round_,
            one.submission.entries.digest if verdict.decision != "refused" else "",
            _words(campaign, one) if verdict.decision == "accepted" else {},
            one.submission.unasked if verdict.decision == "accepted" else frozenset(),
        )
        if not _is_refused_as_before(event, known.get(event.sha256)):
            events.append(event)
    ledger.add(events)
    return {event.sha256 for event in events}


def _words(campaign: Campaign, one: Decided) -> dict[str, str]:
    """Every text that was asked for, '' if it was left blank."""
    asked = campaign.edition.text.keys() - one.submission.unasked
    return {name: one.submission.entries.words.get(name, "") for name in sorted(asked)}


def _is_refused_as_before(now: Judged, before: Judged | None) -> bool:
    """True if there is nothing new to say about a file that was refused or held."""
    if before is None or now.decision not in ("refused", "held"):
        return False
    return before.decision == now.decision and now.findings == before.findings
