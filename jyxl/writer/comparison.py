"""与上年对比: the county and every unit beside last year, what changed most first, and a chart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from jyxl.addresses import Area, a1
from jyxl.comparison import Change, compared, of_county, of_units
from jyxl.county import County, UnitRow
from jyxl.layout import COMPARISON, year_line
from jyxl.numbers import for_cell
from jyxl.writer import charts, look
from jyxl.writer.book import Book, Sheet, put, put_formula
from jyxl.writer.page import Heading, long_list
from jyxl.writer.streams import Row, Value

_HEADS = ("单位", "工作表", "项目", "上年", "本年", "增减", "增减（%）", "")
_WIDTHS = (24.0, 12.0, 52.0, 11.0, 11.0, 11.0, 10.0, 12.0)
_NAME, _TABLE, _LABEL, _LAST, _NOW, _CHANGE, _SHARE, _MARK = range(8)
_FIRST = 4
_CHARTED = 10
"""How many figures the chart shows."""
_CHART_ROWS = 17
LARGE = "变化很大"


def write(book: Book, county: County) -> Sheet:
    """The sheet; there is something to compare."""
    page = book.sheet(COMPARISON, locked=False)
    for which, width in enumerate(_WIDTHS):
        page.set_column(which, which, width)
    _top(book, page, county)
    changes = of_county(county)
    row = _heads(book, page, _FIRST - 1, "全县")
    for one in changes:
        _line(book, page, row, _words(county, county.name, one), one)
        row += 1
    charted = [one.cell for one in changes if one.change and not one.cell.kind.decimals][:_CHARTED]
    if charted:
        is_own = any(county.edition.table[cell.table].is_own for cell in charted)
        title = f"变化最大的 {len(charted)} 项{'' if is_own else '（件）'}"
        _chart(book, page, row + 1, county.year, len(charted), title)
        row += _CHART_ROWS + 2
    row = _heads(book, page, row + 1, "各单位有增减的")
    units = of_units(county)
    _units(book, page, row, list(_rows(county, units)))
    page.freeze_panes(_FIRST, 0)
    long_list(page, Heading(county.name, year_line(county.year)), heads=_FIRST - 1)
    page.print_area(0, 0, row + max(0, len(units) - 1), _MARK)
    return page


def _top(book: Book, page: Sheet, county: County) -> None:
    title = f"{county.name} {county.year} 年与 {county.year - 1} 年对比"
    put(page, Area(0, 0, 0, _MARK), title, book.style(look.TITLE))
    page.set_row(0, 34)
    both = compared(county)
    lacking = [unit.name for unit in county.units if unit.lacks_last]
    words = f"只比两年都有数的 {len(both)} 个单位，所以不一定等于全县的数；变化大的在前。"
    if lacking:
        listed = "、".join(lacking[:_CHARTED])
        more = f"等 {len(lacking)} 个" if len(lacking) > _CHARTED else ""
        words += f"没有上年数的：{listed}{more}。"
    put(page, Area(1, 0, 1, _MARK), words, book.style(look.TEXT))
    page.set_row(1, look.height(words, sum(_WIDTHS), 22))


def _heads(book: Book, page: Sheet, row: int, title: str) -> int:
    """Write a title and the headings; gives the row below them."""
    block = book.style(look.BLOCK, look.LEFT)
    put(page, Area(row - 1, 0, row - 1, _MARK), title, block)
    for which, head in enumerate(_HEADS):
        put(page, Area(row, which, row, which), head, book.style(look.HEAD))
    page.set_row(row, 22)
    return row + 1


def _line(book: Book, page: Sheet, row: int, words: Sequence[str], one: Change) -> None:
    text, number = book.style(look.PROSE), book.style(look.NUMBER)
    mark = book.style(look.PROSE, look.WARN if one.is_large else {})
    for which, value in enumerate(words):
        put(page, Area(row, which, row, which), value, text)
    for which, figure in ((_LAST, one.last), (_NOW, one.now)):
        put(page, Area(row, which, row, which), for_cell(figure, one.cell.kind.scale), number)
    last, now = a1(row, _LAST), a1(row, _NOW)
    decimals = one.cell.kind.decimals
    gap = f"ROUND({now}-{last},{decimals})" if decimals else f"{now}-{last}"
    change = for_cell(one.change, one.cell.kind.scale)
    put_formula(page, Area(row, _CHANGE, row, _CHANGE), gap, change, number)
    share = f'IF({last}=0,"",ROUND(({now}-{last})/{last}*100,1))'
    result = _share(one)
    area = Area(row, _SHARE, row, _SHARE)
    put_formula(page, area, share, "" if result is None else result, number)
    put(page, Area(row, _MARK, row, _MARK), LARGE if one.is_large else "", mark)
    page.set_row(row, look.height(one.cell.label, _WIDTHS[_LABEL] - 2))


def _words(county: County, name: str, one: Change) -> tuple[str, str, str]:
    unit = one.cell.kind.unit
    unit = f"（{unit}）" if unit and unit not in one.cell.label else ""
    return name, county.edition.table[one.cell.table].sheet, f"{one.cell.label}{unit}"


def _share(one: Change) -> float | None:
    """The change in per cent, to one decimal; None if there was nothing last year."""
    return None if one.last == 0 else round(one.change / one.last * 100, 1)


def _rows(county: County, units: Iterable[tuple[UnitRow, Change]]) -> Iterator[list[Value]]:
    for unit, one in units:
        figures = (one.last, one.now, one.change)
        yield [
            *_words(county, unit.name, one),
            *(for_cell(value, one.cell.kind.scale) for value in figures),
            _share(one),
            LARGE if one.is_large else None,
        ]


def _units(book: Book, page: Sheet, row: int, rows: Sequence[Sequence[Value]]) -> None:
    text, number = book.style(look.PROSE, {"text_wrap": False}), book.style(look.NUMBER)
    if not rows:
        put(page, Area(row, 0, row, _MARK), "没有", text)
        return
    styles = [text] * 3 + [number] * 4 + [text]
    page.stream(row, len(rows), map(Row, rows), [styles])


def _chart(book: Book, page: Sheet, row: int, year: int, count: int, title: str) -> None:
    """Draw both years side by side for the first lines, which are the counts that changed most."""
    chart = book.add_chart({"type": "bar"})
    last = _FIRST + count - 1
    for which, name, fill in ((_LAST, year - 1, charts.FILLS[2]), (_NOW, year, charts.FILLS[0])):
        chart.add_series(
            {
                "name": f"{name} 年",
                "categories": [COMPARISON, _FIRST, _LABEL, last, _LABEL],
                "values": [COMPARISON, _FIRST, which, last, which],
                "fill": {"color": fill},
                "gap": 60,
                "data_labels": {"value": True},
            }
        )
    charts.dress(chart, title, legend=True)
    chart.set_y_axis({"reverse": True, "num_font": charts.FONT, "major_tick_mark": "none"})
    chart.set_x_axis(charts.VALUES | {"label_position": "high"})
    chart.set_size({"width": 1010, "height": _CHART_ROWS * 20})
    page.insert_chart(row, 0, chart, {"x_offset": 2, "y_offset": 2, "description": title})
