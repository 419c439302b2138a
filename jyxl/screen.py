"""What the terminal shows: tables that align Chinese text, and a progress bar."""

from __future__ import annotations

import contextlib
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from jyxl import moments
from jyxl.chinese_rich import Table, Text
from jyxl.definition import Edition
from jyxl.explaining import is_empty_explanation
from jyxl.finding import Finding
from jyxl.layout import EXPLANATIONS
from jyxl.places import drawn
from jyxl.rules.chinese import scope_and_sentence, when_it_fails
from jyxl.terms import Reception, State
from jyxl.verdict_words import SEVERITIES, VERDICTS, state_words

if TYPE_CHECKING:
    from jyxl.edges.campaign import Campaign
    from jyxl.edges.events import Judged
    from jyxl.edges.outcome import Failed
    from jyxl.edges.roster import Unit
    from jyxl.edges.standing import Attempt, Standing
    from jyxl.steps.collect import Collected, Received, Settled
    from jyxl.steps.demo import Played
    from jyxl.steps.last import Taken
    from jyxl.steps.machine import Checked
    from jyxl.steps.merge import Merged
    from jyxl.steps.rebuild import Rebuilt
    from jyxl.steps.report import Reported
    from jyxl.steps.report_check import Proofread

_WIDTH_OF_A_FILE = 120
_NARROWEST = 20
_LISTED = 200
"""If there are more files than this, only those that did not pass are listed one by one."""
_NAMED = 5
_MANY = 20
"""How many units a list names at most."""
_STYLES: dict[Reception | State, str] = {
    "missing": "yellow",
    "accepted": "green",
    "returned": "red",
    "refused": "red",
    "duplicate": "dim",
    "held": "yellow",
}


def console(stream: TextIO) -> Console:
    """A console on standard output. If that is not a terminal, it is as wide as the environment
    variable COLUMNS says, or else of a fixed width."""
    stated = os.environ.get("COLUMNS", "")
    is_width = stated.isascii() and stated.isdigit() and len(stated) < 5
    of_a_file = max(int(stated), _NARROWEST) if is_width else _WIDTH_OF_A_FILE
    return Console(
        file=stream,
        width=None if stream.isatty() else of_a_file,
        highlight=False,
        emoji=False,
        markup=False,
    )


@contextlib.contextmanager
def progress(wanted: bool = True) -> Iterator[Callable[[str, int, int], None]]:
    """A function tick(stage, done, of), which moves a bar on a terminal and does nothing
    elsewhere."""
    if not (wanted and sys.stderr and sys.stderr.isatty()):
        yield lambda stage, done, of: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=Console(stderr=True), transient=True, auto_refresh=False
    ) as bar:
        tasks: dict[str, Any] = {}

        def tick(stage: str, done: int, of: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=of)
            bar.update(tasks[stage], completed=done, total=of, refresh=True)

        yield tick


def _verdict(verdict: Reception) -> Text:
    return Text(VERDICTS[verdict], style=_STYLES[verdict])


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
    parts.extend(_list(f"退回 {len(back)} 个，请把下面的文件发还原单位：", filter(None, back)))
    told_to = dict.fromkeys(received.notice for received in fresh if received.notice)
    refused = sum(received.verdict == "refused" for received in fresh)
    heading = f"拒收 {refused} 个。要告诉单位的话写在下面的文件里，连同它的工作簿发给它："
    parts.extend(_list(heading, filter(None, told_to)))
    parts.extend(_by_mail(outcome, fresh))
    parts.extend(_to_decide(outcome.attempts))
    parts.extend(_explained(fresh))
    several = [f"{name}　{file}" for name, file in _several(outcome, fresh)]
    parts.extend(_list("同一单位通过了几份的，采用最后一份：", several))
    replaced = [
        f"{new.unit.name}　{new.file}（原来是 {old.file}）" for old, new in outcome.replaced
    ]
    parts.extend(_list("以前通过、这次又通过一份的，改用新的一份：", replaced))
    held = {one.sha256 for one in outcome.attempts if one.verdict == "held"}
    left = [
        received.file
        for received in outcome.received
        if received.still_open and received.sha256 not in held
    ]
    parts.extend(_list("以前拒收、还放在那里没有解决的（解决以后可以移走）：", left))
    parts.append(merged(outcome.standings, outcome.merged))
    return Group(*parts)


def _list(heading: str, items: Iterable[str]) -> list[Text]:
    """The items under their heading, or nothing if there are none."""
    lines = [Text(f"  {item}") for item in items]
    return [Text(heading), *lines] if lines else []


def _by_mail(outcome: Collected, fresh: Sequence[Received]) -> list[Text]:
    """The messages that gave no file, and the files whose senders are not in the roster."""
    letters = [f"{one.sender or '（不明）'}　{one.subject}　{one.why}" for one in outcome.letters]
    parts = _list("邮件里要说明的：", letters)
    strange = [
        f"{one.file}　{one.sender.address}"
        for one in fresh
        if one.sender and not one.sender.in_roster
    ]
    return [*parts, *_list("不是名册上的邮箱发来的：", strange)]


def _to_decide(attempts: Iterable[Attempt]) -> list[Text]:
    """The files that were held, each with the reason and the command that lets it count."""
    held = [one for one in attempts if one.verdict == "held"]
    parts = []
    for one in held:
        parts.append(Text(f"  {one.file}　{one.findings[0].message}"))
        parts.append(Text(f'    要采用：jyxl accept "{one.file}" --because "理由"'))
    heading = Text("要您决定的（现在都没有采用；不用的，把文件移走）：")
    return [heading, *parts] if parts else []


def _explained(fresh: Sequence[Received]) -> list[RenderableType]:
    """The explanations that were let through, for somebody to read."""
    table = Table(
        "通过了，但有说明要看的（看过可用 jyxl accept 认可）", "单位", "位置", "问题", "单位的说明"
    )
    for one in fresh:
        for finding in one.findings if one.verdict == "accepted" else ():
            if finding.severity == "warning" and finding.explanation:
                empty = is_empty_explanation(finding.explanation)
                words = finding.explanation + ("（没有说出原因）" if empty else "")
                unit = one.identity.name if one.identity else ""
                place = _where(one.edition, finding)
                table.add_row(*map(Text, (unit, place, finding.message, words)))
    return [table] if table.row_count else []


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
        lines.extend(_list("请把下面的文件发还原单位：", [sent] if sent else []))
    return Group(*lines, merged(settled.standings, settled.merged))


def failed(outcomes: Sequence[Failed], log: Path | None) -> str:
    """The sentence that jyxl itself failed at some files, with their fate and the log."""
    first = outcomes[0]
    names = "、".join(dict.fromkeys(one.file for one in outcomes[:_NAMED]))
    more = f"等 {len(outcomes)} 个" if len(outcomes) > _NAMED else ""
    where = f"；请把 {log} 发给维护人员" if log else ""
    return (
        f"jyxl 自身出了错（{first.defect.error}），这些文件没有处理完：{names}{more}。"
        f"这不是填报单位的错，已有的文件都保留不动，下次运行会再试{where}。"
    )


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
    table = Table("收到的文件", "文件", "单位", "结论", "问题")
    for one in shown:
        unit = one.identity.name if one.identity else "（不明）"
        table.add_row(Text(one.file), Text(unit), _verdict(one.verdict), Text(_count(one.findings)))
    unseen = len(outcomes) - len(shown)
    told = Text(f"文件很多，通过的 {unseen} 个没有列出。")
    return [*([table] if shown else []), *([told] if unseen else [])]


def _count(findings: Sequence[Finding]) -> str:
    counts = {
        words: sum(finding.severity == key for finding in findings)
        for key, words in SEVERITIES.items()
    }
    return "，".join(f"{words} {count}" for words, count in counts.items() if count)


def _problems(outcomes: Sequence[Received]) -> list[RenderableType]:
    """The findings that kept files from being accepted, with the advice if no workbook is sent
    back."""
    blocked = [one for one in outcomes if any(finding.blocks for finding in one.findings)]
    if not blocked:
        return []
    table = Table("没有通过的", "单位（或文件）", "位置", "问题", "规则")
    for one in blocked:
        who = one.identity if one.verdict == "returned" else None
        unit = who.name if who else one.file
        for finding in one.findings:
            if finding.blocks:
                place = _where(one.edition, finding)
                advice = "" if one.verdict == "returned" else finding.advice
                words = finding.message + advice
                table.add_row(Text(unit), Text(place), Text(words), _code(finding))
                unit = ""
    return [table]


def _code(finding: Finding) -> Text:
    """The code of a finding, which stands behind its sentence."""
    return Text(finding.code, style="dim")


def _where(edition: Edition | None, finding: Finding) -> str:
    """The sheet and the address, as far as they are known."""
    place = finding.place
    return " ".join(filter(None, [place.sheet, drawn(edition, place).cell]))


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
    listed = [f"  {one.unit.name}　{text}" for one, text in rows]
    return [heading, *listed] if listed else []


def status(
    campaign: Campaign, standings: Sequence[Standing], attempts: Iterable[Attempt] = ()
) -> RenderableType:
    """A table with one line per unit, and what the office has to decide."""
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
    for standing in standings:
        style = _STYLES[standing.state]
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
    return Group(table, Text(counts), *_to_decide(attempts))


def _concerns(standing: Standing) -> Text:
    """What the office should know about a unit: what came, what was found in the return that it
    has to correct, whether there is something to read, whom to call."""
    told = Text("；".join(f"来过：{one.words}" for one in standing.attempts))
    found = standing.latest.findings if standing.latest and standing.is_waited_for else ()
    blocking = [one for one in found if one.blocks]
    if blocking:
        told.append("；" if told else "").append(Text(f"{blocking[0].message} "))
        told.append(_code(blocking[0]))
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


def checked(outcomes: Sequence[Received]) -> RenderableType:
    """The verdicts, and every finding with its advice."""
    if not outcomes:
        return Text("没有找到文件。")
    parts = _received(outcomes)
    for one in outcomes:
        if not one.findings:
            continue
        table = Table(one.file, "级别", "位置", "问题", "怎么改", "规则")
        for finding in one.findings:
            place = _where(one.edition, finding)
            words = (SEVERITIES[finding.severity], place, finding.message, finding.advice)
            table.add_row(*map(Text, words), _code(finding))
        parts.append(table)
    parts.append(
        Text("只核对了表样和数；是不是这个项目、这个单位、这一年的，由 jyxl collect 核对。")
    )
    return Group(*parts)


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
            f"“已发”里没有下发信的单位：{_listed(outcome.unsent)}。jyxl send 会给它们发工作簿；"
            "发过的，先运行 jyxl send --drafts，再把“待发”里的那几封移到“已发”，就不会再发。"
        )
    lines.append("下一步：运行 jyxl collect，重新生成退回的工作簿和汇总，再用 jyxl status 核对。")
    return Text("\n".join(lines))


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
        *_list("报告在这里：", written),
        *([Text(renewed)] if done.word and cells + said else []),
        *_list(f"各单位的报告（Word 和网页各 {len(of_units)} 份）在这里：", folder),
        *_list("没有通过、数没有计入的单位，收齐以后请再出一次：", left_out),
        *_list("请看一下：", done.notes),
        *_list(f"还要写的有 {len(done.open)} 处，在 Word 里标了黄色：", done.open),
    )


def proofread(outcome: Proofread) -> RenderableType:
    """What in a written report differs from the ledger."""
    whose = outcome.report.title
    if not outcome.findings:
        return Text(f"“{outcome.file}”与台账里的数一致，格式也齐全（{whose}）。")
    table = Table(outcome.file, "级别", "问题", "怎么改", "规则")
    for finding in outcome.findings:
        words = (SEVERITIES[finding.severity], finding.message, finding.advice)
        table.add_row(*map(Text, words), _code(finding))
    count = len(outcome.findings)
    return Group(table, Text(f"有 {count} 处要改（照{whose}核对）。"))


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
            [f"没有上年数的：{_listed(taken.without)}；与上年有关的核对，对它们不做。"]
            if taken.without
            else []
        ),
        *taken.notes,
    ]
    return Group(*parts, Text("\n".join(words)))


def _listed(units: Sequence[Unit]) -> str:
    more = f"等 {len(units)} 个" if len(units) > _MANY else ""
    return "、".join(unit.name for unit in units[:_MANY]) + more


def editions(found: Sequence[Edition]) -> RenderableType:
    table = Table("表式版本", "版本", "依据", "适用年度", "表", "规则")
    for edition in found:
        table.add_row(
            Text(edition.id),
            Text(edition.notice),
            Text(edition.years),
            Text(f"{len(edition.tables)} 张，{len(edition.cells)} 格"),
            Text(f"{len(edition.rules)} 条"),
        )
    return table


def edition(shown: Edition) -> RenderableType:
    """Every table with its rows and columns, and every rule in words."""
    parts: list[RenderableType] = [Text(f"{shown.id} 年版　{shown.title}　{shown.notice}\n")]
    for table in shown.tables:
        listing = Table(f"{table.title}（工作表“{table.sheet}”）", "行", "列", "填什么")
        rows: dict[tuple[str, str], list[Any]] = {}
        for cell in table.cells:
            rows.setdefault((cell.row, cell.kind.key), []).append(cell)
        for cells in rows.values():
            label = " / ".join(cells[0].row_labels) or "（一行）"
            columns = "、".join(cell.column_labels[-1] for cell in cells)
            total = "合计由公式算出" if all(cell.name in shown.totals for cell in cells) else ""
            listing.add_row(
                Text(label),
                Text(columns),
                Text(total or cells[0].kind.want),
            )
        parts.append(listing)
    rules = Table("规则", "编号", "级别", "范围", "应当成立的关系", "来源", "不成立时")
    for rule in shown.rules:
        words = (rule.id, SEVERITIES[rule.severity], *scope_and_sentence(shown, rule))
        rules.add_row(*map(Text, (*words, rule.source, when_it_fails(rule))))
    parts.append(rules)
    return Group(*parts)


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
    return Text(f"{VERDICTS[known]} {codes}".strip(), style=_STYLES[known])
