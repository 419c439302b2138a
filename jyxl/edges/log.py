"""The log of jyxl's own defects, for its maintainers."""

from __future__ import annotations

import platform
import sys
import tempfile
from collections.abc import Iterable
from datetime import datetime
from importlib import metadata
from pathlib import Path

from jyxl import __version__
from jyxl.edges import files
from jyxl.problem import Problem

_LIBRARIES = (
    *("XlsxWriter", "click", "lxml", "numpy", "olefile", "openpyxl", "pandas", "pandera"),
    *("python-calamine", "rich", "IMAPClient"),
)


def write(folder: Path | None, traces: Iterable[str]) -> Path | None:
    """The file that now holds the tracebacks, with versions and platform, or None if it could
    not be written. Without a folder it lies in a temporary one."""
    try:
        folder = folder or Path(tempfile.gettempdir()) / "jyxl"
    except OSError:
        return None
    now = datetime.now()
    path = folder / f"{now:%Y%m%d-%H%M%S-%f}.log"
    head = [f"jyxl {__version__}", f"Python {sys.version}", platform.platform(), *_versions()]
    text = "\n".join([now.isoformat(timespec="seconds"), *head, "", *traces])
    try:
        files.write(path, text.encode(errors="backslashreplace"))
    except Problem:  # there may be no room for it; what failed is reported all the same
        return None
    return path


def _versions() -> Iterable[str]:
    for name in _LIBRARIES:
        try:
            yield f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            yield f"{name} ?"
