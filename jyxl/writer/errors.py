"""校验错误: every finding, with a link to its cell and advice on how to mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jyxl.addresses import Area, a1
from jyxl.checklist import CHECK_NOTE, CHECK_STATE, TEXT_BLANK_RULE, BlankCheck, CheckLine
from jyxl.definition import Edition, Instance
from jyxl.finding import Finding
from jyxl.form import Form
from jyxl.layout import CHECKS, CONFIRM, ERRORS, GUIDE, sheet, unit_line, year_line
from jyxl.live import EXPLAINED, PASS, LineState, is_misfit, text_fault
from jyxl.messages import REFILL
from jyxl.places import drawn, text_place
from jyxl.rules import excel
from jyxl.submission import Entries
from jyxl.terms import Severity
from jyxl.verdict_words import SEVERITIES
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet, put, put_formula, split
from jyxl.writer.check_line import has_words, text_blank, text_misfit
from jyxl.writer.check_results import Claims, mark, overall_words
from jyxl.writer.guide import OVERALL
from jyxl.writer.page import Heading, long_list

HEADS = ("序号", "级别", "工作表", "单元格", "指标", "填报值", "问题", "修改建议", "规则", "现状")
WIDTHS = (5.5, 6.0, 11.5, 8.0, 24.0, 12.0, 44.0, 44.0, 7.0, 8.0)
FIRST = 5
_ORIGINAL = len(HEADS)
CLAIM = "X-T"
TO_MEND, MENDED, TO_CHECK = "待改", "已改", "请核对"
_WHAT_TO_DO: dict[Severity, str] = {
    "error": "“错误”必须改正。",
    "warning": f"“提示”的数错了就改，没错就在“{CHECKS}”表里写说明（点“规则”一列跳到那里）。",
    "note": "“备注”是程序对所填内容的理解，对的不用改。",
}


def write(
    book: Book,
    edition: Edition,
    form: Form,
    findings: Sequence[Finding],
    entries: Entries,
    states: Sequence[LineState],
) -> Sheet:
    """The first sheet of a workbook that is sent back."""
    page = book.sheet(ERRORS)
    shown = [
        (one, _now(edition, one, entries, states, row))
        for row, one in enumerate(ordered(edition, findings), FIRST)
    ]
    for which, width in enumerate(WIDTHS):
        page.set_column(which, which, width)
    last = len(HEADS) - 1
    put(page, Area(0, 0, 0, last), "校验错误", book.style(look.TITLE))
    page.set_row(0, 32)
    intro = f"{unit_line(form.identity.name)}　　{form.identity.year} 年度　　第 {form.identity.round} 次退回"
    put(page, Area(1, 0, 1, last), intro, book.style(look.BASE))
    _summary(book, page, states, findings, [now for _, now in shown])
    for which, head in enumerate(HEADS):
        put(page, Area(FIRST - 1, which, FIRST - 1, which), head, book.style(look.HEAD))
    page.set_row(FIRST - 1, 22)
    for number, (finding, now) in enumerate(shown, 1):
        advice = _advice(edition, finding, findings)
        address = drawn(edition, finding.place).cell
        _finding(book, page, number, finding, address, advice, now, states)
    _originals(book, page, [finding for finding, _ in shown], entries)
    bottom = FIRST + len(shown) - 1
    corner = a1(FIRST, last)
    for word, layer in ((TO_MEND, look.BAD), (MENDED, look.GOOD), (EXPLAINED, look.GOOD)):
        page.conditional_format(
            *(FIRST, last, bottom, last),
            {"type": "formula", "criteria": f'={corner}="{word}"', "format": book.style(layer)},
        )
    page.freeze_panes(FIRST, 0)
    heading = Heading(unit_line(form.identity.name), year_line(form.identity.year))
    long_list(page, heading, heads=FIRST - 1)
    page.print_area(0, 0, bottom, last)
    page.activate()
    return page


def _summary(
    book: Book,
    page: Sheet,
    states: Sequence[LineState],
    findings: Sequence[Finding],
    nows: list[Now],
) -> None:
    """Write what has to be done, and what the workbook still lacks while the unit works; that is
    said in the same words as in 填报说明."""
    last = len(HEADS) - 1
    severities = {finding.severity for finding in findings}
    text = "点“单元格”一列跳到要改的地方；全部改好后保存，把这个文件发回。" + "".join(
        words for severity, words in _WHAT_TO_DO.items() if severity in severities
    )
    put(page, Area(2, 0, 2, last), text, book.style(look.TEXT))
    width = sum(WIDTHS)
    page.set_row(2, look.height(text, width, 22))
    eyes = sum(now.result == TO_CHECK for now in nows)
    also = f"另有 {eyes} 处请核对。" if eyes else ""
    claims = claims_left(findings)
    formula, result = f"'{GUIDE}'!{OVERALL.a1}", overall_words(states, claims)
    formula += f"&{excel.text(also)}" if also else ""
    style = book.style(look.STATE)
    area = Area(3, 0, 3, last)
    put_formula(page, area, formula, result + also, style)
    page.set_row(3, 24)
    mark(book, page, area)


def claims_left(findings: Sequence[Finding]) -> Claims | None:
    """How many of the sentences that differ from the tables are still to be mended; None if no
    finding is about one."""
    ours = [one for one in findings if one.code == CLAIM]
    if not ours:
        return None
    bottom = FIRST + len(findings) - 1
    codes, nows = (
        f"'{ERRORS}'!{a1(FIRST, which, fixed=True)}:{a1(bottom, which, fixed=True)}"
        for which in (HEADS.index("规则"), HEADS.index("现状"))
    )
    formula = f'COUNTIFS({codes},"{CLAIM}",{nows},"{TO_MEND}")'
    return Claims(formula, sum(not one.explanation for one in ours))


def _originals(book: Book, page: Sheet, shown: Sequence[Finding], entries: Entries) -> None:
    """Keep, in a hidden column, the texts in which a figure differs, as they were sent: a text that
    is no longer the same was mended."""
    kept = [(row, one) for row, one in enumerate(shown, FIRST) if one.code == CLAIM]
    if not kept:
        return
    page.set_column(_ORIGINAL, _ORIGINAL, 9, None, {"hidden": True})
    for row, one in kept:
        words = entries.words.get(one.place.spot or "", "")
        held, _ = split(words)  # as the cell of the text holds it
        put(page, Area(row, _ORIGINAL, row, _ORIGINAL), held, book.style(look.UNSEEN))


def ordered(edition: Edition, findings: Sequence[Finding]) -> list[Finding]:
    """The findings by sheet and cell. One that follows from another comes right after it;
    notes come last."""
    leading: dict[str, list[Finding]] = {}
    following: dict[str, list[Finding]] = {}
    for finding in findings:
        group = following if _follows(edition, finding, findings) else leading
        group.setdefault(finding.code, []).append(finding)
    result: list[Finding] = []
    for finding in findings:
        if finding.severity == "note" or finding in following.get(finding.code, ()):
            continue
        result.append(finding)
        if finding is leading[finding.code][-1]:
            result.extend(following.get(finding.code, ()))
    return result + [finding for finding in findings if finding.severity == "note"]


def _follows(edition: Edition, finding: Finding, findings: Sequence[Finding]) -> bool:
    """True if the rule relates only totals here, but also fails at a place that is typed."""
    if not _is_among_totals(edition, finding):
        return False
    return any(
        other.code == finding.code
        and other.instance is not None
        and not _is_among_totals(edition, other)
        for other in findings
    )


def _is_among_totals(edition: Edition, finding: Finding) -> bool:
    instance = next((one for one in edition.instances if one.id == finding.instance), None)
    return instance is not None and all(name in edition.totals for name in instance.cells)


def _advice(edition: Edition, finding: Finding, findings: Sequence[Finding]) -> str:
    if _follows(edition, finding, findings):
        return "这一处全由合计组成，随上面几处而来：上面改对了，它自然就对。"
    return finding.advice


@dataclass(frozen=True)
class Now:
    """The 现状 of a finding: a formula, if it can be calculated, and its result."""

    formula: str | None
    result: str


def _finding(
    book: Book,
    page: Sheet,
    number: int,
    finding: Finding,
    address: str | None,
    advice: str,
    now: Now,
    states: Sequence[LineState],
) -> None:
    row = FIRST + number - 1
    place = finding.place
    text = book.style(look.PROSE)
    middle = book.style(look.TEXT | look.BOX | look.CENTER)
    code = book.style(look.TEXT | look.BOX | look.CODE)
    layer = {"error": look.BAD, "warning": look.WARN}.get(finding.severity, look.REMARK)
    texts = (
        *("", SEVERITIES[finding.severity], place.sheet or "", address or ""),
        *(place.label, finding.value, finding.message, advice, finding.code),
    )
    for which, content in enumerate(texts):
        style = code if which == 8 else middle if which in (2, 3) else text
        put(page, Area(row, which, row, which), content, style)
    put(page, Area(row, 0, row, 0), number, middle)
    put(page, Area(row, 1, row, 1), texts[1], book.style(look.TEXT | look.BOX | look.CENTER, layer))
    link = book.style(look.TEXT | look.BOX | look.CENTER, look.LINK)
    if place.sheet and address:
        page.write_url(row, 3, f"internal:'{place.sheet}'!{address}", link, address)
    elif place.sheet and finding.code in REFILL:
        page.write_url(row, 3, f"internal:'{place.sheet}'!A1", link, "整张表")
    line = _line_of(finding, states)
    if line is not None:
        which = CHECK_NOTE if line.line.is_explained else CHECK_STATE
        target = f"internal:'{CHECKS}'!{a1(line.line.row, which)}"
        linked = book.style(look.TEXT | look.BOX | look.CODE, {"underline": 1})
        page.write_url(row, 8, target, linked, finding.code)
    page.set_row(row, max(look.height(texts[i], WIDTHS[i] - 2, 24) for i in (4, 5, 6, 7)))
    if now.formula is None:
        put(page, Area(row, 9, row, 9), now.result, middle)
    else:
        put_formula(page, Area(row, 9, row, 9), now.formula, now.result, middle)


def _now(
    edition: Edition,
    finding: Finding,
    entries: Entries,
    states: Sequence[LineState],
    row: int,
) -> Now:
    """The cell that turns to 已改 once the cause is gone. row: the row of the finding."""
    place = finding.place
    if finding.severity == "note":
        return Now(None, "")
    line = _line_of(finding, states)
    if line is not None:
        state = f"'{CHECKS}'!{a1(line.line.row, CHECK_STATE)}"
        open_ = f'IF({state}="{EXPLAINED}","{EXPLAINED}","{TO_MEND}")'
        formula = f'IF({state}="{PASS}","{MENDED}",{open_})'
        result = {PASS: MENDED, EXPLAINED: EXPLAINED}.get(line.shown, TO_MEND)
        return Now(formula, result)
    is_doubted_text = finding.code == "F-D" and place.spot in edition.text
    if finding.code == "O-1" or is_doubted_text:  # no formula knows whether it was looked at
        return Now(None, TO_CHECK)
    if place.spot in edition.cell:
        cell = edition.cell[place.spot]
        if cell.name not in edition.totals:
            reference = f"'{place.sheet}'!{drawn(edition, place).cell}"
            formula = f'IF({excel.misfit(cell.kind, reference)},"{TO_MEND}","{MENDED}")'
            return Now(formula, TO_MEND if is_misfit(cell, entries) else MENDED)
    if finding.code == CLAIM:
        return _now_of_claim(edition, finding, row)
    if place.spot in edition.text:
        return _now_of_text(edition, finding, entries)
    return Now(None, TO_CHECK)


def _now_of_text(edition: Edition, finding: Finding, entries: Entries) -> Now:
    text = edition.text[finding.place.spot or ""]
    reference = f"'{finding.place.sheet}'!{drawn(edition, finding.place).cell}"
    wrong = (
        text_blank(reference) if finding.code == TEXT_BLANK_RULE else text_misfit(text, reference)
    )
    is_wrong = text_fault(text, entries.words.get(text.name, "")) is not None
    return Now(f'IF({wrong},"{TO_MEND}","{MENDED}")', TO_MEND if is_wrong else MENDED)


def _now_of_claim(edition: Edition, finding: Finding, row: int) -> Now:
    """已改 once the text is no longer what it was or the tables say the same, 已说明 once something
    stands beside it."""
    place = finding.place
    reference = f"'{place.sheet}'!{drawn(edition, place).cell}"
    notes = (text for text in edition.texts if text.beside == place.spot)
    is_said = "".join(f",{total}<>{finding.value}" for total in _claimed(edition, finding))
    is_same = f"EXACT({reference},{a1(row, _ORIGINAL)})"
    now = f'IF(AND({is_same}{is_said}),"{TO_MEND}","{MENDED}")'
    for note in notes:
        there = f"'{place.sheet}'!{drawn(edition, text_place(edition, note.name)).cell}"
        now = f'IF({has_words(there)},"{EXPLAINED}",{now})'
    return Now(now, EXPLAINED if finding.explanation else TO_MEND)


def _claimed(edition: Edition, finding: Finding) -> Iterator[str]:
    """The sums of the tables that a sentence may have stated."""
    key = (finding.instance or "").rpartition(".")[2]
    for claim in edition.claims:
        for names in claim.sums if claim.key == key else ():
            cells = (edition.cell[name] for name in names)
            tables = ((edition.table[cell.table], cell.name) for cell in cells)
            places = (f"'{one.sheet}'!{sheet(one).address(name)}" for one, name in tables)
            yield f"SUM({','.join(places)})"


def _line_of(finding: Finding, states: Sequence[LineState]) -> LineState | None:
    """The line of 校验 that a finding comes from."""
    for state in states:
        if _is_line_of(finding, state.line):
            return state
    return None


def _is_line_of(finding: Finding, line: CheckLine) -> bool:
    if isinstance(line.check, Instance):
        return finding.instance == line.check.id
    if isinstance(line.check, BlankCheck) and finding.code in REFILL:
        return finding.place.sheet == line.table.sheet
    if isinstance(line.check, BlankCheck) and finding.code == "S-ADDED":
        texts = {text.name for text in line.check.texts}
        is_of_texts = finding.place.spot in texts
        return finding.place.table == line.table.key and is_of_texts == bool(texts)
    return (
        finding.code == line.rule
        and finding.place.table == line.table.key
        and finding.place.spot == CONFIRM
    )
