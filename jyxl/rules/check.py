"""A bound rule → whether it holds, for one return (integers) or for all at once (columns)."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from functools import reduce
from typing import Any

from jyxl.rules.language import And, Compare, Gap, Near, Node, Not, Number, Or, Ref, Sum, Whole

_COMPARE = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def evaluate(node: Node, values: Mapping[str, Any], scale: int) -> Any:
    """The value of a tree: an integer or a bool, or a column of them.

    values: key of a Ref → integer scaled by `scale`, or an int64 column of them (one row per
    return); 0 if the figure is not known. Raises TypeError for a tree that is not bound.
    """
    match node:
        case Ref():
            return values[node.key]
        case Number(value):
            return value * scale
        case Sum(terms):
            if node.keys:  # the same, in less time
                return sum(map(values.__getitem__, node.keys))
            total = 0
            for factor, inner in terms:
                part = values[inner.key] if type(inner) is Ref else evaluate(inner, values, scale)
                total = total + (part if factor == 1 else factor * part)
            return total
        case Compare(op, left, right):
            return _COMPARE[op](evaluate(left, values, scale), evaluate(right, values, scale))
        case Near():
            return _near(node, values, scale)
        case Gap(left, right):
            return abs(evaluate(left, values, scale) - evaluate(right, values, scale))
        case And(parts):
            return reduce(operator.and_, (evaluate(part, values, scale) for part in parts))
        case Or(parts):
            return reduce(operator.or_, (evaluate(part, values, scale) for part in parts))
        case Not(of):
            return operator.xor(evaluate(of, values, scale), True)
        case Whole(of):
            return evaluate(of, values, scale) % scale == 0
    raise TypeError(f"unbound node {node!r}")


def _near(node: Near, values: Mapping[str, Any], scale: int) -> Any:
    one, other = (evaluate(side, values, scale) for side in (node.left, node.right))
    gap = abs(one - other)
    is_alone = (one == 0) | (other == 0)
    is_within = (one <= node.ratio * other) & (other <= node.ratio * one)
    among = (gap < node.floor * scale) | is_within
    return (is_alone & (gap < node.alone * scale)) | (operator.xor(is_alone, True) & among)
