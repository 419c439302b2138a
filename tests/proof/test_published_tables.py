"""Tables as they were really published, beside their own figures: in whatever way they are written,
nothing is told but what is there."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import pytest

from jyxl import composing, numbers
from jyxl.county import County, UnitRow
from jyxl.reading import html, word
from jyxl.reading.grid import Document
from jyxl.report import Report
from jyxl.reports import proof, proof_tables
from tests import test_reports, typed
from tests.reading import publish
from tests.reading.publish import Box
from tests.reading.test_published import (
    in_brackets,
    other_name,
    quoted,
    spaced,
    with_comma,
)

pytestmark = pytest.mark.slow

TOLD = {
    "04_shuyang_fgj_2023_dept": ["W-3 有 125 格空着"],
    "10_jinhu_2023_county": [],
    "11_unknown_dept_2023": [],
    "12_hongze_2023_county": ["W-3 里少了“1.申请人"],
    "19_tongzhou_2019_dept_partial": ["W-1 --253", "W-3 等 26 处", "W-3 没有“四、"],
}
"""What is wrong with them: blanks in place of 0, three rows as one, a sign twice, rows left out."""


def beside(name: str) -> tuple[test_reports.Report, Report]:
    """A published report, and the report that should be made of its own figures."""
    real = test_reports.report(name)
    figures = dict.fromkeys(real.edition.cell, 0)
    for cell, text in real.typed():
        value = numbers.read(text, real.edition.cell[cell].kind).value
        figures[cell] = value or 0
    unit = UnitRow("1", "县政府办", "部门", "accepted", False, 1, "", False, "", "", figures)
    county = County("云溪县", real.year, real.edition, (unit,))
    return real, composing.of_county(county, {})


def as_page(tables: Sequence[Sequence[Box]]) -> Document:
    return html.document(publish.page("年报", tables))


def as_word(tables: Sequence[Sequence[Box]]) -> Document:
    return word.document(publish.word("年报", tables))


def as_typed(tables: Sequence[Sequence[Box]]) -> Document:
    return word.document(typed.saved(typed.document(tables)))


@pytest.mark.parametrize("way", [as_page, as_word, as_typed])
@pytest.mark.parametrize("how", [str, with_comma, in_brackets, spaced, quoted, other_name])
@pytest.mark.parametrize("name", TOLD)
def test_only_what_is_wrong_with_a_published_table_is_told(
    name: str, how: Callable[[str], str], way: Callable[[Sequence[Sequence[Box]]], Document]
) -> None:
    real, report = beside(name)
    findings = list(proof_tables.findings(way(publish.tables(real.raw, how)), report))
    assert [one.code for one in findings] == [told.split()[0] for told in TOLD[name]]
    for one, told in zip(findings, TOLD[name], strict=True):
        assert told.partition(" ")[2] in one.message


def divided(table: Sequence[Box], *rows: int) -> list[list[Box]]:
    """A table cut above these rows; what is merged across a cut stands in both parts."""
    cuts = [0, *rows, max(box.row + box.height for box in table)]
    parts: list[list[Box]] = []
    for start, end in itertools.pairwise(cuts):
        parts.append([])
        for box in table:
            top, bottom = max(box.row, start), min(box.row + box.height, end)
            if top < bottom:
                parts[-1].append(box._replace(row=top - start, height=bottom - top))
    return parts


@pytest.mark.parametrize("name", ["10_jinhu_2023_county", "11_unknown_dept_2023"])
def test_a_table_that_is_divided_by_its_blocks_is_one(name: str) -> None:
    real, report = beside(name)
    first, *rest = publish.tables(real.raw)
    starts = [box.row for box in first if box.text.startswith("第二十条")][1:]
    tables = [*divided(first, *starts), *rest]
    assert list(proof_tables.findings(as_typed(tables), report)) == []
    tables[1] = [box._replace(text="7777") if box.text.isdigit() else box for box in tables[1]]
    findings = list(proof_tables.findings(as_typed(tables), report))
    assert [(one.code, one.place.spot) for one in findings] == [("W-1", "t2.licence.decisions")]
    assert findings[0].message.startswith("第2张表第3行第2列")


def test_a_table_with_its_title_inside_is_the_form() -> None:
    real, report = beside("10_jinhu_2023_county")
    first, *rest = publish.tables(real.raw)
    title = Box(0, 0, 1, 4, "二、主动公开政府信息情况")
    inside = [title, *(box._replace(row=box.row + 1) for box in first)]
    made = as_typed([inside, *rest])
    assert list(proof_tables.findings(made, report)) == []
    missing = [one.message for one in proof.findings(made, report) if "这一部分" in one.message]
    assert not any("二、主动公开" in one for one in missing)
    assert any("三、收到和处理" in one for one in missing)
