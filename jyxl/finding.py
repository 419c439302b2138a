"""A finding: what is to be said about a return. Bad data is a value, never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jyxl.definition import Severity


@dataclass(frozen=True)
class Place:
    """Where on the workbook: a sheet and addresses in A1 form; `cell` is the one to go to."""

    sheet: str | None = None
    cell: str | None = None
    cells: tuple[str, ...] = ()
    table: str | None = None
    row: str | None = None
    column: str | None = None
    label: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing found in a return.

    code: a rule id, F-… for values, S-… for structure. value: what was typed, as
    text. instance: the rule instance that failed, by which an explanation is kept.
    """

    code: str
    severity: Severity
    place: Place
    value: str
    message: str
    advice: str
    instance: str | None = None
    explanation: str | None = None

    @property
    def blocks(self) -> bool:
        """True where it keeps the return from being accepted."""
        return self.severity == "error" or (self.severity == "warning" and not self.explanation)

    def as_json(self) -> dict[str, Any]:
        """The object of the JSON contract."""
        place = self.place
        return {
            "code": self.code,
            "severity": self.severity,
            "sheet": place.sheet,
            "cell": place.cell,
            "cells": list(place.cells),
            "table": place.table,
            "row": place.row,
            "column": place.column,
            "label": place.label,
            "value": self.value,
            "message": self.message,
            "advice": self.advice,
            "explanation": self.explanation,
        }
