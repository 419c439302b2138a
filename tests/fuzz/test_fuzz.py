"""A few hundred of the mutated files; python -m tests.fuzz reads as many as wanted."""

from __future__ import annotations

from functools import partial

import pytest

from jyxl.edges import pool
from tests.fuzz.corpus import corpus
from tests.fuzz.invariant import Case, run

CASES, SEED = 500, 2


def _lost(number: int, why: str) -> Case:
    return Case(number, "", "", (), 0, 0.0, why)


@pytest.mark.slow
def test_mutated_files_are_read_without_a_crash_or_an_unseen_change() -> None:
    files = corpus(with_office=False)
    cases = pool.spread(partial(run, files, SEED), range(CASES), lost=_lost, patience=120)
    verdicts = set()
    broken = []
    for case in cases:
        verdicts.add(case.verdict)
        if case.broken:
            broken.append((case.number, case.source, case.broken))
    assert broken == []
    assert verdicts == {"accepted", "returned", "refused"}
