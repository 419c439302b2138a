"""The log of jyxl's own defects, for its maintainers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from jyxl.edges import files, machine
from jyxl.edges.outcome import Failed
from jyxl.problem import Problem


def failures(folder: Path | None, failed: Sequence[Failed]) -> Path | None:
    """The log of these failures, or None if there are none."""
    return write(folder, [one.told for one in failed]) if failed else None


def write(folder: Path | None, traces: Iterable[str]) -> Path | None:
    """The file that now holds the tracebacks, with versions and platform, or None if it could
    not be written. Without a folder it lies in a temporary one."""
    try:
        folder = folder or Path(tempfile.gettempdir()) / "jyxl"
    except OSError:
        return None
    now = datetime.now()
    path = folder / f"{now:%Y%m%d-%H%M%S-%f}.log"
    text = "\n".join([now.isoformat(timespec="seconds"), *machine.versions(), "", *traces])
    try:
        files.write(path, text.encode(errors="backslashreplace"))
    except Problem:  # there may be no room for it; what failed is reported all the same
        return None
    return path
