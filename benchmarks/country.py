"""python -m benchmarks.country: the whole country as the tree it is, one office of each level.

Each office has a campaign of its own; what the offices below it hand up are returns like any
other. --one N collects N returns in a single campaign instead, to show where that bends.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.measure import Run, run
from benchmarks.returns import campaign, returns
from jyxl.terms import UnitKind

HOUR = 3600


@dataclass(frozen=True)
class Level:
    """An office. units, kind: what it collects from; offices: how many like it there are."""

    name: str
    units: int
    kind: UnitKind
    offices: int


LEVELS = (
    Level("county", 60, "部门", 2800),
    Level("city", 12, "县级", 333),
    Level("province", 14, "市级", 31),
    Level("nation", 31, "省级", 1),
)
WORKERS = {"JYXL_WORKERS": "2"}


@click.command()
@click.option("--rounds", default=3, help="How often each office does its work.")
@click.option("--one", type=int, help="Collect so many returns in one campaign instead.")
def main(rounds: int, one: int | None) -> None:
    """Print what each office takes, and the sum over the country; or what one campaign takes."""
    for line in _one(one) if one else _country(rounds):
        click.echo(line)


def _country(rounds: int) -> Iterable[str]:
    yield "| office | collects from | offices | issue s | collect s | processor s | whole MB |"
    yield "|---|---|---|---|---|---|---|"
    walls = processors = 0.0
    for level in LEVELS:
        files = returns(level.units, level.kind)
        both = [_worked(level, files) for _ in range(rounds)]
        issue, collect = (statistics.median(pair[n].seconds for pair in both) for n in (0, 1))
        spent = statistics.median(sum(one.processor for one in pair) for pair in both)
        whole = max(one.whole for pair in both for one in pair)
        yield (
            f"| {level.name} | {level.units} × {level.kind} | {level.offices} "
            f"| {issue:.2f} | {collect:.2f} | {spent:.2f} | {whole:.0f} |"
        )
        walls += level.offices * (issue + collect)
        processors += level.offices * spent
    yield ""
    yield (
        f"Over the country: {walls / HOUR:.1f} hours of one machine with two workers, "
        f"{processors / HOUR:.1f} hours of one core."
    )


def _worked(level: Level, files: Path) -> tuple[Run, Run]:
    """What an office of this level takes to issue its workbooks and to collect the returns."""
    with tempfile.TemporaryDirectory() as place:
        campaign(level.units, Path(place) / "c", level.kind)
        issue = run(["-m", "jyxl", "issue", "-C", f"{place}/c"], WORKERS)
        return issue, run(["-m", "jyxl", "collect", "-C", f"{place}/c", str(files)], WORKERS)


def _one(size: int) -> Iterable[str]:
    files = returns(size)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "c"
        campaign(size, folder)
        yield f"| {size} returns in one campaign | s | processor s | ms a file | main MB | whole MB |"
        yield "|---|---|---|---|---|---|"
        for name, arguments in (
            ("collect", ["collect", "-C", str(folder), str(files)]),
            ("collect once more, with nothing new", ["collect", "-C", str(folder), str(files)]),
            ("merge", ["merge", "-C", str(folder)]),
            ("status", ["status", "-C", str(folder)]),
        ):
            one = run(["-m", "jyxl", *arguments], WORKERS)
            yield (
                f"| {name} | {one.seconds:.1f} | {one.processor:.1f} "
                f"| {1000 * one.processor / size:.2f} | {one.main:.0f} | {one.whole:.0f} |"
            )
        for what in ("ledger.db", "archive"):
            held = folder / ".jyxl" / what
            paths = held.iterdir() if held.is_dir() else [held]
            yield f"{what}: {sum(path.stat().st_size for path in paths) / 2**20:.0f} MB"


if __name__ == "__main__":
    sys.exit(main())
