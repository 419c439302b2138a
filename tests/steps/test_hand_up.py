"""The form of the office above, filled with a county's sums: the same form, and nothing lost."""

from __future__ import annotations

import contextlib
import io
import random
import re
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jyxl import editions, live
from jyxl.county import County, UnitRow, sums
from jyxl.definition import Edition
from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign, file_name
from jyxl.edges.events import HandedUp, LastYear
from jyxl.edges.last_year import known
from jyxl.edges.ledger import open_ledger
from jyxl.edges.standing import county_of, standings
from jyxl.filling import GATHERED, filled
from jyxl.layout import GUIDE, sheet
from jyxl.problem import Problem
from jyxl.reading import reader
from jyxl.steps import rule
from jyxl.steps.collect import Received
from jyxl.steps.hand_up import Handed, hand_up
from jyxl.steps.issue import issue
from jyxl.submission import Entries
from jyxl.supplement import Indicator, Supplement
from jyxl.writer import unit as unit_writer
from tests import play
from tests.fuzz.mutate import mutated
from tests.steps.test_supplement import FIELDS, NEWS, NOTICES, ask
from tests.steps.test_supplement import filled as answered
from tests.steps.test_supplement import name as own_name

UNITS = tuple(
    UnitRow(
        code=f"{number}",
        name=f"单位{number}",
        kind="部门",
        state="accepted",
        newer_returned=False,
        version=1,
        arrived="",
        late=False,
        file="",
        sha256="",
        figures=None,
    )
    for number in range(3)
)
COUNTIES = "单位代码,单位名称,类别\n01,云溪县,县级\n02,河西县,县级\n"
RECEIVED = {"t3.new.natural": 3, "t3.granted.natural": 3}


@pytest.fixture(scope="session")
def _city(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    return play.campaign(tmp_path_factory.mktemp("city"), COUNTIES, county="大河市")


@pytest.fixture
def city(_city: Campaign, tmp_path: Path) -> Campaign:
    """大河市 2021, with the counties 云溪县 and 河西县."""
    shutil.copytree(_city.folder, tmp_path / "大河市")
    return campaigns.load(tmp_path / "大河市")


def form_of(city: Campaign, code: str = "01") -> Path:
    return city.issued / file_name(city.unit[code], city.year)


def report(which: Campaign, typed: Mapping[str, Mapping[str, object]]) -> None:
    """These units report these figures, and nothing else."""
    for code, cells in typed.items():
        play.hand_in(which, f"{code}.xlsx", play.returned(which, code, cells))
    play.collect(which)


def whole(which: Campaign) -> None:
    """All units of the county report."""
    report(which, {"B01": {"t2.licence.decisions": 7}, "B02": RECEIVED, "Z01": {}})


def fill(which: Campaign, form: Path, named: str = "") -> Handed:
    with open_ledger(which) as ledger:
        return hand_up(which, ledger, form, named)


def up(handed: Handed, city: Campaign, when: str = "2022-01-10 09:00") -> Received:
    """The city collects a form; what became of it."""
    play.hand_in(city, f"{when[:10]}/{handed.path.name}", handed.path.read_bytes(), when)
    return play.collect(city).received[-1]


def facts(which: Campaign) -> dict[str, int]:
    with open_ledger(which) as ledger:
        county = county_of(which, standings(which, ledger.events), ledger.events)
    assert county is not None
    return sums(county)


def test_it_is_the_form_that_the_city_itself_would_write(
    city: Campaign, campaign: Campaign
) -> None:
    whole(campaign)
    issued = form_of(city).read_bytes()
    handed = fill(campaign, form_of(city))
    typed = reader.read("", handed.path.read_bytes()).entries
    form = replace(city.form(city.unit["01"]), origin=handed.origin)
    assert handed.path.read_bytes() == unit_writer.workbook(city.edition, form, typed)
    assert form_of(city).read_bytes() == issued
    assert handed.decision == "accepted"


@pytest.mark.parametrize("how", ["saved", "renamed", "row", "filled"])
def test_whatever_was_done_to_the_form_on_its_way(
    city: Campaign, campaign: Campaign, tmp_path: Path, how: str
) -> None:
    """Saved by another program, with a sheet renamed, with a row inserted, or filled by hand: the
    result is the same, byte for byte."""
    whole(campaign)
    first = fill(campaign, form_of(city)).path.read_bytes()
    book = play.opened(form_of(city).read_bytes())
    if how == "renamed":
        book["主动公开"].title = "表二"
    elif how == "row":
        for area in list(book["依申请公开"].merged_cells.ranges):
            book["依申请公开"].unmerge_cells(str(area))
        book["依申请公开"].insert_rows(9)
    elif how == "filled":
        play.type_in(book, city.edition, {"t3.new.natural": 99, "t3.new.legal": "约5"})
    form = tmp_path / "01.xlsx"
    form.write_bytes(play.saved(book))
    assert fill(campaign, form).path.read_bytes() == first


@pytest.mark.slow
def test_a_damaged_form_is_a_sentence_or_still_the_citys(
    city: Campaign, campaign: Campaign, tmp_path: Path
) -> None:
    whole(campaign)
    issued = form_of(city).read_bytes()
    form = tmp_path / "01.xlsx"
    filled_forms = 0
    for seed in range(60):
        form.write_bytes(mutated(issued, random.Random(seed)))
        with contextlib.suppress(Problem):
            data = fill(campaign, form).path.read_bytes()
            filled_forms += 1
            assert reader.read("", data, city.expected).is_ours
    assert 0 < filled_forms < 60


def test_last_years_sheet_and_its_seal_stay(city: Campaign, campaign: Campaign) -> None:
    whole(campaign)
    before = {"t3.carried_out.natural": 0, "t3.new.natural": 3}
    with open_ledger(city) as ledger:
        ledger.add([LastYear("01", before, "去年.xlsx", "ab", {}, "云溪县")])
        issue(city, last=known(ledger.events, city.units))
    handed = fill(campaign, form_of(city))
    assert reader.read("", handed.path.read_bytes()).last == before
    received = up(handed, city)
    # Neither S-LAST nor S-UPDATED: the sheet is the one that the city sealed.
    assert (received.verdict, received.findings) == ("accepted", ())


@pytest.mark.slow
def test_what_both_ask_for_besides_is_in_the_citys_form(tmp_path: Path) -> None:
    county = ask(play.campaign(tmp_path / "county"), NEWS, FIELDS)
    city = ask(play.campaign(tmp_path / "city", COUNTIES, county="大河市"), NEWS, NOTICES)
    issue(county)
    issue(city)
    for code, news in (("B01", 4), ("B02", 3), ("Z01", 0)):
        play.hand_in(county, f"{code}.xlsx", answered(county, code, {NEWS: news, FIELDS: 1}))
    play.collect(county)
    handed = fill(county, form_of(city))
    assert [label.split("（")[0] for label in handed.filled.own] == [NEWS]
    assert [one.label.split("（")[0] for one in handed.filled.left] == [NOTICES]
    assert [one.code for one in handed.findings if one.blocks] == ["F-3"]
    book = play.opened(handed.path.read_bytes())
    place = sheet(city.edition.table["own"])
    book["补充指标"][place.address(own_name(city.edition, NOTICES))].value = 8
    play.hand_in(city, "01.xlsx", book)
    assert play.collect(city).received[-1].verdict == "accepted"
    assert facts(city)[own_name(city.edition, NEWS)] == 7


def test_the_city_collects_it_like_any_return(city: Campaign, campaign: Campaign) -> None:
    whole(campaign)
    received = up(fill(campaign, form_of(city)), city)
    assert (received.verdict, received.identity and received.identity.code) == ("accepted", "01")
    assert received.findings == ()
    assert facts(city) == facts(campaign)
    assert facts(city)["t3.granted.total"] == 3


def test_what_the_county_itself_has_is_the_event(city: Campaign, campaign: Campaign) -> None:
    whole(campaign)
    handed = fill(campaign, form_of(city))
    (event,) = [one for one in play.events(campaign) if isinstance(one, HandedUp)]
    assert event == handed.event
    assert (event.code, event.to, event.campaign) == ("01", "大河市", city.id)
    assert event.returns.keys() == {"B01", "B02", "Z01"}
    fill(campaign, form_of(city))
    assert sum(isinstance(one, HandedUp) for one in play.events(campaign)) == 1


class TestFile:
    def test_what_nobody_changed_is_replaced(self, city: Campaign, campaign: Campaign) -> None:
        report(campaign, {"B01": {}})
        first = fill(campaign, form_of(city))
        report(campaign, {"B02": RECEIVED})
        assert fill(campaign, form_of(city)).path == first.path

    def test_what_the_clerk_changed_stays(self, city: Campaign, campaign: Campaign) -> None:
        whole(campaign)
        first = fill(campaign, form_of(city)).path
        book = play.type_in(play.opened(first.read_bytes()), city.edition, {"t3.new.legal": 1})
        changed = play.saved(book)
        first.write_bytes(changed)
        second = fill(campaign, form_of(city)).path
        assert (second.stem, first.read_bytes()) == (f"{first.stem}2", changed)

    def test_the_form_itself_is_never_written_over(
        self, city: Campaign, campaign: Campaign
    ) -> None:
        whole(campaign)
        first = fill(campaign, form_of(city)).path
        assert fill(campaign, first).path != first

    def test_a_form_that_is_open_elsewhere_is_written_the_next_time(
        self, city: Campaign, campaign: Campaign
    ) -> None:
        report(campaign, {"B01": {}})
        path = fill(campaign, form_of(city)).path
        report(campaign, {"B02": RECEIVED})
        with play.held(path), pytest.raises(Problem, match="开着"):
            fill(campaign, form_of(city))
        handed = fill(campaign, form_of(city))
        assert (handed.path, handed.origin.number) == (path, 2)
        assert sum(isinstance(one, HandedUp) for one in play.events(campaign)) == 2


class TestPartial:
    def test_it_is_held_until_the_city_accepts_it(self, city: Campaign, campaign: Campaign) -> None:
        report(campaign, {"B02": RECEIVED})
        handed = fill(campaign, form_of(city))
        assert (handed.decision, handed.origin.missing) == ("held", ("县发展和改革局", "河口镇"))
        received = up(handed, city)
        assert (received.verdict, [one.code for one in received.findings]) == (
            "held",
            ["S-PARTIAL"],
        )
        assert play.status(city)["01"].state == "missing"
        with open_ledger(city) as ledger:
            judged, _ = rule.accept(city, ledger, received.file, "其余单位没有业务")
        assert judged.decision == "accepted"
        assert [(one.code, one.severity) for one in judged.findings] == [("S-PARTIAL", "note")]
        assert facts(city)["t3.new.total"] == 3

    def test_the_form_says_it_where_it_is_read(self, city: Campaign, campaign: Campaign) -> None:
        report(campaign, {"B02": RECEIVED})
        book = play.opened(fill(campaign, form_of(city)).path.read_bytes())
        told = [str(row[1].value) for row in book[GUIDE].iter_rows()]
        assert any("3 个单位中的 1 个" in text and "河口镇" in text for text in told)

    def test_it_is_still_said_in_what_the_city_sends_back(
        self, city: Campaign, campaign: Campaign
    ) -> None:
        report(campaign, {"B02": RECEIVED})
        handed = fill(campaign, form_of(city))
        book = play.type_in(
            play.opened(handed.path.read_bytes()), city.edition, {"t3.new.legal": "约5"}
        )
        play.hand_in(city, "坏.xlsx", book)
        received = play.collect(city).received[-1]
        assert received.verdict == "returned"
        assert {one.code for one in received.findings} >= {"S-PARTIAL", "F-1"}
        assert received.sent_back is not None
        back = city.folder / received.sent_back
        assert reader.read("", back.read_bytes()).origin == handed.origin
        again = fill(campaign, back)
        assert again.event.form != handed.event.form
        assert up(again, city, "2022-01-11 09:00").verdict == "held"

    @pytest.mark.slow
    def test_a_part_of_a_part_is_said_above(self, city: Campaign, campaign: Campaign) -> None:
        report(campaign, {"B02": RECEIVED})
        received = up(fill(campaign, form_of(city)), city)
        with open_ledger(city) as ledger:
            rule.accept(city, ledger, received.file, "先用")
        report(city, {"02": {}})
        province = play.campaign(
            city.folder.parent / "省", "单位代码,单位名称,类别\nA,大河市,市级\n", county="江南省"
        )
        handed = fill(city, form_of(province, "A"))
        assert (handed.origin.counted, handed.origin.missing) == (2, ("云溪县（不完整）",))
        assert [one.code for one in up(handed, province).findings] == ["S-PARTIAL", "F-3"]


@pytest.mark.slow
def test_a_second_one_supersedes_and_the_city_sees_what_changed(
    city: Campaign, campaign: Campaign
) -> None:
    whole(campaign)
    up(fill(campaign, form_of(city)), city)
    play.hand_in(
        campaign,
        "新.xlsx",
        play.returned(campaign, "Z01", {"t2.licence.decisions": 5}),
        "2022-01-12 09:00",
    )
    play.collect(campaign)
    received = up(fill(campaign, form_of(city)), city, "2022-01-13 09:00")
    (newer,) = received.findings
    assert (newer.code, newer.place.cells) == ("S-NEWER", ("t2.licence.decisions",))
    assert facts(city)["t2.licence.decisions"] == 12


class TestRefused:
    def refused(self, campaign: Campaign, form: Path, named: str = "") -> str:
        with pytest.raises(Problem) as problem:
            fill(campaign, form, named)
        assert play.events(campaign)[-1].__class__ is not HandedUp
        assert not campaign.handed_up.exists()
        return str(problem.value)

    def test_forms_that_are_not_the_countys(
        self, city: Campaign, campaign: Campaign, tmp_path: Path
    ) -> None:
        whole(campaign)
        own = campaign.issued / file_name(campaign.unit["B01"], campaign.year)
        assert "本项目自己下发" in self.refused(campaign, own)
        assert "河西县" in self.refused(campaign, form_of(city, "02"))
        other = play.campaign(tmp_path / "y", COUNTIES, 2022, "大河市")
        assert "2022 年度" in self.refused(campaign, form_of(other))
        foreign = tmp_path / "别的.xlsx"
        foreign.write_bytes(b"nothing")
        assert "别的.xlsx" in self.refused(campaign, foreign)

    def test_a_form_of_another_level(self, campaign: Campaign, tmp_path: Path) -> None:
        whole(campaign)
        for kind in ("省级", "乡镇", "部门"):
            roster = f"单位代码,单位名称,类别\n01,云溪县,{kind}\n"
            above = play.campaign(tmp_path / kind, roster, county="上级")
            assert "级别不对" in self.refused(campaign, form_of(above))

    def test_a_form_without_its_lock(
        self, city: Campaign, campaign: Campaign, tmp_path: Path
    ) -> None:
        whole(campaign)
        buffer = io.BytesIO()
        with zipfile.ZipFile(form_of(city)) as old, zipfile.ZipFile(buffer, "w") as new:
            for one in old.infolist():
                data = re.sub(rb"<sheetProtection[^>]*>", b"", old.read(one))
                new.writestr(one, data)
        unlocked = tmp_path / "01.xlsx"
        unlocked.write_bytes(buffer.getvalue())
        assert "没有密码保护" in self.refused(campaign, unlocked)

    def test_a_form_whose_table_is_another_one(
        self, city: Campaign, campaign: Campaign, tmp_path: Path
    ) -> None:
        whole(campaign)
        book = play.opened(form_of(city).read_bytes())
        book["主动公开"]["A6"].value = "规章和条例"
        path = tmp_path / "01.xlsx"
        path.write_bytes(play.saved(book))
        assert "规章和条例" in self.refused(campaign, path)

    def test_nothing_is_accepted_yet(self, city: Campaign, campaign: Campaign) -> None:
        assert "没有可以填的数" in self.refused(campaign, form_of(city))

    def test_another_name_for_the_same_county(self, campaign: Campaign, tmp_path: Path) -> None:
        whole(campaign)
        roster = "单位代码,单位名称,类别\n01,云溪县人民政府,县级\n"
        above = play.campaign(tmp_path / "above", roster, county="大河市")
        assert "--as 云溪县人民政府" in self.refused(campaign, form_of(above))
        assert fill(campaign, form_of(above), "云溪县人民政府").decision == "accepted"


class TestExplained:
    ODD: ClassVar = {"t2.normative.issued": 5}
    """More than is in force or repealed: T2-W asks for an explanation."""

    def explained(self, campaign: Campaign) -> None:
        for code, why in (("B01", "都在下一年生效"), ("Z01", "与县里联合制发")):
            book = play.filled(campaign, code, self.ODD)
            kind = campaign.unit[code].kind
            play.explain(book, campaign.edition, kind, "T2-W/normative", why)
            play.hand_in(campaign, f"{code}.xlsx", book)
        report(campaign, {"B02": {}})

    def test_with_what_the_units_said(self, city: Campaign, campaign: Campaign) -> None:
        self.explained(campaign)
        handed = fill(campaign, form_of(city))
        said = reader.read("", handed.path.read_bytes()).entries.explanations
        assert handed.filled.explained == ("T2-W/normative",)
        words = f"{GATHERED}县发展和改革局：都在下一年生效；河口镇：与县里联合制发"
        assert said == {"T2-W/normative": words}
        assert (handed.decision, up(handed, city).verdict) == ("accepted", "accepted")

    def test_what_the_clerk_wrote_in_the_form_stays(
        self, city: Campaign, campaign: Campaign
    ) -> None:
        self.explained(campaign)
        first = fill(campaign, form_of(city)).path
        book = play.opened(first.read_bytes())
        play.explain(book, city.edition, "县级", "T2-W/normative", "已逐件核对")
        first.write_bytes(play.saved(book))
        second = fill(campaign, first)
        said = reader.read("", second.path.read_bytes()).entries.explanations
        assert (second.filled.explained, said) == ((), {"T2-W/normative": "已逐件核对"})

    def test_what_nobody_explained_is_left_to_the_clerk(
        self, city: Campaign, campaign: Campaign
    ) -> None:
        report(campaign, {"B01": {}, "B02": {}, "Z01": {}})
        with open_ledger(campaign) as ledger:
            county = county_of(campaign, standings(campaign, ledger.events), ledger.events)
        assert county is not None
        rows = [
            replace(unit, figures={**(unit.figures or {}), **self.ODD}) for unit in county.units
        ]
        odd = replace(county, units=tuple(rows))
        made = filled(odd, city.edition, "县级", Entries(), {})
        assert (made.explained, made.entries.explanations) == ((), {})


class TestOwn:
    """What the office above asks for besides the form."""

    @staticmethod
    def asks(*indicators: Indicator) -> Edition:
        return editions.with_supplement(editions.load("2021"), Supplement(indicators))

    @staticmethod
    def county(edition: Edition, *figures: Mapping[str, int]) -> County:
        units = tuple(
            replace(
                unit,
                figures=live.values(edition, one),
                unasked=frozenset(
                    cell.name for cell in edition.table["own"].cells if cell.name not in one
                ),
            )
            for unit, one in zip(UNITS, figures, strict=False)
        )
        return County("云溪县", 2021, edition, units)

    NEWS = Indicator("", "工作动态", "条", "整数", True, "求和")
    COST = Indicator("", "投入", "万元", "整数", True, "求和")
    FINE = replace(COST, asked="小数")
    SITES = Indicator("", "网站", "个", "整数", True, "计数")
    YES = Indicator("", "设有专栏", "", "是否", True, "计数")

    def own(self, edition: Edition, label: str) -> str:
        return next(one.name for one in edition.table["own"].answers if label in one.row_labels[-1])

    def test_the_same_indicator_is_filled_and_another_is_left(self) -> None:
        ours, above = self.asks(self.NEWS), self.asks(self.NEWS, self.SITES)
        news = self.own(ours, "工作动态")
        made = filled(self.county(ours, {news: 3}, {news: 4}), above, "县级", Entries(), {})
        assert made.own == ("工作动态（条）",)
        assert made.entries.numbers[news] == 7
        assert [one.label for one in made.left] == ["网站（个）"]

    def test_one_with_decimals_is_filled_from_one_without_but_not_the_reverse(self) -> None:
        whole, fine = self.asks(self.COST), self.asks(self.FINE)
        cost, amount = self.own(whole, "投入"), self.own(fine, "投入")
        assert cost != amount
        made = filled(self.county(whole, {cost: 3}), fine, "县级", Entries(), {})
        assert made.entries.numbers[amount] == 30000
        made = filled(self.county(fine, {amount: 35000}), whole, "县级", Entries(), {})
        assert (made.own, cost in made.entries.numbers) == ((), False)

    def test_what_some_unit_was_not_asked_yet_is_no_answer(self) -> None:
        ours = self.asks(self.NEWS)
        news = self.own(ours, "工作动态")
        made = filled(self.county(ours, {news: 3}, {}), ours, "县级", Entries(), {})
        assert (made.own, news in made.entries.numbers) == ((), False)
        (left,) = made.left
        assert "1 个单位还没有报" in left.why

    def test_what_the_clerk_typed_where_the_county_has_nothing_stays(self) -> None:
        above = self.asks(self.NEWS)
        news = self.own(above, "工作动态")
        county = replace(self.county(self.asks(self.SITES), {}), edition=editions.load("2021"))
        made = filled(county, above, "县级", Entries(numbers={news: 9}), {})
        assert made.entries.numbers[news] == 9

    def test_yes_if_one_unit_says_yes(self) -> None:
        ours = self.asks(self.YES)
        name = self.own(ours, "专栏")
        county = self.county(ours, {}, {})
        for answers, expected in ((("是", "否"), "是"), (("否", "否"), "否")):
            units = tuple(
                replace(unit, words={name: answer}, unasked=frozenset())
                for unit, answer in zip(county.units, answers, strict=True)
            )
            made = filled(replace(county, units=units), ours, "县级", Entries(), {})
            assert made.entries.words == {name: expected}


LEAVES = [
    cell.name
    for cell in editions.load("2021").statutory
    if cell.name not in editions.load("2021").totals and "县级" not in cell.closed_for
]


@given(
    st.lists(
        st.dictionaries(st.sampled_from(LEAVES), st.integers(0, 10**8)), min_size=1, max_size=3
    ),
    st.dictionaries(st.sampled_from(LEAVES), st.integers(0, 10**8)),
)
def test_the_form_has_every_sum_whatever_stood_in_it(
    reported: list[dict[str, int]], stood: dict[str, int]
) -> None:
    edition = editions.load("2021")
    rows = tuple(
        replace(unit, figures=live.values(edition, figures))
        for unit, figures in zip(UNITS, reported, strict=False)
    )
    county = County("云溪县", 2021, edition, rows)
    made = filled(county, edition, "县级", Entries(numbers=stood), {})
    assert live.values(edition, made.entries.numbers) == sums(county)
    assert made.entries.numbers.keys() == set(LEAVES)
    assert made.left == ()


def test_rows_that_no_unit_may_fill_are_left_to_the_clerk(city: Campaign, tmp_path: Path) -> None:
    """规章 are made by the city itself; the sum of its counties, which may make none, is no
    answer."""
    province = play.campaign(
        tmp_path / "省", "单位代码,单位名称,类别\nA,大河市,市级\n", county="江南省"
    )
    report(city, {"01": RECEIVED, "02": {}})
    handed = fill(city, form_of(province, "A"))
    rows = {f"t2.regulation.{column}" for column in ("issued", "repealed", "in_force")}
    numbers = reader.read("", handed.path.read_bytes()).entries.numbers
    assert rows.isdisjoint(numbers)
    assert len(handed.filled.left) == 3
    assert (handed.decision, [one.code for one in handed.findings]) == ("returned", ["F-3"])
    book = play.type_in(play.opened(handed.path.read_bytes()), city.edition, dict.fromkeys(rows, 2))
    play.hand_in(province, "A.xlsx", book)
    assert play.collect(province).received[-1].verdict == "accepted"
    assert facts(province)["t2.regulation.issued"] == 2
