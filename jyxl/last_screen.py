"""What the terminal shows of last year's figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType

from jyxl.chinese_rich import Table, Text
from jyxl.screen import named

if TYPE_CHECKING:
    from jyxl.edges.campaign import Campaign
    from jyxl.steps.last import Taken


def last(campaign: Campaign, taken: Taken) -> RenderableType:
    """For whom last year's figures were found, and for whom there are none."""
    parts: list[RenderableType] = []
    if taken.units:
        table = Table(f"{campaign.year - 1} 年度的数", "单位代码", "单位名称", "取得", "来源")
        for unit, one in taken.units:
            count = f"{len(one.figures)} 格"
            table.add_row(*map(Text, (unit.code, unit.name, count, one.source)))
        parts.append(table)
    words = [
        f"{len(campaign.units)} 个单位中，有上年数的 "
        f"{len(campaign.units) - len(taken.without)} 个。",
        *(
            [f"没有上年数的：{named(taken.without)}；与上年有关的核对，对它们不做。"]
            if taken.without
            else []
        ),
        *taken.notes,
    ]
    return Group(*parts, Text("\n".join(words)))
