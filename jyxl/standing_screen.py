"""What the terminal shows of the county: where every unit stands, and what is to be decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType

from jyxl import moments
from jyxl.chinese_rich import Table, Text
from jyxl.layout import EXPLANATIONS
from jyxl.screen import STYLES, code, cut, listed
from jyxl.terms import State
from jyxl.verdict_words import state_words

if TYPE_CHECKING:
    from jyxl.edges.campaign import Campaign
    from jyxl.edges.standing import Attempt, Standing
    from jyxl.steps.merge import Merged


def merged(standings: Sequence[Standing], outcome: Merged) -> RenderableType:
    """How many units of the county are in each state, and where its workbook is."""
    names: dict[State, list[str]] = {"accepted": [], "returned": [], "missing": []}
    for standing in standings:
        names[standing.state].append(standing.unit.name)
    lines = [
        f"应报 {len(standings)} 个单位：已通过 {len(names['accepted'])}，"
        f"已退回 {len(names['returned'])}，未报 {len(names['missing'])}。"
    ]
    waiting = [one for one in standings if one.state == "returned"]
    lines.extend(_lines("等待改正（退回的文件）：", ((one, one.sent_back) for one in waiting)))
    missing = [one for one in standings if one.state == "missing"]
    came = [
        (one, f"来过：{'、'.join(a.words for a in one.attempts)}")
        for one in missing
        if one.attempts
    ]
    silent = [one.unit.name for one in missing if not one.attempts]
    if silent:
        overdue = "（已过截止日期）" if any(one.overdue for one in missing) else ""
        lines.append(f"还没有交{overdue}：{'、'.join(silent)}")
    lines.extend(_lines("交过、但没有一份能采用：", came))
    newer = [(one, one.sent_back) for one in standings if one.newer_returned]
    lines.extend(_lines("已通过，后来又交的一份被退回（仍采用先前的）：", newer))
    to_read = [one.unit.name for one in standings if one.to_read]
    if to_read:
        lines.append(f"有说明还没有人认可：{'、'.join(to_read)}（见汇总工作簿的“{EXPLANATIONS}”）")
    lines.extend(
        _lines(
            "通过以后又增加了要填的（给它们重新下发，或者用 jyxl reject 退回）：",
            ((one, "、".join(one.added)) for one in standings if one.added),
        )
    )
    if outcome.path is not None:
        part = "（只含已通过的单位）" if names["returned"] or names["missing"] else ""
        lines.append(f"汇总工作簿{part}：{outcome.path}")
    elif not (outcome.problem or outcome.failed):
        moved = f"原来的汇总已经作废，移到了 {outcome.old}。" if outcome.old else ""
        lines.append(f"现在没有一份通过，没有汇总工作簿。{moved}")
    return Text("\n".join(lines))


def _lines(heading: str, rows: Iterable[tuple[Standing, str]]) -> list[str]:
    return [str(one) for one in listed(heading, (f"{one.unit.name}　{text}" for one, text in rows))]


def status(
    campaign: Campaign, standings: Sequence[Standing], attempts: Iterable[Attempt] = ()
) -> RenderableType:
    """A table with one line per unit, and what the office has to decide. Of very many units, those
    that have not passed come first."""
    table = Table(
        f"{campaign.county} {campaign.year} 年度报送情况（截止 {campaign.deadline}）",
        "代码",
        "单位",
        "类别",
        "状态",
        "交过",
        "要注意的",
        "收到时间",
        "时限",
    )
    shown, more = cut(standings)
    if more:
        shown, more = cut(sorted(standings, key=lambda one: one.state == "accepted"))
    for standing in shown:
        style = STYLES[standing.state]
        table.add_row(
            *(Text(standing.unit.code), Text(standing.unit.name), Text(standing.unit.kind)),
            Text(state_words(standing.state, standing.newer_returned), style=style),
            Text(f"{standing.versions} 次" if standing.versions else ""),
            _concerns(standing),
            Text(moments.minute(standing.arrived)),
            Text("逾期未报" if standing.overdue else "迟报" if standing.late else "", style="red"),
        )
    states = [standing.state for standing in standings]
    counts = (
        f"应报 {len(states)}，已通过 {states.count('accepted')}，"
        f"已退回 {states.count('returned')}，未报 {states.count('missing')}。"
    )
    return Group(table, *more, Text(counts), *to_decide(attempts))


def _concerns(standing: Standing) -> Text:
    """What the office should know about a unit: what came, what was found in the return that it
    has to correct, whether there is something to read, whom to call."""
    told = Text("；".join(f"来过：{one.words}" for one in standing.attempts))
    found = standing.latest.findings if standing.latest and standing.is_waited_for else ()
    blocking = [one for one in found if one.blocks]
    if blocking:
        told.append("；" if told else "").append(Text(f"{blocking[0].message} "))
        told.append(code(blocking[0]))
        told.append(f"　另有 {len(blocking) - 1} 处" if len(blocking) > 1 else "")
    call = " ".join(filter(None, (standing.unit.contact, standing.unit.phone)))
    bounced = "、".join(standing.bounced)
    for word in (
        "有说明待阅" if standing.to_read else "",
        f"通过以后又增加了要填的：{'、'.join(standing.added)}" if standing.added else "",
        f"邮箱退信：{bounced}" if bounced else "",
        call * (standing.state != "accepted"),
    ):
        told.append("；" if told and word else "").append(Text(word))
    return told


def to_decide(attempts: Iterable[Attempt]) -> list[Text]:
    """The files that were held, each with the reason and the command that lets it count."""
    held, more = cut(one for one in attempts if one.verdict == "held")
    parts = []
    for one in held:
        parts.append(Text(f"  {one.file}　{one.findings[0].message}"))
        parts.append(Text(f'    要采用：jyxl accept "{one.file}" --because "理由"'))
    heading = Text("要您决定的（现在都没有采用；不用的，把文件移走）：")
    return [heading, *parts, *more] if parts else []
