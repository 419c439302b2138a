"""python -m benchmarks.profile [SIZE]: how a collect spends its time, phase by phase."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import TypeVar

from benchmarks.returns import campaign, returns

_T = TypeVar("_T")


class Clock:
    """Prints the wall time of each phase, and the processor time including that of workers."""

    def __init__(self) -> None:
        print("| phase | wall s | processor s |\n|---|---|---|")

    def time(self, phase: str, work: Callable[[], _T]) -> _T:
        wall, cpu = time.perf_counter(), _processor()
        result = work()
        spent = time.perf_counter() - wall, _processor() - cpu
        print(f"| {phase} | {spent[0]:.2f} | {spent[1]:.2f} |")
        return result


def _processor() -> float:
    """The processor seconds of this process, of ended workers and of those still at work."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    spent = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    for worker in multiprocessing.active_children():
        fields = Path(f"/proc/{worker.pid}/stat").read_text().rpartition(")")[2].split()
        spent += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return spent


def _quiet(*_: object) -> None:
    """Show no progress."""


def main(size: int) -> None:
    """Run the phases of `steps.collect.collect` one after the other on fresh returns."""
    clock = Clock()
    files = returns(size)

    def start() -> None:
        import jyxl.checker
        import jyxl.cli
        import jyxl.steps.collect  # noqa: F401

    clock.time("start: imports (pandas, pandera, XlsxWriter, calamine)", start)
    from jyxl.edges.ledger import open_ledger
    from jyxl.edges.pool import local
    from jyxl.edges.standing import county_of, standings
    from jyxl.steps.collect import rendered
    from jyxl.steps.judge import read, record, verdicts
    from jyxl.steps.merge import written
    from jyxl.steps.send_back import owed, send_back
    from jyxl.steps.status import renew_page
    from jyxl.steps.take_in import pending, take_in

    with tempfile.TemporaryDirectory() as place:
        made = campaign(size, Path(place) / "c")
        with open_ledger(made) as ledger, local() as workers:
            taken = clock.time(
                "archive and ledger: every file kept, one sync",
                lambda: take_in(made, ledger, [files]),
            )
            submissions, *_ = clock.time(
                "read: inflate, limits, both readings, labels, typing (2 workers)",
                lambda: read(made, ledger, workers, pending(taken.lying, {})),
            )
            decided, _ = clock.time("judge: pandera", lambda: verdicts(submissions))
            clock.time("ledger: judgements", lambda: record(made, ledger, {}, decided))
            replies, *_ = clock.time("what is owed", lambda: owed(made, ledger, workers, decided))
            state = standings(made, ledger.events)
            county = clock.time(
                "state of every unit", lambda: county_of(made, state, ledger.events)
            )

            def write() -> None:
                books = rendered(workers, county, replies.values())
                send_back(made, ledger, replies, islice(books, len(replies)), _quiet)
                written(made, next(books, None))

            clock.time("county workbook and error workbooks, side by side (2 workers)", write)
            clock.time("the page for the office", lambda: renew_page(made, ledger, is_run=True))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
