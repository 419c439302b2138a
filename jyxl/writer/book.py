"""XlsxWriter with what it lacks for us: protection that holds, and warnings that are errors.

The private members of XlsxWriter that are used here are listed in
tests/writer/test_private_members.py; setup.cfg caps the version.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import CellBlankTuple, CellFormulaTuple, CellStringTuple, Worksheet
from xlsxwriter.xmlwriter import XMLwriter

from jyxl import characters
from jyxl.addresses import Area, column_letters
from jyxl.form import ForeignLock, Lock, hashed
from jyxl.writer import streams

_HELD = 32_000
"""How much of a text a cell holds; a spreadsheet cuts off what is beyond 32,767."""
_XML = XMLwriter()
_PLAIN = (CellStringTuple, CellBlankTuple, CellFormulaTuple)
"""The kinds of cells that are written here; no result of a formula is a boolean or an error."""


@lru_cache(maxsize=8192, typed=True)
def _attribute(value: object) -> Any:
    """An attribute's value, escaped. It is cached: most values recur in every workbook."""
    return _XML._escape_attributes(value)


@lru_cache(maxsize=4096, typed=True)
def _data(value: object) -> Any:
    """The text of an element, escaped."""
    return _XML._escape_data(value)


@lru_cache(maxsize=4096)
def _controlled(data: object) -> Any:
    """A text without control characters."""
    return _XML._escape_control_characters(data)


def _held(text: str) -> str:
    """What a cell holds of a text, as XlsxWriter would write it."""
    kept: str = _controlled(split(characters.lines(text))[0])
    return kept


class Sheet(Worksheet):
    """A worksheet that can be locked with a Lock."""

    lock: Lock | ForeignLock | None = None
    rows_may_grow: bool = False
    """Whether rows can be made higher although the sheet is locked."""
    dim_rowmin: int
    dim_rowmax: int
    _escape_attributes = staticmethod(_attribute)
    _escape_data = staticmethod(_data)
    _escape_control_characters = staticmethod(_controlled)
    _heads: Sequence[Sequence[tuple[str, int]]] = ()
    _streamed: tuple[int, Iterable[streams.Row], Sequence[Sequence[Format]]] | None = None

    def stream(
        self,
        first: int,
        count: int,
        rows: Iterable[streams.Row],
        looks: Sequence[Sequence[Format]],
    ) -> None:
        """Add `count` rows from `first` on, where nothing else is written, from column A on. looks:
        those that a row may have, each with a style for every column. They go straight into the
        file, and are made only when it is written."""
        self._streamed = (first, rows, looks)
        if count:
            self._check_dimensions(first + count - 1, len(looks[0]) - 1)

    def _write_rows(self) -> None:
        if self._streamed is None:
            super()._write_rows()
            return
        first, _, looks = self._streamed
        top, bottom = self.dim_rowmin, self.dim_rowmax
        self.dim_rowmax = first - 1
        super()._write_rows()
        self.fh.write(streams.HERE)
        self._heads = [  # now, since formats are numbered as they are used
            [(column_letters(column), one._get_xf_index()) for column, one in enumerate(look)]
            for look in looks
        ]
        self.dim_rowmin, self.dim_rowmax = first, bottom
        super()._write_rows()
        self.dim_rowmin = top

    def streamed_rows(self) -> Iterator[str] | None:
        """The <row> elements of `stream`; None if there are none to be put into the file."""
        if self._streamed is None:
            return None
        first, rows, _ = self._streamed
        return streams.elements(first, self._heads, rows, _held)

    def link(self, area: Area, target: str, tip: str) -> None:
        """Make a written cell a link, keeping its content and format."""
        row, column = area.top, area.left
        kept = self.table[row][column]
        self.write_url(row, column, target, None, "", tip)
        self.table[row][column] = kept

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        """Write a text, a blank or a formula that has a format, as nearly all cells are, in one
        piece: what XlsxWriter writes, in half the time. An empty result is a text like any other,
        not a number without digits."""
        kind = type(cell)
        if kind not in _PLAIN or not cell.format:
            super()._write_cell(row, col, cell)
            return
        head = f'<c r="{column_letters(col)}{row + 1}" s="{cell.format._get_xf_index()}"'
        if kind is CellBlankTuple:
            self.fh.write(f"{head}/>")
        elif kind is CellStringTuple:
            self.fh.write(f'{head} t="s"><v>{cell.string}</v></c>')
        else:
            is_text = ' t="str"' if isinstance(cell.value, str) else ""
            formula, value = _data(cell.formula), _data(cell.value)
            self.fh.write(f"{head}{is_text}><f>{formula}</f><v>{value}</v></c>")

    def _write_formula(
        self, row: int, col: int, formula: str, cell_format: Format, value: object = 0
    ) -> int:
        """Keep a formula without searching it for functions that would make it dynamic."""
        outside: int = self._check_dimensions(row, col)
        if not outside:
            kept = CellFormulaTuple(self._prepare_formula(formula), cell_format, value)
            self.table[row][col] = kept
        return outside

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """The formula without '=' and braces. No function here is newer than Excel 2007, so
        none needs the prefix for which XlsxWriter would search each formula sixty times."""
        return formula.removeprefix("{").removeprefix("=").removesuffix("}")

    def _write_sheet_protection(self) -> None:
        if self.lock is None:
            return
        flags = {"sheet": "1", "objects": "1", "scenarios": "1", "formatColumns": "0"}
        if self.rows_may_grow:
            flags["formatRows"] = "0"
        attributes = {**hashed(self.lock), **flags}
        self._xml_empty_tag("sheetProtection", list(attributes.items()))


class Book(Workbook):
    """A workbook in memory whose structure can be locked. Use `build`."""

    worksheet_class = Sheet

    def __init__(self, created: datetime, lock: Lock | ForeignLock | None) -> None:
        self.buffer = io.BytesIO()
        super().__init__(
            self.buffer,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_format_properties": {"font_name": "宋体", "font_size": 11},
            },
        )
        self.lock = lock
        self.set_properties({"created": created})
        self.set_calc_mode("auto")
        self._formats: dict[frozenset[tuple[str, Any]], Format] = {}

    def style(self, *layers: Mapping[str, Any]) -> Format:
        """The one format with these properties, later layers winning."""
        properties: dict[str, Any] = {}
        for layer in layers:
            properties |= layer
        key = frozenset(properties.items())
        if key not in self._formats:
            self._formats[key] = self.add_format(properties)
        return self._formats[key]

    def sheet(self, name: str, locked: bool = True) -> Sheet:
        """A new worksheet, locked with the book's lock."""
        sheet: Sheet = self.add_worksheet(name)
        if locked:
            sheet.lock = self.lock
        return sheet

    def _write_workbook_pr(self) -> None:
        super()._write_workbook_pr()
        if self.lock is None:
            return
        attributes = [
            ("workbook" + key[0].upper() + key[1:], value)
            for key, value in hashed(self.lock).items()
        ]
        self._xml_empty_tag("workbookProtection", [*attributes, ("lockStructure", "1")])


def build(
    created: datetime, lock: Lock | ForeignLock | None, fill: Callable[[Book], None]
) -> bytes:
    """The bytes of a workbook. What XlsxWriter would only warn about is an error here."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        book = Book(created, lock)
        fill(book)
        book.close()
    rows = {
        f"xl/worksheets/sheet{number}.xml": found
        for number, sheet in enumerate(book.worksheets(), 1)
        if (found := sheet.streamed_rows()) is not None
    }
    return streams.put_in(book.buffer, rows) if rows else book.buffer.getvalue()


def put(sheet: Sheet, area: Area, value: object, style: Format) -> None:
    """Fill an area with a text, number or blank. A text is never taken for anything else."""
    if not area.is_single:
        sheet.merge_range(area.top, area.left, area.bottom, area.right, "", style)
    row, column = area.top, area.left
    if isinstance(value, str) and value:
        sheet._write_string(row, column, characters.lines(value), style)
    elif isinstance(value, (int, float)):
        sheet._write_number(row, column, value, style)
    else:
        sheet._write_blank(row, column, None, style)


def split(words: str) -> tuple[str, str]:
    """What a cell holds of a text, and the rest. A character beyond the first 65,536 counts twice
    in a spreadsheet."""
    if len(words) <= _HELD // 2:
        return words, ""
    size = 0
    for number, letter in enumerate(words):
        size += 2 if ord(letter) > 0xFFFF else 1
        if size > _HELD:
            return words[:number], words[number:]
    return words, ""


def put_formula(
    sheet: Sheet,
    area: Area,
    formula: str,
    result: str | int | float,
    style: Format,
    array: bool = False,
) -> None:
    """Fill an area with a formula (without '=') and its cached result."""
    if not area.is_single:
        sheet.merge_range(area.top, area.left, area.bottom, area.right, "", style)
    row, column = area.top, area.left
    if array:
        sheet.write_array_formula(row, column, row, column, "{=" + formula + "}", style, result)
    else:
        sheet._write_formula(row, column, "=" + formula, style, result)
