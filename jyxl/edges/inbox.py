"""Files that came in: found, told apart from strangers, and archived before anything else."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jyxl.edges import files

_STRANGERS = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class Arrival:
    """A file as it lies there. arrived: its modification time, ISO, to the second."""

    path: Path
    arrived: str


def find(places: Iterable[Path]) -> list[Arrival]:
    """All files in these files and folders, oldest first; programs' own leftovers skipped."""
    found = {}
    for place in places:
        if place.is_dir():
            walked = [Path(folder) / name for folder, _, names in os.walk(place) for name in names]
        else:
            walked = [place]
        for path in walked:
            if not _is_stranger(path.name):
                found[path] = path.stat().st_mtime if path.exists() else 0.0
    order = sorted(found, key=lambda path: (found[path], str(path)))
    now = datetime.now().timestamp()
    return [
        Arrival(path, datetime.fromtimestamp(min(found[path], now)).isoformat(timespec="seconds"))
        for path in order
    ]


def _is_stranger(name: str) -> bool:
    """Lock files of Excel and WPS, and what systems leave in folders."""
    return name.startswith(("~$", ".~", "._", ".")) or name.lower() in _STRANGERS


def archive(data: bytes, folder: Path) -> str:
    """Keep the bytes under their SHA-256; the digest. Raises Problem."""
    digest = hashlib.sha256(data).hexdigest()
    path = folder / digest
    if not path.exists():
        files.write(path, data)
    return digest
