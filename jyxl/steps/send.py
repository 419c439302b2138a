"""send: the messages that are owed, listed, then sent one by one, each of them noted."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from jyxl.edges import files, imap, mail_settings
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Sending, Sent, Unsent, now
from jyxl.edges.ledger import Ledger
from jyxl.edges.mail_settings import Mail
from jyxl.edges.posted import posted
from jyxl.edges.smtp import Answer, Later, Outbox, Refused, Stop, Taken, Unanswered
from jyxl.problem import Problem
from jyxl.steps import drafts as writing
from jyxl.steps.drafts import Draft, Tick
from jyxl.steps.due import owing

WAITS = (20.0, 90.0)
"""Seconds before a message is tried again that was not taken for the moment."""
_IN_A_ROW = 3
"""So many messages that are refused one after another are no accident of theirs."""
Find = Callable[[Sequence[str]], Collection[str]]
"""Which of these keys belong to messages that lie in the office's folder of sent ones."""


@dataclass(frozen=True)
class Prepared:
    """What is ready to be sent.

    drafts: those with an address; by_hand: those without one. strays: refused files of unknown
    units; doubtful: sentences about addresses; lapsed: places of messages that may have been
    sent, and are not owed any more; noted: those that the office sent by hand, or that were
    found among the sent ones. problems: sentences about what could not be written.
    """

    drafts: tuple[Draft, ...]
    by_hand: tuple[Draft, ...]
    strays: tuple[str, ...]
    doubtful: tuple[str, ...]
    lapsed: tuple[str, ...]
    noted: tuple[Sent, ...]
    problems: tuple[str, ...]


def prepare(
    campaign: Campaign,
    ledger: Ledger,
    mail: Mail | None,
    remind: bool = False,
    tick: Tick = lambda *_: None,
    today: date | None = None,
    find: Find | None = None,
) -> Prepared:
    """Write all that is owed into 待发/. Nothing is sent. Raises Problem.

    find: looks for messages that the server never answered about among the sent ones.
    """
    for folder in (campaign.to_send, campaign.to_send / writing.BY_HAND, campaign.sent):
        files.sweep(folder)
    noted = [*writing.caught_up(campaign, ledger), *_found(ledger, find)]
    owed = owing(campaign, ledger.events, remind, today or date.today())
    keys = {one.key for one in owed.dues}
    lapsed = [
        one.file
        for key, one in posted(ledger.events).unsure.items()
        if key not in keys and (campaign.folder / one.file).is_file()
    ]
    drafts, problems = writing.compose(campaign, mail, owed.dues, tick)
    return Prepared(
        drafts=tuple(one for one in drafts if one.due.to),
        by_hand=tuple(one for one in drafts if not one.due.to),
        strays=owed.strays,
        doubtful=tuple(_doubtful(drafts)),
        lapsed=tuple(lapsed),
        noted=tuple(noted),
        problems=(*owed.problems, *problems),
    )


def _doubtful(drafts: Sequence[Draft]) -> Iterator[str]:
    """A sentence for each address that looks mistyped, or that two units have."""
    units: dict[str, list[str]] = {}
    for one in drafts:
        if one.due.to:
            units.setdefault(one.due.to, []).append(one.due.unit.name)
    for to, names in units.items():
        if meant := mail_settings.doubtful(to):
            yield f"{names[0]}的邮箱 {to} 多半写错了，是不是 {meant}？"
        if len(shared := list(dict.fromkeys(names))) > 1:
            yield f"{'、'.join(shared)}用的是同一个邮箱 {to}。"


def found_by(mail: Mail, password: Callable[[], str]) -> Find | None:
    """How to look among the sent messages of a mailbox; None if that can only be read by POP3.

    password: gives it, and is asked only if there is something to look for.
    """
    server = mail.imap
    if server is None or server.scheme != "imaps":
        return None
    return lambda keys: imap.among_sent(mail, server, password(), keys)


def _found(ledger: Ledger, find: Find | None) -> list[Sent]:
    """Note what the server never answered about and is among the sent ones after all."""
    unsure = posted(ledger.events).unsure
    if find is None or not unsure:
        return []
    try:
        there = find(list(unsure))
    except Problem:  # then nobody knows, as before, and the messages are told as 存疑
        return []
    fresh = [_sent(one, "") for key, one in unsure.items() if key in there]
    ledger.add(fresh)
    return fresh


def _sent(begun: Sending, reply: str) -> Sent:
    return Sent(**{**vars(begun), "time": now()}, reply=reply)


@dataclass
class Posting:
    """What became of the messages. sent: (message, where it lies now); unsent: (message, why the
    server did not take it); unsure: those that it never answered about; stopped: why the run
    ended early, or ''."""

    sent: list[tuple[Draft, Path]] = field(default_factory=list)
    unsent: list[tuple[Draft, str]] = field(default_factory=list)
    unsure: list[Draft] = field(default_factory=list)
    stopped: str = ""

    @property
    def problem(self) -> str:
        """One sentence about what was not sent, or ''."""
        parts = [f"{len(self.unsent)} 封没有发成"] if self.unsent else []
        if self.unsure:
            names = "、".join(dict.fromkeys(one.due.unit.name for one in self.unsure))
            parts.append(f"{len(self.unsure)} 封存疑（{names}），服务器没有回答收到没有")
        told = f"{'；'.join(parts)}；再运行一次会接着做。" if parts else ""
        return "\n".join(filter(None, (self.stopped, told)))


def transmit(
    campaign: Campaign,
    ledger: Ledger,
    mail: Mail,
    password: str,
    listed: Sequence[Draft],
    tick: Tick = lambda *_: None,
    waits: Sequence[float] = WAITS,
) -> Posting:
    """Send exactly these messages, in their order. Raises Problem if there is no server.

    Before the text of a message goes out, the ledger says so; it says what became of it before
    the next one begins. waits: seconds before each further try.
    """
    outbox = Outbox(mail, password)
    done = Posting()
    in_a_row = 0
    try:
        for number, draft in enumerate(listed, 1):
            if number > 1:
                time.sleep(mail.pause)
            answer = _tried(campaign, ledger, mail, outbox, draft, waits)
            in_a_row = _noted(campaign, done, draft, answer, in_a_row)
            tick("发送", number, len(listed))
            if in_a_row >= _IN_A_ROW:
                raise Stop(
                    f"连着 {in_a_row} 封都没有发成，先停下；最后一次：{done.unsent[-1][1]}。"
                )
    except Stop as stop:
        done.stopped = str(stop)
    finally:
        outbox.close()
    return done


def _noted(campaign: Campaign, done: Posting, draft: Draft, answer: Answer, in_a_row: int) -> int:
    """Sort a message by what became of it; gives how many were not taken, up to now, in a row.
    Raises Stop if nobody will be taken now."""
    match answer:
        case Taken():
            done.sent.append((draft, writing.put_away(campaign, draft.path)))
            return 0
        case Unanswered():
            done.unsure.append(draft)
        case Refused() | Later():
            done.unsent.append((draft, answer.why))
            if isinstance(answer, Later) and not answer.alone:
                raise Stop(f"服务器现在不收：{answer.why}。请过一会儿再运行一次。")
    # One that was not taken last time either says nothing new about the server.
    return in_a_row if draft.due.last else in_a_row + 1


@dataclass
class _Try:
    """One try to send a message. is_begun: its text went out."""

    ledger: Ledger
    begun: Sending
    is_begun: bool = False

    def begin(self) -> None:
        self.ledger.add([self.begun])
        self.is_begun = True

    def end(self, answer: Answer) -> None:
        """Note what became of it, if anybody knows."""
        one = self.begun
        if isinstance(answer, Taken):
            self.ledger.add([_sent(one, answer.reply)])
        elif isinstance(answer, Refused | Later):
            unsent = Unsent(
                one.sha256, one.unit, one.message_id, one.to, answer.why, now(), self.is_begun
            )
            self.ledger.add([unsent])


def _tried(
    campaign: Campaign,
    ledger: Ledger,
    mail: Mail,
    outbox: Outbox,
    draft: Draft,
    waits: Sequence[float],
) -> Answer:
    """Send a message, and again after a wait if the server asks for it. Raises Stop."""
    data = files.read(draft.path)
    begun = _begun(campaign, draft)
    if why := _unfit(mail, draft, data):
        refused = Refused(why, 552)
        _Try(ledger, begun).end(refused)
        return refused
    for wait in (*waits, None):
        one = _Try(ledger, begun)
        try:
            answer = outbox.deliver(begun.to, data, one.begin)
        except Stop as stop:
            if one.is_begun:
                one.end(Refused(str(stop), 550))
            raise
        one.end(answer)
        if not isinstance(answer, Later) or wait is None:
            return answer
        time.sleep(wait)
    raise AssertionError("the last try has no wait")


def _begun(campaign: Campaign, draft: Draft) -> Sending:
    due = draft.due
    return Sending(
        sha256=draft.sha256,
        unit=due.unit.code,
        message_id=draft.message_id,
        what=due.what,
        round=due.round,
        to=due.to,
        file=campaign.relative(draft.path),
        enclosed=due.enclosed,
        time=now(),
    )


def _unfit(mail: Mail, draft: Draft, data: bytes) -> str:
    """Why a message must not be sent, or ''."""
    if hashlib.sha256(data).hexdigest() != draft.sha256:
        return "列出以后又被改过；请再运行一次"
    if len(data) > mail.limit:
        return f"信太大（{len(data) // 1_000_000} 兆，最多 {mail.limit // 1_000_000} 兆）"
    return ""
