"""The levels of government: which form a campaign may fill, and as what its own figures count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

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


def of(kinds: Iterable[UnitKind], usual: UnitKind) -> UnitKind:
    """The level of a campaign, by the kinds of all of its units: the one above them. A government
    may list itself once. usual: the level of a campaign of departments alone."""
    counts = Counter(kinds)
    if counts["省级"] or counts["市级"] > 1:
        return "省级"
    if counts["市级"]:
        return "市级" if counts["县级"] or counts["乡镇"] else "省级"
    if counts["县级"] > 1 or (counts["县级"] and not counts["乡镇"]):
        return "市级"
    return "县级" if counts["乡镇"] else usual


_ENDINGS: dict[str, tuple[UnitKind, ...]] = {
    "自治区": ("省级",),
    "省": ("省级",),
    "自治州": ("市级",),
    "市": ("省级", "市级", "县级"),
    "县": ("县级",),
    "旗": ("县级",),
    "乡": ("乡镇",),
    "镇": ("乡镇",),
    "街道": ("乡镇",),
    "街道办事处": ("乡镇",),
}
"""How the name of a government ends → its kinds; the longest ending counts."""


def is_odd(name: str, kind: UnitKind) -> bool:
    """True if a unit of this name is of another kind: 河口镇 is no 部门."""
    plain = name.strip().removesuffix("人民政府")
    ending = max((one for one in _ENDINGS if plain.endswith(one)), key=len, default="")
    return bool(ending) and kind not in _ENDINGS[ending]
