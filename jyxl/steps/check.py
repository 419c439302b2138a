"""check: verdicts on workbooks without a campaign; nothing is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from jyxl import messages, reader
from jyxl.checker import judge
from jyxl.edges import inbox, pool
from jyxl.steps.collect import Received
from jyxl.submission import Submission


def check(paths: Sequence[Path]) -> list[Received]:
    """One outcome per file. Raises Problem where a file cannot be read at all."""
    items = [
        (f"{arrival.path}/{piece.member}" if piece.member else str(arrival.path), piece)
        for arrival in inbox.find(paths)
        for piece in inbox.pieces(arrival.path)
    ]
    submissions = list(pool.spread(_read, items, lost=_lost))
    return [
        Received(one.file, one.sha256, one.identity, verdict.verdict, verdict.findings)
        for one, verdict in zip(submissions, judge(submissions), strict=True)
    ]


def _read(item: tuple[str, inbox.Piece]) -> Submission:
    file, piece = item
    return replace(reader.read(file, piece.head), sha256=piece.sha256)


def _lost(item: tuple[str, inbox.Piece], why: str) -> Submission:
    file, piece = item
    return Submission(file, piece.sha256, findings=(messages.finding("S-TIMEOUT", detail=why),))
