"""The typed events that the ledger records; only this module writes and reads their data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from jyxl.figures import Figures
from jyxl.finding import Finding, Place
from jyxl.identity import Identity
from jyxl.terms import Decision


@dataclass(frozen=True)
class Bound:
    """The campaign was founded, for this county and year and on this form.

    campaign: its id, which depends on its key; '' in a ledger of version 2 or older. cells:
    cell name → what its figure means, as `binding.bound` makes it.
    """

    campaign: str
    county: str
    year: int
    edition: str
    cells: Mapping[str, Mapping[str, Any]] = field(hash=False)


@dataclass(frozen=True)
class Arrived:
    """A file was found at a place for the first time.

    file: its place below the campaign and, if it is in a zip, its name there. arrived: its
    modification time, ISO, to the second. within: the SHA-256 of the zip that held it, or ''.
    exact: the place of the file or of that zip in percent-encoded bytes, if `file` does not show
    it as it is, or ''.
    """

    sha256: str
    file: str
    arrived: str
    within: str = ""
    exact: str = ""


@dataclass(frozen=True)
class Judged:
    """The bytes of a file were judged.

    figures: if the file was accepted, the figure of every cell by the cell's name. round: if
    it was returned, how often the unit's return has now been sent back, otherwise 0. typed:
    the digest of what was typed in it, as Entries.digest makes it, or '' if it is not known.
    """

    sha256: str
    file: str
    decision: Decision
    findings: tuple[Finding, ...]
    identity: Identity | None
    figures: Mapping[str, int] | None = field(default=None, hash=False)
    round: int = 0
    typed: str = ""


@dataclass(frozen=True)
class Allowed:
    """The office lets a file count in spite of what was held against it, or has read its
    explanations. time: ISO, to the second."""

    sha256: str
    file: str
    unit: str
    because: str
    time: str


@dataclass(frozen=True)
class Rejected:
    """The office sends an accepted return back with a remark.

    sheet, spot: the place that the remark is about, or ''. time: ISO, to the second.
    """

    sha256: str
    file: str
    unit: str
    because: str
    time: str
    sheet: str = ""
    spot: str = ""


@dataclass(frozen=True)
class SentBack:
    """The error workbook for a return was written.

    sha256: the SHA-256 of the return; sent: that of the error workbook.
    """

    sha256: str
    unit: str
    file: str
    sent: str


Event = Bound | Arrived | Judged | SentBack | Allowed | Rejected
KINDS: dict[str, type[Event]] = {
    "bound": Bound,
    "arrived": Arrived,
    "judged": Judged,
    "sent_back": SentBack,
    "allowed": Allowed,
    "rejected": Rejected,
}
_KIND = {type_: kind for kind, type_ in KINDS.items()}


@dataclass(frozen=True)
class Row:
    """An event as the database keeps it. data: values that JSON can hold."""

    kind: str
    sha256: str
    unit: str | None
    data: dict[str, Any]


def row_of(event: Event) -> Row:
    """The row for an event. Figures of 0 are left out: the form says which cells there are."""
    kind = _KIND[type(event)]
    match event:
        case Bound():
            return Row(kind, "", None, {**vars(event), "cells": dict(event.cells)})
        case Arrived(sha256, file, arrived, within, exact):
            rare = {"within": within, "exact": exact}
            data = {"file": file, "arrived": arrived, **{k: v for k, v in rare.items() if v}}
            return Row(kind, sha256, None, data)
        case SentBack(sha256, unit, file, sent):
            return Row(kind, sha256, unit, {"file": file, "sent": sent})
        case Allowed() | Rejected():
            kept = asdict(event)
            return Row(kind, str(kept.pop("sha256")), str(kept.pop("unit")), kept)
        case Judged():
            return _judged_row(kind, event)


def _judged_row(kind: str, event: Judged) -> Row:
    who = event.identity
    data: dict[str, Any] = {
        "file": event.file,
        "decision": event.decision,
        "findings": [_plain(finding) for finding in event.findings],
        "identity": asdict(who) if who else None,
    }
    if event.figures is not None:
        data["figures"] = {name: value for name, value in event.figures.items() if value}
    if event.round:
        data["round"] = event.round
    if event.typed:
        data["typed"] = event.typed
    return Row(kind, event.sha256, who.code if who else None, data)


def event_of(row: Row, form: Form) -> Event:
    """The event in a row. Raises KeyError, TypeError or ValueError if the row holds none."""
    data = row.data
    if row.kind == "bound":
        return Bound(**data)
    if row.kind == "arrived":
        file, arrived = data["file"], data["arrived"]
        return Arrived(row.sha256, file, arrived, data.get("within", ""), data.get("exact", ""))
    if row.kind == "sent_back":
        return SentBack(row.sha256, row.unit or "", data["file"], data["sent"])
    if row.kind == "allowed":
        return Allowed(row.sha256, unit=row.unit or "", **data)
    if row.kind == "rejected":
        spot = form.name(data.get("spot", ""))
        return Rejected(row.sha256, unit=row.unit or "", **{**data, "spot": spot})
    if row.kind != "judged":
        raise ValueError(row.kind)
    who = data["identity"]
    figures = data.get("figures")
    return Judged(
        row.sha256,
        data["file"],
        data["decision"],
        tuple(_finding(plain, form) for plain in data["findings"]),
        Identity(**who) if who else None,
        None if figures is None else form.figures(figures),
        data.get("round", 0),
        data.get("typed", ""),
    )


@dataclass(frozen=True)
class Form:
    """What is needed to read figures and places: the index of the edition's cells, and the
    cells that have been renamed since, old name → new name."""

    index: Mapping[str, int]
    renamed: Mapping[str, str] = field(default_factory=dict)

    def name(self, name: str) -> str:
        return self.renamed.get(name, name)

    def figures(self, stored: Mapping[str, int]) -> Figures:
        """The figure of every cell. Raises ValueError if a stored figure belongs to no cell of
        the form."""
        named = {self.name(name): value for name, value in stored.items()}
        return Figures(self.index, dict.fromkeys(self.index, 0) | named)


def _plain(finding: Finding) -> dict[str, Any]:
    """A finding as JSON values, without its empty parts."""
    place = finding.place
    where = {
        "sheet": place.sheet,
        "table": place.table,
        "spot": place.spot,
        "cells": list(place.cells),
        "label": place.label,
    }
    data = {
        "code": finding.code,
        "severity": finding.severity,
        "place": {key: value for key, value in where.items() if value},
        "value": finding.value,
        "message": finding.message,
        "advice": finding.advice,
        "instance": finding.instance,
        "explanation": finding.explanation,
    }
    return {key: value for key, value in data.items() if value}


def _finding(data: Mapping[str, Any], form: Form) -> Finding:
    where = data.get("place", {})
    spot = where.get("spot")
    return Finding(
        code=data["code"],
        severity=data["severity"],
        place=Place(
            where.get("sheet"),
            where.get("table"),
            form.name(spot) if spot else None,
            tuple(map(form.name, where.get("cells", ()))),
            where.get("label", ""),
        ),
        value=data.get("value", ""),
        message=data.get("message", ""),
        advice=data.get("advice", ""),
        instance=data.get("instance"),
        explanation=data.get("explanation"),
    )
