"""Figures: a mapping by name that thousands of returns can share."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from jyxl.figures import Figures

INDEX = {"t.a.x": 0, "t.a.y": 1, "t.b.x": 2}
TYPED = {"t.b.x": 3, "t.a.x": 1, "t.a.y": 2}


def test_figures_go_by_name_whatever_the_order() -> None:
    figures = Figures(INDEX, TYPED)
    assert figures == TYPED
    assert list(figures) == list(INDEX)
    assert figures["t.b.x"] == 3


@pytest.mark.parametrize(
    ("figures", "error"),
    [
        (TYPED | {"t.c.x": 4}, ValueError),
        ({"t.a.x": 1, "t.a.y": 2}, ValueError),
        ({"t.a.x": 1, "t.a.y": 2, "t.c.x": 3}, KeyError),
        (TYPED | {"t.a.x": 2**63}, ValueError),
        (TYPED | {"t.a.x": 1.5}, TypeError),
    ],
)
def test_figures_of_another_form_are_refused(
    figures: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        Figures(INDEX, figures)


def test_figures_from_other_processes_share_one_index() -> None:
    first, second = (pickle.loads(pickle.dumps(Figures(INDEX, TYPED))) for _ in "ab")
    assert first == second == TYPED
    assert first._index is second._index


def test_of_many_figures_the_names_are_pickled_once() -> None:
    one, many = (pickle.dumps([Figures(INDEX, TYPED) for _ in range(n)]) for n in (1, 50))
    assert one.count(b"t.a.x") == many.count(b"t.a.x") == 1
    assert pickle.loads(many) == [TYPED] * 50
