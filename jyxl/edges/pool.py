"""Work over the cores, behind one function: the builtin map, or an executor.

Any `concurrent.futures.Executor` will do, such as an engine that spreads work over
machines. A worker that dies or hangs breaks it; what was under way is then tried again
item by item, and the item that does it again is given up, alone.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from functools import lru_cache
from typing import Any, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
FEW = 24
"""Below so many items a second process costs more than it saves."""
MOST = 16
"""Items handed over at a time, at most."""
AHEAD = 2
"""Batches under way for each worker, so that none waits for this process."""
PATIENCE = 20.0
"""Seconds without any result after which what is under way counts as hung."""

DIED, HUNG = "读取它的进程中断了", "读了太久"


def workers() -> int:
    """JYXL_WORKERS, or the number of cores."""
    wanted = os.environ.get("JYXL_WORKERS", "")
    return max(1, int(wanted)) if wanted.isdigit() else os.cpu_count() or 1


def processes(count: int) -> Executor:
    """The executor that is used where no other is given."""
    most = 61 if os.name == "nt" else count  # what Windows can wait for
    return ProcessPoolExecutor(min(count, most), initializer=_begin)


class Crew:
    """Workers that stay from one spread to the next, until the end of a `with`."""

    def __init__(
        self, count: int | None = None, engine: Callable[[int], Executor] = processes
    ) -> None:
        self.count = workers() if count is None else count
        self._engine = engine
        self._executor: Executor | None = None
        self._size = 0
        self._others: set[Any] = set()

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self._dismiss()

    def spread(
        self,
        work: Callable[[_Item], _Result],
        items: Sequence[_Item],
        lost: Callable[[_Item, str], _Result] | None = None,
        patience: float = PATIENCE,
    ) -> Iterator[_Result]:
        """The results in the order of the items, whatever the number of workers.

        lost: the result for an item at which the process died or hung, with the reason
        in words. With it, the work never happens in this process; without it, the items
        are trusted, and few of them are worked on right here. What `work` raises is
        raised here.
        """
        is_few = len(items) < FEW
        if lost is None and (self.count == 1 or is_few):
            yield from map(work, items)
            return
        packed = pickle.dumps(work)
        size = max(1, min(MOST, len(items) // (8 * self.count)))
        todo = deque(range(at, min(at + size, len(items))) for at in range(0, len(items), size))
        suspects: deque[range] = deque()
        running: dict[Future[list[_Result]], range] = {}
        results: dict[int, _Result] = {}
        following = 0
        try:
            while todo or suspects or running:
                waiting, most = (suspects, 1) if suspects else (todo, AHEAD * self.count)
                while waiting and len(running) < most:
                    batch = waiting.popleft()
                    some = items[batch.start : batch.stop]
                    running[self._staff(1 if is_few else self.count)(packed, some)] = batch
                why = _gather(running, results, patience if lost else None)
                if why:
                    self._dismiss()
                    if lost is None:
                        raise RuntimeError(why)
                    numbers = [number for batch in running.values() for number in batch]
                    running.clear()
                    if most == 1:
                        results[numbers[0]] = lost(items[numbers[0]], why)
                    else:
                        suspects.extend(range(number, number + 1) for number in numbers)
                while following in results:
                    yield results.pop(following)
                    following += 1
        finally:
            if running:
                self._dismiss()

    def _staff(self, count: int) -> Callable[[bytes, Sequence[Any]], Future[list[Any]]]:
        """Hands a batch to so many workers, who are called if need be."""
        if self._executor is None or self._size < count:
            self._dismiss()
            self._others = set(multiprocessing.active_children())
            self._executor, self._size = self._engine(count), count
        executor = self._executor

        def hand_over(packed: bytes, some: Sequence[Any]) -> Future[list[Any]]:
            try:
                return executor.submit(_worked, packed, some)
            except BrokenExecutor as error:
                broken: Future[list[Any]] = Future()
                broken.set_exception(error)
                return broken

        return hand_over

    def _dismiss(self) -> None:
        """End the workers, whatever they are doing."""
        if self._executor is None:
            return
        for process in set(multiprocessing.active_children()) - self._others:
            process.kill()
        self._executor.shutdown(cancel_futures=True)
        self._executor = None


def _gather(
    running: dict[Future[list[_Result]], range],
    results: dict[int, _Result],
    patience: float | None,
) -> str:
    """Take in what is done; what died or hangs stays in `running`, with the reason in words."""
    done, _ = wait(running, patience, FIRST_COMPLETED)
    if not done:
        return HUNG
    why = ""
    for future in done:
        try:
            results.update(zip(running[future], future.result(), strict=True))
            del running[future]
        except BrokenExecutor:
            why = DIED
    return why


def spread(
    work: Callable[[_Item], _Result],
    items: Sequence[_Item],
    count: int | None = None,
    lost: Callable[[_Item, str], _Result] | None = None,
    patience: float = PATIENCE,
) -> Iterator[_Result]:
    """Crew.spread with workers who come for this alone."""
    with Crew(count) as crew:
        yield from crew.spread(work, items, lost, patience)


# in a worker ----------------------------------------------------------------------


def _begin() -> None:
    """A worker is expected to die, and says nothing on the way. It ends with its parent,
    who may be killed without a chance to tell it so."""
    with contextlib.suppress(OSError), open(os.devnull, "wb") as nothing:
        os.dup2(nothing.fileno(), 2)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


@lru_cache(maxsize=2)
def _unpacked(work: bytes) -> Callable[[Any], Any]:
    """The work, the same for many batches."""
    made: Callable[[Any], Any] = pickle.loads(work)
    return made


def _worked(work: bytes, items: Sequence[Any]) -> list[Any]:
    return list(map(_unpacked(work), items))
