"""What a county asks for beyond the statutory form: its own indicators, and the texts.

It is plain data: it goes along with the work that is sent to other processes, and stands in every
workbook that was made with it. With an edition it makes another edition (`editions.combined`).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import get_args

from jyxl.terms import Added, Asked, Severity, UnitKind

USUAL: dict[str, Added] = {"整数": "求和", "小数": "求和", "是否": "计数", "文字": "不汇总"}
"""How the answers to an indicator of a type are added up if nothing is said."""
MOST = 500
"""How many indicators a county may have."""
LONGEST = 30_000
"""The most letters that a text may be allowed: a cell of a spreadsheet holds no more than 32,767."""
SHORT = 200
"""How long the text of an indicator may be."""


@dataclass(frozen=True)
class Indicator:
    """An indicator of the county's own.

    kinds: the kinds of units that are asked for it, all if there are none. needed: a unit that
    is asked must answer.
    """

    group: str
    label: str
    unit: str
    asked: Asked
    needed: bool
    added: Added
    kinds: tuple[UnitKind, ...] = ()
    hint: str = ""

    @cached_property
    def key(self) -> str:
        """A name that says what its figure means: with another label, unit or type it is another
        indicator, and what was reported under the old one is not read as the new one."""
        meaning = "\n".join((self.label, self.unit, self.asked))
        return f"i{hashlib.sha256(meaning.encode()).hexdigest()[:10]}"

    @property
    def words(self) -> str:
        """Its label with its unit."""
        return f"{self.label}（{self.unit}）" if self.unit else self.label


@dataclass(frozen=True)
class Relation:
    """A 勾稽 of the county's own. when: in the rule language, with the full names of cells."""

    when: str
    severity: Severity


@dataclass(frozen=True)
class TextAsked:
    """A text that units are asked for. field: the key of a field of the edition; longest: the
    most letters; kinds: as for an indicator."""

    field: str
    needed: bool
    longest: int
    kinds: tuple[UnitKind, ...] = ()
    hint: str = ""


@dataclass(frozen=True)
class Supplement:
    """All that a county asks for beyond the form, in the order in which it is asked."""

    indicators: tuple[Indicator, ...] = ()
    relations: tuple[Relation, ...] = ()
    texts: tuple[TextAsked, ...] = ()

    @cached_property
    def plain(self) -> str:
        """The same as a text, for `parsed`."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @cached_property
    def digest(self) -> str:
        """By this a workbook says what was asked in it; '' if nothing was."""
        return hashlib.sha256(self.plain.encode()).hexdigest() if self.asks else ""

    @property
    def asks(self) -> bool:
        """True if anything is asked for."""
        return bool(self.indicators or self.texts)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(one.key for one in self.indicators)


NOTHING = Supplement()


def parsed(plain: str) -> Supplement | None:
    """The supplement in a text, or None if there is none in it."""
    try:
        data = json.loads(plain)
        made = Supplement(
            tuple(Indicator(**{**one, "kinds": tuple(one["kinds"])}) for one in data["indicators"]),
            tuple(Relation(**one) for one in data["relations"]),
            tuple(TextAsked(**{**one, "kinds": tuple(one["kinds"])}) for one in data["texts"]),
        )
        is_sound = made.plain == plain and _is_sound(made)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return made if is_sound else None


def _is_sound(one: Supplement) -> bool:
    """True if a supplement from a file that may not be ours can be worked with."""
    texts = [
        *(text for it in one.indicators for text in (it.group, it.label, it.unit, it.hint)),
        *(it.when for it in one.relations),
        *(text for it in one.texts for text in (it.field, it.hint)),
    ]
    sets = [*(it.kinds for it in one.indicators), *(it.kinds for it in one.texts)]
    return (
        all(isinstance(text, str) for text in texts)
        and all(kind in get_args(UnitKind) for kinds in sets for kind in kinds)
        and all(it.asked in get_args(Asked) for it in one.indicators)
        and all(it.added in get_args(Added) for it in one.indicators)
        and all(it.severity in ("error", "warning") for it in one.relations)
        and all(type(it.longest) is int and 0 < it.longest <= LONGEST for it in one.texts)
        and all(it.label.strip() for it in one.indicators)
        and len(one.keys) == len(one.indicators) <= MOST
        and len({it.field for it in one.texts}) == len(one.texts)
    )
