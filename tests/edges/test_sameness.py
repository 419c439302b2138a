"""What must be the same on two machines: told by its name, wherever it is installed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from jyxl import editions
from jyxl.edges import sameness
from jyxl.edges.sameness import difference, mark
from jyxl.resources import folder


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of all editions, which is searched first."""
    shutil.copytree(folder("templates"), tmp_path / "templates")
    monkeypatch.setenv(editions.VARIABLE, str(tmp_path / "templates"))
    return tmp_path / "templates"


def test_an_edition_is_the_same_wherever_it_lies(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = {name: editions.digest(name) for name in ("2019", "2021")}
    monkeypatch.delenv(editions.VARIABLE)
    assert there == {name: editions.digest(name) for name in ("2019", "2021")}
    assert there["2019"] != there["2021"]


@pytest.mark.parametrize("file", ["rules.toml", "report.toml", "texts.toml", "t3.toml"])
def test_a_change_in_any_file_of_the_base_makes_another_edition(elsewhere: Path, file: str) -> None:
    before = editions.digest("2021")
    path = elsewhere / "2019" / file
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("公开", "公布").replace("申请", "请求"), encoding="utf-8")
    assert editions.digest("2021") != before


def test_the_first_part_that_differs_is_named() -> None:
    ours = mark(("2021",))
    assert difference(ours) is None
    for part, wanted in ours.parts.items():
        theirs = replace(ours, parts={**ours.parts, part: "0"})
        assert difference(theirs) == (part, wanted, "0")


def test_an_edition_that_is_not_there_has_no_digest() -> None:
    sameness._edition.cache_clear()
    assert mark(("no such edition",)).parts["no such edition 年版表式的摘要"] == ""
