"""An executor of processes of this machine, one of which may die without harm to the others.

The standard library's executor shares two pipes among its workers: a worker that is killed in
the middle of a message leaves the others and the parent waiting for the rest of it. Here each
process has a pipe of its own, served by a thread that notices when the process ends.
"""

from __future__ import annotations

import contextlib
import faulthandler
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, ParamSpec, TypeVar

from jyxl.edges.ceiling import no_dumps, taken

_T = TypeVar("_T")
_P = ParamSpec("_P")
_LOOK = 0.05
"""The seconds between two looks at the memory of a process."""
_STARTING = threading.Lock()
"""Held while a process starts: another one forked at that moment would inherit the far end of
its pipe, and keep that end open after the process died."""


class Starved(BrokenExecutor):
    """A process took more memory than it may, and was ended."""


class Processes(Executor):
    """At most `count` processes, which are started when there is work.

    They stay until shutdown, which ends them even in the middle of a task. A task whose
    process dies raises BrokenExecutor; the other tasks go on, and the next one gets a new
    process.

    method: how processes start, as multiprocessing names it; None for the system's usual way.
    """

    def __init__(self, count: int, method: str | None = None) -> None:
        self.count = count
        self._context = multiprocessing.get_context(method)
        self._threads = ThreadPoolExecutor(count)
        self._idle: list[tuple[BaseProcess, Connection]] = []
        self._alive: set[BaseProcess] = set()
        self._is_open = True

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        return self.submit_within(None, fn, *args, **kwargs)

    def submit_within(
        self, most: int | None, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs
    ) -> Future[_T]:
        """The same for a task that may take so many bytes. On Windows a process that takes more is
        ended, and the task raises Starved; elsewhere the task has to keep to it by itself."""
        task = [pickle.dumps((fn, args, kwargs))]
        return self._threads.submit(self._there, task, most)

    def start(self, count: int) -> None:
        """Have at least so many processes, but no more than there may be, before there is work
        for them."""
        with contextlib.suppress(Exception):  # it will be seen when there is
            while len(self._alive) < min(count, self.count):
                self._idle.append(self._start())

    @staticmethod
    def undisturbed(work: Callable[[], object]) -> None:
        """Do something in this process while no other starts: one that is forked in the middle of
        an import has half a module for ever."""
        with _STARTING:
            work()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:
        self._threads.shutdown(wait=False, cancel_futures=cancel_futures)
        with _STARTING:
            self._is_open = False
            for process in list(self._alive):
                process.kill()
        self._threads.shutdown(wait)
        for process in list(self._alive):
            process.join()

    def _there(self, task: list[bytes], most: int | None = None) -> Any:
        """The result of a task, done in a process that has no other. task: its one item is taken
        out of it, so that its bytes are let go of as soon as they are sent."""
        process, pipe = self._free()
        try:
            pipe.send_bytes(task.pop())
            if most is not None and _outgrows(process, pipe, most):
                raise Starved(f"process {process.pid} has too much memory")
            answer = [pipe.recv_bytes()]
        except (EOFError, OSError, Starved) as error:
            self._end(process, pipe)
            if isinstance(error, Starved):
                raise
            raise BrokenExecutor(f"process {process.pid} ended: {process.exitcode}") from error
        self._idle.append((process, pipe))
        result, failure = pickle.loads(answer.pop())  # which may be large, and is let go of
        if failure is not None:
            raise failure
        return result

    def _free(self) -> tuple[BaseProcess, Connection]:
        """A process that has nothing to do. There are as many threads as there may be processes, so
        that there is one, or may be one more. One that has ended meanwhile is not to blame for
        the next task."""
        while True:
            try:
                process, pipe = self._idle.pop()
            except IndexError:
                return self._start()
            if process.is_alive():
                return process, pipe
            self._end(process, pipe)

    def _end(self, process: BaseProcess, pipe: Connection) -> None:
        pipe.close()
        process.kill()
        process.join()
        self._alive.discard(process)

    def _start(self) -> tuple[BaseProcess, Connection]:
        with _STARTING:
            if not self._is_open:
                raise BrokenExecutor("shut down")
            here, there = self._context.Pipe()
            process: BaseProcess = self._context.Process(  # type: ignore[attr-defined]
                target=_serve, args=(there,), daemon=True
            )
            process.start()
            there.close()
            self._alive.add(process)
        return process, here


def _outgrows(process: BaseProcess, pipe: Connection, most: int) -> bool:
    """Wait for what comes through the pipe. True if the process takes so many bytes more meanwhile,
    as far as the system tells."""
    before = taken(process.sentinel)
    if before is None:
        return False
    while not pipe.poll(_LOOK):
        now = taken(process.sentinel)
        if now is not None and now - before > most:
            return True
    return False


def _serve(pipe: Connection) -> None:
    """Do, in the process, the tasks that come through the pipe, until the parent closes it or
    is gone."""
    _fall_silent()
    no_dumps()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the parent's may raise KeyboardInterrupt
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(EOFError):
        while True:
            fn, args, kwargs = pickle.loads(pipe.recv_bytes())
            try:
                answer = pickle.dumps((fn(*args, **kwargs), None))
            except Exception as error:
                answer = pickle.dumps((None, error))
            pipe.send_bytes(answer)


def _fall_silent() -> None:
    """Stop error output: a process that is expected to die prints nothing when it does."""
    faulthandler.disable()
    if sys.__stderr__ is not None:  # otherwise descriptor 2 may be a pipe of this process
        with contextlib.suppress(OSError), open(os.devnull, "wb") as nothing:
            os.dup2(nothing.fileno(), 2)


def _end_with_parent() -> None:
    """End this process when its parent ends. The parent may be killed without a chance to
    close anything, and processes started after this one hold copies of its pipe."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
