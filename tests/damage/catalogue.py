"""catalogue.toml as values, and as a page of the documentation.

python -m tests.damage   writes docs/damage.md
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jyxl.verdict_words import VERDICTS
from tests.damage.desk import Desk

_WORDS = {**VERDICTS, "unread": "没有收"}
"""The words for the outcome of a file, which may not have been taken in at all."""
HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "damage.md"


@dataclass(frozen=True)
class Way:
    """An entry for a damaged file. found: 'code place' of every finding. kept: true if the
    figures that are read are the good return's."""

    group: str
    id: str
    what: str
    verdict: str
    found: tuple[str, ...]
    kept: bool


@dataclass(frozen=True)
class Folder:
    """An entry for a folder of files. outcome: 'round: file verdict codes' for every file."""

    group: str
    id: str
    what: str
    outcome: tuple[str, ...]


def _rows(kind: str) -> list[dict[str, Any]]:
    data = tomllib.loads((HERE / "catalogue.toml").read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = data[kind]
    return rows


WAYS = [Way(**{**row, "found": tuple(row["found"])}) for row in _rows("way")]
FOLDERS = [Folder(**{**row, "outcome": tuple(row["outcome"])}) for row in _rows("folder")]


def page(desk: Desk) -> str:
    """The text of docs/damage.md."""
    lines = [
        "# 报送中会出的事，和怎样处理",
        "<!-- 由 python -m tests.damage 生成，请不要手改。 -->",
        f"共 {len(WAYS) + len(FOLDERS)} 种，每一种都由测试从一份填好的工作簿做出来，"
        "结论、编号和单元格都与下表逐字核对。编号的意思见[各种提示](messages.md)。",
    ]
    for group in dict.fromkeys(way.group for way in WAYS):
        lines += [f"## {group}", "| 事情 | 结论 | 编号和位置 |\n|---|---|---|"]
        lines[-1] += "".join(
            f"\n| {way.what} | {VERDICTS[way.verdict]} | "
            f"{'；'.join(_place(desk, one) for one in way.found) or '—'} |"
            for way in WAYS
            if way.group == group
        )
    for group in dict.fromkeys(folder.group for folder in FOLDERS):
        lines += [f"## {group}", "| 事情 | 次序：文件 结论 编号 |\n|---|---|"]
        lines[-1] += "".join(
            f"\n| {folder.what} | {'<br>'.join(map(_told, folder.outcome))} |"
            for folder in FOLDERS
            if folder.group == group
        )
    return "\n\n".join(lines) + "\n"


def _place(desk: Desk, found: str) -> str:
    code, _, where = found.partition(" ")
    if where in desk.edition.cell:
        where = "!".join(desk.place(where))
    elif where in desk.edition.table:
        where = desk.edition.table[where].sheet
    return f"`{code}` {where}".strip()


def _told(outcome: str) -> str:
    words = outcome.replace("|", "\\|").split(" ")
    at = next(n for n, word in enumerate(words) if word in _WORDS)
    file, codes = " ".join(words[:at]), " ".join(f"`{code}`" for code in words[at + 1 :])
    return f"{file} **{_WORDS[words[at]]}** {codes}".strip()
