"""Where last year's figures come from: a campaign folder, or files that a clerk has."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from jyxl import editions
from jyxl.definition import Edition
from jyxl.edges import campaign as campaigns
from jyxl.edges import files
from jyxl.edges.ledger import events_of_the_past
from jyxl.edges.standing import standings
from jyxl.finding import Finding
from jyxl.last_year import Past
from jyxl.layout import IDENTITY, sheet
from jyxl.naming import named
from jyxl.problem import Problem
from jyxl.reading import book as books
from jyxl.reading import html, past, published, word
from jyxl.reading.grid import Document
from jyxl.reading.kind import MAX_BYTES
from jyxl.reading.past import Found

_TEXTS = (".csv", ".txt", ".tsv")
_OLD_WORD = (".doc", ".wps", ".rtf")
_CODE = re.compile(r"\A[A-Za-z]*\d+(?![\d年])")
_YEAR = re.compile(r"(20\d\d)(?!\d)")


def found_in(paths: Iterable[Path], year: int, names: Sequence[str]) -> Found:
    """What is in these folders and files. year: the year that is looked for; names: what units are
    and were called, by which a report shows whose it is. Raises Problem if there is no such
    path."""
    records: list[Past] = []
    problems: list[str] = []
    for path in paths:
        if not path.exists():
            raise Problem(f"没有“{path}”这个文件或文件夹。")
        before = len(records), len(problems)
        for one in _found(path, year, names):
            records.extend(one.records)
            problems.extend(one.problems)
        if before == (len(records), len(problems)):
            problems.append(f"“{path}”里没有找到上年的数。")
    return Found(tuple(records), tuple(problems))


def _found(path: Path, year: int, names: Sequence[str]) -> Iterator[Found]:
    if path.is_dir() and (path / campaigns.SETTINGS).is_file():
        yield _campaign(path)
    elif path.is_dir():
        try:
            inside = sorted(path.iterdir())
        except OSError as error:
            yield Found(problems=(f"“{files.shown(path)}”读不出来：{files.reason(error)}。",))
            return
        for one in inside:
            if not one.name.startswith((".", "~$")):
                yield from _found(one, year, names)
    else:
        yield _file(path, year, names)


def _campaign(folder: Path) -> Found:
    """The returns that count in a campaign, which is not touched."""
    try:
        then = campaigns.load(folder)
        events = events_of_the_past(then)
    except Problem as problem:
        return Found(problems=(f"“{folder}”读不出来：{problem}",))
    edition = then.edition
    places = {
        cell.name: f"{table.sheet}!{sheet(table).address(cell.name)}"
        for table in edition.tables
        for cell in table.cells
    }
    return Found(
        tuple(
            Past(
                code=one.unit.code,
                name=one.unit.name,
                edition=edition.id,
                figures={
                    name: value
                    for name, value in one.in_force.figures.items()
                    if name not in one.in_force.unasked
                },
                cells=places,
                source=f"{folder.name}/{one.file}",
                sha256=one.in_force.sha256,
                year=then.year,
                county=then.county,
            )
            for one in standings(then, events)
            if one.in_force is not None and one.in_force.figures is not None
        )
    )


def _file(path: Path, year: int, names: Sequence[str]) -> Found:
    try:
        data = files.read(path, MAX_BYTES + 1)
        sha256 = hashlib.sha256(data).hexdigest()
        if path.suffix.lower() in _TEXTS:
            return past.plain_table(
                {"": [list[object](row) for row in files.read_csv(path)]},
                _editions(year),
                path.name,
                sha256,
            )
        for way in (html, word):
            if way.looks_like_it(data):
                return _report(path, way.document(data), sha256, year, names)
        if path.suffix.lower() in _OLD_WORD or data.startswith(b"%PDF"):
            why = "请用 WPS 或 Word 打开，另存为 docx 再来"
            return Found(problems=(f"“{path.name}”读不出来；{why}。",))
        return _workbook(path, data, sha256, year)
    except Problem as problem:
        return Found(problems=(str(problem),))
    except Exception as error:
        return Found(problems=(f"“{path.name}”读不出来：{books.finding_of(error).message}",))


def _workbook(path: Path, data: bytes, sha256: str, year: int) -> Found:
    book = books.open_book(data)
    if isinstance(book, Finding):
        return Found(problems=(f"“{path.name}”读不出来：{book.message}",))
    if IDENTITY in book.names:
        why = "是单位的填报工作簿；请给出上年的填报项目文件夹，里面有哪一份算数的记录"
        return Found(problems=(f"“{path.name}”{why}。",))
    if past.is_county_workbook(book):
        return past.county_workbook(book, path.name, sha256)
    sheets = {name: book.rows(name) for name in book.names}
    return past.plain_table(sheets, _editions(year), path.name, sha256)


def _report(path: Path, document: Document, sha256: str, year: int, names: Sequence[str]) -> Found:
    """The figures in a unit's published report. Whose it is and of which year, its name says, or
    else its beginning."""
    source = path.name
    if document.is_tracked:
        why = "里有还没接受的修订；请接受全部修订，保存后再来"
        return Found(problems=(f"“{source}”{why}。",))
    whose = _named((path.stem, document.head, path.parent.name), names)
    code = _CODE.match(path.stem)
    if len(whose) > 1:
        return Found(problems=(f"“{source}”里有几个单位的名称：{'、'.join(whose)}，没有取用。",))
    if not whose and not code:
        return Found(
            problems=(f"“{source}”看不出是哪个单位的；请在文件名里写上单位名称，没有取用。",)
        )
    read = published.report(document, _editions(year))
    problems = [f"“{source}”的{problem}。" for problem in read.problems]
    if not read.cells:
        unread = f"（里面有{'、'.join(document.unread)}，读不了）" if document.unread else ""
        problems.append(f"“{source}”里没有找到表式里的表{unread}，没有取用。")
    stated = next(
        (found for text in (path.stem, document.head) if (found := _YEAR.search(text))), None
    )
    records = []
    for edition in dict.fromkeys(name for name, _ in read.cells):
        cells = {name: one for (of, name), one in read.cells.items() if of == edition}
        figures, wrong = published.figures(editions.load(edition), cells)
        problems.extend(f"“{source}”的{problem}，没有取用。" for problem in wrong)
        records.append(
            Past(
                code=code[0] if code and not whose else "",
                name=whose[0] if whose else "",
                edition=edition,
                figures=figures,
                cells={name: cells[name].place for name in figures},
                source=source,
                sha256=sha256,
                year=int(stated[1]) if stated else None,
            )
        )
    return Found(tuple(records), tuple(problems))


def _named(texts: Iterable[str], names: Sequence[str]) -> list[str]:
    """The names of units in the first of these texts that has any; a name within a longer one does
    not count."""
    pairs = [(name, name) for name in sorted(names, key=len, reverse=True)]
    found = ([name for name, _ in named(text, pairs)] for text in texts)
    return next(filter(None, found), [])


def _editions(year: int) -> list[Edition]:
    """All editions, that of the year first."""
    loaded = [editions.load(name) for name in reversed(editions.available())]
    return sorted(loaded, key=lambda one: not one.covers(year))
