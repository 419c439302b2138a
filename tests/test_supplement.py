"""What a county asks for beyond the form is plain data, and with an edition makes another one."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from jyxl import editions
from jyxl.definition import DefinitionError, Edition
from jyxl.layout import sheet
from jyxl.supplement import NOTHING, Indicator, Relation, Supplement, TextAsked, parsed
from jyxl.supplement_tables import cell_name

NEWS = Indicator("网站", "工作动态", "条", "整数", True, "求和")
MONEY = Indicator("公报", "公报经费", "万元", "小数", False, "求和", ("部门",))
STAFF = Indicator("公报", "设有专职人员", "", "是否", True, "计数")
OFFICE = Indicator("", "主管科室", "", "文字", False, "不汇总")
ASKED = Supplement(
    (NEWS, MONEY, STAFF, OFFICE),
    (Relation(f"{cell_name(NEWS)} >= t3.new.total", "error"),),
    (TextAsked("application", True, 2000), TextAsked("charges", False, 10)),
)


def test_it_is_the_same_after_it_was_written_down() -> None:
    assert parsed(ASKED.plain) == ASKED
    assert parsed(NOTHING.plain) == NOTHING
    assert NOTHING.digest == ""


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"indicators": 1}', ASKED.plain + " "])
def test_what_is_no_supplement_is_none(text: str) -> None:
    assert parsed(text) is None


def test_a_type_that_does_not_exist_is_no_supplement() -> None:
    assert parsed(ASKED.plain.replace('"整数"', '"图片"')) is None


@pytest.mark.parametrize(
    "wrong",
    [
        replace(ASKED, indicators=(NEWS, NEWS)),
        replace(ASKED, indicators=(replace(NEWS, label=""),)),
        replace(ASKED, indicators=(replace(NEWS, label=1),)),  # type: ignore[arg-type]
        replace(ASKED, indicators=(replace(NEWS, kinds=("学校",)),)),  # type: ignore[arg-type]
        replace(ASKED, relations=(Relation("1 == 1", "note"),)),
        replace(ASKED, texts=(TextAsked("other", True, 0),)),
        replace(ASKED, texts=(TextAsked("other", True, True),)),
        replace(ASKED, texts=(TextAsked("other", True, 5), TextAsked("other", True, 6))),
        replace(ASKED, indicators=tuple(replace(NEWS, label=f"指标{n}") for n in range(501))),
    ],
)
def test_what_cannot_be_worked_with_is_no_supplement(wrong: Supplement) -> None:
    assert parsed(wrong.plain) is None


def test_an_indicator_with_another_meaning_has_another_key() -> None:
    assert NEWS.key == replace(NEWS, hint="新的说明", needed=False, group="别的").key
    others = (replace(NEWS, label="动态"), replace(NEWS, unit="件"), replace(NEWS, asked="小数"))
    assert len({one.key for one in (NEWS, *others)}) == 4


def test_it_comes_after_the_form_whose_id_stays(edition_2021: Edition) -> None:
    both = editions.with_supplement(edition_2021, ASKED)
    assert (both.id, [table.key for table in both.tables]) == (
        "2021",
        ["t2", "t3", "t4", "own", "words"],
    )
    assert both.statutory == edition_2021.cells
    assert [one.rule.id for one in both.instances][-1] == "B-1"
    assert editions.with_supplement(edition_2021, NOTHING) is edition_2021
    assert pickle.loads(pickle.dumps(both)) is both
    assert editions.combined("2021", parsed(ASKED.plain) or NOTHING) is both


def test_a_table_in_which_nothing_is_asked_of_a_kind_of_unit_is_not_issued_to_it(
    edition_2021: Edition,
) -> None:
    asked = Supplement((MONEY,), (), (TextAsked("application", True, 2000, ("部门",)),))
    both = editions.with_supplement(edition_2021, asked)
    assert [table.key for table in both.tables_for("乡镇")] == ["t2", "t3", "t4"]
    assert both.tables_for("部门") == both.tables


def test_a_text_that_the_edition_does_not_have_is_refused(edition_2021: Edition) -> None:
    with pytest.raises(DefinitionError, match="nonsense"):
        editions.with_supplement(edition_2021, Supplement(texts=(TextAsked("nonsense", True, 1),)))


def test_every_answer_has_a_place_of_its_own(edition_2021: Edition) -> None:
    both = editions.with_supplement(edition_2021, ASKED)
    for table in both.tables[-2:]:
        place = sheet(table)
        areas = [*place.cells.values(), *place.texts.values()]
        assert {*place.cells, *place.texts} >= {one.name for one in table.answers}
        assert len({(area.top, area.left) for area in areas}) == len(areas)
    assert [one.row for one in both.table["own"].answers] == [one.key for one in ASKED.indicators]
