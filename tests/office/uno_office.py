"""A LibreOffice to talk to, for the scripts that are run by a Python that has its uno."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import uno
from com.sun.star.connection import NoConnectException


@contextlib.contextmanager
def desktop(soffice: str, profile: str) -> Iterator[object]:
    """The desktop of a LibreOffice of our own, which is ended afterwards, whatever happens."""
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
        found = _connected(pipe)
        yield found
        found.terminate()
        office.wait(60)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(office.pid, signal.SIGKILL)


def _connected(pipe: str) -> object:
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
