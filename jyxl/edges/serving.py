"""Runs a server of asyncio in a thread of its own, while a block runs."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

_TO_END = 10
"""Seconds."""
_TO_CLOSE = 0.05
"""Seconds in which the connections close that were cut."""


@contextlib.contextmanager
def serving(
    start: Callable[[asyncio.AbstractEventLoop], Coroutine[Any, Any, asyncio.Server]],
) -> Iterator[int]:
    """Run the server that `start` opens on a loop; gives its port. Raises OSError if it cannot be
    opened. What it is still at when the block ends is cut."""
    loop = asyncio.new_event_loop()
    try:
        server = loop.run_until_complete(start(loop))
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            asyncio.run_coroutine_threadsafe(_ended(server), loop).result(_TO_END)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(_TO_END)
    finally:
        loop.close()


async def _ended(server: asyncio.AbstractServer) -> None:
    server.close()
    tasks = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(_TO_CLOSE)
