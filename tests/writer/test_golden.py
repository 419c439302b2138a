"""Golden text of the three workbooks, a file a behaviour. JYXL_UPDATE_GOLDENS=1 writes them anew.

Only structure is kept: what stands where, what is open, what it refuses, how it prints. Not looks.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from jyxl.layout import IDENTITY
from tests import play

HERE = Path(__file__).parent / "golden"
LIKE_THE_OTHERS = "明细-依申请公开"
"""The widest detail sheet, left out: the other two show the same."""


def cells(data: bytes) -> Iterator[str]:
    """sheet!cell, whether it is open, and its text, number or formula → cached value."""
    cached = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    for page in play.opened(data).worksheets:
        if page.title in (IDENTITY, LIKE_THE_OTHERS):
            continue
        for row in page.iter_rows():
            for cell in row:
                value = cell.value
                if value is None and cell.protection.locked:
                    continue
                mark = "" if cell.protection.locked or not page.protection.sheet else " open"
                if isinstance(value, ArrayFormula):
                    value = f"{{{value.text}}}"
                shown = str(value).replace("\n", "\\n") if value is not None else ""
                if cell.data_type == "f":
                    shown += f" → {cached[page.title][cell.coordinate].value}"
                yield f"{page.title}!{cell.coordinate}{mark}: {shown}".rstrip()


def beside_issued(data: bytes, issued: bytes) -> Iterator[str]:
    """The cells that are not as in the workbook as issued."""
    known = set(cells(issued))
    return (line for line in cells(data) if line not in known)


def guards(data: bytes) -> Iterator[str]:
    """Every validation: its area, what it takes, and what it tells."""
    for page in play.opened(data).worksheets:
        for one in sorted(page.data_validations.dataValidation, key=lambda one: str(one.sqref)):
            takes = " ".join(filter(None, [one.type, one.operator, one.formula1, one.formula2]))
            yield f"{page.title}!{one.sqref}: {takes}"
            yield f"    {one.promptTitle}: {one.prompt}".replace("\n", "\\n")
            yield f"    {one.errorTitle}: {one.error}".replace("\n", "\\n")


def sheets(data: bytes) -> Iterator[str]:
    """Sheet states, protection, merged areas, print set-up, and defined names."""
    book = play.opened(data)
    locks = book.security
    yield f"structure locked: {bool(locks and locks.lockStructure)}"
    for name, defined in book.defined_names.items():
        yield f"name {name}: {defined.attr_text}"
    for page in book.worksheets:
        yield f"{page.title}: {page.sheet_state}"
        flags = ("sheet", "objects", "scenarios", "formatColumns", "formatRows", "sort")
        yield "    allows: " + ", ".join(
            f"{flag}={'locked' if getattr(page.protection, flag) else 'free'}" for flag in flags
        )
        setup = page.page_setup
        fits = page.sheet_properties.pageSetUpPr and page.sheet_properties.pageSetUpPr.fitToPage
        yield (
            f"    prints: paper {setup.paperSize}, {setup.orientation}, "
            f"fits {bool(fits)} {setup.fitToWidth}×{setup.fitToHeight}, area {page.print_area}, "
            f"titles {page.print_title_rows} {page.print_title_cols}"
        )
        yield f"    freezes: {page.freeze_panes}"
        merged = sorted(page.merged_cells.ranges, key=lambda area: (area.min_row, area.min_col))
        yield "    merged: " + " ".join(map(str, merged))


def comments(data: bytes) -> Iterator[str]:
    for page in play.opened(data).worksheets:
        for row in page.iter_rows():
            for cell in row:
                if cell.comment:
                    text = cell.comment.text.replace("\n", "\\n")
                    yield f"{page.title}!{cell.coordinate}: {text}"


Shown = Callable[..., Iterator[str]]


@pytest.mark.parametrize(
    ("workbook", "shown"),
    [
        ("issued", cells),
        ("issued", guards),
        ("issued", sheets),
        ("sent_back", beside_issued),
        ("sent_back", comments),
        ("sent_back", sheets),
        ("county", cells),
        ("county", sheets),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_golden(request: pytest.FixtureRequest, workbook: str, shown: Shown) -> None:
    path = HERE / f"{workbook}-{shown.__name__}.txt"
    data = request.getfixturevalue(workbook)
    more = [request.getfixturevalue("issued")] if shown is beside_issued else []
    text = "\n".join(shown(data, *more)) + "\n"
    if os.environ.get("JYXL_UPDATE_GOLDENS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
