"""python -m benchmarks.ledger [SIZE]: what works on the ledger alone, for a campaign of SIZE units.

The ledger is that of a campaign in which every unit has handed in and one return in twenty was
sent back. There are no files, so that very many units can be had in minutes.
"""

from __future__ import annotations

import hashlib
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from benchmarks.returns import FAULTY_ONE_IN, campaign
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Arrived, Event, Judged
from jyxl.edges.ledger import open_ledger
from jyxl.edges.standing import attempts, county_of, standings
from jyxl.figures import Figures
from jyxl.identity import Identity
from jyxl.steps.status import renew_page
from jyxl.writer.county import workbook

_T = TypeVar("_T")
_ALIKE = 50
"""How many different sets of figures there are."""


def _events(made: Campaign) -> Iterator[Event]:
    edition, dice = made.edition, random.Random(1)
    open_ = {cell.name for table in edition.tables for cell in edition.open_cells(table, "部门")}
    figures = [
        Figures(
            edition.index, {name: dice.randrange(900) * (name in open_) for name in edition.index}
        )
        for _ in range(_ALIKE)
    ]
    for number, unit in enumerate(made.units):
        sha256 = hashlib.sha256(unit.code.encode()).hexdigest()
        file = f"回收/{unit.code}-{unit.name}.xlsx"
        who = Identity(made.id, made.county, made.year, edition.id, unit.code, unit.name, unit.kind)
        yield Arrived(sha256, file, "2020-01-05T10:00:00")
        if number % FAULTY_ONE_IN == FAULTY_ONE_IN - 1:
            yield Judged(sha256, file, "returned", (), who, None, 1, sha256)
        else:
            yield Judged(sha256, file, "accepted", (), who, figures[number % _ALIKE], 0, sha256)


def main(size: int) -> None:
    """Print the processor time of each, and the most memory that was taken until then."""

    def timed(what: str, work: Callable[[], _T]) -> _T:
        before = time.process_time()
        result = work()
        spent = time.process_time() - before
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"| {what} | {spent:.1f} | {1e6 * spent / size:.0f} | {memory:.0f} |", flush=True)
        return result

    print(f"| {size} units | processor s | µs a unit | MB so far |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        made = campaign(size, Path(place) / "c")
        with open_ledger(made) as ledger:
            timed("add the events", lambda: ledger.add(_events(made)))
        opened = open_ledger(made)
        ledger = timed("open the ledger, as every command does", opened.__enter__)
        where = timed("state of every unit", lambda: standings(made, ledger.events))
        timed("files that do not count", lambda: attempts(made, ledger.events))
        county = county_of(made, where, ledger.events)
        assert county is not None
        data = timed("county workbook", lambda: workbook(county))
        timed("报送情况.html", lambda: renew_page(made, ledger))
        opened.__exit__(None, None, None)
        for what, count in (
            ("ledger", made.ledger.stat().st_size),
            ("county workbook", len(data)),
            ("page", made.page.stat().st_size),
        ):
            print(f"{what}: {count / 2**20:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
