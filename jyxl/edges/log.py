"""The log of jyxl's own defects, for its maintainers."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable
from datetime import datetime
from importlib import metadata
from pathlib import Path

from jyxl import __version__
from jyxl.edges import files

_LIBRARIES = ("XlsxWriter", "click", "numpy", "openpyxl", "pandas", "pandera", "python-calamine")


def write(folder: Path, traces: Iterable[str]) -> Path:
    """Write the tracebacks, with versions and platform, into a file; gives its path.

    Raises Problem.
    """
    now = datetime.now()
    path = folder / f"{now:%Y%m%d-%H%M%S-%f}.log"
    head = [f"jyxl {__version__}", f"Python {sys.version}", platform.platform(), *_versions()]
    text = "\n".join([now.isoformat(timespec="seconds"), *head, "", *traces])
    files.write(path, text.encode(errors="backslashreplace"))
    return path


def _versions() -> Iterable[str]:
    for name in _LIBRARIES:
        try:
            yield f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            yield f"{name} ?"
