"""A bound rule → the Chinese sentence that people read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from jyxl.definition import Edition, Instance, Rule
from jyxl.rules.check import evaluate
from jyxl.rules.language import (
    LAST,
    And,
    Compare,
    Gap,
    Near,
    Node,
    Not,
    Number,
    Op,
    Or,
    Part,
    Ref,
    Sum,
    Whole,
)
from jyxl.terms import Each

SIGN: dict[Op, str] = {
    "==": "=",
    "!=": "≠",
    "<": "＜",
    "<=": "≤",
    ">": "＞",
    ">=": "≥",
    "~": "≈",
}
BROKEN: dict[Op, str] = {
    "==": "不等于",
    "!=": "等于",
    "<": "不小于",
    "<=": "大于",
    ">": "不大于",
    ">=": "小于",
    "~": "远不同于",
}


Label = Callable[[Ref], str]
"""A figure → what it is called."""


def place_label(edition: Edition, instance: Instance) -> Label:
    """A function that names the figures of this form by what differs within the rule's place:
    the row in a column's rule, the column in a row's or a group's; a cell's has one figure. Those
    of the year before are called so."""
    each = instance.rule.each

    def label(ref: Ref) -> str:
        if ref.source == LAST:
            return "上年数" if each == "cell" else f"上年的{label(Ref(ref.cell))}"
        cell = edition.cell[ref.cell]
        if each == "column" and cell.row_labels:
            return cell.row_labels[-1]
        if each in ("row", "group"):
            return cell.column_labels[-1]
        if each == "cell":
            return "填报数"
        return cell.label

    return label


_EACH: dict[Each, str] = {
    "row": "每行",
    "column": "每列",
    "group": "每组",
    "cell": "每格",
    "table": "全表",
}


def scope_and_sentence(edition: Edition, rule: Rule) -> tuple[str, str]:
    """Where a rule holds, and what must hold there."""
    instances = [one for one in edition.instances if one.rule is rule]
    units = f"，只对{'、'.join(rule.units)}" if rule.units else ""
    where = f"{edition.table[rule.table].sheet} {_EACH[rule.each]}（{len(instances)} 处）{units}"
    return where, sentence(instances[0].tree, place_label(edition, instances[0]))


def when_it_fails(rule: Rule) -> str:
    """What a rule says when it fails, if it has a sentence of its own, and how to mend it."""
    own = re.sub(r"\{[^}]*\}", "……", rule.fails)
    return f"{own}。{rule.hint}" if own else rule.hint


def sentence(node: Node, label: Label) -> str:
    """What must hold according to a bound tree."""
    match node:
        case Ref():
            return label(node)
        case Number(value):
            return str(value)
        case Sum(terms, name):
            return name or _sum(terms, label)
        case Compare(op, left, right):
            return f"{sentence(left, label)} {SIGN[op]} {sentence(right, label)}"
        case Near(left, right, floor, ratio, alone):
            return (
                f"{sentence(left, label)} 与 {sentence(right, label)} 相差不到 {floor}，"
                f"或者都不超过对方的 {ratio} 倍（有一个是 0 的，相差不到 {alone}）"
            )
        case And(parts):
            return "，并且 ".join(_inner(part, label) for part in parts)
        case Or(parts):
            return "，或者 ".join(sentence(part, label) for part in parts)
        case Not(Whole(of)):
            return f"{sentence(of, label)} 不是整数"
        case Not(of):
            return f"并非（{sentence(of, label)}）"
        case Whole(of):
            return f"{sentence(of, label)} 是整数"
    raise TypeError(f"unbound node {node!r}")


def _inner(node: Node, label: Label) -> str:
    """A part of an “and”, in brackets if it is an “or”."""
    text = sentence(node, label)
    return f"（{text}）" if isinstance(node, Or) else text


def _sum(terms: tuple[tuple[int, Node], ...], label: Label) -> str:
    text = ""
    for factor, inner in terms:
        sign = " - " if factor < 0 else " + "
        times = "" if abs(factor) == 1 else f"{abs(factor)}×"
        text += f"{sign}{times}{sentence(inner, label)}"
    return text[3:] if text.startswith(" + ") else f"-{text[3:]}"


def where(instance: Instance) -> str:
    """What comes before the sentence, if it is not about the whole table: its place."""
    return "" if instance.rule.each == "table" else f"{instance.label}："


def failure(edition: Edition, instance: Instance) -> tuple[Part, ...]:
    """The sentence for when a rule fails, in parts: the rule's own or, if it has none, both sides
    with their figures, and the difference."""
    return instance.fails or contradiction(instance.main, place_label(edition, instance))


def contradiction(main: Compare | Near, label: Label) -> tuple[Part, ...]:
    """Both sides of a comparison that does not hold, with their figures, and the difference."""
    left, right = main.left, main.right
    gap = ("，相差 ", Gap(left, right)) if main.op in ("==", "<=", ">=", "~") else ()
    return (*_figures(left, label), f" {BROKEN[main.op]} ", *_figures(right, label), *gap)


def _figures(node: Node, label: Label) -> tuple[Part, ...]:
    match node:
        case Number():
            return (node,)
        case Sum(_, name) if name:
            return (f"{name} ", node)
        case Sum(terms):
            parts: list[Part] = []
            for factor, inner in terms:
                sign = "-" if factor < 0 else "+"
                times = "" if abs(factor) == 1 else f"{abs(factor)}×"
                parts.append(f" {sign} {times}" if parts else f"{sign}{times}".removeprefix("+"))
                parts.extend(_figures(inner, label))
            return (*parts, "（合 ", node, "）")
    return (f"{sentence(node, label)} ", node)


def spelled(parts: Iterable[Part], figure: Callable[[Node], str]) -> str:
    """A sentence with its figures. figure: writes a node's as people write it."""
    return "".join(part if isinstance(part, str) else figure(part) for part in parts)


def broken(
    edition: Edition,
    instance: Instance,
    values: Mapping[str, int],
    number: Callable[[int], str],
) -> str:
    """How a rule fails.

    values: key of a Ref → scaled integer. number: writes one of them as people write it.
    """
    return spelled(
        failure(edition, instance),
        lambda node: number(evaluate(node, values, instance.scale)),
    )
