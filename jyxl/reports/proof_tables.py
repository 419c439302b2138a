"""The statutory tables of a written report against the figures: every cell, every label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from jyxl import editions, numbers
from jyxl.definition import Cell, Edition, Table
from jyxl.faults import NOTHING
from jyxl.finding import Finding, Place
from jyxl.messages import finding
from jyxl.misprints import misprint
from jyxl.numbers import NIL, tidy
from jyxl.places import cell_place
from jyxl.reading import published
from jyxl.reading.grid import Document, Grid, Slot
from jyxl.reading.published import Printed, where
from jyxl.report import Report
from jyxl.reports import proof_labels
from jyxl.reports.proof_labels import Found, Laid

_NAMED = 3
"""How many labels or blanks are told one by one."""


def findings(document: Document, report: Report) -> Iterator[Finding]:
    """Every figure that is another one (W-1), and where a table is not the form's (W-3)."""
    edition = report.edition
    others = [editions.load(one) for one in editions.available() if one != edition.id]
    found = [*proof_labels.tables(document, edition, others)]
    own = [one for one in found if one.edition is edition]
    read = _read(document, own, edition)
    for table in edition.tables:
        if not table.is_own:
            yield from _table(document, report, table, found, read)
    for trouble in read.problems:
        yield misprint("twice", found=trouble)


def _table(
    document: Document, report: Report, table: Table, found: Sequence[Found], read: _Read
) -> Iterator[Finding]:
    place = Place(table.sheet, table.key)
    of_table = [one for one in found if one.table.key == table.key]
    own = [one for one in of_table if one.edition is report.edition]
    for one in of_table:
        if one not in own:
            yield misprint(
                "edition",
                place,
                number=one.number,
                table=table.title,
                found=one.edition.id,
                wanted=report.edition.id,
            )
    if not of_table:
        unread = f"；文档里有{'、'.join(document.unread)}，读不了" if document.unread else ""
        yield misprint("table", place, wanted=table.title, unread=unread)
    if not own:
        return
    told = [*_labels(table, place, own, read)]
    yield from told
    yield from _cells(report, table, place, read, is_told=bool(told))


@dataclass(frozen=True)
class _Read:
    """The tables of a document as far as they are of the form. laid: number of a table → its
    labels; cells: name → what is printed there, as the document has it; problems: tables that
    contradict each other, in words."""

    laid: Mapping[int, Laid]
    cells: Mapping[str, Printed]
    problems: tuple[str, ...]


def _read(document: Document, own: Sequence[Found], edition: Edition) -> _Read:
    """Read the tables as if their labels were the form's, since a label that is written in another
    way is told and should not hide what is wrong with the figures."""
    laid = _laid(own)
    mended: dict[int, Grid] = {}
    texts: dict[str, Slot] = {}
    for one in own:
        mended[one.number] = _mended(one.grid, laid[one.number])
        extra = laid[one.number].extra
        texts |= {where(one.number, slot): slot for slot in extra}
    grids = (mended.get(number, Grid()) for number in range(1, len(document.grids) + 1))
    found = published.report(replace(document, grids=tuple(grids)), [edition])
    cells = {
        name: replace(cell, text=texts[cell.place].text) if cell.place in texts else cell
        for (_, name), cell in found.cells.items()
    }
    places = {cell.place for cell in cells.values()}
    for number, labels in laid.items():
        labels.extra[:] = [slot for slot in labels.extra if where(number, slot) not in places]
    twice = tuple(trouble.fact for trouble in found.problems if trouble.why == "twice")
    return _Read(laid, cells, twice)


def _laid(own: Sequence[Found]) -> dict[int, Laid]:
    """The labels of each table. A table that is divided has what is missing in its last part."""
    laid: dict[int, Laid] = {}
    for table in dict.fromkeys(one.table for one in own):
        parts = [one for one in own if one.table is table]
        slots = [(one, slot) for one in parts for slot in proof_labels.labels(one.grid)]
        whole = proof_labels.laid(table, [slot for _, slot in slots])
        if len(parts) > 1 and len(whole.extra) * 2 > len(slots) / len(parts):
            # Two tables that are the same one, and not its parts.
            laid |= {
                one.number: proof_labels.laid(table, proof_labels.labels(one.grid)) for one in parts
            }
            continue
        for one in parts:
            mine = {slot for part, slot in slots if part is one}
            laid[one.number] = Laid(
                {slot: label for slot, label in whole.labels.items() if slot in mine},
                [pair for pair in whole.renamed if pair[0] in mine],
                whole.missing if one is parts[-1] else {},
                [slot for slot in whole.extra if slot in mine],
                [slot for slot in whole.moved if slot in mine],
            )
    return laid


def _mended(grid: Grid, laid: Laid) -> Grid:
    """The grid with the labels of the form. What is no label of it may be a figure that cannot be
    read; it is 0 for as long as it takes to find out whose."""
    new: dict[Slot, Slot] = {slot: replace(slot, text=label) for slot, label in laid.labels.items()}
    new |= {slot: replace(slot, text="0") for slot in laid.extra}
    rows = [
        [new.get(slot, slot) if slot is not None else None for slot in row] for row in grid.rows
    ]
    return replace(grid, rows=rows)


def _labels(table: Table, place: Place, own: Sequence[Found], read: _Read) -> Iterator[Finding]:
    for one in own:
        laid, number = read.laid[one.number], one.number
        if one.grid.odd:
            yield misprint("odd", place, where=f"第 {number} 张表", found=one.grid.odd)
        for slot, label in laid.renamed:
            yield misprint("label", place, where=where(number, slot), found=slot.text, wanted=label)
        for run in laid.runs:
            yield misprint("missing", place, table=table.title, wanted=_named(run))
        for slot in laid.extra:
            yield misprint("extra", place, where=where(number, slot), found=slot.text)
        for slot in laid.moved:
            yield misprint("moved", place, where=where(number, slot), found=slot.text)


def _cells(
    report: Report, table: Table, place: Place, read: _Read, is_told: bool
) -> Iterator[Finding]:
    """is_told: what is wrong with the labels was told, and with it why cells may not be found."""
    found = [cell for cell in table.cells if cell.name in read.cells]
    lost = [cell.label for cell in table.cells if cell not in found]
    if lost and not is_told:
        yield misprint("cells", place, table=table.title, count=len(lost), found=_named(lost))
    blank = [
        cell
        for cell in found
        if not tidy(read.cells[cell.name].text) and not report.figures[cell.name]
    ]
    if len(blank) > _NAMED:
        first = read.cells[blank[0].name].place
        yield misprint("blank", place, table=table.title, count=len(blank), where=first)
        found = [cell for cell in found if cell not in blank]
    for cell in found:
        yield from _cell(report, cell, read.cells[cell.name])


def _named(labels: Sequence[str]) -> str:
    """Labels in words, the first of them if there are many."""
    names = "、".join(f"“{label}”" for label in labels[:_NAMED])
    return f"{names}等 {len(labels)} 处" if len(labels) > _NAMED else names


def _cell(report: Report, cell: Cell, one: Printed) -> Iterator[Finding]:
    place = cell_place(report.edition, cell.name)
    if one.odd:
        yield misprint("odd", place, where=f"{one.place}“{cell.label}”", found=one.odd)
    elif _value(one.text, cell) != report.figures[cell.name]:
        text = one.text or NOTHING
        yield finding("W-1", place, text, where=one.place, stated=report.figure(cell))


def _value(text: str, cell: Cell) -> int | None:
    """The figure in a cell; None if there is none, or if it cannot be read. A sign for nothing is 0,
    but a blank is not: it may have been forgotten."""
    sign = tidy(text)
    return 0 if sign and sign in NIL else numbers.read(text, cell.kind).value
