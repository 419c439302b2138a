"""What is to be done now: to decide, to send, to call, to read. The first part of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from xml.etree.ElementTree import Element

from jyxl.edges.standing import Attempt, Standing
from jyxl.moments import day_in
from jyxl.places import drawn
from jyxl.reports.html import Content, tag
from jyxl.reports.overview import Overview, whom

Row = tuple[Sequence[Content], ...]
"""The cells of a line, the first of which names what the line is about."""


LISTED = 500
"""How many files a list names at most; nobody reads more, and a browser takes its time."""


def todo(facts: Overview) -> Element:
    """The section; a part of it that has nothing to do is left out."""
    parts = [*_to_issue(facts), *_to_decide(facts), *_to_send(facts), *_to_call(facts)]
    parts += _to_read(facts)
    nothing = tag("p", "现在没有要办的事：该交的都交了，都通过了。", class_="good")
    remarks = [tag("p", tag("strong", "注意："), one) for one in facts.remarks]
    return tag("section", tag("h2", "现在要办的", id="todo"), *remarks, *(parts or [nothing]))


def table(heads: Sequence[str], rows: Iterable[Row], class_: str = "cards") -> Element:
    """A table in which the first cell of a line is its heading."""
    return tag(
        "table",
        tag("thead", tag("tr", *(tag("th", head, scope="col") for head in heads))),
        tag("tbody", *(_line(row) for row in rows)),
        class_=class_,
    )


def _line(row: Row) -> Element:
    first, *others = row
    cells = (tag("td", *cell) for cell in others)
    return tag("tr", tag("th", *first, scope="row"), *cells)


def _to_issue(facts: Overview) -> Iterator[Element]:
    without = [one.unit.name for one in facts.standings if one.unit.code not in facts.issued]
    if without:
        yield tag("h3", f"还没有生成工作簿的：{len(without)} 个单位")
        yield tag("p", "运行 ", tag("code", "jyxl issue"), f"，再发给：{'、'.join(without)}。")


def _to_decide(facts: Overview) -> Iterator[Element]:
    if not facts.held:
        return
    yield tag("h3", f"要您决定的：{len(facts.held)} 份，现在都没有采用")
    yield table(
        ("文件", "为什么没有采用", "问谁"),
        (
            (
                [facts.link(one.file)],
                [*_reasons(one), tag("p", "要采用：", tag("code", _command(one.file)))],
                [*_from(facts, one)],
            )
            for one in facts.held[:LISTED]
        ),
    )
    yield from _left_out(facts.held)
    yield tag("p", "不用的，把文件移走。", class_="quiet")


def _left_out(files: Sequence[Attempt]) -> Iterator[Element]:
    if len(files) > LISTED:
        yield tag("p", f"另有 {len(files) - LISTED} 份没有列在这里。", class_="quiet")


def _command(file: str) -> str:
    return f'jyxl accept "{file}" --because "理由"'


def _reasons(one: Attempt) -> Iterator[Element]:
    for found in one.findings:
        if found.blocks:
            yield tag(
                "p", f"{found.message}{found.advice} ", tag("span", found.code, class_="code")
            )


def _from(facts: Overview, one: Attempt) -> Iterator[Content]:
    """The units that a file may be from, and whom to call there."""
    units = facts.senders(one)
    for unit in units:
        yield tag("p", f"{unit.name}　", *whom(unit))
    if not units:
        yield "不知道是哪个单位"


def _to_send(facts: Overview) -> Iterator[Element]:
    back = [one for one in facts.standings if one.is_waited_for]
    if back:
        yield tag("h3", f"要发还改正的：{len(back)} 个单位")
        yield table(("单位", "发还的文件", "问题", "联系"), (_back(facts, one) for one in back))
    if facts.refused:
        yield tag("h3", f"不能采用、要告诉单位的：{len(facts.refused)} 份")
        yield table(
            ("文件", "为什么不能采用", "发给它的文字", "联系"),
            (
                (
                    [facts.link(one.file)],
                    [*_reasons(one)],
                    [*_text_for(facts, one)],
                    [*_from(facts, one)],
                )
                for one in facts.refused[:LISTED]
            ),
        )
        yield from _left_out(facts.refused)


def _text_for(facts: Overview, one: Attempt) -> Iterator[Content]:
    """The text for the unit whose file was refused, and whether it was sent."""
    if one.sha256 in facts.texts:
        yield facts.link(facts.texts[one.sha256])
    if told := facts.mailed(one.unit, "refusal", since=one.arrived):
        yield tag("p", told, class_="good")


def _back(facts: Overview, one: Standing) -> Row:
    found = [found for found in one.latest.findings if found.blocks] if one.latest else []
    more = f"；共 {len(found)} 处" if len(found) > 1 else ""
    kept = "（仍采用先前通过的一份）" if one.newer_returned else ""
    problem = f"{found[0].message.rstrip('。')}{more}。{kept}" if found else kept
    file = [facts.link(one.sent_back) if one.sent_back else "还没有生成，请再收一次表"]
    round_ = one.latest.round if one.latest else 0
    if told := facts.mailed(one.unit.code, "return", round_=round_):
        file.append(tag("p", told, class_="good"))
    return [anchor(one)], file, [problem], [*whom(one.unit)]


def anchor(one: Standing) -> Element:
    """The name of a unit, which leads to its part of the page."""
    return tag("a", one.unit.name, href=f"#{part_id(one.unit.code)}")


def part_id(code: str) -> str:
    """The id of the part about a unit. All but letters and figures of ASCII is written in it as
    a number."""
    return "u-" + re.sub("[^A-Za-z0-9]", lambda found: f"_{ord(found[0]):x}_", code)


def has_part(one: Standing) -> bool:
    """True if there is something to say about a unit that its line does not say."""
    return bool(one.is_waited_for or one.attempts or one.explanations or one.rulings)


def _to_call(facts: Overview) -> Iterator[Element]:
    missing = [one for one in facts.standings if one.state == "missing"]
    if not missing:
        return
    left = facts.days_left
    when = (
        f"已过截止日期 {-left} 天" if left < 0 else f"离截止还有 {left} 天" if left else "今天截止"
    )
    yield tag("h3", f"还没有交的：{len(missing)} 个单位，{when}")
    yield table(
        ("单位", "联系", "已有的往来"),
        (
            (
                [anchor(one) if has_part(one) else one.unit.name],
                [*whom(one.unit)],
                ["；".join(_dealings(facts, one))],
            )
            for one in missing
        ),
    )


def _dealings(facts: Overview, one: Standing) -> Iterator[str]:
    """What a unit that is missing was sent by mail, and what came from it."""
    if told := facts.mailed(one.unit.code, "issue", "reminder"):
        yield told
    if one.attempts:
        yield f"来过：{'、'.join(tried.words for tried in one.attempts)}"


def _to_read(facts: Overview) -> Iterator[Element]:
    rows = [(one, said) for one in facts.standings if one.to_read for said in one.explanations]
    if not rows:
        return
    yield tag("h3", f"要看的说明：{len(rows)} 处，看过没有疑问的可以认可")
    yield table(
        ("单位", "位置", "问题", "单位的说明"),
        (
            (
                [anchor(one)],
                [" ".join(filter(None, (said.place.sheet, drawn(facts.edition, said.place).cell)))],
                [said.problem],
                [
                    said.words,
                    *([tag("span", "（没有说出原因）", class_="bad")] if said.is_empty else []),
                ],
            )
            for one, said in rows
        ),
    )
    command = tag("code", _command(rows[0][0].file))
    yield tag("p", "认可一份表的说明，如：", command, "；有疑问的，用 jyxl reject 退回。")


def rulings_of(one: Standing) -> Iterator[Element]:
    """What the office decided about the returns of a unit."""
    for ruling in one.rulings:
        what = "采用" if ruling.is_allowed else "退回"
        yield tag("li", f"{day_in(ruling.time)}{what}“{ruling.file}”：{ruling.because}")
