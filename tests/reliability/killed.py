"""Kills a collect at a chosen instant, and looks at what a campaign folder holds."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from jyxl.cli import _run, cli
from jyxl.edges import campaign as campaigns
from jyxl.edges.events import KINDS, row_of
from jyxl.edges.ledger import open_ledger

ROOT = Path(__file__).parents[2]
CRITICAL = frozenset(
    [
        "replace",
        "fsync",
        "chmod",
        "unlink",
        "mkstemp",
        "writelines",
        "flush",
        "execute",
        "executescript",
        "commit",
        "close",
    ]
)
"""Calls around which the state on disk changes."""


def collect(folder: Path) -> int:
    """Run jyxl collect in this process; gives the exit status."""
    command = ["collect", "-C", str(folder), "--json"]
    return _run(lambda run: cli.main(command, prog_name="jyxl", standalone_mode=False, obj=run))


def in_a_fork(
    folder: Path, kill_at: int | None = None, work: Callable[[Path], object] = collect
) -> int:
    """Collect, or do other work, in a fork, which kills itself before or after its nth critical
    call.

    Gives the number of critical calls, or -1 if the fork was killed.
    """
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receiver)
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        watch = _Watch(os.getpid(), kill_at)
        sys.setprofile(watch)
        work(folder)
        sys.setprofile(None)
        os.write(sender, str(watch.seen).encode())
        os._exit(0)
    os.close(sender)
    with os.fdopen(receiver, "rb") as pipe:
        seen = pipe.read()
    _, status = os.waitpid(child, 0)
    return -1 if os.WIFSIGNALED(status) else int(seen)


class _Watch:
    """A profile function that counts the critical calls of one process."""

    def __init__(self, process: int, kill_at: int | None) -> None:
        self.process = process
        self.kill_at = kill_at
        self.seen = 0

    def __call__(self, frame: FrameType, event: str, what: Any) -> None:
        is_critical = event in ("c_call", "c_return") and what.__name__ in CRITICAL
        if is_critical and os.getpid() == self.process:
            self.seen += 1
            if self.seen == self.kill_at:
                os.kill(self.process, signal.SIGKILL)


def started(folder: Path, **options: Any) -> subprocess.Popen[bytes]:
    """The process of python -m jyxl collect, started as a clerk starts it."""
    command = [sys.executable, "-m", "jyxl", "collect", "-C", str(folder), "--json"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True, **{**quiet, **options})


def killed_after(folder: Path, seconds: float) -> None:
    """Start a collect and kill only its own process; its readers must end by themselves."""
    process = started(folder)
    time.sleep(seconds)
    process.kill()
    process.communicate()
    for _ in range(600):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("a reader outlives its collect")


def timed(work: Callable[[], object]) -> float:
    start = time.monotonic()
    work()
    return time.monotonic() - start


def state(folder: Path) -> dict[str, Any]:
    """All that must be equal: the ledger without ids and times, and the digest of every file."""
    campaign = campaigns.load(folder)
    with open_ledger(campaign) as ledger:
        events = [
            vars(row_of(event))
            for kind in KINDS.values()
            for event in ledger.events
            if isinstance(event, kind)
        ]
    places = (campaign.archive, campaign.sent_back, campaign.county_workbook.parent)
    files = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for place in places
        for path in place.rglob("*")
        if path.is_file()
    }
    return {"events": events, "files": files}
