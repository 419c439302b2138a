"""A campaign in which there is something of everything to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser

import pytest

from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import open_ledger
from jyxl.reports.overview import Overview
from jyxl.steps import status
from tests import play
from tests.damage.folders import BAD, GOOD

TODAY = date(2022, 1, 26)
ROSTER = """\
单位代码,单位名称,类别,联络人,电话
B01,县发展和改革局,部门,张三,0954-1234567
B02,县水务局,部门,"<b onclick=""x()"">李四</b>",13800000000、0954-7654321
B 3,县教育局 & '体育局',部门,,
Z01,河口镇,乡镇,王五,13900000000
Z02,上庄镇,乡镇,赵六,"13700000000"" onclick=""x()"
"""
HOSTILE = "<script>alert(1)</script>&amp;</style>.doc"
"""The name of a file that came in."""
ODD = {"t2.regulation.issued": 1, "t2.regulation.in_force": 1}


@pytest.fixture(scope="session")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """B01 accepted, B02 sent a Word file, B 3 nothing, Z01 was returned late, Z02 sent the
    workbook of B 3, which is held, and somebody a file with a hostile name."""
    made = play.campaign(tmp_path_factory.mktemp("page"), ROSTER)
    play.hand_in(made, "1.xlsx", play.returned(made, "B01", dict(GOOD)), "2022-01-10 09:00")
    play.collect(made)
    play.hand_in(made, f"{HOSTILE.replace('/', '／')}", b"no workbook", "2022-01-11 09:00")
    play.hand_in(made, "县水务局.doc", b"hello", "2022-01-11 10:00")
    play.hand_in(made, "上庄镇.xlsx", play.returned(made, "B 3", dict(GOOD)), "2022-01-12 09:00")
    play.hand_in(made, "镇.xlsx", play.returned(made, "Z01", dict(BAD)), "2022-01-25 09:00")
    play.collect(made)
    return made


@pytest.fixture(scope="session")
def facts(campaign: Campaign) -> Overview:
    with open_ledger(campaign) as ledger:
        return status.overview(campaign, ledger, today=TODAY)


@dataclass
class Seen:
    """What a browser would make of a page. tags: all of them, with their attributes; sections:
    the text below each heading, by the id of the heading or, if it has none, by its text."""

    tags: list[tuple[str, dict[str, str]]]
    sections: dict[str, str]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = Seen([], {"": ""})
        self._key = ""
        self._heading: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {key: value or "" for key, value in attrs}
        self.seen.tags.append((tag, attributes))
        if tag in ("h2", "h3"):
            self._heading, self._key = "", attributes.get("id", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("h2", "h3"):
            self._key = self._key or (self._heading or "").split("：")[0]
            self._heading = None

    def handle_data(self, data: str) -> None:
        if self._heading is not None:
            self._heading += data
        self.seen.sections[self._key] = self.seen.sections.get(self._key, "") + data


def read(page: bytes) -> Seen:
    reader = _Reader()
    reader.feed(page.decode())
    reader.close()
    return reader.seen
