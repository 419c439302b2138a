"""Work spread over processes, behind one function and one `concurrent.futures.Executor`.

Any executor will do: processes of this machine, or an engine that spreads work over many. One
with a `count` does each task in one of so many processes of our own, wherever they are.
A task is an importable function that takes plain data, gives plain data, and shares no disk
with this process.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import pickle
import platform
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain
from typing import Any, TypeVar

from jyxl.edges.ceiling import ceiling
from jyxl.edges.outcome import Done, Lost, Outcome, defect, tried
from jyxl.edges.processes import Processes, Starved
from jyxl.problem import Problem

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_Packed = tuple[bytes, bool]
"""A result on its way: its pickle, or the bytes that it is. True for a pickle."""
_Batch = Future[list[Outcome[_Packed]]]

FEW = 24
"""For fewer items than this, a second process costs more than it saves."""
MOST_WORKERS = 256
MOST = 16
"""The most items that are handed over at a time."""
AHEAD = 2
"""The batches under way for each worker, so that no worker has to wait for this process."""
ELSEWHERE = 32
"""How many workers an executor from outside is assumed to have."""
CHANCES = 3
"""How often an executor that broke is tried with an empty task before it counts as gone."""
DEADLINE = 20.0
"""The seconds that one item may take, counted from the start of the work on it."""

CEILING = 512 * 2**20
"""The bytes that a process of our own may take for a batch of items that are not our own."""

DIED, HUNG, GONE = "读取它的进程中断了", "读取时间过长", "计算引擎断开了"
STARVED = "占用的内存太多"


def local(count: int | None = None) -> Executor:
    """An executor of processes of this machine, for a `with`.

    There are at most `count` processes; without it as many as JYXL_WORKERS says, or as many
    as there are cores. They are started when there is work for them. Raises Problem if
    JYXL_WORKERS says something else.
    """
    return Processes(wanted() if count is None else count)


def wanted() -> int:
    """How many processes there are to be. Raises Problem if JYXL_WORKERS says something else."""
    stated = os.environ.get("JYXL_WORKERS", "").strip()
    if not stated:
        return os.cpu_count() or 1
    if stated.isdecimal() and len(stated) < 5 and 1 <= int(stated) <= MOST_WORKERS:
        return int(stated)
    raise Problem(f"环境变量 JYXL_WORKERS 应为 1 到 {MOST_WORKERS} 的整数，现在是“{stated[:20]}”。")


def lent(executor: Executor | None) -> contextlib.AbstractContextManager[Executor]:
    """The executor that was handed in, which stays open, or else local(); for a `with`."""
    return local() if executor is None else contextlib.nullcontext(executor)


def spread(
    work: Callable[[Any], _Result],
    items: Sequence[_Item],
    executor: Executor,
    *,
    load: Callable[[_Item], Any] = lambda item: item,
    deadline: float = DEADLINE,
    trusted: bool = False,
    meanwhile: Callable[[], object] | None = None,
    longest_last: bool = False,
) -> Iterator[Outcome[_Result]]:
    """The outcome of each item, in the order of the items, for any number of workers.

    load: gives what `work` takes for an item, such as its bytes; it is called in this
    process, just before the item is handed over, so that few of them are in memory at a
    time. deadline: in seconds; it runs in the worker from the start of the work on an item,
    so that an executor may be slow or busy. It ends the worker's process, and therefore does
    not hold for an executor whose tasks run in this process. Raises Problem if the executor does,
    which says that no more can be done. trusted: the items are our own,
    and are worked on in this process if they are few or a local executor has one worker;
    other items never are. meanwhile: what this process is to do, once, as soon as others are at
    work. longest_last: the last item takes so long that it is begun first; others do not wait for it.
    """
    is_few = len(items) < FEW
    is_local = isinstance(executor, Processes)
    own: int | None = getattr(executor, "count", None)
    count = ELSEWHERE if own is None else own
    if trusted and (is_few or (is_local and count == 1)):
        if meanwhile is not None:
            meanwhile()
        yield from (tried(lambda one: work(load(one)), item) for item in items)
        return
    most = CEILING if own is not None and not trusted else None
    task = _Task(executor, pickle.dumps(work), load, deadline, most)
    size = max(1, min(MOST, len(items) // (8 * count)))
    outcomes: dict[int, Outcome[_Result]] = {}
    following = 0
    at_once = 1 if is_few and is_local else AHEAD * count
    if isinstance(executor, Processes) and meanwhile is not None:
        executor.start(min(len(items), 1 if is_few else count))
        meanwhile = partial(executor.undisturbed, meanwhile)
    others = len(items) - longest_last
    batches = deque(range(at, min(at + size, others)) for at in range(0, others, size))
    if longest_last:
        batches.appendleft(range(others, len(items)))
    for settled in _settled(task, items, batches, at_once, meanwhile):
        outcomes |= settled
        while following in outcomes:
            yield outcomes.pop(following)
            following += 1


def _settled(
    task: _Task,
    items: Sequence[Any],
    todo: deque[range],
    most: int,
    meanwhile: Callable[[], object] | None,
) -> Iterator[dict[int, Outcome[Any]]]:
    """Outcomes by the number of their item, as they come. todo: the batches of items, of which at
    most `most` are under way. The items of a batch at which the executor broke are tried again one
    by one."""
    suspects: deque[int] = deque()
    running: dict[_Batch, range] = {}
    try:
        while todo or running or suspects:
            while todo and not suspects and len(running) < most:
                batch = todo.popleft()
                running[task.hand_over(items[number] for number in batch)] = batch
            if meanwhile is not None:
                meanwhile()
                meanwhile = None
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                batch = running.pop(future)
                failure = future.exception()
                if failure is None:
                    yield dict(zip(batch, _unpacked_all(future), strict=True))
                elif isinstance(failure, Problem):
                    raise failure
                else:
                    suspects.extend(batch)
            while suspects and not running:
                number = suspects.popleft()
                try:
                    outcome = task.alone(items[number])
                except Problem:
                    raise
                except Exception as error:
                    gone = defect(error, GONE)
                    yield dict.fromkeys(chain([number], suspects, *todo), gone)
                    return
                yield {number: outcome}
    finally:
        for future in running:
            future.cancel()


@dataclass(frozen=True)
class _Task:
    """The work, pickled once for many batches, with its executor and its deadline."""

    executor: Executor
    work: bytes
    load: Callable[[Any], Any]
    deadline: float
    most: int | None
    """The bytes that the work may take, if that is limited."""

    def hand_over(self, items: Iterable[Any]) -> _Batch:
        """Submit the items as one batch. If the executor refuses it, the future fails."""
        loaded: list[Outcome[bytes]]
        loaded = [tried(lambda one: pickle.dumps(self.load(one)), item) for item in items]
        try:
            limits = (self.deadline, self.most)
            task = partial(_worked, self.work, loaded, limits, _here())
            if isinstance(self.executor, Processes):
                return self.executor.submit_within(self.most, task)
            return self.executor.submit(task)
        except Exception as error:
            failed: _Batch = Future()
            failed.set_exception(error)
            return failed

    def alone(self, item: Any) -> Outcome[Any]:
        """The outcome of an item while nothing else is under way.

        If the executor breaks now but does other work afterwards, this item was the cause.
        If it does no other work, what the executor raised is raised.
        """
        began = time.monotonic()
        try:
            return _unpacked_all(self.hand_over([item]))[0]
        except BrokenExecutor as error:
            took, broken = time.monotonic() - began, error
            is_starved = isinstance(error, Starved)
        except Problem:
            raise
        except Exception as error:
            return defect(error)
        for _ in range(CHANCES):
            try:
                self.executor.submit(_here).result()
            except BrokenExecutor as error:
                broken = error
            else:
                ended = HUNG if took >= self.deadline else DIED
                return Lost(STARVED if is_starved else ended)
        raise broken


def _unpacked_all(future: _Batch) -> list[Outcome[Any]]:
    """The outcomes of a batch. Raises what the executor raised; what the work raised is a Defect
    already."""
    return [
        tried(_taken_out, one.value) if isinstance(one, Done) else one for one in future.result()
    ]


def _taken_out(packed: _Packed) -> Any:
    data, is_pickle = packed
    return pickle.loads(data) if is_pickle else data


# in a worker ----------------------------------------------------------------------


def _here() -> tuple[str, int]:
    """The name of this machine and the id of this process."""
    return platform.node(), os.getpid()


def _worked(
    work: bytes,
    loaded: list[Outcome[bytes]],
    limits: tuple[float, int | None],
    home: tuple[str, int],
) -> list[Outcome[_Packed]]:
    """The outcomes of one batch, with packed results. limits: the deadline in seconds, and the
    bytes that the work may take, if that is limited."""
    deadline, most = limits
    tried(_unpacked, work)  # what it imports is no item's time; if it raises, it will do so again
    is_away = _here() != home
    with (
        _watch(deadline) if is_away else contextlib.nullcontext(lambda: None) as begin,
        ceiling(most) if most is not None and is_away else contextlib.nullcontext(),
    ):
        results: list[Outcome[_Packed]] = []
        loaded = loaded if is_away else [*loaded]  # here, it may be asked for once more
        loaded.reverse()
        while loaded:
            begin()
            try:
                results.append(_done(work, loaded.pop()))
            except MemoryError:
                results.append(Lost(STARVED))
        return results


def _done(work: bytes, payload: Outcome[bytes]) -> Outcome[_Packed]:
    """The packed outcome of one item, whose own bytes are let go of before the work on it."""
    if not isinstance(payload, Done):
        return payload
    item = tried(pickle.loads, payload.value)
    del payload
    if not isinstance(item, Done):
        return item
    return tried(lambda one: _packed(_unpacked(work)(one)), item.value)


def _packed(result: Any) -> _Packed:
    """A result for its way. A large file is not copied once more."""
    return (result, False) if type(result) is bytes else (pickle.dumps(result), True)


@lru_cache(maxsize=2)
def _unpacked(work: bytes) -> Callable[[Any], Any]:
    """The work, unpickled once for many batches."""
    made: Callable[[Any], Any] = pickle.loads(work)
    return made


@contextlib.contextmanager
def _watch(seconds: float) -> Iterator[Callable[[], object]]:
    """A function to be called at the start of each item. This process is ended unless, within
    `seconds` or a twentieth more, the function is called again or the block is left.

    The watchdog of faulthandler is a thread in C, so that code which never lets another
    Python thread run cannot hold it up. A process has only one, hence one item at a time.
    Setting it costs as much as a small item, hence the twentieth.
    """
    spare = seconds / 20
    is_due = 0.0
    with open(os.devnull, "w") as nothing:

        def begin() -> None:
            nonlocal is_due
            now = time.monotonic()
            if now >= is_due:
                faulthandler.dump_traceback_later(seconds + spare, exit=True, file=nothing)
                is_due = now + spare

        try:
            yield begin
        finally:
            faulthandler.cancel_dump_traceback_later()
