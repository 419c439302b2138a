"""Write the three documents that are derived from the code: rules, messages, commands.

python docs/generate.py           write them
python docs/generate.py --check   exit 1, naming what is stale
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from jyxl import editions, faults, messages, misprints, verdict_words
from jyxl.checklist import BLANK_RULE
from jyxl.chinese_click import CONTEXT
from jyxl.cli import cli
from jyxl.definition import Claim, Edition, Kind
from jyxl.numbers import plain
from jyxl.rules.chinese import scope_and_sentence, when_it_fails

HERE = Path(__file__).resolve().parent
_MADE = "<!-- 由 docs/generate.py 生成，请不要手改。 -->"
_BORROWED = {
    "RULE": "规则的编号",
    "TOTAL": "合计所属规则的编号",
    "UNKNOWN-EDITION": "`S-EDITION`，`jyxl check` 的",
    "OLD-WORD": "`S-TYPE`，文档的",
    "WORD-SHEET": "`S-SHEET`，Word 文档的",
    "WORD-TOTAL": "合计所属规则的编号，Word 文档的",
    "WORD-YEAR": "`S-YEAR`，Word 文档的",
    "WORD-EDITION": "`S-EDITION`，Word 文档的",
}
"""Entries of the catalogue whose findings carry another code, that of a rule or another entry."""

_WRITTEN = ("W-1", "W-2", "W-3")
"""Codes that are about a written report and not about a return."""


def rules() -> str:
    """The rule catalogue: every edition's number cells and 勾稽 rules."""
    parts = [
        "# 规则目录",
        _MADE,
        "级别为“错误”的，不改正不能通过；级别为“提示”的，改正或者在“校验”表里写明原因后通过。",
        "不允许误差。空白处按 0 计算。规则涉及的格子本身填错了的，先报填错的格子，这条规则暂不判断。",
    ]
    for name in editions.available():
        edition = editions.load(name)
        parts += [
            f"## {edition.id} 年版（{edition.notice}）",
            "### 填的数",
            _table(("编号", "应填", "最小", "最大", "可以跟在数字后面的"), _kinds(edition)),
            f"编号 `{BLANK_RULE}`：空白处要补填，或者在表头“空白处均为零：”右边选“是”。",
            "### 勾稽关系",
            _table(("编号", "级别", "范围", "应当成立的关系", "来源", "不成立时"), _rules(edition)),
            "### 文字里的数",
            "收文字材料的县，句子里写到下面的数、与表里不同的，是编号为 `X-T` 的提示：",
            "\n".join(f"- {claim.label}：{_sums(edition, claim)}" for claim in edition.claims),
        ]
    return _page(parts)


def _sums(edition: Edition, claim: Claim) -> str:
    """The figures of the tables that a sentence may state, in words."""
    sums = ("加".join(f"“{edition.cell[name].label}”" for name in names) for names in claim.sums)
    return "，或者".join(sums)


def _kinds(edition: Edition) -> Iterable[tuple[str, ...]]:
    for kind in edition.kinds.values():
        yield (f"`{kind.rule}`", kind.want, *_limits(kind), "、".join(kind.units))


def _limits(kind: Kind) -> tuple[str, str]:
    return plain(kind.minimum, 1), plain(kind.maximum, 1)


def _rules(edition: Edition) -> Iterable[tuple[str, ...]]:
    for rule in edition.rules:
        severity = verdict_words.SEVERITIES[rule.severity]
        words = scope_and_sentence(edition, rule)
        yield (f"`{rule.id}`", severity, *words, rule.source, when_it_fails(rule))


def catalogue() -> str:
    """Every sentence that a unit reads about its return, and those about a written report."""
    returns = {code: one for code, one in messages.CATALOGUE.items() if code not in _WRITTEN}
    written = [(f"`{code}`", *_sentences(messages.CATALOGUE[code])) for code in _WRITTEN[:-1]]
    for fact, mend in misprints.FACTS.values():
        written.append((f"`{_WRITTEN[-1]}`", f"{_slots(fact)}。", _slots(mend)))
    rows = [
        (
            _BORROWED.get(code, f"`{code}`"),
            verdict_words.SEVERITIES[entry.severity] if code != "RULE" else "错误或提示",
            *_sentences(entry),
        )
        for code, entry in returns.items()
    ]
    return _page(
        [
            "# 校验消息",
            _MADE,
            "编号以 `S-` 开头的说的是文件、身份和表样，`F-` 开头的说的是填的数，"
            "`X-T` 说的是文字里的数，其余是[规则](rules.md)的编号。“……”处填具体内容。",
            _table(("编号", "级别", "问题", "怎么改"), rows),
            "`F-1`、`F-2` 说明填的是哪一种情况，怎么改各不相同：",
            _table(("填的", "怎么改"), _faults()),
            "每个文件的结论是下面五种之一：",
            _table(("结论", "JSON 中的 `verdict`", "意思"), _verdicts()),
            "## 写好的报告",
            "`jyxl report --check` 核对写好的报告：`W-1` 是表里的数，`W-2` 是句子里的数，`W-3` 是格式。",
            _table(("编号", "问题", "怎么改"), written),
        ]
    )


def _sentences(entry: messages.Message) -> tuple[str, str]:
    return _slots(entry.message), _slots(entry.advice)


def _faults() -> Iterable[tuple[str, ...]]:
    for fault, words in faults.WHY.items():
        own = {"金额": faults.MEND_AMOUNT, "增减数": faults.MEND_CHANGE}
        also = [f"{what}：{mend[fault]}" for what, mend in own.items() if fault in mend]
        yield words, "".join([faults.MEND[fault], *also])


def _verdicts() -> Iterable[tuple[str, ...]]:
    meaning = {
        "accepted": "采用，计入汇总。",
        "returned": "是本单位这一次的工作簿，但有错误，或有提示没写说明；已生成退回的工作簿。",
        "refused": "不能认作这一次下发的工作簿，或者打不开；没有退回的工作簿。",
        "held": "能读，但要收表办公室决定算不算数；现在不计入汇总。",
        "duplicate": "一模一样的文件以前收过，不重复计算。",
    }
    for verdict, words in verdict_words.VERDICTS.items():
        yield words, f"`{verdict}`", meaning[verdict]


def _slots(text: str) -> str:
    """Slots as an ellipsis; a cell that is only a slot says whose words fill it."""
    whole = {"{hint}": "规则目录里“不成立时”一栏", "{mend}": "见下表"}
    return whole.get(text) or re.sub(r"\{\w+\}", "……", text)


def commands() -> str:
    """--help of every command."""
    parts = ["# 命令", _MADE, _help(cli, "jyxl")]
    for name in cli.commands:
        parts += [f"## jyxl {name}", _help(cli.commands[name], f"jyxl {name}")]
    return _page(parts)


def _help(command: click.Command, name: str) -> str:
    context = command.context_class(command, info_name=name, terminal_width=100, **CONTEXT)
    return f"```text\n{command.get_help(context)}\n```"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "<br>")


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join(parts) + "\n"


def documents() -> dict[str, str]:
    """File name → what it should hold."""
    return {"rules.md": rules(), "messages.md": catalogue(), "commands.md": commands()}


def main(arguments: list[str]) -> int:
    stale = []
    for name, text in documents().items():
        path = HERE / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in arguments:
                path.write_text(text, encoding="utf-8", newline="\n")
    if "--check" in arguments and stale:
        print(f"stale: {', '.join(stale)}; run python docs/generate.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
