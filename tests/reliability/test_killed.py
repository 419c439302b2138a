"""A collect that is killed at any instant and run again ends as an undisturbed one does."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import play
from tests.damage.desk import made
from tests.damage.folders import BAD, BETTER, GOOD, zipped
from tests.reliability import killed

POINTS = 25
"""The number of kills in each of two rounds, spread evenly over the calls that change the disk;
TIMES is the number of kills by time."""
TIMES = 6

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
]


@dataclass(frozen=True)
class Laid:
    """A campaign folder in which files wait, its state after a collect, and the number of
    critical calls that a collect makes."""

    folder: Path
    end: dict[str, Any]
    calls: int


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> list[Laid]:
    """Two campaigns: files of every kind on an empty ledger; corrections on a used one."""
    home = tmp_path_factory.mktemp("killed")
    campaign = play.campaign(home)
    first = home / "first"
    good = play.saved(play.filled(campaign, "B01", GOOD))
    bad = play.saved(play.filled(campaign, "B02", BAD))
    play.hand_in(campaign, "县发展和改革局.xlsx", good)
    play.hand_in(campaign, "再发一次.xlsx", good, "2022-01-10 10:00")
    play.hand_in(campaign, "水务.xlsx", bad)
    play.hand_in(campaign, "别的县.xlsx", made())
    play.hand_in(campaign, "照片.xlsx", b"\xff\xd8\xff")
    play.hand_in(
        campaign, "镇.zip", zipped({"河口.xlsx": play.saved(play.filled(campaign, "Z01"))})
    )
    shutil.copytree(campaign.folder, first)
    play.collect(campaign)
    back = (campaign.sent_back / "B02-县水务局-2021-退回1.xlsx").read_bytes()
    mended = play.opened(back)
    mended["依申请公开"]["D9"].value = 3
    play.hand_in(campaign, "原样.xlsx", back, "2022-01-12 09:00")
    play.hand_in(campaign, "改了一处.xlsx", play.saved(mended), "2022-01-13 09:00")
    newer = play.saved(play.filled(campaign, "B01", BETTER))
    play.hand_in(campaign, "更新.xlsx", newer, "2022-01-14 09:00")
    second = home / "second"
    shutil.copytree(campaign.folder, second)
    return [_undisturbed(home, folder) for folder in (first, second)]


def _undisturbed(home: Path, folder: Path) -> Laid:
    copy = home / f"{folder.name}-undisturbed"
    shutil.copytree(folder, copy)
    calls = killed.in_a_fork(copy)
    return Laid(folder, killed.state(copy), calls)


def _check_again(laid: Laid, place: Path) -> None:
    assert killed.collect(place) == 0
    assert killed.state(place) == laid.end


@pytest.mark.parametrize("which", [0, 1], ids=["first", "second"])
def test_killed_between_any_two_writes(
    rounds: list[Laid], which: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laid = rounds[which]
    points = sorted({1 + laid.calls * number // POINTS for number in range(POINTS)})
    assert len(points) == POINTS
    for point in points:
        place = tmp_path / str(point)
        shutil.copytree(laid.folder, place)
        assert killed.in_a_fork(place, point) == -1
        _check_again(laid, place)
        shutil.rmtree(place)


def test_killed_at_any_time(
    rounds: list[Laid], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command itself is killed from outside after different parts of the time it takes."""
    laid = rounds[0]
    shutil.copytree(laid.folder, tmp_path / "timed")
    whole = killed.timed(killed.started(tmp_path / "timed").communicate)
    for number in range(TIMES):
        place = tmp_path / str(number)
        shutil.copytree(laid.folder, place)
        killed.killed_after(place, whole * (0.4 + 0.6 * number / TIMES))
        _check_again(laid, place)


def test_killed_twice(
    rounds: list[Laid], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laid = rounds[0]
    place = tmp_path / "twice"
    shutil.copytree(laid.folder, place)
    assert killed.in_a_fork(place, laid.calls // 3) == -1
    assert killed.in_a_fork(place, 20) == -1
    _check_again(laid, place)
