"""Workers that stay, that are replaced, that end with their parent, or that are another engine's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from jyxl.edges import pool
from jyxl.edges.pool import Crew

MANY = range(10 * pool.FEW)


def _lost(item: int, why: str) -> int:
    return -1


def _pid(_: int) -> int:
    time.sleep(0.001)
    return os.getpid()


def _dies_at(number: int, item: int) -> int:
    if item == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def test_workers_stay_from_one_spread_to_the_next() -> None:
    with Crew(2) as crew:
        before = set(crew.spread(_pid, MANY))
        assert set(crew.spread(_pid, MANY)) <= before
    assert len(before) <= 2
    assert os.getpid() not in before


def test_a_worker_that_died_is_replaced_for_the_next_spread() -> None:
    with Crew(2) as crew:
        first = list(crew.spread(partial(_dies_at, 7), MANY, _lost))
        assert first == [-1 if n == 7 else n for n in MANY]
        assert list(crew.spread(abs, MANY)) == list(MANY)


def test_trusted_work_at_which_a_worker_dies_is_a_defect_and_raised() -> None:
    with Crew(2) as crew, pytest.raises(RuntimeError, match=pool.DIED):
        list(crew.spread(partial(_dies_at, 7), MANY))


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("size", [0, 1, pool.FEW - 1, pool.FEW, 10 * pool.FEW])
def test_the_order_is_that_of_the_items(count: int, size: int) -> None:
    with Crew(count) as crew:
        assert list(crew.spread(abs, range(size))) == list(range(size))
        assert list(crew.spread(abs, range(size), _lost)) == list(range(size))


def test_another_executor_can_stand_in() -> None:
    engines = []

    def engine(count: int) -> ThreadPoolExecutor:
        engines.append(ThreadPoolExecutor(count))
        return engines[-1]

    with Crew(3, engine) as crew:
        assert set(crew.spread(_pid, MANY)) == {os.getpid()}
        assert list(crew.spread(abs, MANY)) == list(MANY)
    assert len(engines) == 1


_PARENT = """
import time
from jyxl.edges.pool import Crew
from tests.edges.test_pool import MANY, _pid

with Crew(2) as crew:
    print(*set(crew.spread(_pid, MANY)), flush=True)
    time.sleep(600)
"""


def test_workers_end_with_a_parent_that_is_killed() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        assert parent.stdout is not None
        workers = [int(pid) for pid in parent.stdout.readline().split()]
        parent.kill()
    assert workers
    until = time.monotonic() + 20
    while any(map(_is_alive, workers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(_is_alive, workers))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
