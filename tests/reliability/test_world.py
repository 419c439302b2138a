"""A full disk, a read-only folder or two collects at once give a sentence, and lose nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jyxl.edges import campaign as campaigns
from jyxl.edges.ledger import open_ledger
from tests import play
from tests.damage.folders import BAD, GOOD
from tests.reliability import killed

resource = pytest.importorskip("resource", reason="mounts, limits and signals of Linux")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign in which a good and a faulty return wait."""
    campaign = play.campaign(tmp_path_factory.mktemp("world"))
    play.hand_in(campaign, "1.xlsx", play.filled(campaign, "B01", GOOD))
    play.hand_in(campaign, "2.xlsx", play.filled(campaign, "B02", BAD))
    return campaign.folder


@pytest.fixture(scope="module")
def end(laid: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    place = tmp_path_factory.mktemp("undisturbed") / "campaign"
    shutil.copytree(laid, place)
    assert killed.collect(place) == 0
    return killed.state(place)


def told(process: subprocess.Popen[bytes]) -> str:
    """The sentence of a command that could not run."""
    _, words = process.communicate(timeout=120)
    text = words.decode()
    assert process.returncode == 2, text
    assert "Traceback" not in text
    assert "自身出了错" not in text
    return text


@contextmanager
def mounted(place: Path, options: str) -> Iterator[None]:
    place.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], check=False)
    if done.returncode:
        pytest.skip("cannot mount: a full disk and a read-only folder are NOT tested")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting needs root"
)


@needs_root
@pytest.mark.parametrize("left", [0, 8, 40, 64, 100, 130, 160])
def test_full_disk(laid: Path, end: dict[str, object], tmp_path: Path, left: int) -> None:
    """left: KB free when collect begins; it needs about 200."""
    with mounted(tmp_path / "disk", "size=4m"):
        place = tmp_path / "disk" / "campaign"
        shutil.copytree(laid, place)
        ballast = tmp_path / "disk" / "ballast"
        free = shutil.disk_usage(tmp_path / "disk").free
        ballast.write_bytes(bytes(max(0, free - left * 1024)))
        words = told(killed.started(place))
        assert "磁盘" in words
        ballast.unlink()
        assert killed.collect(place) == 0
        assert killed.state(place) == end


@needs_root
def test_read_only_folder(laid: Path, end: dict[str, object], tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=4m"):
        place = tmp_path / "disk" / "campaign"
        shutil.copytree(laid, place)
        remount = ["mount", "-o", "remount,{}", str(tmp_path / "disk")]
        subprocess.run([word.format("ro") for word in remount], check=True)
        assert "只读" in told(killed.started(place))
        subprocess.run([word.format("rw") for word in remount], check=True)
        assert killed.collect(place) == 0
        assert killed.state(place) == end


@pytest.mark.parametrize("size", [0, 1000, 20_000, 30_000])
def test_files_cannot_grow(laid: Path, end: dict[str, object], tmp_path: Path, size: int) -> None:
    """size: the system refuses to write more bytes than that to a file."""
    place = tmp_path / "campaign"
    shutil.copytree(laid, place)

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    assert told(killed.started(place, preexec_fn=limit))
    assert killed.collect(place) == 0
    assert killed.state(place) == end


def test_two_collects_at_once(laid: Path, end: dict[str, object], tmp_path: Path) -> None:
    place = tmp_path / "campaign"
    shutil.copytree(laid, place)
    campaign = campaigns.load(place)
    with open_ledger(campaign):
        assert "另一个 jyxl 正在处理" in told(killed.started(place))
    assert killed.collect(place) == 0
    assert killed.state(place) == end


def test_two_collects_started_together(laid: Path, end: dict[str, object], tmp_path: Path) -> None:
    place = tmp_path / "campaign"
    shutil.copytree(laid, place)
    both = [killed.started(place) for _ in range(2)]
    ends = sorted((process.communicate(timeout=120), process.returncode)[1] for process in both)
    assert ends in ([0, 0], [0, 2])
    assert killed.state(place) == end
