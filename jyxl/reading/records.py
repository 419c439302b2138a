"""What the binary records of xls and xlsb have in common."""

from __future__ import annotations

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
