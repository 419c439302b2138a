"""A fetch that is killed at any instant and run again ends as an undisturbed one does."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from jyxl.cli import _run, cli
from jyxl.edges import campaign as campaigns
from tests import play
from tests.fetch import forms
from tests.fetch.conftest import Office
from tests.fetch.dovecot import PASSWORD
from tests.fetch.soak import soak
from tests.reliability.killed import in_a_fork

pytestmark = pytest.mark.slow

POINTS = 25
"""The number of kills, spread evenly over the calls that change the disk."""


def fetch(folder: Path) -> int:
    """Run jyxl fetch in this process; gives the exit status."""
    command = ["fetch", "-C", str(folder), "--json"]
    return _run(lambda run: cli.main(command, prog_name="jyxl", standalone_mode=False, obj=run))


def state(folder: Path) -> object:
    """All that must be equal: the ledger, and every file with its time."""
    campaign = campaigns.load(folder)
    times = {
        path.relative_to(folder).as_posix(): path.stat().st_mtime
        for path in campaign.returns.rglob("*")
        if path.is_file()
    }
    files = {name: data for name, data in play.tree(folder).items() if ".jyxl/log" not in name}
    return play.events(campaign), files, times


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_call(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JYXL_MAIL_PASSWORD", PASSWORD)
    start = forms.head("MAILER-DAEMON@mx.test", "Undelivered Mail", message_id="<b@mx.test>")
    book = play.returned(office.campaign, "B01")
    two = forms.mixed(
        forms.head(message_id="<2@x.test>"),
        forms.part(book, forms.attached("一.xlsx")),
        forms.part(b"%PDF", forms.attached("二.pdf")),
    )
    for raw in (
        two,
        forms.mixed(forms.head(message_id="<3@x.test>"), forms.text()),
        forms.bounce(two, "swj@unit.test", start),
    ):
        office.server.put(raw)
    whole = tmp_path / "whole"
    shutil.copytree(office.campaign.folder, whole)
    calls = in_a_fork(whole, None, fetch)
    assert calls > POINTS
    end = state(whole)
    for number in range(POINTS):
        folder = tmp_path / f"killed-{number}"
        shutil.copytree(office.campaign.folder, folder)
        assert in_a_fork(folder, 1 + number * calls // POINTS, fetch) == -1
        assert fetch(folder) == 0
        assert state(folder) == end, number
        shutil.rmtree(folder)


@pytest.mark.slow
def test_two_rounds_by_mail_are_two_rounds_by_folder(tmp_path: Path, office: Office) -> None:
    """The same with 500 units: python -m tests.fetch.soak"""
    told = soak(tmp_path, office.server, units=20, kills=3)
    assert told.differences == ()
    assert (told.killed, told.returned) == (3, 2)
