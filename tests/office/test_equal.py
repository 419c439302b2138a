"""The live workbook says what the collector says: rule by rule, place by place, in LibreOffice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pytest

from jyxl import live
from jyxl.checker import Verdict, judge
from jyxl.checklist import (
    BLANK_RULE,
    CHECK_BRIEF,
    CHECK_STATE,
    BlankCheck,
    CheckLine,
    FormCheck,
    check_lines,
)
from jyxl.definition import Instance
from jyxl.layout import CHECKS, GUIDE, sheet
from jyxl.numbers import for_cell
from jyxl.reading import reader
from jyxl.submission import Submission
from jyxl.writer import check_results
from tests.office.cells import Cells, cells_of, differences
from tests.office.conftest import FILLINGS
from tests.office.fillings import Filling

pytestmark = pytest.mark.office


@dataclass(frozen=True)
class Seen:
    """A filling, the sheets as LibreOffice calculated them, and jyxl's verdict on the file."""

    number: int
    filling: Filling
    sheets: dict[str, Cells]
    submission: Submission
    verdict: Verdict

    @cached_property
    def lines(self) -> Sequence[CheckLine]:
        known = frozenset(self.filling.last)
        return check_lines(self.filling.edition, self.filling.kind, known=known)

    def live_state(self, line: CheckLine) -> object:
        """通过, 不通过, 未填完, 已说明 or 待定, as 校验 shows it."""
        return self.sheets[CHECKS].get((line.row, CHECK_STATE))

    def judged(self, line: CheckLine) -> str:
        """The same state from the findings, that is, from what jyxl's check found at this line."""
        edition, found = self.filling.edition, self.verdict.findings
        if isinstance(line.check, FormCheck):
            kinds = {kind.key for kind in line.check.kinds}
            is_broken = any(
                finding.code == line.rule
                and finding.severity == "error"
                and finding.place.table == line.table.key
                and edition.cell[finding.place.spot].kind.key in kinds
                for finding in found
                if finding.place.spot in edition.cell
            )
        elif isinstance(line.check, BlankCheck):
            is_broken = any(
                finding.code == line.rule and finding.place.table == line.table.key
                for finding in found
                if finding.place.spot not in edition.cell
            )
            return live.UNFILLED if is_broken else live.PASS
        else:
            own = [finding for finding in found if finding.instance == line.check.id]
            if own and not own[0].blocks:
                return live.EXPLAINED
            is_broken = bool(own)
            if line.check.last_cells and self.blanks.issuperset(line.check.leaves):
                return live.OPEN
            if not is_broken and self.faulty & {*line.check.cells, *line.check.leaves}:
                return live.OPEN
        return live.FAIL if is_broken else live.PASS

    @cached_property
    def blanks(self) -> set[str]:
        """The blanks that nobody confirmed as 0."""
        return {name for names in self.submission.unconfirmed.values() for name in names}

    @cached_property
    def faulty(self) -> set[str]:
        """The cells with a value of the wrong kind."""
        return {
            finding.place.spot
            for finding in self.verdict.findings
            if finding.code in ("F-1", "F-2") and finding.severity == "error"
        }


@pytest.fixture(scope="module")
def seen(recalculated: list[tuple[Filling, bytes]]) -> list[Seen]:
    submissions = [reader.read(f"{n}.xlsx", data) for n, (_, data) in enumerate(recalculated)]
    verdicts = judge(submissions)
    return [
        Seen(number, filling, cells_of(data), submission, verdict)
        for number, ((filling, data), submission, verdict) in enumerate(
            zip(recalculated, submissions, verdicts, strict=True)
        )
    ]


def test_enough_workbooks_are_compared(seen: list[Seen]) -> None:
    assert len(seen) == FILLINGS
    assert all(one.verdict.decision in ("accepted", "returned") for one in seen)


def test_every_rule_was_seen_to_hold_and_to_fail(seen: list[Seen]) -> None:
    if FILLINGS < 200:
        pytest.skip("too few fillings to meet every rule both ways")
    for edition in {one.filling.edition.id: one.filling.edition for one in seen}.values():
        states: dict[str, set[object]] = {}
        for one in seen:
            if one.filling.edition is edition:
                for line in one.lines:
                    states.setdefault(line.rule, set()).add(one.live_state(line))
        computed = {rule.id for rule in edition.rules if rule.computes}
        for rule, met in states.items():
            broken = live.UNFILLED if rule == BLANK_RULE else live.FAIL
            wanted = {live.PASS} if rule in computed else {live.PASS, broken}
            assert wanted <= met, (edition.id, rule)
        assert any(live.OPEN in met for met in states.values())
        about = {one.rule.id for one in edition.instances if one.last_cells}
        assert about <= states.keys()
        assert any(live.OPEN in states[rule] for rule in about)


def test_every_state_is_what_check_says(seen: list[Seen]) -> None:
    wrong = [
        (one.number, line.check.id if hasattr(line.check, "id") else line.rule)
        for one in seen
        for line in one.lines
        if one.live_state(line) != one.judged(line)
    ]
    assert wrong == []


def test_every_sentence_is_that_of_the_finding(seen: list[Seen]) -> None:
    wrong = []
    for one in seen:
        told = {finding.instance: finding.message for finding in one.verdict.findings}
        for line in one.lines:
            if isinstance(line.check, Instance) and line.check.id in told:
                shown = one.sheets[CHECKS].get((line.row, CHECK_BRIEF))
                message = told[line.check.id].removesuffix("。")
                if shown != f"{message}（{line.rule}）":
                    wrong.append((one.number, shown, message))
    assert wrong == []


def test_every_total_is_what_the_reader_adds_up(seen: list[Seen]) -> None:
    """A number that is not a count enters the sheet's sum but not jyxl's, which says nothing."""
    wrong = []
    for one in seen:
        edition = one.filling.edition
        figures = dict(one.submission.figures or {})
        for name, total in edition.totals.items():
            if not one.submission.unknown & {*total.instance.leaves}:
                cell = edition.cell[name]
                area = sheet(edition.table[cell.table]).cells[name]
                shown = one.sheets[edition.table[cell.table].sheet].get((area.top, area.left))
                if shown != for_cell(figures[name], cell.kind.scale):
                    wrong.append((one.number, name, shown, figures[name]))
    assert wrong == []


def test_ready_to_send_exactly_where_it_is_accepted(seen: list[Seen]) -> None:
    answers = {True: 0, False: 0}
    for one in seen:
        texts = [value for value in one.sheets[GUIDE].values() if isinstance(value, str)]
        assert (check_results.READY in texts) == (one.verdict.decision == "accepted"), one.number
        answers[check_results.READY in texts] += 1
    assert all(answers.values())


def test_the_line_on_each_sheet_passes_exactly_where_nothing_on_it_blocks(
    seen: list[Seen],
) -> None:
    for one in seen:
        for table in one.filling.edition.tables:
            status = sheet(table).status
            shown = one.sheets[table.sheet][status.top, status.left]
            own = [finding for finding in one.verdict.findings if finding.place.table == table.key]
            of_rules = {
                line.check.id
                for line in one.lines
                if line.table is table and not isinstance(line.check, (FormCheck, BlankCheck))
            }
            blocks = any(
                finding.blocks
                and (finding.instance in of_rules if finding.instance else finding in own)
                for finding in one.verdict.findings
            )
            assert (shown == check_results.GOOD_STATUS) == (not blocks), (one.number, table.key)


def test_what_jyxl_stored_is_what_libreoffice_calculates(seen: list[Seen]) -> None:
    """Every cell of every sheet is compared, if no number of the wrong kind entered a sum."""
    compared = 0
    for one in seen:
        if all(isinstance(text, str) for text in one.filling.entries.texts.values()):
            assert differences(cells_of(one.filling.data), one.sheets) == [], one.number
            compared += 1
    assert compared > FILLINGS // 2


def test_the_verdict_survives_saving_in_libreoffice(seen: list[Seen]) -> None:
    """All of them are saved as xlsx; the other formats are tried on a sample."""
    before = judge([reader.read(f"{one.number}.xlsx", one.filling.data) for one in seen])
    for one, verdict in zip(seen, before, strict=True):
        assert one.verdict == verdict, one.number
