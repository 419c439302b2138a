"""The private members of XlsxWriter on which writer/book relies.

setup.cfg caps the version. If a new version fails here, the failure names the member to check.
"""

from __future__ import annotations

import ast
import configparser
import inspect
import io
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import CellBlankTuple, CellFormulaTuple, CellStringTuple, Worksheet
from xlsxwriter.xmlwriter import XMLwriter

from jyxl.writer import book

OWNERS = {"Worksheet": Worksheet, "Workbook": Workbook, "Format": Format, "XMLwriter": XMLwriter}
CALLED = {
    "Worksheet._check_dimensions": "row col",
    "Worksheet._write_string": "row col string cell_format",
    "Worksheet._write_number": "row col number cell_format",
    "Worksheet._write_blank": "row col _ cell_format",
    "Worksheet._xml_empty_tag": "tag attributes",
    "Workbook._xml_empty_tag": "tag attributes",
    "Format._get_xf_index": "",
    "XMLwriter._escape_attributes": "attribute",
    "XMLwriter._escape_data": "data",
    "XMLwriter._escape_control_characters": "data",
}
"""Member → the parameters that our code gives by position."""
REPLACED = {
    "Worksheet._write_rows": "",
    "Worksheet._write_formula": "row col formula cell_format value",
    "Worksheet._prepare_formula": "formula expand_future_functions",
    "Worksheet._write_cell": "row col cell",
    "Worksheet._write_sheet_protection": "",
    "Worksheet._escape_attributes": "attribute",
    "Worksheet._escape_data": "data",
    "Worksheet._escape_control_characters": "data",
    "Workbook._write_workbook_pr": "",
}
"""Member → the parameters that XlsxWriter gives to our replacement of it."""


LIMITS = re.compile(r"[\d.]+")


def parameters(member: str) -> list[str]:
    owner, name = member.split(".")
    found = getattr(OWNERS[owner], name, None)
    assert found is not None, f"XlsxWriter {xlsxwriter.__version__} has no {member}"
    return [one for one in inspect.signature(found).parameters if one != "self"]


@pytest.mark.parametrize("member", CALLED)
def test_a_member_that_we_call_takes_what_we_give(member: str) -> None:
    given = CALLED[member].split()
    assert parameters(member)[: len(given)] == given


@pytest.mark.parametrize("member", REPLACED)
def test_a_member_that_we_replace_is_called_as_before(member: str) -> None:
    assert parameters(member) == REPLACED[member].split()


def test_cells_are_kept_as_we_keep_them() -> None:
    assert CellFormulaTuple._fields == ("formula", "format", "value")
    assert CellStringTuple._fields == ("string", "format")
    assert CellBlankTuple._fields == ("format",)


@pytest.mark.parametrize(
    "cell",
    [
        partial(CellStringTuple, 7),
        CellBlankTuple,
        lambda style: CellFormulaTuple('IF(A1<>"&",1,2)', style, 3),
        lambda style: CellFormulaTuple("A1*2", style, 0.25),
        lambda style: CellFormulaTuple('"<"&A1', style, "<甲&乙>"),
        lambda style: CellFormulaTuple("A1", style, 10**15),
    ],
)
def test_a_cell_is_written_as_by_xlsxwriter(cell: Callable[[Format | None], Any]) -> None:
    made = book.Book(datetime(2020, 1, 1), None)
    for style in (made.style({"bold": True}), None):
        written = []
        for write in (book.Sheet._write_cell, Worksheet._write_cell):
            page = made.sheet(f"{len(made.worksheets())}")
            page.fh = io.StringIO()
            write(page, 9, 27, cell(style))
            written.append(page.fh.getvalue())
        assert written[0] == written[1]
        assert written[0].startswith('<c r="AB10"')


def test_a_workbook_makes_sheets_of_our_class() -> None:
    assert Workbook.worksheet_class is Worksheet
    assert isinstance(Worksheet().table, dict)


def test_no_member_is_used_that_is_not_listed_here() -> None:
    listed = {one.split(".")[1] for one in (*CALLED, *REPLACED)}
    assert set(used()) - listed == set()
    assert listed - set(used()) == set()


def used() -> Iterator[str]:
    """The private names in writer/book that XlsxWriter also has."""
    private = {
        name for owner in OWNERS.values() for name in dir(owner) if name.startswith("_")
    } - set(dir(object))
    for node in ast.walk(ast.parse(Path(book.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in private:
            yield node.attr
        if isinstance(node, ast.FunctionDef) and node.name in private:
            yield node.name
        if isinstance(node, ast.Name) and node.id in private:
            yield node.id


def test_the_version_is_capped() -> None:
    settings = configparser.ConfigParser()
    settings.read(Path(__file__).parents[2] / "setup.cfg", encoding="utf-8")
    (wanted,) = [
        line
        for line in settings["options"]["install_requires"].splitlines()
        if line.startswith("XlsxWriter")
    ]
    lowest, below = ([int(part) for part in one.split(".")] for one in LIMITS.findall(wanted))
    installed = [int(part) for part in re.findall(r"\d+", xlsxwriter.__version__)]
    assert lowest <= installed < below
