"""报送情况: every unit, its state, and the file that its figures are from."""

from __future__ import annotations

from jyxl.addresses import Area, a1
from jyxl.county import County, UnitRow
from jyxl.layout import STATUS, year_line
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet, put
from jyxl.writer.page import Heading, long_list
from jyxl.writer.streams import Row

_HEADS = (
    *("序号", "单位代码", "单位名称", "类别", "状态"),
    *("版本", "收到时间", "时限", "联络人", "电话", "要注意的", "来源文件", "SHA-256"),
)
_WIDTHS = (5.5, 10.0, 26.0, 7.0, 18.0, 6.0, 17.0, 9.0, 10.0, 15.0, 32.0, 46.0, 68.0)
_NAME, _KIND, _STATE, _REMARKS, _FILE, _DIGEST = 2, 3, 4, 10, 11, 12
_FIRST = 4
_LAST = len(_HEADS) - 1
_MARKS = (look.GOOD, look.WARN, look.BAD)


def write(book: Book, county: County) -> Sheet:
    """The sheet. The digests are outside the printed area."""
    page = book.sheet(STATUS, locked=False)
    for which, width in enumerate(_WIDTHS):
        page.set_column(which, which, width)
    _top(book, page, county)
    for which, head in enumerate(_HEADS):
        put(page, Area(_FIRST - 1, which, _FIRST - 1, which), head, book.style(look.HEAD))
    page.set_row(_FIRST - 1, 22)
    rows = (_row(number, unit) for number, unit in enumerate(county.units, 1))
    looks = [[book.style(layer) for layer in _layers(mark)] for mark in _MARKS]
    page.stream(_FIRST, len(county.units), rows, looks)
    bottom = _FIRST + len(county.units) - 1
    page.autofilter(_FIRST - 1, 0, bottom, _LAST)
    page.freeze_panes(_FIRST, _KIND)
    long_list(page, Heading(county.name, year_line(county.year)), heads=_FIRST - 1)
    page.print_area(0, 0, bottom, _LAST - 1)
    return page


def kinds_and_states(county: County) -> tuple[str, str]:
    """References to the column of the kinds and the column of the states."""
    last = _FIRST + len(county.units) - 1
    kinds, states = (
        f"'{STATUS}'!{a1(_FIRST, which, fixed=True)}:{a1(last, which, fixed=True)}"
        for which in (_KIND, _STATE)
    )
    return kinds, states


def _top(book: Book, page: Sheet, county: County) -> None:
    title = f"{county.name} {county.year} 年政府信息公开工作年度报告　报送情况"
    put(page, Area(0, 0, 0, _LAST - 1), title, book.style(look.TITLE))
    page.set_row(0, 34)
    bold = book.style(look.TEXT | {"bold": True})
    put(page, Area(1, 0, 1, _LAST - 1), county.progress, bold)
    page.set_row(1, 22)
    scope = f"汇总范围：{county.scope}"
    put(page, Area(2, 0, 2, _LAST - 1), scope, book.style(look.TEXT))
    page.set_row(2, look.height(scope, sum(_WIDTHS[:-1]), 22))


def _layers(mark: look.Layer) -> list[look.Layer]:
    """How every column looks. mark: how the state does."""
    middle = look.TEXT | look.BOX | look.CENTER
    layers = dict.fromkeys((_NAME, _REMARKS, _FILE, _DIGEST), look.PROSE) | {_STATE: middle | mark}
    return [layers.get(which, middle) for which in range(len(_HEADS))]


def _row(number: int, unit: UnitRow) -> Row:
    contents = (
        *(number, unit.code, unit.name, unit.kind, unit.state_words, unit.version or ""),
        *(unit.arrived_minute, "逾期未报" if unit.overdue else "迟报" if unit.late else ""),
        *(unit.contact, unit.phone, unit.remarks, unit.file, unit.sha256),
    )
    texts = ((unit.file, _FILE), (unit.remarks, _REMARKS))
    height = max(look.height(text, _WIDTHS[which] - 2) for text, which in texts)
    return Row(contents, _MARKS.index(_mark(unit)), height)


def _mark(unit: UnitRow) -> look.Layer:
    if unit.counts:
        return look.WARN if unit.newer_returned else look.GOOD
    return look.BAD if unit.version else look.WARN
