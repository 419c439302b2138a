"""A campaign is packed, unpacked elsewhere, and goes on; every damage on the way is seen."""

from __future__ import annotations

import os
import sqlite3
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from jyxl.cli import cli
from jyxl.edges import backup
from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import open_ledger
from jyxl.problem import Problem
from jyxl.steps import doctor as looking
from jyxl.steps.machine import Checked
from jyxl.steps.pack import pack
from tests import play
from tests.damage.folders import BAD, BETTER, GOOD
from tests.steps.test_doctor import change_a_byte, counting

pytestmark = pytest.mark.slow

MANIFEST = "备份的清单"


@pytest.fixture
def filed(campaign: Campaign) -> Campaign:
    """B01 accepted, Z01 returned, B02 missing."""
    play.hand_in(campaign, "1.xlsx", play.returned(campaign, "B01", dict(GOOD)))
    play.hand_in(campaign, "2.xlsx", play.returned(campaign, "Z01", dict(BAD)))
    play.collect(campaign)
    return campaign


def packed(campaign: Campaign, path: Path) -> backup.Packed:
    with open_ledger(campaign) as ledger:
        return pack(campaign, ledger, path)


def unpacked(path: Path, where: Path) -> Campaign:
    with zipfile.ZipFile(path) as package:
        package.extractall(where)
    (folder,) = where.iterdir()
    return campaigns.load(folder)


def line(folder: Path, what: str) -> Checked:
    (found,) = [one for one in looking.doctor(folder) if one.what == what]
    return found


def test_what_was_packed_goes_on_elsewhere(filed: Campaign, tmp_path: Path) -> None:
    made = packed(filed, tmp_path / "甲.zip")
    there = unpacked(made.path, tmp_path / "别处 2")
    assert made.skipped == ()
    before = play.tree(filed.folder)
    after = play.tree(there.folder)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {backup.MANIFEST}
    assert counting(there) == counting(filed)
    assert [one for one in looking.doctor(there.folder) if not one.is_right or one.is_odd] == []
    play.hand_in(there, "3.xlsx", play.returned(there, "B02", dict(BETTER)))
    play.collect(there)
    assert counting(there)["B02"] == ("accepted", 4)
    assert line(there.folder, MANIFEST).is_right
    again = packed(there, tmp_path / "乙.zip")
    third = unpacked(again.path, tmp_path / "三")
    assert counting(third) == counting(there)


def test_empty_folders_are_there_too(campaign: Campaign, tmp_path: Path) -> None:
    there = unpacked(packed(campaign, tmp_path / "a.zip").path, tmp_path / "b")
    assert there.returns.is_dir()
    play.collect(there)


def test_without_a_file_it_lies_beside_the_campaign(filed: Campaign) -> None:
    cli.main(["pack", "-C", str(filed.folder)], standalone_mode=False)
    (made,) = filed.folder.parent.glob("*.zip")
    assert made.name.startswith(filed.folder.name)
    assert [one.is_right for one in looking.packed(made)] == [True]


def test_into_a_folder_it_gets_a_name(filed: Campaign, tmp_path: Path) -> None:
    stick = tmp_path / "U 盘"
    stick.mkdir()
    assert packed(filed, stick).path.parent == stick


@pytest.mark.parametrize("name", ["备份.zip", "汇总/备份.zip"])
def test_it_is_not_put_into_the_campaign_itself(filed: Campaign, name: str) -> None:
    before = play.tree(filed.folder)
    with pytest.raises(Problem):
        packed(filed, filed.folder / name)
    with pytest.raises(Problem):
        packed(filed, filed.folder)
    assert play.tree(filed.folder) == before


def test_only_a_zip_is_written_over(filed: Campaign, tmp_path: Path) -> None:
    other = tmp_path / "数据.xlsx"
    other.write_bytes(b"other")
    with pytest.raises(Problem, match=r"数据\.zip"):
        packed(filed, other)
    assert other.read_bytes() == b"other"


def test_not_while_another_jyxl_works_there(filed: Campaign, tmp_path: Path) -> None:
    with open_ledger(filed), pytest.raises(Problem, match="另一个"):
        cli.main(["pack", str(tmp_path / "a.zip"), "-C", str(filed.folder)], standalone_mode=False)
    assert list(tmp_path.glob("*.zip")) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes among its files")
def test_links_and_pipes_are_said_and_never_followed(filed: Campaign, tmp_path: Path) -> None:
    secret = tmp_path / "别人的"
    secret.mkdir()
    (secret / "机密.txt").write_text("机密", encoding="utf-8")
    (filed.returns / "链接").symlink_to(secret)
    (filed.returns / "文件.txt").symlink_to(secret / "机密.txt")
    os.mkfifo(filed.folder / "管道")
    made = packed(filed, tmp_path / "a.zip")
    assert len(made.skipped) == 3
    with zipfile.ZipFile(made.path) as package:
        names = package.namelist()
    assert [one for one in names if "链接" in one or "文件.txt" in one or "管道" in one] == []


def test_what_is_only_of_the_moment_is_left_out(filed: Campaign, tmp_path: Path) -> None:
    (filed.folder / "~$units.xlsx").write_bytes(b"x")
    (filed.issued / ".~0123.tmp").write_bytes(b"x")
    with zipfile.ZipFile(packed(filed, tmp_path / "a.zip").path) as package:
        names = {one.rsplit("/", 1)[-1] for one in package.namelist()}
    assert names & {"~$units.xlsx", ".~0123.tmp", "lock"} == set()
    assert "key" in names


def test_a_damaged_ledger_is_not_packed(filed: Campaign, tmp_path: Path) -> None:
    connection = sqlite3.connect(filed.ledger)
    connection.execute("CREATE TABLE other (x)")
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("DELETE FROM sqlite_schema WHERE name = 'other'")
    connection.commit()
    connection.close()
    with pytest.raises(Problem, match="doctor"):
        packed(filed, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


def test_an_older_backup_stays_if_the_new_one_fails(filed: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"older")
    before = sorted(tmp_path.iterdir())
    with play.held(path), pytest.raises(Problem):
        packed(filed, path)
    assert path.read_bytes() == b"older"
    assert sorted(tmp_path.iterdir()) == before


# what doctor says of a backup ------------------------------------------------------------


def rewritten(path: Path, change: Callable[[dict[str, bytes]], object]) -> None:
    """Make the zip anew with other contents. Names are below the top folder."""
    with zipfile.ZipFile(path) as package:
        top = package.namelist()[0].split("/")[0] + "/"
        contents = {one.filename.removeprefix(top): package.read(one) for one in package.infolist()}
    change(contents)
    with zipfile.ZipFile(path, "w") as package:
        for name, data in contents.items():
            package.writestr(top + name, data)


DAMAGES: dict[str, Callable[[dict[str, bytes]], object]] = {
    "changed": lambda files: files.update({".jyxl/key": b"0" * 65}),
    "lost": lambda files: files.pop(".jyxl/key"),
    "added": lambda files: files.update({"多的.txt": b"x"}),
    "unlisted": lambda files: files.pop(backup.MANIFEST),
    "unreadable": lambda files: files.update({backup.MANIFEST: b"\xff?"}),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_backup_that_is_not_as_it_was_is_said(
    filed: Campaign, tmp_path: Path, damage: str
) -> None:
    path = packed(filed, tmp_path / "a.zip").path
    assert [one.is_right for one in looking.packed(path)] == [True]
    rewritten(path, DAMAGES[damage])
    with pytest.raises(Problem):
        cli.main(["doctor", str(path)], standalone_mode=False)


@pytest.mark.parametrize("where", [0.02, 0.3, 0.6, 0.9])
def test_a_flipped_bit_is_said(filed: Campaign, tmp_path: Path, where: float) -> None:
    path = packed(filed, tmp_path / "a.zip").path
    with zipfile.ZipFile(path) as package:
        of_files = [one for one in package.infolist() if one.compress_size > 100]
        one = of_files[int(where * len(of_files))]
    data = bytearray(path.read_bytes())
    data[one.header_offset + 30 + len(one.filename.encode()) + one.compress_size // 2] ^= 1
    path.write_bytes(data)
    assert [one.is_right for one in looking.packed(path)] == [False]


def test_half_a_backup_or_none_is_said(filed: Campaign, tmp_path: Path) -> None:
    path = packed(filed, tmp_path / "a.zip").path
    path.write_bytes(path.read_bytes()[:-5000])
    for one in (path, filed.ledger, tmp_path / "没有.zip"):
        assert [line.is_right for line in looking.packed(one)] == [False]


def key_changed(there: Campaign) -> None:
    key = there.folder / ".jyxl" / "key"
    key.chmod(0o600)
    key.write_text("ab" * 32, encoding="ascii")


def from_the_archive(there: Campaign) -> Path:
    """A file of the archive that was in the backup."""
    manifest = (there.folder / backup.MANIFEST).read_text(encoding="utf-8")
    places = [one.split("  ")[1] for one in manifest.splitlines()]
    return there.folder / next(one for one in places if one.startswith(".jyxl/archive/"))


def archive_changed(there: Campaign) -> None:
    change_a_byte(from_the_archive(there))


def archive_lost(there: Campaign) -> None:
    from_the_archive(there).unlink()


@pytest.mark.parametrize("damage", [key_changed, archive_changed, archive_lost])
@pytest.mark.parametrize("later", [False, True])
def test_what_was_lost_in_unpacking_is_said_even_later(
    filed: Campaign, tmp_path: Path, damage: Callable[[Campaign], None], later: bool
) -> None:
    there = unpacked(packed(filed, tmp_path / "a.zip").path, tmp_path / "b")
    if later:
        play.hand_in(there, "3.xlsx", play.returned(there, "B02", dict(BETTER)))
        play.collect(there)
    damage(there)
    assert not line(there.folder, MANIFEST).is_right


def test_what_people_may_change_is_only_mentioned(filed: Campaign, tmp_path: Path) -> None:
    there = unpacked(packed(filed, tmp_path / "a.zip").path, tmp_path / "b")
    (there.returns / "1.xlsx").unlink()
    there.county_workbook.unlink()
    found = line(there.folder, MANIFEST)
    assert (found.is_right, found.is_odd) == (True, True)
    assert "1.xlsx" in found.found
