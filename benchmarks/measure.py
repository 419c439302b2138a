"""Runs a process, and measures its wall time and the peak memory of it and of its children."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Run:
    """The measures of a run.

    seconds: wall time; processor: the seconds of processor time of the process and of its
    children, which depends less on what else the machine does. main, whole: the peak resident memory in MB of the process itself,
    and of the process with its children (shared pages are counted once for each process).
    """

    seconds: float
    processor: float
    main: float
    whole: float


def run(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Run:
    """Run `python …` to its end. Raises CalledProcessError if it fails."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **(environment or {})},
    )
    peaks = [0.0, 0.0]
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, ended, peaks))
    watcher.start()
    _, errors = process.communicate()
    seconds = time.perf_counter() - start
    ended.set()
    watcher.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments, stderr=errors.decode())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(seconds, spent, *peaks)


def _watch(pid: int, ended: threading.Event, peaks: list[float]) -> None:
    """Record the peak memory of a process, and of it with its descendants, until it ends."""
    pause = 0.002
    while not ended.wait(pause):
        sizes = _resident(pid)
        peaks[:] = max(peaks[0], *sizes[:1], 0.0), max(peaks[1], sum(sizes))
        pause = min(0.05, pause * 1.5)


def _resident(pid: int) -> list[float]:
    """The MB of a process and of its descendants, as far as they still live."""
    sizes = []
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        sizes.append(pages * _PAGE / 2**20)
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                sizes.extend(_resident(int(child)))
    except (FileNotFoundError, ProcessLookupError, IndexError):
        pass
    return sizes
