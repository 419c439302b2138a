"""Workbooks and tables with last year's figures: the county workbook that jyxl made, and plain
tables with a row for each unit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jyxl import editions, form_labels, numbers
from jyxl.addresses import a1
from jyxl.definition import Cell, Edition, Table
from jyxl.last_year import Past
from jyxl.layout import DETAIL, STATUS, TOTAL_ROW, detail_name, sheet, unit_line
from jyxl.reading.book import Book, Rows
from jyxl.reading.recovery import at, misplaced
from jyxl.reading.sight import as_text
from jyxl.roster_columns import field_of

_ADDRESS = re.compile(r"[A-Z]{1,2}\d{1,3}")
_YEAR_HEADS = ("年度", "年份", "报告年度")


@dataclass(frozen=True)
class Found:
    """What was found in a file, and sentences about what could not be taken."""

    records: tuple[Past, ...] = ()
    problems: tuple[str, ...] = ()


def is_county_workbook(book: Book) -> bool:
    return STATUS in book.names and any(name.startswith(DETAIL) for name in book.names)


def county_workbook(book: Book, source: str, sha256: str) -> Found:
    """The units' figures in a county workbook of jyxl. Raises Unreadable."""
    edition = next(filter(lambda one: _is_of(book, one), _newest_first()), None)
    if edition is None:
        return Found(problems=(f"“{source}”里的表不是任何一版表式的，没有取用。",))
    first = edition.tables[0]
    rows, place = book.rows(first.sheet), sheet(first)
    county = str(at(rows, *place.unit[:2])).removeprefix(unit_line(""))
    year = re.match(r"\d{4}", str(at(rows, *place.year[:2])))
    figures: dict[tuple[str, str], dict[str, int]] = {}
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for table in edition.tables:
        name = detail_name(table)
        for who, cell, value, address in _detail(book.rows(name), table):
            figures.setdefault(who, {})[cell] = value
            cells.setdefault(who, {})[cell] = f"{name}!{address}"
    return Found(
        tuple(
            Past(
                *who,
                edition.id,
                figures[who],
                cells[who],
                source,
                sha256,
                int(year[0]) if year else None,
                county,
            )
            for who in figures
        )
    )


def _newest_first() -> list[Edition]:
    return [editions.load(name) for name in reversed(editions.available())]


def _is_of(book: Book, edition: Edition) -> bool:
    for table in edition.tables:
        if table.sheet not in book.names or detail_name(table) not in book.names:
            return False
        wrong = misplaced(sheet(table), book.rows(table.sheet))
        if any(label.role != "confirm" for label in wrong):
            return False
    return True


def _detail(rows: Rows, table: Table) -> Iterator[tuple[tuple[str, str], str, int, str]]:
    """((code, name), cell, figure, address) for every figure of a unit."""
    by_address = {sheet(table).address(cell.name): cell for cell in table.cells}
    columns: dict[int, Cell] = {}
    code = name = -1
    for number, row in enumerate(rows):
        fields = {field_of(text): which for which, text in enumerate(row) if isinstance(text, str)}
        if not columns and {"code", "name"} <= fields.keys():
            code, name = fields["code"], fields["name"]
        found = {
            which: by_address[text]
            for which, text in enumerate(row)
            if isinstance(text, str) and _ADDRESS.fullmatch(text) and text in by_address
        }
        if code >= 0 and not columns and len(found) == len(by_address):
            columns = found
            continue
        who = (as_text(at(rows, number, code)).strip(), as_text(at(rows, number, name)).strip())
        if columns and all(who) and who[0] != TOTAL_ROW:
            for which, cell in columns.items():
                raw = at(rows, number, which)
                value = numbers.read(raw, cell.kind).value
                if value is not None:
                    yield who, cell.name, value, a1(number, which)


@dataclass(frozen=True)
class _Heads:
    """The row of headings of a plain table. row: its number from 0; code, name, year: columns, or
    None; cells: column → cell; unused: the headings that mean nothing."""

    row: int
    code: int | None
    name: int | None
    year: int | None
    cells: Mapping[int, Cell]
    edition: Edition
    unused: tuple[str, ...]


def plain_table(
    sheets: Mapping[str, Rows], among: Sequence[Edition], source: str, sha256: str
) -> Found:
    """The figures in a table with a row for each unit. sheets: name → cells; '' for a CSV. among:
    the editions by which the columns may be named, the likeliest first."""
    headed = [
        (name, rows, heads)
        for name, rows in sheets.items()
        if (heads := _heads(rows, among)) is not None
    ]
    if not headed:
        return Found(
            problems=(
                f"“{source}”里没有找到可用的表：要有一行标题，写明单位代码或单位名称，"
                "和各个数是哪一格（如“行政许可 本年处理决定数量”或“t2.licence.decisions”）。",
            )
        )
    records: list[Past] = []
    problems: list[str] = []
    for name, rows, heads in headed:
        if heads.unused:
            problems.append(f"“{source}”里认不出这几列，没有取用：{'、'.join(heads.unused)}。")
        for number in range(heads.row + 1, len(rows)):
            record, wrong = _record(rows, number, heads, name, source, sha256)
            problems.extend(wrong)
            if record is not None:
                records.append(record)
    return Found(tuple(records), tuple(problems))


def _heads(rows: Rows, among: Sequence[Edition]) -> _Heads | None:
    for number, row in enumerate(rows[:50]):
        texts = {which: text for which, text in enumerate(row) if isinstance(text, str) and text}
        fields = {field_of(text): which for which, text in texts.items()}
        if not {"code", "name"} & fields.keys():
            continue
        best: tuple[Edition, dict[int, Cell]] | None = None
        for edition in among:
            known = form_labels.headings(edition)
            cells = {
                which: edition.cell[known[words]]
                for which, text in texts.items()
                if (words := form_labels.heading(text)) in known
            }
            if cells and (best is None or len(cells) > len(best[1])):
                best = (edition, cells)
        if best is None:
            continue
        year = next((which for which, text in texts.items() if text.strip() in _YEAR_HEADS), None)
        used = {which for which, text in texts.items() if field_of(text)} | {*best[1], year}
        unused = tuple(" ".join(text.split()) for which, text in texts.items() if which not in used)
        return _Heads(
            number, fields.get("code"), fields.get("name"), year, best[1], best[0], unused
        )
    return None


def _record(
    rows: Rows, number: int, heads: _Heads, name: str, source: str, sha256: str
) -> tuple[Past | None, list[str]]:
    def text(column: int | None) -> str:
        return "" if column is None else as_text(at(rows, number, column)).strip()

    code, whose = text(heads.code), text(heads.name)
    if not code and not whose:
        return None, []
    figures: dict[str, int] = {}
    cells: dict[str, str] = {}
    problems = []
    for column, cell in heads.cells.items():
        raw = at(rows, number, column)
        reading = numbers.read(raw, cell.kind)
        address = f"{name}!{a1(number, column)}".removeprefix("!")
        if reading.value is not None and cell.kind.fits(reading.value):
            figures[cell.name] = reading.value
            cells[cell.name] = address
        elif reading.value is not None or reading.fault:
            problems.append(
                f"“{source}”的 {address}（{cell.label}）是“{as_text(raw)}”，"
                f"应为{cell.kind.want}，没有取用。"
            )
    year = text(heads.year)[:4]
    past = Past(
        code,
        whose,
        heads.edition.id,
        figures,
        cells,
        source,
        sha256,
        int(year) if year.isdecimal() else None,
    )
    return past, problems
