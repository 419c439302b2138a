"""drafts: what is owed as final messages in 待发/, and as one text to be sent by other ways."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from pathlib import Path

from jyxl.edges import files
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Sent, now
from jyxl.edges.ledger import Ledger
from jyxl.edges.mail_settings import Mail
from jyxl.edges.posted import key_of, posted
from jyxl.mail import mark, message, texts
from jyxl.problem import Problem
from jyxl.steps.due import Due
from jyxl.terms import Dispatch

Tick = Callable[[str, int, int], None]
WORDS: dict[Dispatch, str] = {
    "issue": "下发",
    "return": "退回",
    "refusal": "没有采用",
    "reminder": "催报",
}
"""What a message is called in its file's name and on the screen."""
BY_HAND = "自己发"
"""The folder in 待发/ with the messages that have no address."""
NOTICE = "通知.txt"
_HEAD = 4096
_DATE = re.compile(rb"^Date: (.+)\r$", re.MULTILINE)
_ENCODING = "utf-8-sig"  # without the mark, Notepad of older Windows takes it for GBK
_NOBODY = "jyxl.invalid"
"""The domain of the ids if the office has not stated a mailbox."""


@dataclass(frozen=True)
class Draft:
    """A final message in 待发/. size: in bytes; message_id: with its angle brackets."""

    due: Due
    path: Path
    sha256: str
    size: int
    message_id: str


def compose(
    campaign: Campaign, mail: Mail | None, dues: Sequence[Due], tick: Tick = lambda *_: None
) -> tuple[list[Draft], list[str]]:
    """Write a message for each thing owed, and 通知.txt; gives them, and sentences about what
    could not be written. What is no longer owed leaves 待发/. Raises Problem.

    mail: None if the office has not stated a mailbox; the drafts then have no From.
    """
    templates = {what: texts.template(what, _own(campaign, what)) for what in texts.FILES}
    drafts: list[Draft] = []
    problems: list[str] = []
    blocks: dict[tuple[str, str], str] = {}
    places = _places(campaign, dues)
    for number, (due, path) in enumerate(zip(dues, places, strict=True), 1):
        subject, text = templates[due.what].filled(due.values)
        blocks[due.unit.code, due.what] = _block(campaign, due, subject, text)
        try:
            drafts.append(_written(campaign, mail, due, path, subject, text))
        except Problem as problem:
            problems.append(str(problem))
        tick("写信", number, len(dues))
    files.settle(one.path for one in drafts)
    _clear(campaign, {one.path for one in drafts})
    _notice(campaign.to_send / NOTICE, blocks)
    return drafts, problems


def _own(campaign: Campaign, what: Dispatch) -> str | None:
    """The office's own template, if it has one."""
    path = campaign.folder / texts.FILES[what]
    return files.read_text(path) if path.is_file() else None


def _places(campaign: Campaign, dues: Sequence[Due]) -> Iterator[Path]:
    """The place of each message, the same in every run: 待发/B01-县水务局-下发.eml, for the second
    address of a unit …-下发-2.eml."""
    for due in dues:
        more = f"-{due.number}" if due.number > 1 else ""
        folder = campaign.to_send if due.to else campaign.to_send / BY_HAND
        yield folder / f"{due.unit.code}-{due.unit.name}-{WORDS[due.what]}{more}.eml"


def _written(
    campaign: Campaign, mail: Mail | None, due: Due, path: Path, subject: str, text: str
) -> Draft:
    """The message in its file. One that is there already keeps its date, and so its bytes; one
    that may have been sent is never written anew."""
    message_id = mark.message_id(due.key, mail.address if mail else _NOBODY)
    there = _bytes_of(path)
    if due.unsure and hashlib.sha256(there).hexdigest() == due.unsure.sha256:
        return Draft(due, path, due.unsure.sha256, len(there), message_id)
    book = files.read(due.workbook)

    def made(date: datetime) -> bytes:
        told = mark.Mark(campaign.id, due.unit.code, due.what, due.round, due.key)
        return message.message(
            message.Letter(
                address=mail.address if mail else "",
                name=mail.name if mail else "",
                to=due.to,
                subject=subject,
                text=text,
                message_id=message_id,
                date=date,
                mark=str(told),
                answers=due.answers,
                workbook=(due.workbook.name, book),
            )
        )

    before = _date_of(there)
    data = made(before) if before else b""
    if not data or data != there:
        data = made(datetime.now().astimezone())
        files.write(path, data, settled=False)
    return Draft(due, path, hashlib.sha256(data).hexdigest(), len(data), message_id)


def _bytes_of(path: Path) -> bytes:
    with contextlib.suppress(OSError):
        return path.read_bytes()
    return b""


def _date_of(data: bytes) -> datetime | None:
    """The date in a message of ours."""
    found = _DATE.search(data[:_HEAD])
    with contextlib.suppress(ValueError):
        return parsedate_to_datetime(found[1].decode("ascii")) if found else None
    return None


def _block(campaign: Campaign, due: Due, subject: str, text: str) -> str:
    """What is said to a unit, to be copied into another program: who it goes to, which file
    goes with it, and the words."""
    who = "　".join(filter(None, (due.unit.name, due.unit.contact, due.unit.phone)))
    return f"【{who}】\n附上：{campaign.relative(due.workbook)}\n{subject}\n\n{text}"


def _notice(path: Path, blocks: Mapping[tuple[str, str], str]) -> None:
    """Write 通知.txt, or remove it if nothing is owed."""
    if not blocks:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        return
    text = f"\n{'─' * 20}\n\n".join(blocks.values())
    files.write(path, text.replace("\n", "\r\n").encode(_ENCODING, "replace"))


def _clear(campaign: Campaign, kept: set[Path]) -> None:
    """Remove the messages of ours that are not owed any more. Other files stay."""
    for path in _messages_in(campaign.to_send):
        if path not in kept and _mark_of(campaign, path) is not None:
            with contextlib.suppress(OSError):
                path.unlink()


def _messages_in(folder: Path) -> Iterator[Path]:
    for place in (folder, folder / BY_HAND):
        yield from sorted(place.glob("*.eml"))


def _mark_of(campaign: Campaign, path: Path) -> mark.Mark | None:
    """The mark in a message of this campaign, None in any other file."""
    with contextlib.suppress(OSError), path.open("rb") as file:
        found = mark.parsed(str(message_from_bytes(file.read(_HEAD)).get(mark.HEADER, "")))
        return found if found and found.campaign == campaign.id else None
    return None


def put_away(campaign: Campaign, path: Path) -> Path:
    """Move a message that was sent to 已发/; gives where it is now. One that is open elsewhere
    goes the next time."""
    target = campaign.sent / f"{path.stem}-{datetime.now():%Y%m%d}{path.suffix}"
    number = 1
    while target.exists():
        number += 1
        target = target.with_stem(f"{path.stem}-{datetime.now():%Y%m%d}-{number}")
    return target if files.move(path, target) else path


def caught_up(campaign: Campaign, ledger: Ledger) -> list[Sent]:
    """Bring 待发/, 已发/ and the ledger together; gives what the office sent by hand.

    A message of ours that somebody moved to 已发/ was sent by hand. One that is in the ledger
    as sent, but still in 待发/, was left there when a run was cut short.
    """
    known = posted(ledger.events)
    for path in _messages_in(campaign.to_send):
        found = _mark_of(campaign, path)
        if found and found.key in known.sent:
            put_away(campaign, path)
    fresh = []
    for path in sorted(campaign.sent.glob("*.eml")):
        found = _mark_of(campaign, path)
        if found and found.key not in known.sent and found.key not in known.back:
            fresh.append(_sent_by_hand(campaign, path, found))
    ledger.add(fresh)
    return fresh


def _sent_by_hand(campaign: Campaign, path: Path, found: mark.Mark) -> Sent:
    data = files.read(path)
    parsed = message_from_bytes(data)
    message_id = str(parsed.get("Message-ID", "")).strip()
    books = [part.get_payload(decode=True) for part in parsed.walk() if part.get_filename()]
    book = next((one for one in books if isinstance(one, bytes)), b"")
    return Sent(
        hashlib.sha256(data).hexdigest(),
        found.unit,
        message_id if key_of(message_id) == found.key else mark.message_id(found.key, _NOBODY),
        found.what,
        found.round,
        str(parsed.get("To", "")).strip("<> "),
        campaign.relative(path),
        hashlib.sha256(book).hexdigest() if book else "",
        now(),
    )
