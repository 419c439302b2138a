"""The bytes of every file that came in, each file named by its SHA-256 and compared with it."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from jyxl.edges import files
from jyxl.problem import Problem
from jyxl.reading import kind

_CHUNK = 2**20
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Altered(Problem):
    """A file of the archive is missing, or has other bytes than those that came in."""

    def __init__(self, sha256: str, why: str = "和收到的时候不一样，被改动过或者损坏了") -> None:
        super().__init__(
            f"存档“{sha256}”{why}，没有采用；请从备份中恢复，或者把收到的原文件放进“回收”再收一次。"
        )


def head_and_digest(source: BinaryIO) -> tuple[bytes, str]:
    """The first bytes, at most one more than a workbook may have, and the SHA-256 of all."""
    head = source.read(kind.MAX_BYTES + 1)
    digest = hashlib.sha256(head)
    if len(head) > kind.MAX_BYTES:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
    return head, digest.hexdigest()


def keep(archive: Path, sha256: str, head: bytes, source: BinaryIO) -> None:
    """Archive the bytes of `source`, unless they are there already; the caller must settle it.

    A file that a power cut has left short, or that was changed since, is written again. head,
    sha256: those of the source. Raises Problem if the archive cannot be written.
    """
    kept = archive / sha256
    if len(head) > kind.MAX_BYTES:
        if not (kept.exists() and _is_whole(kept)):
            source.seek(0, io.SEEK_SET)
            files.write(kept, iter(lambda: source.read(_CHUNK), b""), settled=False)
    elif not (kept.exists() and files.read(kept) == head):
        files.write(kept, head, settled=False)


def get(archive: Path, sha256: str) -> bytes:
    """The first bytes of an archived file, at most one more than a workbook may have. Raises
    Altered if it is not the file that came in."""
    try:
        with (archive / sha256).open("rb") as file:
            head, digest = head_and_digest(file)
    except OSError as error:
        raise Altered(sha256, f"读不出来（{files.reason(error)}）") from error
    if digest != sha256:
        raise Altered(sha256)
    return head


def digests(archive: Path) -> Iterator[tuple[str, bool]]:
    """The SHA-256 of every file that was archived, and whether its bytes are still the same."""
    for path in sorted(archive.iterdir()) if archive.is_dir() else ():
        if _DIGEST.fullmatch(path.name):
            yield path.name, _is_whole(path)


def _is_whole(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return head_and_digest(file)[1] == path.name
    except OSError:
        return False
