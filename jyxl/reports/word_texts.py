"""The report as it stands in a Word document that a clerk has edited, so that the web page says
what the document says."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from jyxl.form_labels import plain
from jyxl.outline import is_prompt
from jyxl.reading import published, word, word_text
from jyxl.reading.word_text import SPACE, THROUGH
from jyxl.reading.xml import Element
from jyxl.report import Heading, Item, Paragraph, Piece, Report, Shown, StatutoryTable
from jyxl.reports import word_figures

_LEVELS = (
    (1, re.compile("^[一二三四五六七八九十]+、")),
    (2, re.compile("^（[一二三四五六七八九十]+）")),
)
_LONGEST_HEADING = 30
_TITLE = re.compile("政府信息公开.*(报告|年报)$")


@dataclass(frozen=True)
class Told:
    """A report as it stands in a document. unread: what of the document is not in it, in words."""

    report: Report
    unread: tuple[str, ...]


def told(data: bytes, report: Report) -> Told:
    """The report with the words of its document. Raises LeftAlone."""
    _, root = word_figures.opened(data)
    document = word.read(root)
    found = published.report(document, [report.edition])
    tables = {_table_of(one.source): name.split(".")[0] for (_, name), one in found.cells.items()}
    body = root.find(f"{SPACE}body")
    assert body is not None  # `read` has seen it
    items = tuple(_items(body, report, tables))
    title, items = _title(items, report)
    others = len(document.grids) - len(set(tables.values()))
    unread = (*document.unread, *([f"另外 {others} 张表"] if others > 0 else []))
    return Told(replace(report, title=title, items=items), unread)


def _table_of(cell: Element) -> Element:
    return next(cell.iterancestors(f"{SPACE}tbl"))


def _items(element: Element, report: Report, tables: dict[Element, str]) -> Iterator[Item]:
    keys = word_figures.by_title(report)
    headings = {plain(one.text): one for one in report.items if isinstance(one, Heading)}
    named: set[str] = set()
    left = set(tables.values())
    for number, child in enumerate(_blocks(element)):
        if child.tag == f"{SPACE}tbl":
            table = tables.get(child, "")
            if table in left:
                left.remove(table)
                yield StatutoryTable(table)
            continue
        text = word_text.text(child).strip()
        if not text:
            continue
        level = next((level for level, mark in _LEVELS if mark.match(text)), 0)
        known = headings.get(plain(text))
        if level and len(text) <= _LONGEST_HEADING and not text.endswith(("。", "；", "：")):
            key = known.key if known and known.key not in named else f"h{number}"
            named.add(key)
            yield Heading(key, text, level)
        else:
            yield Paragraph(f"p{number}", tuple(_pieces(child, keys)), is_prompt(text))


def _blocks(element: Element) -> Iterator[Element]:
    """The paragraphs and tables of a document, in order."""
    for child in element:
        if child.tag in (f"{SPACE}p", f"{SPACE}tbl"):
            yield child
        elif child.tag in THROUGH:
            yield from _blocks(child)


def _pieces(paragraph: Element, keys: dict[str, str]) -> Iterator[Piece]:
    """The words of a paragraph, and the figures of ours in it."""
    words = ""
    for child in paragraph:
        key = word_figures.key_of(child, keys) if child.tag == f"{SPACE}sdt" else ""
        around = paragraph.makeelement(paragraph.tag)
        around.append(copy.deepcopy(child))
        text = word_text.text(around)
        if key and text:
            if words:
                yield words
            words = ""
            yield Shown(key, text)
        else:
            words += text
    if words.rstrip():
        yield words.rstrip()


def _title(items: tuple[Item, ...], report: Report) -> tuple[str, tuple[Item, ...]]:
    """The title, which a document has as its first lines, and what follows it."""
    text = ""
    for number, item in enumerate(items[:3], 1):
        if not isinstance(item, Paragraph):
            break
        text += "".join(item.text.split())
        if _TITLE.search(text) and len(text) <= _LONGEST_HEADING * 2:
            return text, items[number:]
    return report.title, items
