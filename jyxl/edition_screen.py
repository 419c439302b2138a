"""What the terminal shows of the editions of the form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType

from jyxl.chinese_rich import Table, Text
from jyxl.definition import Edition
from jyxl.rules.chinese import scope_and_sentence, when_it_fails
from jyxl.verdict_words import SEVERITIES


def editions(found: Sequence[Edition]) -> RenderableType:
    table = Table("表式版本", "版本", "依据", "适用年度", "表", "规则")
    for edition in found:
        table.add_row(
            Text(edition.id),
            Text(edition.notice),
            Text(edition.years),
            Text(f"{len(edition.tables)} 张，{len(edition.cells)} 格"),
            Text(f"{len(edition.rules)} 条"),
        )
    return table


def edition(shown: Edition) -> RenderableType:
    """Every table with its rows and columns, and every rule in words."""
    parts: list[RenderableType] = [Text(f"{shown.id} 年版　{shown.title}　{shown.notice}\n")]
    for table in shown.tables:
        listing = Table(f"{table.title}（工作表“{table.sheet}”）", "行", "列", "填什么")
        rows: dict[tuple[str, str], list[Any]] = {}
        for cell in table.cells:
            rows.setdefault((cell.row, cell.kind.key), []).append(cell)
        for cells in rows.values():
            label = " / ".join(cells[0].row_labels) or "（一行）"
            columns = "、".join(cell.column_labels[-1] for cell in cells)
            total = "合计由公式算出" if all(cell.name in shown.totals for cell in cells) else ""
            listing.add_row(
                Text(label),
                Text(columns),
                Text(total or cells[0].kind.want),
            )
        parts.append(listing)
    rules = Table("规则", "编号", "级别", "范围", "应当成立的关系", "来源", "不成立时")
    for rule in shown.rules:
        words = (rule.id, SEVERITIES[rule.severity], *scope_and_sentence(shown, rule))
        rules.add_row(*map(Text, (*words, rule.source, when_it_fails(rule))))
    parts.append(rules)
    return Group(*parts)
