"""Stacked returns → findings: one lazy pandera call per sheet over thousands of returns.

A frame has one row per return and these int64 columns: every cell by its name (scaled
integers), `stated:<cell>` for a total as the workbook shows it, `blank:<table>` for the number
of unconfirmed blanks. If last year is known, its figures that rules mention follow by their
Ref.key (`last:<cell>`). Beside the frame, `unknown` maps a cell name to one bool per return.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pandera.errors
import pandera.pandas as pa

from jyxl import editions, faults, last_year, messages, numbers, texts
from jyxl.checklist import BLANK_RULE
from jyxl.definition import Edition, Instance, Kind, Table
from jyxl.finding import Finding, decision
from jyxl.layout import CHECKS
from jyxl.places import blank_place, cell_place, rule_place, spot_area
from jyxl.rules.chinese import broken, where
from jyxl.rules.truth import fails, is_unknown, waits
from jyxl.submission import Submission
from jyxl.terms import Decision

AT_ONCE = 2_000
"""The most returns in one frame. With more, a call takes no less time for each, but more memory."""

Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision (accepted, returned, refused, or held for S-PARTIAL alone) and the reasons for it."""

    decision: Decision
    findings: tuple[Finding, ...]


def judge(submissions: Sequence[Submission]) -> list[Verdict]:
    """The verdict on each return, in order. Returns of several editions may be mixed."""
    found: list[list[Finding]] = [list(one.findings) for one in submissions]
    by_edition: dict[Edition, list[int]] = {}
    for number, one in enumerate(submissions):
        if one.figures is not None and one.identity is not None:
            edition = editions.combined(one.identity.edition, one.supplement)
            by_edition.setdefault(edition, []).append(number)
    frames = (
        (edition, members[first : first + AT_ONCE])
        for edition, members in by_edition.items()
        for first in range(0, len(members), AT_ONCE)
    )
    for edition, members in frames:
        stack = _Stack(edition, [submissions[number] for number in members])
        for row, finding in stack.findings():
            found[members[row]].append(finding)
    return [_verdict(one, findings) for one, findings in zip(submissions, found, strict=True)]


def _verdict(submission: Submission, findings: list[Finding]) -> Verdict:
    if not submission.is_ours:
        return Verdict("refused", tuple(findings))
    assert submission.identity is not None
    edition = editions.combined(submission.identity.edition, submission.supplement)
    order = {table.sheet: number for number, table in enumerate(edition.tables)}

    def key(finding: Finding) -> tuple[int, int, int]:
        place = finding.place
        area = spot_area(edition, place)
        row, column = (area.top, area.left) if area is not None else (-1, -1)
        return order.get(place.sheet or "", 99 if place.sheet == CHECKS else -1), row, column

    findings.sort(key=key)
    return Verdict(decision(findings), tuple(findings))


class _Stack:
    """All returns of one edition, as one frame."""

    def __init__(self, edition: Edition, submissions: Sequence[Submission]) -> None:
        self.edition = edition
        self.submissions = submissions
        names = [cell.name for cell in edition.cells]
        figures = [one.figures for one in submissions if one.figures is not None]
        cells = self.cells = np.array(
            [[one[name] for name in names] for one in figures], dtype=np.int64
        )
        stated = cells[:, [edition.index[name] for name in edition.totals]]
        blanks = np.zeros((len(submissions), len(edition.tables)), dtype=np.int64)
        for row, one in enumerate(submissions):
            for number, name in enumerate(edition.totals):
                if name in one.stated:
                    stated[row, number] = one.stated[name]
            for number, table in enumerate(edition.tables):
                blanks[row, number] = len(one.unconfirmed.get(table.key, ()))
        self.kinds = np.array([one.identity.kind for one in submissions if one.identity])
        self.frame = pd.DataFrame(
            np.hstack([cells, stated, blanks]),
            columns=[
                *names,
                *(f"stated:{name}" for name in edition.totals),
                *(f"blank:{table.key}" for table in edition.tables),
            ],
        )
        self.unknown = self._unknown()
        self.instances = self._with_last()
        self.blanks = [
            frozenset(name for names in one.unconfirmed.values() for name in names)
            for one in submissions
        ]
        self.untouched = [self._untouched(one) for one in submissions]

    def _untouched(self, one: Submission) -> frozenset[str]:
        if not one.last or one.identity is None:
            return frozenset()
        entries = one.entries
        return last_year.untouched(
            self.edition, one.identity.kind, one.last, entries.numbers, entries.confirmed
        )

    def _with_last(self) -> tuple[Instance, ...]:
        """The rules that are judged. If anything is known of last year, its figures that rules
        mention are added to the frame; if not, the rules that mention them are all silent."""
        edition = self.edition
        if not any(one.last for one in self.submissions):
            return tuple(one for one in edition.instances if not one.last_cells)
        rows = [last_year.by_key(edition, one.last) for one in self.submissions]
        self.last = [values for values, _ in rows]
        figures = pd.DataFrame(self.last, dtype=np.int64)
        self.frame = pd.concat([self.frame, figures], axis=1)
        for key in figures.columns:
            gone = np.array([key in unknown for _, unknown in rows])
            if gone.any():
                self.unknown[key] = gone
        return edition.instances

    def _unknown(self) -> dict[str, Mask]:
        """Cell name → the returns in which its value is not known: it could not be read, is not
        a number of its kind, or is a total that was typed over. Cells that are known everywhere
        are left out."""
        edition, frame = self.edition, self.frame
        unknown: dict[str, Mask] = {}
        for row, one in enumerate(self.submissions):
            for name in one.unknown:
                unknown.setdefault(name, np.zeros(len(frame), dtype=bool))[row] = True
        for cell, column in zip(edition.cells, self.cells.T, strict=True):
            if cell.name in edition.totals:
                good = frame[f"stated:{cell.name}"].to_numpy() == column
            else:
                good = cell.kind.fits(column)
            if not good.all():
                unknown[cell.name] = unknown.get(cell.name, False) | ~good
        return unknown

    def findings(self) -> Iterator[tuple[int, Finding]]:
        """(row, finding) for every fault; what depends on a bad cell is not judged."""
        failed = [(table, _failed(self.schema(table), self.frame)) for table in self.edition.tables]
        for step in (self._numbers, self._totals, self._blanks, self._rules):
            for table, outcome in failed:
                yield from step(table, outcome)
        for row, one in enumerate(self.submissions):
            yield from ((row, found) for found in texts.findings(self.edition, one))

    def schema(self, table: Table) -> Any:
        """The pandera schema of a sheet: kinds of numbers, totals, blanks, then its rules."""
        edition = self.edition
        checks = [
            _check(f"range:{cell.name}", _fits(cell.name, cell.kind))
            for cell in table.cells
            if cell.name not in edition.totals
        ]
        checks.extend(
            _check(f"total:{name}", self._as_stated(name))
            for name in edition.totals
            if edition.cell[name].table == table.key
        )
        checks.append(_check("blank", _no_blanks(table.key)))
        checks.extend(
            _check(instance.id, self._stands(instance))
            for instance in self.instances
            if instance.rule.table == table.key
        )
        return pa.DataFrameSchema(checks=checks, name=table.sheet)

    def _as_stated(self, name: str) -> Test:
        """The total equals what is stated, or something below it is not known."""
        leaves = self.edition.totals[name].instance.leaves

        def test(frame: Frame) -> pd.Series[bool]:
            is_same = frame[f"stated:{name}"] == frame[name]
            stands: pd.Series[bool] = is_same | is_unknown(leaves, self.unknown)
            return stands

        return test

    def _stands(self, instance: Instance) -> Test:
        """The rule does not fail."""
        filled_in = frozenset().union(*self.untouched)

        def test(frame: Frame) -> pd.Series[bool]:
            columns = {ref.key: frame[ref.key].to_numpy() for ref in instance.refs}
            broken_in = fails(instance, self.kinds, columns, self.unknown)
            if instance.last_cells or not filled_in.isdisjoint(instance.leaves):
                broken_in = broken_in & ~self._waiting(instance)
            return pd.Series(np.logical_not(broken_in), index=frame.index)

        return test

    def _waiting(self, instance: Instance) -> Mask:
        """The returns in which a rule has nothing to judge yet."""
        both = zip(self.blanks, self.untouched, strict=True)
        return np.array([waits(instance, blanks, untouched) for blanks, untouched in both])

    def _numbers(self, table: Table, failed: dict[str, Mask]) -> Iterator[tuple[int, Finding]]:
        """F-1, F-2: the numbers below or above what their kind allows."""
        for cell in table.cells:
            number = self.edition.index[cell.name]
            for row in self._rows_of(failed.get(f"range:{cell.name}")):
                value = int(self.cells[row, number])
                why = "negative" if cell.kind.minimum == 0 and value < 0 else "range"
                shown = numbers.plain(value, cell.kind.scale)
                place = cell_place(self.edition, cell.name)
                yield row, faults.misfit(cell.kind, place, shown, why)

    def _totals(self, table: Table, failed: dict[str, Mask]) -> Iterator[tuple[int, Finding]]:
        """The totals that were typed over, if everything below them is known."""
        edition = self.edition
        for cell in table.cells:
            wrong = self._rows_of(failed.get(f"total:{cell.name}"))
            if not wrong:
                continue
            instance = edition.totals[cell.name].instance
            number = edition.index[cell.name]
            for row in wrong:
                yield (
                    row,
                    messages.finding(
                        "TOTAL",
                        cell_place(edition, cell.name),
                        numbers.plain(self.submissions[row].stated[cell.name], cell.kind.scale),
                        code=instance.rule.id,
                        computed=numbers.plain(int(self.cells[row, number]), cell.kind.scale),
                        hint=instance.rule.hint,
                        instance=instance.id,
                    ),
                )

    def _blanks(self, table: Table, failed: dict[str, Mask]) -> Iterator[tuple[int, Finding]]:
        """F-3: the unconfirmed blanks, once per sheet."""
        for row in self._rows_of(failed.get("blank")):
            names = self.submissions[row].unconfirmed[table.key]
            place = blank_place(table, names)
            yield row, messages.finding(BLANK_RULE, place, count=len(names))

    def _rules(self, table: Table, failed: dict[str, Mask]) -> Iterator[tuple[int, Finding]]:
        for instance in self.instances:
            if instance.rule.table != table.key:
                continue
            for row in self._rows_of(failed.get(instance.id)):
                yield row, self._broken(row, instance)

    def _broken(self, row: int, instance: Instance) -> Finding:
        submission = self.submissions[row]
        assert submission.figures is not None
        values = submission.figures
        if instance.last_cells:
            values = {**values, **self.last[row]}
        how = broken(
            self.edition,
            instance,
            values,
            lambda value: numbers.plain(value, instance.scale),
        )
        place = rule_place(self.edition, instance)
        assert place.spot is not None
        return messages.finding(
            "RULE",
            place,
            numbers.plain(values[place.spot], instance.scale),
            code=instance.rule.id,
            severity=instance.rule.severity,
            instance=instance.id,
            explanation=submission.entries.explanations.get(instance.id),
            how=where(instance) + how,
            hint=instance.rule.hint,
        )

    @staticmethod
    def _rows_of(failed: Mask | None) -> list[int]:
        return [] if failed is None else [int(row) for row in np.flatnonzero(failed)]


Frame = pd.DataFrame
Test = Callable[[Frame], "pd.Series[bool]"]


def _check(name: str, test: Test) -> Any:
    return pa.Check(test, name=name, n_failure_cases=1)


def _fits(name: str, kind: Kind) -> Test:
    return lambda frame: kind.fits(frame[name])


def _no_blanks(table: str) -> Test:
    return lambda frame: frame[f"blank:{table}"] == 0


def _failed(schema: Any, frame: Frame) -> dict[str, Mask]:
    """Name of a check → the rows that failed it."""
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as outcome:
        failed: dict[str, Mask] = {}
        for error in outcome.schema_errors:
            if error.check_output is None:
                raise
            failed[error.check.name] = ~np.asarray(error.check_output, dtype=bool)
        return failed
    return {}
