"""A scheduler and workers of Dask, started as programs of their own in empty folders."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
OPENED = "opened"
"""The file in a worker's folder in which it and its processes note what they opened."""

_NOTE = """
import os, sys

def note(event, arguments):
    if event == "open" and isinstance(arguments[0], str):
        if WATCHED in arguments[0] or arguments[0].endswith(".toml"):
            os.write(log, os.fsencode(arguments[0]) + b"\\n")

log = os.open(PLACE, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
sys.addaudithook(note)
"""


@dataclass
class Programs:
    """A scheduler and its workers. address: of the scheduler; workers: the folder of each."""

    place: Path
    address: str = ""
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    workers: list[Path] = field(default_factory=list)

    def start_scheduler(
        self, settings: Mapping[str, str] | None = None, protocol: str = "tcp"
    ) -> None:
        """Start a scheduler that has no jyxl."""
        without(self.place / "scheduler-site")
        paths = {"PYTHONPATH": str(self.place / "scheduler-site")}
        arguments = ["scheduler", "--host", f"{protocol}://127.0.0.1", "--port", "0"]
        self._start("scheduler", arguments, {**paths, **(settings or {})})
        self.address = self._said("scheduler", r"Scheduler at:\s+(t[cl][ps]://\S+)")

    def start_worker(
        self,
        package: Path = ROOT,
        settings: Mapping[str, str] | None = None,
        watched: str = "\0",
        nanny: bool = True,
    ) -> str:
        """Start a worker that does one task at a time; gives its address. package: where it
        imports jyxl from. watched: a part of paths; what it opens of these is noted. nanny: if
        it dies, it is started again."""
        name = f"worker{len(self.workers)}"
        folder = self.place / name
        site = self.place / f"{name}-site"
        site.mkdir(parents=True)
        names = f"PLACE, WATCHED = {str(folder / OPENED)!r}, {watched!r}\n"
        (site / "sitecustomize.py").write_text(names + _NOTE, encoding="utf-8")
        self.workers.append(folder)
        paths = {"PYTHONPATH": os.pathsep.join([str(site), str(package)])}
        arguments = ["worker", self.address, "--nthreads", "1", "--local-directory", str(folder)]
        arguments += [] if nanny else ["--no-nanny"]
        self._start(name, arguments, {**paths, **(settings or {})})
        return self._said(name, r"Start worker at:\s+(t[cl][ps]://\S+)[\s\S]*Registered to:")

    def _start(self, name: str, arguments: list[str], more: Mapping[str, str] | None) -> None:
        folder = self.place / name
        folder.mkdir(parents=True, exist_ok=True)
        with open(self.place / f"{name}.log", "wb") as log:
            self.running.append(
                subprocess.Popen(
                    [sys.executable, "-m", "dask", *arguments, "--no-dashboard"],
                    cwd=folder,
                    env={"HOME": str(folder), **(more or {})},
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )

    def _said(self, name: str, pattern: str) -> str:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            said = (self.place / f"{name}.log").read_text(encoding="utf-8", errors="replace")
            if found := re.search(pattern, said):
                return found[1]
            time.sleep(0.05)
        raise AssertionError(said)

    def signal(self, number: int, which: int) -> None:
        """Send a signal to the scheduler (0) or to a worker (1, 2, …) with all its processes."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.running[number].pid, which)

    def opened(self) -> set[str]:
        """The paths that were noted."""
        found: set[str] = set()
        for folder in self.workers:
            found |= set((folder / OPENED).read_text(encoding="utf-8").splitlines())
        return found


def without(site: Path) -> None:
    """A folder for PYTHONPATH with which there is no jyxl, even if one is installed."""
    site.mkdir(parents=True)
    text = "raise ModuleNotFoundError('No module named jyxl')\n"
    (site / "jyxl.py").write_text(text, encoding="utf-8")


@contextlib.contextmanager
def programs(
    place: Path,
    settings: Mapping[str, str] | None = None,
    workers: int = 0,
    watched: str = "\0",
    protocol: str = "tcp",
) -> Iterator[Programs]:
    """A scheduler with so many workers, which are killed at the end. settings: the scheduler's,
    as environment variables of Dask."""
    made = Programs(place)
    try:
        made.start_scheduler(settings, protocol)
        for _ in range(workers):
            made.start_worker(watched=watched)
        yield made
    finally:
        for number in reversed(range(len(made.running))):
            made.signal(number, signal.SIGKILL)
            made.running[number].wait()
