"""A ceiling on the memory of a process.

On Linux the process sets itself one, as a limit on the address space. On Windows, which has no such
limit, another process looks at what it has, and ends it; the job objects of Windows would hold one
too, but Wine 8 takes theirs and lets the process grow, so that it could not be tested. macOS does
not keep to a limit; there, only those of `reading` hold.
"""

from __future__ import annotations

import contextlib
import ctypes
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


class _Counters(ctypes.Structure):
    """PROCESS_MEMORY_COUNTERS of Windows."""

    _fields_ = (
        ("size", ctypes.c_uint32),
        ("faults", ctypes.c_uint32),
        *((name, ctypes.c_size_t) for name in ("peak_set", "set", "peak_paged", "paged")),
        *((name, ctypes.c_size_t) for name in ("peak_other", "other", "page_file", "peak_file")),
    )


def taken(handle: int) -> int | None:
    """The bytes that a process has for itself alone, told by its handle; None but on Windows."""
    if sys.platform == "win32":
        found = _Counters(size=ctypes.sizeof(_Counters))
        ask = ctypes.windll.kernel32.K32GetProcessMemoryInfo
        ask.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32)
        if ask(handle, ctypes.byref(found), ctypes.sizeof(found)):
            return int(found.page_file)
    return None


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
