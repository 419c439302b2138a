"""What a page about a campaign is made from, and the sentences that several of its parts use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from urllib.parse import quote

from jyxl.definition import Edition
from jyxl.edges.events import Sent
from jyxl.edges.roster import Unit
from jyxl.edges.standing import Attempt, Standing
from jyxl.moments import day_in
from jyxl.reports.html import Content, tag
from jyxl.terms import Dispatch


@dataclass(frozen=True)
class Overview:
    """Where every unit of a campaign stands.

    attempts: the files that were refused or held and are not settled. before: where the units
    stood, and which files were open, at the end of the collect before the last one, if there
    was one. issued: the codes of the units that have a workbook in 下发/. texts: sha256 of a
    refused file → the text for its unit in 退回/. mail: code → the messages that the unit was
    sent. remarks: what else the office should know. base: the address of the campaign's folder as seen from the page, '' or with a slash at its
    end; None if the page can have no links to files.
    """

    county: str
    year: int
    edition: Edition
    deadline: date
    today: date
    standings: tuple[Standing, ...]
    attempts: tuple[Attempt, ...]
    before: tuple[tuple[Standing, ...], tuple[Attempt, ...]] | None
    issued: frozenset[str]
    texts: Mapping[str, str]
    mail: Mapping[str, Sequence[Sent]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    base: str | None = ""

    @property
    def held(self) -> list[Attempt]:
        """The files about which the office has to decide."""
        return [one for one in self.attempts if one.verdict == "held"]

    @property
    def refused(self) -> list[Attempt]:
        return [one for one in self.attempts if one.verdict == "refused"]

    @cached_property
    def unit(self) -> dict[str, Unit]:
        return {one.unit.code: one.unit for one in self.standings}

    def senders(self, one: Attempt) -> list[Unit]:
        """The units that a file may be from."""
        return [self.unit[code] for code in one.concerned if code in self.unit]

    def mailed(self, code: str, *what: Dispatch, round_: int = 0, since: str = "") -> str:
        """When the unit was last sent such a message, in words; '' if it was not. round_: of the
        workbook in it; since: an ISO time."""
        times = [
            one.time
            for one in self.mail.get(code, ())
            if one.what in what and one.round == round_ and one.time > since
        ]
        return f"已发邮件（{day_in(max(times))}）" if times else ""

    @property
    def days_left(self) -> int:
        """How many days are left until the deadline; less than 0 if it is past."""
        return (self.deadline - self.today).days

    def link(self, file: str) -> Content:
        """A file of the campaign, to click at if the page can have links to files."""
        if self.base is None or file.startswith("/") or ":" in file:
            return file
        return tag("a", file, href=self.base + quote(file))


def whom(unit: Unit) -> Iterator[Content]:
    """Whom to call, with the number, which a phone can dial."""
    if not (unit.contact or unit.phone):
        yield "名册里没有联系人和电话"
    yield unit.contact
    for phone in filter(None, unit.phone.split("、")):
        yield "　" if unit.contact else ""
        number = "".join(one for one in phone if one in "+0123456789")
        yield tag("a", phone, href=f"tel:{number}", class_="short") if number else phone
