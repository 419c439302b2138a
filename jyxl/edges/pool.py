"""Work over the cores, behind one function. An engine's executor can stand in for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
FEW = 24
"""Below so many items a second process costs more than it saves."""


def workers() -> int:
    """JYXL_WORKERS, or the number of cores."""
    wanted = os.environ.get("JYXL_WORKERS", "")
    return max(1, int(wanted)) if wanted.isdigit() else os.cpu_count() or 1


def spread(
    work: Callable[[_Item], _Result], items: Sequence[_Item], count: int | None = None
) -> Iterator[_Result]:
    """The results in the order of the items, whatever the number of workers."""
    count = workers() if count is None else count
    if count == 1 or len(items) < FEW:
        yield from map(work, items)
        return
    with ProcessPoolExecutor(max_workers=count) as pool:
        yield from pool.map(work, items, chunksize=max(1, min(32, len(items) // (4 * count))))
