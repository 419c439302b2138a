"""Every pattern takes time in proportion to the text, whatever a stranger writes."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import jyxl
from jyxl import editions, numbers

pytestmark = pytest.mark.slow

LONGEST = 32_767
"""The letters that a cell may hold."""
SECONDS = 1.0
"""Some hundred times what a linear pattern takes, and a fraction of what a quadratic one does."""
METHODS = {"search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
ALWAYS = " \n1a（("


def patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    """Every compiled pattern of every module, by its name."""
    for module in pkgutil.walk_packages(jyxl.__path__, "jyxl."):
        if not module.name.endswith("__main__"):
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, re.Pattern):
                    yield f"{module.name}.{name}", value


FOUND = dict(patterns())


def worst(alphabet: str) -> Iterator[str]:
    """The longest texts of one letter or two letters, and such a text with another end."""
    letters = sorted({*alphabet, *ALWAYS})
    for pair in product(letters, repeat=2):
        text = "".join(pair) * (LONGEST // 2)
        yield from (text, text + "\0")


def seconds(work: Callable[..., object], *given: object) -> float:
    began = time.process_time()
    work(*given)
    return time.process_time() - began


def alphabet(pattern: str) -> str:
    """The letters that mean themselves in a pattern, or stand in one of its sets."""
    plain = re.sub(r"\\[A-Za-z]|\?P?<\w+>|\{[\d,]+\}", "", pattern)
    return "".join(dict.fromkeys(re.sub(r"[\\\[\]?*^|{}$]", "", plain)))[:16]


def test_there_are_patterns() -> None:
    assert {"jyxl.numbers._NUMBER", "jyxl.characters.BLANKS"} <= FOUND.keys()


def ways(name: str) -> set[str]:
    """How a pattern is used: the names of the methods that are called on it."""
    module, _, own = name.rpartition(".")
    path = Path(jyxl.__path__[0], *module.split(".")[1:]).with_suffix(".py")
    paths = [path] if own.startswith("_") else Path(jyxl.__path__[0]).rglob("*.py")
    texts = [one.read_text(encoding="utf-8") for one in paths]
    return {found for text in texts for found in re.findall(rf"\b{own}\.([a-z]+)\b", text)}


def run(pattern: re.Pattern[Any], way: str, given: Any) -> None:
    if way in ("sub", "subn"):
        pattern.sub(given[:0], given)
    elif way == "finditer":
        list(pattern.finditer(given))
    else:
        getattr(pattern, way)(given)


@pytest.mark.slow
@pytest.mark.parametrize("name", FOUND)
def test_a_pattern_is_linear(name: str) -> None:
    """As it is used, since one that is anchored at its start may be quadratic in a search."""
    pattern, used = FOUND[name], ways(name) & METHODS
    assert used, "nobody uses it"
    raw = pattern.pattern
    for text in worst(alphabet(raw.decode("latin-1") if isinstance(raw, bytes) else raw)):
        given = text.encode("utf-8", "replace") if isinstance(raw, bytes) else text
        for way in used:
            assert seconds(run, pattern, way, given) < SECONDS, (name, way, text[:4])


@pytest.mark.slow
def test_a_cell_is_read_in_linear_time() -> None:
    kind = editions.load("2021").kinds["count"]
    for text in worst("（(）),+-–约余其中#.元件增\u200b\u202e\x1b－１"):
        assert seconds(numbers.read, text, kind) < SECONDS, text[:4]


def test_a_quadratic_pattern_would_be_noticed() -> None:
    assert seconds(re.search, r"[（(].*[)）]", "(" * LONGEST) > SECONDS
