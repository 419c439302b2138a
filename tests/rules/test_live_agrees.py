"""The workbook's own verdict and the office's are the same: the live 校验 sheet, calculated from
its formulas, says what its cached values say and what the check finds."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from functools import cached_property

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula

from jyxl import editions
from jyxl.checker import judge
from jyxl.checklist import (
    BLANK_RULE,
    CHECK_BLANKS,
    CHECK_BRIEF,
    CHECK_ERRORS,
    CHECK_STATE,
    CHECK_SUMMARY,
    CHECK_WARNINGS,
    BlankCheck,
    check_lines,
)
from jyxl.definition import Cell, Edition, Instance
from jyxl.finding import Finding
from jyxl.form import Form, Lock
from jyxl.identity import Identity
from jyxl.layout import CHECKS, ERRORS, GUIDE, sheet
from jyxl.live import EXPLAINED, FAIL, OPEN, PASS, UNFILLED
from jyxl.reading import reader
from jyxl.submission import Entries
from jyxl.writer import errors, guide
from jyxl.writer.unit import workbook
from tests.excel_formula import Value, calculate

NAMES = ("2019", "2021")
FORM = Form(
    identity=Identity("campaign", "某县", 2021, "2021", "D01", "某局", "部门"),
    deadline="2022 年 1 月 20 日前",
    contact="某县人民政府办公室",
    lock=Lock("password", b"0123456789abcdef"),
    signer=b"k" * 32,
)


def written(
    edition: Edition, kind: str, entries: Entries, findings: tuple[Finding, ...] = ()
) -> bytes:
    identity = replace(FORM.identity, edition=edition.id, kind=kind)
    return workbook(edition, replace(FORM, identity=identity), entries, findings)


@dataclass(frozen=True)
class Live:
    """A workbook as a spreadsheet program would calculate it."""

    data: bytes

    @cached_property
    def book(self) -> openpyxl.Workbook:
        return openpyxl.load_workbook(io.BytesIO(self.data))

    @cached_property
    def cached(self) -> openpyxl.Workbook:
        return openpyxl.load_workbook(io.BytesIO(self.data), data_only=True)

    @cached_property
    def _known(self) -> dict[tuple[str, int, int], Value]:
        return {}

    def value(self, sheet_name: str, row: int, column: int) -> Value:
        key = (sheet_name, row, column)
        if key not in self._known:
            cell = self.book[sheet_name].cell(row + 1, column + 1)
            content = cell.value
            if isinstance(content, ArrayFormula):
                assert content.ref == cell.coordinate
                assert content.text is not None
                content = calculate(content.text, sheet_name, self.value, array=True)
            elif cell.data_type == "f":
                content = calculate(str(content), sheet_name, self.value)
            self._known[key] = content
        return self._known[key]

    def differences(self) -> list[str]:
        """The formula cells whose cached value is not what the formula gives."""
        different = []
        for page in self.book.worksheets:
            for row in page.iter_rows():
                for cell in row:
                    if cell.data_type != "f":
                        continue
                    now = self.value(page.title, cell.row - 1, cell.column - 1)
                    then = self.cached[page.title][cell.coordinate].value
                    if not _same(now, "" if then is None else then):
                        different.append(f"{page.title}!{cell.coordinate}: {then!r}, not {now!r}")
        return different

    def state(self, row: int) -> Value:
        return self.value(CHECKS, row, CHECK_STATE)


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) < 1e-7
    return one == other


def expected_states(edition: Edition, kind: str, data: bytes) -> dict[str, str]:
    """Line of 校验 → its state according to the check's findings."""
    submission = reader.read("return.xlsx", data)
    (verdict,) = judge([submission])
    assert {finding.code[:2] for finding in verdict.findings} <= {"F-", "T2", "T3", "T4", "X-"}
    bad = {finding.place.spot for finding in verdict.findings if finding.code in ("F-1", "F-2")}
    states = {}
    for line in check_lines(edition, kind):
        if isinstance(line.check, Instance):
            found = [one for one in verdict.findings if one.instance == line.check.id]
            is_open = bool(bad & set(line.check.leaves))
            assert not (found and is_open)
            broken = EXPLAINED if found and not found[0].blocks else FAIL
            states[line_key(line)] = OPEN if is_open else broken if found else PASS
        else:
            found = any(
                finding.code == line.rule and finding.place.sheet == line.table.sheet
                for finding in verdict.findings
            )
            broken = UNFILLED if isinstance(line.check, BlankCheck) else FAIL
            states[line_key(line)] = broken if found else PASS
    return states


def line_key(line: object) -> str:
    check = line.check  # type: ignore[attr-defined]
    if isinstance(check, Instance):
        return check.id
    return f"{check.rule}/{check.table.key}"


def live_states(edition: Edition, kind: str, live: Live) -> dict[str, Value]:
    return {line_key(line): live.state(line.row) for line in check_lines(edition, kind)}


def sentences(edition: Edition, kind: str, live: Live) -> dict[str, Value]:
    """Rule instance → what 校验 says of it, if it fails."""
    return {
        line.check.id: live.value(CHECKS, line.row, CHECK_BRIEF)
        for line in check_lines(edition, kind)
        if isinstance(line.check, Instance) and live.state(line.row) in (FAIL, EXPLAINED)
    }


def told(findings: tuple[Finding, ...]) -> dict[str, str]:
    """Rule instance → the message, with the rule behind it as in 校验."""
    return {
        one.instance: f"{one.message.removesuffix('。')}（{one.code}）"
        for one in findings
        if one.instance is not None
    }


# any values -----------------------------------------------------------------------

UNREADABLE = ("约10", "减4", "--253", "22（其中修订16件）", "12-13", "十二", "=1+1", "TRUE")
READABLE = ("893 条", "１２", "1,234", "无", "/", "+22", " ")
WORDS = ("", " ", "无", "……", "上年案件结转到本年", "核对过，数字没有错。")


def typed(texts: tuple[str, ...]) -> st.SearchStrategy[int | str | None]:
    """What a cell may hold: nothing, a count or the millionths of an amount, or a text."""
    return st.one_of(
        st.none(),
        st.integers(0, 4),
        st.integers(-30, 30),
        st.sampled_from([9_999, 10_000, 800_000, 999_999_999, 1_000_000_000]),
        st.integers(-(10**9), 10**10),
        st.sampled_from(texts),
    )


@st.composite
def filled(draw: st.DrawFn, edition: Edition, texts: tuple[str, ...]) -> tuple[str, Entries]:
    """A kind of unit and what it typed: each table is blank or has one figure throughout, except
    for some cells."""
    kind = draw(st.sampled_from(["省级", "县级", "部门", "乡镇"]))
    numbers: dict[str, int] = {}
    strange: dict[str, str] = {}
    for table in edition.tables:
        typable = [cell for cell in table.cells if cell.name not in edition.totals]
        ground = draw(st.sampled_from([None, None, 0, 1]))
        contents: dict[Cell, int | str | None] = dict.fromkeys(typable, ground)
        some = st.sampled_from(typable)
        contents |= draw(st.dictionaries(some, typed(texts), max_size=8))
        for cell, content in contents.items():
            if not edition.is_open(cell, kind):
                if isinstance(content, int):
                    numbers[cell.name] = abs(content) % 3
                elif content in UNREADABLE:
                    strange[cell.name] = content
            elif isinstance(content, str):
                strange[cell.name] = content
            elif content is not None:
                is_small = cell.kind.decimals and abs(content) < 100
                numbers[cell.name] = content * cell.kind.scale if is_small else content
    confirmed = {table.key: draw(st.sampled_from([None, True, False])) for table in edition.tables}
    warnings = [one.id for one in edition.instances if one.rule.severity == "warning"]
    explained = draw(st.dictionaries(st.sampled_from(warnings), st.sampled_from(WORDS), max_size=4))
    return kind, Entries(numbers, strange, confirmed, explained)


frugal = settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.slow
@frugal
@given(data=st.data())
def test_every_cached_value_is_what_its_formula_gives(data: st.DataObject) -> None:
    """It also holds for texts that the office reads as numbers and a spreadsheet does not."""
    edition = editions.load(data.draw(st.sampled_from(NAMES)))
    kind, entries = data.draw(filled(edition, UNREADABLE + READABLE))
    assert Live(written(edition, kind, entries)).differences() == []


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@frugal
@given(data=st.data())
def test_the_live_sheet_says_what_the_check_finds(name: str, data: st.DataObject) -> None:
    edition = editions.load(name)
    kind, entries = data.draw(filled(edition, UNREADABLE))
    book = written(edition, kind, entries)
    live = Live(book)
    assert live.differences() == []
    assert live_states(edition, kind, live) == expected_states(edition, kind, book)
    (verdict,) = judge([reader.read("return.xlsx", book)])
    assert sentences(edition, kind, live) == told(verdict.findings)


@pytest.mark.slow
@frugal
@given(data=st.data())
def test_so_it_does_in_a_workbook_sent_back(data: st.DataObject) -> None:
    edition = editions.load(data.draw(st.sampled_from(NAMES)))
    kind, entries = data.draw(filled(edition, UNREADABLE))
    (verdict,) = judge([reader.read("return.xlsx", written(edition, kind, entries))])
    if verdict.findings:
        back = written(edition, kind, entries, verdict.findings)
        live = Live(back)
        assert live.differences() == []
        assert live_states(edition, kind, live) == expected_states(edition, kind, back)
        assert counted(live) == listed(live)


def counted(live: Live) -> list[Value]:
    """How many errors and unexplained warnings 校验 counts, and whether it finds blanks."""
    wrong, doubtful, blanks = (
        live.value(CHECKS, CHECK_SUMMARY, which)
        for which in (CHECK_ERRORS, CHECK_WARNINGS, CHECK_BLANKS)
    )
    overall = live.value(GUIDE, *guide.OVERALL[:2])
    assert overall == live.value(CHECKS, CHECK_SUMMARY, 0)
    assert overall == live.value(ERRORS, errors.FIRST - 2, 0)
    return [wrong, doubtful, bool(blanks)]


def listed(live: Live) -> list[Value]:
    """The same, from the lines of 校验错误 that are still to be mended."""
    lines = [
        (row[1].value, row[8].value)
        for row in live.book[ERRORS].iter_rows(min_row=errors.FIRST + 1)
        if live.value(ERRORS, row[0].row - 1, 9) == errors.TO_MEND
    ]
    own = [severity for severity, rule in lines if rule != BLANK_RULE]
    return [own.count("错误"), own.count("提示"), len(own) < len(lines)]


# every rule -----------------------------------------------------------------------

BREAKS = {
    "2019": [
        ("F-1/t2", "部门", {"t2.penalty.previous": -1}),
        ("F-1/t3", "乡镇", {"t3.granted.natural": -1}),
        ("F-1/t4", "部门", {"t4.cases.direct.other": 1_000_000_000}),
        ("F-2/t2", "部门", {"t2.procurement.spending": -1}),
        ("F-3/t2", "部门", {"t2.penalty.previous": None}),
        ("F-3/t3", "部门", {"t3.new.other": None}),
        ("F-3/t4", "部门", {"t4.cases.review.upheld": None}),
        ("T2-A/made", "乡镇", {"t2.regulation.made": 1}),
        ("T2-A/published", "部门", {"t2.regulation.published": 1, "t2.regulation.in_public": 1}),
        ("T2-A/in_public", "县级", {"t2.regulation.in_public": 1}),
        ("T2-M/licence", "部门", {"t2.licence.previous": 2, "t2.licence.change": -2}),
        ("T2-M/services", "部门", {"t2.services.change": 1, "t2.services.decisions": 1}),
        ("T2-M/penalty", "乡镇", {"t2.penalty.change": 3, "t2.penalty.decisions": 3}),
        ("T2-M/coercion", "省级", {"t2.coercion.previous": 9, "t2.coercion.change": -9}),
        ("T2-O/regulation", "省级", {"t2.regulation.published": 1}),
        ("T2-O/normative", "部门", {"t2.normative.published": 1}),
        ("T2-U/procurement.spending", "部门", {"t2.procurement.spending": 10_000 * 10**6}),
        ("T3-I/natural", "部门", {"t3.new.natural": 1}),
        ("T3-I/business", "部门", {"t3.carried_in.business": 1}),
        ("T3-I/research", "部门", {"t3.granted.research": 1}),
        ("T3-I/welfare", "部门", {"t3.other_handling.welfare": 1}),
        ("T3-I/legal", "部门", {"t3.reissue.legal": 1}),
        ("T3-I/other", "部门", {"t3.carried_out.other": 1}),
        ("T3-I/total", "部门", {"t3.secret.other": 2}),
        ("X-L/table", "部门", {"t4.cases.review.pending": 1}),
    ],
    "2021": [
        ("F-1/t2", "部门", {"t2.penalty.decisions": -1}),
        ("F-1/t3", "乡镇", {"t3.other_result.natural": -1}),
        ("F-1/t4", "部门", {"t4.cases.direct.other": -1}),
        ("F-2/t2", "部门", {"t2.charges.fees": -1}),
        ("F-3/t2", "部门", {"t2.charges.fees": None}),
        ("F-3/t3", "部门", {"t3.not_paid.other": None}),
        ("F-3/t4", "部门", {"t4.cases.after_review.pending": None}),
        ("T2-A/issued", "乡镇", {"t2.regulation.issued": 1, "t2.regulation.in_force": 1}),
        ("T2-A/repealed", "部门", {"t2.regulation.repealed": 1}),
        ("T2-A/in_force", "县级", {"t2.regulation.in_force": 1}),
        ("T2-W/regulation", "市级", {"t2.regulation.issued": 1}),
        ("T2-W/normative", "部门", {"t2.normative.issued": 1}),
        ("T2-U/charges.fees", "乡镇", {"t2.charges.fees": 251_000 * 10**6 + 500_000}),
        ("T3-I/natural", "部门", {"t3.new.natural": 1}),
        ("T3-I/business", "部门", {"t3.carried_in.business": 1}),
        ("T3-I/research", "部门", {"t3.not_corrected.research": 1}),
        ("T3-I/welfare", "部门", {"t3.not_paid.welfare": 1}),
        ("T3-I/legal", "部门", {"t3.other_result.legal": 1}),
        ("T3-I/other", "部门", {"t3.carried_out.other": 1}),
        ("T3-I/total", "部门", {"t3.secret.other": 2}),
        ("X-L/table", "部门", {"t4.cases.direct.upheld": 1}),
    ],
}
"""What to type into a form of zeros to break a rule. None: leave the cell blank and unconfirmed."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "line", "kind", "changes"), [(name, *case) for name in NAMES for case in BREAKS[name]]
)
def test_each_rule_breaks_in_the_workbook_as_in_the_check(
    name: str, line: str, kind: str, changes: dict[str, int | None]
) -> None:
    edition = editions.load(name)
    zeros = {cell.name: 0 for cell in edition.cells if cell.name not in edition.totals}
    numbers = {cell: value for cell, value in (zeros | changes).items() if value is not None}
    book = written(edition, kind, Entries(numbers))
    live = live_states(edition, kind, Live(book))
    assert live[line] == (UNFILLED if line.startswith(BLANK_RULE) else FAIL)
    assert live == expected_states(edition, kind, book)


@pytest.mark.parametrize("name", NAMES)
def test_the_cases_above_break_every_rule_but_totals(name: str) -> None:
    """A total is a formula; it breaks only if it is typed over, as below."""
    edition = editions.load(name)
    typed_over = {one.id for one in edition.instances if one.rule.computes}
    all_lines = {line_key(line) for kind in ("省级", "部门") for line in check_lines(edition, kind)}
    assert {line for line, _, _ in BREAKS[name]} == all_lines - typed_over


@pytest.mark.parametrize("name", NAMES)
def test_totals_typed_over_fail_in_the_workbook_and_in_the_check(name: str) -> None:
    """Every total is typed over at once; in both, each fails by the line that computes it."""
    edition = editions.load(name)
    book = openpyxl.load_workbook(io.BytesIO(written(edition, "部门", Entries())))
    for number, (total, _) in enumerate(edition.totals.items(), 1):
        table = edition.table[edition.cell[total].table]
        place = sheet(table)
        book[table.sheet][place.address(total)].value = 1000 + number * number
    for table in edition.tables:
        book[table.sheet][sheet(table).confirm.a1].value = "是"
    buffer = io.BytesIO()
    book.save(buffer)
    live = live_states(edition, "部门", Live(buffer.getvalue()))
    (verdict,) = judge([reader.read("return.xlsx", buffer.getvalue())])
    computing = {total.instance.id for total in edition.totals.values()}
    assert {one for one in computing if live[one] == FAIL} == computing
    assert {finding.instance for finding in verdict.findings} == computing


# typed by hand --------------------------------------------------------------------

AS_TYPED = [0, 1, 12.0, 12.5, -1, 1e13, 1e-7, 25.1, 0.1 + 0.2, True, False, "约10", "十二"]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "contents"), [("2019", AS_TYPED[::2]), ("2021", AS_TYPED[1::2])])
def test_what_is_typed_on_the_sheet_is_judged_alike(name: str, contents: list[Value]) -> None:
    """Decimals, truth values and figures too large, as a spreadsheet program stores them."""
    edition = editions.load(name)
    issued = written(edition, "部门", Entries())
    spending = next(cell for cell in edition.cells if cell.kind.decimals)
    for content in contents:
        book = openpyxl.load_workbook(io.BytesIO(issued))
        for table in edition.tables:
            book[table.sheet][sheet(table).confirm.a1].value = "是"
        for cell in (
            edition.cell["t3.new.natural"],
            edition.cell["t2.penalty.decisions"],
            spending,
        ):
            table = edition.table[cell.table]
            book[table.sheet][sheet(table).address(cell.name)].value = content
        buffer = io.BytesIO()
        book.save(buffer)
        live = live_states(edition, "部门", Live(buffer.getvalue()))
        assert live == expected_states(edition, "部门", buffer.getvalue()), content


def test_a_line_is_known_by_its_rule_and_place(edition_2019: Edition) -> None:
    lines = check_lines(edition_2019, "省级")
    assert len({line_key(line) for line in lines}) == len(lines)
    assert sum(isinstance(line.check, BlankCheck) for line in lines) == 3


def test_a_closed_cell_with_a_figure_comes_back_open(edition_2019: Edition) -> None:
    """If protection was lifted and 规章 was filled in, the unit can remove the figure again."""
    entries = Entries({"t2.regulation.made": 3}, confirmed={"t2": True, "t3": True, "t4": True})
    (verdict,) = judge([reader.read("return.xlsx", written(edition_2019, "乡镇", entries))])
    assert [finding.code for finding in verdict.findings] == ["T2-A"]
    page = Live(written(edition_2019, "乡镇", entries, verdict.findings)).book["主动公开"]
    address = sheet(edition_2019.table["t2"]).address("t2.regulation.made")
    assert page[address].value == 3
    assert not page[address].protection.locked
    assert page["C6"].protection.locked


def test_a_text_in_a_closed_cell_is_counted_and_comes_back_open(edition_2019: Edition) -> None:
    """If protection was lifted and 规章 was filled with words, both say so, and the unit can remove
    them."""
    entries = Entries(
        texts={"t2.regulation.made": "3件多"}, confirmed={"t2": True, "t3": True, "t4": True}
    )
    (verdict,) = judge([reader.read("return.xlsx", written(edition_2019, "乡镇", entries))])
    assert [finding.code for finding in verdict.findings] == ["F-1"]
    live = Live(written(edition_2019, "乡镇", entries, verdict.findings))
    assert live.differences() == []
    assert live_states(edition_2019, "乡镇", live)["F-1/t2"] == FAIL
    assert listed(live) == counted(live) == [1, 0, False]
    address = sheet(edition_2019.table["t2"]).address("t2.regulation.made")
    assert not live.book["主动公开"][address].protection.locked
