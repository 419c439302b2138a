"""Where the figures of a form come from that another campaign filled: a county's, in the form of
the city. It travels in the form, on the sheet of the identity."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

MOST = 100
"""How many units are named at most."""
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Origin:
    """The campaign whose sums stand in a form.

    county, campaign: its name and its id; number: from 1 on, another whenever other sums are filled
    into the form, also if they are those of before the last ones; state: the digest of the returns
    and adjustments that are in the sums; units, counted: how many units it has, and how many of them are in the sums;
    missing: the names of those that are not, or of which only a part is, MOST at most.
    """

    county: str
    campaign: str
    number: int
    state: str
    units: int
    counted: int
    missing: tuple[str, ...] = ()

    @property
    def is_partial(self) -> bool:
        """True if units, or parts of them, are not in the sums."""
        return bool(self.missing) or self.counted < self.units

    @property
    def scope(self) -> str:
        """Of how many units the figures are, with the names of those that are missing."""
        if not self.is_partial:
            return f"全部 {self.units} 个单位"
        more = "等" if len(self.missing) >= MOST else ""
        names = "、".join(self.missing) + more
        return f"{self.units} 个单位中的 {self.counted} 个；没有算进去或不完整的：{names}"

    @property
    def plain(self) -> str:
        """The same as a text, for `parsed`."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


def parsed(plain: str) -> Origin | None:
    """The origin in a text, or None if there is none in it. It is not signed, so that anything may
    stand there."""
    try:
        data = json.loads(plain)
        json.dumps(data, ensure_ascii=False).encode()  # half a surrogate pair is not text
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or data.keys() != {one.name for one in fields(Origin)}:
        return None
    texts = [data["county"], data["campaign"], data["state"]]
    names, numbers = data["missing"], [data["number"], data["units"], data["counted"]]
    if not isinstance(names, list) or len(names) > MOST:
        return None
    if not all(isinstance(one, str) and len(one) <= _LONGEST for one in (*texts, *names)):
        return None
    if not all(type(one) is int and 0 <= one < 10**6 for one in numbers):
        return None
    return Origin(**{**data, "missing": tuple(names)})
