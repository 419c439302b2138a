"""How the sheets print: the set-up as a golden text, and the pages in LibreOffice."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from jyxl import editions
from jyxl.layout import sheet
from jyxl.writer import county, unit
from jyxl.writer.table import heights
from tests.office.conftest import Office, missing
from tests.office.fillings import EDITIONS, a_county, form, returned

GOLDEN = Path(__file__).with_name("print.txt")
POINTS_A_DIGIT = 6.0
"""The unit of a column's width, in points, at the default 宋体 11."""


def books(edition_id: str) -> dict[str, bytes]:
    edition = editions.load(edition_id)
    return {
        "issued": unit.workbook(edition, form(edition, "部门")),
        "county": county.workbook(a_county(edition, 12)),
    }


def described(page: Worksheet) -> str:
    """The paper, orientation, fit, margins, area, repeated rows and frozen head of a sheet."""
    setup = page.page_setup
    fits = page.sheet_properties.pageSetUpPr
    wide, high = (1 if one is None else one for one in (setup.fitToWidth, setup.fitToHeight))
    fit = f"{wide}×{high or 'any'}" if fits and fits.fitToPage else "-"
    margins = page.page_margins
    sides = (margins.left, margins.right, margins.top, margins.bottom)
    repeated = (page.print_title_rows, page.print_title_cols)
    return "  ".join(
        [
            page.title,
            f"paper {setup.paperSize} {setup.orientation}",
            f"fit {fit}" if fit != "-" else f"scale {setup.scale}",
            "margins " + " ".join(f"{side:g}" for side in sides),
            f"area {re.sub(r'^.*!', '', page.print_area or '-')}",
            f"repeats {' '.join(one for one in repeated if one) or '-'}",
            f"frozen {page.freeze_panes or '-'}",
            f"header {(page.oddHeader.left.text or '').strip()} | "
            f"{(page.oddHeader.right.text or '').strip()}",
            f"footer {page.oddFooter.center.text}",
        ]
    )


@pytest.mark.slow
def test_print_set_up_is_as_on_record() -> None:
    lines = []
    for name in EDITIONS:
        for kind, data in books(name).items():
            book = openpyxl.load_workbook(io.BytesIO(data))
            lines.append(f"[{kind} {name}]")
            lines += [described(page) for page in book if page.sheet_state == "visible"]
    book = openpyxl.load_workbook(io.BytesIO(returned(1)[0]))
    first = book.worksheets[0]
    lines += ["[returned]", re.sub(r"area \S+|\d{4} 年度", "…", described(first))]
    shown = "\n".join(lines) + "\n"
    if os.environ.get("JYXL_UPDATE_GOLDENS"):
        GOLDEN.write_text(shown, encoding="utf-8")
    assert shown == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", EDITIONS)
def test_a_table_fills_its_page_without_much_shrinking(name: str) -> None:
    """A4 less the margins is 509 × 719 points in portrait and 755 × 473 in landscape."""
    for table in editions.load(name).tables:
        place = sheet(table)
        across, down = (755, 473) if place.is_landscape else (509, 719)
        width = sum(place.widths) * POINTS_A_DIGIT
        rows = heights(place)
        height = sum(rows.values()) - rows[place.confirm.top]
        scale = min(1, across / width, down / height)
        assert scale > 0.8, table.key
        assert height * scale > 0.7 * down, table.key


@pytest.mark.office
@pytest.mark.parametrize("name", EDITIONS)
def test_each_table_is_one_page_and_no_figure_is_hidden(office: Office, name: str) -> None:
    for program in ("pdfinfo", "pdftotext"):
        if shutil.which(program) is None:
            missing(f"{program} (poppler-utils)")
    folder = office.folder / f"print-{name}"
    folder.mkdir()
    edition = editions.load(name)
    (folder / "issued.xlsx").write_bytes(books(name)["issued"])
    (folder / "county.xlsx").write_bytes(books(name)["county"])
    for path in office.saved_as("pdf", sorted(folder.glob("*.xlsx")), folder):
        text = subprocess.run(
            ["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True
        ).stdout
        assert "###" not in text
        pages = text.split("\f")
        for table in edition.tables:
            holding = [page for page in pages if f"{table.title}\n" in page + "\n"]
            assert len(holding) == 1, table.key
            (page,) = holding
            assert "（盖章）" in page, table.key
            assert not re.search(r"第 ?\d+ 页", page)
            if path.stem == "issued":
                assert not any(trace in page for trace in ("空白处均为零", "格未填", "校验"))
            flat = re.sub(r"\s", "", page)
            for label in place_labels(table):
                assert label in flat, (table.key, label)


def place_labels(table: object) -> list[str]:
    """The labels that are on one line: the text of a page splits those that are wrapped."""
    return [
        label.text
        for label in sheet(table).labels  # type: ignore[arg-type]
        if label.role in ("head", "row") and len(label.text) <= 4
    ]
