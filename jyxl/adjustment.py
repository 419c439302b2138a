"""An adjustment: an amount that the office adds to a figure of its own sums, with a reason and a
signature, instead of changing what a unit reported."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Adjustment:
    """One adjustment, as the ledger has it.

    number: from 1 on; cell: the name of a cell; amount: a scaled integer; time: ISO, to the second;
    signature: see `signed`. withdrawn, why_withdrawn: when and why it was withdrawn, or ''.
    """

    number: int
    cell: str
    amount: int
    because: str
    time: str
    signature: str
    withdrawn: str = ""
    why_withdrawn: str = ""

    @property
    def counts(self) -> bool:
        return not self.withdrawn


def added(adjustments: Iterable[Adjustment]) -> Mapping[str, int]:
    """Cell → what the adjustments that count add to it."""
    found: dict[str, int] = {}
    for one in adjustments:
        if one.counts:
            found[one.cell] = found.get(one.cell, 0) + one.amount
    return found


def signed(key: bytes, *said: str | int) -> str:
    """The signature of what was decided, with the campaign's key: HMAC-SHA-256, in hex."""
    text = json.dumps(["adjustment", *said], ensure_ascii=False)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
