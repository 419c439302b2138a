"""What a unit's workbook is made for: the unit, the deadline, the lock and the key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jyxl.identity import Identity
from jyxl.writer.book import Lock


@dataclass(frozen=True)
class Form:
    identity: Identity
    deadline: str
    contact: str
    lock: Lock
    key: bytes

    @property
    def created(self) -> datetime:
        """A date that depends on nothing but the year, so that equal input gives equal bytes."""
        return datetime(self.identity.year + 1, 1, 1)
