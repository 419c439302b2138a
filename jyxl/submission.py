"""What a unit has typed, and a returned workbook as read."""

from __future__ import annotations

from dataclasses import dataclass, field

from jyxl.finding import Finding
from jyxl.identity import Identity


@dataclass(frozen=True)
class Entries:
    """What is typed in a workbook.

    numbers: open cell → scaled integer; texts: open cell → a text that is no number;
    confirmed: table → 是 (True), 否 (False) or not chosen (None); explanations: rule
    instance → the unit's words.
    """

    numbers: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    confirmed: dict[str, bool | None] = field(default_factory=dict)
    explanations: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Submission:
    """A return as read, before its rules are checked.

    values: every cell of the edition in order, totals recomputed, 0 where blank or
    unknown. unknown: cells whose value is not known, and the totals made of them.
    stated: totals typed over with another figure. unconfirmed: table → blank cells
    that nobody confirmed as zero.
    """

    file: str
    sha256: str
    identity: Identity | None = None
    entries: Entries = field(default_factory=Entries)
    values: tuple[int, ...] = ()
    unknown: frozenset[str] = frozenset()
    stated: dict[str, int] = field(default_factory=dict)
    unconfirmed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    is_ours: bool = False
