"""What became of one item of work: a value, never an exception."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

_T = TypeVar("_T")
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Done(Generic[_T]):
    value: _T


@dataclass(frozen=True, slots=True)
class Lost:
    """The process ended during the work on this item, or the work passed its deadline.

    why: the reason in Chinese.
    """

    why: str


@dataclass(frozen=True)
class Defect:
    """Our own code or the executor failed, which is not the fault of the item.

    error: "TypeName: message", or a reason in Chinese; trace: the formatted traceback.
    """

    error: str
    trace: str


Outcome = Done[_T] | Lost | Defect


def tried(work: Callable[[_Item], _T], item: _Item) -> Done[_T] | Defect:
    """The outcome of the work on an item in this process. Raises MemoryError, which says nothing
    about the work."""
    try:
        return Done(work(item))
    except (KeyboardInterrupt, MemoryError):
        raise
    except BaseException as error:  # a panic of a library in Rust is not an Exception
        return defect(error)


def defect(error: BaseException, words: str = "") -> Defect:
    """The defect for this exception. words: the description to give instead of its type."""
    trace = "".join(traceback.format_exception(error))
    return Defect(words or f"{type(error).__name__}: {error}", trace)


@dataclass(frozen=True)
class Failed:
    """A file at which jyxl itself failed; it stays as it is and is tried again next time.
    sha256: '' for a file that was to be written."""

    file: str
    sha256: str
    defect: Defect

    @property
    def told(self) -> str:
        """The report of the failure for the maintainers."""
        return f"{self.file} {self.sha256}\n{self.defect.trace}"


def failed(file: str, sha256: str, outcome: Lost | Defect) -> Failed:
    """The failure of work on our own, whose process ending is a defect like any other."""
    if isinstance(outcome, Lost):
        outcome = Defect(outcome.why, outcome.why)
    return Failed(file, sha256, outcome)
