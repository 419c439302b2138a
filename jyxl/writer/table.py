"""A statutory table on its sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jyxl.definition import Table
from jyxl.layout import TITLE, Role, SheetLayout, sheet
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet, put, put_formula
from jyxl.writer.page import statutory_form

SIGNATURE = (
    "填表人：　　　　　　　　负责人：　　　　　　　　填表日期：　　　年　　月　　日　　　　（盖章）"
)


_LABELS: Mapping[Role, look.Layer] = {
    "title": look.TITLE,
    "block": look.BLOCK,
    "corner": look.HEAD,
    "head": look.HEAD,
    "row": look.ROW,
    "confirm": look.BASE | {"align": "right", "bold": True},
}


@dataclass(frozen=True)
class Formula:
    """A formula without '=' and its cached result."""

    text: str
    result: str | int | float


@dataclass(frozen=True)
class CellContent:
    """What a cell holds, a number or a text: its style layer, content and comment."""

    style: look.Layer
    value: Formula | str | int | float | None
    comment: str = ""


@dataclass(frozen=True)
class TableContent:
    """Everything that may differ between two sheets of the same table. prints_state: whether the
    line with the confirmation and the state is printed. words: text cell → its text, after
    which its row is made high."""

    unit: str
    year: str
    confirm_label: str
    confirm: str | None
    confirm_is_open: bool
    status: Formula | str
    cells: Mapping[str, CellContent]
    signature: str = SIGNATURE
    confirm_comment: str = ""
    prints_state: bool = False
    words: Mapping[str, str] = field(default_factory=dict)


def write(book: Book, table: Table, content: TableContent) -> Sheet:
    """The sheet of a table: its labels, its cells and its print set-up."""
    place = sheet(table)
    page = book.sheet(table.sheet)
    _columns_and_rows(page, place, content.words)
    _labels(book, page, place, content)
    for name, cell in content.cells.items():
        _cell(book, page, place, name, cell)
    top = place.confirm.top if content.prints_state else place.confirm.bottom + 1
    title = (TITLE.top, place.unit.bottom)
    statutory_form(page, title, top, place.last_row, place.columns - 1, place.is_landscape)
    if table.is_own:
        page.fit_to_pages(1, 0)
        page.rows_may_grow = True
    page.freeze_panes(*place.freeze)
    return page


_PAGE, _PAGE_WIDE = 770.0, 515.0
"""The points of height that fill an A4 page, portrait and landscape, within its margins. They
are more than the page has: a table is printed smaller, since its widths exceed the page."""
_STATE = 46.0
"""The line with the confirmation and the state, which is not printed: three lines of text."""
_TALLEST, _TALLEST_WIDE = 44.0, 64.0
_OWN = 26.0
_WORDS, _MOST = 120.0, 409.0
"""How high the row of a text is at least, and at most."""


def _columns_and_rows(page: Sheet, place: SheetLayout, words: Mapping[str, str]) -> None:
    for column, width in enumerate(place.widths):
        page.set_column(column, column, width)
    for row, height in heights(place).items():
        page.set_row(row, height)
    for row, text in place.grown(words).items():
        width = max(place.widths)
        page.set_row(row, min(_MOST, look.height(text, width - 2, _WORDS)))


def heights(place: SheetLayout) -> dict[int, float]:
    """Row → height in points, so that no label is cut and a short table still fills its page."""
    fixed = {
        place.unit.top - 1: 36.0,
        place.unit.top: 20.0,
        place.confirm.top: _STATE,
        place.signature.top: 56.0,
    }
    needed: dict[int, float] = {}
    for area in (*place.cells.values(), *place.texts.values()):
        needed[area.top] = 20.0
    for label in place.labels:
        area = label.area
        width = sum(place.widths[area.left : area.right + 1])
        rows = area.bottom - area.top + 1
        if area.top in fixed or (rows > 1 and label.role == "row"):
            continue
        width -= 2 if label.role == "row" else 0
        share = look.height(label.text, width) / rows
        for row in range(area.top, area.bottom + 1):
            needed[row] = max(needed.get(row, 20.0), share)
    page, tallest = (_PAGE_WIDE, _TALLEST_WIDE) if place.is_landscape else (_PAGE, _TALLEST)
    room = page - (sum(fixed.values()) - _STATE) - sum(needed.values())
    more = max(0.0, room / len(needed))
    if place.table.is_own:
        return fixed | {row: max(height, _OWN) for row, height in needed.items()}
    return fixed | {row: max(h, min(h + more, tallest)) for row, h in needed.items()}


def labels(book: Book, page: Sheet, place: SheetLayout, instead: Mapping[Role, str | None]) -> None:
    """Write the labels. instead: other texts for some of them, or None to leave them out."""
    for label in place.labels:
        text = instead.get(label.role, label.text)
        if text is None:
            continue
        layers = [_LABELS[label.role]]
        if label.role == "row":
            layers.append(look.CENTER if label.area.bottom > label.area.top else look.LEFT)
        put(page, label.area, text, book.style(*layers))


def _labels(book: Book, page: Sheet, place: SheetLayout, content: TableContent) -> None:
    labels(book, page, place, {"confirm": content.confirm_label})
    put(page, place.unit, content.unit, book.style(look.BASE))
    put(page, place.year, content.year, book.style(look.BASE | {"align": "right"}))
    confirm_style = look.CHOICE if content.confirm_is_open else look.CHOICE | {"locked": True}
    if place.table.asks_zero and (content.confirm_is_open or content.confirm):
        put(page, place.confirm, content.confirm, book.style(confirm_style))
    if content.confirm_comment:
        _comment(page, place.confirm.top, place.confirm.left, content.confirm_comment)
    style = book.style(look.STATE, look.LEFT)
    if isinstance(content.status, Formula):
        put_formula(page, place.status, content.status.text, content.status.result, style)
    else:
        put(page, place.status, content.status, style)
    put(page, place.signature, content.signature, book.style(look.BASE))


def _cell(book: Book, page: Sheet, place: SheetLayout, name: str, cell: CellContent) -> None:
    area = place.spots[name]
    style = book.style(cell.style)
    if isinstance(cell.value, Formula):
        put_formula(page, area, cell.value.text, cell.value.result, style)
    else:
        put(page, area, cell.value, style)
    if cell.comment:
        _comment(page, area.top, area.left, cell.comment)


def _comment(page: Sheet, row: int, column: int, text: str) -> None:
    size = {"width": 260, "height": 30 + 17 * look.lines(text, 34)}
    page.write_comment(row, column, text, {"author": "校验", "font_name": "宋体", **size})
