"""What guards a table while a unit types into it: input validation with prompts, and colours."""

from __future__ import annotations

from collections.abc import Iterable

from jyxl.checklist import CHECK_FIRST, CheckLine
from jyxl.definition import Cell, Edition, Instance, Table
from jyxl.layout import CONFIRM_LABEL, NO, YES, SheetLayout, sheet
from jyxl.live import FAIL
from jyxl.rules import excel
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet
from jyxl.writer.check_results import STATES_NAME, mark


def validate(page: Sheet, table: Table, cells: Iterable[Cell]) -> None:
    """Add input validation with prompts: one for all cells that share a kind and a prompt."""
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
            "input_message": _cut(f"{prompt}填{kind.want}。没有的填 0。", 255),
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
    """Colour each entry that is not a number of its kind, and the cells of every broken rule."""
    place = sheet(table)
    bad, warn = book.style(look.BAD), book.style(look.WARN)
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
    mark(book, page, place.status)


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
