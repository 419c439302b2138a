"""demo --mail: the mailboxes of the office and of the units are played; nothing leaves the computer."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from jyxl.edges import files
from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import Ledger
from jyxl.edges.roster import Unit
from jyxl.edges.smtp import Outbox, Taken
from jyxl.problem import Problem
from jyxl.steps.drafts import caught_up, put_away
from jyxl.steps.fetch import fetch
from jyxl.steps.send import prepare, transmit

if TYPE_CHECKING:
    from jyxl.edges.post_office import PostOffice

OFFICE = "office@example.com"
BOXES = "演示邮箱"
"""The folder in the demo's with the mailboxes of the server."""
_SHEET = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@dataclass
class Mailboxes:
    """What the units have received, and how it goes to and fro: here as files, without a server.

    workbooks: file name → its bytes; last: the code of a unit → the Message-ID of the last
    message to it; count: of the messages to units; why: there is no server, a sentence.
    """

    workbooks: dict[str, bytes] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)
    count: int = 0
    why: str = ""

    @property
    def folder(self) -> Path | None:
        """Where the server keeps the mailboxes."""
        return None

    def deliver(self, campaign: Campaign, ledger: Ledger, remind: bool, today: date) -> None:
        """The office writes what it owes, sends it by hand, and the units receive it."""
        for draft in prepare(campaign, ledger, None, remind, today=today).drafts:
            self.receive(draft.due.unit.code, draft.path.read_bytes())
            put_away(campaign, draft.path)
        caught_up(campaign, ledger)

    def receive(self, code: str, data: bytes) -> None:
        """A unit opens a message."""
        received = message_from_bytes(data, policy=policy.default)
        for part in received.iter_attachments():
            book = part.get_payload(decode=True)
            if isinstance(book, bytes):
                self.workbooks[part.get_filename() or ""] = book
        self.last[code] = str(received["Message-ID"])
        self.count += 1

    def answer(self, unit: Unit, path: Path, data: bytes, when: datetime) -> None:
        """A unit answers with a workbook. path: where the workbook would lie if it came by
        itself."""
        moment = when.astimezone()
        written = EmailMessage()
        written["From"] = unit.mail
        written["To"] = OFFICE
        written["Subject"] = f"回复：{unit.name}报送"
        written["Date"] = format_datetime(moment)
        written["Message-ID"] = f"<{when:%Y%m%d}.{unit.code}@example.com>"
        if unit.code in self.last:
            written["In-Reply-To"] = self.last[unit.code]
        written.set_content(f"{unit.name}：请查收。\n")
        main, sub = _SHEET
        written.add_attachment(data, maintype=main, subtype=sub, filename=path.name)
        self.hand_in(unit, path, written.as_bytes(policy=policy.SMTP), when)

    def hand_in(self, unit: Unit, path: Path, data: bytes, when: datetime) -> None:
        """The message of a unit comes to the office: it lies beside where the workbook would."""
        target = path.with_suffix(".eml")
        files.write(target, data)
        os.utime(target, (when.timestamp(), when.timestamp()))

    def take_in(self, campaign: Campaign, ledger: Ledger) -> None:
        """The office fetches what the units wrote: it is there already."""


@dataclass
class Served(Mailboxes):
    """By a mail server on this computer: the office and the units send with jyxl's own code, and
    the office fetches from its mailbox."""

    office: PostOffice = field(kw_only=True)

    @property
    def folder(self) -> Path | None:
        return self.office.folder

    def deliver(self, campaign: Campaign, ledger: Ledger, remind: bool, today: date) -> None:
        """The office sends what it owes, and the units open what is in their mailboxes."""
        mail = self.office.mail(OFFICE, f"{campaign.county}政府办")
        drafts = prepare(campaign, ledger, mail, remind, today=today).drafts
        posting = transmit(campaign, ledger, mail, self.office.password, drafts)
        if posting.problem:
            raise Problem(posting.problem)
        for draft, _ in posting.sent:
            box = self.office.mailbox(draft.due.to)
            latest = box.waiting(today, ())[-1]
            self.receive(draft.due.unit.code, box.message(latest.uid)[0])

    def hand_in(self, unit: Unit, path: Path, data: bytes, when: datetime) -> None:
        outbox = Outbox(self.office.mail(unit.mail, unit.name), self.office.password)
        answer = outbox.deliver(OFFICE, data, lambda: None)
        outbox.close()
        if not isinstance(answer, Taken):
            raise Problem(f"{unit.name}的信没有发成：{answer.why}。")

    def take_in(self, campaign: Campaign, ledger: Ledger) -> None:
        mail = self.office.mail(OFFICE, campaign.county)
        box = self.office.mailbox(OFFICE)
        got = fetch(campaign, ledger, mail, lambda: contextlib.nullcontext(box))
        if got.problems or got.failed:
            raise Problem("\n".join([*got.problems, *(one.told for one in got.failed)]))


@contextlib.contextmanager
def mailboxes(campaign: Campaign) -> Iterator[Mailboxes]:
    """The mailboxes at a server on this computer, or else as files, with the reason."""
    addresses = [OFFICE, *(unit.mail for unit in campaign.units)]
    with contextlib.ExitStack() as stack:
        try:
            from jyxl.edges import post_office

            serving = post_office.serving(campaign.folder / BOXES, addresses)
            post: Mailboxes = Served(office=stack.enter_context(serving))
        except ImportError:
            post = Mailboxes(
                why="没有装 aiosmtpd（pip install jyxl[demo-mail]），不开邮件服务器，"
                "来往的信只是 .eml 文件。"
            )
        except OSError as error:
            post = Mailboxes(
                why=f"邮件服务器开不起来（{files.reason(error)}），来往的信只是 .eml 文件。"
            )
        yield post
