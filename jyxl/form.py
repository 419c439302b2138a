"""What a unit's workbook is made from: the unit, the deadline, the lock and the key.

The lock uses the SHA-512 scheme of ECMA-376 (part 1, 18.2.29 and 18.3.1.85), because many
passwords match the older 16-bit hash.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from jyxl.identity import Identity, sign
from jyxl.last_year import seal
from jyxl.origin import Origin
from jyxl.supplement import NOTHING, Supplement

SPINS = 100_000


@dataclass(frozen=True)
class Lock:
    """A sheet password with its salt; the same salt gives the same bytes."""

    password: str
    salt: bytes


@dataclass(frozen=True)
class ForeignLock:
    """The lock of a workbook that another office issued, whose password is not known here.
    attributes: those of its sheets' protection, as `hashed` gives them; none if it was removed."""

    attributes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Marks:
    """The texts on the sheet of the identity that are signed with the campaign's key: the identity,
    its signature, and the seal of last year's figures, '' if none are shown."""

    payload: str
    signature: str
    seal: str = ""


@dataclass(frozen=True)
class Form:
    """The details of one workbook. deadline, contact: as written in 填报说明; signer: the key
    that signs the identity or, in a form that another office signed, its marks as they are; last:
    the unit's figures of last year that are known; supplement: what the county
    asks for besides the form; origin: of which campaign the figures are the sums, if they are."""

    identity: Identity
    deadline: str
    contact: str
    lock: Lock | ForeignLock
    signer: bytes | Marks
    last: Mapping[str, int] = field(default_factory=dict, hash=False)
    supplement: Supplement = NOTHING
    origin: Origin | None = None

    @property
    def marks(self) -> Marks:
        """What stands on the sheet of the identity."""
        if isinstance(self.signer, Marks):
            return self.signer
        who, key = self.identity, self.signer
        sealed = seal(self.last, who.campaign, who.code, key) if self.last else ""
        return Marks(*sign(who, key), sealed)

    @property
    def created(self) -> datetime:
        """A date that depends only on the year, so that equal input gives equal bytes."""
        return datetime(self.identity.year + 1, 1, 1)


@lru_cache(maxsize=8)
def hashed(lock: Lock | ForeignLock) -> dict[str, str]:
    """The attributes of a protected sheet: algorithmName, hashValue, saltValue, spinCount.

    This takes a tenth of a second, once per process; a process that is forked after the first
    call has the result already.
    """
    if isinstance(lock, ForeignLock):
        return dict(lock.attributes)
    digest = hashlib.sha512(lock.salt + lock.password.encode("utf-16-le")).digest()
    for spin in range(SPINS):
        digest = hashlib.sha512(digest + spin.to_bytes(4, "little")).digest()
    return {
        "algorithmName": "SHA-512",
        "hashValue": base64.b64encode(digest).decode(),
        "saltValue": base64.b64encode(lock.salt).decode(),
        "spinCount": str(SPINS),
    }
