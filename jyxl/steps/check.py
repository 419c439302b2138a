"""check: verdicts on workbooks without a campaign; nothing is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from jyxl import messages, reader
from jyxl.checker import judge
from jyxl.edges import inbox, pool
from jyxl.edges.outcome import Defect, Done, Lost, Outcome
from jyxl.steps.collect import Received
from jyxl.submission import Submission


def check(paths: Sequence[Path], executor: Executor | None = None) -> list[Received]:
    """One outcome per file. Raises Problem where a file cannot be read at all."""
    items = [
        (f"{arrival.path}/{piece.member}" if piece.member else str(arrival.path), piece)
        for arrival in inbox.find(paths)
        for piece in inbox.pieces(arrival.path)
    ]
    with pool.lent(executor) as workers:
        read = list(pool.spread(_read, items, workers, load=_loaded))
    submissions = [_submission(item, outcome) for item, outcome in zip(items, read, strict=True)]
    return [
        Received(one.file, one.sha256, one.identity, verdict.verdict, verdict.findings)
        for one, verdict in zip(submissions, judge(submissions), strict=True)
    ]


def _loaded(item: tuple[str, inbox.Piece]) -> tuple[str, bytes]:
    file, piece = item
    return file, piece.head


def _read(loaded: tuple[str, bytes]) -> Submission:
    return reader.read(*loaded)


def _submission(item: tuple[str, inbox.Piece], outcome: Outcome[Submission]) -> Submission:
    file, piece = item
    match outcome:
        case Done(submission):
            return replace(submission, sha256=piece.sha256)
        case Lost(why) | Defect(why, _):
            finding = messages.finding("S-TIMEOUT", detail=why)
            return Submission(file, piece.sha256, findings=(finding,))
