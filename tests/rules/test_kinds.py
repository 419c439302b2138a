"""The check, the formulas, the input validation and the reading of what is typed agree on which
numbers are of a kind."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jyxl.definition import Cell, Kind
from jyxl.numbers import for_cell, read
from jyxl.rules.excel import misfit, misfits_of, validation
from tests.excel_formula import Value, calculate

kinds = st.builds(
    lambda decimals, below, above: Kind("k", "F-1", "数", decimals, -below, above, "", {}),
    st.integers(0, 6),
    st.integers(0, 40) | st.just(999),
    st.integers(0, 40) | st.just(999),
)


def calculated(text: str, value: Value, array: bool = False) -> Value:
    return calculate(text, "表", lambda *_: value, array=array)


@st.composite
def typed(draw: st.DrawFn) -> tuple[Kind, int]:
    """A kind, and a figure with one decimal more than the kind allows, scaled accordingly."""
    kind = draw(kinds)
    edges = [kind.lowest, kind.highest, 0]
    near = draw(st.sampled_from(edges)) * 10 + draw(st.integers(-30, 30))
    return kind, draw(st.just(near) | st.integers(-(10**9), 10**9))


def lets_through(kind: Kind, value: int | float) -> bool:
    """Whether Excel lets a value through the validation."""
    options = validation(kind, "B2")
    if options["validate"] == "custom":
        return calculated(str(options["value"]).removeprefix("="), value) is True
    assert (options["validate"], options["criteria"]) == ("integer", "between")
    return value == int(value) and options["minimum"] <= value <= options["maximum"]


@given(typed())
def test_one_definition_in_every_rendering(case: tuple[Kind, int]) -> None:
    kind, tenths = case
    value = for_cell(tenths, kind.scale * 10)
    fits = tenths % 10 == 0 and kind.fits(tenths // 10)
    cell = Cell("t", "r", "c", kind, (), (), "", ())
    assert calculated(misfit(kind, "B2"), value) is not fits
    count = calculated(misfits_of([cell], lambda _: ["B2:B2"]), value, array=True)
    assert count == (0 if fits else 1)
    assert lets_through(kind, value) is fits
    reading = read(value, kind)
    assert (reading.value is not None and kind.fits(reading.value)) is fits


@given(typed())
def test_only_what_is_further_from_0_than_any_number_of_the_kind_is_not_read(
    case: tuple[Kind, int],
) -> None:
    kind, tenths = case
    value = tenths // 10
    exact = Decimal(value) / kind.scale
    reach = max(-kind.minimum, kind.maximum)
    reading = read(for_cell(value, kind.scale), kind)
    assert reading.value == (value if abs(exact) <= reach else None)


@given(kinds, st.lists(st.integers(-(10**9), 10**9)))
def test_a_column_fits_where_its_figures_do(kind: Kind, figures: list[int]) -> None:
    assert list(kind.fits(np.array(figures, dtype=np.int64))) == [kind.fits(one) for one in figures]


@given(kinds)
def test_a_blank_and_0_fit_every_kind(kind: Kind) -> None:
    assert kind.fits(0) is True
    for nothing in (None, 0):
        assert calculated(misfit(kind, "B2"), nothing) is False


@given(kinds, st.sampled_from(["约10", "十二", True]))
def test_a_text_fits_no_kind(kind: Kind, content: str | bool) -> None:
    assert calculated(misfit(kind, "B2"), content) is True
    assert read(content, kind).fault is not None
