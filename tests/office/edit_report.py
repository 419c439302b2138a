"""Run by a Python that has LibreOffice's uno: edits a report as a clerk does, and saves it as docx.

    python3 edit_report.py SOFFICE PROFILE FILE SAVED

The first prompt is replaced by words, a paragraph is put before the first table, letters are made
bold, and a column of the first table is made wider.
"""

from __future__ import annotations

import sys
from pathlib import Path

import uno  # noqa: F401 - lets the names below be imported
from com.sun.star.beans import PropertyValue
from com.sun.star.text.ControlCharacter import PARAGRAPH_BREAK
from uno_office import desktop

WORDS = "地址：泾源县百泉街；电话：0954-0000000。"
ADDED = "县里今年新建了公报查阅点12处。"
DRAGGED = 1500
"""How far a column's edge is moved, in ten-thousandths of the table's width."""


def main(soffice: str, profile: str, file: str, saved: str) -> None:
    with desktop(soffice, profile) as found:
        document = found.loadComponentFromURL(
            Path(file).as_uri(), "_blank", 0, (PropertyValue("Hidden", 0, True, 0),)
        )
        edit(document)
        word = PropertyValue("FilterName", 0, "MS Word 2007 XML", 0)
        document.storeToURL(Path(saved).as_uri(), (word,))
        document.close(True)


def edit(document: object) -> None:
    search = document.createSearchDescriptor()
    search.SearchString = "（请写："
    found = document.findFirst(search)
    cursor = document.Text.createTextCursorByRange(found)
    cursor.gotoStartOfParagraph(False)
    cursor.gotoEndOfParagraph(True)
    cursor.String = WORDS
    search.SearchString = "二、主动公开政府信息情况"
    found = document.findFirst(search)
    before = document.Text.createTextCursorByRange(found.Start)
    document.Text.insertString(before, ADDED, False)
    document.Text.insertControlCharacter(before, PARAGRAPH_BREAK, False)
    search.SearchString = "全年收到政府信息公开申请"
    document.findFirst(search).CharWeight = 150.0
    table = document.TextTables.getByIndex(0)
    for number in range(table.Rows.Count):
        row = table.Rows.getByIndex(number)
        edges = row.TableColumnSeparators
        if len(edges) == 3:
            edges[0].Position += DRAGGED
            row.TableColumnSeparators = edges


main(*sys.argv[1:])
