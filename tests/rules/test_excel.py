"""Any rule means the same, for any values, as text, in the workbook and in the check."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jyxl.addresses import rectangles
from jyxl.numbers import for_cell
from jyxl.rules.check import evaluate
from jyxl.rules.excel import formula
from jyxl.rules.language import Ref, Sum, bind, parse
from tests.excel_formula import Value, calculate

PLACES = {"a": (0, 0), "b": (0, 1), "c": (1, 0), "d": (3, 5)}
GROUP = ("a", "b", "c")


def _areas(refs: Iterable[Ref]) -> list[str]:
    return rectangles(PLACES[ref.key] for ref in refs)


names = st.sampled_from(sorted(PLACES))
leaves = st.one_of(names, st.integers(0, 30).map(str), st.just("sum(group)"))


def _longer(terms: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(terms, st.sampled_from("+-"), terms).map(" ".join),
        terms.map("({})".format),
        terms.map("-({})".format),
        terms.filter(lambda term: term[0] not in "-0123456789").map("-{}".format),
        st.tuples(st.integers(-4, 4), terms).map(lambda pair: f"{pair[0]} * ({pair[1]})"),
    )


terms = st.recursive(leaves, _longer, max_leaves=6)
comparisons = st.one_of(
    st.tuples(terms, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), terms).map(" ".join),
    terms.map("whole({})".format),
)
rules = st.recursive(
    comparisons,
    lambda parts: st.one_of(
        st.tuples(parts, st.sampled_from(["and", "or"]), parts).map(" ".join),
        parts.map("({})".format),
        parts.map("not {}".format),
    ),
    max_leaves=5,
)
counts = st.none() | st.integers(-40, 40)
amounts = st.none() | st.integers(-40, 40).map(lambda whole: whole * 10**6)
amounts |= st.integers(-(10**9), 10**9)


def _agree(rule: str, cells: dict[str, int | None], scale: int) -> None:
    group = Sum(tuple((1, Ref(name)) for name in GROUP))
    tree = bind(parse(rule), {name: name for name in PLACES}, {"group": group})
    numbers = {name: value or 0 for name, value in cells.items()}
    checked = evaluate(tree, numbers, scale)

    meant = {name: Fraction(value, scale) for name, value in numbers.items()}
    python = {**meant, "group": [meant[name] for name in GROUP]}
    python |= {"sum": sum, "whole": lambda value: Fraction(value).denominator == 1}
    assert checked == eval(rule, {"__builtins__": {}}, python)

    at = {PLACES[name]: value for name, value in cells.items()}

    def look(_: str, row: int, column: int) -> Value:
        value = at.get((row, column))
        return None if value is None else for_cell(value, scale)

    text = formula(tree, _areas, len(str(scale)) - 1)
    assert len(text) < 8192
    assert calculate(text, "sheet", look) == checked, text


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(rule=rules, cells=st.fixed_dictionaries(dict.fromkeys(PLACES, counts)))
def test_any_rule_about_counts(rule: str, cells: dict[str, int | None]) -> None:
    _agree(rule, cells, 1)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(rule=rules, cells=st.fixed_dictionaries(dict.fromkeys(PLACES, amounts)))
def test_any_rule_about_amounts(rule: str, cells: dict[str, int | None]) -> None:
    _agree(rule, cells, 10**6)


@settings(max_examples=50, deadline=None)
@given(rule=rules)
def test_texts_count_nothing_in_the_workbook(rule: str) -> None:
    """The cell itself is reported; the formula must not become an error value."""
    group = Sum(tuple((1, Ref(name)) for name in GROUP))
    tree = bind(parse(rule), {name: name for name in PLACES}, {"group": group})
    text = formula(tree, _areas, 0)
    zeros = dict.fromkeys(PLACES, 0)
    assert calculate(text, "sheet", lambda *_: "约10") == evaluate(tree, zeros, 1)


def test_a_name_written_twice_counts_twice() -> None:
    _agree("a + a == b", {"a": 2, "b": 4, "c": None, "d": None}, 1)
    _agree("sum(group) + a == d", {"a": 1, "b": 1, "c": 1, "d": 4}, 1)
    _agree("a - a == 0", {"a": 7, "b": None, "c": None, "d": None}, 1)
