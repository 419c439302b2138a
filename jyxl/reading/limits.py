"""What a file would cost to open, judged before a library allocates anything for it."""

from __future__ import annotations

from collections.abc import Iterable

MAX_LISTED = 20_000
"""The most entries in the directory of a zip; for each, an object of a kilobyte is made."""


def lists_too_many(chunks: Iterable[bytes]) -> bool:
    """True if the directory of this zip, given in pieces, may have more than MAX_LISTED entries.

    What the directory states of its own size is not believed: each entry begins with the same
    four bytes, and they are counted wherever they are.
    """
    return sum(chunk.count(b"PK\x01\x02") for chunk in chunks) > MAX_LISTED
