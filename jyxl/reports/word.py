"""A report → a Word document. Equal input gives equal bytes.

A figure in a sentence is a content control with the figure's key as its tag, and a table's figure
is found by the labels of the table, so that newer figures can take their places (`word_figures`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.document import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.text.paragraph import Paragraph as WordParagraph

from jyxl import characters, printed
from jyxl.composing import LEFT_OUT
from jyxl.definition import Edition
from jyxl.report import Heading, Paragraph, Report, Shown, StatutoryTable
from jyxl.reports import word_table
from jyxl.reports.word_frame import (
    BODY,
    CELL,
    LEVELS,
    OPEN,
    TITLE,
    add_run,
    blank,
    new,
    packed,
)

_LONGEST = 64
"""How long the title of a content control may be."""


def document(report: Report) -> bytes:
    """The bytes of the document."""
    made = blank(report.title, report.whom, report.year)
    _entitle(made, report)
    numbers = iter(range(1, 2**31))
    for item in report.items:
        match item:
            case Heading():
                made.add_paragraph(characters.one_line(item.text), LEVELS[item.level])
            case Paragraph():
                paragraph = made.add_paragraph(style=OPEN if item.is_open else BODY)
                _say(paragraph, item, report.edition, numbers)
            case StatutoryTable():
                form = report.edition.table[item.table]
                frame = word_table.table(printed.table(form, report.figures))
                made.element.body.sectPr.addprevious(frame)
                closing = made.add_paragraph(style=CELL)
                closing.paragraph_format.keep_with_next = False
    return packed(made)


def _entitle(made: Document, report: Report) -> None:
    """The title, whose first line is whose report it is."""
    paragraph = made.add_paragraph(style=TITLE)
    rest = report.title.removeprefix(report.whom)
    whom = report.title.removesuffix(rest)
    for number, text in enumerate(filter(None, (whom, rest))):
        run = add_run(paragraph, "")
        if number:
            run.add_break()
        run.add_text(characters.one_line(text))


def _say(
    paragraph: WordParagraph, said: Paragraph, edition: Edition, numbers: Iterator[int]
) -> None:
    if said.is_open:
        run = add_run(paragraph, said.text)
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW
        if said.key == LEFT_OUT:
            paragraph._p.append(_control(LEFT_OUT, title(edition, LEFT_OUT), next(numbers), run._r))
        return
    for piece in said.pieces:
        if isinstance(piece, Shown):
            run = add_run(paragraph, piece.text)
            about = title(edition, piece.key)
            paragraph._p.append(_control(piece.key, about, next(numbers), run._r))
        else:
            add_run(paragraph, piece)


def label(edition: Edition, key: str) -> str:
    """What people call a figure that is shown in a sentence."""
    if key == LEFT_OUT:
        return "没有计入的单位"
    if key in edition.cell:
        return edition.cell[key].label
    if key in edition.text:
        return edition.text[key].label
    named = edition.outline.labels if edition.outline else {}
    return named.get(key, key)


def title(edition: Edition, key: str) -> str:
    """The title of the content control of a figure."""
    return label(edition, key)[:_LONGEST]


def _control(key: str, title: str, number: int, run: Any) -> Any:
    """A content control around a run."""
    control = new("sdt")
    about, content = new("sdtPr"), new("sdtContent")
    about.extend(
        (
            new("alias", val=title),
            new("tag", val=key),
            new("id", val=number),
            new("text"),  # LibreOffice keeps the title of no other kind
        )
    )
    content.append(run)
    control.extend((about, content))
    return control
