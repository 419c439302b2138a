"""The county's facts: what is added up, which units are named, what the charts show."""

from __future__ import annotations

import subprocess
import sys

import pytest

from jyxl import live
from jyxl.county import BUSIEST, County, UnitRow, busiest, outcomes, states_by_kind, sums
from jyxl.definition import Edition
from jyxl.terms import State


def unit(
    edition: Edition,
    number: int,
    typed: dict[str, int] | None = None,
    state: State = "accepted",
    kind: str = "部门",
) -> UnitRow:
    figures = live.values(edition, typed or {}) if state == "accepted" else None
    digest = f"{number:064x}"
    return UnitRow(
        *(f"B{number:02}", f"第{number}局", kind, state, False, 1),
        *("2022-01-10T09:05:59", number == 1, f"{number}.xlsx", digest, figures),
    )


def county(edition: Edition, *units: UnitRow) -> County:
    return County("云溪县", 2021, edition, units)


def test_what_counts_is_added_up_exactly(edition_2021: Edition) -> None:
    one = county(
        edition_2021,
        unit(edition_2021, 1, {"t3.new.natural": 2, "t2.charges.fees": 25_100_001}),
        unit(edition_2021, 2, {"t3.new.natural": 3, "t2.charges.fees": 1}),
        unit(edition_2021, 3, state="returned"),
    )
    found = sums(one)
    assert found.keys() == {cell.name for cell in edition_2021.cells}
    assert {name: value for name, value in found.items() if value} == {
        "t3.new.natural": 5,
        "t3.new.total": 5,
        "t2.charges.fees": 25_100_002,
    }
    assert [row.code for row in one.counted] == ["B01", "B02"]
    assert [row.code for row in one.left_out] == ["B03"]


def test_nothing_counts_where_nothing_is_accepted(edition_2021: Edition) -> None:
    one = county(edition_2021, unit(edition_2021, 1, state="missing"))
    assert set(sums(one).values()) == {0}
    assert busiest(one) == []


def test_a_whole_county_says_so(edition_2021: Edition) -> None:
    one = county(edition_2021, *(unit(edition_2021, n) for n in range(3)))
    assert one.scope == one.short_scope == "全部 3 个单位"


@pytest.mark.parametrize(("left_out", "is_cut"), [(1, False), (6, False), (7, True)])
def test_who_is_left_out_is_named(edition_2021: Edition, left_out: int, is_cut: bool) -> None:
    rest = (unit(edition_2021, n, state="missing") for n in range(1, left_out + 1))
    one = county(edition_2021, unit(edition_2021, 0), *rest)
    names = [f"第{n}局" for n in range(1, left_out + 1)]
    assert one.scope == f"{left_out + 1} 个单位中的 1 个；未计入：{'、'.join(names)}"
    assert (one.short_scope != one.scope) == is_cut
    assert all((name in one.short_scope) == (number < 6) for number, name in enumerate(names))
    assert (f"等 {left_out} 个（见“报送情况”）" in one.short_scope) == is_cut


def test_progress_counts_every_state_and_the_late(edition_2021: Edition) -> None:
    one = county(
        edition_2021,
        unit(edition_2021, 1, state="missing"),
        unit(edition_2021, 2, state="returned", kind="乡镇"),
        unit(edition_2021, 3),
        unit(edition_2021, 4),
    )
    assert one.progress == "应报 4 个单位：已通过 2　已退回 1　未报 1　其中迟报 1"
    assert states_by_kind(one) == {
        "乡镇": {"accepted": 0, "returned": 1, "missing": 0},
        "部门": {"accepted": 2, "returned": 0, "missing": 1},
    }


def test_a_unit_in_words(edition_2021: Edition) -> None:
    row = unit(edition_2021, 2)
    assert (row.state_words, row.arrived_minute) == ("已通过", "2022-01-10 09:05")
    assert unit(edition_2021, 2, state="missing").state_words == "未报"


@pytest.mark.parametrize("name", ["2019", "2021"])
def test_outcomes_add_up_to_what_was_concluded(
    edition_2019: Edition, edition_2021: Edition, name: str
) -> None:
    edition = edition_2019 if name == "2019" else edition_2021
    leaves = [c for c in edition.cells if c.table == "t3" and c.name not in edition.totals]
    figures = live.values(edition, {cell.name: n for n, cell in enumerate(leaves, 1)})
    found = list(outcomes(edition, figures))
    cells = [cell for outcome in found for cell in outcome.cells]
    assert len(cells) == len(set(cells))
    assert sum(outcome.count for outcome in found) == figures["t3.concluded.total"]
    assert [outcome.label for outcome in found][:2] == ["予以公开", "部分公开"]
    assert all(o.count == sum(figures[cell] for cell in o.cells) for o in found)


def test_the_busiest_come_first_and_of_equals_the_first_on_the_roster(
    edition_2021: Edition,
) -> None:
    counts = [4, 0, 9, 4, *([1] * BUSIEST)]
    rows = [
        unit(edition_2021, n, {"t3.new.natural": count} if count else {})
        for n, count in enumerate(counts)
    ]
    one = county(edition_2021, *rows, unit(edition_2021, 99, state="returned"))
    found = busiest(one)
    assert found[:4] == [(2, 9), (0, 4), (3, 4), (4, 1)]
    assert len(found) == BUSIEST
    assert all(count for _, count in found)


def test_the_facts_load_no_library() -> None:
    code = "import sys, jyxl.county; print(*{name.split('.')[0] for name in sys.modules})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"xlsxwriter", "pandas", "numpy", "pandera", "openpyxl", "python_calamine", "lxml"}
    assert set(ran.stdout.split()) & (heavy | {"rich", "click", "sqlite3"}) == set()
    assert "jyxl" in ran.stdout.split()
