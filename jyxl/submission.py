"""What a unit has typed, and a returned workbook as read."""

from __future__ import annotations

from collections.abc import Mapping
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

    figures: every cell of the edition by its name, totals recomputed, 0 where blank or
    unknown; None where nothing was read. unknown: cells whose value is not known.
    stated: totals typed over with another figure. unconfirmed: table → blank cells
    that nobody confirmed as zero.
    """

    file: str
    sha256: str
    identity: Identity | None = None
    entries: Entries = field(default_factory=Entries)
    figures: Mapping[str, int] | None = None
    unknown: frozenset[str] = frozenset()
    stated: dict[str, int] = field(default_factory=dict)
    unconfirmed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    is_ours: bool = False
