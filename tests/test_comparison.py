"""The county beside last year: only what is known of both years, what changed most first."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pytest

from jyxl import editions
from jyxl.comparison import compared, of_county, of_units
from jyxl.county import County, UnitRow
from jyxl.layout import COMPARISON, STATUS
from jyxl.live import values
from jyxl.supplement import Indicator, Supplement
from jyxl.writer.comparison import LARGE
from jyxl.writer.county import workbook

EDITION = editions.load("2021")
NOTHING = dict.fromkeys(EDITION.cell, 0)


def unit(code: str, now: dict[str, int] | None, last: dict[str, int]) -> UnitRow:
    return UnitRow(
        code=code,
        name=f"{code}局",
        kind="部门",
        state="missing" if now is None else "accepted",
        newer_returned=False,
        version=1,
        arrived="2022-01-10T09:00:00",
        late=False,
        file=f"回收/{code}.xlsx",
        sha256="",
        figures=None if now is None else values(EDITION, now),
        last=last,
        lacks_last=not last,
    )


@pytest.fixture
def county() -> County:
    return County(
        "云溪县",
        2022,
        EDITION,
        (
            unit(
                "A",
                {"t2.licence.decisions": 10, "t3.new.natural": 30, "t2.charges.fees": 3_000_000},
                NOTHING | {"t2.licence.decisions": 4, "t3.new.total": 28},
            ),
            unit("B", {"t2.licence.decisions": 5}, NOTHING | {"t2.licence.decisions": 605}),
            unit("C", {"t2.licence.decisions": 9000}, {}),
            unit("D", None, NOTHING | {"t2.licence.decisions": 70}),
            unit("E", {"t2.penalty.decisions": 8}, {"t2.penalty.decisions": 8}),
        ),
    )


def test_only_units_known_of_both_years_are_compared(county: County) -> None:
    assert [one.code for one in compared(county)] == ["A", "B", "E"]
    licences = next(one for one in of_county(county) if one.cell.name == "t2.licence.decisions")
    assert (licences.last, licences.now, licences.is_large) == (609, 15, True)


def test_what_changed_most_comes_first(county: County) -> None:
    changes = of_county(county)
    assert changes[0].cell.name == "t2.licence.decisions"
    assert changes[-1].cell.name == "t2.charges.fees"
    assert [(row.code, one.cell.name, one.change) for row, one in of_units(county)] == [
        ("B", "t2.licence.decisions", -600),
        ("A", "t2.licence.decisions", 6),
        ("A", "t2.charges.fees", 3_000_000),
        ("A", "t3.new.total", 2),
    ]


def test_the_sheet(county: County) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(county)), data_only=True)
    page = book[COMPARISON]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[4][:8] == [
        *("云溪县", "主动公开", "行政许可 · 本年处理决定数量", 609, 15, -594, -97.5, LARGE)
    ]
    at = next(n for n, row in enumerate(rows) if row[0] == "各单位有增减的")
    assert [row[:1] + row[3:8] for row in rows[at + 2 : at + 4]] == [
        ["B局", 605, 5, -600, -99.2, LARGE],
        ["A局", 4, 10, 6, 150, None],
    ]
    remarks = {row[2].value: row for row in book[STATUS].iter_rows(min_row=5)}
    assert any("没有上年数" in str(cell.value) for cell in remarks["C局"])
    assert not any("没有上年数" in str(cell.value) for cell in remarks["A局"])


ASKED = editions.with_supplement(
    EDITION,
    Supplement(
        (
            Indicator("", "工作动态", "条", "整数", True, "求和"),
            Indicator("", "平均时长", "天", "整数", True, "不汇总"),
        )
    ),
)
NEWS, DAYS = (cell.name for cell in ASKED.table["own"].cells)


def test_the_countys_own_indicators_are_compared_where_they_were_asked_in_both_years() -> None:
    def row(code: str, last: dict[str, int], unasked: frozenset[str] = frozenset()) -> UnitRow:
        figures = values(ASKED, {NEWS: 50, DAYS: 3})
        return replace(unit(code, {}, last), figures=figures, unasked=unasked)

    units = (
        row("A", {NEWS: 20, DAYS: 5}),
        row("B", {NEWS: 50}),
        row("C", {"t3.new.total": 4}),
        row("D", {NEWS: 1}, frozenset({NEWS, DAYS})),
    )
    own = County("云溪县", 2022, ASKED, units)
    assert [(one.cell.name, one.last, one.now, one.is_large) for one in of_county(own)] == [
        (NEWS, 70, 100, False),
        ("t3.new.total", 4, 0, False),
    ]
    assert [(which.code, one.cell.name, one.change) for which, one in of_units(own)] == [
        ("A", NEWS, 30),
        ("C", "t3.new.total", -4),
        ("A", DAYS, -2),
    ]
    page = openpyxl.load_workbook(io.BytesIO(workbook(own)), data_only=True)[COMPARISON]
    assert [cell.value for cell in page[5]][:6] == [
        *("云溪县", "补充指标", "工作动态（条）", 70, 100, 30)
    ]


def test_without_last_year_there_is_no_such_sheet(county: County) -> None:
    rows = tuple(unit(one.code, None, {}) for one in county.units)
    bare = County("云溪县", 2022, EDITION, (unit("A", {}, {}), *rows[1:]))
    assert COMPARISON not in openpyxl.load_workbook(io.BytesIO(workbook(bare))).sheetnames
