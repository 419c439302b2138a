"""What other sheets look up in 校验: how many lines stand in the way, and which."""

from __future__ import annotations

from collections.abc import Sequence

from jyxl.addresses import a1
from jyxl.checklist import (
    BLANK_RULE,
    CHECK_FIRST,
    CHECK_GAP,
    CHECK_KEY,
    CHECK_PLACE,
    CHECK_RANK,
    CHECK_RULE,
    CHECK_SEVERITY,
    CHECK_SHEET,
    CHECK_STATE,
    CHECK_TARGET,
)
from jyxl.definition import Table
from jyxl.layout import CHECKS
from jyxl.live import FAIL, LineState
from jyxl.messages import SEVERITIES
from jyxl.numbers import plain
from jyxl.writer.check_line import key, place_words

STATES_NAME = "jyxl_states"
"""The defined name of the state column; colouring on other sheets refers to it."""
GOOD_STATUS = "✓ 本表校验通过"


def column(which: int, states: Sequence[LineState]) -> str:
    """A reference to a column of 校验 over all lines, with the headings between them."""
    first, last = a1(CHECK_FIRST, which, fixed=True), a1(states[-1].line.row, which, fixed=True)
    return f"'{CHECKS}'!{first}:{last}"


def errors_formula(states: Sequence[LineState]) -> str:
    """A formula for the number of errors that remain."""
    severity, state = column(CHECK_SEVERITY, states), column(CHECK_STATE, states)
    return f'COUNTIFS({severity},"{SEVERITIES["error"]}",{state},"{FAIL}")'


def outstanding_formula(states: Sequence[LineState]) -> str:
    """A formula for the number of lines that stand in the way: errors, and warnings without
    an explanation."""
    return f"MAX({column(CHECK_RANK, states)})"


def status(table: Table, states: Sequence[LineState]) -> tuple[str, str]:
    """(formula, result) of a table sheet's own line: the first of its rules that fails."""
    failed = f"{table.sheet}|{FAIL}"
    keys = column(CHECK_KEY, states)
    count = f'COUNTIF({keys},"{failed}")'
    first = f'MATCH("{failed}",{keys},0)'
    formula = (
        f'IF({count}=0,"{GOOD_STATUS}",'
        f'"✗ "&{_shortly(states, first)}&"；共 "&{count}'
        f'&" 项不通过，见“{CHECKS}”表")'
    )
    failing = [state for state in states if key(state) == failed]
    if not failing:
        return formula, GOOD_STATUS
    return formula, f"✗ {_in_short(failing[0])}；共 {len(failing)} 项不通过，见“{CHECKS}”表"


def outstanding(states: Sequence[LineState], number: int) -> tuple[str, str]:
    """(formula, result) of the nth line that stands in the way, with a link; blank if there
    is none."""
    ranks = column(CHECK_RANK, states)
    at = f"MATCH({number},{ranks},0)"
    sheets, targets = column(CHECK_SHEET, states), column(CHECK_TARGET, states)
    words = f'INDEX({sheets},{at})&"："&{_shortly(states, at)}'
    formula = f'IF(MAX({ranks})<{number},"",HYPERLINK(INDEX({targets},{at}),{words}))'
    standing = [state for state in states if state.is_error or state.is_unexplained]
    if len(standing) < number:
        return formula, ""
    state = standing[number - 1]
    return formula, f"{state.line.table.sheet}：{_in_short(state)}"


_BLANK, _MISFIT = ("还有 ", " 格空着"), ("有 ", " 格填得不合要求")
"""The words around the number in a line that counts cells."""


def _shortly(states: Sequence[LineState], at: str) -> str:
    """A formula that gives a line in a few words: the rule, the place and the difference."""
    rule, place, gap = (
        f"INDEX({column(which, states)},{at})" for which in (CHECK_RULE, CHECK_PLACE, CHECK_GAP)
    )
    before, behind = (
        f'IF({rule}="{BLANK_RULE}","{blank}","{misfit}")'
        for blank, misfit in zip(_BLANK, _MISFIT, strict=True)
    )
    differs = f'{place}&IF({gap}=0,""," 相差 "&ABS({gap}))'
    return f'{rule}&" "&IF(LEFT({rule},2)="F-",{before}&{gap}&{behind},{differs})'


def _in_short(state: LineState) -> str:
    """The same words for the present values."""
    rule, gap = state.line.rule, abs(state.left - state.right)
    shown = plain(gap, state.scale)
    if rule.startswith("F-"):
        before, behind = _BLANK if rule == BLANK_RULE else _MISFIT
        return f"{rule} {before}{shown}{behind}"
    return f"{rule} {place_words(state.line)}{f' 相差 {shown}' if gap else ''}"
