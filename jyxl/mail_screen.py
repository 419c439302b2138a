"""What the terminal shows of mail: what goes to whom, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding

from jyxl.chinese_rich import Table, Text
from jyxl.steps.drafts import BY_HAND, NOTICE, WORDS
from jyxl.steps.fetch import FOLDER
from jyxl.steps.letters import UNRELATED

if TYPE_CHECKING:
    from jyxl.edges.campaign import Campaign
    from jyxl.steps.drafts import Draft
    from jyxl.steps.fetch import Got
    from jyxl.steps.send import Posting, Prepared

_LISTED = 200
"""If there are more messages than this, only their number is told."""


def prepared(campaign: Campaign, outcome: Prepared) -> RenderableType:
    """What goes to whom, what has to be sent by hand, and what looks wrong."""
    parts: list[RenderableType] = []
    noted = [
        f"{campaign.unit[one.unit].name}　{WORDS[one.what]}"
        for one in outcome.noted
        if one.unit in campaign.unit
    ]
    parts.extend(_list("记下了，这些已经发过：", noted))
    parts.extend(_listed("要发的", outcome.drafts))
    parts.extend(_by_hand(campaign, outcome))
    parts.extend(_list("请核对邮箱：", outcome.doubtful))
    parts.extend(_list("上次存疑、现在不用再发的：", outcome.lapsed))
    if outcome.drafts or outcome.by_hand:
        counts = Counter(WORDS[one.due.what] for one in (*outcome.drafts, *outcome.by_hand))
        told = "，".join(f"{what} {count}" for what, count in counts.items())
        parts.extend(_list(f"写好了 {counts.total()} 封（{told}），在：", [str(campaign.to_send)]))
        parts.append(Text(f"同样的话也在那里的 {NOTICE}，可以从微信发。"))
    else:
        parts.append(Text("没有要发的。"))
    return Group(*parts)


def _listed(title: str, drafts: Sequence[Draft]) -> list[RenderableType]:
    if len(drafts) > _LISTED:
        return [Text(f"{title} {len(drafts)} 封，太多，没有一封一封列出。")]
    remarks = [_remark(one) for one in drafts]
    table = Table(title, "单位", "邮箱", "内容", *(["备注"] if any(remarks) else []))
    for one, remark in zip(drafts, remarks, strict=True):
        due = one.due
        words = WORDS[due.what] + (f"第 {due.round} 次" if due.what == "return" else "")
        cells = (due.unit.name, due.to, words, *([remark] if any(remarks) else []))
        table.add_row(*map(Text, cells))
    return [table] if drafts else []


def _remark(one: Draft) -> str:
    """What the office should know before it sends a message; whom to call if it is a reminder."""
    due = one.due
    if due.unsure:
        return "存疑：上次发出后服务器没有回答，可能已经收到；再发一次是同一封"
    if due.last:
        return f"上次没有发成：{due.last}"
    if due.what == "reminder":
        call = " ".join(filter(None, (due.unit.contact, due.unit.phone)))
        return due.values["情形"] + (f"电话：{call}" if call else "")
    return ""


def _by_hand(campaign: Campaign, outcome: Prepared) -> list[RenderableType]:
    table = Table("要你自己发的", "单位", "内容", "为什么", "联络人、电话")
    for one in outcome.by_hand:
        unit = one.due.unit
        call = " ".join(filter(None, (unit.contact, unit.phone)))
        table.add_row(*map(Text, (unit.name, WORDS[one.due.what], one.due.why, call)))
    for file in outcome.strays:
        cells = ("（不明）", WORDS["refusal"], f"“{file}”看不出是哪个单位的", "")
        table.add_row(*map(Text, cells))
    if not table.row_count:
        return []
    where = campaign.relative(campaign.to_send / BY_HAND)
    hint = f"写好的信在“{where}”里；自己发了以后，把信移到“{campaign.sent.name}”，就不会再提。"
    return [table, *([Text(hint)] if outcome.by_hand else [])]


def posted(outcome: Posting) -> RenderableType:
    """What was sent, what was not and why, and what nobody knows."""
    parts: list[RenderableType] = [Text(f"发出 {len(outcome.sent)} 封。")]
    unsent = [f"{one.due.unit.name}　{one.due.to}　{why}" for one, why in outcome.unsent]
    parts.extend(_list("没有发成的：", unsent))
    unsure = [f"{one.due.unit.name}　{one.due.to}" for one in outcome.unsure]
    parts.extend(
        _list("存疑的（服务器没有回答；再运行一次会再发同一封，已收到的可以移到“已发”）：", unsure)
    )
    return Group(*parts)


def fetched(campaign: Campaign, got: Got) -> RenderableType:
    """What came, what gave no file and why, and whom a message does not reach."""
    parts: list[RenderableType] = [
        Text(f"新收到 {got.messages} 封信，里面的文件 {len(got.files)} 个。")
    ]
    if len(got.files) <= _LISTED:
        put_in = campaign.returns / FOLDER
        places = [one.removeprefix(f"{campaign.relative(put_in)}/") for one in got.files]
        parts.extend(_list(f"放在 {put_in}：", places))
    table = Table("要知道的", "发件人", "主题", "为什么")
    for one in got.skipped:
        if one.why != UNRELATED:
            table.add_row(*map(Text, (one.sender or "（不明）", one.subject, one.why)))
    if table.row_count:
        parts.append(table)
    if got.unrelated:
        parts.append(Text(f"另有 {got.unrelated} 封看不出和填报有关，没有收（--json 可以看到）。"))
    strangers = [f"{sender or '（不明）'}　{subject}" for sender, subject in got.strangers]
    parts.extend(_list("不是名册上的邮箱发来的：", strangers))
    return Group(*parts)


def _list(heading: str, items: Iterable[str]) -> list[RenderableType]:
    lines = [Padding.indent(Text(item), 2) for item in items]
    return [Text(heading), *lines] if lines else []
