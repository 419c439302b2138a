"""A worksheet part is read as a conforming parser reads it, and in no other way."""

from __future__ import annotations

import random

import pytest

from jyxl.reading import marks, worksheet, xml
from jyxl.reading.damage import Malformed, TooLarge
from jyxl.reading.marks import Cell
from jyxl.reading.worksheet import SPACES
from tests.damage.desk import Desk, made
from tests.fuzz.mutate import mutated_xml
from tests.reading.ours import errors, formulas, values


def sheet(rows: str, after: str = "", space: str = SPACES[0], more: str = "") -> bytes:
    return (
        f'<worksheet xmlns="{space}"{more}><sheetData>{rows}</sheetData>{after}</worksheet>'
    ).encode()


def found(part: bytes) -> list[Cell]:
    return list(worksheet.cells(part))


def refused(part: bytes) -> str:
    with pytest.raises(Malformed) as caught:
        marks.of(worksheet.cells(part))
    return str(caught.value)


def test_a_cell_is_given_with_all_that_is_said_of_it() -> None:
    rows = (
        '<row r="2"><c r="B2"><v>7</v></c><c r="C2" s="1"/><c r="D2" s="2"><f>1+2</f><v>3</v></c></row>'
        '<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        '<c r="C3" t="inlineStr"><is><r><t>约</t></r><r><t>8</t></r></is></c></row>'
    )
    after = '<mergeCells><mergeCell ref="A5:C6"/></mergeCells>'
    assert found(sheet(rows, after)) == [
        ((1, 1), "n", "7", False, None),
        ((1, 3), "n", "3", True, "2"),
        ((2, 0), "s", 0, False, None),
        ((2, 1), "e", "#DIV/0!", True, None),
        ((2, 2), "str", "约8", False, None),
        ((4, 0), "merged", (4, 0, 5, 2), False, None),
    ]
    seen = marks.of(worksheet.cells(sheet(rows, after)), ["甲"].__getitem__)
    assert errors(seen) == {(2, 1): "#DIV/0!"}
    assert formulas(seen) == {(1, 3), (2, 1)}
    assert values(seen)[2, 0] == "甲"
    assert seen.merged == ((4, 0, 5, 2),)


@pytest.mark.parametrize(
    "value", ["12", "&#49;2", "1&#x32;", "1<!-- 5 -->2", "<![CDATA[12]]>", "1<?x 5?>2"]
)
def test_a_number_is_what_it_is_however_it_is_written(value: str) -> None:
    [cell] = found(sheet(f'<row><c r="A1"><v>{value}</v></c></row>'))
    assert cell[2] == "12"


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("prefix", ["", "x:"])
def test_transitional_and_strict_are_ours_with_any_prefix(space: str, prefix: str) -> None:
    part = sheet('<row><c r="A1"><v>1</v></c></row>', space=space)
    text = (
        part.decode()
        .replace("</", "<\0")
        .replace("<", f"<{prefix}")
        .replace(f"{prefix}\0", f"/{prefix}")
    )
    text = text.replace(" xmlns=", f" xmlns:{prefix[:-1]}=" if prefix else " xmlns=")
    assert found(text.encode()) == [((0, 0), "n", "1", False, None)]


def test_what_has_no_address_follows_what_is_before_it() -> None:
    rows = (
        '<row><c><v>1</v></c><c/><c><v>2</v></c></row><row r="5"><c r="D5"/><c><v>3</v></c></row>'
    )
    assert [cell[0] for cell in found(sheet(rows))] == [(0, 0), (0, 2), (4, 4)]


ALIEN = ' xmlns:x="urn:x"'
ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("part", "why"),
    [
        (sheet("", after=ONE), "有的行不在表里"),
        (sheet(ONE, after="<row/>"), "有的行不在表里"),
        (sheet(ONE, after=f"<extLst><ext>{ONE}</ext></extLst>"), "有的行不在表里"),
        (sheet(f"{ONE}<mergeCells/>"), "有的行不在表里"),
        (sheet('<c r="A1"><v>1</v></c>'), "有的行不在表里"),
        (sheet('<x:row><c r="A1"><v>1</v></c></x:row>', more=ALIEN), "有的行不在表里"),
        (sheet('<row><x:c r="A1"><v>1</v></x:c></row>', more=ALIEN), "表里有的内容不是单元格"),
        (sheet('<row><c r="A1"><x:v>1</x:v></c></row>', more=ALIEN), "表里有的内容不是单元格"),
        (sheet('<row><c r="A1"><v>1<v>2</v></v></c></row>'), "有的格内容不对"),
        (sheet('<row><c r="A1"><v>1</v><v>2</v></c></row>'), "有的格内容不对"),
        (sheet(ONE, after=f"<sheetData>{ONE}</sheetData>"), "工作表不完整"),
        (sheet('<row><c r="A0"><v>1</v></c></row>'), "单元格地址“A0”不对"),
        (sheet('<row r="x"/>'), "行号“x”不对"),
        (sheet(ONE, space="urn:x"), "工作表不完整"),
        (sheet(ONE).replace(b' xmlns="', b' y="'), "工作表不完整"),
        (sheet(ONE).replace(b"sheetData", b"sheetdata"), "工作表不完整"),
        (sheet(ONE)[:-1], "XML 第 1 行有错"),
        (b'<!DOCTYPE a [<!ENTITY b "1">]>' + sheet(ONE), "含有不允许的 XML 声明"),
        (sheet('<row><c r="A1"><v>&b;</v></c></row>'), "XML 第 1 行有错"),
        (b'<?xml version="1.0" encoding="GBK"?>' + sheet(ONE), "不是 UTF-8 编码"),
        (sheet(ONE).decode().encode("utf-16"), "XML 第 1 行有错"),
    ],
)
def test_what_could_hide_a_figure_is_refused(part: bytes, why: str) -> None:
    assert refused(part) == why


def test_a_sheet_of_another_kind_has_no_part_and_no_cells() -> None:
    assert found(b"") == []


def test_a_million_elements_are_too_many() -> None:
    with pytest.raises(TooLarge):
        found(sheet("<row/>" * 1_000_001))


def test_much_that_is_no_row_is_too_large_to_be_held() -> None:
    with pytest.raises(TooLarge):
        found(sheet(ONE, after="<a/>" * 500_000))


def told(part: bytes) -> list[Cell] | str:
    try:
        return found(part)
    except (Malformed, TooLarge) as error:
        return type(error).__name__


@pytest.mark.slow
def test_a_long_part_is_read_like_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    desk, dice = Desk(made()), random.Random(9)
    part = desk.parts()[desk.part_of("t3")]
    parts = [part, *(mutated_xml(part, dice) for _ in range(400))]
    short = [told(one) for one in parts]
    assert 50 < sum(one == "Malformed" for one in short) < 350
    monkeypatch.setattr(xml, "_is_long", lambda data: True)
    monkeypatch.setattr(xml, "_PIECE", 1000)
    assert [told(one) for one in parts] == short
