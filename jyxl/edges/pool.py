"""Work over the cores, behind one function. An engine's executor can stand in for it.

Workers are handed a few items at a time. One that dies or hangs is replaced, and its
items are tried again one by one; the item that does it again is given up, alone.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
FEW = 24
"""Below so many items a second process costs more than it saves."""
MOST = 128
"""Items handed over at a time, at most."""
PATIENCE = 20.0
"""Seconds that a handful of items, or one item alone, may take before it counts as hung."""

DIED, HUNG = "读取它的进程中断了", "读了太久"


def workers() -> int:
    """JYXL_WORKERS, or the number of cores."""
    wanted = os.environ.get("JYXL_WORKERS", "")
    return max(1, int(wanted)) if wanted.isdigit() else os.cpu_count() or 1


def spread(
    work: Callable[[_Item], _Result],
    items: Sequence[_Item],
    count: int | None = None,
    lost: Callable[[_Item, str], _Result] | None = None,
    patience: float = PATIENCE,
) -> Iterator[_Result]:
    """The results in the order of the items, whatever the number of workers.

    lost: the result for an item at which the process died or hung, with the reason in
    words. With it, the work never happens in this process; without it, the items are
    trusted, and few of them are worked on right here. What `work` raises is raised here.
    """
    count = workers() if count is None else count
    if lost is None and (count == 1 or len(items) < FEW):
        yield from map(work, items)
        return
    if len(items) < FEW:
        count = 1
    if lost is None:
        patience = math.inf
    size = max(1, min(MOST, len(items) // (4 * count)))
    todo = deque(range(at, min(at + size, len(items))) for at in range(0, len(items), size))
    results: dict[int, _Result] = {}
    crew: list[_Worker] = []
    following = 0
    try:
        while todo or crew:
            while todo and len(crew) < count:
                crew.append(_Worker(work, is_quiet=lost is not None))
                crew[-1].take(todo.popleft(), items, patience)
            for worker in _done(crew):
                outcome = worker.outcome()
                if isinstance(outcome, str):
                    worker.kill()
                    crew.remove(worker)
                    if len(worker.batch) > 1:
                        todo.extendleft(range(n, n + 1) for n in reversed(worker.batch))
                    elif lost is None:
                        raise RuntimeError(outcome)
                    else:
                        number = worker.batch[0]
                        results[number] = lost(items[number], outcome)
                else:
                    results.update(zip(worker.batch, outcome, strict=True))
                    if todo:
                        worker.take(todo.popleft(), items, patience)
                    else:
                        worker.kill()
                        crew.remove(worker)
            while following in results:
                yield results.pop(following)
                following += 1
    finally:
        for worker in crew:
            worker.kill()


def _done(crew: Sequence[_Worker]) -> list[_Worker]:
    """Those that have answered, died, or had their time; waits for one."""
    first = min(worker.until for worker in crew)
    left = None if first == math.inf else max(0.0, first - time.monotonic())
    ready = wait([worker.pipe for worker in crew], left)
    now = time.monotonic()
    return [worker for worker in crew if worker.pipe in ready or worker.until <= now]


class _Worker:
    """A process that works on batches until it is killed or this process is gone."""

    def __init__(self, work: Callable[[Any], Any], is_quiet: bool) -> None:
        self.pipe, other = multiprocessing.Pipe()
        self.batch = range(0)
        self.until = 0.0
        self.process = multiprocessing.Process(
            target=_serve, args=(work, other, self.pipe, is_quiet), daemon=True
        )
        self.process.start()
        other.close()

    def take(self, batch: range, items: Sequence[Any], patience: float) -> None:
        self.batch = batch
        self.until = time.monotonic() + patience
        with contextlib.suppress(OSError):
            self.pipe.send(items[batch.start : batch.stop])

    def outcome(self) -> list[Any] | str:
        """The results of the batch, or why there are none. Raises what the work raised."""
        if not self.pipe.poll():
            return HUNG
        try:
            answer = self.pipe.recv()
        except (EOFError, OSError):
            return DIED
        if isinstance(answer, _Raised):
            raise answer.error
        results: list[Any] = answer
        return results

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


@dataclass(frozen=True)
class _Raised:
    error: BaseException


def _serve(
    work: Callable[[Any], Any], pipe: Connection, parents: Connection, is_quiet: bool
) -> None:
    """The life of a worker. Its copy of the parent's end is closed, so that the parent's
    death is the end of the pipe. Where it is expected to die it says nothing on the way."""
    if is_quiet:
        with contextlib.suppress(OSError), open(os.devnull, "wb") as nothing:
            os.dup2(nothing.fileno(), 2)
    parents.close()
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            items = pipe.recv()
            try:
                answer: list[Any] | _Raised = [work(item) for item in items]
            except Exception as error:
                answer = _Raised(error)
            pipe.send(answer)
