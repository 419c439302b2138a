"""A workbook's identity is signed and read back, and nothing else is taken for it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jyxl.definition import UNIT_KINDS
from jyxl.identity import Identity, is_genuine, parse, sign

KEY = b"k" * 32
BUREAU = Identity("c1", "泾源县", 2019, "2019", "D01", "县教育局", "部门", 2)

identities = st.builds(
    Identity,
    *(st.text(max_size=8), st.text(max_size=8), st.integers(2000, 2100), st.text(max_size=8)),
    *(st.text(max_size=8), st.text(max_size=8), st.sampled_from(UNIT_KINDS), st.integers(0, 99)),
)


@given(identities)
def test_what_is_signed_is_read_back(identity: Identity) -> None:
    payload, signature = sign(identity, KEY)
    assert parse(payload) == identity
    assert is_genuine(payload, signature, KEY)
    assert not is_genuine(payload, signature, b"another key")


@pytest.mark.parametrize(
    ("old", "new"),
    [("县教育局", "县财政局"), ("D01", "D02"), ("2019", "2020"), ('"round": 2', '"round": 3')],
)
def test_a_changed_payload_is_not_genuine(old: str, new: str) -> None:
    payload, signature = sign(BUREAU, KEY)
    assert old in payload
    forged = payload.replace(old, new)
    assert parse(forged) is not None
    assert not is_genuine(forged, signature, KEY)


@pytest.mark.parametrize("signature", ["", "0" * 64, "签名", "\ud800", "é"])
def test_a_signature_of_another_kind(signature: str) -> None:
    payload, _ = sign(BUREAU, KEY)
    assert not is_genuine(payload, signature, KEY)


def _with(**changes: object) -> str:
    data = {**json.loads(sign(BUREAU, KEY)[0]), **changes}
    return json.dumps({name: value for name, value in data.items() if value is not ...})


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "{",
        "null",
        "[]",
        "5",
        '"text"',
        "{}",
        "[" * 100_000,
        _with(jyxl=2),
        _with(jyxl=...),
        _with(name=...),
        _with(extra="x"),
        _with(year="2019"),
        _with(year=2019.0),
        _with(year=True),
        _with(round=None),
        _with(code=1),
        _with(name="\ud800"),
        _with(kind="公司"),
    ],
)
def test_other_texts_are_no_identity(payload: str) -> None:
    assert parse(payload) is None


@given(st.text(), st.text())
def test_no_text_is_too_strange(payload: str, signature: str) -> None:
    assert parse(payload) is None
    assert not is_genuine(payload, signature, KEY)
