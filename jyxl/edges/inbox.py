"""The files that came in: found, separated from leftovers, unpacked, archived before all else."""

from __future__ import annotations

import contextlib
import io
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from jyxl import characters
from jyxl.edges import archive as archives
from jyxl.edges import files
from jyxl.problem import Problem

_STRANGERS = frozenset({"thumbs.db", "desktop.ini"})
_CHUNK = 2**20
MAX_MEMBERS = 500
MAX_UNPACKED = 60 * 2**20


class Unread(Problem):
    """One file could not be read; the others can be."""


@dataclass(frozen=True)
class Arrival:
    """A file as it was found. arrived: its modification time, ISO, to the second."""

    path: Path
    arrived: str


@dataclass(frozen=True)
class Piece:
    """A piece to be read: a file, or a member of a zip of files.

    member: its name in the zip, which is never used as a path; within: the SHA-256 of the
    zip. head: its first bytes, at most one more than a workbook may have.
    """

    sha256: str
    head: bytes
    member: str | None = None
    within: str | None = None


def find(places: Iterable[Path]) -> list[Arrival]:
    """All files at these paths and in these folders, oldest first, without the leftovers of
    programs."""
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
    """True for lock files of Excel and WPS, and for files that systems leave in folders."""
    return name.startswith(("~$", ".~", "._", ".")) or name.lower() in _STRANGERS


def pieces(path: Path, archive: Path | None = None) -> list[Piece]:
    """The file itself or, if it is a zip of files, the files in it.

    Every byte is first kept in the archive, if there is one; the caller must settle it.
    Raises Unread, and Problem if the archive cannot be written.
    """
    try:
        with path.open("rb") as file:
            whole = _piece(file, archive)
            members = _members(file, archive, whole) if whole.head.startswith(b"PK") else []
    except OSError as error:
        raise Unread(f"“{path}”读不出来：{files.reason(error)}。") from error
    return members or [whole]


def _piece(
    source: BinaryIO, archive: Path | None, member: str | None = None, within: str | None = None
) -> Piece:
    head, sha256 = archives.head_and_digest(source)
    if archive is not None:
        archives.keep(archive, sha256, head, source)
    return Piece(sha256, head, member, within)


def _members(file: BinaryIO, archive: Path | None, whole: Piece) -> list[Piece]:
    """The files in a zip of files; none if it is a workbook or exceeds the limits."""
    if whole.head[30:49] == b"[Content_Types].xml":  # a workbook, as Excel and WPS begin it
        return []
    try:
        with zipfile.ZipFile(file) as package:
            entries = package.infolist()
            names = {entry.filename for entry in entries}
            if names & {"[Content_Types].xml", "content.xml"} or len(entries) > MAX_MEMBERS:
                return []
            if any(entry.flag_bits & 1 for entry in entries):
                return []
            if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                return []
            return [
                _piece(io.BytesIO(data), archive, name, whole.sha256)
                for name, data in _contents(package, entries)
            ]
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError):
        return []


def _contents(
    package: zipfile.ZipFile, entries: Iterable[zipfile.ZipInfo]
) -> Iterator[tuple[str, bytes]]:
    """The name and the bytes of every member that is not a program's leftover. The bytes are
    never more than the directory says; of a damaged member they are what could be read."""
    for entry in entries:
        name = _decoded(entry)
        last = name.rsplit("/", 1)[-1]
        if entry.is_dir() or not last or _is_stranger(last) or name.startswith("__MACOSX/"):
            continue
        data = bytearray()
        damaged = contextlib.suppress(zipfile.BadZipFile, zlib.error, EOFError)
        with damaged, package.open(entry) as member:
            while chunk := member.read(_CHUNK):
                data += chunk
        yield name, bytes(data)


def _decoded(entry: zipfile.ZipInfo) -> str:
    """The name as the sender saw it: Chinese systems write GBK without saying so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    name = characters.DISGUISES.sub("", name)
    return name.replace("\\", "/")[-200:]
