"""填报说明: whose workbook it is, when it is due, how to fill it, and whether it is ready."""

from __future__ import annotations

from collections.abc import Sequence

from jyxl.addresses import Area, a1
from jyxl.definition import Edition
from jyxl.form import Form
from jyxl.layout import CHECKS, CONTACT, DEADLINE, GUIDE, sheet, unit_line, year_line
from jyxl.live import LineState
from jyxl.origin import Origin
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet, put, put_formula
from jyxl.writer.check_results import Claims, mark, outstanding, overall, overall_words, status
from jyxl.writer.page import Heading, one_page

_WIDTHS = (14.0, 74.0)
OVERALL = Area(7, 1, 7, 1)
"""The state of the whole workbook."""
SHOWN = 6
"""How many of the missing things are named."""


def write(
    book: Book, edition: Edition, form: Form, states: Sequence[LineState], claims: Claims | None
) -> Sheet:
    """The first sheet that a unit sees. claims: as in `check_results.overall`."""
    page = book.sheet(GUIDE)
    for which, width in enumerate(_WIDTHS):
        page.set_column(which, which, width)
    identity = form.identity
    put(
        page,
        Area(0, 0, 0, 1),
        f"{identity.year} 年{edition.title}填报工作簿",
        book.style(look.TITLE),
    )
    page.set_row(0, 36)
    pairs = (
        ("填报单位", identity.name),
        ("单位代码", identity.code),
        ("年度", year_line(identity.year)),
        (DEADLINE, form.deadline),
        (CONTACT, form.contact),
        ("表式依据", edition.notice),
    )
    for row, (name, text) in enumerate(pairs, OVERALL.top - len(pairs)):
        _pair(book, page, row, name, text)
    row = _readiness(book, page, edition, form, states, claims)
    if form.origin is not None:
        row = _section(book, page, row, "数的来源", _origin(form.origin))
    sections = [("怎样填", "fill"), ("怎样统计", "count")]
    if form.last:
        sections.insert(1, ("上年的数", "last"))
    for title, key in sections:
        row = _section(book, page, row, title, edition.guide.get(key, ()))
    heading = Heading(unit_line(identity.name), year_line(identity.year))
    one_page(page, heading, row - 1, 1)
    page.activate()
    return page


def _origin(origin: Origin) -> tuple[str, ...]:
    return (
        f"表里的数由“{origin.county}”按下面各单位报的数汇总填入：{origin.scope}。",
        "改动以前请先改下面单位的数，重新汇总；在表里直接改的，下面查不到来源。",
    )


def _pair(book: Book, page: Sheet, row: int, name: str, text: str) -> None:
    put(page, Area(row, 0, row, 0), name, book.style(look.HEAD))
    put(page, Area(row, 1, row, 1), text, book.style(look.PROSE))
    page.set_row(row, look.height(text, _WIDTHS[1] - 2, 22))


def _readiness(
    book: Book,
    page: Sheet,
    edition: Edition,
    form: Form,
    states: Sequence[LineState],
    claims: Claims | None,
) -> int:
    """Write the overall state, a line for each table, and what is still missing, each with a
    link."""
    row = OVERALL.top
    put(page, Area(row, 0, row, 0), "总的状态", book.style(look.HEAD | {"bold": True}))
    bold = book.style(look.PROSE | {"font_size": 12, "bold": True})
    put_formula(page, OVERALL, overall(claims), overall_words(states, claims), bold)
    page.set_row(row, 36)
    link = book.style(look.HEAD, look.LINK)
    for table in edition.tables_for(form.identity.kind):
        row += 1
        place = sheet(table)
        page.write_url(row, 0, f"internal:'{table.sheet}'!{place.confirm.a1}", link, table.sheet)
        _, result = status(edition, table, states)
        formula = f"'{table.sheet}'!{a1(place.status.top, place.status.left)}"
        put_formula(page, Area(row, 1, row, 1), formula, result, book.style(look.PROSE))
        page.set_row(row, 36)
    mark(book, page, Area(OVERALL.top, 1, row, 1))
    return _missing(book, page, row + 1, edition, states)


def _missing(
    book: Book, page: Sheet, row: int, edition: Edition, states: Sequence[LineState]
) -> int:
    """Write the first lines that stand in the way, by name."""
    last = row + SHOWN - 1
    head = book.style(look.HEAD, look.LINK)
    put(page, Area(row, 0, last, 0), "还差什么", head)
    page.link(Area(row, 0, row, 0), f"internal:'{CHECKS}'!A1", f"到“{CHECKS}”")
    style = book.style(look.PROSE, {"text_wrap": False}, look.LINK)
    for number in range(1, SHOWN + 1):
        formula, result = outstanding(edition, states, number)
        put_formula(page, Area(row, 1, row, 1), formula, result, style)
        page.set_row(row, 17)
        row += 1
    return row


def _section(book: Book, page: Sheet, row: int, title: str, texts: Sequence[str]) -> int:
    put(page, Area(row, 0, row, 1), title, book.style(look.BLOCK, look.LEFT))
    page.set_row(row, 22)
    row += 1
    for number, text in enumerate(texts, 1):
        put(page, Area(row, 0, row, 0), number, book.style(look.TEXT | look.BOX | look.CENTER))
        put(page, Area(row, 1, row, 1), text, book.style(look.PROSE))
        page.set_row(row, look.height(text, _WIDTHS[1] - 2, 22))
        row += 1
    return row
