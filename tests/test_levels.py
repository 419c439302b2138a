"""Which government has which units, and what its own figures count as."""

from __future__ import annotations

import pytest

from jyxl import levels
from jyxl.county import County, UnitRow, sums
from jyxl.definition import Edition
from jyxl.edges.roster import Roster, Unit
from jyxl.live import county_lines, values
from jyxl.terms import UnitKind
from jyxl.writer import county as county_writer
from tests import play

RULES = "t2.regulation.issued"


@pytest.mark.parametrize(
    ("kinds", "level"),
    [
        (("部门",), "县级"),
        (("部门", "乡镇", "乡镇"), "县级"),
        (("县级", "部门", "乡镇"), "县级"),  # the county itself is on its list
        (("县级", "县级", "部门"), "市级"),
        (("县级", "部门"), "市级"),
        (("市级", "县级", "县级", "部门"), "市级"),
        (("市级", "乡镇", "乡镇"), "市级"),  # a city without counties
        (("市级", "部门"), "省级"),
        (("市级", "市级", "县级"), "省级"),  # a province with counties of its own
        (("省级", "市级"), "省级"),
    ],
)
def test_the_level_of_a_campaign(kinds: tuple[UnitKind, ...], level: UnitKind) -> None:
    assert levels.of(kinds, "县级") == level
    assert level in levels.possible(kinds)


@pytest.mark.parametrize(
    ("kinds", "form"),
    [
        (("乡镇", "部门"), ("县级", "市级")),
        (("县级", "部门"), ("县级", "市级", "省级")),
        (("市级",), ("市级", "省级")),
        (("乡镇", "省级"), ()),
    ],
)
def test_the_forms_that_a_campaign_may_fill(
    kinds: tuple[UnitKind, ...], form: tuple[UnitKind, ...]
) -> None:
    assert levels.possible(kinds) == form


@pytest.mark.parametrize(
    ("name", "kind", "is_odd"),
    [
        ("泾源县", "县级", False),
        ("泾源县人民政府", "市级", True),
        ("河口镇", "部门", True),
        ("景德镇市", "市级", False),
        ("东风街道办事处", "乡镇", False),
        ("北京市", "省级", False),
        ("昆山市", "县级", False),
        ("昆山市", "乡镇", True),
        ("宁夏回族自治区", "省级", False),
        ("海淀区", "县级", False),
        ("县市场监督管理局", "部门", False),
    ],
)
def test_a_name_that_does_not_go_with_its_kind(name: str, kind: UnitKind, is_odd: bool) -> None:
    assert levels.is_odd(name, kind) == is_odd


def test_a_wrong_level_is_told_with_the_roster() -> None:
    right = Roster((Unit("1", "云溪县", "县级"), Unit("2", "河西县", "县级")))
    assert "核对" not in right.told
    wrong = Roster((Unit("1", "云溪县", "市级"), Unit("2", "河口镇", "乡镇")))
    assert "云溪县（市级）" in wrong.told
    assert "河口镇" not in wrong.told
    assert "没有哪一级政府" in Roster((Unit("1", "江南", "省级"), Unit("2", "河口", "乡镇"))).told


def county(edition: Edition, *units: tuple[UnitKind, int]) -> County:
    """A county whose units are of these kinds, each with this many 规章."""
    rows = tuple(
        UnitRow(
            code=str(number),
            name=f"单位{number}",
            kind=kind,
            state="accepted",
            newer_returned=False,
            version=1,
            arrived="2022-01-10T09:00:00",
            late=False,
            file="f.xlsx",
            sha256="",
            figures=values(edition, {RULES: rules, "t2.regulation.in_force": rules}),
        )
        for number, (kind, rules) in enumerate(units)
    )
    return County("大河市", 2021, edition, rows)


def failing(one: County) -> set[str]:
    lines = county_lines(one.edition, one.kind, sums(one))
    return {line.line.rule for line in lines if line.truth == "fails"}


class TestRowsThatAreClosed:
    """规章 are closed for counties and all below, and open for cities and provinces."""

    def test_in_a_city_the_sum_is_its_own(self, edition_2021: Edition) -> None:
        city = county(edition_2021, ("县级", 0), ("县级", 0), ("市级", 3))
        assert (city.kind, sums(city)[RULES], city.unfilled) == ("市级", 3, ())
        assert failing(city) == set()

    def test_in_a_county_they_are_odd(self, edition_2021: Edition) -> None:
        one = county(edition_2021, ("部门", 3), ("乡镇", 0))
        assert (one.kind, failing(one)) == ("县级", {"T2-A"})

    def test_the_sum_of_units_that_may_have_none_is_no_answer(self, edition_2021: Edition) -> None:
        city = county(edition_2021, ("县级", 0), ("县级", 0))
        assert [cell.name for cell in city.unfilled][:1] == [RULES]
        assert county(edition_2021, ("部门", 0), ("乡镇", 0)).unfilled == ()
        book = play.opened(county_writer.workbook(city))
        (told,) = [row[0].value for row in book["校验"].iter_rows(min_row=2, max_row=2)]
        assert "规章：名册里没有单位能填" in told
        assert book["校验"]["A1"].value == "市级数据校验"
