"""check: verdicts on workbooks without a campaign; nothing is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jyxl import reader
from jyxl.checker import judge
from jyxl.edges import files, inbox
from jyxl.steps.collect import Received


def check(paths: Sequence[Path]) -> list[Received]:
    """One outcome per file. Raises Problem where a file cannot be read at all."""
    places = [arrival.path for arrival in inbox.find(paths)]
    submissions = [reader.read(str(path), files.read(path)) for path in places]
    return [
        Received(one.file, one.sha256, one.identity, verdict.verdict, verdict.findings)
        for one, verdict in zip(submissions, judge(submissions), strict=True)
    ]
