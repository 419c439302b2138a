"""take_in: the files in 回收/ are archived and then noted, before any of them is judged."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jyxl.edges import files, inbox
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Arrived, Event, Judged
from jyxl.edges.ledger import Ledger


@dataclass(frozen=True)
class Lying:
    """A file, or a member of a zip, that is there now. is_new: it was not there before."""

    file: str
    sha256: str
    is_new: bool


def take_in(
    campaign: Campaign, ledger: Ledger, paths: Iterable[Path]
) -> tuple[list[Lying], list[str]]:
    """Every file in order of arrival, archived and noted; and sentences about those that could
    not be read. Raises Problem if the archive cannot be written."""
    seen = {
        (event.sha256, event.file, event.exact)
        for event in ledger.events
        if isinstance(event, Arrived)
    }
    found = inbox.find(paths)
    lying: list[Lying] = []
    fresh: list[Arrived] = []
    problems = [*found.told]
    for arrival in found.arrivals:
        try:
            pieces = inbox.pieces(arrival.path, campaign.archive)
        except inbox.Unread as problem:
            problems.append(str(problem))
            continue
        place, exact = campaign.relative(arrival.path), campaign.exact(arrival.path)
        for piece in pieces:
            file = place if piece.member is None else f"{place}/{piece.member}"
            is_new = (piece.sha256, file, exact) not in seen
            lying.append(Lying(file, piece.sha256, is_new))
            if is_new:
                seen.add((piece.sha256, file, exact))
                fresh.append(Arrived(piece.sha256, file, arrival.arrived, piece.within, exact))
    if fresh:
        files.settle(campaign.archive / event.sha256 for event in fresh)
    ledger.add(fresh)
    return lying, problems


def last_judged(events: Iterable[Event]) -> dict[str, Judged]:
    """The last judgement of every file: sha256 → event."""
    return {event.sha256: event for event in events if isinstance(event, Judged)}


def pending(
    lying: Sequence[Lying], known: Mapping[str, Judged], counting: Collection[str] = ()
) -> dict[str, list[str]]:
    """The bytes that must be judged: sha256 → the files that hold them, in order of arrival.

    Bytes that were refused are tried again, since the roster may have been mended. Bytes that
    were held, or were accepted and then superseded, are judged again only if they come once
    more, under their new names. counting: the digests of the returns that count.
    """
    names: dict[str, list[str]] = {}
    again: dict[str, list[str]] = {}
    for one in lying:
        names.setdefault(one.sha256, []).append(one.file)
        if one.is_new:
            again.setdefault(one.sha256, []).append(one.file)

    def is_pending(sha256: str) -> bool:
        if sha256 not in known:
            return True
        match known[sha256].decision:
            case "refused":
                return True
            case "held":
                return sha256 in again
            case "accepted":
                return sha256 in again and sha256 not in counting
            case "returned":
                return False

    return {
        sha256: again.get(sha256, files) if sha256 in known else files
        for sha256, files in names.items()
        if is_pending(sha256)
    }
