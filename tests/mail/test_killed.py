"""A send that is killed at any point and run again: nothing is lost, and nothing goes twice
unless the ledger said that nobody knows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from jyxl.edges import campaign as campaigns
from jyxl.edges.posted import posted
from tests import play
from tests.mail.conftest import Office
from tests.mail.submission import CODE

ROOT = Path(__file__).parents[2]
ADDRESSES = {"fgj@unit.test", "swj@unit.test", "swj2@unit.test"}
POINTS = (5, 17)
"""The number of kills while messages are written, and while they are sent."""

pytestmark = pytest.mark.slow


def send(folder: Path, kill_at: int = 0) -> tuple[int, str]:
    """(exit status, what it said) of a run; it is killed at one of them."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "tests.mail.cut_short", folder, str(kill_at)],
        cwd=ROOT,
        env={**os.environ, "JYXL_MAIL_PASSWORD": CODE},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stderr


def spread(first: int, last: int, count: int) -> list[int]:
    """So many numbers between these two."""
    return [first + (last - first) * number // count for number in range(count)]


def test_killed_at_any_point(office: Office, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(office.campaign.folder, whole)
    status, said = send(whole)
    assert status == 0, said
    before, calls = map(int, said.splitlines()[-1].split())
    doubts = 0
    for point in (*spread(1, before, POINTS[0]), *spread(before, calls, POINTS[1])):
        office.server.inbox.clear()
        folder = tmp_path / str(point)
        shutil.copytree(office.campaign.folder, folder)
        status, said = send(folder, point)
        assert status == -9, said
        campaign = campaigns.load(folder)
        known = posted(play.events(campaign))
        unsure = {one.to for one in known.unsure.values()}
        sent = {one.to for one in known.sent.values()}
        arrived = {to for to, _ in office.server.inbox}
        assert sent <= arrived <= sent | unsure
        assert len(unsure) <= 1
        doubts += len(unsure)
        status, said = send(folder)
        assert status == 0, said
        times = Counter(to for to, _ in office.server.inbox)
        assert set(times) == ADDRESSES
        assert all(times[to] == 1 for to in ADDRESSES - unsure)
        assert all(times[to] <= 2 for to in unsure)
        assert len({data for _, data in office.server.inbox}) == 3, "sent again, but the same"
        assert sorted(path.name for path in campaign.to_send.glob("*.eml")) == []
        assert len(list(campaign.sent.glob("*.eml"))) == 3
        shutil.rmtree(folder)
    assert doubts, "no point was between the text and the answer"


def test_killed_when_the_text_has_been_taken(office: Office) -> None:
    """The server has the message, and jyxl dies before it hears of it."""
    process = subprocess.Popen(
        [sys.executable, "-X", "utf8", "-m", "jyxl", "send", "-C", office.campaign.folder, "--yes"],
        cwd=ROOT,
        env={**os.environ, "JYXL_MAIL_PASSWORD": CODE},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    office.server.call = lambda to: process.kill() if to == "swj@unit.test" else None
    assert process.wait(60) == -9
    office.server.call = lambda to: None
    assert [to for to, _ in office.server.inbox] == ["fgj@unit.test", "swj@unit.test"]
    doubtful = [(one.due.to, bool(one.due.unsure)) for one in office.prepare().drafts]
    assert doubtful == [("swj@unit.test", True), ("swj2@unit.test", False)]
    office.send()
    times = Counter(to for to, _ in office.server.inbox)
    assert times == {"fgj@unit.test": 1, "swj@unit.test": 2, "swj2@unit.test": 1}
    assert len({data for _, data in office.server.inbox}) == 3
