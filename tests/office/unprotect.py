"""Run by a Python that has LibreOffice's uno: tries passwords on a workbook's sheets.

    python3 unprotect.py SOFFICE PROFILE FILE PASSWORD…

Prints JSON: for each password, the sheets it opens. (LibreOffice does not read the lock
on the structure of an xlsx file.)
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import uno  # noqa: F401 - lets the names below be imported
from com.sun.star.beans import PropertyValue
from com.sun.star.lang import IllegalArgumentException
from uno_office import desktop


def main(soffice: str, profile: str, file: str, *passwords: str) -> None:
    with desktop(soffice, profile) as found:
        print(json.dumps({word: opened_by(found, file, word) for word in passwords}))


def opened_by(desktop: object, file: str, password: str) -> list[str]:
    """The sheets of a freshly loaded workbook that this password opens."""
    hidden = PropertyValue(Name="Hidden", Value=True)
    document = desktop.loadComponentFromURL(Path(file).as_uri(), "_blank", 0, (hidden,))
    found = []
    for sheet in document.Sheets:
        assert sheet.isProtected(), sheet.Name
        try:
            sheet.unprotect(password)
        except IllegalArgumentException:
            continue
        if not sheet.isProtected():
            found.append(sheet.Name)
    document.close(True)
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
