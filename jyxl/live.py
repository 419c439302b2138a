"""What the live sheets of a workbook show for given values: the cached results of formulas."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from jyxl import last_year
from jyxl.check_words import failure
from jyxl.checklist import BlankCheck, Check, CheckLine, FormCheck, check_lines
from jyxl.definition import Cell, Edition, Instance, Table, TextCell
from jyxl.numbers import plain
from jyxl.rules.check import evaluate
from jyxl.rules.chinese import broken
from jyxl.rules.truth import truth, waits
from jyxl.submission import Entries
from jyxl.terms import Truth, UnitKind

PASS, FAIL, OPEN = "通过", "不通过", "待定"
UNFILLED, EXPLAINED = "未填完", "已说明"
"""What 校验 shows instead of 不通过: for blanks, with which nothing is wrong yet, and for a
warning that is explained."""
NO_WORDS = " 　/／-－—–_＿\\.。…,，、;；?？!！无"
"""Characters that explain nothing: a note needs at least one other."""


@dataclass(frozen=True)
class LineState:
    """One line of 校验: both sides as scaled integers, their scale, how many cells behind it do
    not hold a number of their kind, its outcome, the explanation, and how it fails, in words, if
    it does."""

    line: CheckLine
    left: int
    right: int
    scale: int
    faulty: int
    truth: Truth
    explanation: str
    failure: str

    @cached_property
    def shown(self) -> str:
        """What 校验 shows as its state."""
        if self.truth != "fails":
            return PASS if self.truth == "holds" else OPEN
        if isinstance(self.line.check, BlankCheck):
            return UNFILLED
        is_explained = self.line.is_explained and says_something(self.explanation)
        return EXPLAINED if is_explained else FAIL

    @property
    def count(self) -> int:
        """How many things are wrong if the line fails: the cells that it counts, or one."""
        return 1 if isinstance(self.line.check, Instance) else self.left

    @property
    def errors(self) -> int:
        """How many errors the line stands for."""
        return self.count if self.shown == FAIL and not self.line.is_explained else 0

    @property
    def warnings(self) -> int:
        """How many warnings without an explanation the line stands for."""
        return int(self.shown == FAIL and self.line.is_explained)

    @property
    def blanks(self) -> int:
        """How many blanks the line stands for."""
        return self.count if self.shown == UNFILLED else 0

    @property
    def stands_in_the_way(self) -> bool:
        return self.shown in (FAIL, UNFILLED)


def says_something(note: str) -> bool:
    """True if a note in 说明 is an explanation. The live sheet judges in the same way."""
    return any(ord(letter) >= 32 and letter not in NO_WORDS for letter in note)


def values(edition: Edition, numbers: Mapping[str, int]) -> dict[str, int]:
    """The value of every cell: typed numbers, 0 for blanks, and the totals computed from them."""
    result = {cell.name: numbers.get(cell.name, 0) for cell in edition.cells}
    for name, total in edition.totals.items():
        result[name] = evaluate(total.instance.main.right, result, total.instance.scale)
    return result


def is_misfit(cell: Cell, entries: Entries) -> bool:
    """True if what is typed is not a number of the cell's kind; a blank fits."""
    return cell.name in entries.texts or not cell.kind.fits(entries.numbers.get(cell.name, 0))


def blank_cells(
    edition: Edition, table: Table, unit_kind: UnitKind, entries: Entries
) -> tuple[str, ...]:
    """The open cells in which nothing is typed, without those that need not be filled."""
    return tuple(
        cell.name
        for cell in edition.open_cells(table, unit_kind)
        if cell.needed and cell.name not in entries.numbers and cell.name not in entries.texts
    )


def text_fault(text: TextCell, words: str) -> str | None:
    """The code of what is wrong with a text, None if it is as it should be: F-4 if it is missing,
    F-5 if it is too long, F-6 if it is none of the choices."""
    if text.is_blank(words):
        return "F-4" if text.needed else None
    if text.choices and words not in text.choices:
        return "F-6"
    return "F-5" if len(words) > text.longest else None


def contradicts(said: TextCell, amount: Cell, entries: Entries) -> bool:
    """True if there is no amount where 是 says that there is one, or one where 否 says there is
    none. What is no number contradicts nothing."""
    if amount.name in entries.texts:
        return False
    yes, no = said.choices
    wrong = no if entries.numbers.get(amount.name, 0) else yes
    return entries.words.get(said.name) == wrong


def _faulty_texts(texts: Iterable[TextCell], entries: Entries, codes: Container[str]) -> int:
    return sum(text_fault(text, entries.words.get(text.name, "")) in codes for text in texts)


def lines(
    edition: Edition,
    unit_kind: UnitKind,
    entries: Entries,
    figures: Mapping[str, int],
    last: Mapping[str, int] = MappingProxyType({}),
) -> tuple[LineState, ...]:
    """The state of every line of a unit's 校验. figures: what `values` gives; last: the figures of
    last year that are known."""
    checked = check_lines(edition, unit_kind, known=frozenset(last))
    all_figures = {**figures, **last_year.by_key(edition, last)[0]} if last else figures
    untouched = last_year.untouched(edition, unit_kind, last, entries.numbers, entries.confirmed)
    return _states(checked, edition, unit_kind, entries, all_figures, untouched)


def county_lines(
    edition: Edition, kind: UnitKind, figures: Mapping[str, int]
) -> tuple[LineState, ...]:
    """The state of every line of the county's own 校验, in which nothing is typed. kind: the level
    of the county's own figures."""
    checked = tuple(
        line
        for line in check_lines(edition, kind, blanks=False)
        if all(edition.cell[name].added == "求和" for name in _named(line.check))
    )
    return _states(checked, edition, kind, Entries(numbers=dict(figures)), figures)


def _named(check: Check) -> tuple[str, ...]:
    return check.cells if isinstance(check, Instance) else ()


def _states(
    checked: Iterable[CheckLine],
    edition: Edition,
    unit_kind: UnitKind,
    entries: Entries,
    figures: Mapping[str, int],
    untouched: Collection[str] = frozenset(),
) -> tuple[LineState, ...]:
    misfits = [
        cell
        for table in edition.tables
        for cell in edition.typed_cells(table)
        if is_misfit(cell, entries)
    ]
    unknown = {cell.name: True for cell in misfits}
    blanks = {
        name
        for table in edition.tables
        if not entries.confirmed.get(table.key)
        for name in blank_cells(edition, table, unit_kind, entries)
    }

    def state(line: CheckLine) -> LineState:
        check = line.check
        if isinstance(check, Instance):
            outcome = truth(check, unit_kind, figures, unknown, blanks, untouched)
            return LineState(
                line=line,
                left=evaluate(check.main.left, figures, check.scale),
                right=evaluate(check.main.right, figures, check.scale),
                scale=check.scale,
                faulty=sum(cell.name in unknown for cell in edition.typed_behind(check))
                + waits(check, blanks, untouched),
                truth=outcome,
                explanation=entries.explanations.get(check.id, ""),
                failure=_broken(edition, check, figures) if outcome == "fails" else "",
            )
        if isinstance(check, FormCheck):
            count = sum(
                cell.table == line.table.key and cell.kind in check.kinds for cell in misfits
            )
            count += _faulty_texts(check.texts, entries, ("F-5", "F-6"))
            count += sum(contradicts(*one, entries) for one in check.amounts)
        elif check.texts:
            count = _faulty_texts(check.texts, entries, (check.rule,))
        elif entries.confirmed.get(line.table.key):
            count = 0
        else:
            count = len(blank_cells(edition, line.table, unit_kind, entries))
        return LineState(
            line=line,
            left=count,
            right=0,
            scale=1,
            faulty=0,
            truth="fails" if count else "holds",
            explanation="",
            failure=_counted(edition, line, count) if count else "",
        )

    return tuple(map(state, checked))


def _broken(edition: Edition, instance: Instance, figures: Mapping[str, int]) -> str:
    return broken(edition, instance, figures, lambda value: plain(value, instance.scale))


def _counted(edition: Edition, line: CheckLine, count: int) -> str:
    parts = failure(edition, line)
    return "".join(part if isinstance(part, str) else str(count) for part in parts)
