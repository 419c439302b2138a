"""补充指标.xlsx as a clerk edits it: what is asked for, and every mistake with its row and column."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pytest

from jyxl.definition import Edition
from jyxl.edges import supplement
from jyxl.problem import Problem
from jyxl.supplement import MOST, NOTHING, Supplement, TextAsked
from jyxl.supplement_tables import cell_name
from jyxl.writer import supplement as blank

pytestmark = pytest.mark.slow

HEADS = ["启用", "分组", "指标", "计量单位", "类型", "必填", "汇总方式", "适用类别", "填报说明", "勾稽", "级别"]  # fmt: skip
TEXTS = ["启用", "栏目", "必填", "最多字数", "适用类别", "填报说明"]
Rows = Iterable[list[object]]


def read(folder: Path, edition: Edition, rows: Rows, texts: Rows = ()) -> Supplement:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "补充指标"
    for row in (HEADS, *rows):
        page.append(row)
    other = book.create_sheet("文字材料")
    for row in (TEXTS, *texts):
        other.append(row)
    book.save(folder / supplement.NAME)
    return supplement.read(folder, folder / ".jyxl", edition)


def wrong(folder: Path, edition: Edition, rows: Rows, texts: Rows = ()) -> list[str]:
    """The mistakes that are told, each by its sheet, row and column."""
    with pytest.raises(Problem) as told:
        read(folder, edition, rows, texts)
    lines = str(told.value).splitlines()
    return [line.strip().split("：")[0] for line in (lines[1:] or lines)]


def test_in_a_new_table_everything_is_off(tmp_path: Path, edition_2021: Edition) -> None:
    data = blank.workbook(edition_2021, 2021)
    assert data == blank.workbook(edition_2021, 2021)
    (tmp_path / supplement.NAME).write_bytes(data)
    assert supplement.read(tmp_path, tmp_path / ".jyxl", edition_2021) == NOTHING


def test_all_examples_can_be_switched_on(tmp_path: Path, edition_2019: Edition) -> None:
    (tmp_path / supplement.NAME).write_bytes(blank.workbook(edition_2019, 2019))
    book = openpyxl.load_workbook(tmp_path / supplement.NAME)
    for page in book:
        for row in range(2, page.max_row + 1):
            page.cell(row, 1).value = "是"
    book.save(tmp_path / supplement.NAME)
    asked = supplement.read(tmp_path, tmp_path / ".jyxl", edition_2019)
    assert len(asked.indicators) == len(blank.EXAMPLES)
    assert [one.field for one in asked.texts] == [one.key for one in edition_2019.fields]
    assert len(asked.relations) == 2


def test_what_is_written_is_asked_for(tmp_path: Path, edition_2021: Edition) -> None:
    asked = read(
        tmp_path,
        edition_2021,
        [
            ["是", "网站", "工作动态", "条", "整数", "是", "求和", "部门、乡镇", "发了多少", "工作动态≥公示公告；工作动态 + 公示公告 >= t3.new.total"],
            ["否", "网站", "没有启用的", "", "乱写"],
            ["", "", "公示公告", "条", "整数", "否"],
            ["是", "公报", "经费", "万元", "小数", "是", "不汇总"],
            ["是", "网站", "有专栏", None, "是/否"],
        ],
        [["是", "（二）依申请公开", "否", 800, "部门", None], ["否", "改进情况"]],
    )  # fmt: skip
    assert [(one.group, one.label, one.added, one.needed) for one in asked.indicators] == [
        ("网站", "工作动态", "求和", True),
        ("网站", "公示公告", "求和", False),
        ("网站", "有专栏", "计数", True),
        ("公报", "经费", "不汇总", True),
    ]
    first, second = (cell_name(one) for one in asked.indicators[:2])
    assert [" ".join(one.when.split()) for one in asked.relations] == [
        f"{first} >= {second}",
        f"{first} + {second} >= t3.new.total",
    ]
    assert asked.indicators[0].kinds == ("部门", "乡镇")
    assert asked.texts == (TextAsked("application", False, 800, ("部门",)),)


def test_every_mistake_is_told_at_once(tmp_path: Path, edition_2021: Edition) -> None:
    told = wrong(
        tmp_path,
        edition_2021,
        [
            ["好", "", "甲", "条", "整数"],
            ["是", "", "乙", "条", "图片"],
            ["是", "", "", "条", "整数"],
            ["是", "", "丙", "条", "是否", "是", "求和"],
            ["是", "", "丁", "3条", "整数", "也许", "平均", "学校"],
            ["是", "", "甲 ", "条", "整数"],
            ["是", "", "123", "条", "整数"],
            ["是", "", "字" * 61, "条", "整数"],
        ],
        [
            ["是", "（七）没有的"],
            ["是", "改进情况", "是", "九百"],
            ["是", "改进情况", "是", 40_000],
        ],
    )
    assert told == [
        "“补充指标”第 2 行“启用”",
        "“补充指标”第 3 行“类型”",
        "“补充指标”第 4 行“指标”",
        "“补充指标”第 5 行“汇总方式”",
        "“补充指标”第 6 行“汇总方式”",
        "“补充指标”第 6 行“计量单位”",
        "“补充指标”第 6 行“必填”",
        "“补充指标”第 6 行“适用类别”",
        "“补充指标”第 8 行“指标”",
        "“补充指标”第 9 行“指标”",
        "“文字材料”第 2 行“栏目”",
        "“文字材料”第 3 行“最多字数”",
        "“文字材料”第 4 行“栏目”",
        "“文字材料”第 4 行“最多字数”",
    ]


def test_a_label_twice_is_told(tmp_path: Path, edition_2021: Edition) -> None:
    told = wrong(tmp_path, edition_2021, [["是", "", "工作动态", "", "整数"], ["是", "", "工作 动态", "", "小数"]])  # fmt: skip
    assert told == ["“补充指标.xlsx”的“补充指标”第 3 行“指标”"]


@pytest.mark.parametrize(
    "relation",
    [
        "甲 >= 没有的",
        "甲",
        "甲 >= ",
        "甲 * 乙 == 1",
        "甲 >= 停用",
        "甲 >= 元数",
        "甲 = 有没有",
        "__import__('os')",
        "甲 >= t9.x.y",
        "甲 ** 9 > 1",
    ],
)
def test_a_relation_that_means_nothing_is_told(
    tmp_path: Path, edition_2021: Edition, relation: str
) -> None:
    rows: list[list[object]] = [
        ["是", "", "甲", "条", "整数", "", "", "", "", relation],
        ["是", "", "乙", "条", "整数"],
        ["否", "", "停用", "条", "整数"],
        ["是", "", "元数", "元", "小数"],
        ["是", "", "有没有", "", "是否"],
    ]
    assert wrong(tmp_path, edition_2021, rows) == ["“补充指标.xlsx”的“补充指标”第 2 行“勾稽”"]


def test_a_label_inside_another_is_not_taken_for_it(tmp_path: Path, edition_2021: Edition) -> None:
    rows: list[list[object]] = [
        ["是", "", "公报", "期", "整数", "", "", "", "", "公报刊登文件 >= 公报 或者 “公报” = 0"],
        ["是", "", "公报刊登文件", "份", "整数"],
    ]
    asked = read(tmp_path, edition_2021, rows)
    one, other = map(cell_name, asked.indicators)
    assert " ".join(asked.relations[0].when.split()) == f"{other} >= {one} or {one} == 0"


def test_only_so_many_are_taken(tmp_path: Path, edition_2021: Edition) -> None:
    rows: list[list[object]] = [["是", "", f"指标{n}号", "条", "整数"] for n in range(MOST)]
    assert len(read(tmp_path, edition_2021, rows).indicators) == MOST
    told = wrong(tmp_path, edition_2021, [*rows, ["是", "", "多的", "条", "整数"]])
    assert told == [f"“补充指标.xlsx”的“补充指标”第 {MOST + 2} 行“指标”"]


def test_a_column_that_is_not_known_is_told(tmp_path: Path, edition_2021: Edition) -> None:
    read(tmp_path, edition_2021, [])
    book = openpyxl.load_workbook(tmp_path / supplement.NAME)
    book["补充指标"].cell(1, 6).value = "必需"
    book.save(tmp_path / supplement.NAME)
    with pytest.raises(Problem, match="第 1 行“必需”"):
        supplement.read(tmp_path, tmp_path / ".jyxl", edition_2021)


def test_a_table_that_was_used_and_is_lost_is_told(tmp_path: Path, edition_2021: Edition) -> None:
    (tmp_path / ".jyxl").mkdir()
    asked = read(tmp_path, edition_2021, [["是", "", "甲", "条", "整数"]])
    (tmp_path / supplement.NAME).rename(tmp_path / "别处.xlsx")
    with pytest.raises(Problem, match="不见了"):
        supplement.read(tmp_path, tmp_path / ".jyxl", edition_2021)
    (tmp_path / "别处.xlsx").rename(tmp_path / supplement.NAME)
    assert supplement.read(tmp_path, tmp_path / ".jyxl", edition_2021) == asked
