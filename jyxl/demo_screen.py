"""What the terminal shows of the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.console import Group, RenderableType

from jyxl.chinese_rich import Table, Text
from jyxl.screen import STYLES
from jyxl.terms import Reception
from jyxl.verdict_words import VERDICTS

if TYPE_CHECKING:
    from jyxl.steps.demo import Played


def demo(played: Played) -> RenderableType:
    """What happened, unit by unit, and where to look."""
    table = Table("各单位的经过", "单位", "第一次怎么交的", "第一次", "第二次")
    for name, story, first, second in played.rows:
        table.add_row(Text(name), Text(story), _told(first), _told(second))
    campaign = played.campaign
    right = played.compared - len(played.different)
    own_right = played.own_compared - len(played.own_different)
    lines = [
        f"其余 {len(campaign.units) - len(played.rows)} 个单位一次通过。",
        f"汇总与泾源县 2019 年公布的报告对照：{played.compared} 格中 {right} 格相同；"
        f"报告里写到的补充指标 {played.own_compared} 项中 {own_right} 项相同。",
        f"出的报告（Word、网页）与台账核对：{len(played.misprinted)} 处不同；"
        f"还要写的有 {len(played.reported.open)} 处。",
        "",
        "请打开看看：",
        f"  填报工作簿　{campaign.issued}",
        f"  收到的　　　{campaign.returns}",
        f"  退回的　　　{campaign.sent_back}",
        f"  汇总工作簿　{campaign.county_workbook}",
        f"  报告　　　　{campaign.reports}（Word、网页、数据）",
    ]
    if played.messages:
        lines += _where_mail_is(played)
    return Group(table, Text("\n".join(lines)))


def _where_mail_is(played: Played) -> list[str]:
    from jyxl.steps.fetch import FOLDER  # what it needs takes long to load

    campaign = played.campaign
    lines = [f"  发出的信　　{campaign.sent}（{played.messages} 封，用邮件程序打开）"]
    if played.mailboxes is None:
        lines.append("收到的信也在“回收”里。真的收发，见经办手册的“用邮件发”。")
    else:
        lines += [
            f"  各家的邮箱　{played.mailboxes}（每个地址一个文件夹）",
            f"  收下的附件　{campaign.returns / FOLDER}",
            "信由这台电脑上的邮件服务器收发，没有出这台电脑，演完就关了。"
            "真的收发，见经办手册的“用邮件发”。",
        ]
    return lines


def _told(outcome: str) -> Text:
    verdict, _, codes = outcome.partition(" ")
    if not verdict:
        return Text("")
    known = cast("Reception", verdict)
    return Text(f"{VERDICTS[known]} {codes}".strip(), style=STYLES[known])
