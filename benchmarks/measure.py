"""Runs a process, and measures its wall time and the peak memory of it and of its children."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """The measures of a run.

    seconds: wall time; processor: the seconds of processor time of the process and of its
    children, which depends less on what else the machine does. main: the peak resident memory
    in MB of the process itself; whole: the peak of what it and its children take together (PSS:
    pages that processes share are counted once).
    """

    seconds: float
    processor: float
    main: float
    whole: float


WITHOUT = Path(__file__).resolve().parent / "without"
"""Where modules are that take the place of libraries that only the tests need."""


def run(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Run:
    """Run `python …` to its end, as it runs where the tests' libraries are not installed. Raises
    CalledProcessError if it fails."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(WITHOUT), **(environment or {})},
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
        sizes = [_size(one) for one in _family(pid)]
        peaks[0] = max(peaks[0], *(resident for resident, _ in sizes[:1]), 0.0)
        peaks[1] = max(peaks[1], sum(share for _, share in sizes))
        pause = min(0.1, pause * 1.5)


def _family(pid: int) -> Iterator[int]:
    """A process and its descendants, as far as they still live."""
    yield pid
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))
    except (FileNotFoundError, ProcessLookupError):
        pass


def _size(pid: int) -> tuple[float, float]:
    """(resident, proportional) memory of a process in MB; nothing if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0.0, 0.0
    kilobytes = {line.partition(":")[0]: int(line.split()[1]) for line in lines}
    return kilobytes.get("Rss", 0) / 1024, kilobytes.get("Pss", 0) / 1024
