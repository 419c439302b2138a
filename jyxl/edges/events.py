"""The typed events that the ledger records; only this module writes and reads their data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from jyxl import identity
from jyxl.figures import Figures
from jyxl.finding import Finding, Place
from jyxl.identity import Identity
from jyxl.supplement_tables import OWN, WORDS
from jyxl.terms import Decision, Dispatch


def now() -> str:
    """The time of an event that happens now, in ISO form, to the second."""
    return datetime.now().isoformat(timespec="seconds")


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


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Judged:
    """The bytes of a file were judged.

    figures: if the file was accepted, the figure of every cell by the cell's name; words: the
    texts by the names of their cells; unasked: the cells of today's form about which nothing was
    asked when it was accepted, whose figures are 0 and mean nothing. round: if
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
    words: Mapping[str, str] = field(default_factory=dict, hash=False)
    unasked: frozenset[str] = frozenset()


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


@dataclass(frozen=True, slots=True)
class SentBack:
    """The error workbook for a return was written.

    sha256: the SHA-256 of the return; sent: that of the error workbook.
    """

    sha256: str
    unit: str
    file: str
    sent: str


@dataclass(frozen=True)
class Sending:
    """A message is being given to the mail server: the recipient is accepted, the text is not.

    Without a Sent or an Unsent after it, nobody knows whether it went. sha256: of the bytes of
    the message; unit: the code of the unit; message_id: with its angle brackets; round: of the
    workbook in it, if that was sent back; to: the one address; file: its place below the
    campaign; enclosed: the SHA-256 of the workbook in it, or ''. time: ISO, to the second.
    """

    sha256: str
    unit: str
    message_id: str
    what: Dispatch
    round: int
    to: str
    file: str
    enclosed: str
    time: str


@dataclass(frozen=True)
class Sent:
    """A message was sent. reply: what the server said, '' if the office sent it by hand or it
    was found among the sent ones; all else as in Sending."""

    sha256: str
    unit: str
    message_id: str
    what: Dispatch
    round: int
    to: str
    file: str
    enclosed: str
    time: str
    reply: str = ""


@dataclass(frozen=True)
class Unsent:
    """The server did not take the message; it is due as before. why: in Chinese; was_begun: its
    text had gone out, so this is the end of a Sending."""

    sha256: str
    unit: str
    message_id: str
    to: str
    why: str
    time: str
    was_begun: bool


@dataclass(frozen=True)
class Bounced:
    """A message came back.

    sha256: of the message that says so; unit: the code, '' if it is not known; message_id: that
    of our message, '' if it is not known; address: the one that could not be reached; why: as
    the server put it. time: ISO, to the second.
    """

    sha256: str
    unit: str
    message_id: str
    address: str
    why: str
    time: str


@dataclass(frozen=True)
class Fetched:
    """A message was taken in, whether or not it held a file.

    sha256: of its bytes, which are kept under this name. account, folder, uidvalidity, uid:
    where it lay in the mailbox; for a file (.eml, .mbox), account is '', folder its place below
    the campaign and both numbers 0. message_id, sender, subject: as decoded; sender is the bare
    address. time: of arrival, ISO, to the second. files: (place below the campaign, SHA-256) of
    each file taken from it. why: why there is none, or what else is to be told, in Chinese.
    """

    sha256: str
    account: str
    folder: str
    uidvalidity: int
    uid: int
    message_id: str
    sender: str
    subject: str
    time: str
    files: tuple[tuple[str, str], ...] = ()
    why: str = ""


@dataclass(frozen=True)
class LastYear:
    """What is known of a unit's last year, in the cells of this year's form; it replaces what was
    known before.

    figures: cell name → scaled integer, only for what is known. source: the files that it is
    from; sha256: their digests, with spaces between them. cells: cell name → where the figure
    stands in them. name: of the unit, when this was recorded; '' in ledgers that do not say.
    """

    unit: str
    figures: Mapping[str, int] = field(hash=False)
    source: str
    sha256: str
    cells: Mapping[str, str] = field(hash=False)
    name: str = ""


@dataclass(frozen=True)
class Adjusted:
    """The office adds an amount to a cell of its sums. signature: of all else, with the campaign's
    key. time: ISO, to the second. written: the name that the cell had then, '' for the same."""

    number: int
    cell: str
    amount: int
    because: str
    time: str
    signature: str
    written: str = ""


@dataclass(frozen=True)
class Withdrawn:
    """The office withdraws the adjustment with this number; signed like it."""

    number: int
    because: str
    time: str
    signature: str


@dataclass(frozen=True)
class HandedUp:
    """The sums were filled into a form of the office above.

    sha256: of the workbook that was written; file: its place; form: the SHA-256 of the form;
    campaign, to, code, name: the campaign, the office and the unit that the form is of; number,
    state: as in Origin; returns: code of a unit → the SHA-256 of its
    return; adjusted: the numbers of the adjustments. time: ISO, to the second.
    """

    sha256: str
    file: str
    form: str
    campaign: str
    to: str
    code: str
    name: str
    number: int
    state: str
    returns: Mapping[str, str] = field(hash=False)
    adjusted: tuple[int, ...]
    time: str


Event = (
    Bound
    | Arrived
    | Judged
    | SentBack
    | Allowed
    | Rejected
    | Sending
    | Sent
    | Unsent
    | Bounced
    | Fetched
    | LastYear
    | Adjusted
    | Withdrawn
    | HandedUp
)
KINDS: dict[str, type[Event]] = {
    "bound": Bound,
    "arrived": Arrived,
    "judged": Judged,
    "sent_back": SentBack,
    "rejected": Rejected,
    "fetched": Fetched,
    "last_year": LastYear,
    "adjusted": Adjusted,
    "withdrawn": Withdrawn,
    "handed_up": HandedUp,
}
_PLAIN: dict[str, type[Allowed | Sending | Sent | Unsent | Bounced]] = {
    "allowed": Allowed,
    "sending": Sending,
    "sent": Sent,
    "unsent": Unsent,
    "bounced": Bounced,
}
"""The kinds whose data are stored field by field, under the same names."""
KINDS |= _PLAIN
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
        case Adjusted() | Withdrawn():
            return Row(kind, "", None, {k: v for k, v in asdict(event).items() if k != "written"})
        case HandedUp():
            kept = asdict(event)
            kept["adjusted"] = list(event.adjusted)
            return Row(kind, str(kept.pop("sha256")), None, kept)
        case Arrived(sha256, file, arrived, within, exact):
            rare = {"within": within, "exact": exact}
            data = {"file": file, "arrived": arrived, **{k: v for k, v in rare.items() if v}}
            return Row(kind, sha256, None, data)
        case SentBack(sha256, unit, file, sent):
            return Row(kind, sha256, unit, {"file": file, "sent": sent})
        case Fetched():
            kept = asdict(event)
            kept["files"] = [list(one) for one in event.files]
            return Row(kind, str(kept.pop("sha256")), None, kept)
        case Allowed() | Rejected() | Sending() | Sent() | Unsent() | Bounced():
            kept = asdict(event)
            return Row(kind, str(kept.pop("sha256")), str(kept.pop("unit")), kept)
        case LastYear(unit, figures, source, sha256, cells, name):
            what = {"figures": dict(figures), "source": source, "cells": dict(cells), "name": name}
            return Row(kind, sha256, unit, what)
        case Judged():
            return _judged_row(kind, event)


def _judged_row(kind: str, event: Judged) -> Row:
    who = event.identity
    data: dict[str, Any] = {
        "file": event.file,
        "decision": event.decision,
        "findings": [_plain(finding) for finding in event.findings],
        "identity": identity.plain(who) if who else None,
    }
    if event.figures is not None:
        data["figures"] = {
            name: value
            for name, value in event.figures.items()
            if (value or is_own(name)) and name not in event.unasked
        }
        if event.words:
            data["words"] = dict(event.words)
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
    if row.kind == "adjusted":
        name = form.name(data["cell"])
        return Adjusted(
            **{**data, "cell": name}, written="" if name == data["cell"] else data["cell"]
        )
    if row.kind == "withdrawn":
        return Withdrawn(**data)
    if row.kind == "handed_up":
        return HandedUp(row.sha256, **{**data, "adjusted": tuple(data["adjusted"])})
    if row.kind == "arrived":
        file, arrived = data["file"], data["arrived"]
        return Arrived(row.sha256, file, arrived, data.get("within", ""), data.get("exact", ""))
    if row.kind == "sent_back":
        return SentBack(row.sha256, row.unit or "", data["file"], data["sent"])
    if row.kind == "rejected":
        spot = form.name(data.get("spot", ""))
        return Rejected(row.sha256, unit=row.unit or "", **{**data, "spot": spot})
    if row.kind == "fetched":
        taken = tuple((str(place), str(sha256)) for place, sha256 in data["files"])
        return Fetched(row.sha256, **{**data, "files": taken})
    if row.kind in _PLAIN:
        return _PLAIN[row.kind](row.sha256, unit=row.unit or "", **data)
    if row.kind == "last_year":
        form.figures(data["figures"])
        last, cells = (
            {
                now: value
                for name, value in data[key].items()
                if (now := form.name(name)) in form.index
            }
            for key in ("figures", "cells")
        )
        name = data.get("name", "")
        return LastYear(row.unit or "", last, data["source"], row.sha256, cells, name)
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
        {form.name(name): text for name, text in data.get("words", {}).items()},
        frozenset() if figures is None else form.unasked(figures, data.get("words", {})),
    )


@dataclass(frozen=True)
class Form:
    """What is needed to read figures and places: the index of the edition's cells, the cells that
    have been renamed since, old name → new name, and the names of the texts."""

    index: Mapping[str, int]
    renamed: Mapping[str, str] = field(default_factory=dict)
    texts: frozenset[str] = frozenset()

    def name(self, name: str) -> str:
        return self.renamed.get(name, name)

    @cached_property
    def zeros(self) -> dict[str, int]:
        return dict.fromkeys(self.index, 0)

    @cached_property
    def own(self) -> frozenset[str]:
        """The cells of what the county asks for now."""
        return frozenset(name for name in self.index if is_own(name))

    def figures(self, stored: Mapping[str, int]) -> Figures:
        """The figure of every cell. Raises ValueError if a stored figure belongs to no cell of
        the form. One of an indicator that is no longer asked for is left out."""
        named = {self.name(name): value for name, value in stored.items()}
        if not named.keys() <= self.zeros.keys():
            named = {n: value for n, value in named.items() if n in self.index or not is_own(n)}
        return Figures(self.index, self.zeros | named)

    def unasked(self, figures: Mapping[str, int], words: Mapping[str, str]) -> frozenset[str]:
        """The cells of what the county asks for now about which these say nothing."""
        return (self.own - figures.keys()) | (self.texts - words.keys())


def is_own(name: str) -> bool:
    """True for a cell that the county asks for, and not the form. Such a figure is kept even if
    it is 0, since what is asked for may change."""
    return name.partition(".")[0] in (OWN, WORDS)


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
