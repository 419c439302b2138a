"""What may be wrong with what stands in a cell, in words, and what to do about it."""

from __future__ import annotations

from jyxl.definition import Kind
from jyxl.finding import Finding, Place
from jyxl.messages import finding

WHY = {
    "text": "不是一个数",
    "unseen": "里面有看不见的控制符号",
    "approximate": "是约数",
    "signed_word": "正负号写成了文字或写重了",
    "remark": "数字后面带有说明",
    "boolean": "是一个逻辑值",
    "date": "是一个日期或时间",
    "error": "是一个错误值",
    "uncalculated": "是公式，但没有算出结果",
    "decimals": "小数位数太多",
    "fraction": "不是整数",
    "range": "超出了合理范围",
    "negative": "是负数",
}

NOTHING = "空白"
"""Quoted for a cell in which nothing stands."""

UNCALCULATED = "（公式）"
"""Shown for a formula that has no result."""

MEND = {
    "text": "请改成一个数；没有发生的填 0。",
    "unseen": "请把这一格删空，重新填一个数。",
    "approximate": "请填准确的数，不写“约”“余”“多”。",
    "signed_word": "请只写数字，不写“增”“减”和正负号；这里的数不会小于 0。",
    "remark": "请只留一个数，去掉后面的说明。",
    "boolean": "请改成一个数；没有发生的填 0。",
    "date": "请把这一格删空，重新填一个数；写成 3-4、1/2 的会变成日期。",
    "error": "请把这一格删空，直接填数，不用公式。",
    "uncalculated": "请把这一格删空，直接填数，不用公式。",
    "decimals": "请核对小数点的位置；多出来的小数请四舍五入。",
    "fraction": "件数只能是整数：请核对是不是多打了小数点，或者把以万元为单位的金额填到了这里。",
    "range": "请核对是不是多打了几位数，或者把别的号码填到了这里。",
    "negative": "这里的数不会小于 0：请核对是不是多打了减号，或者填成了增减数；没有发生的填 0。",
}
"""What to do about each fault."""

MEND_AMOUNT = {
    "text": "请改成以万元为单位的数，例如 251000 元填 25.1；没有发生的填 0。",
    "range": "请核对是不是多打了几位数，或者按元填了；单位是万元，例如 251000 元填 25.1。",
}
"""What to do if it is in an amount, where that is something else."""

MEND_CHANGE = {"signed_word": "请只写数字：减少 8 写成 -8，增加不用写正号。"}
"""What to do if it is in a cell that may be negative, where that is something else."""


def misfit(kind: Kind, place: Place, value: str, fault: str) -> Finding:
    """The finding (F-1, F-2) that what was typed is not a number of its kind. fault: a key of
    WHY."""
    own = MEND_AMOUNT if kind.unit else MEND_CHANGE if kind.minimum < 0 else {}
    mend = own.get(fault, MEND[fault])
    return finding(kind.rule, place, value, why=WHY[fault], want=kind.want, mend=mend)


DOUBT = {
    "two": "里存的内容有两种读法（“{one}”和“{other}”）",
    "twice": "里存了不止一个内容（其中有“{one}”）",
    "stale": "里是公式，文件里存的结果是“{one}”，打开以后不一定是这个数",
    "shown": "里存的是“{one}”，显示出来却是“{other}”",
    "struck": "里的“{one}”划了删除线",
    "part": "里的“{one}”有一部分划了删除线，或者是上标、下标",
    "hidden": "被合并到旁边的格里，里面的“{one}”看不见",
    "beside": "里是“{one}”，原来同它合并的格里另有“{other}”",
}
"""Why a cell is not counted although it may hold a number."""

_DOUBTED = {
    "two": "{one}（或者 {other}）",
    "twice": "{one}（不止一个内容）",
    "stale": "{one}（公式）",
    "shown": "{one}（显示为 {other}）",
    "struck": "{one}（划掉了）",
    "part": "{one}（有划掉的字或上下标）",
    "hidden": "{one}（看不见）",
    "beside": "{one}（旁边还有 {other}）",
}


def doubted(why: str, one: str, other: str) -> str:
    """What stands in such a cell when it is sent back: never a number, so that it cannot count
    before it was filled in again."""
    return _DOUBTED[why].format(one=one, other=other)
