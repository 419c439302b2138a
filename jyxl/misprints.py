"""What may be wrong with the form of a written report (W-3): each fault in words, and how to mend it."""

from __future__ import annotations

from typing import Any

from jyxl import messages
from jyxl.finding import Finding, Place
from jyxl.terms import Severity

FACTS: dict[str, tuple[str, str]] = {
    # 文档
    "tracked": (
        "文档里有还没接受的修订，读者看到的和存下的可能不同",
        "请接受或拒绝全部修订，保存以后再核对一次。",
    ),
    "whose": ("开头没有写到“{wanted}”", "请核对这是不是这一份报告；标题里写上本机关的名称。"),
    "title": ("开头没有找到年度报告的标题", "请写上标题：{wanted}。"),
    "year": ("{where}写的是 {found} 年，应为 {wanted} 年", "请改成 {wanted} 年。"),
    "open": (
        "{where}还有一处没有写：{found}",
        "请把这一句换成要写的内容；没有要写的，删去这一句。",
    ),
    "untrue": (
        "{where}写的是“{found}”，照台账不是这样",
        "请改这一句；句子没有错的，请先查清是哪个单位报得不对。",
    ),
    # 各部分
    "part": ("没有“{wanted}”这一部分", "请补上这个标题和它的内容。"),
    "heading": (
        "{where}的标题是“{found}”，应为“{wanted}”",
        "请照规定的标题改正。",
    ),
    "order": (
        "“{wanted}”这一部分的位置不对，应在“{before}”之后",
        "请照规定的先后移动。",
    ),
    # 各张表
    "table": (
        "没有“{wanted}”这张表{unread}",
        "请补上这张表；表里的字要能选中，不能用图片。",
    ),
    "edition": (
        "第 {number} 张表（{table}）是 {found} 年版的表式，应为 {wanted} 年版",
        "请换成 {wanted} 年版的表。",
    ),
    "label": ("{where}写的是“{found}”，表式里是“{wanted}”", "请照表式改正行名、列名。"),
    "missing": ("“{table}”里少了{wanted}", "请照表式补上行或列。"),
    "extra": ("{where}的“{found}”，表式里没有", "请照表式删去；要另外说明的，写在正文里。"),
    "moved": ("{where}的“{found}”不在表式的位置上", "请照表式的先后移动。"),
    "cells": (
        "“{table}”里有 {count} 格的数没有找到：{found}",
        "请照表式核对这张表的行、列和合并的单元格。",
    ),
    "blank": (
        "“{table}”里有 {count} 格空着（从{where}起），台账里都是 0",
        "请填上 0；不用填的填“/”。",
    ),
    "odd": ("{where}{found}，看不准是什么数", "请照表式重新做这一处。"),
    "twice": ("{found}", "请只留一张，核对它的数。"),
}


def misprint(fault: str, place: Place = messages.NOWHERE, **slots: Any) -> Finding:
    """The finding that something about the form is wrong. fault: a key of FACTS; what is only a
    prompt that was left is a warning."""
    fact, mend = FACTS[fault]
    severity: Severity = "warning" if fault == "open" else "error"
    short = {name: messages.short(str(one)) for name, one in slots.items()}
    return messages.finding(
        "W-3",
        place,
        str(slots.get("found", "")),
        severity=severity,
        fact=fact.format(**short),
        mend=mend.format(**short),
    )
