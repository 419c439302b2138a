"""rebuild: a new ledger from the archive, where the old one is damaged."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jyxl.edges import archive, bookmark, inbox, mail_settings, pool, unpacking
from jyxl.edges.campaign import SETTINGS, Campaign, another
from jyxl.edges.events import Arrived, Fetched
from jyxl.edges.ledger import Ledger, rebuilding, rescued
from jyxl.edges.outcome import Failed
from jyxl.edges.roster import Unit
from jyxl.edges.standing import owner
from jyxl.mail.letter import shown
from jyxl.problem import Problem
from jyxl.steps import letters
from jyxl.steps.decided import Decided
from jyxl.steps.drafts import caught_up
from jyxl.steps.due import owing
from jyxl.steps.judge import Tick, judge, record
from jyxl.terms import Decision


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuilding gave.

    kept: where the damaged ledger is now, if there was one. decisions: how many files got
    each. several: the names of units of which more than one return was accepted. unnamed: the
    number of files whose names are not known. unsent: the units to which, if mail was used, 已发/
    holds no message with the workbook they are to fill. last_year: of how many units last year's
    figures could be read in the damaged ledger. problems: sentences about what could not be used.
    """

    kept: Path | None
    decisions: dict[Decision, int]
    several: tuple[str, ...]
    unnamed: int
    unsent: tuple[Unit, ...]
    last_year: int
    problems: tuple[str, ...]
    failed: tuple[Failed, ...]


def rebuild(
    campaign: Campaign, tick: Tick = lambda *_: None, executor: Executor | None = None
) -> Rebuilt:
    """Judge all files of the archive again, in the order in which they were archived, into a new
    ledger. Raises Problem if the ledger is not damaged, or if the settings were changed."""
    with rebuilding(campaign) as (ledger, kept), pool.lent(executor) as workers:
        found = dict(archive.digests(campaign.archive))
        altered_before = [
            str(archive.Altered(sha256)) for sha256, whole in found.items() if not whole
        ]
        archived = {sha256 for sha256, whole in found.items() if whole}
        messages: list[Fetched] = []
        arrived = _arrived(campaign, archived, messages)
        last_year = rescued(campaign)
        ledger.add([*last_year.values(), *messages, *arrived])
        pending: dict[str, list[str]] = {}
        for event in arrived:
            pending.setdefault(event.sha256, []).append(event.file)
        decided, failed, altered = judge(campaign, ledger, workers, pending, tick)
        _prove_settings(campaign, decided)
        record(campaign, ledger, {}, decided)
        caught_up(campaign, ledger)
        unsent = _unsent(campaign, ledger)
    bookmark.forget(campaign)
    return Rebuilt(
        kept=kept,
        decisions=dict(Counter(one.verdict.decision for one in decided)),
        several=tuple(_several(campaign, decided)),
        unnamed=sum(_is_unnamed(campaign, event) for event in arrived),
        unsent=unsent,
        last_year=len(last_year),
        problems=(*altered_before, *altered),
        failed=tuple(failed),
    )


def _arrived(campaign: Campaign, archived: set[str], messages: list[Fetched]) -> list[Arrived]:
    """The arrivals of all archived files, in the order in which they were archived. A file that
    still lies in 回收/ has its name and its time from there, any other those of the archive.
    messages: filled with those that brought archived files."""

    own = letters.post(campaign, ()).own

    def found(*places: Path) -> list[Arrived]:
        return list(_found(campaign, inbox.find(places).arrivals, archived, own, messages))

    lying = found(campaign.returns)
    known = {digest for event in lying for digest in (event.sha256, event.within)}
    rest = [campaign.archive / sha256 for sha256 in archived - known]
    unpacked = found(*rest)
    if campaign.mail.is_dir():
        found(campaign.mail)  # for the messages alone
    members = {event.sha256 for event in unpacked if event.within}
    others = [event for event in unpacked if event.within or event.sha256 not in members]

    def when(event: Arrived) -> tuple[int, str, str]:
        at = (campaign.archive / event.sha256).stat().st_mtime_ns
        return at, event.arrived, event.file

    return sorted((*lying, *others), key=when)


def _found(
    campaign: Campaign,
    arrivals: Iterable[inbox.Arrival],
    archived: set[str],
    own: Collection[str],
    messages: list[Fetched],
) -> Iterator[Arrived]:
    """The files, or the files in them, that are archived. own: the digests of what was issued;
    messages: gets those among them."""
    for arrival in arrivals:
        place, exact = campaign.relative(arrival.path), campaign.exact(arrival.path)
        with contextlib.suppress(unpacking.Unread):
            contents = unpacking.contents(arrival.path)
            for one in contents.messages:
                fresh = [n for n, sha256 in enumerate(one.digests) if sha256 not in own]
                if fresh and {one.digests[n] for n in fresh} <= archived:
                    messages.append(_message(one, place, arrival.arrived, fresh))
            for piece in contents.pieces:
                file = place if piece.member is None else f"{place}/{piece.member}"
                if piece.sha256 in archived:
                    yield Arrived(piece.sha256, file, arrival.arrived, piece.within, exact)


def _message(one: unpacking.Message, place: str, arrived: str, fresh: Sequence[int]) -> Fetched:
    """A message all of whose files were collected, so that it is known who sent them, and that
    jyxl fetch leaves it alone. One that brought nothing is fetched again, which does no harm."""
    letter = one.letter
    time = min(letter.sent or arrived, arrived)
    taken = tuple((f"{place}/{shown(letter.files[n], n)}", one.digests[n]) for n in fresh)
    who = (letter.message_id, letter.sender, letter.subject)
    return Fetched(one.sha256, "", place, 0, 0, *who, time, taken)


def _unsent(campaign: Campaign, ledger: Ledger) -> tuple[Unit, ...]:
    """The units to which jyxl send will send the workbook to fill, as nothing is
    left that says whether it was sent; none if the office does not use mail."""
    is_used = mail_settings.is_stated(campaign.folder) or any(campaign.sent.glob("*.eml"))
    dues = owing(campaign, ledger.events, False, date.today()).dues if is_used else ()
    return tuple(
        campaign.unit[code]
        for code in dict.fromkeys(due.unit.code for due in dues if due.what == "issue")
    )


def _is_unnamed(campaign: Campaign, event: Arrived) -> bool:
    return event.file == campaign.relative(campaign.archive / event.sha256)


def _prove_settings(campaign: Campaign, decided: Sequence[Decided]) -> None:
    """Raises Problem if workbooks of this campaign were issued for another year or edition: then
    the settings were changed, and a new ledger must not be bound to them."""
    now = (campaign.year, campaign.edition.id)
    for one in decided:
        who = one.submission.identity
        if who and who.campaign == campaign.id and (who.year, who.edition) != now:
            raise Problem(
                f"存档里的表是 {who.year} 年度（{who.edition} 年版表式）的，{SETTINGS} 里现在写的是 "
                f"{campaign.year} 年度（{campaign.edition.id} 年版表式）；请改回去再重建。"
                f"{another(campaign.county, campaign.year)}"
            )


def _several(campaign: Campaign, decided: Sequence[Decided]) -> Iterator[str]:
    units = Counter(
        unit.name
        for one in decided
        if one.verdict.decision == "accepted"
        for unit in [owner(campaign, one.submission.identity)]
        if unit is not None
    )
    return (name for name, count in units.items() if count > 1)
