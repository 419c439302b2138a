"""调整表: what the office added to its sums, each with its reason and its signature."""

from __future__ import annotations

from jyxl import moments
from jyxl.addresses import Area
from jyxl.adjustment import Adjustment
from jyxl.county import County
from jyxl.layout import ADJUSTMENTS, year_line
from jyxl.numbers import for_cell
from jyxl.place_names import address
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet, put
from jyxl.writer.page import Heading, long_list

_HEADS = ("序号", "单元格", "项目", "增减", "理由", "时间", "状态", "签名")
_WIDTHS = (6.0, 18.0, 44.0, 12.0, 46.0, 17.0, 34.0, 68.0)
_AMOUNT = _HEADS.index("增减")
_LONG = (2, 4, 6)


def write(book: Book, county: County) -> Sheet:
    """The sheet, with a line for each adjustment, also for those that were withdrawn."""
    last = len(_HEADS) - 1
    page = book.sheet(ADJUSTMENTS)
    for which, width in enumerate(_WIDTHS):
        page.set_column(which, which, width)
    title = "本级对汇总数的调整（各单位的数不变）"
    put(page, Area(0, 0, 0, last), title, book.style(look.TITLE))
    page.set_row(0, 32)
    for which, head in enumerate(_HEADS):
        put(page, Area(1, which, 1, which), head, book.style(look.HEAD))
    for row, one in enumerate(county.adjustments, 2):
        _line(book, page, row, county, one)
    page.freeze_panes(2, 0)
    long_list(page, Heading(county.name, year_line(county.year)), heads=1)
    return page


def _line(book: Book, page: Sheet, row: int, county: County, one: Adjustment) -> None:
    cell = county.edition.cell.get(one.cell)
    where = address(county.edition, one.cell) if cell else one.cell
    label = cell.label if cell else "现在已不收这一项"
    amount = for_cell(one.amount, cell.kind.scale) if cell else one.amount
    state = "有效" if one.counts else f"{moments.minute(one.withdrawn)} 撤回：{one.why_withdrawn}"
    values = (one.number, where, label, amount, one.because, moments.minute(one.time))
    for which, value in enumerate((*values, state, one.signature)):
        style = look.NUMBER if which == _AMOUNT else look.PROSE
        put(page, Area(row, which, row, which), value, book.style(style))
    texts = {2: label, 4: one.because, 6: state}
    page.set_row(row, max(look.height(texts[i], _WIDTHS[i] - 2) for i in _LONG))
