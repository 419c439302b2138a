"""The columns of 补充指标.xlsx: what they are called, and what else offices call them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from jyxl import characters

INDICATORS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "on": ("启用", "是否启用", "用不用"),
        "group": ("分组", "组", "类别名称"),
        "label": ("指标", "指标名称", "名称", "项目"),
        "unit": ("计量单位", "单位", "计量"),
        "asked": ("类型", "数据类型", "填报类型"),
        "needed": ("必填", "是否必填"),
        "added": ("汇总方式", "汇总"),
        "kinds": ("适用类别", "适用单位", "适用单位类别"),
        "hint": ("填报说明", "说明", "备注"),
        "relation": ("勾稽", "勾稽关系"),
        "severity": ("勾稽级别", "级别"),
    }
)
"""Field of an indicator → its headings. The first one is written into a new file."""

TEXTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "on": ("启用", "是否启用", "用不用"),
        "field": ("栏目", "文字", "名称"),
        "needed": ("必填", "是否必填"),
        "longest": ("最多字数", "字数", "字数上限"),
        "kinds": ("适用类别", "适用单位", "适用单位类别"),
        "hint": ("填报说明", "说明", "备注"),
    }
)
"""Field of a text → its headings."""


def field_of(heading: str, known: Mapping[str, tuple[str, ...]]) -> str | None:
    """The field that a heading means, or None."""
    plain = unicodedata.normalize("NFKC", characters.BLANKS.sub("", heading)).rstrip("*:")
    return next((field for field, words in known.items() if plain in words), None)
