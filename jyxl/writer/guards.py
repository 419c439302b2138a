"""What guards a table while a unit types into it: input validation with prompts, and colours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jyxl.checklist import CHECK_FIRST, CheckLine
from jyxl.definition import Cell, Edition, Instance, Table, TextCell
from jyxl.layout import CONFIRM_LABEL, NO, YES, SheetLayout, sheet
from jyxl.live import FAIL
from jyxl.numbers import plain
from jyxl.rules import excel
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet
from jyxl.writer.check_line import text_misfit
from jyxl.writer.check_results import STATES_NAME, mark


def validate(page: Sheet, table: Table, cells: Iterable[Cell], last: Mapping[str, int]) -> None:
    """Add input validation with prompts: one for all cells that share a kind and a prompt, which
    begins with last year's figure if that is known."""
    place = sheet(table)
    alike: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in cells:
        title = (cell.row_labels or cell.column_labels)[-1]
        alike.setdefault((cell.kind.key, title, _prompt(cell, last)), []).append(cell)
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
    if not table.asks_zero:
        return
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


def guard_texts(book: Book, page: Sheet, table: Table, texts: Iterable[TextCell]) -> None:
    """Add prompts and lists for texts, and colour those that are too long or none of the choices.
    Nothing that was written is rejected, so that nothing of it is lost."""
    place = sheet(table)
    bad = book.style(look.BAD)
    for text in texts:
        area = place.texts[text.name]
        wanted = f"最多 {text.longest} 个字。" if not text.choices else ""
        needed = "必填。" if text.needed else ""
        options: dict[str, object] = {
            "input_title": _cut(text.label, 32),
            "input_message": _cut(f"{text.prompt}{needed}{wanted}", 255),
            "error_title": "请核对",
            "error_type": "warning",
        }
        if text.choices:
            options |= {
                "validate": "list",
                "source": list(text.choices),
                "error_type": "stop",
                "error_message": f"请从列表里选：{'、'.join(text.choices)}。",
            }
        else:
            options |= {
                "validate": "length",
                "criteria": "<=",
                "value": text.longest,
                "error_message": f"最多 {text.longest} 个字，请改短。",
            }
        page.data_validation(area.top, area.left, area.top, area.left, options)
        _paint(page, place, [text.name], text_misfit(text, place.address(text.name)), bad)


def _prompt(cell: Cell, last: Mapping[str, int]) -> str:
    if cell.name not in last:
        return cell.prompt
    return f"上年 {plain(last[cell.name], cell.kind.scale)}{cell.kind.unit}。{cell.prompt}"


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
    first = place.spots[names[0]]
    page.conditional_format(
        *(first.top, first.left, first.top, first.left),
        {
            "type": "formula",
            "criteria": f"={criteria}",
            "format": style,
            "multi_range": " ".join(place.areas(names)),
        },
    )
