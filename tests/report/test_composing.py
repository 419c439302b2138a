"""What a report says: only what is known, and the rest as prompts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jyxl import claims, composing, editions
from jyxl.definition import DefinitionError
from jyxl.report import Heading, StatutoryTable
from jyxl.reports import data
from jyxl.supplement import NOTHING, Indicator
from jyxl.supplement_tables import cell_name
from jyxl.terms import UnitKind
from tests.report import sample
from tests.report.sample import said

PARTS = [
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
]
INNER = ["（一）主动公开", "（二）依申请公开", "（三）政府信息管理"]
INNER += ["（四）政府信息公开平台建设", "（五）监督保障"]


@pytest.mark.parametrize(("name", "inner"), [("2019", []), ("2021", INNER)])
def test_the_six_parts_and_the_three_tables_in_order(name: str, inner: list[str]) -> None:
    made = sample.report(name)
    headings = [one for one in made.items if isinstance(one, Heading)]
    assert [one.text for one in headings if one.level == 1] == PARTS
    assert [one.text for one in headings if one.level == 2] == inner
    after = {
        one.text: made.items[number + 1]
        for number, one in enumerate(made.items)
        if isinstance(one, Heading)
    }
    assert [after[part] for part in PARTS[1:4]] == [StatutoryTable(t) for t in ("t2", "t3", "t4")]
    assert made.title == f"泾源县人民政府{made.year}年政府信息公开工作年度报告"


@pytest.mark.parametrize("name", ["2019", "2021"])
def test_the_prepared_sentences_say_what_the_tables_say(name: str) -> None:
    made = sample.report(name)
    told = [
        one
        for paragraph in made.paragraphs
        for one in claims.said(made.edition, paragraph.text, made.year)
        if not paragraph.is_open
    ]
    assert {one.claim.key for one in told} == {one.key for one in made.edition.claims}
    whole = "。".join(one.text for one in made.paragraphs if not one.is_open)
    assert list(claims.differences(made.edition, whole, made.year, made.figures, ())) == []
    text = said(made, "application")
    assert text.startswith(
        "全年收到政府信息公开申请8件，上年结转1件，办结7件，结转下年度继续办理1件。"
    )
    assert "予以公开3件，部分公开0件，不予公开2件，无法提供1件，不予处理1件，其他处理0件" in text
    assert "行政复议2件，行政诉讼2件" in text


@pytest.mark.parametrize(
    ("last", "clause"),
    [
        ({}, None),
        ({"t3.new.total": 3}, "，比上年增加4件，"),
        ({"t3.new.total": 9}, "，比上年减少2件，"),
        ({"t3.new.total": 7}, "，与上年持平，"),
    ],
)
def test_a_unit_is_compared_with_last_year_if_that_is_known(
    last: dict[str, int], clause: str | None
) -> None:
    which = sample.county(last=last, words={})
    text = said(composing.of_unit(which, which.units[0], {}), "application")
    assert (clause in text) if clause else ("上年增" not in text and "持平" not in text)


def test_a_county_is_compared_only_if_last_year_is_known_of_every_unit_that_counts() -> None:
    which = sample.county(last={"t3.new.total": 3})
    assert "比上年" not in said(composing.of_county(which, {}), "application")
    second = replace(which.units[1], last={"t3.new.total": 1})
    both = replace(which, units=(which.units[0], second))
    made = composing.of_county(both, {})
    assert "比上年增加4件" in said(made, "application")
    assert made.last["t3.new.total"] == 4
    alone = sample.without(which, "B01")
    assert "比上年增加4件" in said(composing.of_county(alone, {}), "application")


def test_an_indicator_is_mentioned_if_it_was_asked_of_all() -> None:
    name, news = cell_name(sample.GAZETTES), cell_name(sample.NEWS)
    which = sample.county()
    made = composing.of_county(which, {})
    assert said(made, "platform") == "编制政府公报6期。"
    assert sample.shown(made)[name] == "6"
    assert "通过政府网站公开信息：工作动态1542条。" in said(made, "disclosure")
    town = composing.of_unit(which, which.units[1], {})
    assert said(town, "platform") == ""
    assert "工作动态42条。" in said(town, "disclosure")
    nothing = replace(which.units[1], figures={**which.units[1].figures, news: 0})
    assert "网站" not in said(composing.of_unit(which, nothing, {}), "disclosure")
    later = replace(which.units[1], unasked=frozenset({name}))
    partly = replace(which, units=(which.units[0], later))
    assert said(composing.of_county(partly, {}), "platform") == ""
    assert said(composing.of_unit(partly, later, {}), "platform") == ""
    bare = sample.county(supplement=NOTHING, words={})
    assert said(composing.of_county(bare, {}), "platform") == ""
    assert "通过政府网站" not in said(composing.of_county(bare, {}), "disclosure")


def charges(answer: str, amount: int = 0) -> tuple[str, str]:
    """What the county's and the unit's report say, if the first unit answers this."""
    which = sample.county(words={sample.CHARGED: answer} if answer else {})
    first = which.units[0]
    now = replace(first, figures={**(first.figures or {}), sample.CHARGES: amount})
    which = replace(which, units=(now, which.units[1]))
    of_county, of_unit = composing.of_county(which, {}), composing.of_unit(which, now, {})
    return said(of_county, "charges"), said(of_unit, "charges")


def test_an_indicator_without_a_sum_has_no_figure() -> None:
    """Or the data that is published would say 0."""
    listed = Indicator("政府公报", "印数", "份", "整数", False, "不汇总")
    made = sample.county("2021", replace(sample.SUPPLEMENT, indicators=(sample.NEWS, listed)))
    mine, news = cell_name(listed), cell_name(sample.NEWS)
    first, second = made.units
    figures = {**(first.figures or {}), mine: 3}
    one = replace(first, figures=figures)
    county = replace(made, units=(one, second))
    assert {mine, news} & composing.of_county(county, {}).figures.keys() == {news}
    assert composing.of_unit(county, one, {}).figures[mine] == 3
    unasked = replace(one, unasked=frozenset([mine]))
    own = composing.of_unit(county, unasked, {})
    assert mine not in own.figures
    assert mine.encode() not in data.as_csv(own)
    assert news.encode() in data.as_csv(own)


def test_part_six_says_whether_a_fee_was_charged_if_that_is_known() -> None:
    none = "本年度没有收取信息处理费。"
    assert charges("否") == (none, none)
    some = "本年度共收取信息处理费0.05万元。"
    assert charges("是", 50_000) == (some, some)
    assert charges("是", 0) == ("", "")
    assert charges("") == ("", "")
    which = sample.county(words={})
    assert any("信息处理费" in one for one in composing.of_county(which, {}).still_open)


def test_a_unit_s_own_text_takes_the_place_of_what_was_prepared() -> None:
    which = sample.county()
    made = composing.of_unit(which, which.units[0], {})
    assert [said(made, f"application.{n}") for n in (1, 2)] == [
        "第一行。",
        "第二行，收到申请 7 件。",
    ]
    assert said(made, "application") == said(made, "application.open") == ""
    assert said(made, "management.open") != ""
    assert made.whom == "泾源县民政局"
    assert "全县" not in "".join(one.text for one in made.paragraphs)


@pytest.mark.parametrize(
    ("unit", "kind", "whole"),
    [
        ("县民政局", "部门", "泾源县民政局"),
        ("香水镇", "乡镇", "泾源县香水镇人民政府"),
        ("城区街道", "乡镇", "泾源县城区街道办事处"),
        ("黄花乡人民政府", "乡镇", "泾源县黄花乡人民政府"),
        ("县办公室", "县级", "泾源县办公室"),
        ("彭阳县", "县级", "泾源县彭阳县人民政府"),
        ("原州区", "县级", "泾源县原州区人民政府"),
        ("经济开发区", "县级", "泾源县经济开发区"),
        ("国家税务总局泾源县税务局", "部门", "国家税务总局泾源县税务局"),
    ],
)
def test_the_whole_name_of_a_unit(unit: str, kind: UnitKind, whole: str) -> None:
    which = sample.county()
    row = replace(which.units[0], name=unit, kind=kind)
    assert composing.of_unit(which, row, {}).whom == whole


@pytest.mark.parametrize(
    ("county", "unit", "whole"),
    [
        ("灵武市", "市场监督管理局", "灵武市市场监督管理局"),
        ("灵武市", "市市场监督管理局", "灵武市市场监督管理局"),
        ("灵武市", "市政管理处", "灵武市市政管理处"),
        ("灵武市", "市政府办公室", "灵武市政府办公室"),
        ("灵武市", "市民政局", "灵武市民政局"),
        ("泾源县", "县志办公室", "泾源县县志办公室"),
        ("新区管理委员会", "会计核算中心", "新区管理委员会会计核算中心"),
    ],
)
def test_the_name_of_an_area_is_said_once(county: str, unit: str, whole: str) -> None:
    which = replace(sample.county(), name=county)
    row = replace(which.units[0], name=unit, kind="部门")
    assert composing.of_unit(which, row, {}).whom == whole


def test_a_city_s_report_is_made_of_those_of_its_counties() -> None:
    which = sample.county("2021")
    units = tuple(replace(one, kind="县级") for one in which.units)
    made = composing.of_county(replace(which, name="固原市", units=units), {})
    assert "在全市各县（市、区）、各部门2025年" in said(made, "preamble")


@pytest.mark.parametrize(
    ("name", "whom", "everywhere"),
    [
        ("云溪区", "云溪区人民政府", "在全区各乡镇"),
        ("经济开发区管理委员会", "经济开发区管理委员会", "在全辖区各乡镇"),
    ],
)
def test_whose_report_it_is(name: str, whom: str, everywhere: str) -> None:
    made = composing.of_county(replace(sample.county(), name=name), {})
    assert made.whom == whom
    assert everywhere in said(made, "preamble")


def test_units_whose_figures_are_missing_are_told_first() -> None:
    made = composing.of_county(sample.without(sample.county(), "B01"), {})
    assert made.left_out == ("香水镇",)
    assert made.still_open[0] == said(made, composing.LEFT_OUT)
    assert "香水镇" in made.still_open[0]
    assert made.figures["t3.new.total"] == 7


def test_the_contact_is_a_prompt_until_all_of_it_is_known() -> None:
    known = {"office": "县政府办公室", "address": "百泉街", "postcode": "756400", "phone": "1"}
    which = sample.county()
    assert said(composing.of_county(which, known), "contact") == (
        "对本报告有疑问的，请与县政府办公室联系（地址：百泉街；邮政编码：756400；电话：1）。"
    )
    del known["office"]
    assert "请与泾源县人民政府办公室联系" in said(composing.of_county(which, known), "contact")
    made = composing.of_county(which, {**known, "phone": ""})
    assert (said(made, "contact"), bool(said(made, "contact.open"))) == ("", True)


def test_an_edition_without_an_outline_gives_no_report() -> None:
    which = sample.county()
    bare = replace(which, edition=replace(which.edition, outline=None))
    with pytest.raises(DefinitionError, match=r"report\.toml"):
        composing.of_county(bare, {})


WRONG = {
    "part[1].sentences[1].say": 'key = "preamble"\nsentences = [{ say = "{t3.newt.total}件" }]',
    "part[1].sentences[1].when": 'key = "x"\nsentences = [{ say = "有", when = "t3.new.total" }]',
    "part[1].sentences[1].of": 'key = "x"\nsentences = [{ say = "有", of = "city" }]',
    "part[1].prompt": 'key = "x"\nprompt = "写些什么"',
    "part[1].table": 'key = "x"\ntable = "t9"',
    "part[1].field": 'key = "x"\nfield = "nothing"',
    "part[1].level": 'key = "x"\nlevel = 3',
    "part[1].haeding": 'key = "x"\nhaeding = "一"',
    "part[2].key": 'key = "x"\n[[part]]\nkey = "x"',
    "figures.more.is": 'key = "x"\n[figures]\nmore = { is = "t2.charges.fees + t3.new.total", label = "x" }',
}


@pytest.mark.parametrize("place", WRONG)
def test_a_wrong_outline_is_refused_with_its_place(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "pool"
    folder.mkdir()
    stated = 'base = "2021"\nid = "pool"\nnotice = "某文"\n'
    (folder / "edition.toml").write_text(stated, encoding="utf-8")
    (folder / "report.toml").write_text(f"[[part]]\n{WRONG[place]}\n", encoding="utf-8")
    monkeypatch.setenv(editions.VARIABLE, str(tmp_path))
    with pytest.raises(DefinitionError) as raised:
        editions.load("pool")
    assert f"pool/report.toml 的 {place}：" in str(raised.value)
