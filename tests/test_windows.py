"""What only Windows does: files held by other programs, read-only files, long paths, its devices,
its consoles, drives and shares.

`tests/windows.sh` runs this under Wine, with the jyxl that is given away.
"""

from __future__ import annotations

import io
import json
import locale
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jyxl.edges import buttons, files, inbox, pool
from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import open_ledger
from jyxl.edges.outcome import Done, Lost
from jyxl.problem import Problem
from jyxl.steps.doctor import doctor
from jyxl.steps.doctor import packed as looked_at
from jyxl.steps.issue import issue
from jyxl.steps.merge import merge
from jyxl.steps.new import new
from jyxl.steps.pack import pack
from tests import console, play

if sys.platform != "win32":
    pytest.skip("for Windows", allow_module_level=True)

PATIENCE = 400
"""Seconds: every process has to import everything anew, and Wine may share the machine."""


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return play.campaign(tmp_path / "政务 公开")


def jyxl(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "jyxl", *map(str, arguments)]


def ran(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """What a command did; nothing was said that is not a sentence."""
    done = subprocess.run(
        jyxl(*arguments),
        env=os.environ | variables,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    return done


# files that other programs hold ---------------------------------------------------


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


def test_a_workbook_to_be_issued_that_is_open_elsewhere_is_told_and_the_others_are_issued(
    campaign: Campaign,
) -> None:
    (busy, *others) = sorted(campaign.issued.glob("*.xlsx"))
    for path in others:
        path.unlink()
    with play.held(busy):
        outcome = issue(campaign)
    assert [busy.name in one for one in outcome.problems] == [True]
    assert sorted(campaign.issued.glob("*.xlsx")) == [busy, *others]


def test_merging_into_a_workbook_that_is_open_elsewhere_is_told(campaign: Campaign) -> None:
    play.hand_in(campaign, "1.xlsx", play.returned(campaign, "B01"))
    play.collect(campaign)
    with open_ledger(campaign) as ledger:
        with play.held(campaign.county_workbook):
            assert campaign.county_workbook.name in merge(campaign, ledger)[0].problem
        assert merge(campaign, ledger)[0].path == campaign.county_workbook


def test_a_workbook_that_went_back_and_is_open_elsewhere_is_put_away_later(
    campaign: Campaign,
) -> None:
    play.hand_in(campaign, "1.xlsx", play.returned(campaign, "B01", {"t3.new.natural": 1}))
    play.collect(campaign)
    (back,) = campaign.sent_back.glob("*.xlsx")
    play.hand_in(campaign, "2.xlsx", play.returned(campaign, "B01"), "2022-01-11 09:00")
    with play.held(back):
        assert [one.verdict for one in play.collect(campaign).received] == ["duplicate", "accepted"]
        assert back.is_file()
    play.collect(campaign)
    assert not back.is_file()


# read-only files ------------------------------------------------------------------


def test_a_campaign_that_was_copied_from_a_disc_goes_on(campaign: Campaign) -> None:
    """All its files are marked as read-only, the ledger too: either that is said, or it does not
    matter, as under Wine for root."""
    play.hand_in(campaign, "1.xlsx", play.returned(campaign, "B01"))
    play.collect(campaign)
    play.hand_in(campaign, "2.xlsx", play.returned(campaign, "B02"))
    everything = [path for path in campaign.folder.rglob("*") if path.is_file()]
    for path in everything:
        path.chmod(stat.S_IREAD)
    try:
        play.collect(campaign)
        said = ""
    except Problem as problem:
        said = str(problem)
    assert "只读" in said or not said
    for path in everything:
        path.chmod(stat.S_IWRITE)
    play.collect(campaign)
    assert play.status(campaign)["B02"].state == "accepted"


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


# names and paths ------------------------------------------------------------------


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


@pytest.mark.parametrize("name", ["CON", "nul", "COM1.xlsx", "aux .xlsx"])
def test_a_device_is_neither_read_nor_waited_for(name: str) -> None:
    found = inbox.find([Path(name)])
    assert found.arrivals == []
    assert [name in one for one in found.told] == [True]


def test_no_unit_and_no_folder_is_named_like_a_device(tmp_path: Path) -> None:
    units = tmp_path / "units.csv"
    units.write_text("单位代码,单位名称,类别\nnul,甲局,部门\nB2,Com1,部门\n", "utf-8")
    with pytest.raises(Problem, match=r"(?s)nul.*Com1"):
        new(tmp_path / "项目", "甲县", 2021, None, units)
    with pytest.raises(Problem):
        new(tmp_path / "NUL", "甲县", 2021, None, None)
    assert list(tmp_path.iterdir()) == [units]


@pytest.mark.skipif("JYXL_SHARE" not in os.environ, reason="no share: JYXL_SHARE does not say one")
def test_a_folder_on_a_share_is_a_campaign_like_any_other(campaign: Campaign) -> None:
    place = Path(tempfile.mkdtemp(dir=os.environ["JYXL_SHARE"]), "政务 公开")
    assert str(place).startswith("\\\\")
    shutil.copytree(campaign.folder, place)
    there = campaigns.load(place)
    play.hand_in(there, "1.xlsx", play.returned(there, "B01"))
    play.collect(there)
    assert play.status(there)["B01"].state == "accepted"
    assert there.county_workbook.is_file()
    with open_ledger(there) as ledger:
        packed = pack(there, ledger)
    assert all(line.is_right for line in (*doctor(place), *looked_at(packed.path)))


# processes ------------------------------------------------------------------------


def test_two_workers_that_are_started_anew_collect_what_one_does(campaign: Campaign) -> None:
    """More files than one process takes alone."""
    for number in range(pool.FEW):
        play.hand_in(campaign, f"{number}.pdf", b"%%PDF %d" % number)
    play.hand_in(campaign, "1.xlsx", play.returned(campaign, "B01"))
    done = ran("collect", "-C", campaign.folder, "--json", JYXL_WORKERS="2")
    assert done.returncode == 0
    verdicts = [one["verdict"] for one in json.loads(done.stdout)["received"]]
    assert sorted(verdicts) == ["accepted"] + ["refused"] * pool.FEW


def _grown(number: int) -> int:
    if number == 3:
        held = []
        for _ in range(8 * pool.CEILING >> 20):
            held.append(b"x" * 2**20)
            time.sleep(0.0005)
        raise AssertionError(len(held))
    return number * number


def test_an_item_that_takes_too_much_memory_costs_itself_alone() -> None:
    with pool.local(2) as executor:
        made = list(pool.spread(_grown, range(2 * pool.FEW), executor, deadline=PATIENCE))
    assert made[3] == Lost(pool.STARVED)
    others = [n for n in range(2 * pool.FEW) if n != 3]
    assert [made[n] for n in others] == [Done(n * n) for n in others]


def test_work_of_our_own_may_take_what_it_needs() -> None:
    with pool.local(2) as executor:
        made = list(pool.spread(_large, range(pool.FEW), executor, deadline=PATIENCE, trusted=True))
    assert made == [Done(pool.CEILING + 2**26)] * pool.FEW


def _large(_: int) -> int:
    return len(b"x" * (pool.CEILING + 2**26))


@pytest.mark.parametrize("name", ["a&echo+injected&.xlsx", "a^&echo+injected.xlsx"])
def test_no_part_of_the_name_of_a_dropped_file_is_run(campaign: Campaign, name: str) -> None:
    """Windows puts a name between quotation marks only if it has a space."""
    (button,) = buttons.lay(campaign.folder, {"status"})
    done = subprocess.run(
        f'cmd /c ""{button}" {name}"',
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 2
    lines = done.stdout.splitlines()
    assert [one for one in lines if one.startswith((b"+injected", b"injected"))] == []


def test_a_killed_collect_leaves_no_lock(campaign: Campaign) -> None:
    play.hand_in(campaign, "1.xlsx", play.returned(campaign, "B01"))
    process = subprocess.Popen(jyxl("collect", "-C", campaign.folder), stdout=subprocess.DEVNULL)
    time.sleep(1.5)
    process.kill()
    process.wait()
    play.collect(campaign)
    assert play.status(campaign)["B01"].state == "accepted"


def test_two_at_a_time_is_one_too_many(campaign: Campaign) -> None:
    with open_ledger(campaign):
        second = subprocess.run(
            jyxl("status", "-C", campaign.folder), capture_output=True, timeout=PATIENCE
        )
    assert second.returncode == 2


def test_ctrl_c_ends_a_collect_with_a_sentence_and_nothing_is_lost(campaign: Campaign) -> None:
    for number in range(100):
        play.hand_in(campaign, f"{number}.pdf", b"%%PDF %d" % number)
    command = jyxl("collect", "-C", campaign.folder)
    ended = console.run(command, press_at=20, folder=campaign.archive)
    assert ended.status == 2
    assert ended.screen.strip() == "已中断；再运行一次会接着做完。"
    assert len(play.collect(campaign).received) == 100


# what is shown --------------------------------------------------------------------


def test_a_console_of_code_page_936_shows_chinese(campaign: Campaign) -> None:
    ended = console.run(jyxl("status", "-C", campaign.folder))
    assert ended.status == 0
    assert "河口镇" in ended.screen
    assert "?" not in ended.screen


def test_what_is_redirected_to_a_file_is_text_of_this_windows(campaign: Campaign) -> None:
    path = campaign.folder / "情况.txt"
    with path.open("wb") as file:
        subprocess.run(
            jyxl("status", "-C", campaign.folder), stdout=file, check=True, timeout=PATIENCE
        )
    text = path.read_bytes()
    assert "河口镇" in text.decode(locale.getencoding())  # as Notepad reads it: no mark, no UTF-8
    assert b"\r\n" in text
    with path.open("wb") as file:
        command = jyxl("status", "-C", campaign.folder, "--json")
        subprocess.run(command, stdout=file, check=True, timeout=PATIENCE)
    assert "河口镇" in {one["name"] for one in json.loads(path.read_text("utf-8"))["units"]}


def test_times_are_those_of_the_time_zone(campaign: Campaign) -> None:
    path = play.hand_in(campaign, "1.xlsx", play.returned(campaign, "B01"))
    moment = datetime(2022, 1, 10, 9, tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))
    assert ran("collect", "-C", campaign.folder, TZ="CST-8").returncode == 0
    assert play.status(campaign)["B01"].arrived == "2022-01-10T17:00:00"
