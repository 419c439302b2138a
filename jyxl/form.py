"""What a unit's workbook is made for: the unit, the deadline, the lock and the key.

The lock is the SHA-512 scheme of ECMA-376 (part 1, 18.2.29 and 18.3.1.85); the older 16-bit
hash opens with many passwords.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from jyxl.identity import Identity

SPINS = 100_000


@dataclass(frozen=True)
class Lock:
    """A sheet password with its salt; the same salt gives the same bytes."""

    password: str
    salt: bytes


@dataclass(frozen=True)
class Form:
    """deadline and contact: as they stand in 填报说明; key: signs the identity."""

    identity: Identity
    deadline: str
    contact: str
    lock: Lock
    key: bytes

    @property
    def created(self) -> datetime:
        """A date that depends on nothing but the year, so that equal input gives equal bytes."""
        return datetime(self.identity.year + 1, 1, 1)


@lru_cache(maxsize=8)
def hashed(lock: Lock) -> dict[str, str]:
    """The attributes of a protected sheet: algorithmName, hashValue, saltValue, spinCount.

    It takes a tenth of a second, once a process; a process that is forked after the first call
    has the result.
    """
    digest = hashlib.sha512(lock.salt + lock.password.encode("utf-16-le")).digest()
    for spin in range(SPINS):
        digest = hashlib.sha512(digest + spin.to_bytes(4, "little")).digest()
    return {
        "algorithmName": "SHA-512",
        "hashValue": base64.b64encode(digest).decode(),
        "saltValue": base64.b64encode(lock.salt).decode(),
        "spinCount": str(SPINS),
    }
