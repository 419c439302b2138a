"""Whether a rule holds at a place, and when it is silent: the one definition.

The checker uses it for columns of returns, the reader and the live sheets for one return;
`rules.excel` writes the same test into the cells of 校验.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterable, Mapping
from functools import reduce
from typing import Any

from jyxl.definition import Instance
from jyxl.rules.check import evaluate
from jyxl.terms import Truth


def is_unknown(keys: Iterable[str], unknown: Mapping[str, Any]) -> Any:
    """True if any of these figures is not known; a bool, or a column of bools.

    unknown: key of a Ref → True, or a column of bools (one row per return); figures that are
    not in it are known everywhere.
    """
    return reduce(operator.or_, (unknown[key] for key in keys if key in unknown), False)


def fails(
    instance: Instance, kind: Any, values: Mapping[str, Any], unknown: Mapping[str, Any]
) -> Any:
    """True if a rule is broken: it applies to units of this kind, everything it depends on is
    known, and it does not hold. A bool, or a column of bools.

    kind: a UnitKind, or a column of them; values: as for `rules.check.evaluate`; unknown: as
    for `is_unknown`.
    """
    is_broken = _not(evaluate(instance.tree, values, instance.scale))
    if unknown:
        is_broken = is_broken & _not(is_unknown(instance.involved, unknown))
    return is_broken & instance.applies_to(kind)


def waits(
    instance: Instance, blanks: Collection[str], untouched: Collection[str] = frozenset()
) -> bool:
    """True if a rule has nothing to judge yet, and is silent: a rule about last year if all cells
    behind it are blank and nobody has said that they are 0, and a rule of the form if all of them
    are blank but for those that were filled in before. Otherwise a form to be filled would be full
    of changes from last year, and of columns that do not add up.

    blanks: the blank cells that are not confirmed as 0; untouched: what
    `last_year.untouched` gives.
    """
    leaves = instance.leaves
    if instance.last_cells:
        return all(name in blanks for name in leaves)
    if instance.rule.computes or not any(name in untouched for name in leaves):
        return False
    left = [name for name in leaves if name not in untouched]
    return bool(left) and all(name in blanks for name in left)


def truth(
    instance: Instance,
    kind: Any,
    values: Mapping[str, int],
    unknown: Mapping[str, bool],
    blanks: Collection[str] = (),
    untouched: Collection[str] = frozenset(),
) -> Truth:
    """The outcome of a rule for one return. A rule that does not apply to units of this kind
    never fails. blanks, untouched: as for `waits`."""
    if is_unknown(instance.involved, unknown) or waits(instance, blanks, untouched):
        return "silent"
    return "fails" if fails(instance, kind, values, unknown) else "holds"


def _not(value: Any) -> Any:
    return operator.xor(value, True)
