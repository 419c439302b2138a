"""Work is spread over real processes, some of which die, hang or belong to another engine."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from jyxl.edges import pool
from jyxl.edges.outcome import Defect, Done, Lost, Outcome
from jyxl.edges.pool import FEW, local, spread
from jyxl.problem import Problem

pytestmark = pytest.mark.slow

MANY = range(10 * FEW)
DEADLINE = 0.8


def _pid(_: int) -> int:
    time.sleep(0.001)
    return os.getpid()


def _trapped(traps: dict[int, str], number: int) -> int:
    match traps.get(number):
        case "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        case "sleeps":
            time.sleep(600)
        case "adds":  # in C, so that no other Python thread can run
            sum(range(10**12))
        case "matches":
            re.match(r"(a+)+$", "a" * 60 + "b")
        case "takes":
            bytes(8 * pool.CEILING)
        case "grows":
            held = [bytes(2**20) for _ in range(8 * pool.CEILING >> 20)]
            raise AssertionError(len(held))
        case "raises":
            raise ValueError(f"not {number}")
    return number * number


def values(outcomes: Iterable[Outcome[Any]]) -> list[Any]:
    """What was made of items all of which could be done."""
    made = list(outcomes)
    assert [one for one in made if not isinstance(one, Done)] == []
    return [one.value for one in made if isinstance(one, Done)]


def _told(outcomes: Iterator[Outcome[int]]) -> list[int | str]:
    """For each outcome its value, or the reason why there is none."""
    told: list[int | str] = []
    for outcome in outcomes:
        match outcome:
            case Done(value):
                told.append(value)
            case Lost(why) | Defect(why, _):
                told.append(why)
    return told


def _expected(items: Sequence[int], traps: dict[int, str]) -> list[int | str]:
    reasons = {"dies": pool.DIED, "raises": "ValueError: not {}"}
    reasons |= dict.fromkeys(("takes", "grows"), pool.STARVED)
    return [reasons.get(traps[n], pool.HUNG).format(n) if n in traps else n * n for n in items]


# order, and which process works ---------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("trusted", [True, False])
def test_the_order_is_that_of_the_items(count: int, trusted: bool) -> None:
    with local(count) as executor:
        for size in (0, 1, FEW - 1, FEW, 10 * FEW):
            done = spread(abs, range(size), executor, trusted=trusted)
            assert list(done) == [Done(number) for number in range(size)]


def test_workers_stay_from_one_spread_to_the_next() -> None:
    with local(2) as executor:
        before = set(values(spread(_pid, MANY, executor)))
        assert set(values(spread(_pid, MANY, executor))) <= before
    assert len(before) == 2
    assert os.getpid() not in before


def test_few_items_of_our_own_are_worked_on_here_and_others_in_one_process() -> None:
    few = range(FEW - 1)
    with local(4) as executor:
        assert set(values(spread(_pid, few, executor, trusted=True))) == {os.getpid()}
        others = set(values(spread(_pid, few, executor)))
    assert len(others) == 1
    assert os.getpid() not in others


def test_one_worker_alone_has_no_process_for_items_of_our_own() -> None:
    with local(1) as executor:
        assert set(values(spread(_pid, MANY, executor, trusted=True))) == {os.getpid()}
        assert os.getpid() not in set(values(spread(_pid, MANY, executor)))


def test_the_longest_is_begun_first_and_given_last() -> None:
    begun: list[int] = []

    def load(number: int) -> int:
        begun.append(number)
        return number

    with local(2) as executor:
        done = spread(abs, MANY, executor, load=load, longest_last=True)
        assert values(done) == list(MANY)
    assert MANY[-1] in begun[: pool.MOST]
    assert sorted(begun) == list(MANY)


@pytest.mark.parametrize("items", [range(1), range(FEW), MANY])
@pytest.mark.parametrize("trusted", [True, False])
def test_what_is_done_meanwhile_is_done_once_and_starts_no_process(
    items: range, trusted: bool
) -> None:
    before: list[set[int | None]] = []

    def meanwhile() -> None:
        before.append({one.pid for one in multiprocessing.active_children()})

    with local(3) as executor:
        done = spread(_pid, items, executor, trusted=trusted, meanwhile=meanwhile)
        assert len(before) == 0
        pids = set(values(done))
    assert len(before) == 1
    assert pids <= before[0] | {os.getpid()}


def test_an_executor_that_is_shut_down_is_a_defect_whatever_is_done_meanwhile() -> None:
    executor = local(2)
    executor.shutdown()
    done = list(spread(abs, MANY, executor, meanwhile=list))
    assert [type(one) for one in done] == [Defect] * len(MANY)


def test_a_process_that_ended_while_it_had_nothing_to_do_costs_no_item() -> None:
    with local(2) as executor:
        before = set(values(spread(_pid, MANY, executor)))
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.2)
        after = set(values(spread(_pid, range(1), executor)))
    assert after.isdisjoint(before)


def test_a_task_that_an_engine_does_twice_gives_the_same_twice() -> None:
    payloads: list[Outcome[bytes]] = [Done(pickle.dumps(number)) for number in (-1, 2)]
    task = partial(pool._worked, pickle.dumps(abs), payloads, (DEADLINE, None), pool._here())
    assert task() == task() == [Done((pickle.dumps(number), True)) for number in (1, 2)]


def test_nothing_is_done_meanwhile_if_there_is_nothing_to_do() -> None:
    with local(2) as executor:
        assert list(spread(_pid, [], executor, meanwhile=lambda: 1 / 0)) == []


@pytest.mark.parametrize(
    ("wanted", "count"),
    [("3", 3), (" 1 ", 1), ("", os.cpu_count())],
)
def test_how_many_work_at_once(monkeypatch: pytest.MonkeyPatch, wanted: str, count: int) -> None:
    monkeypatch.setenv("JYXL_WORKERS", wanted)
    with local() as executor:
        pids = set(values(spread(_pid, range(40 * count), executor)))
    assert len(pids) <= count
    assert executor.count == count  # type: ignore[attr-defined]


@pytest.mark.parametrize("wanted", ["0", "-2", "257", "viele", "²", "1.5", "9" * 5000])
def test_an_odd_number_of_workers_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    monkeypatch.setenv("JYXL_WORKERS", wanted)
    with pytest.raises(Problem, match="JYXL_WORKERS"):
        local()


# what may go wrong with one item --------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "size", "traps"),
    [
        (1, 12, {1: "dies", 3: "sleeps", 6: "matches", 7: "raises", 9: "adds"}),
        (2, 96, {1: "raises", 3: "sleeps", 6: "dies", 7: "dies", 9: "adds"}),
        (5, 240, dict.fromkeys(range(0, 240, 40), "dies")),
    ],
)
def test_an_item_that_kills_hangs_or_raises_costs_itself_alone(
    count: int, size: int, traps: dict[int, str]
) -> None:
    with local(count) as executor:
        done = spread(partial(_trapped, traps), range(size), executor, deadline=DEADLINE)
        assert _told(done) == _expected(range(size), traps)
        assert list(values(spread(abs, MANY, executor))) == list(MANY)


@pytest.mark.skipif(sys.platform != "linux", reason="there is no ceiling elsewhere")
def test_an_item_that_takes_too_much_memory_costs_itself_alone() -> None:
    traps = {1: "takes", 30: "grows", 31: "dies", 32: "grows"}
    with local(2) as executor:
        done = spread(partial(_trapped, traps), MANY, executor)
        assert _told(done) == _expected(MANY, traps)
        assert len(executor.submit(bytes, 2 * pool.CEILING).result()) == 2 * pool.CEILING


def test_a_defect_has_its_traceback() -> None:
    with local(1) as executor:
        outcome = next(spread(partial(_trapped, {7: "raises"}), [7], executor))
    assert isinstance(outcome, Defect)
    assert outcome.error == "ValueError: not 7"
    assert 'raise ValueError(f"not {number}")' in outcome.trace
    assert outcome.trace.endswith("ValueError: not 7\n")


def _unpicklable(_: int) -> Callable[[], int]:
    return lambda: 1


def _not_loaded(number: int) -> int:
    if number == 2:
        raise FileNotFoundError("archive/2")
    return number


def test_what_cannot_be_loaded_or_sent_back_is_a_defect_of_that_item() -> None:
    with local(1) as executor:
        told = _told(spread(abs, range(4), executor, load=_not_loaded))
        assert told == [0, 1, "FileNotFoundError: archive/2", 3]
        assert [isinstance(one, Defect) for one in spread(_unpicklable, [1], executor)] == [True]


@pytest.mark.parametrize("trap", ["dies", "raises"])
def test_work_of_our_own_that_cannot_be_done_is_an_outcome_too(trap: str) -> None:
    with local(2) as executor:
        made = list(spread(partial(_trapped, {7: trap}), MANY, executor, trusted=True))
    assert [
        number for number, one in zip(MANY, made, strict=True) if not isinstance(one, Done)
    ] == [7]


def test_processes_killed_from_outside_in_the_middle_of_a_message_hold_nothing_up() -> None:
    over = threading.Event()

    def kill() -> None:
        for _ in range(20):  # where processes start slowly, none would ever get anything done
            if over.wait(0.1):
                return
            for process in multiprocessing.active_children()[:1]:
                process.kill()

    killer = threading.Thread(target=kill)
    killer.start()
    with local(2) as executor:
        until = time.monotonic() + 2
        while time.monotonic() < until:
            load = partial(bytes.__mul__, b"x" * 1000)
            outcomes = list(spread(bytes.upper, [100] * FEW, executor, load=load))
            assert len(outcomes) == FEW
            assert {one.value for one in outcomes if isinstance(one, Done)} <= {b"X" * 100_000}
    over.set()
    killer.join()


# neighbours -----------------------------------------------------------------------


def test_two_executors_side_by_side_and_a_child_of_others_are_left_alone() -> None:
    traps = {1: "dies", 30: "dies"}
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    fellow = multiprocessing.Process(target=time.sleep, args=(600,))
    fellow.start()
    try:
        with local(2) as one, local(2) as other:
            first = spread(partial(_trapped, traps), MANY, one)
            second = spread(partial(_trapped, traps), MANY, other)
            pairs = list(zip(first, second, strict=True))
        assert _told(pair[0] for pair in pairs) == _expected(MANY, traps)
        assert _told(pair[1] for pair in pairs) == _expected(MANY, traps)
        assert child.poll() is None
        assert fellow.is_alive()
    finally:
        for process in (child, fellow):
            process.kill()
        child.wait()
        fellow.join()


def test_leaving_ends_what_is_under_way() -> None:
    began = time.monotonic()
    with local(2) as executor:
        next(spread(partial(_trapped, {30: "sleeps"}), MANY, executor))
        hung = executor.submit(sum, range(10**12))
    assert time.monotonic() - began < 5
    assert hung.done()


# executors from outside -----------------------------------------------------------


class _Late(Executor):
    """Processes that are reached over a line with a delay of three seconds."""

    def __init__(self) -> None:
        self._line = ThreadPoolExecutor(100)
        self._far = ProcessPoolExecutor(2)

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def,override]
        def over_the_line() -> object:
            time.sleep(3)
            return self._far.submit(fn, *args, **kwargs).result()

        return self._line.submit(over_the_line)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._line.shutdown(wait)
        self._far.shutdown(wait)


@pytest.mark.slow
def test_a_slow_executor_refuses_nothing() -> None:
    with _Late() as executor:
        done = spread(abs, range(2 * FEW), executor, deadline=DEADLINE)
        assert list(values(done)) == list(range(2 * FEW))


def test_a_long_queue_refuses_nothing() -> None:
    with local(1) as executor:
        for _ in range(2):
            executor.submit(time.sleep, 0.8 * DEADLINE)
        done = spread(abs, range(FEW), executor, deadline=DEADLINE)
        assert list(values(done)) == list(range(FEW))


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_an_executor_from_outside_stays_open(kind: Callable[[int], Executor]) -> None:
    with kind(2) as executor:
        with pool.lent(executor) as lent:
            told = _told(spread(partial(_trapped, {7: "raises"}), MANY, lent))
            assert told == _expected(MANY, {7: "raises"})
        assert executor.submit(abs, -1).result() == 1


def _abs_at_last() -> Callable[[int], int]:
    time.sleep(2 * DEADLINE)
    return abs


class _SlowToImport:
    """Work that takes longer to arrive in a process than an item may take."""

    def __reduce__(self) -> tuple[Callable[[], Callable[[int], int]], tuple[()]]:
        return _abs_at_last, ()

    def __call__(self, _: int) -> int:
        raise AssertionError


def test_what_a_process_imports_at_first_is_no_time_of_an_item() -> None:
    """As on a slow machine with Windows, where each process imports everything anew."""
    with local(2) as executor:
        assert values(spread(_SlowToImport(), range(3), executor, deadline=DEADLINE)) == [0, 1, 2]


def test_the_deadline_holds_in_the_processes_of_others_too() -> None:
    outcomes: list[Outcome[int]] = []
    with ProcessPoolExecutor(1) as executor:
        began = time.monotonic()
        outcomes += spread(partial(_trapped, {9: "adds"}), range(12), executor, deadline=DEADLINE)
    assert time.monotonic() - began < 10 * DEADLINE
    assert outcomes[:8] == [Done(number * number) for number in range(8)]


def test_an_executor_that_is_broken_for_good_is_no_fault_of_the_items() -> None:
    with ProcessPoolExecutor(2) as executor:
        outcomes = list(spread(partial(_trapped, {5: "dies"}), MANY, executor))
        assert len(outcomes) == len(MANY)
        left = [one for one in outcomes if not isinstance(one, Done)]
        assert outcomes[5] in left
        assert {one.error for one in left if isinstance(one, Defect)} == {pool.GONE}
        assert not any(isinstance(one, Lost) for one in left)
        assert "BrokenProcessPool" in left[0].trace  # type: ignore[union-attr]


def test_an_executor_that_takes_nothing_any_more_is_a_defect() -> None:
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    assert all(isinstance(one, Defect) for one in spread(abs, MANY, executor))


class _Counting(ThreadPoolExecutor):
    submitted = 0

    def submit(self, fn, /, *args, **kwargs) -> Future:  # type: ignore[no-untyped-def,override,type-arg]
        self.submitted += 1
        return super().submit(fn, *args, **kwargs)


@pytest.mark.parametrize("kind", [local, _Counting])
def test_items_are_loaded_a_bounded_number_ahead(kind: Callable[[int], Executor]) -> None:
    """On a busy machine the first item may be late by more than a few others; then it is tried
    again."""
    width = 2 if kind is local else pool.ELSEWHERE
    most = 2 * pool.MOST * pool.AHEAD * width
    for _ in range(5):
        loaded: list[int] = []

        def load(number: int, into: list[int] = loaded) -> int:
            into.append(number)
            return number

        with kind(2) as executor:
            done = spread(abs, range(4000), executor, load=load)
            assert not loaded
            next(done)
            ahead = len(loaded)
            assert list(values(done)) == list(range(1, 4000))
        assert loaded == list(range(4000))
        if ahead <= most:
            break
    assert ahead <= most


# the parent -----------------------------------------------------------------------

_PARENT = """
import multiprocessing, os, sys, time
from functools import partial
from jyxl.edges.pool import local, spread

from tests.edges.test_pool import MANY, _pid, _told, _trapped, values

if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    with local(2) as executor:
        pids = set(values(spread(_pid, MANY, executor)))
        traps = {2: "dies", 5: "raises"}
        told = _told(spread(partial(_trapped, traps), range(6), executor))
        print(*pids if sys.argv[2] == "stays" else told, sep=";", flush=True)
        if sys.argv[2] == "stays":
            executor.submit(time.sleep, 600)
            time.sleep(600)
"""


def _parent(tmp_path: Path, *options: str, **how: object) -> subprocess.Popen[str]:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT, encoding="utf-8")
    root = str(Path(__file__).parents[2])
    return subprocess.Popen(
        [sys.executable, "-W", "error", str(script), *options],
        env={**os.environ, "PYTHONPATH": root, "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        **how,  # type: ignore[call-overload]
    )


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_workers_are_silent_however_they_are_started(tmp_path: Path, method: str) -> None:
    with _parent(tmp_path, method, "ends") as parent:
        said, complained = parent.communicate()
    assert said.strip() == f"0;1;{pool.DIED};9;16;ValueError: not 5"
    assert complained == ""
    assert parent.returncode == 0


def _without_standard_files() -> None:
    os.close(0)
    os.close(2)


def test_a_parent_without_standard_input_and_error(tmp_path: Path) -> None:
    with _parent(tmp_path, "fork", "ends", preexec_fn=_without_standard_files) as parent:
        said, _ = parent.communicate()
    assert said.strip() == f"0;1;{pool.DIED};9;16;ValueError: not 5"


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path, method: str) -> None:
    with _parent(tmp_path, method, "stays") as parent:
        assert parent.stdout is not None
        workers = [int(pid) for pid in parent.stdout.readline().split(";")]
        parent.kill()
        parent.stdout.read()
    assert len(workers) == 2
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
