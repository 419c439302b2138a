"""What the terminal shows of returns: what came, what was found, what the office decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType

from jyxl.chinese_rich import Table, Text
from jyxl.definition import Edition
from jyxl.explaining import is_empty_explanation
from jyxl.finding import Finding
from jyxl.places import drawn
from jyxl.screen import STYLES, code, cut, listed
from jyxl.standing_screen import merged, to_decide
from jyxl.terms import Reception
from jyxl.verdict_words import SEVERITIES, VERDICTS

if TYPE_CHECKING:
    from jyxl.edges.campaign import Campaign
    from jyxl.edges.events import Judged
    from jyxl.steps.collect import Collected, Received, Settled

_LISTED = 200
"""If there are more files than this, only those that did not pass are listed one by one."""


def collected(campaign: Campaign, outcome: Collected) -> RenderableType:
    """The files of this run, the problems in full, what was sent back, and the county's state."""
    seen = sum(received.seen_here for received in outcome.received)
    fresh = [received for received in outcome.received if not received.seen_here]
    parts: list[RenderableType] = []
    if fresh:
        parts.extend(_received(fresh))
        parts.extend(_problems(fresh))
    told = f"本次收到 {len(fresh)} 个文件" + (f"，另有 {seen} 个以前收过" if seen else "") + "。"
    parts.append(Text(told))
    waiting = {one.sent_back for one in outcome.standings if one.is_waited_for}
    back = [received.sent_back for received in fresh if received.sent_back in waiting]
    parts.extend(listed(f"退回 {len(back)} 个，请把下面的文件发还原单位：", filter(None, back)))
    told_to = dict.fromkeys(received.notice for received in fresh if received.notice)
    refused = sum(received.verdict == "refused" for received in fresh)
    heading = f"拒收 {refused} 个。要告诉单位的话写在下面的文件里，连同它的工作簿发给它："
    parts.extend(listed(heading, filter(None, told_to)))
    parts.extend(_by_mail(outcome, fresh))
    parts.extend(to_decide(outcome.attempts))
    parts.extend(_explained(fresh))
    several = [f"{name}　{file}" for name, file in _several(outcome, fresh)]
    parts.extend(listed("同一单位通过了几份的，采用最后一份：", several))
    replaced = [
        f"{new.unit.name}　{new.file}（原来是 {old.file}）" for old, new in outcome.replaced
    ]
    parts.extend(listed("以前通过、这次又通过一份的，改用新的一份：", replaced))
    held = {one.sha256 for one in outcome.attempts if one.verdict == "held"}
    left = [
        received.file
        for received in outcome.received
        if received.still_open and received.sha256 not in held
    ]
    parts.extend(listed("以前拒收、还放在那里没有解决的（解决以后可以移走）：", left))
    parts.append(merged(outcome.standings, outcome.merged))
    return Group(*parts)


def _by_mail(outcome: Collected, fresh: Sequence[Received]) -> list[Text]:
    """The messages that gave no file, and the files whose senders are not in the roster."""
    letters = [f"{one.sender or '（不明）'}　{one.subject}　{one.why}" for one in outcome.letters]
    parts = listed("邮件里要说明的：", letters)
    strange = [
        f"{one.file}　{one.sender.address}"
        for one in fresh
        if one.sender and not one.sender.in_roster
    ]
    return [*parts, *listed("不是名册上的邮箱发来的：", strange)]


def _explained(fresh: Sequence[Received]) -> list[RenderableType]:
    """The explanations that were let through, for somebody to read."""
    table = Table(
        "通过了，但有说明要看的（看过可用 jyxl accept 认可）", "单位", "位置", "问题", "单位的说明"
    )
    shown, more = cut(
        (one, finding)
        for one in fresh
        for finding in (one.findings if one.verdict == "accepted" else ())
        if finding.severity == "warning" and finding.explanation
    )
    for one, finding in shown:
        words = finding.explanation or ""
        words += "（没有说出原因）" if is_empty_explanation(words) else ""
        unit = one.identity.name if one.identity else ""
        place = _where(one.edition, finding)
        table.add_row(*map(Text, (unit, place, finding.message, words)))
    return [table, *more] if shown else []


def _several(outcome: Collected, fresh: Sequence[Received]) -> list[tuple[str, str]]:
    """(unit, the file whose figures count) for units of which this run accepted several files."""
    codes = Counter(
        one.identity.code for one in fresh if one.verdict == "accepted" and one.identity
    )
    return [
        (standing.unit.name, standing.file)
        for standing in outcome.standings
        if codes[standing.unit.code] > 1
    ]


def _received(outcomes: Sequence[Received]) -> list[RenderableType]:
    """The verdict on each file or, if there are very many, on those that did not pass."""
    shown = list(outcomes)
    if len(shown) > _LISTED:
        shown = [one for one in shown if one.verdict != "accepted"]
    unseen = len(outcomes) - len(shown)
    told = Text(f"文件很多，通过的 {unseen} 个没有列出。")
    shown, more = cut(shown)
    table = Table("收到的文件", "文件", "单位", "结论", "问题")
    for one in shown:
        unit = one.identity.name if one.identity else "（不明）"
        table.add_row(Text(one.file), Text(unit), _verdict(one.verdict), Text(_count(one.findings)))
    return [*([table] if shown else []), *more, *([told] if unseen else [])]


def _verdict(verdict: Reception) -> Text:
    return Text(VERDICTS[verdict], style=STYLES[verdict])


def _count(findings: Sequence[Finding]) -> str:
    counts = {
        words: sum(finding.severity == key for finding in findings)
        for key, words in SEVERITIES.items()
    }
    return "，".join(f"{words} {count}" for words, count in counts.items() if count)


def _problems(outcomes: Sequence[Received]) -> list[RenderableType]:
    """The findings that kept files from being accepted, with the advice if no workbook is sent
    back."""
    blocked, more = cut(
        (one, finding) for one in outcomes for finding in one.findings if finding.blocks
    )
    if not blocked:
        return []
    table = Table("没有通过的", "单位（或文件）", "位置", "问题", "规则")
    last = None
    for one, finding in blocked:
        who = one.identity if one.verdict == "returned" else None
        unit = "" if one is last else who.name if who else one.file
        place = _where(one.edition, finding)
        advice = "" if one.verdict == "returned" else finding.advice
        words = finding.message + advice
        table.add_row(Text(unit), Text(place), Text(words), code(finding))
        last = one
    return [table, *more]


def _where(edition: Edition | None, finding: Finding) -> str:
    """The sheet and the address, as far as they are known."""
    place = finding.place
    return " ".join(filter(None, [place.sheet, drawn(edition, place).cell]))


def ruled(judged: Judged, settled: Settled) -> RenderableType:
    """What became of the return that the office decided about, and the county's state."""
    who = judged.identity.name if judged.identity else judged.file
    told = {
        "accepted": f"{who}：现在采用“{judged.file}”，它的说明也算认可了；理由已记下。",
        "returned": f"{who}：“{judged.file}”已退回，不计入汇总。",
        "held": f"{who}：“{judged.file}”仍然没有采用。",
        "refused": f"“{judged.file}”不能采用。",
    }[judged.decision]
    lines = [Text(told)]
    if judged.decision == "accepted":
        lines.extend(Text(f"  {one.message}") for one in judged.findings if one.code == "S-NEWER")
    if judged.decision == "returned":
        sent = settled.sent.get(judged.sha256)
        lines.extend(Text(f"  {one.message}") for one in judged.findings if one.blocks)
        lines.extend(listed("请把下面的文件发还原单位：", [sent] if sent else []))
    return Group(*lines, merged(settled.standings, settled.merged))


def checked(outcomes: Sequence[Received]) -> RenderableType:
    """The verdicts, and every finding with its advice."""
    if not outcomes:
        return Text("没有找到文件。")
    parts = _received(outcomes)
    shown, more = cut(one for one in outcomes if one.findings)
    for one in shown:
        table = Table(one.file, "级别", "位置", "问题", "怎么改", "规则")
        for finding in one.findings:
            place = _where(one.edition, finding)
            words = (SEVERITIES[finding.severity], place, finding.message, finding.advice)
            table.add_row(*map(Text, words), code(finding))
        parts.append(table)
    parts.extend(more)
    parts.append(
        Text("只核对了表样和数；是不是这个项目、这个单位、这一年的，由 jyxl collect 核对。")
    )
    return Group(*parts)
