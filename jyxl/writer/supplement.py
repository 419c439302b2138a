"""A table in which a county writes what it asks for besides the form, with examples that are
switched off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import get_args

from jyxl.addresses import Area
from jyxl.definition import UNIT_KINDS, Edition
from jyxl.edition_texts import TEXT
from jyxl.layout import INDICATORS, NO, TEXTS, YES
from jyxl.supplement import MOST, USUAL
from jyxl.supplement_columns import INDICATORS as COLUMNS
from jyxl.supplement_columns import TEXTS as TEXT_COLUMNS
from jyxl.terms import Added, Asked
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet, build, put
from jyxl.writer.page import as_wide_as_a_page

_WIDTHS = {
    "on": 7.0,
    "group": 20.0,
    "label": 30.0,
    "unit": 10.0,
    "asked": 8.0,
    "needed": 7.0,
    "added": 10.0,
    "kinds": 16.0,
    "hint": 40.0,
    "relation": 34.0,
    "severity": 10.0,
    "field": 30.0,
    "longest": 10.0,
}
_CHOICES: Mapping[str, Sequence[str]] = {
    "on": (YES, NO),
    "needed": (YES, NO),
    "asked": get_args(Asked),
    "added": get_args(Added),
    "severity": ("错误", "提示"),
}
_HINTS = {
    "on": "写“是”的才向单位收；“否”的只是留在这里。",
    "unit": "条、件、次、万元等。",
    "added": "求和：各单位相加；计数：有多少个单位有；不汇总：只在明细里列出。",
    "kinds": f"{'、'.join(UNIT_KINDS)}；几种之间用顿号隔开，不写就是全部。",
    "relation": "应当成立的关系，用本表的指标名称写，如：工作动态 + 公示公告 <= 网站公开信息",
    "severity": "错误：不成立的退回；提示：不成立的要写说明。不写就是错误。",
    "longest": "最多多少字。",
}

_SITE, _GAZETTE, _LEAD = "政府网站公开", "政府公报", "组织领导和监督"
_READING, _MEDIA = "政策解读和回应关切", "政务新媒体和开放日"
EXAMPLES: tuple[tuple[str, ...], ...] = (
    (
        _SITE,
        "网站公开信息",
        "条",
        "整数",
        "全年通过政府网站公开的各类信息。",
        "网站公开信息 >= 工作动态 + 公示公告",
    ),
    (_SITE, "工作动态", "条", "整数", "", ""),
    (_SITE, "公示公告", "条", "整数", "", ""),
    (_SITE, "重点领域信息", "条", "整数", "", ""),
    (_SITE, "行政许可、处罚结果", "条", "整数", "公开的许可、处罚结果，不是办件量。", ""),
    (_SITE, "政府预决算", "条", "整数", "", ""),
    (_SITE, "网站查询", "次", "整数", "公众通过政府网站查询信息的次数。", ""),
    (_GAZETTE, "编制公报", "期", "整数", "", ""),
    (_GAZETTE, "公报刊登文件", "份", "整数", "", ""),
    (_GAZETTE, "公报经费", "万元", "小数", "", ""),
    (_LEAD, "常务会（办公会）研究政务公开", "次", "整数", "", ""),
    (_LEAD, "设有政务公开专职人员", "", "是否", "", ""),
    (_LEAD, "政务公开培训", "次", "整数", "", ""),
    (_LEAD, "督查通报", "次", "整数", "", ""),
    (_LEAD, "主管科室", "", "文字", "", ""),
    (_READING, "出台政策文件", "个", "整数", "", "出台政策文件 >= 政策解读"),
    (_READING, "政策解读", "个", "整数", "", ""),
    (_READING, "热线工单办结", "件", "整数", "“12345”热线转来、已经办结的。", ""),
    (_MEDIA, "政务新媒体公开信息", "条", "整数", "", ""),
    (_MEDIA, "开展政府开放日活动", "", "是否", "", ""),
)
"""Group, label, unit, type, hint and relation of what a county's report tells beyond the form."""


def workbook(edition: Edition, year: int) -> bytes:
    """The bytes of 补充指标.xlsx, with nothing switched on. Equal arguments give equal bytes."""

    def fill(book: Book) -> None:
        rows = [
            {
                "on": NO,
                "group": group,
                "label": label,
                "unit": unit,
                "asked": asked,
                "needed": YES,
                "added": USUAL[asked],
                "hint": hint,
                "relation": relation,
            }
            for group, label, unit, asked, hint, relation in EXAMPLES
        ]
        _sheet(book, INDICATORS, COLUMNS, rows, MOST + 100)
        texts = [
            {
                "on": NO,
                "field": field.label,
                "needed": YES,
                "hint": field.hint,
                "longest": field.longest if field.shape == TEXT else None,
            }
            for field in edition.fields
        ]
        _sheet(book, TEXTS, TEXT_COLUMNS, texts, len(texts))

    return build(datetime(year + 1, 1, 1), None, fill)


def _sheet(
    book: Book,
    name: str,
    columns: Mapping[str, tuple[str, ...]],
    rows: Sequence[Mapping[str, object]],
    last: int,
) -> Sheet:
    page = book.sheet(name, locked=False)
    text = book.style(look.TEXT | {"num_format": "@"})
    for column, (field, words) in enumerate(columns.items()):
        page.set_column(column, column, _WIDTHS[field], text)
        put(page, Area(0, column, 0, column), words[0], book.style(look.HEAD))
        options: dict[str, object] = {"validate": "any"}
        if field in _CHOICES:
            choices = list(_CHOICES[field])
            options = {
                "validate": "list",
                "source": choices,
                "error_title": words[0],
                "error_message": f"请从列表里选：{'、'.join(choices)}。",
            }
        if field in _HINTS:
            options |= {"input_title": words[0], "input_message": _HINTS[field]}
        if len(options) > 1:
            page.data_validation(1, column, last, column, options)
        for number, row in enumerate(rows, 1):
            put(page, Area(number, column, number, column), row.get(field), text)
    for number, row in enumerate(rows, 1):
        heights = (look.height(str(row.get(field) or ""), _WIDTHS[field] - 1) for field in columns)
        page.set_row(number, max(heights))
    page.conditional_format(
        *(1, 0, last, len(columns) - 1),
        {
            "type": "formula",
            "criteria": f'=$A2="{NO}"',
            "format": book.style({"font_color": "#808080"}),
        },
    )
    page.set_row(0, 26)
    page.set_landscape()
    page.freeze_panes(1, 0)
    as_wide_as_a_page(page)
    return page
