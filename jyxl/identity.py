"""The signed identity that every issued workbook carries on a very hidden sheet."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields

from jyxl.definition import UNIT_KINDS
from jyxl.supplement import NOTHING, Supplement
from jyxl.terms import UnitKind

VERSION = 1


@dataclass(frozen=True)
class Identity:
    """Which unit a workbook belongs to. round: 0 as issued, n in the n-th one sent back.
    supplement: the digest of what the county asked for besides the form, '' for nothing."""

    campaign: str
    county: str
    year: int
    edition: str
    code: str
    name: str
    kind: UnitKind
    round: int = 0
    supplement: str = ""


@dataclass(frozen=True)
class Expected:
    """The campaign that a return must belong to.

    units: code → (name, kind); former: code → the names that the unit had before; last:
    code → the unit's figures of last year that are known. supplement: what the county asks for
    now, besides the form.
    """

    campaign: str
    county: str
    year: int
    edition: str
    key: bytes
    units: Mapping[str, tuple[str, str]]
    former: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    last: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    supplement: Supplement = NOTHING


def plain(identity: Identity) -> dict[str, str | int]:
    """The identity as JSON values, without a supplement if there is none."""
    data = asdict(identity)
    return data if identity.supplement else {k: v for k, v in data.items() if k != "supplement"}


def sign(identity: Identity, key: bytes) -> tuple[str, str]:
    """(payload, signature): the texts for two cells."""
    payload = json.dumps({"jyxl": VERSION, **plain(identity)}, ensure_ascii=False, sort_keys=True)
    return payload, _signature(payload, key)


def _signature(payload: str, key: bytes) -> str:
    return hmac.new(key, payload.encode(errors="replace"), hashlib.sha256).hexdigest()


def is_genuine(payload: str, signature: str, key: bytes) -> bool:
    """True if the payload was signed with this key."""
    wanted = _signature(payload, key).encode()
    return hmac.compare_digest(wanted, signature.encode(errors="replace"))


def parse(payload: str) -> Identity | None:
    """The identity in a payload, or None if the text is not one."""
    try:
        data = json.loads(payload)
        json.dumps(data, ensure_ascii=False).encode()  # half a surrogate pair is not text
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or data.pop("jyxl", None) != VERSION:
        return None
    wanted = {one.name: int if one.name in ("year", "round") else str for one in fields(Identity)}
    data.setdefault("supplement", "")
    if data.keys() != wanted.keys():
        return None
    if any(type(data[name]) is not kind for name, kind in wanted.items()):
        return None
    if data["kind"] not in UNIT_KINDS:
        return None
    return Identity(**data)
