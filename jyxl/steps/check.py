"""check: verdicts on workbooks without a campaign; nothing is recorded."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

from jyxl import editions
from jyxl.definition import Edition
from jyxl.edges import files, inbox, pool, unpacking
from jyxl.edges.outcome import Defect, Done, Failed, Lost
from jyxl.reading import kind, reader
from jyxl.steps.collect import Received
from jyxl.steps.decided import Decided
from jyxl.steps.judge import import_checker, lost, verdicts
from jyxl.submission import Submission


@dataclass(frozen=True)
class Checked:
    """received: one outcome per file. failed: the files at which jyxl itself failed. problems:
    sentences about what could not be read at all."""

    received: tuple[Received, ...]
    failed: tuple[Failed, ...]
    problems: tuple[str, ...]


def check(paths: Sequence[Path], executor: Executor | None = None) -> Checked:
    """The verdicts on the files at these paths. Raises Problem if one does not exist."""
    inbox.vet(paths, record=False)
    submissions: list[Submission] = []
    failed: list[Failed] = []
    with tempfile.TemporaryDirectory(prefix="jyxl-") as folder, pool.lent(executor) as workers:
        archive = Path(folder)
        items, problems = _pieces(paths, archive)

        def load(item: tuple[str, str]) -> tuple[str, bytes]:
            return item[0], files.read(archive / item[1], kind.MAX_BYTES + 1)

        outcomes = pool.spread(_read, items, workers, load=load, meanwhile=import_checker)
        for (file, sha256), outcome in zip(items, outcomes, strict=True):
            match outcome:
                case Done(submission):
                    submissions.append(replace(submission, sha256=sha256))
                case Lost(why):
                    submissions.append(lost(file, sha256, why))
                case Defect():
                    failed.append(Failed(file, sha256, outcome))
    decided, failed_later = verdicts(submissions)
    received = tuple(_received(one) for one in decided)
    return Checked(received, (*failed, *failed_later), tuple(problems))


def _pieces(paths: Sequence[Path], archive: Path) -> tuple[list[tuple[str, str]], list[str]]:
    """(name, sha256) of all that is to be read, which is then in the archive, and sentences about
    what cannot be read."""
    found = inbox.find(paths)
    items: list[tuple[str, str]] = []
    problems = [*found.told]
    for arrival in found.arrivals:
        name = files.shown(arrival.path)
        try:
            inside = unpacking.contents(arrival.path, archive)
        except unpacking.Unread as problem:
            problems.append(str(problem))
            continue
        problems.extend(inside.told)
        pieces = inside.pieces
        items.extend((f"{name}/{one.member}" if one.member else name, one.sha256) for one in pieces)
    return items, problems


def _read(item: tuple[str, bytes]) -> Submission:
    return reader.read(*item)


def _received(one: Decided) -> Received:
    who = one.submission.identity
    known = who is not None and who.edition in editions.available()
    asked = one.submission.supplement
    edition: Edition | None = editions.combined(who.edition, asked) if who and known else None
    return Received(
        one.submission.file,
        one.submission.sha256,
        edition,
        who,
        one.verdict.decision,
        one.verdict.findings,
    )
