"""check: verdicts on workbooks without a campaign; nothing is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from jyxl import editions
from jyxl.definition import Edition
from jyxl.edges import inbox, pool
from jyxl.edges.outcome import Defect, Done, Failed, Lost
from jyxl.reading import reader
from jyxl.steps.collect import Received
from jyxl.steps.decided import Decided
from jyxl.steps.judge import lost, verdicts
from jyxl.submission import Submission


def check(
    paths: Sequence[Path], executor: Executor | None = None
) -> tuple[list[Received], list[Failed]]:
    """One outcome per file, and the files at which jyxl itself failed. Raises Problem if a
    file cannot be read at all."""
    items = [
        (f"{arrival.path}/{piece.member}" if piece.member else str(arrival.path), piece)
        for arrival in inbox.find(paths)
        for piece in inbox.pieces(arrival.path)
    ]
    submissions: list[Submission] = []
    failed: list[Failed] = []
    with pool.lent(executor) as workers:
        outcomes = pool.spread(_read, items, workers, load=lambda item: (item[0], item[1].head))
        for (file, piece), outcome in zip(items, outcomes, strict=True):
            match outcome:
                case Done(submission):
                    submissions.append(replace(submission, sha256=piece.sha256))
                case Lost(why):
                    submissions.append(lost(file, piece.sha256, why))
                case Defect():
                    failed.append(Failed(file, piece.sha256, outcome))
    decided, failed_later = verdicts(submissions)
    return [_received(one) for one in decided], [*failed, *failed_later]


def _read(item: tuple[str, bytes]) -> Submission:
    return reader.read(*item)


def _received(one: Decided) -> Received:
    who = one.submission.identity
    known = who is not None and who.edition in editions.available()
    edition: Edition | None = editions.load(who.edition) if who and known else None
    return Received(
        one.submission.file,
        one.submission.sha256,
        edition,
        who,
        one.verdict.decision,
        one.verdict.findings,
    )
