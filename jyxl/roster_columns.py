"""The columns of a roster: what they are called, and what else offices call them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from jyxl import characters

HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "code": ("单位代码", "代码", "编号", "编码", "单位编号", "单位编码", "机构代码"),
        "name": (
            *("单位名称", "名称", "单位", "单位全称", "全称", "机构名称"),
            *("填报单位", "报送单位", "单位名"),
        ),
        "kind": ("类别", "类型", "单位类别", "单位类型"),
        "contact": ("联络人", "联系人", "联络员", "经办人", "联络人姓名", "联系人姓名"),
        "phone": (
            *("电话", "手机", "联系电话", "电话号码", "手机号", "手机号码", "联系方式"),
            *("办公电话", "联络人电话", "联系人电话", "单位电话"),
        ),
        "mail": (
            *("邮箱", "电子邮箱", "电子邮件", "邮件", "邮箱地址", "电子邮箱地址"),
            *("邮件地址", "电子邮件地址", "email", "e-mail", "mail"),
        ),
        "former": ("曾用名", "曾用名称", "原名", "原名称", "原单位名称"),
        "last_code": ("上年单位代码", "上年代码", "去年单位代码", "去年代码", "上年编号"),
    }
)
"""Field of a unit → its headings. The first one is written into an empty roster."""

NEEDED = ("code", "name", "kind")
OWN = tuple(words[0] for words in HEADINGS.values())
"""The headings of an empty roster."""

_FIELDS = {word: field for field, words in HEADINGS.items() for word in words}
_MARKS = re.compile(r"\([^()]*\)|[*:]")


def field_of(heading: str) -> str | None:
    """The field that a heading means, or None: “ 单位代码（必填）*” is the code."""
    plain = unicodedata.normalize("NFKC", characters.BLANKS.sub("", heading)).casefold()
    return _FIELDS.get(plain) or _FIELDS.get(_MARKS.sub("", plain))
