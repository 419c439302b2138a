"""Exceptions that say why bytes cannot be read; `book` turns them into findings."""

from __future__ import annotations

from jyxl.finding import Finding


class TooLarge(Exception):
    """Something extends too far or contains too much; says how."""


class Malformed(Exception):
    """A part breaks the rules of its format, or contradicts another part; says how."""


class Unreadable(Exception):
    """A file, or a sheet of an open workbook, that cannot be read; carries the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding
