"""The terminal: how wide it is, a progress bar, and the pieces that several screens consist of."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from jyxl.chinese_rich import Text
from jyxl.finding import Finding
from jyxl.terms import Reception, State

if TYPE_CHECKING:
    from jyxl.edges.outcome import Failed
    from jyxl.edges.roster import Unit

_Item = TypeVar("_Item")

_WIDTH_OF_A_FILE = 120
_NARROWEST = 20
_NAMED = 5
MOST = 1_000
"""How many files or lines a list shows: nobody reads more, and laying out a hundred thousand takes
a minute and a gigabyte."""
_MANY = 20
"""How many units a list names at most."""
STYLES: dict[Reception | State, str] = {
    "missing": "yellow",
    "accepted": "green",
    "returned": "red",
    "refused": "red",
    "duplicate": "dim",
    "held": "yellow",
}


def console(stream: TextIO) -> Console:
    """A console on standard output. If that is not a terminal, it is as wide as the environment
    variable COLUMNS says, or else of a fixed width."""
    stated = os.environ.get("COLUMNS", "")
    is_width = stated.isascii() and stated.isdigit() and len(stated) < 5
    of_a_file = max(int(stated), _NARROWEST) if is_width else _WIDTH_OF_A_FILE
    return Console(
        file=stream,
        width=None if stream.isatty() else of_a_file,
        highlight=False,
        emoji=False,
        markup=False,
    )


@contextlib.contextmanager
def progress(wanted: bool = True) -> Iterator[Callable[[str, int, int], None]]:
    """A function tick(stage, done, of), which moves a bar on a terminal and does nothing
    elsewhere."""
    if not (wanted and sys.stderr and sys.stderr.isatty()):
        yield lambda stage, done, of: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=Console(stderr=True), transient=True, auto_refresh=False
    ) as bar:
        tasks: dict[str, Any] = {}

        def tick(stage: str, done: int, of: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=of)
            bar.update(tasks[stage], completed=done, total=of, refresh=True)

        yield tick


def failed(outcomes: Sequence[Failed], log: Path | None) -> str:
    """The sentence that jyxl itself failed at some files, with their fate and the log."""
    first = outcomes[0]
    names = "、".join(dict.fromkeys(one.file for one in outcomes[:_NAMED]))
    more = f"等 {len(outcomes)} 个" if len(outcomes) > _NAMED else ""
    where = f"；请把 {log} 发给维护人员" if log else ""
    return (
        f"jyxl 自身出了错（{first.defect.error}），这些文件没有处理完：{names}{more}。"
        f"这不是填报单位的错，已有的文件都保留不动，下次运行会再试{where}。"
    )


def cut(items: Iterable[_Item]) -> tuple[list[_Item], list[Text]]:
    """The items as far as they are shown, and a sentence about the rest, if there is one."""
    every = list(items)
    left = len(every) - MOST
    told = f"  另有 {left} 个没有列出；用 --json 可以看全部。"
    return every[:MOST], [Text(told)] if left > 0 else []


def listed(heading: str, items: Iterable[str]) -> list[Text]:
    """The items under their heading, or nothing if there are none."""
    shown, more = cut(items)
    return [Text(heading), *(Text(f"  {item}") for item in shown), *more] if shown else []


def named(units: Sequence[Unit]) -> str:
    more = f"等 {len(units)} 个" if len(units) > _MANY else ""
    return "、".join(unit.name for unit in units[:_MANY]) + more


def code(finding: Finding) -> Text:
    """The code of a finding, which stands behind its sentence."""
    return Text(finding.code, style="dim")
