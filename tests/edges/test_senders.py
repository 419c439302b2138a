"""The names of units are found in a text however many units there are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jyxl.edges.roster import Unit
from jyxl.edges.senders import names_of

WORDS = st.text("县水务局", min_size=1, max_size=4)


@given(
    st.lists(st.tuples(WORDS, st.lists(WORDS, max_size=2)), max_size=8),
    st.text("县水务局-", max_size=9),
)
def test_every_name_within_a_text_is_found(rows: list[tuple[str, list[str]]], text: str) -> None:
    """The longest first; of equal length the present names before the former ones, and both in the
    order of the roster."""
    units = [
        Unit(f"U{number}", name, "部门", former=tuple(former))
        for number, (name, former) in enumerate(rows)
    ]
    every = [(unit.name, unit) for unit in units]
    every += [(name, unit) for unit in units for name in unit.former]
    in_order = sorted(every, key=lambda one: -len(one[0]))
    found = [(name, unit) for _, name, unit in names_of(units).within(text)]
    assert found == [(name, unit) for name, unit in in_order if name in text]
