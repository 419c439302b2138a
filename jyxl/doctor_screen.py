"""What the terminal shows of the machine and of a campaign that was looked at or rebuilt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType

from jyxl.chinese_rich import Text
from jyxl.screen import named
from jyxl.verdict_words import VERDICTS

if TYPE_CHECKING:
    from jyxl.edges.campaign import Campaign
    from jyxl.steps.machine import Checked
    from jyxl.steps.rebuild import Rebuilt


def doctor(lines: Sequence[Checked]) -> RenderableType:
    """One line for each thing that was looked at."""
    return Text(
        "\n".join(
            f"{'不对' if not one.is_right else '注意' if one.is_odd else '正常'}　{one.what}：{one.found}"
            for one in lines
        )
    )


def rebuilt(campaign: Campaign, outcome: Rebuilt) -> RenderableType:
    """What the new ledger holds, what could not be rebuilt, and what to do next."""
    given = outcome.decisions
    counts = "，".join(f"{VERDICTS[one]} {given[one]}" for one in VERDICTS if one in given)
    lines = [
        f"已按存档重新建立台账，先后按存档的时间排。存档里的文件：{counts or '没有'}。",
        *([f"原来的台账留在 {campaign.relative(outcome.kept)}。"] if outcome.kept else []),
        "找不回来的：经办人员的决定（用 jyxl accept 采用的又是待定，认可过的说明又是待阅，"
        "用 jyxl reject 退回的又计入了，请再办一次）；各单位退回过几次（按存档重新数）。",
    ]
    lines.append(
        f"上年的数：原来的台账里读出了 {outcome.last_year} 个单位的，可能不全；请再运行一次 jyxl last。"
        if outcome.last_year
        else "上年的数：原来的台账里没有，或者读不出来；用过 jyxl last 的，请再运行一次。"
    )
    if outcome.unnamed:
        lines.append(
            f"有 {outcome.unnamed} 个文件已不在“回收”里，原来的文件名和收到时间不知道："
            "没有核对文件名写的是不是这个单位，是否迟报按存档的时间算。"
        )
    if outcome.several:
        lines.append(
            f"这些单位有几份都通过，采用存档最晚的一份，请核对：{'、'.join(outcome.several)}。"
        )
    if outcome.unsent:
        lines.append(
            f"“已发”里没有下发信的单位：{named(outcome.unsent)}。jyxl send 会给它们发工作簿；"
            "发过的，先运行 jyxl send --drafts，再把“待发”里的那几封移到“已发”，就不会再发。"
        )
    lines.append("下一步：运行 jyxl collect，重新生成退回的工作簿和汇总，再用 jyxl status 核对。")
    return Text("\n".join(lines))
