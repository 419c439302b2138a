"""What jyxl runs on: its version, Python, the system, the libraries."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from importlib import metadata

from jyxl import __version__

LIBRARIES = {
    "IMAPClient": "imapclient",
    "XlsxWriter": "xlsxwriter",
    "click": "click",
    "lxml": "lxml.etree",
    "msoffcrypto-tool": "msoffcrypto",
    "numpy": "numpy",
    "olefile": "olefile",
    "openpyxl": "openpyxl",
    "pandas": "pandas",
    "pandera": "pandera",
    "python-calamine": "python_calamine",
    "python-docx": "docx",
    "rich": "rich",
}
"""The libraries that jyxl needs, each with the name under which it is imported."""


def versions() -> Iterator[str]:
    """Lines that tell the maintainers all of it."""
    yield f"jyxl {__version__}"
    yield f"Python {sys.version}"
    yield platform.platform()
    for name in LIBRARIES:
        yield f"{name} {version(name) or '?'}"


def version(library: str) -> str:
    """The version of a library that is installed, or ''."""
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return ""


def lowest() -> dict[str, str]:
    """Library → the lowest version with which jyxl works; empty if jyxl was not installed."""
    try:
        needed = metadata.requires("jyxl") or []
    except metadata.PackageNotFoundError:
        return {}
    found: dict[str, str] = {}
    for one in needed:
        name, _, rest = one.partition(">=")
        if rest and ";" not in one:
            known = [known for known in LIBRARIES if name.startswith(known)]
            found |= dict.fromkeys(known, rest.partition(",")[0].strip())
    return found
