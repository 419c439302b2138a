"""The lines of 校验: what is checked on a workbook, in which order, and where each line stands.

Rows and columns count from 0. The writer puts each line where this module says. The reader
looks for explanations in the columns named here, in the row with the line's rule and place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from jyxl.definition import Cell, Edition, Instance, Kind, Table, TextCell
from jyxl.terms import Severity, UnitKind


@dataclass(frozen=True)
class FormCheck:
    """F-1, F-2: the cells of these kinds hold numbers of their kind. F-5: the texts are not too
    long and are among the choices, and the amounts are as these say."""

    rule: str
    table: Table
    kinds: tuple[Kind, ...]
    texts: tuple[TextCell, ...] = ()
    amounts: tuple[tuple[TextCell, Cell], ...] = ()


@dataclass(frozen=True)
class BlankCheck:
    """F-3: the table's blanks are confirmed as zero. F-4: the needed texts are there."""

    rule: str
    table: Table
    texts: tuple[TextCell, ...] = ()


Check = FormCheck | BlankCheck | Instance


@dataclass(frozen=True)
class CheckLine:
    """A line of 校验: what is checked, of which table, and in which row it stands. filled_in: the
    rules that fill in some of its cells before the workbook goes out; it waits for the others."""

    row: int
    check: Check
    table: Table
    filled_in: tuple[Instance, ...] = ()

    @property
    def rule(self) -> str:
        return self.check.rule.id if isinstance(self.check, Instance) else self.check.rule

    @property
    def severity(self) -> Severity:
        return self.check.rule.severity if isinstance(self.check, Instance) else "error"

    @property
    def is_explained(self) -> bool:
        """True if the unit may write an explanation."""
        return self.severity == "warning"

    @property
    def group(self) -> str:
        """The heading under which the line stands."""
        return COMPUTED if _is_computed(self.check) else self.table.sheet


BLANK_RULE = "F-3"
TEXT_BLANK_RULE, TEXT_RULE = "F-4", "F-5"
RULE_HEAD, PLACE_HEAD = "规则", "项目"
"""The headings by which the reader finds the line of an explanation."""
CHECK_HEADS = (
    *("序号", "级别", "工作表", PLACE_HEAD, "应当成立的关系；不成立的，是什么问题", RULE_HEAD),
    *("左边", "关系", "右边", "相差", "状态", "说明（“提示”不通过时填写）"),
)
CHECK_WIDTHS = (5.5, 6.0, 11.5, 25.0, 60.0, 6.0, 9.0, 5.5, 9.0, 9.0, 8.0, 34.0)
CHECK_NUMBER, CHECK_SEVERITY, CHECK_SHEET, CHECK_PLACE, CHECK_SENTENCE, CHECK_RULE = range(6)
CHECK_LEFT, CHECK_SIGN, CHECK_RIGHT, CHECK_GAP, CHECK_STATE, CHECK_NOTE = range(6, 12)
CHECK_KEY, CHECK_FAULTY, CHECK_RANK, CHECK_TARGET, CHECK_COUNT, CHECK_BRIEF = range(12, 18)
"""Hidden columns: sheet|severity and state; the number of bad cells behind the line; how many
lines are outstanding so far; where to go to correct it; how many things are wrong if it fails;
what is wrong, in a sentence with its place and its rule."""
CHECK_ERRORS, CHECK_WARNINGS, CHECK_BLANKS = range(18, 21)
"""Hidden columns of the heading of each table, and of the summary: how many errors, unexplained
warnings and blanks there are."""
CHECK_SUMMARY = 2
CHECK_FIRST = 4
COMPUTED = "合计（由公式算出，改写了才会不通过）"
"""The heading above the lines of the totals that are formulas; they come last."""


@lru_cache(maxsize=256)
def check_lines(
    edition: Edition,
    unit_kind: UnitKind,
    blanks: bool = True,
    known: frozenset[str] = frozenset(),
) -> tuple[CheckLine, ...]:
    """The lines of 校验 for a kind of unit. blanks: whether F-3 is among them; it is not on a
    sheet in which nothing is typed. known: the cells whose figures of last year are known; there
    is no line for a rule that mentions another one.

    The lines of a table stand together below a heading row of their own, and so do the totals that
    are formulas, which fail only if a formula was typed over.
    """
    checks: list[tuple[Check, Table]] = []
    for table in edition.tables_for(unit_kind) if blanks else edition.tables:
        is_typed = blanks or not table.is_own  # a county's own cells are all computed
        typed = edition.typed_cells(table) if is_typed else ()
        kinds = {cell.kind.key: cell.kind for cell in typed}
        for rule in dict.fromkeys(kind.rule for kind in kinds.values()):
            of_rule = tuple(kind for kind in kinds.values() if kind.rule == rule)
            checks.append((FormCheck(rule, table, of_rule), table))
        if blanks and any(cell.needed for cell in edition.open_cells(table, unit_kind)):
            checks.append((BlankCheck(BLANK_RULE, table), table))
        texts = edition.open_texts(table, unit_kind) if blanks else ()
        if texts:
            amounts = edition.amounts_said(table, unit_kind)
            checks.append((FormCheck(TEXT_RULE, table, (), texts, amounts), table))
        if needed := tuple(text for text in texts if text.needed):
            checks.append((BlankCheck(TEXT_BLANK_RULE, table, needed), table))
        checks.extend(
            (instance, table)
            for instance in edition.instances
            if instance.rule.table == table.key
            and instance.applies_to(unit_kind)
            and known.issuperset(instance.last_cells)
        )
    checks.sort(key=lambda one: _is_computed(one[0]))
    filling = [
        one
        for one in edition.instances
        if one.rule.fills
        and known.issuperset(one.last_cells)
        and edition.is_open(edition.cell[one.cells[0]], unit_kind)
    ]
    groups: list[str] = []
    lines: list[CheckLine] = []
    for number, (check, table) in enumerate(checks):
        line = CheckLine(CHECK_FIRST + number, check, table, _filled_in(check, filling))
        if line.group not in groups:
            groups.append(line.group)
        lines.append(replace(line, row=line.row + len(groups)))
    return tuple(lines)


def _filled_in(check: Check, filling: Iterable[Instance]) -> tuple[Instance, ...]:
    if not isinstance(check, Instance) or check.last_cells or check.rule.computes:
        return ()
    return tuple(one for one in filling if one.cells[0] in check.leaves)


def _is_computed(check: Check) -> bool:
    return isinstance(check, Instance) and check.rule.computes
