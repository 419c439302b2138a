"""Golden texts of the three workbooks, with a small file for each behaviour.

JYXL_UPDATE_GOLDENS=1 writes them anew. Only structure is kept, not looks: what is where, what is
open and what it refuses. What other tests prove is left out: every rule's formula
(tests/rules/golden_*.txt), the place of every label and cell (tests/golden_layout_*.txt), how
sheets print (tests/office/print.txt), and that all lines of 校验 agree with the check
(tests/rules/test_live_agrees.py, tests/office/test_equal.py). Here one line of each sort is
enough.
"""

from __future__ import annotations

import functools
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from tests.writer.conftest import opened

HERE = Path(__file__).parent / "golden"

Lines = Iterator[str]
Shown = Callable[[bytes], Lines]


@functools.cache
def _results(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)


def calculated(data: bytes, sheet: str) -> Worksheet:
    """A sheet that has the results in place of the formulas."""
    return _results(data)[sheet]


def one_line(text: object) -> str:
    return str(text).replace("\n", "\\n")


def content(cell: Cell, results: Worksheet) -> str:
    """A cell's address, whether it is open, and its text, number or formula → result."""
    is_open = results.protection.sheet and not cell.protection.locked
    value = cell.value
    if isinstance(value, ArrayFormula):
        value = f"{{{value.text}}}"
    shown = "" if value is None else one_line(value)
    if cell.data_type == "f":
        shown += f" → {results[cell.coordinate].value}"
    return f"{cell.coordinate}{' open' if is_open else ''}: {shown}".rstrip()


def cells(sheet: str) -> Shown:
    """Every cell that holds something or may hold something."""

    def shown(data: bytes) -> Lines:
        results = calculated(data, sheet)
        for row in opened(data)[sheet].iter_rows():
            for cell in row:
                if cell.value is not None or not cell.protection.locked:
                    yield content(cell, results)

    return shown


def checks(*rules: str) -> Shown:
    """The head of 校验, and the first line of each of these rules."""

    def shown(data: bytes) -> Lines:
        results = calculated(data, "校验")
        lines = [
            [cell for cell in row if cell.value is not None or not cell.protection.locked]
            for row in opened(data)["校验"].iter_rows()
        ]
        first = {str(row[5].value): row for row in reversed(lines) if len(row) > 5}
        for row in [*lines[:5], *(first[rule] for rule in rules)]:
            yield from (content(cell, results) for cell in row)

    return shown


def calculated_texts(sheet: str) -> Shown:
    """What the formulas of a sheet show, without the formulas."""

    def shown(data: bytes) -> Lines:
        results = calculated(data, sheet)
        for row in opened(data)[sheet].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield f"{cell.coordinate}: {results[cell.coordinate].value or ''}".rstrip()

    return shown


def failed_checks(data: bytes) -> Lines:
    """The lines of 校验 that do not pass, from rule to explanation, as they are shown."""
    for row in calculated(data, "校验").iter_rows(min_row=6, max_col=12, values_only=True):
        if row[10] not in (None, "通过"):
            yield " | ".join("" if value is None else str(value) for value in row[1:])


def figures(data: bytes) -> Lines:
    """The contents of the open cells of the tables."""
    for page in opened(data).worksheets:
        if page.title in ("主动公开", "依申请公开", "复议诉讼"):
            for row in page.iter_rows():
                for cell in row:
                    if cell.value is not None and not cell.protection.locked:
                        yield f"{page.title}!{cell.coordinate}: {cell.value}"


def last_figures(data: bytes) -> Lines:
    """What 上年数 shows besides labels, blanks and zeros."""
    for row in opened(data)["上年数"].iter_rows():
        for cell in row:
            if cell.value and not isinstance(cell.value, str):
                yield f"{cell.coordinate}: {cell.value}"


def inputs(data: bytes) -> Lines:
    """Every validation: its area, what it accepts, and its messages."""
    for page in opened(data).worksheets:
        for one in sorted(page.data_validations.dataValidation, key=lambda one: str(one.sqref)):
            takes = " ".join(filter(None, [one.type, one.operator, one.formula1, one.formula2]))
            told = f"{one.promptTitle}: {one.prompt} | {one.errorTitle}: {one.error}"
            yield f"{page.title}!{one.sqref} | {takes} | {one_line(told)}"


def locks(data: bytes) -> Lines:
    """The sheets in order, with their state and what their protection allows; defined names."""
    book = opened(data)
    yield f"structure: {'locked' if book.security and book.security.lockStructure else 'free'}"
    for name, defined in book.defined_names.items():
        yield f"name {name}: {defined.attr_text}"
    for page in book.worksheets:
        flags = ("objects", "scenarios", "formatColumns", "formatRows", "sort")
        free = [flag for flag in flags if not getattr(page.protection, flag)]
        is_locked = f"locked, free: {' '.join(free)}" if page.protection.sheet else "free"
        yield f"{page.title}: {page.sheet_state}, {is_locked}"


def merged(data: bytes) -> Lines:
    for page in opened(data).worksheets:
        areas = sorted(page.merged_cells.ranges, key=lambda area: (area.min_row, area.min_col))
        if areas:
            yield f"{page.title}: {' '.join(map(str, areas))}"


def comments(data: bytes) -> Lines:
    for page in opened(data).worksheets:
        for row in page.iter_rows():
            for cell in row:
                if cell.comment:
                    yield f"{page.title}!{cell.coordinate}: {one_line(cell.comment.text)}"


def own_sheets(lines: Lines) -> Lines:
    """The lines about the sheets that a county asks for besides the form."""
    return (line for line in lines if line.startswith(("补充指标", "文字材料")))


GOLDENS: dict[str, dict[str, Shown]] = {
    "issued": {
        "guide": cells("填报说明"),
        "table-with-a-closed-row": cells("主动公开"),
        "table-with-totals": cells("复议诉讼"),
        "checks": checks("F-1", "F-2", "F-3", "T2-A", "T3-I", "T3-S", "T4-S"),
        "inputs": inputs,
        "locks": locks,
        "merged": merged,
    },
    "sent_back": {
        "errors": cells("校验错误"),
        "figures": figures,
        "guide": calculated_texts("填报说明"),
        "failed-checks": failed_checks,
        "comments": comments,
        "locks": locks,
        "merged": merged,
    },
    "with_last_year": {
        "figures": figures,
        "checks": checks("X-C", "X-V", "X-J"),
        "failed-checks": failed_checks,
        "shown": last_figures,
        "locks": locks,
    },
    "compared": {"comparison": cells("与上年对比"), "locks": locks},
    "county": {
        "status": cells("报送情况"),
        "table": cells("复议诉讼"),
        "detail": cells("明细-主动公开"),
        "charts": cells("图表"),
        "checks": checks("F-1", "T3-I"),
        "explanations": cells("提示说明"),
        "locks": locks,
        "merged": merged,
    },
    "asked": {
        "indicators": cells("补充指标"),
        "texts": cells("文字材料"),
        "checks": checks("F-4", "F-5", "B-1"),
        "inputs": lambda data: own_sheets(inputs(data)),
        "locks": locks,
        "identity": cells("_jyxl"),
    },
    "asked_back": {"errors": cells("校验错误"), "texts": cells("文字材料")},
    "asked_county": {
        "indicators": cells("补充指标"),
        "detail": cells("明细-补充指标"),
        "compiled": cells("文字材料汇编"),
    },
}
"""Workbook → behaviour → how it is shown. county's detail is the narrowest of three sheets."""


@pytest.mark.parametrize(
    ("workbook", "behaviour"), [(book, one) for book, shown in GOLDENS.items() for one in shown]
)
def test_golden(request: pytest.FixtureRequest, workbook: str, behaviour: str) -> None:
    lines = list(GOLDENS[workbook][behaviour](request.getfixturevalue(workbook)))
    if behaviour in ("locks", "merged") and workbook != "issued":
        known = set(GOLDENS["issued"][behaviour](request.getfixturevalue("issued")))
        lines = [line for line in lines if line not in known]
    path = HERE / f"{workbook}-{behaviour}.txt"
    text = "\n".join(lines) + "\n"
    if os.environ.get("JYXL_UPDATE_GOLDENS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_every_golden_is_compared() -> None:
    files = {f"{book}-{one}.txt" for book, shown in GOLDENS.items() for one in shown}
    assert {path.name for path in HERE.iterdir()} == files
