"""A hostile file costs little and does no harm to the other files."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from jyxl.edges import campaign as campaigns
from jyxl.edges import pool
from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import open_ledger
from jyxl.steps.collect import collect
from tests import play
from tests.damage import bombs, papers, ways
from tests.damage.cost import measure, written
from tests.damage.desk import Desk

resource = pytest.importorskip("resource", reason="costs and ceilings as Linux tells them")

MEGABYTES = 256
MILLISECONDS = 2000
"""Of processor time."""


@pytest.mark.slow
def test_hostile_files_cost_little(desk: Desk, tmp_path: Path) -> None:
    hostile = (*ways.HOSTILE, *bombs.BOMBS, *papers.HOSTILE)
    costs = measure(written(tmp_path, ((way.__name__, way(desk)) for way in hostile)))
    assert {name: told for name, told in costs.items() if told[0].startswith("died")} == {}
    assert {name: told for name, told in costs.items() if told[1] > MILLISECONDS} == {}
    assert {name: told for name, told in costs.items() if told[2] > MEGABYTES} == {}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="there is no ceiling elsewhere")
def test_what_nobody_thought_of_costs_one_file(
    desk: Desk, issued: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limits are removed, so that the reading library asks for more than the ceiling. The
    system knows only the largest of all children that ever ended."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    monkeypatch.setattr("jyxl.reading.limits.vet", lambda *_: None)
    monkeypatch.setattr("jyxl.reading.limits.charged", iter)
    place = tmp_path / "campaign"
    shutil.copytree(issued.folder, place)
    campaign = campaigns.load(place)
    for way in (bombs.ods_long_text_repeated, bombs.xls_many_far_sheets):
        play.hand_in(campaign, way.__name__, way(desk))
    for number, code in enumerate(("B01", "B02", "Z01")):
        play.hand_in(campaign, f"{number}.xlsx", play.filled(campaign, code))
    with open_ledger(campaign) as ledger:
        received = collect(campaign, ledger).received
    assert sorted(one.verdict for one in received) == ["accepted"] * 3 + ["refused"] * 2
    codes = {code for one in received for code, _ in play.told(one) if one.verdict == "refused"}
    assert codes <= {"S-TIMEOUT", "S-SIZE"}
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # a worker begins with that
    assert used <= max(before, own + (pool.CEILING >> 20) + MEGABYTES)
