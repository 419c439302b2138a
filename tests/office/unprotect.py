"""Run by a Python that has LibreOffice's uno: tries passwords on a workbook's sheets.

    python3 unprotect.py SOFFICE PROFILE FILE PASSWORD…

Prints JSON: for each password, the sheets it opens. (LibreOffice does not read the lock
on the structure of an xlsx file.)
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import IllegalArgumentException


def main(soffice: str, profile: str, file: str, *passwords: str) -> None:
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
        print(json.dumps({word: opened_by(desktop, file, word) for word in passwords}))
        desktop.terminate()
        office.wait(60)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(office.pid, signal.SIGKILL)


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
