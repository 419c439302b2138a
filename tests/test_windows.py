"""What only Windows does: files held by other programs, read-only targets, long paths, its devices.

`tests/windows.sh` runs this under Wine, with the jyxl that is given away.
"""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from jyxl.edges import files
from jyxl.edges.campaign import Campaign
from jyxl.problem import Problem
from tests import play

if sys.platform != "win32":
    pytest.skip("for Windows", allow_module_level=True)


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return play.campaign(tmp_path / "政务 公开")


def jyxl(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "jyxl", *map(str, arguments)]


def test_a_workbook_that_is_open_elsewhere_stays_and_is_written_next_time(
    campaign: Campaign,
) -> None:
    play.hand_in(campaign, "1.xlsx", play.returned(campaign, "B01"))
    play.collect(campaign)
    before = campaign.county_workbook.read_bytes()
    play.hand_in(campaign, "2.xlsx", play.returned(campaign, "B02", {"t3.new.natural": 3}))
    with play.held(campaign.county_workbook):
        collected = play.collect(campaign)
        assert any(campaign.county_workbook.name in one for one in collected.problems)
    assert campaign.county_workbook.read_bytes() == before
    assert play.collect(campaign).problems == ()
    assert campaign.county_workbook.read_bytes() != before


def test_a_return_that_is_open_elsewhere_is_taken_in_next_time(campaign: Campaign) -> None:
    busy = play.hand_in(campaign, "1.xlsx", play.returned(campaign, "B01"))
    play.hand_in(campaign, "2.xlsx", play.returned(campaign, "B02"))
    with play.held(busy):
        collected = play.collect(campaign)
        assert [one.verdict for one in collected.received] == ["accepted"]
        assert any(busy.name in one for one in collected.problems)
    play.collect(campaign)
    assert play.status(campaign)["B01"].state == "accepted"


def test_a_read_only_file_is_replaced(tmp_path: Path) -> None:
    """As on Linux: a mark that copying from a disc leaves is no reason to stop."""
    path = tmp_path / "汇总.xlsx"
    path.write_bytes(b"old")
    path.chmod(stat.S_IREAD)
    files.write(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_file_that_is_held_is_said_to_be_open(tmp_path: Path) -> None:
    path = tmp_path / "汇总.xlsx"
    path.write_bytes(b"old")
    with play.held(path), pytest.raises(files.InUse):
        files.write(path, b"new")


def test_a_path_is_written_or_said_to_be_too_long(tmp_path: Path) -> None:
    """Windows takes more than 260 letters only if an administrator has allowed it."""
    path = tmp_path.joinpath(*["很长的文件夹名称" * 4] * 9, "表.xlsx")
    try:
        files.write(path, b"new")
        said = ""
    except Problem as problem:
        said = str(problem)
    assert "太长" in said if said else files.read(path) == b"new"


def test_the_name_of_a_device_in_a_zip_is_only_a_name(campaign: Campaign) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("CON.xlsx", play.returned(campaign, "B01"))
        archive.writestr("aux", play.returned(campaign, "B02"))
    play.hand_in(campaign, "都在里面.zip", data.getvalue())
    assert [one.verdict for one in play.collect(campaign).received] == ["accepted"] * 2


def test_a_killed_collect_leaves_no_lock(campaign: Campaign) -> None:
    play.hand_in(campaign, "1.xlsx", play.returned(campaign, "B01"))
    process = subprocess.Popen(jyxl("collect", "-C", campaign.folder), stdout=subprocess.DEVNULL)
    time.sleep(1.5)
    process.kill()
    process.wait()
    play.collect(campaign)
    assert play.status(campaign)["B01"].state == "accepted"


def test_two_at_a_time_is_one_too_many(campaign: Campaign) -> None:
    from jyxl.edges.ledger import open_ledger

    with open_ledger(campaign):
        second = subprocess.run(
            jyxl("status", "-C", campaign.folder), capture_output=True, timeout=120
        )
    assert second.returncode == 2


def test_what_is_redirected_to_a_file_is_text_of_this_windows(campaign: Campaign) -> None:
    path = campaign.folder / "情况.txt"
    with path.open("wb") as file:
        subprocess.run(jyxl("status", "-C", campaign.folder), stdout=file, check=True, timeout=120)
    assert "河口镇" in files.read_text(path)
    assert os.linesep.encode() in path.read_bytes()
