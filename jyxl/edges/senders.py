"""Compares the unit that a file is named after with the one that its workbook was issued to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from jyxl import messages
from jyxl.edges.roster import Unit
from jyxl.finding import Finding
from jyxl.identity import Identity
from jyxl.submission import Submission

Names = Sequence[tuple[str, Unit]]
"""The names of units, present and former, in the order in which they are looked for."""


def longest_first(units: Iterable[Unit]) -> Names:
    """All names, the longest first, since a name may contain another; a present one goes before
    a former one of another unit."""
    present = [(unit.name, unit) for unit in units]
    former = [(name, unit) for _, unit in present for name in unit.former]
    return sorted([*present, *former], key=lambda one: -len(one[0]))


def checked(submission: Submission, files: Sequence[str], names: Names) -> Submission:
    """The submission, refused with S-SENDER if its file is named after another unit.

    Such a file has two readings. Equal bytes under several names are taken under the first
    name that does not mislead.
    """
    who = submission.identity
    if who is None or not submission.is_ours:
        return submission
    found = [misnamed(file, who, names) for file in files]
    for file, finding in zip(files, found, strict=True):
        if finding is None:
            return replace(submission, file=file)
    why = [finding for finding in found if finding][:1]
    return replace(submission, is_ours=False, findings=(*why, *submission.findings))


def misnamed(file: str, who: Identity, names: Names) -> Finding | None:
    """S-SENDER if the file is named after exactly one unit and that unit is not `who`; otherwise
    None."""
    left = file.rsplit("/", 1)[-1]
    named: dict[str, str] = {}
    for name, unit in names:
        if name in left:
            named.setdefault(unit.code, name)
            left = left.replace(name, "\n")
    if len(named) != 1 or who.code in named:
        return None
    (found,) = named.values()
    return messages.finding("S-SENDER", found=found, wanted=who.name)
