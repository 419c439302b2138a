"""python -m tests.fuzz --cases 20000 --seed 1 [--first N] [--show N] [--of docx]

Reads that many mutated files and prints what became of them; exits with 1 if something broke.
--of takes only the files of the corpus whose names begin like this.
--show writes the bytes of one case to standard output.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from functools import partial

from jyxl.edges.outcome import Defect, Done, Lost
from jyxl.edges.pool import local, spread
from tests.damage import office
from tests.fuzz.corpus import corpus
from tests.fuzz.invariant import Case, run


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.fuzz")
    options.add_argument("--cases", type=int, default=500)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--show", type=int)
    options.add_argument("--of", default="")
    asked = options.parse_args()
    files = corpus(office.is_there()).only(asked.of)
    if asked.show is not None:
        sys.stdout.buffer.write(files.bytes_of(asked.seed, asked.show)[1])
        return 0

    numbers = range(asked.first, asked.first + asked.cases)
    cases: list[Case] = []
    with local() as executor:
        outcomes = spread(partial(run, files, asked.seed), numbers, executor, deadline=60)
        for number, outcome in zip(numbers, outcomes, strict=True):
            match outcome:
                case Done(case):
                    cases.append(case)
                case Lost(why) | Defect(_, why):
                    cases.append(Case(number, "", "", (), 0, 0.0, why))
    verdicts = Counter((case.source, case.verdict) for case in cases)
    for (source, verdict), count in sorted(verdicts.items()):
        print(f"{source:15}{verdict:10}{count:7}")
    codes = Counter(code for case in cases for code in case.codes)
    print("codes:", ", ".join(f"{code} {count}" for code, count in codes.most_common()))
    print(
        "accepted with a figure that the file itself shows otherwise than before:",
        sum(1 for case in cases if case.changed and not case.broken),
    )
    slowest = max(cases, key=lambda case: case.seconds)
    print(f"slowest: case {slowest.number}, {slowest.seconds:.2f} s")
    broken = [case for case in cases if case.broken]
    for case in broken[:50]:
        print(f"BROKEN case {case.number} ({case.source}): {case.broken}")
    print(f"{len(cases)} cases, seed {asked.seed}: {len(broken)} broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
