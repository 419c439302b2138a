"""python -m tests.seen --variants 2000 [--first N]

Prints what became of that many variants, and exits with 1 if jyxl counts another number than
LibreOffice shows.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from tests.damage.desk import Desk, made
from tests.seen import programs
from tests.seen.compare import compared
from tests.seen.variants import variant


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.seen")
    options.add_argument("--variants", type=int, default=100)
    options.add_argument("--first", type=int, default=0)
    asked = options.parse_args()
    desk, there = Desk(made()), programs.there()
    numbers = range(asked.first, asked.first + asked.variants)
    outcomes = []
    for start in range(0, len(numbers), 200):
        made_ = [variant(desk, number, there) for number in numbers[start : start + 200]]
        outcomes += compared(desk, made_)
    ways = Counter(one.variant.way.partition(":")[0] for one in outcomes)
    unread = Counter(one.variant.way.partition(":")[0] for one in outcomes if not one.read)
    unshown = Counter(one.variant.way.partition(":")[0] for one in outcomes if not one.shown)
    for way, count in sorted(ways.items()):
        print(f"{way:32}{count:6} files, {unread[way]:4} not read, {unshown[way]:4} not shown")
    for one in outcomes:
        for name, counted, seen in one.wrong:
            print(f"WRONG {one.variant.way}: {name} counts {counted}, shows {seen!r}")
    wrong = sum(len(one.wrong) for one in outcomes)
    print(
        f"{len(outcomes)} of {asked.variants} files written, {len(ways)} ways;"
        f" {sum(one.read for one in outcomes)} read, {sum(one.cells for one in outcomes)} cells"
        f" compared, {sum(one.back for one in outcomes)} asked about,"
        f" {sum(one.rounded for one in outcomes)} rounded, {wrong} wrong"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
