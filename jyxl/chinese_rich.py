"""rich with Chinese lines: a line never begins with closing punctuation, and no time is divided."""

from __future__ import annotations

from typing import Any

import rich.text
from rich import box
from rich.console import Console
from rich.containers import Lines
from rich.table import Table

from jyxl import line_breaks

_WHOLE = frozenset({"代码", "类别", "交过", "收到时间", "迟报", "结论", "级别", "规则", "编号"})
"""The headings of columns that give way last when a table is too wide: their cells are short."""


class Text(rich.text.Text):
    """A text that is divided where a Chinese reader expects it."""

    def wrap(self, console: Console, width: int, **_: Any) -> Lines:
        """The lines of the text, at most `width` columns wide. Nothing is ever left out."""
        lines = Lines()
        for line in self.split(allow_blank=True):
            for part in line.divide(line_breaks.breaks(line.plain, width)):
                part.rstrip()
                lines.append(part)
        return lines


def table(title: str, *heads: str) -> Table:
    """An empty table with these headings."""
    made = Table(
        title=Text(title, style="table.title"),
        box=box.SIMPLE_HEAD,
        title_justify="left",
        pad_edge=False,
    )
    for head in heads:
        made.add_column(Text(head), no_wrap=head in _WHOLE)
    return made
