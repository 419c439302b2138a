"""A picture of the desk: what is in a campaign's folder, and what the window of a button says."""

from __future__ import annotations

import os
import subprocess
import sys
from html import escape
from pathlib import Path

from jyxl.edges.buttons import ALL, MAIL

BUTTON = next(one for one in ALL if one.command == "status")
LINES = 14
"""Of the window, how many are shown at its beginning; the last ones always are."""
PAGE = """\
<!doctype html><meta charset="utf-8"><style>
body {{ margin: 24px; font: 15px/1.7 "Noto Sans CJK SC"; display: grid; gap: 20px; width: 930px }}
section {{ border: 1px solid #aaa; border-radius: 6px; overflow: hidden }}
h1 {{ margin: 0; padding: 4px 12px; font-size: 15px; font-weight: normal; background: #e4e7eb }}
ul {{ margin: 8px 14px; padding: 0; list-style: none; columns: 3 }}
li::before {{ content: ""; display: inline-block; width: 12px; height: 10px; margin-right: 8px;
             border: 1px solid #888 }}
.folder::before {{ background: #f5c542 }}
.button::before {{ background: #4a7bd0 }}
pre {{ margin: 0; padding: 10px 14px; background: #111; color: #eee;
       font: 14px/1.45 "Noto Sans Mono CJK SC"; white-space: pre }}
</style>
<section><h1>{folder}</h1><ul>{names}</ul></section>
<section><h1>{button}</h1><pre>{said}</pre></section>
"""


def desk(folder: Path) -> bytes:
    """The page of which the picture is taken. folder: that of a campaign."""
    names = [("button", one.name) for one in ALL if one.command not in MAIL]
    inside = sorted(folder.iterdir(), key=lambda path: (path.is_file(), path.name))
    names += [
        ("folder" if path.is_dir() else "file", path.name)
        for path in inside
        if not path.name.startswith(".") and path.suffix != ".desktop"
    ]
    listed = "".join(f'<li class="{kind}">{escape(name)}</li>' for kind, name in names)
    said = escape(_window(folder))
    page = PAGE.format(folder=folder.name, names=listed, button=BUTTON.name, said=said)
    return page.encode()


def _window(folder: Path) -> str:
    """What is to be read in the window in the end."""
    told = subprocess.run(
        [sys.executable, "-m", "jyxl.desk", BUTTON.command, "-C", str(folder)],
        env={**os.environ, "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
        text=True,
    ).stdout.splitlines()
    return "\n".join([*told[:LINES], "…", *told[-4:], "按回车键关闭窗口。"])
