"""Which names occur in a text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def named(text: str, names: Iterable[tuple[str, T]]) -> list[tuple[str, T]]:
    """The (name, what has it) whose name occurs in a text. names: the longest first, since a name
    within a longer one does not count."""
    found = []
    for name, one in names:
        if name in text:
            found.append((name, one))
            text = text.replace(name, "\n")
    return found
