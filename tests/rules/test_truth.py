"""Whether a rule holds, and when it says nothing: the same for one return and for a column of
returns, with figures of this form and of another one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jyxl import editions, last_year, live
from jyxl.definition import UNIT_KINDS, Instance, Rule
from jyxl.numbers import plain
from jyxl.reading import reader
from jyxl.rules.check import evaluate
from jyxl.rules.chinese import contradiction, sentence, spelled
from jyxl.rules.excel import formula
from jyxl.rules.language import Compare, Node, Number, Ref, Sum, main_comparison, refs
from jyxl.rules.truth import fails, truth
from jyxl.submission import Entries
from tests.excel_formula import calculate
from tests.rules.test_live_agrees import written

EDITIONS = ("2019", "2021")


def at_a_place(tree: Node, units: tuple[Any, ...] = ()) -> Instance:
    """A rule as it is bound at a place; its typed cells are those that it refers to."""
    rule = Rule("R", "t", "table", "", "error", "", "", False, (), units)
    found = refs(tree)
    own = tuple(ref.cell for ref in found if ref.is_own)
    return Instance(rule, "table", "全表", tree, main_comparison(tree), found, own, None, 1)


# this form ------------------------------------------------------------------------


@pytest.mark.parametrize("name", EDITIONS)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_columns_say_of_each_return_what_is_said_of_it_alone(
    name: str, data: st.DataObject
) -> None:
    edition = editions.load(name)
    names = [cell.name for cell in edition.cells]
    some = st.dictionaries(st.sampled_from(names), st.integers(-2, 2), max_size=8)
    returns = data.draw(st.lists(some, min_size=1, max_size=5))
    values = [live.values(edition, one) for one in returns]
    unknown = [
        dict.fromkeys(data.draw(st.sets(st.sampled_from(names), max_size=3)), True) for _ in returns
    ]
    kinds = [data.draw(st.sampled_from(UNIT_KINDS)) for _ in returns]
    lasts = [
        data.draw(st.dictionaries(st.sampled_from(names), st.integers(0, 200))) for _ in returns
    ]
    for one, gaps_, last in zip(values, unknown, lasts, strict=True):
        before, not_known = last_year.by_key(edition, last)
        one |= before
        gaps_ |= not_known
    columns = {key: np.array([one[key] for one in values]) for key in values[0]}
    somewhere = {cell for one in unknown for cell in one}
    gaps = {cell: np.array([cell in one for one in unknown]) for cell in somewhere}
    for instance in edition.instances:
        together = fails(instance, np.array(kinds), columns, gaps)
        alone = [
            truth(instance, *one) == "fails" for one in zip(kinds, values, unknown, strict=True)
        ]
        assert list(together) == alone, instance.id


def test_a_rule_says_nothing_where_a_cell_or_what_is_behind_it_is_not_known() -> None:
    edition = editions.load("2021")
    (instance,) = [one for one in edition.instances if one.id == "T3-I/total"]
    values = live.values(edition, {"t3.new.natural": 1})
    assert truth(instance, "部门", values, {}) == "fails"
    assert truth(instance, "部门", values, {"t3.new.total": True}) == "silent"
    assert truth(instance, "部门", values, {"t3.granted.other": True}) == "silent"
    assert truth(instance, "部门", values, {"t3.granted.other": False}) == "fails"
    assert truth(instance, "部门", values, {"t2.licence.decisions": True}) == "fails"
    assert truth(instance, "部门", live.values(edition, {}), {}) == "holds"


def test_a_rule_is_never_broken_by_a_unit_that_it_is_not_for() -> None:
    instance = at_a_place(Compare("==", Ref("t.a"), Number(0)), ("部门", "乡镇"))
    told = {kind: truth(instance, kind, {"t.a": 1}, {}) for kind in UNIT_KINDS}
    assert [kind for kind, one in told.items() if one == "fails"] == ["部门", "乡镇"]


# another form ---------------------------------------------------------------------

LAST = Ref("t.a", "last")
GROWS = Compare(">=", Sum(((1, Ref("t.a")), (1, Ref("t.b")))), Sum(((2, LAST), (-1, Number(1)))))
"""a + b >= 2 * last(a) - 1"""
NAMES = {"t.a": "新收", "t.b": "结转", "last:t.a": "上年新收"}
PLACES = {"t.a": "B2", "t.b": "B3", "last:t.a": "'上年数'!B2"}


def label(ref: Ref) -> str:
    return NAMES[ref.key]


def areas(found: Iterable[Ref]) -> list[str]:
    return [PLACES[ref.key] for ref in found]


def test_a_figure_of_another_form_is_no_cell_of_this_one() -> None:
    instance = at_a_place(GROWS)
    assert [ref.key for ref in instance.refs] == ["t.a", "t.b", "last:t.a"]
    assert instance.cells == ("t.a", "t.b")
    assert instance.involved == ("t.a", "t.b", "last:t.a")


@pytest.mark.parametrize(
    ("figures", "unknown", "told"),
    [
        ((3, 2, 3), (), "holds"),
        ((3, 1, 3), (), "fails"),
        ((3, 1, 0), ("last:t.a",), "silent"),
        ((0, 0, 9), ("t.b",), "silent"),
        ((0, 0, 9), ("last:t.b",), "fails"),
    ],
)
def test_it_is_judged_and_is_silent_where_last_year_is_not_known(
    figures: tuple[int, ...], unknown: tuple[str, ...], told: str
) -> None:
    instance = at_a_place(GROWS)
    values = dict(zip(NAMES, figures, strict=True))
    assert truth(instance, "部门", values, dict.fromkeys(unknown, True)) == told
    column = fails(
        instance,
        np.array(["部门", "部门"]),
        {key: np.array([0, value]) for key, value in values.items()},
        {key: np.array([False, True]) for key in unknown},
    )
    assert list(column) == [False, told == "fails"]


def test_it_is_a_formula_that_gives_the_same() -> None:
    text = formula(GROWS, areas, 0)
    assert text == "SUM(B2,B3)>=2*SUM('上年数'!B2)-1"
    for last, holds in ((3, True), (4, False)):
        cells = {("本年", 1, 1): 3, ("本年", 2, 1): 2, ("上年数", 1, 1): last}
        assert calculate(text, "本年", lambda *at, of=cells: of[at]) is holds


def test_it_is_a_sentence_and_a_reason() -> None:
    assert sentence(GROWS, label) == "新收 + 结转 ≥ 2×上年新收 - 1"
    values = {"t.a": 3, "t.b": 1, "last:t.a": 3}
    parts = contradiction(main_comparison(GROWS), label)
    assert spelled(parts, lambda node: plain(evaluate(node, values, 1), 1)) == (
        "新收 3 + 结转 1（合 4） 小于 2×上年新收 3 - 1（合 5），相差 1"
    )


def test_where_nothing_of_another_form_is_at_hand_it_is_not_taken_from_this_one() -> None:
    edition = editions.load("2021")
    last = Ref("t3.new.natural", "last")
    instance = at_a_place(Compare("==", Ref("t3.new.natural"), last))
    with pytest.raises(KeyError):
        truth(instance, "部门", live.values(edition, {}), {})


# the reader -----------------------------------------------------------------------

CONFIRMED: dict[str, bool | None] = {"t2": True, "t3": True, "t4": True}
WORDS = {"X-L/table": "没有案件"}


def test_a_clean_return_needs_no_explanations_whatever_a_rule_for_others_says() -> None:
    """A figure for 规章 breaks T2-A, which is no rule for a province."""
    edition = editions.load("2021")
    figures = {"t2.regulation.issued": 1, "t2.regulation.in_force": 1}
    for kind, kept in (("省级", {}), ("乡镇", WORDS)):
        entries = Entries(dict(figures), confirmed=CONFIRMED, explanations=WORDS)
        found = reader.read("return.xlsx", written(edition, kind, entries))
        assert found.entries.explanations == kept, kind


def test_explanations_are_kept_where_a_return_goes_back_for_its_blanks() -> None:
    edition = editions.load("2021")
    found = reader.read("return.xlsx", written(edition, "部门", Entries(explanations=WORDS)))
    assert found.unconfirmed.keys() == {"t2", "t3", "t4"}
    assert found.entries.explanations == WORDS
