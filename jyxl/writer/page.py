"""How a sheet prints: its paper, its margins, what is repeated, and its header and footer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from jyxl.writer.book import Sheet

_A3, _A4 = 8, 9


@dataclass(frozen=True)
class Heading:
    """The texts at the top of every page, on the left and on the right, and at its foot."""

    left: str
    right: str
    below: str = ""


def one_page(
    page: Sheet, heading: Heading, bottom: int, right: int, is_landscape: bool = False
) -> None:
    """Print the sheet, down to a row and a column, in the middle of one A4 page."""
    _on_one_page(page, is_landscape)
    page.print_area(0, 0, bottom, right)
    _head_and_foot(page, heading)


def _on_one_page(page: Sheet, is_landscape: bool) -> None:
    page.set_paper(_A4)
    if is_landscape:
        page.set_landscape()
    page.fit_to_pages(1, 1)
    page.center_horizontally()
    page.set_margins(left=0.6, right=0.6, top=0.9, bottom=0.8)


def statutory_form(
    page: Sheet, title: tuple[int, int], top: int, bottom: int, right: int, is_landscape: bool
) -> None:
    """Print a form to be stamped: in black and white on one A4 page, with nothing but its title and
    itself.

    title: the first and the last row of the title; top, bottom: those of the form. What stands
    between the title and the form is not printed: the title is repeated above the form instead.
    """
    _on_one_page(page, is_landscape)
    page.print_black_and_white()
    if top > title[1] + 1:
        page.repeat_rows(*title)
    page.print_area(top if top > title[1] + 1 else title[0], 0, bottom, right)


def long_list(page: Sheet, heading: Heading, heads: int, is_short: bool = False) -> None:
    """Print a list on landscape A4, on as many pages as it takes, or on one page if it is short.
    heads: the row repeated on each page."""
    page.set_landscape()
    as_wide_as_a_page(page)
    if is_short:
        page.fit_to_pages(1, 1)
        page.center_horizontally()
    page.repeat_rows(heads)
    _narrow_margins(page)
    _head_and_foot(page, heading)


@dataclass(frozen=True)
class Paper:
    """The size of the pages, whether they are upright, and the columns before which a page ends;
    without them, the list is as wide as a page."""

    size: Literal["A3", "A4"]
    is_upright: bool = False
    breaks: tuple[int, ...] = ()


WIDE_SCALE = 57
"""The scale, in per cent, at which a list takes several pages across."""


def wide_list(
    page: Sheet, heading: Heading, heads: tuple[int, int], names: int, paper: Paper
) -> None:
    """Print a wide list. The text at the top on the left is its title.

    heads: the first and the last of the rows repeated on each page; names: the last of the
    columns repeated on each page.
    """
    if not paper.is_upright:
        page.set_landscape()
    as_wide_as_a_page(page)
    page.set_paper(_A4 if paper.size == "A4" else _A3)
    if paper.breaks:
        page.set_print_scale(WIDE_SCALE)
        page.set_v_pagebreaks(list(paper.breaks))
        page.repeat_columns(0, names)
    page.repeat_rows(*heads)
    _narrow_margins(page)
    _head_and_foot(page, heading, '&"黑体"&13')


def as_wide_as_a_page(page: Sheet) -> None:
    """Print the sheet on as many A4 pages as it takes, one below the other."""
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)


def side_by_side(page: Sheet, heading: Heading, breaks: Sequence[int]) -> None:
    """Print tables that stand side by side on upright A4 pages, one on each. breaks: the columns
    before which a page ends."""
    page.set_paper(_A4)
    page.set_print_scale(WIDE_SCALE)
    page.set_v_pagebreaks(list(breaks))
    page.center_horizontally()
    _narrow_margins(page)
    _head_and_foot(page, heading)


def _narrow_margins(page: Sheet) -> None:
    page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)


def _head_and_foot(page: Sheet, heading: Heading, left_font: str = "&9") -> None:
    left, right, below = (
        _short(text, length)
        for text, length in ((heading.left, 50), (heading.right, 50), (heading.below, 90))
    )
    as_it_is = {"scale_with_doc": False}
    page.set_header(f"&L{left_font} {left}&R&9 {right}", as_it_is)
    pages = "&9第 &P 页　共 &N 页"
    page.set_footer(f"&L&9 {below}&R{pages}" if below else f"&C{pages}", as_it_is)


def _short(text: str, length: int) -> str:
    """A text that fits into a header, which has room for 255 characters in all."""
    cut = text if len(text) <= length else text[: length - 1] + "…"
    return cut.replace("&", "&&")
