"""Two libraries unrelated to this code, SheetJS and ExcelJS, read what openpyxl reads."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path

import openpyxl
import pytest

from jyxl import editions
from jyxl.writer import county, unit
from tests import npm
from tests.office.fillings import EDITIONS, a_county, form, returned

pytestmark = pytest.mark.office

HERE = Path(__file__).parent
PACKAGES = {"xlsx": "0.18.5", "exceljs": "4.4.0"}


@pytest.fixture(scope="session")
def modules() -> Path:
    """A node_modules folder with both libraries, fetched once."""
    return npm.modules(PACKAGES)


def books() -> list[bytes]:
    made = returned(3)
    for name in EDITIONS:
        edition = editions.load(name)
        made.append(unit.workbook(edition, form(edition, "部门")))
        made.append(county.workbook(a_county(edition, 12)))
    return made


def with_openpyxl(data: bytes) -> dict[str, dict[str, object]]:
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return {
        page.title: {
            cell.coordinate: cell.value
            for row in page.iter_rows()
            for cell in row
            if cell.value not in (None, "")
        }
        for page in book
    }


def test_they_find_the_same_values(modules: Path, tmp_path: Path) -> None:
    made = books()
    paths = [tmp_path / f"{number}.xlsx" for number in range(len(made))]
    for path, data in zip(paths, made, strict=True):
        path.write_bytes(data)
    script = HERE / "read_as_strangers.js"
    outcome = subprocess.run(
        ["node", script, modules, *paths], check=True, capture_output=True, text=True
    )
    for data, line in zip(made, outcome.stdout.splitlines(), strict=True):
        wanted = with_openpyxl(data)
        for reader, sheets in json.loads(line).items():
            found = {
                name: {at: value for at, value in cells.items() if value != ""}
                for name, cells in sheets.items()
            }
            assert found == wanted, reader
