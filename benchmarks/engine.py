"""python -m benchmarks.engine [SIZE] [ROUNDS]: a collect by one worker, by two processes, and by
two workers of Dask on this same machine, which shows what the engine costs."""

from __future__ import annotations

import os
import resource
import statistics
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.measure import run
from benchmarks.returns import campaign, returns
from tests.edges.engine import programs

CONTENDERS = {"1 worker": 1, "2 workers": 2, "2 workers of Dask": None}


def _collect(size: int, files: Path, how: dict[str, str], *on: str) -> float:
    """The wall seconds that a collect takes."""
    with tempfile.TemporaryDirectory() as place:
        campaign(size, Path(place) / "c")
        return run(["-m", "jyxl", "collect", "-C", f"{place}/c", str(files), *on], how).seconds


def _processor(pids: Iterable[int]) -> float:
    """The processor seconds of what this process has waited for, and of these and their
    descendants."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    ticks = os.sysconf("SC_CLK_TCK")
    return ended.ru_utime + ended.ru_stime + sum(_ticks(pid) for pid in pids) / ticks


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) + sum(map(_ticks, _children(pid)))


def _children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        yield from map(int, (task / "children").read_text().split())


def main(size: int, rounds: int) -> None:
    """Print a table. All take turns; the engine's workers are warm, as those of an engine are."""
    files = returns(size)
    wall: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    cpu: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    with tempfile.TemporaryDirectory() as place, programs(Path(place), workers=2) as engine:
        pids = [one.pid for one in engine.running]
        on = ("--on", engine.address)
        _collect(60, returns(60), {}, *on)
        for _ in range(rounds):
            for name, workers in CONTENDERS.items():
                how = {"JYXL_WORKERS": str(workers)} if workers else {}
                before = _processor(pids)
                wall[name].append(_collect(size, files, how, *(() if workers else on)))
                cpu[name].append(_processor(pids) - before)
    base = {k: statistics.median(v["1 worker"]) for k, v in (("wall", wall), ("cpu", cpu))}
    print(f"**collect of {size} returns**\n")
    print("| done by | wall s | ÷ 1 worker | processor s | ÷ 1 worker |\n|---|---|---|---|---|")
    for name in CONTENDERS:
        seconds, spent = statistics.median(wall[name]), statistics.median(cpu[name])
        print(
            f"| {name} | {seconds:.2f} | {seconds / base['wall']:.2f} "
            f"| {spent:.1f} | {spent / base['cpu']:.2f} |"
        )


if __name__ == "__main__":
    main(*[*map(int, sys.argv[1:]), *(2000, 3)[len(sys.argv) - 1 :]])
