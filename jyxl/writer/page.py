"""How a sheet prints: its paper, its margins, what is repeated, and its header and footer."""

from __future__ import annotations

from dataclasses import dataclass

from jyxl.writer.book import Sheet

_A3, _A4 = 8, 9


@dataclass(frozen=True)
class Heading:
    """The texts at the top of every page, on the left and on the right."""

    left: str
    right: str


def one_page(
    page: Sheet, heading: Heading, bottom: int, right: int, is_landscape: bool = False
) -> None:
    """Print the sheet, down to a row and a column, in the middle of one A4 page."""
    page.set_paper(_A4)
    if is_landscape:
        page.set_landscape()
    page.fit_to_pages(1, 1)
    page.center_horizontally()
    page.set_margins(left=0.6, right=0.6, top=0.9, bottom=0.8)
    page.print_area(0, 0, bottom, right)
    _head_and_foot(page, heading)


def long_list(page: Sheet, heading: Heading, heads: int) -> None:
    """Print a list on landscape A4, on as many pages as it takes. heads: the row repeated on
    each page."""
    page.set_landscape()
    as_wide_as_a_page(page)
    page.repeat_rows(heads)
    _narrow_margins(page)
    _head_and_foot(page, heading)


def wide_list(
    page: Sheet,
    heading: Heading,
    heads: tuple[int, int],
    names: int,
    breaks: list[int],
    scale: int,
) -> None:
    """Print a list that is too wide for one page on landscape A3.

    heads: the first and the last of the rows repeated on each page; names: the last of the
    columns repeated on each page; breaks: the columns before which a page ends; scale: in
    per cent.
    """
    page.set_paper(_A3)
    page.set_landscape()
    page.set_print_scale(scale)
    page.set_v_pagebreaks(breaks)
    page.repeat_rows(*heads)
    page.repeat_columns(0, names)
    _narrow_margins(page)
    _head_and_foot(page, heading)


def as_wide_as_a_page(page: Sheet) -> None:
    """Print the sheet on as many A4 pages as it takes, one below the other."""
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)


def _narrow_margins(page: Sheet) -> None:
    page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)


def _head_and_foot(page: Sheet, heading: Heading) -> None:
    left, right = (text.replace("&", "&&") for text in (heading.left, heading.right))
    page.set_header(f"&L&9 {left}&R&9 {right}")
    page.set_footer("&C&9第 &P 页　共 &N 页")
