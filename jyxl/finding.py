"""A finding: something to report about a return. Bad data is a value, never an exception."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jyxl.terms import Decision, Severity


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the workbook, in names; `places.drawn` turns them into addresses.

    sheet: the name of a sheet. table: the key of the table concerned. spot: where to go,
    either the name of a cell of the form or another spot on the table's sheet, as
    `layout.SheetLayout.spots` names it. cells: the names of all the form's cells that the
    finding is about, including those of other tables.
    """

    sheet: str | None = None
    table: str | None = None
    spot: str | None = None
    cells: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a return.

    code: the id of a rule, F-… for values, S-… for structure. value: what was typed, as text.
    instance: the rule instance that failed; an explanation is stored under it.
    """

    code: str
    severity: Severity
    place: Place
    value: str
    message: str
    advice: str
    instance: str | None = None
    explanation: str | None = None

    @property
    def blocks(self) -> bool:
        """True if the finding keeps the return from being accepted."""
        return self.severity == "error" or (self.severity == "warning" and not self.explanation)


PARTIAL = "S-PARTIAL"


def decision(findings: Iterable[Finding]) -> Decision:
    """What is decided on a return with these findings: one with which nothing is wrong but that its
    figures are a part of a county's is held, as only the office can say that a part will do."""
    blocking = {finding.code for finding in findings if finding.blocks}
    if not blocking:
        return "accepted"
    return "held" if blocking == {PARTIAL} else "returned"
