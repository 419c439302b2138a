"""The levels of government: which form a campaign may fill, and as what its own figures count."""

from __future__ import annotations

from collections.abc import Collection

from jyxl.terms import UnitKind

ABOVE: dict[UnitKind, tuple[UnitKind, ...]] = {
    "乡镇": ("县级", "市级"),
    "部门": ("县级", "市级", "省级"),
    "县级": ("县级", "市级", "省级"),
    "市级": ("市级", "省级"),
    "省级": ("省级",),
}
"""Kind of unit → the levels of a government that may have such units. A city without counties has
townships, and a government may list itself."""

GOVERNMENTS: tuple[UnitKind, ...] = ("县级", "市级", "省级")
"""The kinds of units whose figures are sums of others', the lowest first."""


def possible(kinds: Collection[UnitKind]) -> tuple[UnitKind, ...]:
    """The levels of a campaign whose units are of these kinds, the lowest first; none if no
    government has such units."""
    return tuple(level for level in GOVERNMENTS if all(level in ABOVE[kind] for kind in kinds))


def of(kinds: Collection[UnitKind], usual: UnitKind) -> UnitKind:
    """The level of a campaign whose units are of these kinds: the one above the highest of them,
    if that is a county or more. usual: the level of a campaign of departments alone."""
    if not kinds or set(kinds) <= {"部门"}:
        return usual
    levels = possible(kinds)
    if "县级" in kinds and "乡镇" not in kinds:
        levels = tuple(level for level in levels if level != "县级")
    return levels[0] if levels else usual
