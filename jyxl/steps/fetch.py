"""fetch: messages of the office's mailbox become files in 回收/; the mailbox stays as it is."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from jyxl import characters
from jyxl.edges import files, imap, log, mailbox, pop
from jyxl.edges.campaign import OWN, Campaign
from jyxl.edges.events import Arrived, Bounced, Fetched, now
from jyxl.edges.ledger import Ledger
from jyxl.edges.mail_settings import Mail
from jyxl.edges.mailbox import Mailbox, Unreachable, Unread, Waiting
from jyxl.edges.outcome import Failed, defect
from jyxl.mail import letter as letters_
from jyxl.mail.letter import Letter
from jyxl.problem import Problem
from jyxl.steps import letters
from jyxl.steps.letters import Post

FOLDER = "邮件"
"""Where files from messages are put, in 回收/."""
_TRIES = 2
"""How often in a row a connection may be lost before anything came."""
_MOST_BAD = 3
"""If more messages than this break the connection, it is not the fault of messages."""
_BEFORE = timedelta(days=62)
"""How long before the deadline a return may come at the earliest."""

Tick = Callable[[str, int, int], None]
Open = Callable[[], AbstractContextManager[Mailbox]]


@dataclass(frozen=True)
class Skipped:
    """A message of which something is to be told, most often that it holds no file."""

    subject: str
    sender: str
    why: str


@dataclass
class Got:
    """What a run fetched. messages: how many were new; files: their places below the campaign;
    unrelated: how many of the skipped concern something else."""

    messages: int = 0
    files: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    bounced: list[Bounced] = field(default_factory=list)
    strangers: list[tuple[str, str]] = field(default_factory=list)
    unrelated: int = 0
    problems: list[str] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    log: Path | None = None


def opened(mail: Mail, password: str) -> AbstractContextManager[Mailbox]:
    """The folder that the settings name, for a `with`. Raises Problem."""
    server = mailbox.stated(mail)
    if server.scheme == "pop3s":
        return pop.opened(mail, server, password)
    return imap.opened(mail, server, password)


def fetch(
    campaign: Campaign,
    ledger: Ledger,
    mail: Mail,
    open_: Open,
    since: date | None = None,
    tick: Tick = lambda *_: None,
) -> Got:
    """Fetch what is new since that day, message by message. Raises Problem only if nothing could
    be begun; what went wrong later is in the result.

    open_: opens the mailbox, again if the connection is lost. Killed at any moment and run again,
    it goes on where it stopped, and no file comes twice.
    """
    run = _Run(campaign, ledger, mail, letters.post(campaign, ledger.events))
    run.restore()
    since = since or earliest(campaign)
    stuck = 0
    while stuck < _TRIES:
        try:
            with open_() as box:
                run.fetch(box, since, tick)
            break
        except Problem as problem:
            if not run.has_begun:
                raise
            stuck = 0 if run.has_moved() else stuck + 1
            if stuck == _TRIES or not isinstance(problem, Unreachable):
                run.got.problems.append(f"{problem}这一次收了 {run.got.messages} 封。")
                break
    if run.got.failed:
        run.got.log = log.write(campaign.log, [one.told for one in run.got.failed])
    return run.got


def tested(mail: Mail, password: str) -> Iterator[str]:
    """Go through everything but fetching; gives a sentence for each step that succeeded. Raises
    Problem, which says what is wrong."""
    server = mailbox.stated(mail)
    with opened(mail, password) as box:
        yield f"连上了 {server}，证书可信。"
        yield f"{mail.user} 登录成功。"
        if server.scheme == "pop3s":
            yield "POP3 只有收件箱一个文件夹。"
        else:
            yield f"文件夹“{mail.folder}”打得开；有的文件夹是：{'、'.join(box.folders())}。"
        count = len(box.waiting(date.today() - timedelta(days=30), ()))
        yield f"最近 30 天里有 {count} 封信（没有收，邮箱里什么也没有改）。"


def earliest(campaign: Campaign) -> date:
    """The day from which messages are looked at if no other is named: two months before the
    deadline, or the day before the campaign was made."""
    key = campaign.folder / OWN / "key"
    made = datetime.fromtimestamp(key.stat().st_mtime).date()
    return min(made - timedelta(days=1), campaign.deadline - _BEFORE)


@dataclass
class _Run:
    campaign: Campaign
    ledger: Ledger
    mail: Mail
    post: Post
    got: Got = field(default_factory=Got)
    has_begun: bool = False
    given_up: set[int] = field(default_factory=set)
    lost_at: Counter[int] = field(default_factory=Counter)
    _count: int = 0

    def has_moved(self) -> bool:
        """True if messages came, or one was given up, since this was last asked."""
        before, self._count = self._count, self.got.messages + len(self.given_up)
        bad = sum(count > 1 for count in self.lost_at.values())
        return self._count > before and bad <= _MOST_BAD

    def lost(self, uid: int) -> None:
        """Note that the connection was lost at a message; it is given up if that happens again."""
        self.lost_at[uid] += 1
        if self.lost_at[uid] > 1:
            self.give_up(uid, "每次收到它，连接都断了")

    def give_up(self, uid: int, why: object) -> None:
        self.given_up.add(uid)
        self.got.problems.append(f"邮箱里第 {uid} 封没有收下：{why}；下次再试。")

    def fetch(self, box: Mailbox, since: date, tick: Tick) -> None:
        """Fetch all that is new. Raises Unreachable, and Problem if the disk is full."""
        known = {*self._known(box.uidvalidity), *self.given_up}
        waiting = box.waiting(since, known)
        self.has_begun = True
        for number, one in enumerate(waiting, 1):
            try:
                self._one(box, one)
            except Unread as problem:
                self.give_up(one.uid, problem)
            except Unreachable:
                self.lost(one.uid)
                raise
            except Problem:
                raise
            except Exception as error:
                self.given_up.add(one.uid)
                failed = Failed(f"邮箱里第 {one.uid} 封", "", defect(error))
                self.got.failed.append(failed)
            tick("收邮件", number, len(waiting))

    def _known(self, uidvalidity: int) -> Iterator[int]:
        place = (self.mail.user, self.mail.folder, uidvalidity)
        for event in self.ledger.events:
            if isinstance(event, Fetched) and place == (
                event.account,
                event.folder,
                event.uidvalidity,
            ):
                yield event.uid

    def _one(self, box: Mailbox, one: Waiting) -> None:
        if one.size > mailbox.MAX_BYTES:
            self._note(box, one, _too_large(one.size))
            return
        raw, arrived = box.message(one.uid)
        sha256 = hashlib.sha256(raw).hexdigest()
        kept = kept_at(self.campaign, sha256)
        if not kept.is_file() or kept.stat().st_size != len(raw):
            files.write(kept, raw)
        letter = letters_.read(raw)
        present = now()
        time = min(arrived or letter.sent or present, present)
        digests = [hashlib.sha256(file.data).hexdigest() for file in letter.files]
        is_ours = any(letters.looks_like_ours(file.data) for file in letter.files)
        meant = letters.meaning(self.post, letter, sha256, digests, time, is_ours)
        places = _places(self.campaign, self.post, letter, sha256, time, meant.files)
        event = Fetched(
            sha256,
            self.mail.user,
            self.mail.folder,
            box.uidvalidity,
            one.uid,
            letter.message_id,
            letter.sender,
            letter.subject,
            time,
            tuple((place, digests[n]) for place, n in zip(places, meant.files, strict=True)),
            meant.why,
        )
        self.ledger.add([event, *meant.bounced])
        self.post.note(event)
        for (place, _), n in zip(event.files, meant.files, strict=True):
            put(self.campaign.folder / place, letter.files[n].data, time)
        if not meant.is_known:
            self._told(event, meant)

    def _told(self, event: Fetched, meant: letters.Meaning) -> None:
        self.got.messages += 1
        self.got.files.extend(place for place, _ in event.files)
        self.got.bounced.extend(meant.bounced)
        if meant.why == letters.UNRELATED:
            self.got.unrelated += 1
        if meant.why or not event.files:
            self.got.skipped.append(Skipped(event.subject, event.sender, meant.why))
        if event.files and event.sender not in self.post.unit_of:
            self.got.strangers.append((event.sender, event.subject))

    def _note(self, box: Mailbox, one: Waiting, why: str) -> None:
        """Note a message that was not fetched, so that it is told once."""
        where = (self.mail.user, self.mail.folder, box.uidvalidity, one.uid)
        self.ledger.add([Fetched("", *where, "", "", "", now(), (), why)])
        self.got.messages += 1
        self.got.skipped.append(Skipped(f"（第 {one.uid} 封）", "", why))

    def restore(self) -> None:
        """Put files that a killed run left out into their places: those that the ledger knows of
        and no collect has seen."""
        put_in = self.campaign.returns / FOLDER
        for folder in (self.campaign.mail, *(put_in.iterdir() if put_in.is_dir() else ())):
            files.sweep(folder)
        arrived = {
            sha256
            for event in self.ledger.events
            if isinstance(event, Arrived)
            for sha256 in (event.sha256, event.within)
        }
        for event in self.ledger.events:
            if not isinstance(event, Fetched) or not event.account:
                continue
            lacking = [(place, sha) for place, sha in event.files if sha not in arrived]
            if not lacking or all(_is_there(self.campaign, event, *one) for one in lacking):
                continue
            try:
                raw = files.read(kept_at(self.campaign, event.sha256))
                by_digest = {
                    hashlib.sha256(one.data).hexdigest(): one.data
                    for one in letters_.read(raw).files
                }
                for place, sha256 in lacking:
                    if data := by_digest.get(sha256):
                        put(self.campaign.folder / place, data, event.time)
            except Problem as problem:  # the others can be put there all the same
                self.got.problems.append(str(problem))


def _is_there(campaign: Campaign, event: Fetched, place: str, sha256: str) -> bool:
    path = campaign.folder / place
    is_whole = path.is_file() and files.digest(path) == sha256
    return is_whole and path.stat().st_mtime == _moment(event.time)


def kept_at(campaign: Campaign, sha256: str) -> Path:
    """Where the bytes of a message are kept."""
    return campaign.mail / f"{sha256}.eml"


def _too_large(size: int) -> str:
    return f"这封信有 {size / 2**20:.0f} MB，太大，没有收；请在邮箱里打开它，把附件另存到“回收”"


def _moment(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def put(path: Path, data: bytes, time: str) -> None:
    """A file from a message, in its place, with the message's time. The message is kept, so the
    file need not be on the disk itself yet. Raises Problem."""
    files.write(path, data, settled=False)
    with contextlib.suppress(OSError):
        os.utime(path, (_moment(time), _moment(time)))


def _places(
    campaign: Campaign, post: Post, letter: Letter, sha256: str, time: str, wanted: Iterable[int]
) -> list[str]:
    """The place of each file: a folder for the message, with its time and its sender, and the
    file's name as far as it can be one. Equal messages give equal places."""
    unit = post.unit_of.get(letter.sender)
    who = unit.name if unit else letter.sender or "不明发件人"
    folder = safe_name(f"{time[:10]} {time[11:13]}{time[14:16]} {who}", "邮件", 60)
    names: dict[str, str] = {}
    places = []
    for n in wanted:
        name = safe_name(letter.files[n].name, f"附件{n + 1}", _LONGEST)
        while name.casefold() in names:
            stem, dot, suffix = name.rpartition(".")
            name = f"{stem or name}-{n + 1}{dot if stem else ''}{suffix if stem else ''}"
        names[name.casefold()] = name
        places.append(f"{campaign.returns.name}/{FOLDER}/{folder} {sha256[:6]}/{name}")
    return places


_LONGEST = 70
_RUNS = re.compile(
    r"(?i)\.(exe|bat|cmd|com|scr|pif|msi|msp|js|jse|vbs|vbe|wsf|wsh|ps1|lnk|url|hta|jar|chm|reg|cpl"
    r"|dll|inf|scf|iso|img|vhd|appx|desktop|sh)[\s.]*$"
)


def safe_name(name: str, otherwise: str, longest: int) -> str:
    """A name for a file, made of a name that a stranger chose: never a path, never hidden, and
    never one at which a double click runs a program."""
    kept = characters.one_line(name)
    kept = re.sub(r'[\\/:*?"<>|\s]+', " ", kept).strip(" .~")
    if len(kept) > longest:
        stem, dot, suffix = kept.rpartition(".")
        is_suffix = dot and len(suffix) < 8
        kept = f"{stem[: longest - 8].strip(' .')}.{suffix}" if is_suffix else kept[:longest]
    while len(kept.encode()) > 200:
        kept = kept[1:]
    kept = kept.strip(" .~") or otherwise
    if kept.lower() in ("thumbs.db", "desktop.ini") or files.unfit(kept) or kept.startswith("._"):
        kept = f"_{kept}"
    if _RUNS.search(kept):
        kept = f"{kept}_"
    return otherwise if files.unfit(kept) else kept
