"""The returns with which jyxl is timed are what they pass for."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import returns
from jyxl.edges import campaign as campaigns
from jyxl.reading import reader


def test_copies_are_signed_returns_of_units_of_their_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(returns, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(returns, "_form_digest", lambda: "x")
    monkeypatch.setattr(returns, "MOST_RENDERED", 2)
    monkeypatch.setattr(returns, "MASTERS", 2)
    files = sorted(returns.returns(5).iterdir())
    expected = campaigns.load(tmp_path / "cache" / "returns-5-x" / "campaign").expected
    found = [reader.read(file.name, file.read_bytes(), expected) for file in files]
    assert [one.identity and one.identity.code for one in found] == [f"U{n:05}" for n in range(5)]
    assert [one.findings for one in found] == [()] * 5
    assert found[4].figures == found[0].figures
