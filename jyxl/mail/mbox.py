"""The messages of an mbox, the file in which many mail programs keep a folder, one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

MAX_BYTES = 64 * 2**20
"""The most bytes of one message that is read."""
_BEGIN = re.compile(rb"From [^\r\n]{0,200}\b(?:19|20)\d\d\b[^\r\n]{0,40}\r?\n?\Z")
_LONGEST_LINE = 2**16


def is_mbox(start: bytes) -> bool:
    """True if bytes begin like an mbox."""
    return start.startswith(b"From ") and bool(_BEGIN.match(start[:300].splitlines(True)[0]))


def messages(file: BinaryIO) -> Iterator[bytes | None]:
    """The bytes of every message, without the line in front of it; None for one that is longer
    than MAX_BYTES."""
    held: list[bytes] = []
    size = 0
    is_after_blank, is_first = True, True
    while line := file.readline(_LONGEST_LINE):
        if is_after_blank and line.startswith(b"From ") and _BEGIN.match(line):
            if not is_first:
                yield None if size > MAX_BYTES else b"".join(held)
            held, size, is_first = [], 0, False
            is_after_blank = False
            continue
        size += len(line)
        if size <= MAX_BYTES:
            held.append(line[1:] if line.startswith(b">From ") else line)
        else:
            held = []
        is_after_blank = line in (b"\n", b"\r\n")
    if not is_first:
        yield None if size > MAX_BYTES else b"".join(held)
