"""Whatever the program is started with: a sentence at the end, and the work is done."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import platform
import shutil
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jyxl import characters
from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign
from tests import play

fcntl = pytest.importorskip("fcntl", reason="the shell, the signals and the locks of Linux")
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """A campaign in which a good return waits under a name that steers a terminal."""
    made = play.campaign(tmp_path_factory.mktemp("terminal"))
    book = play.filled(made, "B01", {"t3.new.natural": "\u202e21"})
    book.create_sheet("草\u202e稿")
    play.hand_in(made, "a\x1b[2J\u202e.xlsx", book)
    return made


@pytest.fixture
def campaign(laid: Campaign, tmp_path: Path) -> Campaign:
    shutil.copytree(laid.folder, tmp_path / "县")
    return campaigns.load(tmp_path / "县")


def run(script: str, campaign: Campaign, **environment: str) -> tuple[int, str, str]:
    """The exit status and what was written by a line of the shell, in which jyxl is the program.

    environment: variables besides those that are always needed.
    """
    done = subprocess.run(
        ["bash", "-c", f'jyxl() {{ "{sys.executable}" -m jyxl "$@"; }}; {script}'],
        cwd=campaign.folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def sentence(err: str) -> str:
    """The one sentence on standard error."""
    assert len(err.splitlines()) == 1, err
    assert "Traceback" not in err
    assert "自身出了错" not in err
    assert err.endswith("。\n")
    return err


def is_collected(campaign: Campaign) -> bool:
    return play.status(campaign)["B01"].state == "returned"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("jyxl collect > /dev/full", "磁盘满了"),
        ("jyxl collect --json > /dev/full", "磁盘满了"),
        ("jyxl collect >&-", "关闭"),
        ("jyxl collect <&- >&-", "关闭"),
    ],
)
def test_output_that_goes_nowhere(campaign: Campaign, script: str, words: str) -> None:
    status, out, err = run(script, campaign)
    assert (status, out) == (2, "")
    assert words in sentence(err)
    assert is_collected(campaign)


@pytest.mark.parametrize(
    "script", ["jyxl collect 2>&-", "jyxl collect 2>/dev/full", "jyxl collect <&-"]
)
def test_nothing_to_complain_to(campaign: Campaign, script: str) -> None:
    status, out, _ = run(script, campaign)
    assert status == 0
    assert "退回 1 个" in out
    assert is_collected(campaign)


@pytest.mark.parametrize("script", ["jyxl status", "jyxl status --json"])
def test_a_reader_that_is_gone(campaign: Campaign, script: str) -> None:
    status, _, err = run(f"{{ sleep 0.1; {script}; }} | true; exit ${{PIPESTATUS[0]}}", campaign)
    assert (status, err) == (0, "")


def test_help_that_cannot_be_written(campaign: Campaign) -> None:
    status, _, err = run("jyxl --help > /dev/full", campaign)
    assert status == 2
    assert "磁盘满了" in sentence(err)


# languages ------------------------------------------------------------------------


@pytest.mark.parametrize("variables", [{"LC_ALL": "C"}, {"LC_ALL": "POSIX"}, {"LANG": ""}])
def test_the_c_locale(campaign: Campaign, variables: dict[str, str]) -> None:
    status, out, err = run("jyxl collect", campaign, **variables)
    assert (status, err) == (0, "")
    assert "退回 1 个" in out


def test_a_system_in_which_no_name_can_be_chinese(campaign: Campaign) -> None:
    strict = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    status, _, err = run("jyxl collect", campaign, **strict)
    assert status == 2
    assert "UTF-8" in sentence(err)


def test_an_output_that_knows_no_chinese(campaign: Campaign) -> None:
    status, out, err = run("jyxl collect", campaign, PYTHONIOENCODING="latin-1")
    assert (status, err) == (0, "")
    assert "退回 1 个" in out


# what is shown --------------------------------------------------------------------


@pytest.mark.slow
def test_nothing_from_outside_steers_the_terminal(campaign: Campaign) -> None:
    (campaign.returns / "b\x1b]0;x\x07").symlink_to("nowhere")
    for script in (
        "jyxl collect",
        "jyxl status",
        "jyxl collect --json",
        "jyxl status --json",
        "jyxl check 回收",
        "jyxl check 回收/a*",
        "jyxl check $'a\\x1b[2J'",
        "jyxl collect -C $'a\\x1b[2J\\xff'",
        "jyxl $'a\\x1b[2J'",
        "jyxl --$'a\\x1b[2J'",
        "JYXL_WORKERS=$'a\\x1b[2J' jyxl check 回收",
    ):
        _, out, err = run(script, campaign)
        assert out + err
        assert characters.lines(out + err) == out + err, script
    assert "2J" in out + err


def test_json_is_exact_all_the_same(campaign: Campaign) -> None:
    _, out, _ = run("jyxl collect --json", campaign)
    [received] = json.loads(out)["received"]
    assert received["file"] == "回收/a[2J.xlsx"
    assert {one["sheet"] for one in received["findings"]} == {"依申请公开", "草\u202e稿"}


def test_sheets_do_not_turn_a_text_round(campaign: Campaign) -> None:
    play.collect(campaign)
    [back] = campaign.sent_back.iterdir()
    for page in play.opened(back.read_bytes()):
        for row in page.iter_rows(values_only=True):
            assert all(characters.lines(one) == one for one in row if isinstance(one, str))


# being ended ----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_request_to_end_is_met_and_nothing_is_lost(campaign: Campaign, number: int) -> None:
    """The program does not inherit that a signal is ignored, as it is below nohup."""
    for copy in range(400):
        (campaign.returns / f"{copy}.pdf").write_bytes(b"%%PDF %d" % copy)
    program = subprocess.Popen(
        [sys.executable, "-m", "jyxl", "collect"],
        cwd=campaign.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
    )
    until = time.monotonic() + 60
    while len(list(campaign.archive.iterdir())) < 50 and time.monotonic() < until:
        time.sleep(0.01)
    program.send_signal(number)
    _, err = program.communicate(timeout=60)
    assert program.returncode == 2
    assert "再运行一次" in sentence(err.removeprefix("\n"))  # after ^C on a terminal
    assert len(play.collect(campaign).received) == 401


# the campaign's folder ------------------------------------------------------------


@pytest.mark.parametrize("what", ["text", "folder", "pipe"])
def test_a_lock_that_is_no_lock(campaign: Campaign, what: str) -> None:
    lock = campaign.ledger.with_name("lock")
    lock.unlink(missing_ok=True)
    if what == "text":
        lock.write_text("这不是锁" * 100, encoding="utf-8")
    elif what == "folder":
        lock.mkdir()
    else:
        os.mkfifo(lock)
    status, _, err = run("jyxl collect", campaign)
    assert status == 2
    assert "锁文件" in sentence(err)


def test_a_ledger_that_is_none(campaign: Campaign) -> None:
    campaign.ledger.write_text("这不是台账" * 100, encoding="utf-8")
    status, _, err = run("jyxl collect", campaign)
    assert status == 2
    assert "台账" in sentence(err)
    assert "file is" not in err


def _without_locks() -> None:
    """In the program to come, the system refuses every lock on a file with ENOLCK, as a file
    system without locks does. It is a filter of system calls (seccomp) for fcntl with F_SETLK."""
    calls, checks = {"x86_64": 72, "aarch64": 25}, []
    load, equal, give = 0x20, 0x15, 0x06
    allow, refuse = 0x7FFF0000, 0x00050000 | errno.ENOLCK
    for code, yes, no, value in (
        (load, 0, 0, 0),  # the number of the call
        (equal, 0, 3, calls[platform.machine()]),
        (load, 0, 0, 24),  # its second argument
        (equal, 0, 1, fcntl.F_SETLK),
        (give, 0, 0, refuse),
        (give, 0, 0, allow),
    ):
        checks.append(struct.pack("HBBI", code, yes, no, value))
    program = ctypes.create_string_buffer(b"".join(checks))
    wanted = struct.pack("HxxxxxxQ", len(checks), ctypes.addressof(program))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, wanted, 0, 0):
        os._exit(77)


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"),
    reason="filters of system calls are only on Linux",
)
def test_a_file_system_without_locks(campaign: Campaign) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jyxl", "collect"],
        cwd=campaign.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=_without_locks,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 77:
        pytest.skip("the system refuses filters: a file system without locks is NOT tested")
    assert done.returncode == 2
    assert "加锁" in sentence(done.stderr)


def test_odd_numbers_of_workers(campaign: Campaign) -> None:
    status, _, err = run("jyxl collect", campaign, JYXL_WORKERS="很多")
    assert status == 2
    assert "JYXL_WORKERS" in sentence(err)


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8"])
def test_json_is_utf8_in_every_encoding(campaign: Campaign, encoding: str) -> None:
    """So that a program can read what was redirected to a file, on Chinese Windows too."""
    _, out, _ = run("jyxl status --json", campaign, PYTHONIOENCODING=encoding)
    assert ("河口镇" in out) is (encoding == "utf-8")
    assert "河口镇" in {one["name"] for one in json.loads(out)["units"]}
