"""An engine of many machines (Dask) as an executor, `--on tcp://host:8786`.

A worker of the engine hands each task on to a process of jyxl's own (`beside`), as is done on one
machine. A file at which that process dies or hangs costs neither the worker nor
what others do there, and what Dask does about a worker that died is left to Dask.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import pickle
import pkgutil
import re
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from jyxl.edges import beside, sameness
from jyxl.edges.sameness import Mark
from jyxl.problem import Problem

if TYPE_CHECKING:
    from distributed import Client

_T = TypeVar("_T")
_P = ParamSpec("_P")

KNOCK = 5.0
"""The seconds in which a scheduler must answer at first, and have a worker."""
PATIENCE = 60.0
"""The seconds without a worker, or without an answer, after which an engine counts as gone."""
AGAIN = "收到的文件都还在；请再运行一次，或者去掉 --on，在这台电脑上做。"

_ADDRESS = re.compile(r"(tcp|tls)://(\[[0-9a-fA-F:.]+\]|[^\s:/\[\]]+):[0-9]{1,5}/?")
_LOUD = ("distributed", "distributed.client", "distributed.gc", "tornado.application", "asyncio")


class Engine(Executor):
    """The workers behind a scheduler. count: how many tasks they do at a time.

    A task raises BrokenExecutor if its process died, or if more workers died one after the other
    than Dask allows for. It raises Problem if the engine is gone, or if a worker cannot do our
    work at all.
    """

    def __init__(self, client: Client, address: str, mark: Mark) -> None:
        self.count = max(1, sum(client.nthreads().values()))
        self._client, self._address, self._mark = client, address, mark
        self._workers = client.get_executor(pure=False, retries=0)
        self._open: set[Future[Any]] = set()
        self._over = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        ours: Future[_T] = Future()
        self._open.add(ours)
        ours.add_done_callback(self._open.discard)
        call = _Call(_aside, (self._mark, partial(fn, *args, **kwargs)))
        payload = pickle.dumps(call)
        try:
            theirs = self._workers.submit(pickle.loads, payload)
        except Exception:  # the connection was closed between two tasks
            theirs = Future()
            theirs.cancel()
        theirs.add_done_callback(partial(self._pass_on, ours))
        return ours

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:
        self._over.set()
        self._client.close(timeout=KNOCK)

    def _pass_on(self, ours: Future[_T], theirs: Future[_T]) -> None:
        """Tell our side what became of a task, unless it is told already."""
        from distributed import KilledWorker

        with contextlib.suppress(Exception):  # the other side may have been told at this moment
            try:
                ours.set_result(theirs.result())
            except CancelledError:
                ours.set_exception(Problem(f"计算引擎 {self._address} 断开了，没有做完；{AGAIN}"))
            except KilledWorker as error:
                ours.set_exception(BrokenExecutor(str(error)))
            except (BrokenExecutor, Problem) as error:
                ours.set_exception(error)
            except Exception as error:
                what = f"{type(error).__name__}: {error}"
                ours.set_exception(Problem(f"计算引擎 {self._address} 做不了（{what}）；{AGAIN}"))

    def _watch(self) -> None:
        """Give up what is under way if there is no worker or no answer for a long time, which
        Dask would wait for without an end."""
        last = time.monotonic()
        why = ""
        while not self._over.wait(PATIENCE / 12):
            try:
                if self._client.sync(self._client.scheduler.ncores, callback_timeout=PATIENCE):
                    last = time.monotonic()
                why = "没有计算节点了"
            except Exception:
                why = "没有回应"
            if time.monotonic() - last > PATIENCE:
                for one in list(self._open):
                    with contextlib.suppress(Exception):  # it is done at this very moment
                        one.set_exception(Problem(f"计算引擎 {self._address} {why}；{AGAIN}"))


def connect(address: str, editions: Sequence[str]) -> Engine:
    """The engine at this address of its scheduler, for a `with`.

    editions: the ids of those that the workers must have as they are here. Raises Problem, which
    names the worker on which something else is installed.
    """
    if not _ADDRESS.fullmatch(address):
        raise Problem(f"计算引擎的地址应像 tcp://主机:8786，现在是“{address}”。")
    client = _client(address)
    try:
        mark = sameness.mark(tuple(editions))
        _vet(client, address, mark)
        return Engine(client, address, mark)
    except BaseException:
        client.close(timeout=KNOCK)
        raise


def _client(address: str) -> Client:
    """A connection to the scheduler. Raises Problem if there is none."""
    try:
        import dask
        from distributed import Client
    except ImportError:
        raise Problem("要用计算引擎（--on），先要装上 Dask：pip install jyxl[dask]。") from None
    for name in _LOUD:  # what there is to say is said in a sentence
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
    try:
        asyncio.run(_knock(address))  # a Client that cannot connect is slow and loud in ending
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Client(address, timeout=KNOCK, set_as_default=False)
    except Exception as error:
        raise Problem(
            f"连不上计算引擎 {address}；请看地址对不对、dask scheduler 启动了没有"
            "（tls 的，证书配好了没有）。"
        ) from error


async def _knock(address: str) -> None:
    """Raises an exception if no scheduler answers."""
    from distributed import Security
    from distributed.core import rpc

    security = Security().get_connection_args("client")
    async with rpc(address, timeout=KNOCK, connection_args=security) as there:
        who = await asyncio.wait_for(there.identity(), KNOCK)
    if who["type"] != "Scheduler":
        raise ValueError(who["type"])


def _vet(client: Client, address: str, mark: Mark) -> None:
    """Raises Problem if there is no worker, or one that would not do what is done here."""
    try:
        client.wait_for_workers(1, timeout=KNOCK)
    except Exception as error:
        raise Problem(f"计算引擎 {address} 没有计算节点；请先启动 dask worker。") from error
    version = mark.parts["jyxl"]
    found = _of_all(client, pkgutil.resolve_name, "jyxl:__version__")
    odd = {worker: ("jyxl", one, version) for worker, one in found.items() if one != version}
    if not odd:
        found = _of_all(client, sameness.difference, mark)
        odd = {worker: one for worker, one in found.items() if one}
    if odd:
        raise Problem("".join(_unlike(worker, odd[worker]) for worker in sorted(odd)))


def _of_all(client: Client, function: Callable[..., Any], *args: Any) -> dict[str, Any]:
    """What a function gives on each worker, or the exception that it raises there. Raises Problem
    if a worker does not answer."""
    how = {"on_error": "return", "callback_timeout": PATIENCE}
    try:
        found: dict[str, Any] = client.sync(client.run, function, *args, **how)
    except Exception as error:
        raise Problem("计算引擎的节点没有都回应；请看有没有死机的，再运行一次。") from error
    return found


def _unlike(worker: str, odd: object) -> str:
    """The sentence that something on a worker is not as it is here.

    odd: (part, what is there, what is here), or an exception where jyxl could not even tell.
    """
    match odd:
        case (part, str(there), here) if there:
            what = f"上的 {part} 是 {there}，这里是 {here}；请换成一样的，再运行一次。"
        case (part, _, here):
            what = f"上没有 {part}，这里是 {here}；请装上一样的，再运行一次。"
        case _:
            what = f"上的 jyxl 不能用（{type(odd).__name__}: {odd}）；请装成和这里一样的。"
    return f"计算节点 {worker} {what}"


@dataclass(frozen=True)
class _Call:
    """A call that is made when it is unpickled, and whose result is what is unpickled.

    The scheduler, which unpickles the name of a function but no bytes, need not have jyxl.
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...]

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.function, self.arguments


# on a worker ----------------------------------------------------------------------


def _aside(mark: Mark, task: Callable[[], _T]) -> _T:
    """The result of a task, done beside this worker. Raises Problem if this worker, which may
    have come later, would do it differently."""
    from distributed import get_worker

    worker = get_worker()
    if odd := sameness.difference(mark):
        raise Problem(_unlike(worker.address, odd))
    return beside.done(worker.state.nthreads, task)
