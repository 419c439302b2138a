"""A few hundred of the mutated files; python -m tests.fuzz reads any number of them."""

from __future__ import annotations

from functools import partial

import pytest

from jyxl.edges.outcome import Done
from jyxl.edges.pool import local, spread
from tests.fuzz.corpus import corpus
from tests.fuzz.invariant import Case, run

CASES, SEED = 500, 2


@pytest.mark.slow
def test_mutated_files_are_read_without_a_crash_or_an_unseen_change() -> None:
    files = corpus(with_office=False)
    verdicts = set()
    broken: list[object] = []
    with local() as executor:
        for outcome in spread(partial(run, files, SEED), range(CASES), executor, deadline=60):
            match outcome:
                case Done(Case() as case):
                    verdicts.add(case.verdict)
                    if case.broken:
                        broken.append((case.number, case.source, case.broken))
                case failure:
                    broken.append(failure)
    assert broken == []
    assert verdicts == {"accepted", "returned", "refused"}
