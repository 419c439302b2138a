"""collect: take in the returns, judge, record, send back, merge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

from jyxl.county import County
from jyxl.definition import Edition
from jyxl.edges import files, log, pool, senders
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Judged
from jyxl.edges.ledger import Ledger
from jyxl.edges.outcome import Failed, Outcome
from jyxl.edges.standing import Standing, county_of, standings
from jyxl.finding import Finding
from jyxl.identity import Identity
from jyxl.steps.judge import Decided, Tick, judge, record
from jyxl.steps.merge import Merged, written
from jyxl.steps.send_back import Reply, error_workbook, owed, send_back
from jyxl.steps.take_in import Lying, last_judged, pending, take_in
from jyxl.submission import Entries
from jyxl.terms import Reception
from jyxl.writer.county import workbook as county_workbook


@dataclass(frozen=True)
class Received:
    """One file and what became of it.

    edition: the one that its findings refer to, if it is known. seen_here: the same file was
    already there last time; still_refused: it was refused then, too.
    """

    file: str
    sha256: str
    edition: Edition | None
    identity: Identity | None
    verdict: Reception
    findings: tuple[Finding, ...]
    sent_back: str | None = None
    seen_here: bool = False
    still_refused: bool = False


@dataclass(frozen=True)
class Collected:
    """The result of a collect.

    replaced: (before, after) for each unit of which another return counts now. problems:
    sentences about what could not be done. failed: the files at which jyxl itself failed;
    log: the file in which these failures are written down.
    """

    received: tuple[Received, ...]
    standings: tuple[Standing, ...]
    merged: Merged
    problems: tuple[str, ...]
    replaced: tuple[tuple[Standing, Standing], ...]
    failed: tuple[Failed, ...] = ()
    log: Path | None = None


def collect(
    campaign: Campaign,
    ledger: Ledger,
    paths: Sequence[Path] = (),
    tick: Tick = lambda *_: None,
    executor: Executor | None = None,
) -> Collected:
    """Take in the files in 回收/, or at the given paths. Raises Problem.

    executor: does the work; without one, processes of this machine do it.
    """
    with pool.lent(executor) as workers:
        return _collected(campaign, ledger, workers, paths or [campaign.returns], tick)


def _collected(
    campaign: Campaign, ledger: Ledger, workers: Executor, paths: Sequence[Path], tick: Tick
) -> Collected:
    for folder in (campaign.archive, campaign.sent_back, campaign.county_workbook.parent):
        files.sweep(folder)
    lying, unread = take_in(campaign, ledger, paths)
    known = last_judged(ledger.events)
    before = standings(campaign, ledger.events)
    decided, failed, altered = judge(campaign, ledger, workers, pending(lying, known), tick)
    fresh = record(campaign, ledger, known, decided)
    decided = [_light(one) for one in decided]
    replies, failed_again, altered_before = owed(campaign, ledger, workers, decided)
    county = county_of(campaign, standings(campaign, ledger.events))
    workbook, made = rendered(workers, county, replies.values())
    merged = written(campaign, workbook)
    sent = send_back(campaign, ledger, replies, made, tick)
    after = tuple(standings(campaign, ledger.events))
    failures = (*failed, *failed_again, *sent.failed, *merged.failed)
    problems = (*unread, *altered, *altered_before, *sent.problems)
    return Collected(
        received=tuple(_received(campaign, lying, decided, fresh, sent.files, known)),
        standings=after,
        merged=merged,
        problems=(*problems, *([merged.problem] if merged.problem else [])),
        replaced=tuple(_replaced(before, after)),
        failed=failures,
        log=log.write(campaign.log, [one.told for one in failures]) if failures else None,
    )


def _light(one: Decided) -> Decided:
    """The return without its figures, which are in the ledger, and without what was typed
    unless it is sent back, because there may be very many returns."""
    is_returned = one.verdict.decision == "returned"
    kept = one.submission.entries if is_returned else Entries()
    return replace(one, submission=replace(one.submission, entries=kept, figures=None))


def rendered(
    workers: Executor, county: County | None, replies: Iterable[Reply]
) -> tuple[Outcome[bytes] | None, Iterator[Outcome[bytes]]]:
    """The county workbook, and an iterator over the error workbooks; they are made in parallel."""
    jobs: list[County | Reply] = [*([county] if county else []), *replies]
    made = pool.spread(_workbook, jobs, workers, trusted=True)
    return (next(made) if county else None), made


def _workbook(job: County | Reply) -> bytes:
    return error_workbook(job) if isinstance(job, Reply) else county_workbook(job)


def _replaced(
    before: Iterable[Standing], after: Iterable[Standing]
) -> Iterator[tuple[Standing, Standing]]:
    for old, new in zip(before, after, strict=True):
        if old.in_force and new.in_force and old.in_force is not new.in_force:
            yield old, new


def _received(
    campaign: Campaign,
    lying: Iterable[Lying],
    decided: Iterable[Decided],
    fresh: set[str],
    sent: Mapping[str, str],
    known: Mapping[str, Judged],
) -> Iterator[Received]:
    """One object per file, in order of arrival. Of equal files, the one that was judged carries
    the verdict; a copy named after another unit carries a finding that says so. Files at which
    jyxl failed are left out."""
    names = senders.longest_first(campaign.units)
    by_digest = {one.submission.sha256: one for one in decided}
    for one in lying:
        now, before = by_digest.get(one.sha256), known.get(one.sha256)
        identity = now.submission.identity if now else before.identity if before else None
        if now is not None and one.sha256 in fresh and one.file == now.submission.file:
            yield Received(
                one.file,
                one.sha256,
                campaign.edition,
                identity,
                now.verdict.decision,
                now.verdict.findings,
                sent.get(one.sha256),
            )
        elif now is not None or before is not None:
            other = senders.misnamed(one.file, identity, names) if identity and one.is_new else None
            was_refused = before is not None and before.decision == "refused"
            yield Received(
                one.file,
                one.sha256,
                campaign.edition,
                identity,
                "duplicate",
                (other,) if other else (),
                seen_here=not one.is_new,
                still_refused=not one.is_new and was_refused and one.sha256 not in fresh,
            )
