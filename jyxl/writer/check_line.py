"""A line of 校验: its texts and formulas, which do not depend on the figures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from jyxl.addresses import a1
from jyxl.checklist import (
    CHECK_FAULTY,
    CHECK_FIRST,
    CHECK_KEY,
    CHECK_LEFT,
    CHECK_NOTE,
    CHECK_RANK,
    CHECK_RIGHT,
    CHECK_SEVERITY,
    CHECK_SHEET,
    CHECK_STATE,
    BlankCheck,
    CheckLine,
    FormCheck,
)
from jyxl.definition import Edition, Instance
from jyxl.layout import YES, sheet
from jyxl.live import FAIL, NO_WORDS, OPEN, PASS, LineState, says_something
from jyxl.messages import SEVERITIES
from jyxl.places import drawn, rule_place
from jyxl.rules import excel
from jyxl.rules.chinese import SIGN, place_label, sentence
from jyxl.rules.language import Compare, Ref
from jyxl.terms import UnitKind
from jyxl.writer.references import areas

EXPLAINED = "已说明"


@dataclass(frozen=True)
class Wording:
    """The texts and formulas of a line.

    place and rule: texts; sign: what stands between both sides; target: the place where the
    line can be mended, as HYPERLINK takes it; the rest: formulas of the columns of these names.
    """

    place: str
    rule: str
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
def wording(edition: Edition, unit_kind: UnitKind, line: CheckLine, for_unit: bool) -> Wording:
    """A line as it stands in the workbook of a unit of this kind, or of the county."""
    row = line.row
    left, sign, right, holds, faulty = _formulas(edition, unit_kind, line)
    gap = f"{a1(row, CHECK_LEFT)}-{a1(row, CHECK_RIGHT)}"
    scale = line.check.scale if isinstance(line.check, Instance) else 1
    decimals = len(str(scale)) - 1
    return Wording(
        place=place_words(line),
        rule=rule_words(edition, line),
        left=left,
        sign=sign,
        right=right,
        gap=f"ROUND({gap},{decimals})" if decimals else gap,
        state=f'IF({a1(row, CHECK_FAULTY)}>0,"{OPEN}",IF({holds},"{PASS}","{FAIL}"))',
        faulty=faulty,
        key=_key_formula(line, for_unit),
        rank=_rank_formula(line, for_unit),
        target=_target(edition, line),
    )


def key(state: LineState) -> str:
    """sheet|outcome, by which other sheets find a line; the outcome of an explained warning
    is 已说明."""
    line = state.line
    is_explained = (
        state.truth == "fails" and line.is_explained and says_something(state.explanation)
    )
    return f"{line.table.sheet}|{EXPLAINED if is_explained else state.shown}"


def _key_formula(line: CheckLine, for_unit: bool) -> str:
    shown = a1(line.row, CHECK_STATE)
    if for_unit and line.is_explained:
        note = a1(line.row, CHECK_NOTE)
        shown = f'IF(AND({shown}="{FAIL}",{_has_words(note)}),"{EXPLAINED}",{shown})'
    return f'{a1(line.row, CHECK_SHEET)}&"|"&{shown}'


def _rank_formula(line: CheckLine, for_unit: bool) -> str:
    """A formula that counts the lines that stand in the way, down to this one. For the county,
    a warning does not stand in the way."""
    row = line.row
    stands = f'{a1(row, CHECK_KEY)}={a1(row, CHECK_SHEET)}&"|{FAIL}"'
    if not for_unit:
        stands = f'AND({stands},{a1(row, CHECK_SEVERITY)}="{SEVERITIES["error"]}")'
    before = f"MAX({a1(CHECK_FIRST, CHECK_RANK, fixed=True)}:{a1(row - 1, CHECK_RANK)})"
    return f"{before}+IF({stands},1,0)"


def place_words(line: CheckLine) -> str:
    """The place to which a line applies."""
    check = line.check
    if isinstance(check, Instance):
        return check.label
    return "填得不合要求的格" if isinstance(check, FormCheck) else "空着的格"


def rule_words(edition: Edition, line: CheckLine) -> str:
    """The sentence of a line's rule."""
    check = line.check
    if isinstance(check, Instance):
        return sentence(check.tree, place_label(edition, check))
    if isinstance(check, FormCheck):
        wants = "；".join(dict.fromkeys(kind.want for kind in check.kinds))
        return f"每格应为{wants}。左边是不合要求的格有多少"
    return f"空白处都已补填，或者已选“{YES}”确认均为零。左边是还空着的格有多少"


def _formulas(
    edition: Edition, unit_kind: UnitKind, line: CheckLine
) -> tuple[str, str, str, str, str]:
    """Left side, sign, right side, condition, and how many of its cells are not numbers."""
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
    """The place where the fault of a line can be mended, as HYPERLINK takes it."""
    check = line.check
    if isinstance(check, Instance):
        place = rule_place(edition, check)
        return f"#'{place.sheet}'!{drawn(edition, place).cell}"
    if isinstance(check, BlankCheck):
        return f"#'{line.table.sheet}'!{sheet(line.table).confirm.a1}"
    return f"#'{line.table.sheet}'!A1"


def _has_words(note: str) -> str:
    """A formula that is true if a note says something, as in live.says_something."""
    text = note
    for mark in NO_WORDS:
        text = f'SUBSTITUTE({text},"{mark}","")'
    return f"LEN(TRIM(CLEAN({text})))>0"
