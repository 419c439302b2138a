"""What the terminal shows of the office above: the form that was filled, adjustments, and the path of
a figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType

from jyxl.chinese_rich import Table, Text
from jyxl.finding import PARTIAL
from jyxl.layout import ADJUSTMENTS, CHECKS
from jyxl.numbers import plain
from jyxl.place_names import address
from jyxl.places import drawn

if TYPE_CHECKING:
    from jyxl.edges.campaign import Campaign
    from jyxl.steps.adjust import Made
    from jyxl.steps.hand_up import Handed
    from jyxl.steps.trace import Source, Traced


def handed_up(campaign: Campaign, handed: Handed) -> RenderableType:
    """The form of the office above: where it is, what is in it, and what is left to do in it."""
    who, event, filled = handed.who, handed.event, handed.filled
    lines = [
        f"填好了“{event.to}”发给“{who.name}”的表：{campaign.relative(handed.path)}",
        f"  汇总范围：{handed.origin.scope}",
    ]
    if handed.origin.is_partial:
        lines.append("  数不全，上级收到后会先放着，同意了才采用；收齐以后请再填一次。")
    if filled.own:
        lines.append(f"  上级另外要的，已填：{'、'.join(filled.own)}")
    left = (f"{one.label}　{one.why}" for one in filled.left)
    lines.extend(_below("没有填、要您在表里看一看的：", left))
    if filled.explained:
        count = len(filled.explained)
        lines.append(f"“{CHECKS}”里有 {count} 处提示，说明是由各单位的说明合成的，请看一遍。")
    blocking = (
        f"{one.place.sheet or ''} {drawn(handed.edition, one.place).cell or ''}　{one.message}"
        for one in handed.findings
        if one.blocks and one.code != PARTIAL
    )
    lines.extend(_below("还要在表里改好、补好或说明的（否则会被退回）：", blocking))
    return Text("\n".join(lines))


def _below(heading: str, items: Iterable[str]) -> list[str]:
    lines = [f"  {item}" for item in items]
    return [heading, *lines] if lines else []


def adjusted(campaign: Campaign, made: Made) -> RenderableType:
    """All adjustments, and what the county's own figures break with them."""
    table = Table("对汇总数的调整", "序号", "单元格", "项目", "增减", "理由", "状态")
    for one in made.adjustments:
        cell = campaign.edition.cell.get(one.cell)
        where = address(campaign.edition, one.cell) if cell else one.cell
        amount = plain(one.amount, cell.kind.scale) if cell else str(one.amount)
        state = "有效" if one.counts else f"已撤回：{one.why_withdrawn}"
        label = cell.label if cell else "现在已不收这一项"
        table.add_row(*map(Text, (str(one.number), where, label, amount, one.because, state)))
    lines = _below("汇总数不符合的勾稽关系：", made.broken)
    if made.merged is not None and made.merged.path is not None:
        lines.append(f"汇总：{made.merged.path}")
    shown: RenderableType = table if made.adjustments else Text("没有调整。")
    return Group(shown, Text("\n".join(lines)))


def traced(one: Traced) -> RenderableType:
    """The path of a figure; the files in which it is 0 are only counted."""
    return Text("\n".join(_traced(one, "")))


def _traced(one: Traced, indent: str) -> Iterator[str]:
    scale = one.cell.kind.scale
    value = plain(one.value, scale)
    yield f"{indent}{one.campaign.county} {one.cell.label}（{one.address}）：{value}"
    indent += "  "
    for made in one.adjustments:
        by = plain(made.amount, one.campaign.edition.cell[made.cell].kind.scale)
        yield f"{indent}{ADJUSTMENTS}第 {made.number} 号　{by}　{made.because}"
    shown = [
        source for source in one.sources if source.value or (source.below and source.below.value)
    ]
    for source in shown:
        yield from _source(source, scale, indent)
    if left := len(one.sources) - len(shown):
        yield f"{indent}其余 {left} 个单位都是 0"


def _source(source: Source, scale: int, indent: str) -> Iterator[str]:
    yield f"{indent}{source.name}　{plain(source.value, scale)}　{source.file} {source.address}"
    yield f"{indent}  存档 {source.sha256}"
    below, origin = source.below, source.origin
    if below is not None:
        then = below.value * (scale // below.cell.kind.scale)
        if then != source.value:
            yield f"{indent}  汇总时是 {plain(then, scale)}，后来在表里改过"
        yield from _traced(below, f"{indent}  ")
    elif origin is not None:
        yield f"{indent}  由“{origin.county}”汇总；要往下追，用 --below 指出它的项目文件夹"
