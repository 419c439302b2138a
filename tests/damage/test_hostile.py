"""A hostile file costs little and does no harm to the other files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import open_ledger
from jyxl.steps.collect import collect
from tests import play
from tests.damage import bombs, ways
from tests.damage.cost import measure, written
from tests.damage.desk import Desk

MEGABYTES = 256
MILLISECONDS = 2000
"""Of processor time."""


@pytest.mark.slow
def test_hostile_files_cost_little(desk: Desk, tmp_path: Path) -> None:
    hostile = (*ways.HOSTILE, *bombs.BOMBS)
    costs = measure(written(tmp_path, ((way.__name__, way(desk)) for way in hostile)))
    assert {name: told for name, told in costs.items() if told[0].startswith("died")} == {}
    assert {name: told for name, told in costs.items() if told[1] > MILLISECONDS} == {}
    assert {name: told for name, told in costs.items() if told[2] > MEGABYTES} == {}


@pytest.mark.slow
def test_one_hostile_file_does_not_take_the_others_down(
    desk: Desk, issued: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limits are removed, so that the reading library aborts its process."""
    monkeypatch.setattr("jyxl.reading.richtext._vet", lambda root, size: None)
    place = tmp_path / "campaign"
    shutil.copytree(issued.folder, place)
    campaign = campaigns.load(place)
    play.hand_in(campaign, "a.xlsx", ways.strings_miscounted(desk))
    for number, code in enumerate(("B01", "B02", "Z01")):
        play.hand_in(campaign, f"{number}.xlsx", play.filled(campaign, code))
    with open_ledger(campaign) as ledger:
        received = collect(campaign, ledger).received
    told = {one.file: (one.verdict, play.told(one)) for one in received}
    assert told.pop("回收/a.xlsx") == ("refused", [("S-TIMEOUT", "")])
    assert {verdict for verdict, _ in told.values()} == {"accepted"}
