"""collect: take in the returns, judge, record, send back, merge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from jyxl.county import County
from jyxl.definition import Edition
from jyxl.edges import files, inbox, log, pool, senders
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Fetched, Judged
from jyxl.edges.ledger import Ledger
from jyxl.edges.outcome import Failed, Outcome
from jyxl.edges.standing import Attempt, Standing, attempts, county_now, standings
from jyxl.finding import Finding
from jyxl.identity import Identity
from jyxl.problem import Problem
from jyxl.steps import notices, office, status
from jyxl.steps.decided import Decided
from jyxl.steps.judge import Tick, judge, record
from jyxl.steps.merge import Merged, written
from jyxl.steps.send_back import Reply, error_workbook, owed, send_back
from jyxl.steps.take_in import Lying, last_judged, pending, take_in
from jyxl.submission import NOTHING, Submission
from jyxl.terms import Reception
from jyxl.writer.county import workbook as county_workbook

_LONGEST = 0.02
"""The seconds that a unit may take in the county workbook."""


@dataclass(frozen=True)
class Sender:
    """Who sent a file by mail. in_roster: the roster has the address, for whichever unit."""

    address: str
    in_roster: bool


@dataclass(frozen=True, slots=True)
class Received:
    """One file and what became of it.

    edition: the one that its findings refer to, if it is known. notice: the text for the unit
    whose file was refused. sender: if it came by mail. seen_here: the same file was already there last time; still_open:
    it was refused or held then, and that is not settled.
    """

    file: str
    sha256: str
    edition: Edition | None
    identity: Identity | None
    verdict: Reception
    findings: tuple[Finding, ...]
    sent_back: str | None = None
    notice: str | None = None
    sender: Sender | None = None
    seen_here: bool = False
    still_open: bool = False


@dataclass(frozen=True)
class Collected:
    """The result of a collect.

    attempts: the files that were refused or held and are not settled. replaced: (before,
    after) for each unit of which another return counts now. problems:
    sentences about what could not be done. letters: the messages among the files of which
    something is to be told. failed: the files at which jyxl itself failed;
    log: the file in which these failures are written down.
    """

    received: tuple[Received, ...]
    standings: tuple[Standing, ...]
    attempts: tuple[Attempt, ...]
    merged: Merged
    problems: tuple[str, ...]
    replaced: tuple[tuple[Standing, Standing], ...]
    failed: tuple[Failed, ...] = ()
    log: Path | None = None
    letters: tuple[Fetched, ...] = ()


def collect(
    campaign: Campaign,
    ledger: Ledger,
    paths: Sequence[Path] = (),
    tick: Tick = lambda *_: None,
    executor: Executor | None = None,
) -> Collected:
    """Take in the files in 回收/, or at the given paths. Raises Problem, also if one of these
    paths does not exist or is the campaign's own, or if there is no 回收/.

    executor: does the work; without one, processes of this machine do it.
    """
    inbox.vet(paths, record=True)
    if not paths and not campaign.returns.is_dir():
        raise Problem(
            f"项目文件夹里没有“{campaign.returns.name}”这个文件夹；"
            "请新建一个，把收到的表放进去，再运行一次。"
        )
    if executor is None:
        pool.wanted()  # what is wrong with it is told before anything is done
    for folder in (campaign.archive, campaign.sent_back, campaign.county_workbook.parent):
        files.sweep(folder)
    taken = take_in(campaign, ledger, paths or [campaign.returns])
    known = last_judged(ledger.events)
    before = standings(campaign, ledger.events)
    counting = {one.in_force.sha256 for one in before if one.in_force}
    wanted = pending(taken.lying, known, counting) | office.orders(ledger.events)
    settled = settle(campaign, ledger, wanted, tick, executor)
    return Collected(
        received=tuple(
            _received(campaign, taken.lying, settled, known, _senders(campaign, ledger))
        ),
        standings=settled.standings,
        attempts=settled.attempts,
        merged=settled.merged,
        problems=(
            *taken.told,
            *settled.problems,
            *status.renew_page(campaign, ledger, is_run=True),
        ),
        replaced=tuple(_replaced(before, settled.standings)),
        failed=settled.failed,
        log=settled.log,
        letters=tuple(one for one in taken.letters if one.why or not one.files),
    )


@dataclass(frozen=True)
class Settled:
    """What judging some files led to.

    decided: the files with their verdicts; fresh: the digests of those whose verdict is new;
    sent: sha256 → the error workbook that was written; notices: sha256 → the text for the unit
    whose file was refused.
    """

    decided: tuple[Decided, ...]
    fresh: frozenset[str]
    sent: Mapping[str, str]
    notices: Mapping[str, str]
    standings: tuple[Standing, ...]
    attempts: tuple[Attempt, ...]
    merged: Merged
    problems: tuple[str, ...]
    failed: tuple[Failed, ...]
    log: Path | None


def settle(
    campaign: Campaign,
    ledger: Ledger,
    wanted: Mapping[str, Sequence[str]],
    tick: Tick = lambda *_: None,
    executor: Executor | None = None,
) -> Settled:
    """Judge archived files, record, send back, tell, merge.

    wanted: sha256 → the files that hold the bytes, in order of arrival; executor: as for `collect`.
    """
    known = last_judged(ledger.events)
    with pool.lent(executor) as workers:
        decided, failed, altered = judge(campaign, ledger, workers, wanted, tick)
        fresh = record(campaign, ledger, known, decided)
        decided = [_light(one) for one in decided]
        replies, failed_again, altered_before = owed(campaign, ledger, workers, decided)
        county = county_now(campaign, ledger.events)
        made = rendered(workers, county, replies.values())
        sent = send_back(campaign, ledger, replies, islice(made, len(replies)), tick)
        merged = written(campaign, next(made, None))
    after = tuple(standings(campaign, ledger.events))
    open_ = tuple(attempts(campaign, ledger.events))
    texts, unwritten = notices.write(campaign, open_, after)
    notices.put_away(campaign, after, texts.values())
    failures = (*failed, *failed_again, *sent.failed, *merged.failed)
    problems = (*altered, *altered_before, *sent.problems, *unwritten)
    return Settled(
        decided=tuple(decided),
        fresh=frozenset(fresh),
        sent=sent.files,
        notices=texts,
        standings=after,
        attempts=open_,
        merged=merged,
        problems=(*problems, *([merged.problem] if merged.problem else [])),
        failed=failures,
        log=log.failures(campaign.log, failures),
    )


def _light(one: Decided) -> Decided:
    """The return without its figures, which are in the ledger, and without what was read in it
    unless it is sent back, because there may be very many returns."""
    full = one.submission
    if one.verdict.decision == "returned":
        return replace(one, submission=replace(full, figures=None))
    return replace(one, submission=Submission(full.file, full.sha256, full.identity, NOTHING))


def rendered(
    workers: Executor, county: County | None, replies: Iterable[Reply]
) -> Iterator[Outcome[bytes]]:
    """The error workbooks, and then the county workbook, if there is one; they are made in
    parallel."""
    jobs: list[County | Reply] = [*replies, *([county] if county else [])]
    deadline = patience(len(county.units) if county else 0)
    return pool.spread(
        _workbook, jobs, workers, trusted=True, deadline=deadline, longest_last=county is not None
    )


def patience(units: int) -> float:
    """The seconds after which a process that makes the county workbook counts as hung. For each
    unit it takes 0.4 ms where nothing else runs."""
    return max(pool.DEADLINE, units * _LONGEST)


def _workbook(job: County | Reply) -> bytes:
    return error_workbook(job) if isinstance(job, Reply) else county_workbook(job)


def _replaced(
    before: Iterable[Standing], after: Iterable[Standing]
) -> Iterator[tuple[Standing, Standing]]:
    for old, new in zip(before, after, strict=True):
        if old.in_force and new.in_force and old.in_force is not new.in_force:
            yield old, new


def _senders(campaign: Campaign, ledger: Ledger) -> dict[str, Sender]:
    """SHA-256 of a file → who sent it by mail; of several senders, one from the roster."""
    unit_of = senders.by_address(campaign.units)
    found = {}
    for sha256, addresses in senders.by_mail(ledger.events).items():
        address = min(addresses, key=lambda one: (one not in unit_of, one))
        found[sha256] = Sender(address, address in unit_of)
    return found


def _received(
    campaign: Campaign,
    lying: Iterable[Lying],
    settled: Settled,
    known: Mapping[str, Judged],
    sent_by: Mapping[str, Sender],
) -> Iterator[Received]:
    """One object per file, in order of arrival. Of equal files, the one that was judged carries
    the verdict; a copy named after another unit carries a finding that says so. Files at which
    jyxl failed are left out."""
    names = senders.names_of(campaign.units)
    judged = {one.submission.sha256: one for one in settled.decided}
    by_file = {(one.submission.sha256, one.submission.file): one for one in settled.decided}
    unsettled = {one.sha256 for one in settled.attempts}
    told: set[tuple[str, str]] = set()
    for one in lying:
        before = known.get(one.sha256)
        now = by_file.get((one.sha256, one.file), judged.get(one.sha256))
        identity = now.submission.identity if now else before.identity if before else None
        key = (one.sha256, one.file)
        is_verdict = key in by_file and key not in told and one.sha256 in settled.fresh
        if now is not None and is_verdict:
            told.add(key)
            yield Received(
                one.file,
                one.sha256,
                campaign.edition,
                identity,
                now.verdict.decision,
                now.verdict.findings,
                settled.sent.get(one.sha256),
                settled.notices.get(one.sha256),
                sent_by.get(one.sha256),
            )
        elif now is not None or before is not None:
            other = senders.misnamed(one.file, identity, names) if identity and one.is_new else None
            yield Received(
                one.file,
                one.sha256,
                campaign.edition,
                identity,
                "duplicate",
                (other,) if other else (),
                sender=sent_by.get(one.sha256),
                seen_here=not one.is_new,
                still_open=not one.is_new
                and one.sha256 in unsettled
                and one.sha256 not in settled.fresh,
            )
