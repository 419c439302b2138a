"""demo --mail: the units' mailboxes are played, by messages that are files; nothing is sent."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from jyxl.edges import files
from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import Ledger
from jyxl.edges.roster import Unit
from jyxl.steps.drafts import caught_up, put_away
from jyxl.steps.send import prepare

OFFICE = "office@example.com"
_SHEET = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@dataclass
class Mailboxes:
    """What the units have received. workbooks: file name → its bytes; last: the code of a unit
    → the Message-ID of the last message to it; count: of the messages to units."""

    workbooks: dict[str, bytes] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)
    count: int = 0

    def deliver(self, campaign: Campaign, ledger: Ledger, remind: bool, today: date) -> None:
        """The office writes what it owes, sends it by hand, and the units receive it."""
        for draft in prepare(campaign, ledger, None, remind, today=today).drafts:
            received = message_from_bytes(draft.path.read_bytes(), policy=policy.default)
            for part in received.iter_attachments():
                book = part.get_payload(decode=True)
                if isinstance(book, bytes):
                    self.workbooks[part.get_filename() or ""] = book
            self.last[draft.due.unit.code] = str(received["Message-ID"])
            self.count += 1
            put_away(campaign, draft.path)
        caught_up(campaign, ledger)

    def answer(self, unit: Unit, path: Path, data: bytes, when: datetime) -> None:
        """A unit answers with a workbook. path: where the workbook would lie if it came by
        itself; the message lies beside it."""
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
        target = path.with_suffix(".eml")
        files.write(target, written.as_bytes(policy=policy.SMTP))
        os.utime(target, (when.timestamp(), when.timestamp()))
