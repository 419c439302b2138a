"""A ceiling on the memory of this process, where the system can set one.

It is set on Linux, as a limit on the address space. macOS does not keep to such a limit. On
Windows a job object could hold one, but Wine 8 takes it and lets the process grow, so that it
could not be tested. There, only the limits of `reading` hold.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def ceiling(more: int) -> Iterator[None]:
    """While the block runs, this process gets at most so many bytes more than it has now. What
    it asks for beyond that is refused: Python raises MemoryError, a library may abort."""
    if sys.platform == "win32":  # even where there is a /proc, as under Wine
        yield
        return
    used = _address_space()
    if used is None:
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = [one for one in (used + more, soft, hard) if one != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(most), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def no_dumps() -> None:
    """This process leaves no image of its memory behind when it is aborted."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def _address_space() -> int | None:
    """The bytes of the address space of this process; None if the system does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except (OSError, IndexError):
        return None
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
