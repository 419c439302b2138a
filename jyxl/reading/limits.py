"""What a file would cost to open, judged before the reading library allocates anything for it.

A file of a kilobyte can ask for gigabytes: by a cell that is repeated or far away, by a long text
that many cells refer to, by many sheets that are each within the limits. What is counted here is
therefore counted for the whole workbook, and as often as the library would hold it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from jyxl.reading.damage import TooLarge
from jyxl.reading.marks import MAX_CELLS, MAX_FILLED, SHARED, Marks
from jyxl.reading.xml import Element

MAX_SHEETS = 200
MAX_LISTED = 20_000
"""The most entries in the directory of a zip; for each, an object of a kilobyte is made."""
MAX_AT_ONCE = 1_000_000
"""The most cells in the grids of all sheets, each from A1 to its last filled cell, in a format
whose sheets are all read when it is opened. In another it is MAX_CELLS for those that are read."""
MAX_LETTERS = 4_000_000
"""The most letters of shared or repeated texts in all cells together. A return has some tens of
thousands."""
MAX_ELEMENTS = 1_000_000
"""The most elements or records in all the sheets that are read."""
MAX_LINES = 100_000
"""The most rows that an ods writes out, repeated ones once."""
MAX_TEXTS = 300_000
"""The most shared texts."""
_ROWS_KEPT = 2_000

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CONTENT = ("value", "formula")
"""The ends of the attributes of an ods that hold the content of a cell."""


def lists_too_many(chunks: Iterable[bytes]) -> bool:
    """True if the directory of this zip, given in pieces, may have more than MAX_LISTED entries.

    What the directory states of its own size is not believed: each entry begins with the same
    four bytes, and they are counted wherever they are.
    """
    return sum(chunk.count(b"PK\x01\x02") for chunk in chunks) > MAX_LISTED


def sheets(count: int) -> None:
    """Raises TooLarge if a workbook has so many sheets."""
    if count > MAX_SHEETS:
        raise TooLarge(f"有 {count} 张工作表")


def texts(count: int) -> None:
    """Raises TooLarge if a workbook has so many shared texts."""
    if count > MAX_TEXTS:
        raise TooLarge(f"有 {count} 条文字")


@dataclass(frozen=True)
class Cost:
    """What a sheet takes: its elements or records when it is read; and in the reading library its
    filled cells, the cells of its grid, and the letters of its shared texts, each as often as a
    cell refers to it. letters: these are not more; exact: counts them."""

    elements: int
    filled: int = 0
    grid: int = 0
    letters: int = 0
    exact: Callable[[], int] = int


def cost(marks: Marks, elements: int, longest: int, most_rows: int | None = _ROWS_KEPT) -> Cost:
    """The cost of a sheet of which this is our own reading.

    longest: no shared text has more letters. most_rows: how many rows are kept, None for all.
    """
    cells = marks.cells
    rows, columns = map(max, zip(*cells, strict=True)) if cells else (-1, -1)
    rows = rows + 1 if most_rows is None else min(rows + 1, most_rows)
    shared = [content for _, kind, content, _, _ in cells.values() if kind == SHARED]
    grid, letters = rows * (columns + 1), len(shared) * longest
    return Cost(elements, len(cells), grid, letters, partial(_in_all, shared, marks.texts))


def _in_all(shared: Iterable[int], texts: Callable[[int], str]) -> int:
    """The letters of the texts with these numbers."""
    return sum(len(texts(number)) * count for number, count in Counter(shared).items())


def vet(costs: Iterable[Cost], most_cells: int = MAX_CELLS) -> None:
    """Raises TooLarge if these sheets together cost too much."""
    costs = list(costs)
    elements = filled = grid = letters = 0
    for one in costs:
        elements, filled = elements + one.elements, filled + one.filled
        grid, letters = grid + one.grid, letters + one.letters
    if elements > MAX_ELEMENTS or filled > MAX_FILLED:
        raise TooLarge("填了内容的格太多")
    if grid > most_cells:
        raise TooLarge("内容铺得太开")
    # Counting takes a while, and hardly any workbook needs it.
    if letters > MAX_LETTERS and sum(one.exact() for one in costs) > MAX_LETTERS:
        raise TooLarge("同样的长文字出现得太多")


def charged(lines: Iterable[tuple[str, Element]]) -> Iterator[tuple[str, Element]]:
    """The tables and rows of an ods, as they are given: (sheet, element) in document order.

    Raises TooLarge before one is given that is too much for the reading library. It makes a
    cell of each repeated one, even of an empty one that another follows, and keeps all sheets.
    """
    count = cells = letters = 0
    row = rows = columns = 0
    for number, (sheet, element) in enumerate(lines):
        if number > MAX_LINES:
            raise TooLarge(f"有 {MAX_LINES} 行以上")
        if element.tag == f"{_TABLE}table":
            count += 1
            cells += rows * columns
            row = rows = columns = 0
        else:
            line = _row(element)
            row += line.down
            if line.filled:
                rows, columns = row, max(columns, line.filled)
            cells, letters = cells + line.made, letters + line.letters * line.down
        sheets(count)
        if cells + rows * columns > MAX_AT_ONCE:
            raise TooLarge("内容铺得太开，或者重复的格太多")
        if letters > MAX_LETTERS:
            raise TooLarge("同样的长文字出现得太多")
        yield sheet, element


@dataclass(frozen=True)
class _Row:
    """A row of an ods. down: how often it is repeated; made: the cells that the reading library
    makes of it at first; filled: those up to its last one with content; letters: in all of them."""

    down: int
    made: int
    filled: int
    letters: int


def _row(line: Element) -> _Row:
    cells = last = letters = filled = 0
    for cell in line:
        if not len(cell) and not cell.keys():
            cells, last = cells + 1, 1
            continue
        last = _times(cell.get(f"{_TABLE}number-columns-repeated"))
        cells += last
        if len(cell) or any(str(key).endswith(_CONTENT) for key in cell.keys()):  # noqa: SIM118
            filled = cells
            letters += _letters(cell) * last
    made = cells if filled == cells else cells - last
    return _Row(_times(line.get(f"{_TABLE}number-rows-repeated")), made, filled, letters)


def _letters(cell: Element) -> int:
    """The letters in a cell and its attributes, with the blanks of which only the number is
    stated."""
    found = sum(map(len, cell.itertext()))
    found += sum(len(value) for key, value in cell.items() if str(key).endswith(_CONTENT))
    for blanks in cell.iter("{*}s"):
        found += sum(_times(value) for key, value in blanks.items() if str(key).endswith("}c"))
    return found


def _times(text: str | None) -> int:
    if text is None or not (text.isascii() and text.isdecimal()):
        return 1
    return int(text[:12])
