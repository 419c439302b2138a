"""Whose workbook it is: its signed identity, compared with the campaign it must belong to."""

from __future__ import annotations

from jyxl import messages
from jyxl.finding import Finding
from jyxl.identity import Expected, Identity, is_genuine, parse
from jyxl.layout import PAYLOAD, SIGNATURE
from jyxl.reading.book import Rows
from jyxl.reading.marks import Marks
from jyxl.reading.recovery import at
from jyxl.reading.sight import texts_at


def identify(
    rows: Rows | None, marks: Marks, expected: Expected | None
) -> tuple[Identity | None, Finding | None]:
    """The identity of a workbook, and the finding that rejects it; each None if there is none.

    rows, marks: both readings of the sheet of the identity; rows is None if there is none.
    Without `expected`, the identity is not verified.
    """
    if rows is None:
        return None, messages.finding("S-FOREIGN")
    payload, signature = str(at(rows, *PAYLOAD[:2])), str(at(rows, *SIGNATURE[:2]))
    identity = parse(payload)
    is_clear = all(len({*texts_at(rows, marks, area[:2])}) == 1 for area in (PAYLOAD, SIGNATURE))
    if identity is None or not is_clear:
        return None, messages.finding("S-FORGED")
    if expected is None:
        return identity, None
    if identity.campaign != expected.campaign:
        return identity, _other_campaign(identity, expected)
    if not is_genuine(payload, signature, expected.key):
        return None, messages.finding("S-FORGED")
    if identity.year != expected.year or identity.edition != expected.edition:
        return identity, _other_campaign(identity, expected)
    if identity.code not in expected.units:
        return identity, messages.finding("S-UNIT", name=identity.name, unit=identity.code)
    name, kind = expected.units[identity.code]
    former = expected.former.get(identity.code, ())
    for what, found, wanted, also in (
        ("名称", identity.name, name, former),
        ("类别", identity.kind, kind, ()),
    ):
        if found not in (wanted, *also):
            return identity, messages.finding("S-STALE", what=what, found=found, wanted=wanted)
    return identity, None


def _other_campaign(identity: Identity, expected: Expected) -> Finding:
    if identity.year != expected.year:
        return messages.finding("S-YEAR", found=identity.year, wanted=expected.year)
    if identity.edition != expected.edition:
        return messages.finding("S-EDITION", found=identity.edition, wanted=expected.edition)
    return messages.finding("S-CAMPAIGN", county=identity.county)
