"""The 校验 sheet: every rule, both sides, its live state, and room for explanations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jyxl.addresses import Area, a1, column_letters
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
    BlankCheck,
    CheckLine,
    FormCheck,
)
from jyxl.definition import Edition, Instance, Table
from jyxl.layout import CHECKS, YES, sheet
from jyxl.live import FAIL, NO_WORDS, OPEN, PASS, LineState, says_something
from jyxl.messages import SEVERITIES
from jyxl.numbers import for_cell, plain
from jyxl.places import drawn, rule_place
from jyxl.rules import excel
from jyxl.rules.chinese import SIGN, place_label, sentence
from jyxl.rules.language import Compare, Ref
from jyxl.terms import UnitKind
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet, head_and_foot, put, put_formula

STATES_NAME = "jyxl_states"
"""The defined name of the state column; colouring on other sheets refers to it."""


def areas(edition: Edition, on: Table | None = None) -> excel.Areas:
    """Where figures of this form stand, with the sheet's name unless it is `on`."""

    def look_up(refs: Iterable[Ref]) -> list[str]:
        found: list[str] = []
        by_table: dict[str, list[str]] = {}
        for ref in refs:
            by_table.setdefault(edition.cell[ref.key].table, []).append(ref.cell)
        for key, members in by_table.items():
            table = edition.table[key]
            prefix = "" if table is on else f"'{table.sheet}'!"
            found.extend(prefix + area for area in sheet(table).areas(members))
        return found

    return look_up


def column(which: int, states: Sequence[LineState]) -> str:
    """A column of 校验 over all its lines, headings between them included."""
    first, last = a1(CHECK_FIRST, which, fixed=True), a1(states[-1].line.row, which, fixed=True)
    return f"'{CHECKS}'!{first}:{last}"


def errors_formula(states: Sequence[LineState]) -> str:
    """How many errors stand."""
    severity, state = column(CHECK_SEVERITY, states), column(CHECK_STATE, states)
    return f'COUNTIFS({severity},"{SEVERITIES["error"]}",{state},"{FAIL}")'


def outstanding_formula(states: Sequence[LineState]) -> str:
    """How many lines stand in the way: errors, and warnings without an explanation."""
    return f"MAX({column(CHECK_RANK, states)})"


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
    for which, width in enumerate(CHECK_WIDTHS):
        page.set_column(which, which, width)
    last = CHECK_NOTE if for_unit else CHECK_STATE
    page.set_column(CHECK_KEY, CHECK_TARGET, 9, None, {"hidden": True})
    put(
        page,
        Area(0, 0, 0, last),
        "校验（自动计算，只有“说明”可以填写）" if for_unit else "县级数据校验",
        book.style(look.TITLE),
    )
    page.set_row(0, 32)
    put(page, Area(1, 0, 1, last), unit, book.style(look.BASE))
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
        words = _words(edition, unit_kind, state.line, for_unit)
        _line(book, page, words, number, state, rank, for_unit)
    book.define_name(STATES_NAME, "=" + column(CHECK_STATE, states))
    bottom = states[-1].line.row
    _colour(book, page, bottom)
    page.freeze_panes(CHECK_FIRST, 0)
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(CHECK_FIRST - 1)
    page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    head_and_foot(page, unit, CHECKS)
    page.print_area(0, 0, bottom, last)
    return page


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
    """The line above a table's lines, a link to its sheet."""
    count = sum(state.line.table is table for state in states)
    style = book.style(look.BLOCK | {"align": "left", "indent": 1})
    put(page, Area(row, 0, row, last), f"{table.sheet}　（{count} 项）", style)
    page.link(Area(row, 0, row, 0), f"internal:'{table.sheet}'!A1", f"到“{table.sheet}”")
    page.set_row(row, 22)


@dataclass(frozen=True)
class _Words:
    """What a line says whatever the figures: texts, formulas and its height in points."""

    place: str
    rule: str
    height: float
    left: str
    sign: str
    right: str
    gap: str
    state: str
    faulty: str
    key: str
    rank: str
    target: str


@lru_cache(maxsize=1024)
def _words(edition: Edition, unit_kind: UnitKind, line: CheckLine, for_unit: bool) -> _Words:
    row = line.row
    place, rule = place_words(line), rule_words(edition, line)
    left, sign, right, holds, faulty = _formulas(edition, unit_kind, line)
    gap = f"{a1(row, CHECK_LEFT)}-{a1(row, CHECK_RIGHT)}"
    scale = line.check.scale if isinstance(line.check, Instance) else 1
    decimals = len(str(scale)) - 1
    shown = a1(row, CHECK_STATE)
    if for_unit and line.is_explained:
        note = a1(row, CHECK_NOTE)
        shown = f'IF(AND({shown}="{FAIL}",{_has_words(note)}),"{EXPLAINED}",{shown})'
    stands = f'{a1(row, CHECK_KEY)}={a1(row, CHECK_SHEET)}&"|{FAIL}"'
    if not for_unit:
        stands = f'AND({stands},{a1(row, CHECK_SEVERITY)}="{SEVERITIES["error"]}")'
    before = f"MAX({a1(CHECK_FIRST, CHECK_RANK, fixed=True)}:{a1(row - 1, CHECK_RANK)})"
    return _Words(
        place=place,
        rule=rule,
        height=max(
            look.height(place, CHECK_WIDTHS[CHECK_PLACE] - 2),
            look.height(rule, CHECK_WIDTHS[CHECK_SENTENCE] - 2),
        ),
        left=left,
        sign=sign,
        right=right,
        gap=f"ROUND({gap},{decimals})" if decimals else gap,
        state=f'IF({a1(row, CHECK_FAULTY)}>0,"{OPEN}",IF({holds},"{PASS}","{FAIL}"))',
        faulty=faulty,
        key=f'{a1(row, CHECK_SHEET)}&"|"&{shown}',
        rank=f"{before}+IF({stands},1,0)",
        target=_target(edition, line),
    )


def _line(
    book: Book,
    page: Sheet,
    words: _Words,
    number: int,
    state: LineState,
    rank: int,
    for_unit: bool,
) -> None:
    line = state.line
    row = line.row
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
    page.set_row(row, words.height)
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
    put_formula(page, at(CHECK_KEY), words.key, _key(state), unseen)
    put_formula(page, at(CHECK_RANK), words.rank, rank, unseen)
    put(page, at(CHECK_TARGET), words.target, unseen)
    if for_unit and line.is_explained:
        put(page, at(CHECK_NOTE), state.explanation, book.style(look.NOTE))
        page.data_validation(
            *(row, CHECK_NOTE, row, CHECK_NOTE),
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
    elif for_unit:
        put(page, at(CHECK_NOTE), None, book.style(look.ROW))


def place_words(line: CheckLine) -> str:
    """Where a line holds."""
    check = line.check
    if isinstance(check, Instance):
        return check.label
    return (
        f"不合要求的{_CELLS}" if isinstance(check, FormCheck) else f"空着又没有选“{YES}”的{_CELLS}"
    )


def rule_words(edition: Edition, line: CheckLine) -> str:
    """The sentence of a line's rule."""
    check = line.check
    if isinstance(check, Instance):
        return sentence(check.tree, place_label(edition, check))
    if isinstance(check, FormCheck):
        wants = "；".join(dict.fromkeys(kind.want for kind in check.kinds))
        return f"每格应为{wants}。左边是不合要求的格数"
    return f"空白处都已补填，或者已选“{YES}”确认均为零。左边是没有确认的空白格数"


def _formulas(
    edition: Edition, unit_kind: UnitKind, line: CheckLine
) -> tuple[str, str, str, str, str]:
    """left, sign, right, the condition, and how many cells behind it are not numbers."""
    check = line.check
    here = areas(edition)
    left_cell, right_cell = a1(line.row, CHECK_LEFT), a1(line.row, CHECK_RIGHT)
    if isinstance(check, Instance):
        main = check.main
        decimals = len(str(check.scale)) - 1
        sign = {"==": "=", "!=": "<>"}.get(main.op, main.op)
        holds = f"{left_cell}{sign}{right_cell}"
        if not isinstance(check.tree, Compare):
            holds = excel.formula(check.tree, here, decimals)
        return (
            excel.formula(main.left, here, decimals),
            SIGN[main.op],
            excel.formula(main.right, here, decimals),
            holds,
            excel.misfits_of(edition.typed_behind(check, unit_kind), here),
        )
    cells = edition.open_cells(check.table, unit_kind)
    if isinstance(check, FormCheck):
        kinds = {kind.key for kind in check.kinds}
        misfits = excel.misfits_of((cell for cell in cells if cell.kind.key in kinds), here)
        return misfits, "=", "0", f"{left_cell}=0", "0"
    assert isinstance(check, BlankCheck)
    blanks = "+".join(f"COUNTBLANK({area})" for area in here(Ref(cell.name) for cell in cells))
    place = sheet(check.table)
    confirm = f"'{check.table.sheet}'!{place.confirm.a1}"
    return f'IF({confirm}="{YES}",0,{blanks})', "=", "0", f"{left_cell}=0", "0"


def _target(edition: Edition, line: CheckLine) -> str:
    """Where to go to mend what a line says, as HYPERLINK wants it."""
    check = line.check
    if isinstance(check, Instance):
        place = rule_place(edition, check)
        return f"#'{place.sheet}'!{drawn(edition, place).cell}"
    if isinstance(check, BlankCheck):
        return f"#'{line.table.sheet}'!{sheet(line.table).confirm.a1}"
    return f"#'{line.table.sheet}'!A1"


def _has_words(note: str) -> str:
    """True where a note says something, as live.says_something."""
    text = note
    for mark in NO_WORDS:
        text = f'SUBSTITUTE({text},"{mark}","")'
    return f"LEN(TRIM(CLEAN({text})))>0"


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


def status(table: Table, states: Sequence[LineState]) -> tuple[str, str]:
    """(formula, result) of a table sheet's own line: the first of its rules that fails."""
    key = f'"{table.sheet}|{FAIL}"'
    keys = column(CHECK_KEY, states)
    first = f"MATCH({key},{keys},0)"
    formula = (
        f'IF(COUNTIF({keys},{key})=0,"{GOOD_STATUS}",'
        f'"✗ "&{_shortly(states, first)}&"；共 "&COUNTIF({keys},{key})'
        f'&" 项不通过，见“{CHECKS}”表")'
    )
    failing = [state for state in states if _key(state) == f"{table.sheet}|{FAIL}"]
    if not failing:
        return formula, GOOD_STATUS
    return formula, f"✗ {_in_short(failing[0])}；共 {len(failing)} 项不通过，见“{CHECKS}”表"


def outstanding(states: Sequence[LineState], number: int) -> tuple[str, str]:
    """(formula, result) of the nth line that stands in the way, with a link; blank if none."""
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


def _shortly(states: Sequence[LineState], at: str) -> str:
    """A line in a few words, as a formula: rule, place and by how much."""
    rule, place, gap = (
        f"INDEX({column(which, states)},{at})" for which in (CHECK_RULE, CHECK_PLACE, CHECK_GAP)
    )
    much = f'IF({gap}=0,"",IF(LEFT({rule},2)="F-"," "," 相差 ")&ABS({gap}))'
    return f'{rule}&" "&{place}&{much}'


def _in_short(state: LineState) -> str:
    """The same for the values at hand."""
    gap = state.left - state.right
    shown = plain(abs(gap), state.scale)
    between = " " if state.line.rule.startswith("F-") else " 相差 "
    much = "" if gap == 0 else f"{between}{shown}"
    return f"{state.line.rule} {place_words(state.line)}{much}"


GOOD_STATUS = "✓ 本表校验通过"
_CELLS = "格数"
"""How a line that counts cells ends its place: its number is a count, not a difference."""
EXPLAINED = "已说明"


def _key(state: LineState) -> str:
    is_explained = (
        state.truth == "fails" and state.line.is_explained and says_something(state.explanation)
    )
    return f"{state.line.table.sheet}|{EXPLAINED if is_explained else state.shown}"
