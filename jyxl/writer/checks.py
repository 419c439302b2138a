"""The 校验 sheet: every rule with both its sides, its live state, and room for explanations."""

from __future__ import annotations

from collections.abc import Sequence

from jyxl.addresses import Area, a1, column_letters
from jyxl.checklist import (
    CHECK_BLANKS,
    CHECK_BRIEF,
    CHECK_COUNT,
    CHECK_ERRORS,
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
    CHECK_SUMMARY,
    CHECK_TARGET,
    CHECK_WARNINGS,
    CHECK_WIDTHS,
    COMPUTED,
    CheckLine,
    FormCheck,
)
from jyxl.definition import Edition
from jyxl.layout import CHECKS, GUIDE
from jyxl.live import EXPLAINED, FAIL, PASS, UNFILLED, LineState
from jyxl.numbers import for_cell
from jyxl.terms import UnitKind
from jyxl.verdict_words import SEVERITIES
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet, put, put_formula
from jyxl.writer.check_line import Wording, brief, key, wording
from jyxl.writer.check_results import (
    STATES_NAME,
    Claims,
    column,
    mark,
    overall_of_county,
    overall_words,
    tally,
    tally_formulas,
)
from jyxl.writer.guide import OVERALL
from jyxl.writer.page import Heading, long_list

_ON_ONE_PAGE = 30
"""How many lines fit on a page if they are printed a little smaller."""
_FIGURE: look.Layer = {"bg_color": "#F5F5F5"}
_TALLIES = (CHECK_ERRORS, CHECK_WARNINGS, CHECK_BLANKS)


def write(
    book: Book,
    edition: Edition,
    unit: str,
    unit_kind: UnitKind,
    states: Sequence[LineState],
    for_unit: bool = True,
    remark: str = "",
    claims: Claims | None = None,
) -> Sheet:
    """The sheet. `states` are the lines with their cached results. The totals that are formulas
    are outside the printed area. remark: what else is to be said beside the name of the unit;
    claims: as in `check_results.overall`."""
    page = book.sheet(CHECKS)
    last = CHECK_NOTE if for_unit else CHECK_STATE
    _top(book, page, f"{unit}　　{remark}" if remark else unit, last, unit_kind, for_unit)
    _summary(book, page, states, last, for_unit, claims)
    for which, head in enumerate(CHECK_HEADS[: last + 1]):
        put(page, Area(CHECK_FIRST - 1, which, CHECK_FIRST - 1, which), head, book.style(look.HEAD))
    page.set_row(CHECK_FIRST - 1, 34)
    rank = 0
    above = ""
    for number, state in enumerate(states, 1):
        if state.line.group != above:
            above = state.line.group
            _heading(book, page, states, state.line, last)
        rank += state.stands_in_the_way if for_unit else bool(state.errors)
        words = wording(edition, unit_kind, state.line, for_unit)
        _line(book, page, words, number, state)
        _unseen(book, page, words, state, rank, brief(edition, state))
        if for_unit:
            _note(book, page, state)
    book.define_name(STATES_NAME, "=" + column(CHECK_STATE, states))
    _colour(book, page, states[-1].line.row)
    page.freeze_panes(CHECK_FIRST, 0)
    printed = [state.line.row for state in states if state.line.group != COMPUTED]
    long_list(page, Heading(unit, CHECKS), CHECK_FIRST - 1, len(printed) <= _ON_ONE_PAGE)
    page.print_area(0, 0, printed[-1], last)
    return page


def _top(
    book: Book, page: Sheet, unit: str, last: int, unit_kind: UnitKind, for_unit: bool
) -> None:
    for which, width in enumerate(CHECK_WIDTHS):
        page.set_column(which, which, width)
    page.set_column(CHECK_KEY, CHECK_BLANKS, 9, None, {"hidden": True})
    title = "校验（自动计算，只有“说明”可以填写）" if for_unit else f"{unit_kind}数据校验"
    put(page, Area(0, 0, 0, last), title, book.style(look.TITLE))
    page.set_row(0, 32)
    put(page, Area(1, 0, 1, last), unit, book.style(look.BASE))


def _summary(
    book: Book,
    page: Sheet,
    states: Sequence[LineState],
    last: int,
    for_unit: bool,
    claims: Claims | None,
) -> None:
    """Write the state of the whole workbook, and the counts that it is made of."""
    if for_unit:
        formula, result = f"'{GUIDE}'!{OVERALL.a1}", overall_words(states, claims)
    else:
        formula, result = overall_of_county(states)
    area = Area(CHECK_SUMMARY, 0, CHECK_SUMMARY, last)
    put_formula(page, area, formula, result, book.style(look.STATE))
    page.set_row(CHECK_SUMMARY, 22)
    mark(book, page, area)
    found = tally(states)
    unseen = book.style(look.UNSEEN)
    for which, result_ in zip(_TALLIES, (found.errors, found.warnings, found.blanks), strict=True):
        first, bottom = (a1(row, which) for row in (CHECK_FIRST, states[-1].line.row))
        at = Area(CHECK_SUMMARY, which, CHECK_SUMMARY, which)
        put_formula(page, at, f"SUM({first}:{bottom})", result_, unseen)


def _heading(
    book: Book, page: Sheet, states: Sequence[LineState], line: CheckLine, last: int
) -> None:
    """Write the line above a group's lines. That of a table is a link to its sheet, and holds the
    counts of the table."""
    row = line.row - 1
    count = sum(state.line.group == line.group for state in states)
    style = book.style(look.BLOCK, look.LEFT)
    put(page, Area(row, 0, row, last), f"{line.group}　（{count} 项）", style)
    page.set_row(row, 22)
    if line.group == COMPUTED:
        return
    name = line.table.sheet
    page.link(Area(row, 0, row, 0), f"internal:'{name}'!A1", f"到“{name}”")
    found = tally(states, line.table)
    unseen = book.style(look.UNSEEN)
    for which, formula, result in zip(
        _TALLIES,
        tally_formulas(states, line.table),
        (found.errors, found.warnings, found.blanks),
        strict=True,
    ):
        put_formula(page, Area(row, which, row, which), formula, result, unseen)


def _line(book: Book, page: Sheet, words: Wording, number: int, state: LineState) -> None:
    line, row = state.line, state.line.row
    text = book.style(look.ROW, look.LEFT)
    middle = book.style(look.ROW, look.CENTER)
    figure = book.style(look.NUMBER, _FIGURE)

    def at(which: int) -> Area:
        return Area(row, which, row, which)

    put(page, at(CHECK_NUMBER), number, middle)
    put(page, at(CHECK_SEVERITY), SEVERITIES[line.severity], middle)
    put(page, at(CHECK_SHEET), line.table.sheet, middle)
    put(page, at(CHECK_PLACE), words.place, text)
    put_formula(page, at(CHECK_SENTENCE), words.sentence, state.failure or words.must_hold, text)
    put(page, at(CHECK_RULE), line.rule, book.style(look.ROW, look.CODE))
    page.set_row(row, _height(words, state))
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


def _unseen(
    book: Book, page: Sheet, words: Wording, state: LineState, rank: int, shortly: str
) -> None:
    """Write the hidden columns of a line, in which other sheets look it up."""
    row = state.line.row
    unseen = book.style(look.UNSEEN)

    def at(which: int) -> Area:
        return Area(row, which, row, which)

    put_formula(page, at(CHECK_FAULTY), words.faulty, state.faulty, unseen, array=True)
    put_formula(page, at(CHECK_KEY), words.key, key(state), unseen)
    put_formula(page, at(CHECK_RANK), words.rank, rank, unseen)
    put_formula(page, at(CHECK_COUNT), words.count, state.count, unseen)
    put_formula(page, at(CHECK_BRIEF), words.brief, shortly, unseen)
    put(page, at(CHECK_TARGET), words.target, unseen)


def _height(words: Wording, state: LineState) -> float:
    width = CHECK_WIDTHS[CHECK_SENTENCE] - 2
    return max(
        look.height(words.place, CHECK_WIDTHS[CHECK_PLACE] - 2),
        look.height(words.must_hold, width),
        look.height(state.failure or words.longest, width),
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
        (f'{state}="{UNFILLED}"', look.REMARK),
        (f'OR({state}="{PASS}",{state}="{EXPLAINED}")', look.GOOD),
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
