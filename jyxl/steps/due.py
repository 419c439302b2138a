"""due: which messages a unit is owed now, each of them once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from jyxl import moments
from jyxl.definition import Edition
from jyxl.edges import files
from jyxl.edges.campaign import Campaign, file_name
from jyxl.edges.events import Event, Judged, Sending, SentBack
from jyxl.edges.posted import Posted, posted
from jyxl.edges.roster import Unit
from jyxl.edges.standing import Attempt, Standing, attempts, owner, standings
from jyxl.finding import Finding
from jyxl.mail import mark, message
from jyxl.places import drawn
from jyxl.problem import Problem
from jyxl.steps import notices
from jyxl.terms import Dispatch

_LISTED = 20
"""The most findings that a message lists; the workbook in it has all of them."""


@dataclass(frozen=True)
class Due:
    """A message that a unit is owed.

    to: one address, '' if it cannot be sent by mail; then why says so. key: what tells it from
    all others; workbook: the file to enclose, and enclosed its SHA-256. answers: the Message-ID that it answers, or ''. values: for its template. number: of the
    address among those of the unit, from 1. unsure: it may have been sent, but the server never
    answered. last: why it was not taken last time.
    """

    unit: Unit
    what: Dispatch
    round: int
    to: str
    key: str
    workbook: Path
    enclosed: str
    values: Mapping[str, str]
    answers: str = ""
    why: str = ""
    number: int = 1
    unsure: Sending | None = None
    last: str = ""


@dataclass(frozen=True)
class _Owed:
    """A message before it is known where it goes. about: what makes it different from others."""

    what: Dispatch
    round: int
    about: str
    workbook: Path
    enclosed: str
    values: Mapping[str, str]
    answers: str = ""


@dataclass(frozen=True)
class Owing:
    """What the office owes. strays: the files that were refused and cannot be traced to a unit;
    problems: sentences about what cannot be sent."""

    dues: tuple[Due, ...]
    strays: tuple[str, ...]
    problems: tuple[str, ...]


def owing(campaign: Campaign, events: Sequence[Event], remind: bool, today: date) -> Owing:
    """What every unit is owed, in the order of the roster.

    remind: also who has not sent its return, at most once a day.
    """
    mail = posted(events)
    books = {event.file: event.sent for event in events if isinstance(event, SentBack)}
    open_ = attempts(campaign, events)
    held = _held(campaign, events, {one.sha256 for one in open_ if one.verdict == "held"})
    found: list[Due] = []
    problems: list[str] = []
    for standing in standings(campaign, events, today):
        desk = _Desk(campaign, standing, mail, books, today, standing.unit.code in held)
        try:
            dues = [one for owed in desk.owed() for one in desk.addressed(owed)]
            if not dues and remind and (reminder := desk.reminder()):
                dues = list(desk.addressed(reminder))
        except Problem as problem:
            problems.append(f"{standing.unit.name}：{problem}")
            continue
        found.extend(dues)
    strays = tuple(
        one.file for one in open_ if one.verdict == "refused" and not one.unit and one.lies
    )
    return Owing(tuple(found), strays, tuple(problems))


def _held(campaign: Campaign, events: Sequence[Event], files_: set[str]) -> set[str]:
    """The codes of the units whose workbooks these files are, whoever sent them. files_: their
    SHA-256."""
    judged = [one for one in events if isinstance(one, Judged) and one.sha256 in files_]
    owners = [owner(campaign, one.identity) for one in judged if one.identity]
    return {one.code for one in owners if one}


@dataclass(frozen=True)
class _Desk:
    """One unit, with all that is known when its messages are worked out.

    books: the place of an error workbook → its SHA-256. is_held: the office has a workbook of
    the unit before it, about which it must decide.
    """

    campaign: Campaign
    standing: Standing
    mail: Posted
    books: Mapping[str, str]
    today: date
    is_held: bool

    @property
    def unit(self) -> Unit:
        return self.standing.unit

    @property
    def day(self) -> str:
        """The last day for returns."""
        return moments.day_of(self.campaign.deadline)

    def issued(self) -> Path:
        """The workbook to fill. Raises Problem if there is none."""
        path = self.campaign.issued / file_name(self.unit, self.campaign.year)
        if not path.is_file():
            raise Problem("“下发”里没有它的工作簿；请先运行 jyxl issue。")
        return path

    def owed(self) -> Iterator[_Owed]:
        """The workbook to correct; the notice of what was refused, or the workbook to fill."""
        if back := self.to_correct():
            yield back
        refused = [one for one in self.standing.attempts if one.verdict == "refused"]
        if refused:
            yield self.refusal(refused)
        elif self.standing.state == "missing" and not self.is_held:
            path = self.issued()
            sha256 = files.digest(path)
            yield _Owed("issue", 0, sha256, path, sha256, self.values(path))

    def refusal(self, refused: Sequence[Attempt]) -> _Owed:
        """The notice that files were refused, which says who sent them."""
        back = self.to_correct()
        path = back.workbook if back else self.issued()
        letter = notices.letter(self.campaign, self.unit.code, refused, self.standing)
        senders = [
            self.mail.brought[one.sha256] for one in refused if one.sha256 in self.mail.brought
        ]
        told = [f"　　（{one.time[:10]} 从 {one.sender} 发来。）" for one in senders]
        reason = "\n".join([letter.rstrip(), *dict.fromkeys(told)])
        about = " ".join(sorted(one.sha256 for one in refused))
        answers = senders[-1].message_id if senders else ""
        values = {**self.values(path), "原因": reason}
        return _Owed("refusal", 0, about, path, files.digest(path), values, answers)

    def to_correct(self) -> _Owed | None:
        """The error workbook, if the unit has one to correct."""
        now, latest = self.standing, self.standing.latest
        path = self.campaign.folder / now.sent_back
        if not (now.is_waited_for and now.sent_back and latest and path.is_file()):
            return None
        values = self.values(path) | {
            "次数": str(latest.round),
            "处数": str(sum(one.blocks for one in latest.findings)),
            "问题": "\n".join(_listed(self.campaign.edition, latest.findings)),
        }
        sent = self.books.get(now.sent_back, "") or files.digest(path)
        brought = self.mail.brought.get(latest.sha256)
        answers = brought.message_id if brought else ""
        return _Owed("return", latest.round, sent, path, sent, values, answers)

    def reminder(self) -> _Owed | None:
        """What is said to a unit whose return, or corrected return, has not come."""
        if self.standing.state == "accepted" or self.is_held:
            return None
        past = (self.today - self.campaign.deadline).days
        late = f"截止日期是 {self.day}" + (f"，已经过了 {past} 天" if past > 0 else "")
        if owed := self.to_correct():
            words = f"你单位的表第 {owed.round} 次退回以后，还没有收到改好的。{late}。"
        else:
            path = self.issued()
            sha256 = files.digest(path)
            owed = _Owed("reminder", 0, sha256, path, sha256, self.values(path))
            words = f"还没有收到你单位 {self.campaign.year} 年度的表。{late}。"
            if came := "、".join(one.words for one in self.standing.attempts):
                words += f"来过的{came}不能采用，请用工作簿填报。"
        about = f"{self.today.isoformat()} {owed.enclosed}"
        return replace(owed, what="reminder", about=about, values={**owed.values, "情形": words})

    def values(self, workbook: Path) -> dict[str, str]:
        """What every template can name."""
        return {
            "县": self.campaign.county,
            "年度": str(self.campaign.year),
            "单位": self.unit.name,
            "代码": self.unit.code,
            "联络人": self.unit.contact,
            "截止": self.day,
            "联系": self.campaign.contact,
            "今天": moments.day_in(self.today.isoformat()),
            "工作簿": workbook.name,
        }

    def addressed(self, owed: _Owed) -> Iterator[Due]:
        """The message to each address of the roster that has not had it; one draft without an
        address if there is none that can be used."""
        addresses = list(dict.fromkeys(one for one in self.unit.mail.split("; ") if one))
        bounced = {one: self.mail.bounced.get(one.lower()) for one in addresses}
        good = [one for one in addresses if not bounced[one] and message.is_address(one)]
        back = [f"{one}（{event.why}）" for one, event in bounced.items() if event]
        why = "" if good else "名册里没有能用的邮箱" if addresses else "名册里没有邮箱"
        if back and not good:
            why = f"退过信：{'；'.join(back)}"
        for to in good or [""]:
            made = self.key(owed, to)
            if not self.is_done(owed, to):
                yield Due(
                    unit=self.unit,
                    what=owed.what,
                    round=owed.round,
                    to=to,
                    key=made,
                    workbook=owed.workbook,
                    enclosed=owed.enclosed,
                    values=owed.values,
                    answers=_id(owed.answers) or self.mail.first(self.unit.code, to),
                    why=why,
                    number=addresses.index(to) + 1 if to else 1,
                    unsure=self.mail.unsure.get(made),
                    last=self.mail.refused[made].why if made in self.mail.refused else "",
                )

    def key(self, owed: _Owed, to: str) -> str:
        return mark.key(self.campaign.key, self.unit.code, owed.what, owed.about, to)

    def is_done(self, owed: _Owed, to: str) -> bool:
        """True if it was sent before. A workbook is sent once, whatever message it was in."""
        if {self.key(owed, to), self.key(owed, "")} & self.mail.sent.keys():
            return True
        is_book = owed.what in ("issue", "return")
        return is_book and self.mail.has(self.unit.code, to, owed.enclosed)


def _listed(edition: Edition, findings: Sequence[Finding]) -> Iterator[str]:
    """The findings that keep a return from being accepted, a line each, up to a limit."""
    blocking = [one for one in findings if one.blocks]
    for number, one in enumerate(blocking[:_LISTED], 1):
        where = " ".join(filter(None, (one.place.sheet, drawn(edition, one.place).cell)))
        yield f"　　{number}. {where}{'　' if where else ''}{one.message}"
    if len(blocking) > _LISTED:
        yield f"　　……一共 {len(blocking)} 处，都列在“校验错误”表里。"


def _id(text: str) -> str:
    """A Message-ID that a message of ours can name, or ''; it comes from a stranger."""
    return text if message.is_id(text) else ""
