"""doctor looks at all that a campaign relies on; rebuild makes a new ledger from the archive."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from jyxl.cli import cli
from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Arrived, LastYear
from jyxl.edges.last_year import latest
from jyxl.edges.ledger import open_ledger
from jyxl.problem import Problem
from jyxl.steps.doctor import doctor
from jyxl.steps.rebuild import Rebuilt, rebuild
from tests import play
from tests.damage.folders import BAD, BETTER, GOOD, zipped

NAME = "t3.granted.natural"


@pytest.fixture(scope="module")
def _collected(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    made = play.campaign(tmp_path_factory.mktemp("made"))
    files = {"水务.xlsx": play.returned(made, "B02", dict(GOOD)), "读我.txt": b"hello"}
    play.hand_in(made, "1.xlsx", play.returned(made, "B01", dict(GOOD)), "2022-01-10 09:00")
    play.hand_in(made, "2.zip", zipped(files), "2022-01-11 09:00")
    play.hand_in(made, "3.xlsx", play.returned(made, "Z01", dict(BAD)), "2022-01-12 09:00")
    play.collect(made)
    play.hand_in(made, "4.xlsx", play.returned(made, "B01", dict(BETTER)), "2022-01-13 09:00")
    play.collect(made)
    return made


@pytest.fixture
def campaign(_collected: Campaign, tmp_path: Path) -> Campaign:
    """B01 filed twice, B02 in a zip, Z01 was returned."""
    shutil.copytree(_collected.folder, tmp_path / "云溪县")
    return campaigns.load(tmp_path / "云溪县")


def wrong(folder: Path) -> list[str]:
    return [line.what for line in doctor(folder) if not line.is_right]


def told(campaign: Campaign, what: str) -> str:
    (found,) = [line.found for line in doctor(campaign.folder) if line.what == what]
    return found


def digest(campaign: Campaign, code: str) -> str:
    in_force = play.status(campaign)[code].in_force
    assert in_force is not None
    return in_force.sha256


def change_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def counting(campaign: Campaign) -> dict[str, tuple[str, int | None]]:
    """Unit → its state and the figure that counts."""
    return {
        code: (
            one.state,
            one.in_force.figures[NAME] if one.in_force and one.in_force.figures else None,
        )
        for code, one in play.status(campaign).items()
    }


COUNTING = {"B01": ("accepted", 4), "B02": ("accepted", 3), "Z01": ("returned", None)}


# doctor --------------------------------------------------------------------------------


def test_all_is_right(campaign: Campaign) -> None:
    before = play.tree(campaign.folder)
    lines = doctor(campaign.folder)
    assert [line.what for line in lines if line.is_right] == [
        *("设置", "名册", "签名密钥", "文件夹", "存档", "台账", "台账与存档"),
    ]
    assert play.tree(campaign.folder) == before


def key_lost(campaign: Campaign) -> None:
    (campaign.folder / ".jyxl" / "key").unlink()


def own_folder_lost(campaign: Campaign) -> None:
    """Programs that copy folders may leave out what is hidden."""
    shutil.rmtree(campaign.folder / ".jyxl")


def settings_broken(campaign: Campaign) -> None:
    (campaign.folder / "jyxl.toml").write_text("year == 2021", encoding="utf-8")


def roster_lost(campaign: Campaign) -> None:
    (campaign.folder / "units.csv").unlink()


def folder_is_a_file(campaign: Campaign) -> None:
    shutil.rmtree(campaign.sent_back)
    campaign.sent_back.write_bytes(b"")


def archive_changed(campaign: Campaign) -> None:
    change_a_byte(campaign.archive / digest(campaign, "B02"))


def archive_lost(campaign: Campaign) -> None:
    (campaign.archive / digest(campaign, "B02")).unlink()


def ledger_lost(campaign: Campaign) -> None:
    campaign.ledger.unlink()


def index_broken(campaign: Campaign) -> None:
    """A fault that only an inspection of the whole file finds: a page that nothing uses."""
    connection = sqlite3.connect(campaign.ledger)
    connection.execute("CREATE TABLE other (x)")
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("DELETE FROM sqlite_schema WHERE name = 'other'")
    connection.commit()
    connection.close()


def ledger_of_an_older_backup(campaign: Campaign) -> None:
    """The archive has a file that this ledger has never heard of."""
    connection = sqlite3.connect(campaign.ledger)
    connection.execute("DROP TRIGGER event_is_never_deleted")
    connection.execute(f"DELETE FROM event WHERE sha256 = '{digest(campaign, 'B01')}'")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (key_lost, "签名密钥"),
        (own_folder_lost, "签名密钥"),
        (settings_broken, "设置"),
        (roster_lost, "名册"),
        (folder_is_a_file, "文件夹"),
        (archive_changed, "存档"),
        (archive_lost, "台账与存档"),
        (ledger_lost, "台账"),
        (index_broken, "台账"),
        (ledger_of_an_older_backup, "台账与存档"),
    ],
)
def test_what_is_wrong_is_said_with_status_2(
    campaign: Campaign, damage: Callable[[Campaign], None], what: str
) -> None:
    damage(campaign)
    assert wrong(campaign.folder) == [what]
    with pytest.raises(Problem, match=what):
        cli.main(["doctor", "-C", str(campaign.folder)], standalone_mode=False)


def test_what_an_older_ledger_lacks_is_taken_in_again_as_it_says(campaign: Campaign) -> None:
    newest = digest(campaign, "B01")
    ledger_of_an_older_backup(campaign)
    (campaign.returns / "4.xlsx").unlink()
    assert counting(campaign)["B01"] == ("accepted", 3)
    assert f".jyxl/archive/{newest}" in told(campaign, "台账与存档")
    shutil.copy(campaign.archive / newest, campaign.returns / newest)
    play.collect(campaign)
    assert counting(campaign)["B01"] == ("accepted", 4)
    assert wrong(campaign.folder) == []


def test_without_its_own_folder_it_says_where_that_is(campaign: Campaign) -> None:
    own_folder_lost(campaign)
    assert "没有 .jyxl 文件夹" in told(campaign, "签名密钥")
    assert not (campaign.folder / ".jyxl").exists()


def test_no_campaign(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"jyxl\.toml"):
        doctor(tmp_path)


# the bytes of the archive ----------------------------------------------------------------


def test_an_altered_file_is_not_judged_as_the_return(campaign: Campaign) -> None:
    """The error workbook of Z01 is still owed, and the original no longer lies in 回收/."""
    latest = play.status(campaign)["Z01"].latest
    assert latest is not None
    connection = sqlite3.connect(campaign.ledger)
    connection.execute("DROP TRIGGER event_is_never_deleted")
    connection.execute("DELETE FROM event WHERE kind = 'sent_back'")
    connection.commit()
    connection.close()
    kept = campaign.archive / latest.sha256
    whole = kept.read_bytes()
    original = campaign.returns / "3.xlsx"
    original.unlink()
    for path in campaign.sent_back.iterdir():
        path.unlink()
    for damage in (change_a_byte, Path.unlink):
        damage(kept)
        outcome = play.collect(campaign)
        (problem,) = outcome.problems
        assert "3.xlsx" in problem
        assert latest.sha256 in problem
        assert outcome.failed == ()
        assert list(campaign.sent_back.glob("*.xlsx")) == []
        assert play.status(campaign)["Z01"].sent_back == ""
    play.hand_in(campaign, "3.xlsx", whole, "2022-01-12 09:00")
    assert play.collect(campaign).problems == ()
    assert play.status(campaign)["Z01"].sent_back != ""
    assert wrong(campaign.folder) == []


@pytest.mark.parametrize("damage", [change_a_byte, lambda path: path.write_bytes(b"PK")])
def test_a_file_that_is_handed_in_mends_the_archive(
    campaign: Campaign, damage: Callable[[Path], None]
) -> None:
    damage(campaign.archive / digest(campaign, "B01"))
    assert wrong(campaign.folder) == ["存档"]
    play.collect(campaign)
    assert wrong(campaign.folder) == []
    assert counting(campaign) == COUNTING


# rebuild ---------------------------------------------------------------------------------


def damaged(campaign: Campaign) -> Rebuilt:
    """Rebuild the ledger of a campaign after it was cut off in the middle."""
    data = campaign.ledger.read_bytes()
    campaign.ledger.write_bytes(data[: len(data) // 2])
    return rebuild(campaign)


def arrivals(campaign: Campaign) -> list[tuple[str, str]]:
    return [(one.file, one.arrived) for one in play.events(campaign) if isinstance(one, Arrived)]


def test_the_county_is_the_same_again(campaign: Campaign) -> None:
    before, names = campaign.county_workbook.read_bytes(), sorted(arrivals(campaign))
    rebuilt = damaged(campaign)
    assert rebuilt.decisions == {"accepted": 3, "returned": 1, "refused": 1}
    assert (rebuilt.unnamed, rebuilt.several, rebuilt.failed) == (0, ("县发展和改革局",), ())
    assert rebuilt.kept is not None
    assert rebuilt.kept.is_file()
    assert counting(campaign) == COUNTING
    assert sorted(arrivals(campaign)) == names
    campaign.county_workbook.unlink()
    outcome = play.collect(campaign)
    assert {one.verdict for one in outcome.received} == {"duplicate"}
    assert campaign.county_workbook.read_bytes() == before
    assert wrong(campaign.folder) == []


def test_files_that_no_longer_lie_there_have_the_names_of_the_archive(campaign: Campaign) -> None:
    shutil.rmtree(campaign.returns)
    campaign.ledger.unlink()
    rebuilt = rebuild(campaign)
    assert (rebuilt.kept, rebuilt.unnamed) == (None, 3)
    assert counting(campaign) == COUNTING
    assert sorted(
        file.rsplit("/", 1)[-1] for file, _ in arrivals(campaign) if "." in file[-5:]
    ) == [
        "水务.xlsx",
        "读我.txt",
    ]
    assert wrong(campaign.folder) == []


def test_the_order_is_that_of_archiving(campaign: Campaign) -> None:
    newest = campaign.archive / digest(campaign, "B01")
    os.utime(newest, (1, 1))
    shutil.rmtree(campaign.returns)
    damaged(campaign)
    assert counting(campaign)["B01"] == ("accepted", 3)


def test_an_older_file_that_was_archived_later_is_held(campaign: Campaign) -> None:
    """The files still lie in 回收/ with their times, while a copy has lost those of the archive."""
    os.utime(campaign.archive / digest(campaign, "B01"), (1, 1))
    assert damaged(campaign).decisions == {"accepted": 2, "returned": 1, "refused": 1, "held": 1}
    assert counting(campaign) == COUNTING


def test_an_altered_file_is_left_out_and_said(campaign: Campaign) -> None:
    sha256 = digest(campaign, "B02")
    change_a_byte(campaign.archive / sha256)
    rebuilt = damaged(campaign)
    assert [sha256 in problem for problem in rebuilt.problems] == [True]
    assert counting(campaign)["B02"] == ("missing", None)
    play.collect(campaign)
    assert counting(campaign) == COUNTING


def test_a_sound_ledger_is_not_rebuilt(campaign: Campaign) -> None:
    before = campaign.ledger.read_bytes()
    with pytest.raises(Problem):
        rebuild(campaign)
    assert campaign.ledger.read_bytes() == before


@pytest.mark.parametrize(("old", "new"), [("year = 2021", "year = 2022")])
def test_a_lost_ledger_is_no_way_to_another_year(campaign: Campaign, old: str, new: str) -> None:
    campaign.ledger.unlink()
    path = campaign.folder / "jyxl.toml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(Problem, match="2021"):
        rebuild(campaigns.load(campaign.folder))
    assert not campaign.ledger.exists()


def test_broken_off_nothing_is_replaced(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign.ledger.write_bytes(b"")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(campaign, interrupt)
    assert campaign.ledger.read_bytes() == b""
    rebuild(campaign)
    assert counting(campaign) == COUNTING


def test_a_journal_of_the_damaged_ledger_is_put_aside_too(campaign: Campaign) -> None:
    """SQLite would play it back into the new one."""
    journal = campaign.ledger.with_name("ledger.db-journal")
    campaign.ledger.write_bytes(b"no database")
    journal.write_bytes(b"left by a power cut")
    rebuilt = rebuild(campaign)
    assert rebuilt.kept is not None
    assert not journal.exists()
    with open_ledger(campaign):
        pass


LAST = LastYear("B01", {NAME: 7}, "去年.xlsx", "0" * 64, {NAME: "依申请公开!C5"})


def cut_after_last_year(campaign: Campaign) -> None:
    """Last year is recorded, and then the end of the ledger is lost."""
    with open_ledger(campaign) as ledger:
        ledger.add([LAST])
        ledger.add([replace(LAST, unit="X99")])
        ledger.add([replace(LAST, unit="B02", source="去" * 5000 + ".xlsx") for _ in range(3)])
    data = campaign.ledger.read_bytes()
    campaign.ledger.write_bytes(data[:-8192])


def test_last_year_is_kept_where_it_can_be_read(campaign: Campaign) -> None:
    cut_after_last_year(campaign)
    rebuilt = rebuild(campaign)
    assert rebuilt.last_year >= 1
    with open_ledger(campaign) as ledger:
        assert latest(ledger.events, campaign.units)["B01"] == LAST
        assert "X99" not in latest(ledger.events, campaign.units)
    assert counting(campaign) == COUNTING


def test_last_year_of_another_campaign_is_not_taken(campaign: Campaign, tmp_path: Path) -> None:
    other = play.campaign(tmp_path / "另一个")
    with open_ledger(other) as ledger:
        ledger.add([LAST])
    shutil.copyfile(other.ledger, campaign.ledger)
    assert rebuild(campaign).last_year == 0
    with open_ledger(campaign) as ledger:
        assert latest(ledger.events, campaign.units) == {}


@pytest.mark.parametrize("data", [None, b"", b"no database"])
def test_without_anything_to_read_last_year_is_to_be_taken_again(
    campaign: Campaign, data: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    campaign.ledger.unlink()
    if data is not None:
        campaign.ledger.write_bytes(data)
    cli.main(["doctor", "--rebuild", "-C", str(campaign.folder)], standalone_mode=False)
    assert "jyxl last" in capsys.readouterr().out


def test_as_a_command(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    campaign.ledger.write_bytes(b"")
    cli.main(["doctor", "--rebuild", "-C", str(campaign.folder)], standalone_mode=False)
    shown = capsys.readouterr().out
    assert "通过 3，退回 1，拒收 1" in shown.replace("\n", "")
    assert "ledger-damaged-" in shown
    assert "县发展和改革局" in shown
    cli.main(["doctor", "-C", str(campaign.folder)], standalone_mode=False)
    shown = capsys.readouterr().out.replace("\n", "")
    lines = doctor(campaign.folder)
    assert len(lines) == 7
    assert all(line.is_right and f"正常　{line.what}：" in shown for line in lines)
