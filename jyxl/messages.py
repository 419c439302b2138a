"""Every sentence that a unit reads about its return, keyed by code.

A message says what is wrong, and its advice how to correct it. Slots in braces are filled
when a finding is made; a slot without a value stays visible and does not raise an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jyxl.finding import Finding, Place
from jyxl.terms import Severity


@dataclass(frozen=True)
class Message:
    severity: Severity
    message: str
    advice: str


CATALOGUE: dict[str, Message] = {
    # 文件
    "S-TYPE": Message(
        "error",
        "这个文件不是能读的工作簿（{detail}）。",
        "请把下发的工作簿填好、保存，再把它本身发回来，不要发照片、PDF、Word 文档或网页。",
    ),
    "OLD-WORD": Message(
        "error",
        "这个文件读不出来（{detail}）。",
        "请把数填到下发的工作簿里，发回工作簿；手头只有 Word 文档的，用 WPS 或 Word 打开，另存为 docx 再发来。",
    ),
    "S-DAMAGED": Message(
        "error",
        "文件打不开，可能没有传完或者已经损坏（{detail}）。",
        "请在自己的电脑上试着打开，能打开就重新发送一次；打不开请向收表办公室再要一份。",
    ),
    "S-PASSWORD": Message(
        "error",
        "文件设了打开密码，读不出来。",
        "请打开文件，去掉打开密码（WPS：文件 → 文档加密；Excel：文件 → 信息 → 保护工作簿），保存后再发回。",
    ),
    "S-SIZE": Message(
        "error",
        "文件超出了正常大小（{detail}），没有读取。",
        "请在下发的工作簿里重新填写，不要插入图片，也不要在表外粘贴内容。",
    ),
    "S-TIMEOUT": Message(
        "error",
        "这个文件没能读完（{detail}），没有采用。",
        "请在下发的工作簿里重新填写后发回。",
    ),
    "S-ARCHIVE": Message(
        "error",
        "这是一个压缩包，没有拆开（{detail}）。",
        "请解压后把里面的工作簿直接发回；要打包的，用不加密的 zip，里面只放工作簿，不要再套压缩包。",
    ),
    "S-UNCHANGED": Message(
        "error",
        "这就是上次退回的工作簿，一处也没有改。",
        "请打开退回的工作簿，按第一张表“校验错误”逐处改正，保存以后再发回。",
    ),
    "S-ACTIVE": Message(
        "note",
        "文件里带有宏、外部链接或嵌入的程序，都没有运行，也没有采用。",
        "请用下发的工作簿填报，不要加宏，也不要链接到别的文件。",
    ),
    # 身份
    "S-FOREIGN": Message(
        "error",
        "这不是下发的工作簿：里面没有身份信息。",
        "请把数填到收表办公室下发给本单位的那个文件里，再把那个文件发回来。",
    ),
    "S-FORGED": Message(
        "error",
        "工作簿的身份信息被改动过，不能确认是哪个单位的。",
        "请向收表办公室要一份新的工作簿，填好后发回。",
    ),
    "S-CAMPAIGN": Message(
        "error",
        "这是{county}另一个填报项目下发的工作簿，不是这一次的。",
        "请使用这一次下发的工作簿。",
    ),
    "S-YEAR": Message(
        "error",
        "这是 {found} 年度的工作簿，这一次要报的是 {wanted} 年度。",
        "请使用 {wanted} 年度下发的工作簿。",
    ),
    "S-EDITION": Message(
        "error",
        "工作簿用的是 {found} 年版表式，这一次用的是 {wanted} 年版。",
        "请使用这一次下发的工作簿。",
    ),
    "UNKNOWN-EDITION": Message(
        "error",
        "工作簿用的是 {found} 年版表式，这里没有这一版，不能核对；这里有的是：{wanted}。",
        "请在有这一版表式的电脑上核对。",
    ),
    "S-UNIT": Message(
        "error",
        "工作簿是下发给“{name}”（{unit}）的，名册里没有这个单位。",
        "请核对名册：代码改过的，改回去；单位撤并了的，由接续的单位用自己的工作簿填报。",
    ),
    "S-STALE": Message(
        "error",
        "工作簿下发以后，名册里这个单位的{what}改了：下发时是“{found}”，现在是“{wanted}”。",
        "只是改了名称的，在名册的“曾用名”一列写上原来的名称，再收一次；改了类别的，给这个单位重新下发工作簿"
        "（jyxl issue --unit 单位代码），请单位填好新的发回；改错了的，把名册改回来。",
    ),
    "S-SWAP": Message(
        "error",
        "工作表“{sheet}”上写的是“{found}”，工作簿却是下发给“{wanted}”的。",
        "请不要在工作簿之间复制工作表；请在下发给本单位的工作簿里填写。",
    ),
    "S-SENDER": Message(
        "error",
        "文件名写的是“{found}”，里面却是下发给“{wanted}”的工作簿，不能确认是哪个单位的数。",
        "请核对是不是用错了别的单位的工作簿。没有用错的，把文件名里的单位名改对再交，"
        "或者用 jyxl accept 并写明理由。",
    ),
    "S-STRANGER": Message(
        "error",
        "这一份是从 {sender} 发来的（{whose}），{wanted}在名册上的邮箱是 {known}，不能确认是不是它报的。",
        "请打电话问一下这个单位。是它报的，用 jyxl accept 并写明理由；以后还会从这个邮箱发的，把它加进名册。",
    ),
    # Word 文档
    "S-WORD": Message(
        "error",
        "发来的是 Word 文档，不是下发的工作簿，不能直接汇总；其中 {count} 格的数已经填进退回的工作簿。",
        "请在退回的工作簿里对照原来的文档逐格核对，改正、补齐以后保存，把工作簿发回来，不要再发 Word。",
    ),
    "S-UNREAD": Message(
        "error",
        "Word 文档里有没能取用的：{detail}。",
        "请在退回的工作簿里核对，该填的补上。",
    ),
    "WORD-SHEET": Message(
        "error",
        "Word 文档里没有读到“{sheet}”这张表{why}。",
        "请在退回的工作簿里填这张表。",
    ),
    "WORD-TOTAL": Message(
        "error",
        "“{label}”在 Word 文档里是 {value}，按各项计算是 {computed}。",
        "请核对组成它的各项，改正写错的一格；退回的工作簿里，合计是自动算的，不用填。",
    ),
    "WORD-YEAR": Message(
        "error",
        "这是 {found} 年度的 Word 文档，这一次要报的是 {wanted} 年度。",
        "请使用 {wanted} 年度下发的工作簿。",
    ),
    "WORD-EDITION": Message(
        "error",
        "Word 文档里的表是 {found} 年版表式，这一次用的是 {wanted} 年版。",
        "请使用这一次下发的工作簿。",
    ),
    "S-TRACKED": Message(
        "error",
        "Word 文档里还有没接受的修订，不能确定以哪个数为准。",
        "请打开文档，在“审阅”里接受全部修订，保存后再交；最好直接填下发的工作簿。",
    ),
    "S-GRID": Message(
        "error",
        "Word 文档里的表看不准哪个数在哪一格：{detail}。",
        "请照表式的样子整理好（不套表、不隐藏行、不多合并格），保存后再交；最好直接填下发的工作簿。",
    ),
    "S-TWICE": Message(
        "error",
        "Word 文档里同一张表有两份，数却不同，不能确定以哪一份为准：{detail}。",
        "请删掉多余的一份，保存后再交；最好直接填下发的工作簿。",
    ),
    "S-WHOSE": Message(
        "error",
        "看不出这份 Word 文档是哪个单位的：{detail}。",
        "请在文件名里写明是名册上的哪一个单位，再交一次；最好直接填下发的工作簿。",
    ),
    "S-BESIDE": Message(
        "error",
        "这是 Word 文档，这个单位已经有一份通过（{file}，{since}），它照常有效，Word 没有采用；{differ}。",
        "不用它的，把文件移走就行；要单位照它改的，用 jyxl accept 并写明理由，会退给单位一个填好这些数的工作簿。",
    ),
    "S-AWAITED": Message(
        "error",
        "这是 Word 文档，这个单位已经交过工作簿（{file}），退回去在等它改，Word 没有采用。",
        "不用它的，把文件移走就行；要单位照它改的，用 jyxl accept 并写明理由，会退给单位一个填好这些数的工作簿。",
    ),
    # 办公室
    "S-OLDER": Message(
        "error",
        "这一份是 {arrived} 的，比现在采用的（{file}，{since}）早，没有采用；{differ}。",
        "不用它的，把文件移走就行；要改用它的，用 jyxl accept 并写明理由。",
    ),
    "S-AGAIN": Message(
        "error",
        "这一份以前通过过，后来改用了 {file}；现在又收到它，不能确定以哪一份为准；{differ}。",
        "请问清楚单位；要改回这一份的，用 jyxl accept 并写明理由。",
    ),
    "S-PARTIAL": Message(
        "error",
        "“{county}”汇总的数不全（{scope}）。",
        "请“{county}”收齐以后重新汇总上报；先用这一份的，由收表的办公室用 jyxl accept 并写明理由。",
    ),
    "S-NEWER": Message(
        "note",
        "代替了原来采用的一份（{file}）；{differ}。",
        "请核对这些改动。",
    ),
    "O-1": Message(
        "error",
        "收表办公室的意见：{because}",
        "请按这条意见核对改正；数没有错的，请打电话向收表办公室说明。",
    ),
    # 结构
    "S-SHEET": Message(
        "error",
        "工作表“{sheet}”不见了，里面的数没有读到。",
        "请在退回的工作簿里补填这张表。",
    ),
    "S-NAME": Message(
        "error",
        "工作表“{sheet}”被改名为“{found}”。数已经读出，填在退回的工作簿里。",
        "请核对退回的工作簿里这张表的数，无误后原样发回。",
    ),
    "S-ROWS": Message(
        "error",
        "工作表“{sheet}”的行列被插入、删除或移动过。数已按行名、列名找回，填在退回的工作簿里。",
        "请核对退回的工作簿里这张表的数，无误后原样发回。",
    ),
    "S-LABEL": Message(
        "error",
        "工作表“{sheet}”的表样被改动过：这里应是“{wanted}”，现在是“{found}”。",
        "请在退回的工作簿里核对这张表的数，改正后发回；表中的文字不要改。",
    ),
    "S-LOST": Message(
        "error",
        "工作表“{sheet}”的表样被改得认不出了（这里应是“{wanted}”，现在是“{found}”），数没有读到。",
        "请在退回的工作簿里重新填写这张表。",
    ),
    "S-HIDDEN": Message(
        "error",
        "工作表“{sheet}”被隐藏了，却有一张看得见的“{found}”和它的表样一样，不能确定数填在哪一张。",
        "请取消隐藏“{sheet}”，把数填在这一张里，删掉另一张，保存以后再发回。",
    ),
    "S-ADDED": Message(
        "error",
        "这个工作簿下发以后，又增加了要填的：{added}。",
        "请在退回的工作簿里补填；其余已经填好的都在里面。",
    ),
    "S-EXTRA": Message(
        "note",
        "多出一张工作表“{sheet}”，里面的内容没有采用。",
        "数只能填在下发的几张表里。",
    ),
    # 数值
    "F-1": Message(
        "error",
        "“{label}”填的是“{value}”，{why}；应为{want}。",
        "{mend}",
    ),
    "F-2": Message(
        "error",
        "“{label}”填的是“{value}”，{why}；应为{want}。",
        "{mend}",
    ),
    "F-3": Message(
        "error",
        "还有 {count} 格未填，也没有确认是不是 0。",
        "没有发生的，在“空白处均为零：”右边选“是”；漏填的请补上。",
    ),
    "F-4": Message(
        "error",
        "“{label}”还没有填。",
        "请填写：“是”“否”从列表里选；文字确实没有可写的，写明“无”和原因。",
    ),
    "F-5": Message(
        "error",
        "“{label}”有 {count} 个字，最多 {longest} 个字。",
        "请改短；放不下的另外报送收表办公室。",
    ),
    "F-6": Message(
        "error",
        "“{label}”填的是“{value}”，应为{want}。",
        "请从单元格右边的列表里选。",
    ),
    "F-7": Message(
        "error",
        "“{said}”选的是“{answer}”，“{label}”{amount}。",
        "有的选“是”，填上金额；没有的选“否”，金额不填。",
    ),
    "X-T": Message(
        "warning",
        "“{label}”里写的是“{sentence}”，{claim} {said}；表里是 {stated}。",
        "请核对，改正写错的一处；两处都没有错的，在这段文字右边的“说明”里写明原因。",
    ),
    # 写好的报告
    "W-1": Message(
        "error",
        "{where}“{label}”是“{value}”，台账里是 {stated}。",
        "请把报告里的改成 {stated}；报告没有错的，请先在汇总工作簿的明细里查清是哪个单位的数不对。",
    ),
    "W-2": Message(
        "error",
        "{where}写的是“{sentence}”，{claim} {said}；台账里是 {stated}。",
        "请把句子里的数改成 {stated}；句子没有错的，请先查清是哪个单位的数不对。",
    ),
    "W-3": Message("error", "{fact}。", "{mend}"),
    "F-R": Message(
        "note",
        "“{label}”填的是“{value}”，读作 {read}。",
        "如果不是这个意思，请改正后再发回。",
    ),
    "S-LAST": Message(
        "note",
        "工作表“{sheet}”被改动过或者不见了，没有采用；与上年的核对仍按收表办公室掌握的上年数。",
        "上年数有误的，请打电话向收表办公室说明，不要在表里改。",
    ),
    "S-UPDATED": Message(
        "note",
        "下发以后上年数更新过，工作表“{sheet}”里的是旧的；与上年的核对按新的上年数。",
        "不用改“{sheet}”表；退回的工作簿里是新的上年数。",
    ),
    "F-C": Message(
        "note",
        "“{label}”里是一个公式，按它算出的 {value} 采用。",
        "请核对；以后请直接填写。",
    ),
    "F-D": Message(
        "error",
        "“{label}”{why}，不能确定填的是什么。",
        "请在这一格重新填写；单元格格式不是“常规”的，先改成“常规”。",
    ),
    "F-S": Message(
        "note",
        "“{label}”显示的是 {value}，里面存的是 {read}，按后者采用。",
        "请核对这个数；要报显示的数，就照它重新填写。",
    ),
    "F-T": Message(
        "note",
        "“{label}”显示的是 {value}，按各项计算是 {computed}，按后者采用。",
        "请打开工作簿按 F9 重新计算，核对这个合计。",
    ),
    "RULE": Message("error", "{how}。", "{hint}"),
    "TOTAL": Message(
        "error",
        "“{label}”的合计公式被改写成了 {value}，按各项计算应为 {computed}。",
        "{hint}",
    ),
}


REFILL = frozenset({"S-SHEET", "S-LOST"})
"""After these findings a sheet has to be filled in again."""


NOWHERE = Place()
_LONGEST = 200
"""The most letters of what was found that a finding repeats."""


class _Slots(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def finding(
    entry: str,
    place: Place = NOWHERE,
    value: str = "",
    *,
    code: str | None = None,
    severity: Severity | None = None,
    instance: str | None = None,
    explanation: str | None = None,
    **slots: Any,
) -> Finding:
    """A finding with its sentences filled in. code and severity default to those of the entry.

    value and the slots are shortened if they are very long.
    """
    message = CATALOGUE[entry]
    value = short(value)
    slots = {name: short(one) if isinstance(one, str) else one for name, one in slots.items()}
    filled = _Slots(slots, label=place.label, value=value, sheet=place.sheet or "")
    return Finding(
        code=code or entry,
        severity=severity or message.severity,
        place=place,
        value=value,
        message=message.message.format_map(filled),
        advice=message.advice.format_map(filled),
        instance=instance,
        explanation=explanation,
    )


def short(text: str) -> str:
    """A text that is quoted, cut off if it is very long."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
