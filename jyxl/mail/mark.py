"""Our own header, by which a message of ours is known again wherever it comes back from."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import get_args
from urllib.parse import quote, unquote

from jyxl.terms import Dispatch

HEADER = "X-Jyxl"
_LENGTH = 32
"""The letters of a key: 128 bits."""


@dataclass(frozen=True)
class Mark:
    """What a message is. campaign: the id; unit: the code; key: what `key` makes."""

    campaign: str
    unit: str
    what: Dispatch
    round: int
    key: str

    def __str__(self) -> str:
        """The value of the header, ASCII: <campaign> <unit> <what> <round> <key>."""
        return f"{self.campaign} {quote(self.unit, safe='')} {self.what} {self.round} {self.key}"


def key(secret: bytes, unit: str, what: Dispatch, about: str, to: str) -> str:
    """What tells one message from every other. Equal arguments give equal keys, so a message
    that is made again is still the same one. about: what it is for, in any words."""
    told = "\0".join(("mail", unit, what, about, to.lower()))
    return hmac.new(secret, told.encode(), hashlib.sha256).hexdigest()[:_LENGTH]


def message_id(key: str, address: str) -> str:
    """The Message-ID, in the domain of the office's address. Providers may replace it."""
    return f"<{key}@{address.rpartition('@')[2].lower()}>"


def parsed(value: str) -> Mark | None:
    """The mark in a header; None if it is not one of ours."""
    parts = value.split()
    if len(parts) != 5 or parts[2] not in get_args(Dispatch) or not parts[3].isdecimal():
        return None
    if not parts[3].isascii() or len(parts[3]) > 6:
        return None
    what: Dispatch = next(one for one in get_args(Dispatch) if one == parts[2])
    return Mark(parts[0], unquote(parts[1]), what, int(parts[3]), parts[4])
