"""Every pattern takes time in proportion to the text, whatever a stranger writes."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from itertools import product

import pytest

import jyxl
from jyxl import editions, numbers

LONGEST = 32_767
"""The letters that a cell may hold."""
SECONDS = 0.2
"""Some hundred times what a linear pattern takes, and a fraction of what a quadratic one does."""
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


@pytest.mark.slow
@pytest.mark.parametrize("name", FOUND)
def test_a_pattern_is_linear(name: str) -> None:
    pattern = FOUND[name]
    raw = pattern.pattern
    is_bytes = isinstance(raw, bytes)
    for text in worst(alphabet(raw.decode("latin-1") if isinstance(raw, bytes) else raw)):
        given = text.encode("utf-8", "replace") if is_bytes else text
        for way in (pattern.search, pattern.fullmatch):
            assert seconds(way, given) < SECONDS, (name, text[:4])
        assert seconds(pattern.sub, given[:0], given) < SECONDS, (name, text[:4])


@pytest.mark.slow
def test_a_cell_is_read_in_linear_time() -> None:
    kind = editions.load("2021").kinds["count"]
    for text in worst("（(）),+-–约余其中#.元件增\u200b\u202e\x1b－１"):
        assert seconds(numbers.read, text, kind) < SECONDS, text[:4]


def test_a_quadratic_pattern_would_be_noticed() -> None:
    assert seconds(re.search, r"[（(].*[)）]", "(" * LONGEST) > SECONDS
