"""校验错误: every finding with a link to its cell and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence

from jyxl.definition import Edition, Instance
from jyxl.finding import Finding
from jyxl.layout import (
    CHECK_STATE,
    CHECKS,
    ERRORS,
    Area,
    CheckLine,
    a1,
    sheet,
    unit_line,
)
from jyxl.live import FAIL, LineState, is_misfit
from jyxl.messages import SEVERITIES
from jyxl.rules import excel
from jyxl.submission import Entries
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet, put, put_formula
from jyxl.writer.form import Form

HEADS = ("序号", "级别", "工作表", "单元格", "指标", "填报值", "问题", "修改建议", "规则", "现状")
WIDTHS = (5.5, 6.0, 11.5, 8.0, 24.0, 12.0, 44.0, 44.0, 7.0, 8.0)
FIRST = 4
TO_MEND, MENDED = "待改", "已改"


def write(
    book: Book,
    edition: Edition,
    form: Form,
    findings: Sequence[Finding],
    entries: Entries,
    states: Sequence[LineState],
) -> Sheet:
    """The first sheet of a workbook sent back."""
    page = book.sheet(ERRORS)
    for which, width in enumerate(WIDTHS):
        page.set_column(which, which, width)
    last = len(HEADS) - 1
    put(page, Area(0, 0, 0, last), "校验错误", book.style(look.TITLE))
    page.set_row(0, 32)
    intro = f"{unit_line(form.identity.name)}　　{form.identity.year} 年度　　第 {form.identity.round} 次退回"
    put(page, Area(1, 0, 1, last), intro, book.style(look.BASE))
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = sum(finding.severity == "warning" for finding in findings)
    text = (
        f"有 {errors} 处错误要改正，{warnings} 处提示要核对（数没错的，在“{CHECKS}”表里写明原因）。"
        "点“单元格”一列直接跳到要改的地方，改好后保存，把这个文件发回。"
    )
    put(page, Area(2, 0, 2, last), text, book.style(look.TEXT | {"bold": True}))
    page.set_row(2, look.height(text, sum(WIDTHS), 24))
    for which, head in enumerate(HEADS):
        put(page, Area(FIRST - 1, which, FIRST - 1, which), head, book.style(look.HEAD))
    page.set_row(FIRST - 1, 22)
    for number, finding in enumerate(findings, 1):
        _finding(book, page, edition, number, finding, entries, states)
    bottom = FIRST + len(findings) - 1
    corner = a1(FIRST, last)
    for word, layer in ((TO_MEND, look.BAD), (MENDED, look.GOOD)):
        page.conditional_format(
            *(FIRST, last, bottom, last),
            {"type": "formula", "criteria": f'={corner}="{word}"', "format": book.style(layer)},
        )
    page.freeze_panes(FIRST, 0)
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(FIRST - 1)
    page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    page.set_footer("&C&9第 &P 页　共 &N 页")
    page.print_area(0, 0, bottom, last)
    page.activate()
    return page


def _finding(
    book: Book,
    page: Sheet,
    edition: Edition,
    number: int,
    finding: Finding,
    entries: Entries,
    states: Sequence[LineState],
) -> None:
    row = FIRST + number - 1
    place = finding.place
    text = book.style(look.TEXT | look.BOX)
    middle = book.style(look.TEXT | look.BOX | look.CENTER)
    layer = {"error": look.BAD, "warning": look.WARN}.get(finding.severity, {})
    texts = (
        *(str(number), SEVERITIES[finding.severity], place.sheet or "", place.cell or ""),
        *(place.label, finding.value, finding.message, finding.advice, finding.code),
    )
    for which, content in enumerate(texts):
        style = middle if which in (0, 2, 3, 8) else text
        put(page, Area(row, which, row, which), content, style)
    put(page, Area(row, 0, row, 0), number, middle)
    put(page, Area(row, 1, row, 1), texts[1], book.style(look.TEXT | look.BOX | look.CENTER, layer))
    if place.sheet and place.cell:
        target = f"internal:'{place.sheet}'!{place.cell}"
        link = book.style(look.TEXT | look.BOX | look.CENTER, look.LINK)
        page.write_url(row, 3, target, link, place.cell)
    page.set_row(row, max(look.height(texts[i], WIDTHS[i]) for i in (4, 5, 6, 7)))
    now = _now(edition, finding, entries, states)
    if now is None:
        put(page, Area(row, 9, row, 9), "", middle)
    else:
        put_formula(page, Area(row, 9, row, 9), now[0], now[1], middle)


def _now(
    edition: Edition, finding: Finding, entries: Entries, states: Sequence[LineState]
) -> tuple[str, str] | None:
    """(formula, result) that turns to 已改 once the cause is gone; None where nothing can."""
    place = finding.place
    if finding.severity == "note" or place.sheet is None:
        return None
    line = _line_of(finding, states)
    if line is not None:
        state = f"'{CHECKS}'!{a1(line.line.row, CHECK_STATE)}"
        is_open = line.state == FAIL
        if line.line.is_explained:
            return None
        return f'IF({state}="{FAIL}","{TO_MEND}","{MENDED}")', TO_MEND if is_open else MENDED
    if place.table and place.row and place.column:
        cell = edition.cell[f"{place.table}.{place.row}.{place.column}"]
        if cell.name in edition.totals:
            return None
        reference = f"'{place.sheet}'!{sheet(edition.table[place.table]).address(cell.name)}"
        formula = f'IF({excel.misfit(cell.kind, reference)},"{TO_MEND}","{MENDED}")'
        return formula, TO_MEND if is_misfit(cell, entries) else MENDED
    return None


def _line_of(finding: Finding, states: Sequence[LineState]) -> LineState | None:
    """The line of 校验 that a finding comes from."""
    for state in states:
        if _is_line_of(finding, state.line):
            return state
    return None


def _is_line_of(finding: Finding, line: CheckLine) -> bool:
    if isinstance(line.check, Instance):
        return finding.instance == line.check.id
    return (
        finding.code == line.rule
        and finding.place.table == line.table.key
        and finding.place.row is None
    )
