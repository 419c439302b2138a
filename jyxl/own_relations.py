"""A 勾稽 as a clerk writes it, with the labels of indicators → the rule language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from jyxl.definition import DefinitionError, Edition
from jyxl.editions import with_supplement
from jyxl.supplement import Indicator, Relation, Supplement
from jyxl.supplement_tables import cell_name
from jyxl.terms import Severity

_SIGNS = (
    *(("≥", ">="), ("≤", "<="), ("≠", "!="), ("<>", "!="), ("×", "*"), ("－", "-"), ("−", "-")),
    *(("并且", " and "), ("而且", " and "), ("或者", " or "), ("且", " and "), ("或", " or ")),
)
_EQUALS = re.compile("(?<![<>=!])=(?!=)")
_CHINESE = re.compile(r"[^\x00-\x7f]+")
_BETWEEN = re.compile("[;；\n]")


def relations(
    edition: Edition,
    text: str,
    severity: Severity,
    indicators: Sequence[Indicator],
    others: Sequence[str],
) -> tuple[list[Relation], list[str]]:
    """The relations in a cell, with what is wrong in it in words.

    indicators: those that are asked for; others: the labels of those that are switched off.
    """
    found: list[Relation] = []
    wrong: list[str] = []
    for one in filter(None, (part.strip() for part in _BETWEEN.split(text))):
        when, problem = _translated(one, indicators, others)
        if problem is None:
            relation = Relation(when, severity)
            problem = _problem(edition, indicators, relation)
            found.append(relation)
        if problem is not None:
            wrong.append(f"“{one}”{problem}")
    return found, wrong


def _translated(
    text: str, indicators: Sequence[Indicator], others: Sequence[str]
) -> tuple[str, str | None]:
    """The relation in the rule language, and what is wrong with it, if anything is."""
    named: dict[str, Indicator | None] = dict.fromkeys(others)
    for one in indicators:
        named[one.label] = named[one.words] = one
    used: list[str] = []

    def name(match: re.Match[str]) -> str:
        used.append(match["label"])
        found = named[match["label"]]
        return f" {cell_name(found)} " if found else ""

    labels = "|".join(map(re.escape, sorted(named, key=len, reverse=True)))
    when = re.sub(f'[“"「]?(?P<label>{labels})[”"」]?', name, text) if labels else text
    asked = set()
    for label in used:
        found = named[label]
        if found is None:
            return "", f"里的“{label}”没有启用"
        asked.add(found.asked)
        if found.asked not in ("整数", "小数"):
            return "", f"里的“{label}”不是数，不能用在勾稽里"
    for mark, plain in _SIGNS:
        when = when.replace(mark, plain)
    when = _EQUALS.sub("==", unicodedata.normalize("NFKC", when)).strip()
    left = _CHINESE.search(when)
    if left is not None:
        return "", f"里的“{left[0]}”不是表里的指标，请照“指标”一列原样写"
    if len(asked) > 1:
        return "", "把整数和小数放在一起比较，请分开写"
    return when, None


def _problem(edition: Edition, indicators: Sequence[Indicator], relation: Relation) -> str | None:
    """What is wrong with a relation, beside its names."""
    try:
        with_supplement(edition, Supplement(tuple(indicators), (relation,)))
    except DefinitionError:
        return "写得不成立；应像 甲 + 乙 <= 丙，只用指标、整数、加减号和 = < > <= >="
    return None
