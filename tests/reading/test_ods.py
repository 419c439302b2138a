"""What an OpenDocument spreadsheet holds, no matter how often it says that a part repeats."""

from __future__ import annotations

import io
import zipfile

import pytest

from jyxl.finding import Finding
from jyxl.reading import xml
from jyxl.reading.book import Book, open_book
from tests.reading.ours import errors, formulas, values

SPACES = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)
NUMBER = '<table:table-cell office:value-type="float" office:value="7"/>'
FORMULA = (
    '<table:table-cell table:formula="of:=1+2" office:value-type="float" office:value="3"{}>'
    "<text:p>3</text:p></table:table-cell>"
)
ERROR = '<table:table-cell office:value-type="string"{}><text:p>#REF!</text:p></table:table-cell>'


def ods(*tables: str, after: str = "") -> bytes:
    inner = "".join(
        f'<table:table table:name="Sheet{number}">{rows}</table:table>'
        for number, rows in enumerate(tables, 1)
    )
    content = (
        f"<office:document-content{SPACES}><office:body><office:spreadsheet>{inner}"
        f"</office:spreadsheet></office:body>{after}</office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", "<manifest/>")
    return buffer.getvalue()


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def many(times: int) -> str:
    return f' table:number-columns-repeated="{times}"'


def lines(times: int) -> str:
    return f' table:number-rows-repeated="{times}"'


def opened(data: bytes) -> Book:
    book = open_book(data)
    assert isinstance(book, Book)
    return book


def code(data: bytes) -> str:
    found = open_book(data)
    assert isinstance(found, Finding)
    return found.code


EMPTY = f"<table:table-cell{many(2)}/>"


@pytest.fixture(params=["short", "long"])
def length(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long part is not held in memory as a whole, but is read like a short one."""
    if request.param == "long":
        monkeypatch.setattr(xml, "_is_long", lambda data: True)
        monkeypatch.setattr(xml, "_PIECE", 50)


@pytest.mark.usefixtures("length")
def test_every_sheet_has_its_own_marks() -> None:
    first = row(EMPTY, FORMULA.format("")) + row() + row(ERROR.format(many(2)))
    group = f"<table:table-row-group>{row(NUMBER)}{row(NUMBER)}</table:table-row-group>"
    book = opened(ods(first, "", f"{group}{row(EMPTY, ERROR.format(''))}"))
    assert book.names == ["Sheet1", "Sheet2", "Sheet3"]
    assert errors(book.marks("Sheet1")) == {(2, 0): "#REF!", (2, 1): "#REF!"}
    assert formulas(book.marks("Sheet1")) == {(0, 2)}
    assert values(book.marks("Sheet2")) == {}
    assert values(book.marks("Sheet3")) == {(0, 0): 7.0, (1, 0): 7.0, (2, 2): "#REF!"}
    assert book.rows("Sheet1")[0][2] == 3.0


@pytest.mark.usefixtures("length")
def test_what_is_repeated_takes_no_room() -> None:
    far = row(f"<table:table-cell{many(16_384)}/>", more=lines(1_048_570))
    assert values(opened(ods(row(NUMBER) + far)).marks("Sheet1")) == {(0, 0): 7.0}
    full = row(NUMBER.replace("/>", f"{many(16_384)}/>"), more=lines(1_048_570))
    assert code(ods(full)) == "S-SIZE"
    some = opened(ods(row(FORMULA.format(many(40)), more=lines(4000)))).marks("Sheet1")
    assert len(some.cells) == 2000 * 40


@pytest.mark.usefixtures("length")
@pytest.mark.parametrize(
    "data",
    [
        ods(row(NUMBER), after=row(NUMBER)),
        ods(row(NUMBER), after="<table:table/>"),
        ods(f'<x:table-row xmlns:x="urn:x">{NUMBER}</x:table-row>'),
        ods(row('<x:table-cell xmlns:x="urn:x"/>')),
        ods(row(f"<table:table-cell><table:table>{row(NUMBER)}</table:table></table:table-cell>")),
        ods(row(NUMBER)[:-1]),
    ],
)
def test_what_could_hide_a_figure_is_damage(data: bytes) -> None:
    assert code(data) == "S-DAMAGED"
