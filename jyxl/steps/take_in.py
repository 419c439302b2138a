"""take_in: the files in 回收/ are archived and then noted, before any of them is judged."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jyxl.edges import files, inbox, unpacking
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Arrived, Event, Fetched, Judged
from jyxl.edges.ledger import Ledger
from jyxl.mail.letter import shown
from jyxl.steps import letters


@dataclass(frozen=True, slots=True)
class Lying:
    """A file, or a member of a zip, that is there now. is_new: it was not there before."""

    file: str
    sha256: str
    is_new: bool


@dataclass(frozen=True)
class Taken:
    """What was taken in. lying: every file, in order of arrival; letters: the messages among the
    files that are new; told: sentences about what could not be read."""

    lying: Sequence[Lying]
    letters: Sequence[Fetched]
    told: Sequence[str]


def take_in(campaign: Campaign, ledger: Ledger, paths: Iterable[Path]) -> Taken:
    """Every file, archived and noted. Raises Problem if the archive cannot be written."""
    seen = {
        (event.sha256, event.file, event.exact)
        for event in ledger.events
        if isinstance(event, Arrived)
    }
    found = inbox.find(paths)
    lying: list[tuple[str, Lying]] = []
    fresh: list[Arrived] = []
    problems = [*found.told]
    opener = _Opener(campaign, ledger)
    for arrival in found.arrivals:
        try:
            inside = unpacking.contents(arrival.path, campaign.archive, opener.is_our_own)
        except unpacking.Unread as problem:
            problems.append(str(problem))
            continue
        place, exact = campaign.relative(arrival.path), campaign.exact(arrival.path)
        problems.extend(inside.told)
        opener.open(place, arrival.arrived, inside.messages)
        for piece in inside.pieces:
            file = place if piece.member is None else f"{place}/{piece.member}"
            arrived = opener.time.get(piece.within, arrival.arrived)
            is_new = (piece.sha256, file, exact) not in seen
            lying.append((arrived, Lying(file, piece.sha256, is_new)))
            if is_new:
                seen.add((piece.sha256, file, exact))
                fresh.append(Arrived(piece.sha256, file, arrived, piece.within, exact))
    if fresh or opener.events:
        kept = [*(one.sha256 for one in fresh), *(one.sha256 for one in opener.fetched)]
        files.settle(campaign.archive / sha256 for sha256 in kept)
    ledger.add([*opener.events, *fresh])
    in_order = [one for _, one in sorted(lying, key=lambda both: both[0])]
    return Taken(in_order, opener.fetched, problems)


class _Opener:
    """Opens the messages among the files. time: SHA-256 of a message or of a zip in one → when
    the message came."""

    def __init__(self, campaign: Campaign, ledger: Ledger) -> None:
        self._campaign = campaign
        self._ledger = ledger
        self.time: dict[str, str] = {}
        self.events: list[Event] = []

    @property
    def fetched(self) -> list[Fetched]:
        return [one for one in self.events if isinstance(one, Fetched)]

    @cached_property
    def post(self) -> letters.Post:
        return letters.post(self._campaign, self._ledger.events)

    def is_our_own(self, sha256: str) -> bool:
        """True for a workbook as the office gave it out, which is no return."""
        return sha256 in self.post.own

    @cached_property
    def _seen(self) -> set[tuple[str, str]]:
        return {(one.sha256, one.folder) for one in self._ledger.events if isinstance(one, Fetched)}

    def open(self, place: str, arrived: str, messages: Iterable[unpacking.Message]) -> None:
        """Note what the messages in a file mean. arrived: when the file was saved."""
        for one in messages:
            letter = one.letter
            time = min(letter.sent or arrived, arrived)
            self.time |= dict.fromkeys((one.sha256, *one.digests), time)
            if (one.sha256, place) in self._seen:
                continue
            self._seen.add((one.sha256, place))
            meant = letters.meaning(
                self.post, letter, one.sha256, one.digests, time, is_ours=True, by_hand=True
            )
            names = [shown(letter.files[n], n) for n in meant.files]
            taken = [
                (f"{place}/{name}", one.digests[n])
                for name, n in zip(names, meant.files, strict=True)
            ]
            who = (letter.message_id, letter.sender, letter.subject)
            event = Fetched(one.sha256, "", place, 0, 0, *who, time, tuple(taken), meant.why)
            self.events.extend([event, *meant.bounced])


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
