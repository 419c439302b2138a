"""What a button does: a command, what comes next, and a window that stays open.

python -m jyxl.desk COMMAND …
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

from jyxl import cli, terminal


def main() -> None:
    """The entry point: exits with the status of the command."""
    status = _done(sys.argv[1:])
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        if sys.stdin is not None and sys.stdin.isatty():
            input("按回车键关闭窗口。")
    raise SystemExit(status)


def _done(arguments: Sequence[str]) -> int:
    from jyxl.edges import buttons
    from jyxl.edges.campaign import SETTINGS

    command, *rest = arguments
    if command == "new" and len(rest) == 1 and Path(rest[0], SETTINGS).is_file():
        return cli.run(["desk", "-C", *rest])
    status = cli.run(arguments, is_clicked=True)
    following = {one.command: one.following for one in buttons.ALL} | {"new": buttons.AFTER_NEW}
    if status:
        terminal.say("没有全部做完，原因见上面；照着办好以后，再双击一次。")
    elif command in following:
        terminal.say(f"下一步：{following[command]}")
    return status


if __name__ == "__main__":
    main()
