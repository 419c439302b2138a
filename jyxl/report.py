"""A yearly report before it is a Word document or a web page: its headings, paragraphs, tables.

They are plain values, from which every rendering is made. What is published of the figures is
in `figures`; a sentence shows a figure as a `Shown`, which keeps the name of what it shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from jyxl import numbers
from jyxl.definition import Cell, Edition


@dataclass(frozen=True)
class Shown:
    """A figure in a sentence. key: the name of its cell (t3.new.total), or that of a value made
    of several, unique within the edition; text: as it is printed."""

    key: str
    text: str


Piece = str | Shown


@dataclass(frozen=True)
class Heading:
    """level: 1 for the six parts, 2 for the paragraphs with a name of their own in part 一."""

    key: str
    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. key: which one it is in the report, unique; is_open: a prompt for what is still to
    be written, with the words that say so."""

    key: str
    pieces: tuple[Piece, ...]
    is_open: bool = False

    @property
    def text(self) -> str:
        return "".join(one.text if isinstance(one, Shown) else one for one in self.pieces)


@dataclass(frozen=True)
class StatutoryTable:
    """The place of a statutory table. table: its key."""

    table: str


Item = Heading | Paragraph | StatutoryTable


@dataclass(frozen=True)
class Report:
    """The report of a county or of a unit.

    whom: its name; title: of the document. items: in the order of the document, the preamble
    first. figures: of every cell of the form, and of the county's own indicators if they are known
    and added up, as scaled integers. left_out: the names of the units that are not in the figures. last: the figures of
    last year that are known. untrue: sentences without a figure of their own that would be wrong.
    """

    whom: str
    year: int
    edition: Edition
    title: str
    items: tuple[Item, ...]
    figures: Mapping[str, int]
    left_out: tuple[str, ...] = ()
    last: Mapping[str, int] = field(default_factory=dict)
    untrue: tuple[tuple[Piece, ...], ...] = ()

    def figure(self, cell: Cell) -> str:
        """The figure of a cell as exact decimal text."""
        return numbers.plain(self.figures[cell.name], cell.kind.scale)

    @property
    def still_open(self) -> tuple[str, ...]:
        """What is still to be written, in words."""
        return tuple(one.text for one in self.paragraphs if one.is_open)

    @property
    def paragraphs(self) -> Iterator[Paragraph]:
        return (one for one in self.items if isinstance(one, Paragraph))
