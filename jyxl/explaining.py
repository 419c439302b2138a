"""Explanations of warnings: how the office's begins, and which ones say nothing."""

from __future__ import annotations

ALLOWED = "收表办公室认可："
"""How the explanation of a warning begins that the office accepted without one from the unit."""
_ALLOWED_BEFORE = "县政府办公室认可："
"""How it began in ledgers of the first campaigns."""

_EMPTY_WORDS = frozenset(
    "经已由我本单位部门情况数据表内容以上所填报均都全为核实对查检验看确认无误错属准正有没问题是的了过好同意通说明完成请知悉"
)


def is_allowed(words: str) -> bool:
    """True if an explanation is the office's own."""
    return words.startswith((ALLOWED, _ALLOWED_BEFORE))


def is_empty_explanation(words: str) -> bool:
    """True if an explanation only says that all is well (情况属实，核实无误), and not why."""
    return all(letter in _EMPTY_WORDS for letter in words if letter.isalnum())
