"""Whether a rule holds at a place, and when it says nothing: the one definition.

The checker asks it about columns of returns, the reader and the live sheet about one return;
`rules.excel` writes the same into the cells of 校验.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

from jyxl.definition import Instance
from jyxl.rules.check import evaluate
from jyxl.terms import Truth


def is_unknown(keys: Iterable[str], unknown: Mapping[str, Any]) -> Any:
    """True where any of these figures is not known.

    unknown: key of a Ref → True, or a column of bools (a row a return); figures that it does
    not name are known everywhere. The answer is a bool, or a column of them.
    """
    return reduce(operator.or_, (unknown[key] for key in keys if key in unknown), False)


def fails(
    instance: Instance, kind: Any, values: Mapping[str, Any], unknown: Mapping[str, Any]
) -> Any:
    """True where a rule is broken: it is one for units of this kind, everything it depends
    on is known, and it does not hold.

    kind: a UnitKind, or a column of them; values as `rules.check.evaluate` takes them;
    unknown as above. The answer is a bool, or a column of them.
    """
    is_broken = _not(evaluate(instance.tree, values, instance.scale))
    is_known = _not(is_unknown(instance.involved, unknown))
    return is_broken & is_known & instance.applies_to(kind)


def truth(
    instance: Instance, kind: Any, values: Mapping[str, int], unknown: Mapping[str, bool]
) -> Truth:
    """What a rule says of one return. It holds where it is no rule for units of this kind."""
    if is_unknown(instance.involved, unknown):
        return "silent"
    return "fails" if fails(instance, kind, values, unknown) else "holds"


def _not(value: Any) -> Any:
    return operator.xor(value, True)
