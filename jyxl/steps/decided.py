"""A return with its verdict, as the steps hand it on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jyxl.submission import Submission

if TYPE_CHECKING:
    from jyxl.checker import Verdict


@dataclass(frozen=True, slots=True)
class Decided:
    """A return with its verdict."""

    submission: Submission
    verdict: Verdict
