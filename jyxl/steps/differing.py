"""What differs between a return and the one of its unit that counts, as a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from jyxl import messages, moments, numbers
from jyxl.definition import Cell, Edition, TextCell
from jyxl.finding import Finding, Place
from jyxl.places import cell_place, text_place
from jyxl.steps.decided import Decided
from jyxl.submission import Submission, is_word

_NAMED = 6
"""How many cells a sentence names at most."""
_LATER = 2**62
"""The number of an event that is not in the ledger yet."""


@dataclass(frozen=True)
class InForce:
    """The return of a unit that counts. unasked: the cells about which it was not asked; number:
    that of its event."""

    sha256: str
    file: str
    arrived: str
    figures: Mapping[str, int]
    words: Mapping[str, str]
    unasked: frozenset[str]
    number: int = _LATER


def beside(edition: Edition, code: str, one: Decided, now: InForce, arrived: str) -> Finding:
    """The finding that compares a return with the one that counts, at the cells that differ."""
    figures = one.submission.figures
    assert figures is not None
    is_partial = is_word(one.verdict.findings)
    differing = [
        cell.name
        for cell in edition.cells
        if figures[cell.name] != now.figures[cell.name]
        and not (is_partial and _is_not_in_word(edition, one.submission, cell))
    ]
    words = one.submission.entries.words
    rewritten = [
        text
        for text in edition.texts
        if words.get(text.name, "") != now.words.get(text.name, "") and not is_partial
    ]
    place = Place()
    if differing:
        place = replace(cell_place(edition, differing[0]), cells=tuple(differing))
    elif rewritten:
        place = text_place(edition, rewritten[0].name)
    return messages.finding(
        code,
        place,
        arrived=moments.minute(arrived),
        since=moments.minute(now.arrived),
        file=now.file,
        differ=_differences(edition, differing, now, figures) + _rewritten(rewritten),
    )


def _is_not_in_word(edition: Edition, submission: Submission, cell: Cell) -> bool:
    return edition.table[cell.table].is_own or cell.name in submission.unknown


def _rewritten(texts: Sequence[TextCell]) -> str:
    """The texts that differ, by their labels."""
    if not texts:
        return ""
    listed = "”“".join(text.label for text in texts[:_NAMED])
    more = f"等 {len(texts)} 处" if len(texts) > _NAMED else ""
    return f"；文字有改动：“{listed}”{more}"


def _differences(
    edition: Edition, names: Sequence[str], now: InForce, other: Mapping[str, int]
) -> str:
    """What differs, typed cells before totals: “…”由 1 变为 2."""
    if not names:
        return "数都相同"
    typed_first = sorted(names, key=lambda name: name in edition.totals)
    told = []
    for name in typed_first[:_NAMED]:
        cell = edition.cell[name]
        was, is_ = (numbers.plain(one[name], cell.kind.scale) for one in (now.figures, other))
        before = "原来没有要填，现在是" if name in now.unasked else f"由 {was} 变为"
        told.append(f"“{cell.label}”{before} {is_}")
    more = "等" if len(names) > _NAMED else ""
    return f"有 {len(names)} 格不同：{'，'.join(told)}{more}"
