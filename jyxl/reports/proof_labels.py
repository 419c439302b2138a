"""The labels of a table in a document, laid beside those of the form."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache

from jyxl import characters, printed
from jyxl.definition import Edition, Table
from jyxl.form_labels import plain
from jyxl.numbers import NIL, tidy
from jyxl.reading.grid import Document, Grid, Slot

_ARTICLE = "第二十条"
_NUMBERED = re.compile(r"\d+[.、)]\s*[^\d\s]")
_SIMILAR = 0.5
_FEWEST = 3
"""How many labels of the form a table has at least if it is meant to be one of the form."""


@dataclass(frozen=True)
class Found:
    """A table of a document that is one of the form, or a part of it. number: which one it is, from
    1."""

    number: int
    grid: Grid
    edition: Edition
    table: Table


def tables(document: Document, edition: Edition, others: Sequence[Edition]) -> Iterator[Found]:
    """The tables of a document that are of the form. others: editions by whose form they may be if
    they have more of its labels."""
    known = [(one, table) for one in (edition, *others) for table in one.tables if not table.is_own]
    for number, grid in enumerate(document.grids, 1):
        keys = Counter(_key(slot.text) for slot in labels(grid))
        fits = [(keys & Counter(_form_keys(table))).total() for _, table in known]
        most = max(fits)
        if most >= _FEWEST and 2 * most >= keys.total():
            yield Found(number, grid, *known[fits.index(most)])


@dataclass
class Laid:
    """labels: slot → the label of the form that it is; renamed: those that are written in another
    way; missing: labels of the form that are nowhere, by their number in the form; extra: slots that
    are no label of the form; moved: labels that stand in another place."""

    labels: dict[Slot, str] = field(default_factory=dict)
    renamed: list[tuple[Slot, str]] = field(default_factory=list)
    missing: dict[int, str] = field(default_factory=dict)
    extra: list[Slot] = field(default_factory=list)
    moved: list[Slot] = field(default_factory=list)

    @property
    def runs(self) -> Iterator[list[str]]:
        """The labels that are missing, those together that follow each other in the form."""
        run: list[str] = []
        for number, label in sorted(self.missing.items()):
            if run and number - 1 not in self.missing:
                yield run
                run = []
            run.append(label)
        if run:
            yield run


def laid(table: Table, slots: Sequence[Slot]) -> Laid:
    """Each label of a document's table beside that of the form. slots: what `labels` gives;
    the table's own title may be among them."""
    wanted = _form_labels(table)
    slots = [slot for slot in slots if _key(slot.text) != _key(table.title)]
    found = [_key(slot.text) for slot in slots]
    made = Laid()
    compared = SequenceMatcher(None, _form_keys(table), found, autojunk=False)
    for _, start, end, first, last in compared.get_opcodes():
        left = list(slots[first:last])
        is_even = end - start == last - first
        for number, label in enumerate(wanted[start:end], start):
            near = (slot for slot in left if is_even or _is_similar(slot.text, label))
            slot = next(near, None)
            if slot is None:
                made.missing[number] = label
                continue
            left.remove(slot)
            made.labels[slot] = label
            if _key(slot.text) != _key(label):
                made.renamed.append((slot, label))
        made.extra.extend(left)
    _note_moved(made)
    return made


def _is_similar(one: str, other: str) -> bool:
    return SequenceMatcher(None, _key(one), _key(other)).ratio() >= _SIMILAR


def _note_moved(made: Laid) -> None:
    """What is missing at one place and extra at another was moved."""
    for slot in [*made.extra]:
        keys = {_key(label): number for number, label in made.missing.items()}
        number = keys.get(_key(slot.text))
        if number is not None:
            made.extra.remove(slot)
            made.labels[slot] = made.missing.pop(number)
            made.moved.append(slot)


def labels(grid: Grid) -> list[Slot]:
    """The cells of a table that hold labels, in the order of the table."""
    slots = dict.fromkeys(slot for line in grid.rows for slot in line if slot is not None)
    return [
        slot
        for slot in sorted(slots, key=lambda one: (one.row, one.column))
        if slot.text and not _is_figure(slot.text)
    ]


def _is_figure(text: str) -> bool:
    clean = characters.BLANKS.sub("", tidy(text))
    is_number = clean.lstrip("+-")[:1].isdigit() and not _NUMBERED.match(clean)
    return clean in NIL or is_number


@lru_cache(maxsize=16)
def _form_labels(table: Table) -> tuple[str, ...]:
    blank: Mapping[str, int] = dict.fromkeys((cell.name for cell in table.cells), 0)
    boxes = printed.table(table, blank).boxes
    return tuple(box.text for box in boxes if box.role != "figure")


@lru_cache(maxsize=16)
def _form_keys(table: Table) -> tuple[str, ...]:
    return tuple(map(_key, _form_labels(table)))


@lru_cache(maxsize=4096)
def _key(label: str) -> str:
    """A label by which it can be compared; of 第二十条第（五）项 the number in it counts."""
    text = unicodedata.normalize("NFKC", characters.BLANKS.sub("", label))
    return text if text.startswith(_ARTICLE) else plain(label)
