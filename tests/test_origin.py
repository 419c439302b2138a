"""What a form says of the campaign whose sums are in it. It is not signed: anything may stand there."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jyxl.origin import MOST, Origin, parsed

RIGHT = Origin("云溪县", "c" * 16, 1, "s" * 64, 3, 2, ("河口镇",))
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    st.builds(
        Origin,
        county=NAMES,
        campaign=NAMES,
        number=st.integers(0, 999),
        state=NAMES,
        units=st.integers(0, 999),
        counted=st.integers(0, 999),
        missing=st.lists(NAMES, max_size=5).map(tuple),
    )
)
def test_what_is_written_is_read(one: Origin) -> None:
    assert parsed(one.plain) == one


@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner), max_leaves=5)
)
def test_anything_else_is_nothing(value: object) -> None:
    for key in json.loads(RIGHT.plain):
        wrong = {**json.loads(RIGHT.plain), key: value}
        found = parsed(json.dumps(wrong))
        assert found is None or json.loads(found.plain) == wrong
    assert parsed(json.dumps(value)) is None


@pytest.mark.parametrize(
    "plain",
    [
        "",
        "{",
        "[" * 100_000,
        '{"county": "\\ud800"}',
        RIGHT.plain.replace("河口镇", "\\ud800"),
        RIGHT.plain.replace('"units": 3', '"units": true'),
        RIGHT.plain.replace('["河口镇"]', json.dumps(["镇"] * (MOST + 1))),
        RIGHT.plain.replace("河口镇", "镇" * 1000),
    ],
)
def test_what_is_damaged_is_nothing(plain: str) -> None:
    assert parsed(plain) is None


def test_it_says_what_is_missing() -> None:
    assert RIGHT.is_partial
    assert RIGHT.scope == "3 个单位中的 2 个；没有算进去或不完整的：河口镇"
    whole = Origin("云溪县", "c", 1, "s", 3, 3)
    assert (whole.is_partial, whole.scope) == (False, "全部 3 个单位")
