"""What other sheets look up in 校验: how much stands in the way, and what.

How much there is, is counted in hidden cells of 校验 itself, so that all sheets say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jyxl.addresses import Area, a1
from jyxl.checklist import (
    CHECK_BLANKS,
    CHECK_BRIEF,
    CHECK_COUNT,
    CHECK_ERRORS,
    CHECK_FIRST,
    CHECK_KEY,
    CHECK_RANK,
    CHECK_SHEET,
    CHECK_SUMMARY,
    CHECK_TARGET,
    CHECK_WARNINGS,
)
from jyxl.definition import Edition, Table
from jyxl.layout import CHECKS, CONFIRM_LABEL, ERRORS, YES
from jyxl.live import FAIL, UNFILLED, LineState
from jyxl.verdict_words import SEVERITIES
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet
from jyxl.writer.check_line import brief

STATES_NAME = "jyxl_states"
"""The defined name of the state column; colouring on other sheets refers to it."""
WRONG, DOUBTFUL, TO_FILL, DONE = "✗", "！", "○", "✓"
MARKS = ((WRONG, look.BAD), (DOUBTFUL, look.WARN), (TO_FILL, look.REMARK), (DONE, look.GOOD))
"""How a line about a table or the whole begins, and its colour: something is wrong, something is
doubtful, cells are still to be filled, all is well."""
GOOD_STATUS = f"{DONE} 本表校验通过"
READY = f"{DONE} 可以报送：全部校验通过，保存后发回即可。"
_TEXTS = (f"{DOUBTFUL} 还不能报送：文字里有 ", f" 处与表里不同，见“{ERRORS}”。")
_HOW = f"没有发生的，可以在表上方“{CONFIRM_LABEL.rstrip('：')}”处选“{YES}”"


_LINK = 200
"""How many letters of a link are shown; Excel takes no more than 255."""


def column(which: int, states: Sequence[LineState]) -> str:
    """A reference to a column of 校验 over all lines, with the headings between them."""
    first, last = a1(CHECK_FIRST, which, fixed=True), a1(states[-1].line.row, which, fixed=True)
    return f"'{CHECKS}'!{first}:{last}"


@dataclass(frozen=True)
class Tally:
    """How many errors, unexplained warnings and blanks there are, in a table or in all."""

    errors: int
    warnings: int
    blanks: int


def tally(states: Sequence[LineState], table: Table | None = None) -> Tally:
    own = [
        state
        for state in states
        if state.stands_in_the_way and (table is None or state.line.table is table)
    ]
    return Tally(
        sum(state.errors for state in own),
        sum(state.warnings for state in own),
        sum(state.blanks for state in own),
    )


def tally_formulas(states: Sequence[LineState], table: Table) -> Iterator[str]:
    """The formulas of the counts of a table, in the order of a Tally."""
    keys, counts = column(CHECK_KEY, states), column(CHECK_COUNT, states)
    error, warning = SEVERITIES["error"], SEVERITIES["warning"]
    for outcome in (error + FAIL, warning + FAIL, error + UNFILLED):
        yield f'SUMIFS({counts},{keys},"{table.sheet}|{outcome}")'


def mark(book: Book, page: Sheet, area: Area) -> None:
    """Colour the lines of an area by the mark with which they begin."""
    corner = a1(area.top, area.left)
    for begins, layer in MARKS:
        page.conditional_format(
            *(area.top, area.left, area.bottom, area.right),
            {
                "type": "formula",
                "criteria": f'=LEFT({corner},1)="{begins}"',
                "format": book.style(layer),
            },
        )


def tally_row(states: Sequence[LineState], table: Table) -> int:
    """The row of 校验 in which the counts of a table are: that of its heading."""
    return next(state.line.row for state in states if state.line.table is table) - 1


def _counts(row: int) -> tuple[str, str, str]:
    """References to the counts in a row of 校验."""
    errors, warnings, blanks = (
        f"'{CHECKS}'!{a1(row, which, fixed=True)}"
        for which in (CHECK_ERRORS, CHECK_WARNINGS, CHECK_BLANKS)
    )
    return errors, warnings, blanks


@dataclass(frozen=True)
class Claims:
    """Sentences that differ from the tables, of which 校验 knows nothing: a formula for how many are
    still to be mended, and its result."""

    formula: str
    count: int


def overall(claims: Claims | None = None) -> str:
    """A formula for the state of the whole workbook."""
    errors, warnings, blanks = _counts(CHECK_SUMMARY)
    doubts = f'{warnings}&" 处提示要改或写说明"'
    left = f'IF({blanks}>0,"，还有 "&{blanks}&" 格未填","")&"。"'
    ready = f'"{READY}"'
    if claims:
        ready = f'IF({claims.formula}>0,"{_TEXTS[0]}"&{claims.formula}&"{_TEXTS[1]}",{ready})'
    return (
        f'IF({errors}>0,"{WRONG} 还不能报送：有 "&{errors}&" 处错误要改"'
        f'&IF({warnings}>0,"，"&{doubts},"")&{left},'
        f'IF({warnings}>0,"{DOUBTFUL} 还不能报送：有 "&{doubts}&{left},'
        f'IF({blanks}>0,"{TO_FILL} 还有 "&{blanks}&" 格未填。{_HOW}。",{ready})))'
    )


def overall_words(states: Sequence[LineState], claims: Claims | None = None) -> str:
    """The state of the whole workbook now, in the words of `overall`."""
    found = tally(states)
    doubts = f"{found.warnings} 处提示要改或写说明"
    left = f"，还有 {found.blanks} 格未填。" if found.blanks else "。"
    if found.errors:
        also = f"，{doubts}" if found.warnings else ""
        return f"{WRONG} 还不能报送：有 {found.errors} 处错误要改{also}{left}"
    if found.warnings:
        return f"{DOUBTFUL} 还不能报送：有 {doubts}{left}"
    if found.blanks:
        return f"{TO_FILL} 还有 {found.blanks} 格未填。{_HOW}。"
    return str(claims.count).join(_TEXTS) if claims and claims.count else READY


def overall_of_county(states: Sequence[LineState]) -> tuple[str, str]:
    """(formula, result) of the state of the county's own figures."""
    errors, warnings, _ = _counts(CHECK_SUMMARY)
    found = tally(states)
    formula = (
        f'IF({errors}>0,"{WRONG} 有 "&{errors}&" 处错误",IF({warnings}>0,"{DOUBTFUL} 没有错误",'
        f'"{DONE} 全部通过"))&IF({warnings}>0,"，有 "&{warnings}&" 处提示","")'
    )
    doubts = f"，有 {found.warnings} 处提示" if found.warnings else ""
    if found.errors:
        return formula, f"{WRONG} 有 {found.errors} 处错误{doubts}"
    return formula, f"{DOUBTFUL} 没有错误{doubts}" if doubts else f"{DONE} 全部通过"


def status(edition: Edition, table: Table, states: Sequence[LineState]) -> tuple[str, str]:
    """(formula, result) of a table sheet's own line: the first thing that is wrong on it."""
    errors, warnings, blanks = _counts(tally_row(states, table))
    keys, briefs = column(CHECK_KEY, states), column(CHECK_BRIEF, states)

    how = f"{_HOW}。" if table.asks_zero else ""

    def first(severity: str) -> str:
        return f'INDEX({briefs},MATCH("{table.sheet}|{severity}{FAIL}",{keys},0))'

    formula = (
        f'IF({errors}+{warnings}>0,IF({errors}>0,"{WRONG} "&{first(SEVERITIES["error"])},'
        f'"{DOUBTFUL} "&{first(SEVERITIES["warning"])})'
        f'&IF({errors}+{warnings}>1,"；共 "&({errors}+{warnings})&" 处，见“{CHECKS}”表","")'
        f'&IF({blanks}>0,"；还有 "&{blanks}&" 格未填",""),'
        f'IF({blanks}>0,"{TO_FILL} 还有 "&{blanks}&" 格未填。{how}","{GOOD_STATUS}"))'
    )
    return formula, _status_words(edition, table, states)


def _status_words(edition: Edition, table: Table, states: Sequence[LineState]) -> str:
    found = tally(states, table)
    own = [state for state in states if state.line.table is table]
    count = found.errors + found.warnings
    how = f"{_HOW}。" if table.asks_zero else ""
    if not count:
        return f"{TO_FILL} 还有 {found.blanks} 格未填。{how}" if found.blanks else GOOD_STATUS
    mark = WRONG if found.errors else DOUBTFUL
    first = next(state for state in own if (state.errors if found.errors else state.warnings))
    more = f"；共 {count} 处，见“{CHECKS}”表" if count > 1 else ""
    left = f"；还有 {found.blanks} 格未填" if found.blanks else ""
    return f"{mark} {brief(edition, first)}{more}{left}"


def outstanding(edition: Edition, states: Sequence[LineState], number: int) -> tuple[str, str]:
    """(formula, result) of the nth line that stands in the way, with a link; blank if there
    is none."""
    ranks = column(CHECK_RANK, states)
    at = f"MATCH({number},{ranks},0)"
    sheets, targets, briefs = (
        column(which, states) for which in (CHECK_SHEET, CHECK_TARGET, CHECK_BRIEF)
    )
    words = f'LEFT(INDEX({sheets},{at})&"："&INDEX({briefs},{at}),{_LINK})'
    formula = f'IF(MAX({ranks})<{number},"",HYPERLINK(INDEX({targets},{at}),{words}))'
    standing = [state for state in states if state.stands_in_the_way]
    if len(standing) < number:
        return formula, ""
    state = standing[number - 1]
    return formula, f"{state.line.table.sheet}：{brief(edition, state)}"[:_LINK]
