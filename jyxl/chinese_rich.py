"""rich with Chinese lines: a line never begins with closing punctuation, and no time is divided."""

from __future__ import annotations

from typing import Any

import rich.table
import rich.text
from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.containers import Lines

from jyxl import characters, line_breaks

_TIMES = frozenset({"收到时间"})
_SHORT = frozenset(
    {"代码", "类别", "交过", "时限", "结论", "级别", "规则", "编号", "邮箱", "内容", "发件人"}
)
"""The headings of columns with short cells, which stay on one line if there is room for it."""
_GAP = 2
_LEAST = 8
"""The columns of the screen that are left for each of the other cells."""


class Text(rich.text.Text):
    """A text without what would steer the terminal, divided where a Chinese reader expects it."""

    def __init__(self, words: str = "", style: str = "", **how: Any) -> None:
        super().__init__(characters.lines(words), style, **how)

    def append(self, words: Any, style: Any = None) -> Any:
        return super().append(characters.lines(words) if isinstance(words, str) else words, style)

    def wrap(self, console: Console, width: int, **_: Any) -> Lines:
        """The lines of the text, at most `width` columns wide. Nothing is ever left out."""
        lines = Lines()
        for line in self.split(allow_blank=True):
            for part in line.divide(line_breaks.breaks(line.plain, width)):
                part.rstrip()
                lines.append(part)
        return lines


class Table(rich.table.Table):
    """A table that is read from the left, and uses its room for the long texts."""

    def __init__(self, title: str, *heads: str) -> None:
        super().__init__(
            title=Text(title, style="table.title"),
            box=box.SIMPLE_HEAD,
            title_justify="left",
            pad_edge=False,
            padding=(0, _GAP - 1, 0, 0),
        )
        for head in heads:
            self.add_column(Text(head), no_wrap=head in _TIMES)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        short = [column for column in self.columns if str(column.header) in _TIMES | _SHORT]
        needed = sum(_widest(column) for column in short) + _GAP * len(self.columns)
        needed += _LEAST * (len(self.columns) - len(short))
        if needed <= options.max_width:
            for column in short:
                column.no_wrap = True
        return super().__rich_console__(console, options)


def _widest(column: rich.table.Column) -> int:
    return max(line_breaks.width(str(text)) for text in (column.header, *column.cells))
