"""A statutory table on its sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jyxl.checklist import CHECK_FIRST, CheckLine
from jyxl.definition import Cell, Edition, Instance, Table
from jyxl.layout import CONFIRM_LABEL, NO, YES, SheetLayout, sheet
from jyxl.live import FAIL
from jyxl.rules import excel
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet, head_and_foot, put, put_formula
from jyxl.writer.checks import STATES_NAME

SIGNATURE = (
    "填表人：　　　　　　　　负责人：　　　　　　　　填表日期：　　　年　　月　　日　　　　（盖章）"
)


@dataclass(frozen=True)
class Formula:
    """A formula without '=' and its cached result."""

    text: str
    result: str | int | float


@dataclass(frozen=True)
class CellContent:
    """What stands in a number cell: its style layer, content and comment."""

    style: look.Layer
    value: Formula | str | int | float | None
    comment: str = ""


@dataclass(frozen=True)
class TableContent:
    """All that differs between two sheets of the same table."""

    unit: str
    year: str
    confirm_label: str
    confirm: str | None
    confirm_is_open: bool
    status: Formula | str
    cells: Mapping[str, CellContent]
    signature: str = SIGNATURE
    confirm_comment: str = ""


def write(book: Book, table: Table, content: TableContent) -> Sheet:
    """One sheet: labels, cells, input validation, colouring, print set-up."""
    place = sheet(table)
    page = book.sheet(table.sheet)
    _columns_and_rows(page, place)
    _labels(book, page, place, content)
    for name, cell in content.cells.items():
        _cell(book, page, place, name, cell)
    _print_setup(page, place, content)
    page.freeze_panes(*place.freeze)
    return page


_PAGE, _PAGE_WIDE = 770.0, 515.0
"""Points of height that a table fills: an A4 page upright and across, less its
margins, made smaller by what the widths exceed it."""
_TALLEST, _TALLEST_WIDE = 44.0, 64.0


def _columns_and_rows(page: Sheet, place: SheetLayout) -> None:
    for column, width in enumerate(place.widths):
        page.set_column(column, column, width)
    for row, height in heights(place).items():
        page.set_row(row, height)


def heights(place: SheetLayout) -> dict[int, float]:
    """Row → height in points: no label is cut, and a short table still fills its page."""
    fixed = {
        place.unit.top - 1: 36.0,
        place.unit.top: 20.0,
        place.confirm.top: 31.0,
        place.signature.top: 56.0,
    }
    needed: dict[int, float] = {}
    for area in place.cells.values():
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
    room = page - sum(fixed.values()) - sum(needed.values())
    more = max(0.0, room / len(needed))
    return fixed | {row: max(h, min(h + more, tallest)) for row, h in needed.items()}


def _labels(book: Book, page: Sheet, place: SheetLayout, content: TableContent) -> None:
    styles = {
        "title": look.TITLE,
        "block": look.BLOCK,
        "corner": look.HEAD,
        "head": look.HEAD,
        "row": look.ROW,
        "confirm": look.BASE | {"align": "right", "bold": True},
    }
    for label in place.labels:
        text = content.confirm_label if label.role == "confirm" else label.text
        layer = styles[label.role]
        if label.role == "row" and label.area.bottom > label.area.top:
            layer = layer | look.CENTER
        elif label.role == "row":
            layer = layer | {"align": "left", "indent": 1}
        put(page, label.area, text, book.style(layer))
    put(page, place.unit, content.unit, book.style(look.BASE))
    put(page, place.year, content.year, book.style(look.BASE | {"align": "right"}))
    confirm_style = look.CHOICE if content.confirm_is_open else look.CHOICE | {"locked": True}
    if content.confirm_is_open or content.confirm:
        put(page, place.confirm, content.confirm, book.style(confirm_style))
    if content.confirm_comment:
        _comment(page, place.confirm.top, place.confirm.left, content.confirm_comment)
    style = book.style(look.STATE | {"align": "left", "indent": 1})
    if isinstance(content.status, Formula):
        put_formula(page, place.status, content.status.text, content.status.result, style)
    else:
        put(page, place.status, content.status, style)
    put(page, place.signature, content.signature, book.style(look.BASE))


def _cell(book: Book, page: Sheet, place: SheetLayout, name: str, cell: CellContent) -> None:
    area = place.cells[name]
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


def _print_setup(page: Sheet, place: SheetLayout, content: TableContent) -> None:
    page.set_paper(9)
    if place.is_landscape:
        page.set_landscape()
    else:
        page.set_portrait()
    page.fit_to_pages(1, 1)
    page.center_horizontally()
    page.set_margins(left=0.6, right=0.6, top=0.9, bottom=0.8)
    page.print_area(0, 0, place.last_row, place.columns - 1)
    head_and_foot(page, content.unit, content.year)


def validate(page: Sheet, table: Table, cells: Iterable[Cell]) -> None:
    """Input validation with prompts: one for all cells that share kind and prompt."""
    place = sheet(table)
    alike: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in cells:
        title = (cell.row_labels or cell.column_labels)[-1]
        alike.setdefault((cell.kind.key, title, cell.prompt), []).append(cell)
    for (_, title, prompt), members in alike.items():
        kind = members[0].kind
        areas = place.areas(cell.name for cell in members)
        first = place.cells[members[0].name]
        options = {
            "multi_range": " ".join(areas),
            "ignore_blank": True,
            "input_title": _cut(title, 32),
            "input_message": _cut(f"{prompt}填{kind.want}。没有填 0。", 255),
            "error_title": "填写有误",
            "error_message": _cut(f"这里应填{kind.want}，不带单位和文字。", 255),
            "error_type": "stop",
        }
        options |= excel.validation(kind, place.address(members[0].name))
        page.data_validation(first.top, first.left, first.top, first.left, options)
    page.data_validation(
        place.confirm.a1,
        {
            "validate": "list",
            "source": [YES, NO],
            "input_title": CONFIRM_LABEL,
            "input_message": "表中空着没填的格都是 0 的，选“是”。",
            "error_title": "填写有误",
            "error_message": "请从列表里选“是”或“否”。",
        },
    )


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def colour(
    book: Book,
    page: Sheet,
    edition: Edition,
    table: Table,
    cells: Iterable[Cell],
    lines: Iterable[CheckLine],
) -> None:
    """Colour what is not a number of its kind, and the cells of every broken rule."""
    place = sheet(table)
    bad, warn, good = (book.style(layer) for layer in (look.BAD, look.WARN, look.GOOD))
    by_kind: dict[str, list[Cell]] = {}
    for cell in cells:
        by_kind.setdefault(cell.kind.key, []).append(cell)
    for members in by_kind.values():
        corner = place.address(members[0].name)
        _paint(page, place, [m.name for m in members], excel.misfit(members[0].kind, corner), bad)
    for line in lines:
        if not isinstance(line.check, Instance) or line.check.rule.computes:
            continue
        here = [name for name in line.check.cells if edition.cell[name].table == table.key]
        if here:
            broken = f'INDEX({STATES_NAME},{line.row - CHECK_FIRST + 1})="{FAIL}"'
            _paint(page, place, here, broken, warn if line.is_explained else bad)
    status = place.status
    corner = place.status.a1.split(":")[0]
    for mark, style in (("✗", bad), ("✓", good)):
        page.conditional_format(
            *(status.top, status.left, status.bottom, status.right),
            {"type": "formula", "criteria": f'=LEFT({corner},1)="{mark}"', "format": style},
        )


def _paint(page: Sheet, place: SheetLayout, names: list[str], criteria: str, style: object) -> None:
    first = place.cells[names[0]]
    page.conditional_format(
        *(first.top, first.left, first.top, first.left),
        {
            "type": "formula",
            "criteria": f"={criteria}",
            "format": style,
            "multi_range": " ".join(place.areas(names)),
        },
    )
