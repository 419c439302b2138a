"""What the lines of 校验 say: what must hold, and how it fails.

A sentence is given in parts, so that the live sheet writes it as a formula and jyxl as a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from jyxl.checklist import CheckLine, FormCheck
from jyxl.definition import Edition, Instance
from jyxl.layout import YES
from jyxl.rules import chinese
from jyxl.rules.language import Part


@dataclass(frozen=True)
class Count:
    """The figure on the left of a line that counts cells."""


COUNT = Count()


def place_words(line: CheckLine) -> str:
    """The place to which a line applies."""
    check = line.check
    if isinstance(check, Instance):
        return check.label
    return "填得不合要求的格" if isinstance(check, FormCheck) else "还没填的格"


def before(line: CheckLine) -> str:
    """What comes before the sentence of a line that fails, where nothing else shows its place."""
    return chinese.where(line.check) if isinstance(line.check, Instance) else ""


@lru_cache(maxsize=1024)
def must_hold(edition: Edition, line: CheckLine) -> str:
    """What a line demands."""
    check = line.check
    if isinstance(check, Instance):
        return chinese.sentence(check.tree, chinese.place_label(edition, check))
    if isinstance(check, FormCheck):
        return f"每格应为{'；'.join(_wants(check))}"
    if check.texts:
        return "必填的都已填写"
    return f"空白处都已补填，或者已选“{YES}”确认均为零"


def failure(edition: Edition, line: CheckLine) -> tuple[Part | Count, ...]:
    """How a line fails, without its place."""
    check = line.check
    if isinstance(check, Instance):
        return chinese.failure(edition, check)
    if isinstance(check, FormCheck):
        wants = _wants(check)
        should = f"，应为{wants[0]}" if len(wants) == 1 else ""
        return "有 ", COUNT, f" 格填得不合要求{should}"
    return "还有 ", COUNT, " 格未填"


def _wants(check: FormCheck) -> list[str]:
    """What the cells should hold; kinds that want the same are named once."""
    if check.texts:
        amounts = "；选“是”的有金额，选“否”的没有" if check.amounts else ""
        return [f"不超过规定字数的文字；要选的，从列表里选{amounts}"]
    return list(dict.fromkeys(kind.want for kind in check.kinds))
