"""What the binary records of xls and xlsb have in common."""

from __future__ import annotations

import struct

MAX_RECORDS = 1_000_000
"""The limit for an xls file, and for each part of an xlsb file."""

_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def error(number: int) -> str:
    """The error value with this number in a record."""
    return _ERRORS.get(number, "#N/A")


def short_number(packed: int) -> float:
    """A number in the short form of both formats, an RkNumber of 32 bits: 30 bits of an integer
    or of a float, and two flags. ([MS-XLS] 2.5.217)"""
    if packed & 2:
        whole = packed >> 2
        number = float(whole - (1 << 30) if whole & (1 << 29) else whole)
    else:
        (number,) = struct.unpack("<d", struct.pack("<Q", (packed & ~3) << 32))
    return number / 100 if packed & 1 else number
