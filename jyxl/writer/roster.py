"""An empty roster to fill in."""

from __future__ import annotations

from datetime import datetime

from jyxl.addresses import Area
from jyxl.definition import UNIT_KINDS
from jyxl.roster_columns import OWN
from jyxl.writer import look
from jyxl.writer.book import Book, build, put
from jyxl.writer.page import as_wide_as_a_page

_WIDTHS = (12.0, 36.0, 10.0, 16.0, 20.0, 28.0, 24.0, 16.0)
_ROWS = 300


def workbook(year: int) -> bytes:
    """The bytes of units.xlsx, with headings and a list to choose 类别 from."""

    def fill(book: Book) -> None:
        page = book.sheet("单位名册", locked=False)
        text = book.style(look.TEXT | {"num_format": "@"})
        for column, (head, width) in enumerate(zip(OWN, _WIDTHS, strict=True)):
            page.set_column(column, column, width, text)
            put(page, Area(0, column, 0, column), head, book.style(look.HEAD))
        page.freeze_panes(1, 0)
        page.data_validation(
            *(1, 2, _ROWS, 2),
            {
                "validate": "list",
                "source": list(UNIT_KINDS),
                "error_title": "类别",
                "error_message": f"请从列表里选：{'、'.join(UNIT_KINDS)}。",
            },
        )
        as_wide_as_a_page(page)

    return build(datetime(year + 1, 1, 1), None, fill)
