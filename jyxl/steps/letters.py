"""What a message means for the campaign: which of its files are returns, what came back, and
what the office has to be told."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from jyxl.edges import files
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Bounced, Event, Fetched, Sending, Sent, SentBack
from jyxl.edges.posted import key_of
from jyxl.edges.roster import Unit
from jyxl.edges.senders import by_address
from jyxl.layout import IDENTITY
from jyxl.mail import mark
from jyxl.mail.letter import NOTHING, Letter

UNRELATED = "看不出和填报有关，没有收"
UNCHANGED = "附件就是发给单位的工作簿，没有填"
_SUBJECTS = re.compile(r"信息公开|年度?报告?|年报|填报|报表|jyxl", re.IGNORECASE)


@dataclass
class Post:
    """What is known when messages are opened.

    own: the SHA-256 of every workbook that the office gave out. unit_of: address → unit. sent:
    key → the message of ours. taken: Message-ID → the SHA-256 of the files that came with it.
    raw: the SHA-256 of the messages that were taken in.
    """

    campaign: Campaign
    own: frozenset[str]
    unit_of: dict[str, Unit]
    sent: dict[str, Sent | Sending] = field(default_factory=dict)
    taken: dict[str, set[str]] = field(default_factory=dict)
    raw: set[str] = field(default_factory=set)

    def note(self, event: Fetched) -> None:
        self.raw.add(event.sha256)
        if event.message_id:
            shas = self.taken.setdefault(event.message_id, set())
            shas.update(sha256 for _, sha256 in event.files)


def post(campaign: Campaign, events: Iterable[Event]) -> Post:
    """What the campaign and its ledger say. Raises Problem."""
    issued = campaign.issued.iterdir() if campaign.issued.is_dir() else ()
    own = {files.digest(path) for path in issued if path.is_file()}
    known = Post(campaign, frozenset(), by_address(campaign.units))
    for event in events:
        match event:
            case SentBack():
                own.add(event.sent)
            case Sending() | Sent():
                own.update(filter(None, (event.enclosed,)))
                known.sent[key_of(event.message_id)] = event
            case Fetched():
                known.note(event)
    return replace(known, own=frozenset(own))


@dataclass(frozen=True)
class Meaning:
    """What a message means. files: the numbers of those of its files that are taken in; why: what
    is to be told about the message, sentences with ； between them, '' if there is nothing."""

    files: tuple[int, ...]
    why: str
    bounced: tuple[Bounced, ...] = ()
    is_known: bool = False


def meaning(
    known: Post,
    letter: Letter,
    sha256: str,
    digests: Sequence[str],
    time: str,
    is_ours: bool,
    by_hand: bool = False,
) -> Meaning:
    """digests: the SHA-256 of each file in the message. is_ours: one of the files is a workbook
    of ours. by_hand: somebody chose the message and put it there."""
    again = letter.message_id and set(digests) <= known.taken.get(letter.message_id, set())
    if not by_hand and (sha256 in known.raw or (again and digests)):
        return Meaning((), "", is_known=True)
    is_chosen = by_hand or is_ours or _concerns(known, letter)
    if letter.kind in ("mail", "automatic") and not is_chosen:
        return Meaning((), UNRELATED)
    fresh = tuple(n for n, digest in enumerate(digests) if digest not in known.own)
    told = [one for one in letter.told if one != NOTHING or letter.kind == "mail"]
    bounced: tuple[Bounced, ...] = ()
    match letter.kind:
        case "bounce":
            bounced = tuple(_bounced(known, letter, sha256, time))
            told.append(_told_of(known, letter, bounced))
        case "delay":
            told.append("对方的服务器还没有收下，还在重试")
        case "receipt":
            told.append("回执")
        case "automatic":
            told.append("自动回复")
    if len(fresh) < len(digests) and letter.kind == "mail":
        told.append(UNCHANGED)
    return Meaning(fresh, "；".join(told), bounced)


def _concerns(known: Post, letter: Letter) -> bool:
    """True if a message is from a unit, answers one of ours, or says what it is about."""
    if letter.sender in known.unit_of or _SUBJECTS.search(letter.subject):
        return True
    if any(key_of(one) in known.sent for one in letter.answers):
        return True
    said = " ".join((letter.subject, *(one.name for one in letter.files)))
    return any(unit.name in said for unit in known.campaign.units)


def _told_of(known: Post, letter: Letter, bounced: Sequence[Bounced]) -> str:
    """A bounce in words."""
    if not bounced:
        return "退信，看不出是哪个单位的"
    units = known.campaign.unit
    names = [
        f"{units[one.unit].name if one.unit in units else '（不明）'} {one.address}"
        for one in bounced
    ]
    return f"退信：{'、'.join(names)}（{bounced[0].why or '没有说原因'}）"


def _bounced(known: Post, letter: Letter, sha256: str, time: str) -> Iterator[Bounced]:
    """Which of our addresses could not be reached: by the message of ours that came back, else
    by the addresses of the roster that the bounce names."""
    failure = letter.failure
    if failure is None:
        return
    ours = mark.parsed(failure.mark)
    sent = known.sent.get(key_of(failure.message_id))
    if sent is None and ours is not None and ours.campaign == known.campaign.id:
        sent = known.sent.get(ours.key)
    if sent is not None:
        yield Bounced(sha256, sent.unit, sent.message_id, sent.to, failure.why, time)
        return
    code = ours.unit if ours and ours.campaign == known.campaign.id else ""
    for address in failure.addresses:
        unit = known.unit_of.get(address)
        if unit is not None and code in ("", unit.code):
            yield Bounced(sha256, unit.code, failure.message_id, address, failure.why, time)


_WORKBOOK = IDENTITY.encode()
_READ = 20 * 2**20
_MEMBERS = 50


def looks_like_ours(data: bytes, depth: int = 1) -> bool:
    """True if bytes look like a workbook that the office gave out, or like a zip with one. It is
    only a guess, which decides whether an unknown sender's file is looked at."""
    if _WORKBOOK in data or IDENTITY.encode("utf-16-le") in data:
        return True
    if not data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
            for part in ("xl/workbook.xml", "content.xml", "xl/workbook.bin"):
                if part in names:
                    text = package.open(part).read(_READ)
                    return _WORKBOOK in text or IDENTITY.encode("utf-16-le") in text
            return depth > 0 and any(
                looks_like_ours(package.open(name).read(_READ), depth - 1)
                for name in names[:_MEMBERS]
            )
    except Exception:  # a damaged or hostile zip fails in many ways; it is not one of ours
        return False
