"""Which unit a file is from: by the workbook's identity, and by the names that the file bears."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from jyxl import messages
from jyxl.edges.roster import Unit
from jyxl.finding import Finding
from jyxl.identity import Identity
from jyxl.submission import Submission


def longest_first(units: Iterable[Unit]) -> list[Unit]:
    """The units in the order in which names are looked for, since a name may contain another."""
    return sorted(units, key=lambda unit: -len(unit.name))


def checked(submission: Submission, files: Sequence[str], units: Sequence[Unit]) -> Submission:
    """The submission, with S-SENDER first if its file is named after another unit.

    Such a file has two readings, and only the office can tell which is meant. Equal bytes under several names are taken under the first
    name that does not mislead. units: in the order of `longest_first`.
    """
    who = submission.identity
    if who is None or not submission.is_ours:
        return submission
    found = [misnamed(file, who, units) for file in files]
    for file, finding in zip(files, found, strict=True):
        if finding is None:
            return replace(submission, file=file)
    why = [finding for finding in found if finding][:1]
    return replace(submission, findings=(*why, *submission.findings))


def misnamed(file: str, who: Identity, units: Sequence[Unit]) -> Finding | None:
    """S-SENDER if the file is named after exactly one unit and that unit is not `who`; otherwise
    None."""
    named = _named(file.rsplit("/", 1)[-1], units)
    if len(named) != 1 or named[0].code == who.code:
        return None
    return messages.finding("S-SENDER", found=named[0].name, wanted=who.name)


def attributed(file: str, who: Identity | None, units: Sequence[Unit]) -> Unit | None:
    """The unit that a file is from, if its identity and the names of the file, of its zip and
    of its folders leave no doubt. units: in the order of `longest_first`."""
    own = [unit for unit in units if who and (unit.code, unit.name) == (who.code, who.name)]
    for part in reversed(file.split("/")):
        named = _named(part, units)
        if len(named) > 1 or (named and own and named != own):
            return None
        if named:
            return named[0]
    return own[0] if own else None


def _named(name: str, units: Sequence[Unit]) -> list[Unit]:
    """The units whose names a file's name contains; a name within a longer one does not count."""
    named = []
    for unit in units:
        if unit.name in name:
            named.append(unit)
            name = name.replace(unit.name, "\n")
    return named
