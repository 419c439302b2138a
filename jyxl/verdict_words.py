"""The words for verdicts, severities and states, and for what was not taken."""

from __future__ import annotations

from collections.abc import Sequence

from jyxl.finding import Finding
from jyxl.terms import Reception, Severity, State

VERDICTS: dict[Reception, str] = {
    "accepted": "通过",
    "returned": "退回",
    "refused": "拒收",
    "duplicate": "重复",
    "held": "待定",
}

SEVERITIES: dict[Severity, str] = {"error": "错误", "warning": "提示", "note": "备注"}

STATES: dict[State, str] = {"accepted": "已通过", "returned": "已退回", "missing": "未报"}


def state_words(state: State, newer_returned: bool) -> str:
    """The state of a unit in words. newer_returned: a return is in force, and a later one was
    sent back."""
    return f"{STATES[state]}（更新版退回）" if newer_returned else STATES[state]


ATTEMPTS = {
    "S-TYPE": "不是电子表格的文件",
    "S-DAMAGED": "打不开的文件",
    "S-PASSWORD": "加了密码的文件",
    "S-SIZE": "过大的文件",
    "S-TIMEOUT": "没能读完的文件",
    "S-ARCHIVE": "没有拆开的压缩包",
    "S-FOREIGN": "不是下发的工作簿",
    "S-FORGED": "身份被改动的工作簿",
    "S-CAMPAIGN": "另一次下发的工作簿",
    "S-YEAR": "别的年度的工作簿",
    "S-EDITION": "别的表式的工作簿",
    "S-UNIT": "名册里没有的单位的工作簿",
    "S-STALE": "名册改动以前下发的工作簿",
    "S-SWAP": "混有别的单位的表的工作簿",
    "S-SENDER": "用了别的单位工作簿的文件",
    "S-STRANGER": "名册以外的邮箱发来的文件",
    "S-OLDER": "较早的一份",
    "S-AGAIN": "以前的一份",
    "S-TRACKED": "有修订没接受的 Word 文件",
    "S-GRID": "表格看不准的 Word 文件",
    "S-TWICE": "同一张表有两份的 Word 文件",
    "S-WHOSE": "看不出是哪个单位的 Word 文件",
    "S-BESIDE": "另一份 Word 文件",
    "S-AWAITED": "另一份 Word 文件",
    "S-PARTIAL": "没有收齐的汇总",
}
"""Code → what a file is that was not taken for this reason."""

_STRANGERS = {
    ("doc", "docx", "docm", "wps", "rtf", "odt"): "Word 文件",
    ("pdf", "ofd"): "PDF 文件",
    ("jpg", "jpeg", "png", "gif", "bmp", "heic"): "图片",
}


def attempt_words(file: str, findings: Sequence[Finding]) -> str:
    """What a file is that was refused or held, in a few words."""
    code = next((one.code for one in findings if one.code in ATTEMPTS), "")
    if code == "S-TYPE":
        suffix = file.rpartition(".")[2].lower()
        return next((w for known, w in _STRANGERS.items() if suffix in known), ATTEMPTS[code])
    words = ATTEMPTS.get(code, "没有采用的文件")
    is_word = file.lower().endswith((".docx", ".docm"))
    return words.replace("工作簿", " Word 文件") if is_word else words
