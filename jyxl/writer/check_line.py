"""A line of 校验: its texts and formulas, which do not depend on the figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jyxl.addresses import a1
from jyxl.check_words import Count, before, failure, must_hold, place_words
from jyxl.checklist import (
    CHECK_FAULTY,
    CHECK_FIRST,
    CHECK_LEFT,
    CHECK_NOTE,
    CHECK_RANK,
    CHECK_RIGHT,
    CHECK_SENTENCE,
    CHECK_SEVERITY,
    CHECK_SHEET,
    CHECK_STATE,
    BlankCheck,
    CheckLine,
    FormCheck,
)
from jyxl.definition import Edition, Instance, Table, TextCell
from jyxl.layout import YES, sheet
from jyxl.live import EXPLAINED, FAIL, NO_WORDS, OPEN, PASS, UNFILLED, LineState
from jyxl.places import drawn, rule_place
from jyxl.rules import excel
from jyxl.rules.chinese import SIGN
from jyxl.rules.language import Compare, Part, Ref
from jyxl.terms import UnitKind
from jyxl.verdict_words import SEVERITIES
from jyxl.writer.references import areas

_FIGURE = "00000"
"""As long as most figures."""


@dataclass(frozen=True)
class Wording:
    """The texts and formulas of a line.

    place, must_hold and longest, about as long as the sentence of a failure: texts; sign: what stands between both sides; target: the place where the
    line can be mended, as HYPERLINK takes it; the rest: formulas of the columns of these names.
    """

    place: str
    must_hold: str
    longest: str
    sentence: str
    left: str
    sign: str
    right: str
    gap: str
    state: str
    faulty: str
    key: str
    rank: str
    count: str
    brief: str
    target: str


@lru_cache(maxsize=1024)
def wording(edition: Edition, unit_kind: UnitKind, line: CheckLine, for_unit: bool) -> Wording:
    """A line as it stands in the workbook of a unit of this kind, or of the county."""
    row = line.row
    left, sign, right, holds, faulty = _formulas(edition, unit_kind, line)
    gap = f"{a1(row, CHECK_LEFT)}-{a1(row, CHECK_RIGHT)}"
    scale = line.check.scale if isinstance(line.check, Instance) else 1
    decimals = len(str(scale)) - 1
    is_counted = not isinstance(line.check, Instance)
    return Wording(
        place=place_words(line),
        must_hold=must_hold(edition, line),
        longest="".join(
            part if isinstance(part, str) else _FIGURE for part in failure(edition, line)
        ),
        sentence=_sentence_formula(edition, line, decimals),
        left=left,
        sign=sign,
        right=right,
        gap=f"ROUND({gap},{decimals})" if decimals else gap,
        state=_state_formula(line, holds, for_unit),
        faulty=faulty,
        key=f'{a1(row, CHECK_SHEET)}&"|"&{a1(row, CHECK_SEVERITY)}&{a1(row, CHECK_STATE)}',
        rank=_rank_formula(line, for_unit),
        count=a1(row, CHECK_LEFT) if is_counted else "1",
        brief=_brief_formula(line),
        target=_target(edition, line),
    )


def key(state: LineState) -> str:
    """sheet|severity and state, by which other sheets find a line."""
    line = state.line
    return f"{line.table.sheet}|{SEVERITIES[line.severity]}{state.shown}"


def sentence(edition: Edition, state: LineState) -> str:
    """What must hold or, if it does not, what is wrong."""
    return state.failure or must_hold(edition, state.line)


def brief(edition: Edition, state: LineState) -> str:
    """The sentence with its place before it and the rule behind it."""
    return before(state.line) + sentence(edition, state) + _code(state.line)


def _brief_formula(line: CheckLine) -> str:
    first = [excel.text(before(line))] if before(line) else []
    return "&".join([*first, a1(line.row, CHECK_SENTENCE), excel.text(_code(line))])


def _code(line: CheckLine) -> str:
    return f"（{line.rule}）"


def _state_formula(line: CheckLine, holds: str, for_unit: bool) -> str:
    broken = f'"{UNFILLED if isinstance(line.check, BlankCheck) else FAIL}"'
    if for_unit and line.is_explained:
        broken = f'IF({has_words(a1(line.row, CHECK_NOTE))},"{EXPLAINED}",{broken})'
    return f'IF({a1(line.row, CHECK_FAULTY)}>0,"{OPEN}",IF({holds},"{PASS}",{broken}))'


def _sentence_formula(edition: Edition, line: CheckLine, decimals: int) -> str:
    """A formula for what must hold or, if it does not, what is wrong."""
    here = areas(edition)

    def written(part: Part | Count) -> str:
        if isinstance(part, str):
            return excel.text(part)
        if isinstance(part, Count):
            return a1(line.row, CHECK_LEFT)
        return excel.formula(part, here, decimals)

    state = a1(line.row, CHECK_STATE)
    wrong = "&".join(written(part) for part in failure(edition, line))
    return (
        f'IF(OR({state}="{PASS}",{state}="{OPEN}"),{excel.text(must_hold(edition, line))},{wrong})'
    )


def _rank_formula(line: CheckLine, for_unit: bool) -> str:
    """A formula that counts the lines that stand in the way, down to this one. For the county,
    a warning does not stand in the way."""
    row = line.row
    state = a1(row, CHECK_STATE)
    stands = f'OR({state}="{FAIL}",{state}="{UNFILLED}")'
    if not for_unit:
        stands = f'AND({state}="{FAIL}",{a1(row, CHECK_SEVERITY)}="{SEVERITIES["error"]}")'
    above = f"MAX({a1(CHECK_FIRST, CHECK_RANK, fixed=True)}:{a1(row - 1, CHECK_RANK)})"
    return f"{above}+IF({stands},1,0)"


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
            excel.misfits_of(edition.typed_behind(check), here) + _waiting(edition, line),
        )
    if check.texts:
        count = _text_misfits if isinstance(check, FormCheck) else _text_blanks
        counted = count(check.table, check.texts) + _contradictions(check)
        return counted, "=", "0", f"{left_cell}=0", "0"
    if isinstance(check, FormCheck):
        kinds = {kind.key for kind in check.kinds}
        cells = (cell for cell in edition.typed_cells(check.table) if cell.kind.key in kinds)
        return excel.misfits_of(cells, here), "=", "0", f"{left_cell}=0", "0"
    assert isinstance(check, BlankCheck)
    needed = (cell for cell in edition.open_cells(check.table, unit_kind) if cell.needed)
    blanks = "+".join(f"COUNTBLANK({area})" for area in here(Ref(cell.name) for cell in needed))
    place = sheet(check.table)
    confirm = f"'{check.table.sheet}'!{place.confirm.a1}"
    return f'IF({confirm}="{YES}",0,{blanks})', "=", "0", f"{left_cell}=0", "0"


def _waiting(edition: Edition, line: CheckLine) -> str:
    """What is added if a rule has nothing to judge yet, as in rules.truth.waits."""
    check = line.check
    assert isinstance(check, Instance)
    if not check.last_cells and not line.filled_in:
        return ""
    here = areas(edition)
    blanks = _unconfirmed(
        edition,
        ((name, f"COUNTBLANK({area})") for name, area in _areas_by_table(edition, check.leaves)),
    )
    all_cells = len(check.leaves)
    if not line.filled_in:
        return f"+IF({blanks}={all_cells},1,0)"
    same = []
    for one in line.filled_in:
        (cell,) = here([Ref(one.cells[0])])
        then = excel.formula(one.main.right, here, len(str(one.scale)) - 1)
        same.append((edition.cell[one.cells[0]].table, f'({cell}<>"")*({cell}={then})'))
    untouched = _unconfirmed(edition, same)
    return f"+IF(({untouched}>0)*({untouched}<{all_cells})*({blanks}+{untouched}={all_cells}),1,0)"


def _areas_by_table(edition: Edition, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(table, area) for all of these cells."""
    by_table: dict[str, list[Ref]] = {}
    for name in names:
        by_table.setdefault(edition.cell[name].table, []).append(Ref(name))
    for key, refs in by_table.items():
        yield from ((key, area) for area in areas(edition)(refs))


def _unconfirmed(edition: Edition, counts: Iterable[tuple[str, str]]) -> str:
    """A formula for the sum of what is counted in tables whose blanks are not confirmed as 0."""
    by_table: dict[str, list[str]] = {}
    for key, count in counts:
        by_table.setdefault(key, []).append(count)
    return "+".join(
        f"IF('{table.sheet}'!{sheet(table).confirm.a1}=\"{YES}\",0,{'+'.join(found)})"
        for key, found in by_table.items()
        for table in [edition.table[key]]
    )


def _target(edition: Edition, line: CheckLine) -> str:
    """The place where the fault of a line can be mended, as HYPERLINK takes it."""
    check = line.check
    if isinstance(check, Instance):
        place = rule_place(edition, check)
        return f"#'{place.sheet}'!{drawn(edition, place).cell}"
    if isinstance(check, BlankCheck) and not check.texts:
        return f"#'{line.table.sheet}'!{sheet(line.table).confirm.a1}"
    return f"#'{line.table.sheet}'!A1"


def _text_blanks(table: Table, texts: Iterable[TextCell]) -> str:
    """A formula for how many of these texts are missing, as live.text_fault has it."""
    return "+".join(f"SUMPRODUCT(--({text_length(area)}=0))" for area in _text_areas(table, texts))


def _text_misfits(table: Table, texts: Sequence[TextCell]) -> str:
    """A formula for how many of these texts are too long or none of the choices."""
    alike: dict[tuple[int, tuple[str, ...]], list[TextCell]] = {}
    for text in texts:
        alike.setdefault((text.longest, text.choices), []).append(text)
    parts = []
    for (longest, choices), members in alike.items():
        for area in _text_areas(table, members):
            others = "*".join(f'({area}<>"{one}")' for one in choices)
            is_bad = (
                f"({text_length(area)}>0)*{others}" if choices else f"--(LEN({area})>{longest})"
            )
            parts.append(f"SUMPRODUCT({is_bad})")
    return "+".join(parts)


def _contradictions(check: FormCheck | BlankCheck) -> str:
    """What is added for the amounts that are not as 是/否 says."""
    if isinstance(check, BlankCheck):
        return ""
    place, prefix = sheet(check.table), f"'{check.table.sheet}'!"
    return "".join(
        f"+IF({contradicts(said, prefix + place.address(said.name), prefix + address)},1,0)"
        for said, amount in check.amounts
        for address in [place.address(amount.name)]
    )


def contradicts(said: TextCell, answer: str, amount: str) -> str:
    """A formula that is true if an amount is not as 是/否 says, as in live.contradicts."""
    yes, no = said.choices
    return (
        f'OR(AND({answer}="{yes}",{amount}=0),AND({answer}="{no}",ISNUMBER({amount}),{amount}<>0))'
    )


def text_blank(ref: str) -> str:
    """A formula that is true if a text is missing."""
    return f"{text_length(ref)}=0"


def text_misfit(text: TextCell, ref: str) -> str:
    """A formula that is true if a text is too long or none of the choices."""
    if text.choices:
        others = ",".join(f'{ref}<>"{one}"' for one in text.choices)
        return f"AND({text_length(ref)}>0,{others})"
    return f"LEN({ref})>{text.longest}"


def _text_areas(table: Table, texts: Iterable[TextCell]) -> list[str]:
    areas = sheet(table).areas(text.name for text in texts)
    return [f"'{table.sheet}'!{area}" for area in areas]


def text_length(area: str) -> str:
    """A formula for the length of texts without the characters of which a blank text is made."""
    for mark in ('"　"', "CHAR(10)", "CHAR(9)"):
        area = f'SUBSTITUTE({area},{mark},"")'
    return f"LEN(TRIM({area}))"


def has_words(note: str) -> str:
    """A formula that is true if a note says something, as in live.says_something."""
    text = note
    for mark in NO_WORDS:
        text = f'SUBSTITUTE({text},"{mark}","")'
    return f"LEN(TRIM(CLEAN({text})))>0"
