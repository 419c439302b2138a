"""报送情况.html: what is to be done now, and where every unit stands. It needs no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from jyxl.definition import UNIT_KINDS
from jyxl.edges.standing import Attempt, Standing
from jyxl.finding import Finding
from jyxl.moments import day_in, day_of
from jyxl.places import drawn
from jyxl.reports.html import Content, page, tag, wide
from jyxl.reports.look import STYLE
from jyxl.reports.overview import Overview, whom
from jyxl.reports.status_todo import LISTED, anchor, has_part, part_id, rulings_of, todo
from jyxl.terms import State
from jyxl.verdict_words import SEVERITIES, STATES, state_words

_LISTED = 30
"""How many findings of a return are listed at most; the error workbook has all of them."""
_MARKS: dict[State, str] = {"accepted": "good", "returned": "bad", "missing": "wait"}


def status_page(facts: Overview) -> bytes:
    """The page, in UTF-8."""
    title = f"{facts.county} {facts.year} 年度政府信息公开工作年度报告　报送情况"
    parts = [part for part in (_changes(facts), _units(facts)) if part is not None]
    return page(
        f"报送情况　{facts.county} {facts.year} 年度",
        STYLE,
        tag("header", tag("h1", title), *_top(facts), _chart(facts), _contents(facts)),
        tag("main", todo(facts), _stages(facts), *parts),
    )


def _top(facts: Overview) -> Iterator[Element]:
    count = {state: _count(facts.standings, state) for state in STATES}
    told = "，".join(f"{STATES[state]} {number}" for state, number in count.items())
    yield tag("p", f"应报 {len(facts.standings)} 个单位：{told}。", class_="when")
    made = f"交表截止：{day_of(facts.deadline)}。本页生成于 {day_of(facts.today)}。"
    yield tag("p", made, class_="quiet")


def _count(standings: Iterable[Standing], state: State) -> int:
    return sum(one.state == state for one in standings)


def _contents(facts: Overview) -> Element:
    heads = {"todo": "现在要办的", "stages": "各单位到了哪一步"}
    if facts.before is not None:
        heads["changes"] = "最近一次收表的变化"
    if any(map(has_part, facts.standings)):
        heads["units"] = "各单位的情况"
    links = (tag("a", words, href=f"#{key}") for key, words in heads.items())
    return tag("nav", *links, aria_label="本页内容")


def _chart(facts: Overview) -> Element:
    """How far the units of each kind are: a bar with the numbers beside it."""
    groups = {
        kind: [one for one in facts.standings if one.unit.kind == kind] for kind in UNIT_KINDS
    }
    rows: list[tuple[str, list[Standing]]] = [(k, units) for k, units in groups.items() if units]
    if len(rows) > 1:
        rows.insert(0, ("全部", list(facts.standings)))
    heads = ("类别", "进度", "应报", *STATES.values())
    body = (
        tag(
            "tr",
            tag("th", kind, scope="row"),
            tag("td", _bar(units), class_="bar"),
            tag("td", str(len(units)), class_="number"),
            *(tag("td", str(_count(units, state)), class_="number") for state in STATES),
        )
        for kind, units in rows
    )
    head = tag("thead", tag("tr", *(tag("th", one, scope="col") for one in heads)))
    return wide("各类单位的进度", tag("table", head, tag("tbody", *body)))


def _bar(units: list[Standing]) -> Element:
    """A bar of a thousand parts, divided by state in the order of STATES."""
    left = 0
    parts = []
    for state in STATES:
        width = _count(units, state) * 1000 // len(units)
        if state == "missing":
            width = 1000 - left
        colour = {"accepted": "#1a7f37", "returned": "#b42318", "missing": "#d0d7de"}[state]
        box = {"x": str(left), "y": "0", "width": str(width), "height": "10"}
        parts.append(tag("rect", class_=state, fill=colour, **box))
        left += width
    sizes = {"viewBox": "0 0 1000 10", "preserveAspectRatio": "none"}
    return tag("svg", *parts, aria_hidden="true", **sizes)


def _stages(facts: Overview) -> Element:
    heads = ("单位", "类别", "下发", "交来", "校验", "计入汇总", "时限", "要注意的")
    head = tag("thead", tag("tr", *(tag("th", one, scope="col") for one in heads)))
    body = tag("tbody", *(_stage(facts, one) for one in facts.standings))
    return tag(
        "section",
        tag("h2", "各单位到了哪一步", id="stages"),
        wide("各单位到了哪一步", tag("table", head, body)),
    )


def _stage(facts: Overview, one: Standing) -> Element:
    came = f"{day_in(one.first_arrived)}，{one.versions} 次" if one.versions else "没有"
    limit = "逾期未报" if one.overdue else "迟报" if one.late else ""
    notes = [tried.words for tried in one.attempts]
    notes += ["有说明待阅"] if one.to_read else []
    return tag(
        "tr",
        tag("th", anchor(one) if has_part(one) else one.unit.name, scope="row"),
        tag("td", one.unit.kind, class_="short"),
        tag("td", *_issued(facts, one), class_="short"),
        tag("td", came, class_="short"),
        tag("td", _state(one), class_="short"),
        tag("td", "是" if one.in_force else "否", class_="short"),
        tag("td", tag("span", limit, class_="bad") if limit else "", class_="short"),
        tag("td", "；".join(notes)),
    )


def _issued(facts: Overview, one: Standing) -> Iterator[Content]:
    if one.unit.code in facts.issued:
        yield facts.mailed(one.unit.code, "issue") or "已生成"
    else:
        yield tag("span", "没有", class_="wait")


def _state(one: Standing) -> Element:
    words = state_words(one.state, one.newer_returned)
    if one.state == "returned" and one.rounds > 1:
        words += f" {one.rounds} 次"
    return tag("span", words, class_="wait" if one.newer_returned else _MARKS[one.state])


def _changes(facts: Overview) -> Element | None:
    """What the last collect that brought something new has changed."""
    if facts.before is None:
        return None
    standings, attempts = facts.before
    known = {one.sha256 for one in attempts}
    was = {one.unit.code: one for one in standings}
    lines = [
        tag("li", one.unit.name, "：", words)
        for one in facts.standings
        if (words := _change(was.get(one.unit.code), one))
    ]
    came = [one for one in facts.attempts if one.sha256 not in known]
    lines += [tag("li", _came(facts, one)) for one in came[:LISTED]]
    if len(came) > LISTED:
        lines.append(tag("li", f"另有 {len(came) - LISTED} 份没有采用，没有列在这里"))
    shown = tag("ul", *lines) if lines else tag("p", "没有变化。")
    return tag("section", tag("h2", "最近一次收表的变化", id="changes"), shown)


def _change(old: Standing | None, new: Standing) -> str:
    """What has changed about a unit, or ''."""
    if old is None:
        return "新加入名册"
    before, now = (state_words(one.state, one.newer_returned) for one in (old, new))
    if before != now:
        return f"{before} → {now}"
    if old.in_force and new.in_force and old.in_force.sha256 != new.in_force.sha256:
        return f"改用新的一份（{new.file}）"
    if new.versions > old.versions:
        return f"又交了一份，仍是{now}"
    return ""


def _came(facts: Overview, one: Attempt) -> str:
    unit = facts.unit.get(one.unit)
    what = "待您决定" if one.verdict == "held" else "没有采用"
    return f"{unit.name if unit else '不明单位'}（{what}）：{one.words}"


def _units(facts: Overview) -> Element | None:
    """A part for each unit about which there is more to say than its line says."""
    parts = [_unit(facts, one) for one in facts.standings if has_part(one)]
    if not parts:
        return None
    return tag("section", tag("h2", "各单位的情况", id="units"), *parts)


def _unit(facts: Overview, one: Standing) -> Element:
    name = tag(
        "h3", f"{one.unit.name}（{one.unit.code}）　", _state(one), id=part_id(one.unit.code)
    )
    parts: list[Content] = [name, tag("p", *whom(one.unit), class_="quiet")]
    if one.is_waited_for and one.latest:
        file = ["，发还的文件：", facts.link(one.sent_back)] if one.sent_back else []
        parts += [tag("p", f"退回的一份：{one.latest.file}", *file)]
        parts += [*_findings(facts, one.latest.findings)]
    for tried in one.attempts:
        parts += [tag("p", f"没有采用：{tried.words}，", facts.link(tried.file))]
        parts += [*_findings(facts, tried.findings)]
    if one.explanations:
        said = (
            tag("li", f"{said.problem}{f'说明：{said.words}' if said.words else '单位没有说明。'}")
            for said in one.explanations
        )
        parts += [tag("p", f"采用的一份（{one.file}）里的说明："), tag("ul", *said)]
    if one.rulings:
        parts += [tag("p", "办公室的决定："), tag("ul", *rulings_of(one))]
    return tag("article", *parts, class_="unit", aria_labelledby=part_id(one.unit.code))


def _findings(facts: Overview, findings: Iterable[Finding]) -> Iterator[Element]:
    blocking = [one for one in findings if one.blocks]
    if blocking:
        yield tag("ul", *(_finding(facts, one) for one in blocking[:_LISTED]))
    if len(blocking) > _LISTED:
        yield tag("p", f"另有 {len(blocking) - _LISTED} 处，见发还的文件。", class_="quiet")


def _finding(facts: Overview, one: Finding) -> Element:
    where = " ".join(filter(None, (one.place.sheet, drawn(facts.edition, one.place).cell)))
    head = f"{SEVERITIES[one.severity]}　{where}：" if where else f"{SEVERITIES[one.severity]}："
    return tag("li", head, one.message, one.advice, " ", tag("span", one.code, class_="code"))
