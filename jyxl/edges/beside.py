"""On a worker of an engine: processes of jyxl's own beside it, which do the work.

All who send work to the worker share them. They end when nobody has needed them for a while.
"""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from jyxl.edges.processes import Processes

_T = TypeVar("_T")

IDLE = 60.0
"""The seconds after which processes that nobody needs are ended."""

_lock = threading.Lock()
_processes: Processes | None = None
_users = 0
_last = 0.0


def done(count: int, task: Callable[[], _T]) -> _T:
    """The result of a task, done in one of at most `count` processes. Raises BrokenExecutor if
    the process dies, and what the task raises."""
    global _processes, _users, _last
    with _lock:
        if _processes is None:
            # A worker under a nanny is daemonic, and could not start a process otherwise.
            multiprocessing.current_process().daemon = False
            _processes = Processes(count, "spawn")  # a fork would copy the worker's locks
            threading.Thread(target=_end_when_idle, daemon=True).start()
        shared = _processes
        _users += 1
    try:
        return shared.submit(task).result()
    finally:
        with _lock:
            _users -= 1
            _last = time.monotonic()


def _end_when_idle() -> None:
    global _processes
    while True:
        time.sleep(IDLE / 10)
        with _lock:
            if _processes is not None and not _users and time.monotonic() - _last > IDLE:
                _processes.shutdown()
                _processes = None
                return
