"""python -m tests.mail.cut_short FOLDER [N]: jyxl send --yes, which kills itself at the nth call
that changes the disk or the connection. Without N it prints how many such calls come before the
first message is sent, and how many there are."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from jyxl.cli import cli
from jyxl.edges.mail_settings import Mail, read

_CALLS = frozenset(["replace", "unlink", "execute", "executemany", "commit", "write", "read"])


class _Watch:
    def __init__(self, kill_at: int) -> None:
        self.kill_at, self.seen, self.before = kill_at, 0, 0

    def __call__(self, frame: FrameType, event: str, what: Any) -> None:
        if event == "call" and frame.f_code.co_name == "transmit":
            self.before = self.seen
        if event in ("c_call", "c_return") and what.__name__ in _CALLS:
            self.seen += 1
            if self.seen == self.kill_at:
                os.kill(os.getpid(), signal.SIGKILL)


def main(folder: str, kill_at: str = "0") -> None:
    mail: Mail = read(Path(folder))
    mail.context()  # reads files of the system, whose number is not ours
    watch = _Watch(int(kill_at))
    from jyxl.steps import send  # noqa: F401  what is loaded is not counted

    sys.setprofile(watch)
    command = ["send", "-C", folder, "--yes", "--json"]
    try:
        cli.main(command, prog_name="jyxl", standalone_mode=False)
    finally:
        sys.setprofile(None)
        print(watch.before, watch.seen, file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
