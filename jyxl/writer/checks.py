"""The 校验 sheet: every rule with both its sides, its live state, and room for explanations."""

from __future__ import annotations

from collections.abc import Sequence

from jyxl.addresses import Area, column_letters
from jyxl.checklist import (
    CHECK_FAULTY,
    CHECK_FIRST,
    CHECK_GAP,
    CHECK_HEADS,
    CHECK_KEY,
    CHECK_LEFT,
    CHECK_NOTE,
    CHECK_NUMBER,
    CHECK_PLACE,
    CHECK_RANK,
    CHECK_RIGHT,
    CHECK_RULE,
    CHECK_SENTENCE,
    CHECK_SEVERITY,
    CHECK_SHEET,
    CHECK_SIGN,
    CHECK_STATE,
    CHECK_TARGET,
    CHECK_WIDTHS,
    FormCheck,
)
from jyxl.definition import Edition, Table
from jyxl.layout import CHECKS
from jyxl.live import FAIL, PASS, LineState
from jyxl.messages import SEVERITIES
from jyxl.numbers import for_cell
from jyxl.terms import UnitKind
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet, put, put_formula
from jyxl.writer.check_line import Wording, key, wording
from jyxl.writer.check_results import STATES_NAME, column, errors_formula, outstanding_formula
from jyxl.writer.page import Heading, long_list


def write(
    book: Book,
    edition: Edition,
    unit: str,
    unit_kind: UnitKind,
    states: Sequence[LineState],
    for_unit: bool = True,
) -> Sheet:
    """The sheet. `states` are the lines with their cached results."""
    page = book.sheet(CHECKS)
    last = CHECK_NOTE if for_unit else CHECK_STATE
    _top(book, page, unit, last, for_unit)
    _summary(book, page, states, last, for_unit)
    for which, head in enumerate(CHECK_HEADS[: last + 1]):
        put(page, Area(CHECK_FIRST - 1, which, CHECK_FIRST - 1, which), head, book.style(look.HEAD))
    page.set_row(CHECK_FIRST - 1, 34)
    rank = 0
    above: Table | None = None
    for number, state in enumerate(states, 1):
        if state.line.table is not above:
            above = state.line.table
            _heading(book, page, above, states, state.line.row - 1, last)
        rank += state.is_error or (state.is_unexplained if for_unit else False)
        words = wording(edition, unit_kind, state.line, for_unit)
        _line(book, page, words, number, state, rank)
        if for_unit:
            _note(book, page, state)
    book.define_name(STATES_NAME, "=" + column(CHECK_STATE, states))
    bottom = states[-1].line.row
    _colour(book, page, bottom)
    page.freeze_panes(CHECK_FIRST, 0)
    long_list(page, Heading(unit, CHECKS), heads=CHECK_FIRST - 1)
    page.print_area(0, 0, bottom, last)
    return page


def _top(book: Book, page: Sheet, unit: str, last: int, for_unit: bool) -> None:
    for which, width in enumerate(CHECK_WIDTHS):
        page.set_column(which, which, width)
    page.set_column(CHECK_KEY, CHECK_TARGET, 9, None, {"hidden": True})
    title = "校验（自动计算，只有“说明”可以填写）" if for_unit else "县级数据校验"
    put(page, Area(0, 0, 0, last), title, book.style(look.TITLE))
    page.set_row(0, 32)
    put(page, Area(1, 0, 1, last), unit, book.style(look.BASE))


def _summary(
    book: Book, page: Sheet, states: Sequence[LineState], last: int, for_unit: bool
) -> None:
    errors = sum(state.is_error for state in states)
    open_warnings = sum(state.is_unexplained for state in states)
    text = f'"错误不通过 "&{errors_formula(states)}&" 项"'
    result = f"错误不通过 {errors} 项"
    if for_unit:
        unexplained = f"({outstanding_formula(states)}-{errors_formula(states)})"
        text += f'&"；提示不通过而没有说明 "&{unexplained}&" 项"'
        result += f"；提示不通过而没有说明 {open_warnings} 项"
    put_formula(page, Area(2, 0, 2, last), text, result, book.style(look.STATE))
    page.set_row(2, 20)


def _heading(
    book: Book, page: Sheet, table: Table, states: Sequence[LineState], row: int, last: int
) -> None:
    """Write the line above a table's lines, which is a link to its sheet."""
    count = sum(state.line.table is table for state in states)
    style = book.style(look.BLOCK | {"align": "left", "indent": 1})
    put(page, Area(row, 0, row, last), f"{table.sheet}　（{count} 项）", style)
    page.link(Area(row, 0, row, 0), f"internal:'{table.sheet}'!A1", f"到“{table.sheet}”")
    page.set_row(row, 22)


def _line(
    book: Book, page: Sheet, words: Wording, number: int, state: LineState, rank: int
) -> None:
    line, row = state.line, state.line.row
    text = book.style(look.ROW, {"align": "left", "indent": 1})
    middle = book.style(look.ROW, look.CENTER)
    unseen = book.style(look.UNSEEN)
    figure = book.style(look.NUMBER, {"bg_color": "#F5F5F5"})

    def at(which: int) -> Area:
        return Area(row, which, row, which)

    put(page, at(CHECK_NUMBER), number, middle)
    put(page, at(CHECK_RULE), line.rule, middle)
    put(page, at(CHECK_SEVERITY), SEVERITIES[line.severity], middle)
    put(page, at(CHECK_SHEET), line.table.sheet, middle)
    put(page, at(CHECK_PLACE), words.place, text)
    put(page, at(CHECK_SENTENCE), words.rule, text)
    page.set_row(row, _height(words))
    left, right, gap = (
        for_cell(value, state.scale)
        for value in (state.left, state.right, state.left - state.right)
    )
    is_array = isinstance(line.check, FormCheck)
    put_formula(page, at(CHECK_LEFT), words.left, left, figure, is_array)
    put(page, at(CHECK_SIGN), words.sign, middle)
    put_formula(page, at(CHECK_RIGHT), words.right, right, figure)
    put_formula(page, at(CHECK_GAP), words.gap, gap, figure)
    put_formula(page, at(CHECK_STATE), words.state, state.shown, middle)
    put_formula(page, at(CHECK_FAULTY), words.faulty, state.faulty, unseen, array=True)
    put_formula(page, at(CHECK_KEY), words.key, key(state), unseen)
    put_formula(page, at(CHECK_RANK), words.rank, rank, unseen)
    put(page, at(CHECK_TARGET), words.target, unseen)


def _height(words: Wording) -> float:
    return max(
        look.height(words.place, CHECK_WIDTHS[CHECK_PLACE] - 2),
        look.height(words.rule, CHECK_WIDTHS[CHECK_SENTENCE] - 2),
    )


def _note(book: Book, page: Sheet, state: LineState) -> None:
    """Write the cell in which the unit explains a warning; it is locked for rules that must
    hold."""
    row = state.line.row
    area = Area(row, CHECK_NOTE, row, CHECK_NOTE)
    if not state.line.is_explained:
        put(page, area, None, book.style(look.ROW))
        return
    put(page, area, state.explanation, book.style(look.NOTE))
    page.data_validation(
        *area,
        {
            "validate": "length",
            "criteria": "<=",
            "value": 500,
            "input_title": "说明",
            "input_message": "状态是“不通过”而数字没有错的，在这里写明原因；通过的不用写。",
            "error_title": "太长了",
            "error_message": "说明请写在 500 字以内。",
        },
    )


def _colour(book: Book, page: Sheet, last: int) -> None:
    state = f"${column_letters(CHECK_STATE)}{CHECK_FIRST + 1}"
    severity = f"${column_letters(CHECK_SEVERITY)}{CHECK_FIRST + 1}"
    for condition, layer in (
        (f'AND({state}="{FAIL}",{severity}="{SEVERITIES["error"]}")', look.BAD),
        (f'{state}="{FAIL}"', look.WARN),
        (f'{state}="{PASS}"', look.GOOD),
    ):
        page.conditional_format(
            *(CHECK_FIRST, CHECK_STATE, last, CHECK_STATE),
            {
                "type": "formula",
                "criteria": f"={condition}",
                "format": book.style(layer),
                "stop_if_true": True,
            },
        )
