"""Tables of a published report → the cells of the form, found by their labels.

Published tables are those of the form with labels in variants, rows left out, cells merged in
other ways. A table whose labels are not the form's is told, and never guessed at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from typing import Any, Literal

from jyxl import live, numbers
from jyxl.definition import Block, Cell, Edition, Header, Table
from jyxl.form_labels import plain
from jyxl.numbers import NIL, tidy
from jyxl.reading.grid import Document, Grid, Slot

_MOST_HEADS = 8
"""How many labels above a column are kept: those of the form have three at most."""
_LIKE_THE_FORM = 3
"""How many labels of the form a table has at least if it is meant to be one of the form."""


@dataclass(frozen=True)
class Printed:
    """A cell of the form as it was printed. place: where, in words; odd: why what is seen there
    may not be its text, in words, '' as a rule; source: as in a Slot."""

    text: str
    place: str
    odd: str = ""
    source: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Trouble:
    """Something in a report that could not be read. why: 'unlike' (a table whose labels are not the
    form's), 'odd' (one whose cells are not certain), 'twice' (two tables that contradict each
    other), 'row' (one with figures that the form does not have); fact: that in words; done: what
    became of it."""

    why: Literal["unlike", "odd", "twice", "row"]
    fact: str
    done: str = ""

    def __str__(self) -> str:
        return "，".join(filter(None, (self.fact, self.done)))


@dataclass(frozen=True)
class Report:
    """The tables of a report. cells: (edition, name of a cell) → what is printed there; problems:
    what could not be read."""

    cells: Mapping[tuple[str, str], Printed]
    problems: tuple[Trouble, ...]


_NOT_TAKEN = "没有取用"


def report(document: Document, among: Sequence[Edition]) -> Report:
    """The cells in a report's tables. among: the editions that the tables may be of, the likeliest
    first; the tables of one report may be of several."""
    best: dict[str, tuple[int, Edition, _Match]] = {}
    problems: list[Trouble] = []
    for number, grid in enumerate(document.grids, 1):
        found = _best(grid, number, among)
        if found is None:
            if _looks_like_the_form(grid, among):
                fact = f"第 {number} 张表的行名、列名和表式对不上"
                problems.append(Trouble("unlike", fact, _NOT_TAKEN))
            continue
        if grid.odd:
            problems.append(Trouble("odd", f"第 {number} 张表{grid.odd}", _NOT_TAKEN))
            continue
        edition, table, match = found
        before = best.get(table.key)
        best[table.key] = (number, edition, match)
        if before is None:
            continue
        is_less = len(before[2].cells) >= len(match.cells)
        if {**before[2].texts, **match.texts} != {**match.texts, **before[2].texts}:
            taken = before[0] if is_less else number
            fact = f"第 {before[0]} 张表和第 {number} 张表是同一张，数不同"
            problems.append(Trouble("twice", fact, f"取用第 {taken} 张"))
        elif before[1] is edition:
            best[table.key] = (before[0], edition, before[2].and_also(match))
            continue
        if is_less:
            best[table.key] = before
    for _, _, match in best.values():
        problems.extend(Trouble("row", row) for row in match.left_over)
    cells = {
        (edition.id, name): printed
        for _, edition, match in best.values()
        for name, printed in match.cells.items()
    }
    return Report(cells, tuple(problems))


@dataclass(frozen=True)
class _Match:
    """A table of the form in a grid, or in several. left_over: the rows with figures that the form
    does not have, in words."""

    cells: dict[str, Printed]
    left_over: tuple[str, ...]

    @property
    def texts(self) -> dict[str, str]:
        return {name: one.text for name, one in self.cells.items()}

    def and_also(self, other: _Match) -> _Match:
        """Both parts of a table that was divided."""
        return _Match({**other.cells, **self.cells}, (*self.left_over, *other.left_over))


def _best(
    grid: Grid, number: int, among: Sequence[Edition]
) -> tuple[Edition, Table, _Match] | None:
    """The table of the form that has most cells in a grid; of equals, that of the edition named
    first."""
    best: tuple[Edition, Table, _Match] | None = None
    for edition in among:
        for table in edition.tables:
            match = _match(grid, number, table)
            if match.cells and (
                best is None
                or (len(match.cells), -len(match.left_over))
                > (len(best[2].cells), -len(best[2].left_over))
            ):
                best = (edition, table, match)
    return best


@dataclass(frozen=True)
class _Line:
    """A row or a column of a table: its key, and its labels from the outermost to its own."""

    key: str
    path: tuple[str, ...]


@lru_cache(maxsize=64)
def _lines(headers: tuple[Header, ...]) -> tuple[_Line, ...]:
    def below(header: Header, key: str, path: tuple[str, ...]) -> Iterator[_Line]:
        key = ".".join(filter(None, [key, header.key]))
        path = (*path, plain(header.label)) if header.label is not None else path
        if header.is_leaf:
            yield _Line(key, path)
        for child in header.children:
            yield from below(child, key, path)

    return tuple(line for header in headers for line in below(header, "", ()))


def _match(grid: Grid, number: int, table: Table) -> _Match:
    by_place = {(cell.row, cell.column): cell for cell in table.cells}
    row_labels = {
        label for block in table.blocks for line in _lines(block.rows) for label in line.path
    }
    cells: dict[str, Printed] = {}
    left_over: list[str] = []
    heads: dict[int, list[Slot]] = {}
    was_data = False
    for at, line in enumerate(grid.rows):
        lead = _lead(line, row_labels)
        found = _row(table, lead, heads, line)
        if found is None:
            if _is_strange(line, heads, at):
                left_over.append(f"第 {number} 张表里没有用到的行：“{_label(line)}”")
                was_data = True
                continue
            heads = {} if was_data else heads
            _note_heads(heads, line)
            was_data = False
            continue
        block, row = found
        was_data = True
        for column, which in _columns(block, heads, _width(line, lead)):
            slot = line[which] if which < len(line) else None
            cell: Cell | None = by_place.get((row.key, column.key))
            if slot is not None and slot.row == at and cell is not None:
                if cell.name in cells:
                    return _Match({}, ())
                cells[cell.name] = Printed(slot.text, where(number, slot), slot.odd, slot.source)
    return _Match(cells, tuple(left_over))


def where(number: int, slot: Slot) -> str:
    """The place of a cell in words. number: of its table in the document."""
    return f"第{number}张表第{slot.row + 1}行第{slot.column + 1}列"


def _lead(line: Sequence[Slot | None], row_labels: set[str]) -> list[Slot]:
    """The cells at the left of a line that are labels of rows."""
    lead: list[Slot] = []
    for slot in line:
        if slot is None or plain(slot.text) not in row_labels:
            break
        if not lead or lead[-1] is not slot:
            lead.append(slot)
    return lead


def _width(line: Sequence[Slot | None], lead: Sequence[Slot]) -> int:
    """How many positions the labels of a line take."""
    return sum(any(slot is one for one in lead) for slot in line)


def _row(
    table: Table, lead: Sequence[Slot], heads: Mapping[int, list[Slot]], line: Sequence[Slot | None]
) -> tuple[Block, _Line] | None:
    """The row of the form in a line. A row without a label is the line with figures below the
    heads."""
    path = [plain(slot.text) for slot in lead]
    for block in table.blocks:
        fitting = [
            row
            for row in _lines(block.rows)
            if row.path and path and row.path[-1] == path[-1] and set(path) <= set(row.path)
        ]
        if len(fitting) == 1:
            return block, fitting[0]
        unnamed = [row for row in _lines(block.rows) if not row.path]
        if unnamed and heads and _has_figures(line) and _columns(block, heads, 0):
            return block, unnamed[0]
    return None


def _has_figures(line: Sequence[Slot | None]) -> bool:
    texts = [tidy(slot.text) for slot in line if slot is not None]
    return bool(texts) and all(text in NIL or text[:1] in "0123456789+-" for text in texts)


def _columns(block: Block, heads: Mapping[int, list[Slot]], first: int) -> list[tuple[_Line, int]]:
    """Which columns of the grid are those of a block: all of them, or none. A column is known by
    its own label; if several have it, by those above as well."""
    lines = _lines(block.columns)
    found: list[tuple[_Line, int]] = []
    for line in lines:
        is_alone = sum(other.path[-1] == line.path[-1] for other in lines) == 1
        fitting: dict[int, int] = {}
        for which, slots in heads.items():
            above = [plain(slot.text) for slot in slots]
            wanted = line.path[-1:] if is_alone else line.path
            if which >= first and above and above[-1] == line.path[-1] and {*wanted} <= {*above}:
                fitting.setdefault(id(slots[-1]), which)
        if len(fitting) != 1:
            return []
        found.append((line, next(iter(fitting.values()))))
    return found


def _note_heads(heads: dict[int, list[Slot]], line: Sequence[Slot | None]) -> None:
    for which, slot in enumerate(line):
        if slot is not None and slot.text and slot not in heads.setdefault(which, []):
            heads[which] = [*heads[which][1 - _MOST_HEADS :], slot]


def _is_strange(line: Sequence[Slot | None], heads: Mapping[int, list[Slot]], at: int) -> bool:
    """True if a line below the heads has a label and figures."""
    slots = list(dict.fromkeys(slot for slot in line if slot is not None and slot.row == at))
    figures = [slot for slot in slots[1:] if tidy(slot.text)[:1].isdigit()]
    return bool(heads and figures and _first(line) and not tidy(_first(line))[:1].isdigit())


def _first(line: Sequence[Slot | None]) -> str:
    return next((slot.text for slot in line if slot is not None and slot.text), "")


def _label(line: Sequence[Slot | None]) -> str:
    """The last label before the figures of a line."""
    texts = [slot.text for slot in line if slot is not None]
    labels = list(takewhile(lambda text: tidy(text) not in NIL and not _is_figure(text), texts))
    return labels[-1] if labels else _first(line)


def _is_figure(text: str) -> bool:
    return tidy(text)[:1] in "0123456789+-"


def _looks_like_the_form(grid: Grid, among: Sequence[Edition]) -> bool:
    words = {plain(slot.text) for line in grid.rows for slot in line if slot is not None}
    return any(
        len(
            words
            & {
                label
                for block in table.blocks
                for line in (*_lines(block.rows), *_lines(block.columns))
                for label in line.path
            }
        )
        >= _LIKE_THE_FORM
        for edition in among
        for table in edition.tables
    )


# what the figures are -----------------------------------------------------------------


def figures(edition: Edition, printed: Mapping[str, Printed]) -> tuple[dict[str, int], list[str]]:
    """The figures in the cells of one edition, and what cannot be read, in words.

    「/」 and the like are 0. A blank is 0 only where a printed total shows that it is; else it is
    not known.
    """
    known: dict[str, int] = {}
    blank: list[str] = []
    problems: list[str] = []
    for name, one in printed.items():
        cell = edition.cell[name]
        text = tidy(one.text)
        reading = numbers.read(one.text, cell.kind)
        if one.odd:
            problems.append(f"{one.place}（{cell.label}）{one.odd}，看不准是什么数")
        elif not text:
            blank.append(name)
        elif text in NIL:
            known[name] = 0
        elif reading.value is not None and cell.kind.fits(reading.value):
            known[name] = reading.value
        else:
            problems.append(f"{one.place}（{cell.label}）是“{one.text[:40]}”，应为{cell.kind.want}")
    return known | _proven(edition, known, blank), problems


def _proven(edition: Edition, known: Mapping[str, int], blank: Sequence[str]) -> dict[str, int]:
    """The blanks that are 0, or a total that can be added up."""
    leaves = [name for name in blank if name not in edition.totals]
    tried = {**dict.fromkeys(leaves, 0), **known}
    added = live.values(edition, tried)
    proof: dict[str, bool] = {}
    for name, total in edition.totals.items():
        parts = total.instance.leaves
        if name in known and all(leaf in tried for leaf in parts):
            for leaf in parts:
                proof[leaf] = proof.get(leaf, True) and added[name] == known[name]
    zeros = {name: 0 for name in leaves if proof.get(name)}
    sure = {**known, **zeros}
    sums = {
        name: added[name]
        for name in blank
        if name in edition.totals
        and all(leaf in sure for leaf in edition.totals[name].instance.leaves)
    }
    return zeros | sums
