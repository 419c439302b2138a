"""What the terminal shows of reports: what was written, and what differs from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType

from jyxl.chinese_rich import Table, Text
from jyxl.screen import code, listed
from jyxl.verdict_words import SEVERITIES

if TYPE_CHECKING:
    from jyxl.edges.campaign import Campaign
    from jyxl.steps.report import Reported
    from jyxl.steps.report_check import Proofread


def reported(campaign: Campaign, done: Reported) -> RenderableType:
    """Which files were written, what is still to be written in them, whose figures are missing."""
    files = (
        ("Word　　　", done.word),
        ("网页　　　", done.web),
        ("贴进网站的", done.fragment),
        ("数据　　　", done.csv),
        ("　　　　　", done.json),
        ("文字材料　", done.compiled),
        ("上一版　　", done.kept),
    )
    written = [f"{what}　{campaign.relative(path)}" for what, path in files if path]
    left_out = [f"{len(done.left_out)} 个：{'、'.join(done.left_out)}"] if done.left_out else []
    of_units = [one for one in done.units if one.word and one.web]
    folder = [campaign.relative(of_units[0].word.parent)] if of_units and of_units[0].word else []
    cells, said = done.renewed
    renewed = f"Word 里换了表里 {cells} 格、句子里 {said} 处的数，别的都没有动。"
    return Group(
        *listed("报告在这里：", written),
        *([Text(renewed)] if done.word and cells + said else []),
        *listed(f"各单位的报告（Word 和网页各 {len(of_units)} 份）在这里：", folder),
        *listed("没有通过、数没有计入的单位，收齐以后请再出一次：", left_out),
        *listed("请看一下：", done.notes),
        *listed(f"还要写的有 {len(done.open)} 处，在 Word 里标了黄色：", done.open),
    )


def proofread(outcome: Proofread) -> RenderableType:
    """What in a written report differs from the ledger."""
    whose = outcome.report.title
    if not outcome.findings:
        return Text(f"“{outcome.file}”与台账里的数一致，格式也齐全（{whose}）。")
    table = Table(outcome.file, "级别", "问题", "怎么改", "规则")
    for finding in outcome.findings:
        words = (SEVERITIES[finding.severity], finding.message, finding.advice)
        table.add_row(*map(Text, words), code(finding))
    count = len(outcome.findings)
    return Group(table, Text(f"有 {count} 处要改（照{whose}核对）。"))
