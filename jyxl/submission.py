"""What a unit has typed, and a returned workbook as it was read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jyxl import supplement as supplements
from jyxl.finding import Finding
from jyxl.identity import Identity
from jyxl.origin import Origin


@dataclass(frozen=True, slots=True)
class Entries:
    """What was typed in a workbook.

    numbers: open cell → scaled integer; texts: open cell → a text that is not a number;
    confirmed: table → 是 (True), 否 (False) or not chosen (None); explanations: rule
    instance → the unit's words; words: text cell → the text in it.
    """

    numbers: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    confirmed: dict[str, bool | None] = field(default_factory=dict)
    explanations: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The same for two workbooks in which the same was typed, whoever saved them."""
        parts = [self.numbers, self.texts, self.confirmed, self.explanations]
        if self.words:
            parts.append(self.words)
        text = json.dumps(parts, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


NOTHING = Entries()
"""What was typed where nothing could be read. It is one for all, since there may be very many."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A return as it was read, before its rules are checked.

    figures: every cell of the edition by its name, with totals recomputed and 0 for cells that
    are blank or unknown; None if nothing was read. unknown: the cells whose value is not known.
    stated: the totals typed over with another figure. unconfirmed: table → the blank cells
    that were not confirmed as zero. last: the unit's figures of last year that are known.
    origin: of which campaign the figures are the sums, if they are.
    supplement: what was asked for besides the form; unasked: the cells of today's form about which
    nothing was asked.
    """

    file: str
    sha256: str
    identity: Identity | None = None
    entries: Entries = field(default_factory=Entries)
    figures: Mapping[str, int] | None = None
    unknown: frozenset[str] = frozenset()
    stated: dict[str, int] = field(default_factory=dict)
    unconfirmed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    last: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    is_ours: bool = False
    supplement: supplements.Supplement = supplements.NOTHING
    unasked: frozenset[str] = frozenset()
    origin: Origin | None = None


WORD = "S-WORD"
"""The code of the finding that a return is a report in Word, which never counts."""


def is_word(findings: Iterable[Finding]) -> bool:
    """True if these are the findings on a report in Word that was read."""
    return any(one.code == WORD for one in findings)
