"""What a record of an xls file states is compared before anything makes room for it."""

from __future__ import annotations

import struct

import pytest

from jyxl.marks import Malformed
from jyxl.records import _of_xls_sheet


def sheet(*reach: int) -> bytes:
    """A sheet that says it reaches from a row to a row and from a column to a column."""
    bodies = ((0x0809, bytes(16)), (0x0200, struct.pack("<IIHHH", *reach, 0)), (0x000A, b""))
    return b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in bodies)


@pytest.mark.parametrize("reach", [(0, 0, 0, 0), (0, 32, 0, 10), (31, 32, 9, 10)])
def test_a_sheet_that_reaches_somewhere_is_read(reach: tuple[int, ...]) -> None:
    assert _of_xls_sheet(sheet(*reach), 0, iter(range(10))).formulas == set()


@pytest.mark.parametrize("reach", [(0x960000, 32, 0, 10), (0, 32, 11, 10), (0, 70000, 0, 10)])
def test_a_sheet_that_ends_before_it_begins_is_damaged(reach: tuple[int, ...]) -> None:
    with pytest.raises(Malformed):
        _of_xls_sheet(sheet(*reach), 0, iter(range(10)))
