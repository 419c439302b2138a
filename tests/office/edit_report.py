"""Run by a Python that has LibreOffice's uno: edits a report as a clerk does, and saves it as docx.

    python3 edit_report.py SOFFICE PROFILE FILE SAVED

The first prompt is replaced by words, a paragraph is put before the first table, letters are made
bold, and a column of the first table is made wider.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.text.ControlCharacter import PARAGRAPH_BREAK

WORDS = "地址：泾源县百泉街；电话：0954-0000000。"
ADDED = "县里今年新建了公报查阅点12处。"
DRAGGED = 1500
"""How far a column's edge is moved, in ten-thousandths of the table's width."""


def main(soffice: str, profile: str, file: str, saved: str) -> None:
    pipe = f"jyxl{time.time_ns()}"
    office = subprocess.Popen(
        [
            *(soffice, f"-env:UserInstallation={Path(profile).as_uri()}"),
            *("--headless", "--norestore", f"--accept=pipe,name={pipe};urp;"),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        desktop = connect(pipe)
        document = desktop.loadComponentFromURL(
            Path(file).as_uri(), "_blank", 0, (PropertyValue("Hidden", 0, True, 0),)
        )
        edit(document)
        word = PropertyValue("FilterName", 0, "MS Word 2007 XML", 0)
        document.storeToURL(Path(saved).as_uri(), (word,))
        document.close(True)
        desktop.terminate()
        office.wait(60)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(office.pid, signal.SIGKILL)


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


def connect(pipe: str) -> object:
    """The desktop, as soon as it answers."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    for _ in range(600):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext(
                "com.sun.star.frame.Desktop", context
            )
        except NoConnectException:
            time.sleep(0.1)
    raise SystemExit("LibreOffice does not answer")


main(*sys.argv[1:])
