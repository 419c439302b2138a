"""What must be the same on two machines for the same workbooks to come out, byte for byte."""

from __future__ import annotations

import hashlib
import sys
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jyxl
from jyxl import editions
from jyxl.definition import DefinitionError
from jyxl.edges import machine

_LIBRARIES = ("XlsxWriter", "python-calamine", "lxml", "python-docx")


@dataclass(frozen=True)
class Mark:
    """editions: the ids of those that are needed. parts: the name of a part → its version or
    its digest, '' if it is not there."""

    editions: tuple[str, ...]
    parts: Mapping[str, str]


@cache
def mark(needed: tuple[str, ...]) -> Mark:
    """The mark of this machine. needed: the ids of editions."""
    parts = {
        "jyxl": jyxl.__version__,
        "jyxl 程序的摘要": _code(),
        **{f"{edition} 年版表式的摘要": _edition(edition) for edition in needed},
        "Python": "{}.{}".format(*sys.version_info),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        **{name: machine.version(name) for name in _LIBRARIES},
    }
    return Mark(needed, parts)


def difference(theirs: Mark) -> tuple[str, str, str] | None:
    """(part, what is here, what they have) for the first part that is not as they have it."""
    ours = mark(theirs.editions).parts
    pairs = ((name, ours.get(name, ""), wanted) for name, wanted in theirs.parts.items())
    return next((one for one in pairs if one[1] != one[2]), None)


@cache
def _code() -> str:
    """A digest of all modules."""
    folder = Path(jyxl.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


@cache
def _edition(edition: str) -> str:
    try:
        return editions.digest(edition)[:8]
    except DefinitionError:
        return ""
