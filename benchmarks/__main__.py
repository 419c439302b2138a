"""python -m benchmarks: measure and print a table; --write puts it into docs/performance.md."""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import click

from benchmarks.measure import Run, run
from benchmarks.returns import campaign, returns

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
BASELINE = "python-calamine loop"
LIBRARIES = ("python-calamine", "openpyxl", "XlsxWriter", "pandera", "pandas", "numpy")

Contender = Callable[[Path], Run]


def _loop(name: str) -> Contender:
    return lambda files: run(["-m", "benchmarks.contenders", name, str(files)])


def _collect(workers: int) -> Contender:
    def contender(files: Path) -> Run:
        size = sum(1 for _ in files.iterdir())
        with tempfile.TemporaryDirectory() as place:
            campaign(size, Path(place) / "c")
            arguments = ["-m", "jyxl", "collect", "-C", f"{place}/c", str(files)]
            return run(arguments, {"JYXL_WORKERS": str(workers)})

    return contender


CONTENDERS: dict[str, Contender] = {
    BASELINE: _loop("calamine"),
    "jyxl collect, 2 workers": _collect(2),
    "jyxl collect, 1 worker": _collect(1),
    "inflate + XML scan": _loop("inflate_and_scan"),
    "openpyxl loop": _loop("openpyxl"),
    "naive collector": _loop("naive"),
}
SLOW = ("openpyxl loop", "naive collector")


@click.command()
@click.option("--sizes", default="60,600,2000,10000", help="How many returns, comma separated.")
@click.option("--rounds", default=3, help="Rounds in which all contenders take turns.")
@click.option("--slow-up-to", default=2000, help="Largest size for the two openpyxl loops.")
@click.option("--slow-rounds", default=1, help="Rounds of the two openpyxl loops.")
@click.option("--write", is_flag=True, help="Put the figures into docs/performance.md.")
def main(sizes: str, rounds: int, slow_up_to: int, slow_rounds: int, write: bool) -> None:
    """Time `jyxl collect`, `jyxl issue` and the start against named baselines, in one run."""
    lines = [_machine(), ""]
    for size in map(int, sizes.split(",")):
        lines.extend(_size(size, rounds, slow_up_to, slow_rounds))
    lines.extend(_issue(rounds))
    lines.extend(_start(max(5, rounds)))
    text = "\n".join(lines)
    click.echo(text)
    if write:
        old = DOCUMENT.read_text(encoding="utf-8")
        before, _, rest = old.partition(BEGIN)
        _, _, after = rest.partition(END)
        DOCUMENT.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def _machine() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    python = platform.python_version()
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, {platform.system()}, Python {python}; {libraries}."


def _size(size: int, rounds: int, slow_up_to: int, slow_rounds: int) -> list[str]:
    files = returns(size)
    runs: dict[str, list[Run]] = {}
    for number in range(rounds):
        for name, contender in CONTENDERS.items():
            if name in SLOW and (size > slow_up_to or number >= slow_rounds):
                continue
            runs.setdefault(name, []).append(contender(files))
            click.echo(f"{size} {name}: {runs[name][-1].seconds:.2f} s", err=True)
    base = statistics.median(one.seconds for one in runs[BASELINE])
    lines = [
        f"**{size} returns**, one in twenty faulty; error workbooks and county workbook included.",
        "",
        "| program | median s | spread s | ÷ calamine loop | processor s | ms a file | main MB "
        "| whole MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, measured in runs.items():
        seconds = [one.seconds for one in measured]
        median = statistics.median(seconds)
        lines.append(
            f"| {name} | {median:.2f} | {min(seconds):.2f}–{max(seconds):.2f} "
            f"| {median / base:.2f} | {min(one.processor for one in measured):.2f} "
            f"| {1000 * median / size:.2f} "
            f"| {max(one.main for one in measured):.0f} "
            f"| {max(one.whole for one in measured):.0f} |"
        )
    return [*lines, ""]


def _issue(rounds: int) -> list[str]:
    lines = ["**issue**, 2 workers.", "", "| units | median s | spread s |", "|---|---|---|"]
    for size in (60, 1000):
        with tempfile.TemporaryDirectory() as place:
            campaign(size, Path(place) / "c")
            arguments = ["-m", "jyxl", "issue", "-C", f"{place}/c"]
            seconds = [run(arguments, {"JYXL_WORKERS": "2"}).seconds for _ in range(rounds)]
        lines.append(
            f"| {size} | {statistics.median(seconds):.2f} | {min(seconds):.2f}–{max(seconds):.2f} |"
        )
    return [*lines, ""]


def _start(rounds: int) -> list[str]:
    example = str(sorted(returns(60).iterdir())[0])
    programs = {
        "python -c pass": ["-c", "pass"],
        "python -c 'import click'": ["-c", "import click"],
        "jyxl --help": ["-m", "jyxl", "--help"],
        "jyxl check of one file": ["-m", "jyxl", "check", example],
    }
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, arguments in programs.items():
            seconds[name].append(run(arguments).seconds)
    base = statistics.median(seconds["python -c 'import click'"])
    lines = ["**start**.", "", "| program | median s | ÷ import click |", "|---|---|---|"]
    for name, measured in seconds.items():
        median = statistics.median(measured)
        lines.append(f"| {name} | {median:.3f} | {median / base:.2f} |")
    return lines


if __name__ == "__main__":
    sys.exit(main())
