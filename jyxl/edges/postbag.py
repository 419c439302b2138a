"""The messages in a file that a mail program saved: one (.eml), or a whole folder (mbox)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from jyxl.mail import mbox, structure

HEAD = 2**16
"""How many bytes of a file show what it is."""


def messages(file: BinaryIO, head: bytes) -> Iterator[bytes | None] | None:
    """The bytes of each message, None for one that is too long; or None if the file holds no
    messages. head: how the file begins."""
    if mbox.is_mbox(head):
        file.seek(0)
        return mbox.messages(file)
    if not structure.is_message(head):
        return None
    if file.seek(0, io.SEEK_END) > mbox.MAX_BYTES:
        return iter([None])
    file.seek(0)
    return iter([file.read()])
