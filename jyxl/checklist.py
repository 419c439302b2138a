"""The lines of 校验: what is checked on a workbook, in which order, and where each line stands.

Rows and columns count from 0. The writer puts each line where this module says. The reader
looks for explanations in the columns named here, in the row with the line's rule and place.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from jyxl.definition import Edition, Instance, Kind, Table
from jyxl.terms import Severity, UnitKind


@dataclass(frozen=True)
class FormCheck:
    """F-1, F-2: the cells of these kinds hold numbers of their kind."""

    rule: str
    table: Table
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class BlankCheck:
    """F-3: the table's blanks are confirmed as zero."""

    rule: str
    table: Table


@dataclass(frozen=True)
class CheckLine:
    """A line of 校验: what is checked, of which table, and in which row it stands."""

    row: int
    check: FormCheck | BlankCheck | Instance
    table: Table

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


BLANK_RULE = "F-3"
CHECK_HEADS = (
    *("序号", "规则", "级别", "工作表", "项目", "应当成立的关系"),
    *("左边", "关系", "右边", "相差", "状态", "说明（“提示”不通过时填写）"),
)
CHECK_WIDTHS = (5.5, 7.0, 6.0, 11.5, 27.0, 44.0, 10.0, 6.0, 10.0, 10.0, 9.0, 34.0)
CHECK_NUMBER, CHECK_RULE, CHECK_SEVERITY, CHECK_SHEET, CHECK_PLACE, CHECK_SENTENCE = range(6)
CHECK_LEFT, CHECK_SIGN, CHECK_RIGHT, CHECK_GAP, CHECK_STATE, CHECK_NOTE = range(6, 12)
CHECK_KEY, CHECK_FAULTY, CHECK_RANK, CHECK_TARGET = range(12, 16)
"""Hidden columns: sheet|outcome; the number of bad cells behind the line; how many lines are
outstanding so far; where to go to correct it."""
CHECK_FIRST = 4


@lru_cache(maxsize=64)
def check_lines(
    edition: Edition, unit_kind: UnitKind, blanks: bool = True
) -> tuple[CheckLine, ...]:
    """The lines of 校验 for a kind of unit. blanks: whether F-3 is among them; it is not on a
    sheet in which nothing is typed.

    The lines of a table stand together below a heading row of their own.
    """
    checks: list[tuple[FormCheck | BlankCheck | Instance, Table]] = []
    for table in edition.tables:
        kinds = {cell.kind.key: cell.kind for cell in edition.open_cells(table, unit_kind)}
        for rule in dict.fromkeys(kind.rule for kind in kinds.values()):
            of_rule = tuple(kind for kind in kinds.values() if kind.rule == rule)
            checks.append((FormCheck(rule, table, of_rule), table))
        if blanks:
            checks.append((BlankCheck(BLANK_RULE, table), table))
        checks.extend(
            (instance, table)
            for instance in edition.instances
            if instance.rule.table == table.key and instance.applies_to(unit_kind)
        )
    tables = list(edition.tables)
    return tuple(
        CheckLine(CHECK_FIRST + number + tables.index(table) + 1, check, table)
        for number, (check, table) in enumerate(checks)
    )
