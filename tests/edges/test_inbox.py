"""What lies in a folder: files are found, and all else is told, whatever its name."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest

from jyxl.edges import files, inbox, unpacking
from jyxl.edges.campaign import OWN_NAMES, RETURNS, Campaign
from jyxl.edges.events import Arrived
from jyxl.problem import Problem
from tests import play

POSIX = pytest.mark.skipif(os.name != "posix", reason="such things are only on POSIX")


def names(found: inbox.Found) -> list[str]:
    return [arrival.path.name for arrival in found.arrivals]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one file."""
    (tmp_path / "回收").mkdir()
    (tmp_path / "回收" / "a.xlsx").write_bytes(b"a")
    return tmp_path / "回收"


# what is no file ------------------------------------------------------------------


@POSIX
def test_only_files_are_read(folder: Path, tmp_path: Path) -> None:
    os.mkfifo(folder / "管道")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(folder / "套接字"))
        (tmp_path / "外面.xlsx").write_bytes(b"b")
        (folder / "链接.xlsx").symlink_to(tmp_path / "外面.xlsx")
        (folder / "链接").symlink_to(tmp_path)
        (folder / "断了").symlink_to(tmp_path / "没有")
        (folder / "设备").symlink_to("/dev/zero")
        found = inbox.find([folder])
    assert names(found) == ["a.xlsx"]
    strange = {"管道", "套接字", "链接.xlsx", "链接", "断了", "设备"}
    assert {name for name in strange if any(f"/{name}”" in told for told in found.told)} == strange
    assert len(found.told) == len(strange)


@POSIX
def test_a_link_is_followed_if_it_is_what_was_asked_for(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "收").symlink_to(folder)
    (tmp_path / "一份").symlink_to(folder / "a.xlsx")
    assert names(inbox.find([tmp_path / "收"])) == ["a.xlsx"]
    assert names(inbox.find([tmp_path / "一份"])) == ["一份"]
    assert [len(inbox.find([Path("/dev/zero")]).told)] == [1]


@POSIX
def test_a_pipe_that_took_the_place_of_a_file_is_not_waited_for(folder: Path) -> None:
    (folder / "a.xlsx").unlink()
    os.mkfifo(folder / "a.xlsx")
    with pytest.raises(unpacking.Unread, match=r"a\.xlsx"):
        unpacking.contents(folder / "a.xlsx", folder)


def test_a_film_is_no_return(folder: Path) -> None:
    with (folder / "录像.mp4").open("wb") as film:
        film.truncate(inbox.MAX_BYTES + 1)
    found = inbox.find([folder])
    assert names(found) == ["a.xlsx"]
    assert "录像.mp4" in found.told[0]


# folders --------------------------------------------------------------------------


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, who may enter every folder."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@POSIX
def test_a_folder_that_cannot_be_entered_is_told() -> None:
    top = Path(os.path.realpath(os.curdir)).anchor
    place = Path(top, "tmp", f"jyxl-{os.getpid()}")
    (place / "锁着").mkdir(parents=True)
    (place / "a.xlsx").write_bytes(b"a")
    (place / "锁着").chmod(0)
    try:
        with as_nobody():
            found = inbox.find([place])
    finally:
        (place / "锁着").chmod(0o700)
        shutil.rmtree(place)
    assert names(found) == ["a.xlsx"]
    assert [("锁着" in told, "没有权限" in told) for told in found.told] == [(True, True)]


def test_folders_too_deep_are_told(folder: Path) -> None:
    deep = folder.joinpath(*"层" * (inbox.MAX_DEPTH + 1))
    deep.mkdir(parents=True)
    (deep / "b.xlsx").write_bytes(b"b")
    (deep.parent / "c.xlsx").write_bytes(b"c")
    found = inbox.find([folder])
    assert sorted(names(found)) == ["a.xlsx", "c.xlsx"]
    assert len(found.told) == 1


@POSIX
def test_many_sentences_become_one(folder: Path) -> None:
    for number in range(inbox.MAX_TOLD + 5):
        (folder / str(number)).symlink_to("nowhere")
    told = inbox.find([folder]).told
    assert len(told) == inbox.MAX_TOLD + 1
    assert "5" in told[-1]


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    assert len(inbox.find([tmp_path / "没有"]).told) == 1
    with pytest.raises(Problem, match="没有"):
        inbox.vet([tmp_path / "没有"], record=False)
    with pytest.raises(Problem):
        inbox.vet([tmp_path / ("长" * 300)], record=False)


# the campaign's own ---------------------------------------------------------------


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    made = play.campaign(tmp_path)
    play.hand_in(made, "x.pdf", b"%PDF-1.4")
    play.collect(made)
    return made


def test_own_folders_are_passed_over(campaign: Campaign, tmp_path: Path) -> None:
    (campaign.folder / "别处").mkdir()
    (campaign.folder / "别处" / "b.xlsx").write_bytes(b"b")
    shutil.copytree(campaign.folder, tmp_path / "备份")
    assert sorted(names(inbox.find([campaign.folder]))) == ["b.xlsx", "x.pdf"]
    both = ["b.xlsx", "b.xlsx", "x.pdf", "x.pdf", "名册.csv"]
    assert sorted(names(inbox.find([tmp_path]))) == both


def test_own_files_are_refused_when_they_are_asked_for(campaign: Campaign) -> None:
    before = play.events(campaign)
    made = {path.name for path in campaign.folder.iterdir()}
    assert made - {RETURNS} <= OWN_NAMES
    inside = [next(campaign.issued.iterdir()), campaign.archive, campaign.ledger]
    for path in [*inside, *(campaign.folder / name for name in made - {RETURNS})]:
        with pytest.raises(Problem, match="没有收"):
            play.collect(campaign, path)
        inbox.vet([path], record=False)
    assert play.events(campaign) == before


@POSIX
def test_a_link_does_not_hide_what_is_the_campaigns_own(campaign: Campaign, tmp_path: Path) -> None:
    (tmp_path / "链接").symlink_to(campaign.issued)
    with pytest.raises(Problem, match="没有收"):
        play.collect(campaign, tmp_path / "链接")


# names ----------------------------------------------------------------------------


def given(folder: Path, name: bytes, content: bytes = b"") -> Path:
    """A file with a name in these bytes."""
    path = folder / os.fsdecode(name)
    path.write_bytes(content)
    return path


@POSIX
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("县水务局.xlsx".encode("gbk"), "县水务局.xlsx（GBK 文件名）"),
        ("县水务局.xlsx".encode(), "县水务局.xlsx"),
        (b"\xff\xfe.xlsx", "\\xff\\xfe.xlsx"),
        (b"a\x1b[2J\n.xlsx", "a[2J.xlsx"),
        ("表\u202exslx.exe".encode(), "表xslx.exe"),
        (b"100%.xlsx", "100%.xlsx"),
    ],
)
def test_any_name_is_shown_readably_and_kept_exactly(
    campaign: Campaign, name: bytes, shown: str
) -> None:
    given(campaign.returns, name, play.returned(campaign, "B02"))
    [received] = [one for one in play.collect(campaign).received if one.verdict == "accepted"]
    assert received.file == f"回收/{shown}"
    received.file.encode()
    [event] = [one for one in play.events(campaign) if isinstance(one, Arrived)][-1:]
    kept = unquote_to_bytes(event.exact) if event.exact else event.file.encode()
    assert kept == "回收/".encode() + name
    assert all(one.seen_here for one in play.collect(campaign).received)


@POSIX
def test_a_name_in_gbk_is_that_of_its_unit(campaign: Campaign) -> None:
    given(campaign.returns, "县水务局.xlsx".encode("gbk"), play.returned(campaign, "B01"))
    told = {one.file: play.told(one) for one in play.collect(campaign).received}
    assert told["回收/县水务局.xlsx（GBK 文件名）"] == [("S-SENDER", "")]


@POSIX
def test_names_that_look_alike_are_two_files(campaign: Campaign) -> None:
    given(campaign.returns, b"a.xlsx", play.returned(campaign, "B02"))
    given(campaign.returns, b"a\x1b.xlsx", play.returned(campaign, "B02"))
    received = play.collect(campaign).received
    assert sorted(one.verdict for one in received) == ["accepted", "duplicate", "duplicate"]
    arrived = [one for one in play.events(campaign) if isinstance(one, Arrived)]
    assert len({(one.file, one.exact) for one in arrived}) == len(arrived) == 3


def test_an_exact_name_is_kept_only_if_it_is_needed() -> None:
    assert files.exact("回收/县水务局.xlsx") == ""
    assert files.exact("a\x1b") == "a%1B"


# times ----------------------------------------------------------------------------


@pytest.mark.parametrize("time", [-1, -10_000_000_000, 2**33, 2**40])
def test_a_time_that_cannot_be_is_kept_within_bounds(folder: Path, time: int) -> None:
    try:
        os.utime(folder / "a.xlsx", (0, time))
    except (OSError, OverflowError):
        pytest.skip("the file system does not keep such a time")
    found = inbox.find([folder])
    assert "1970" <= found.arrivals[0].arrived < "2100"
    kept = (folder / "a.xlsx").stat().st_mtime
    assert len(found.told) == (1 if kept < 0 else 0)
