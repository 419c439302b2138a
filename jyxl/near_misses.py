"""What was probably meant by a word that is not known."""

from __future__ import annotations

from collections.abc import Iterable

_AT_MOST = 3


def meant(word: str, known: Iterable[str]) -> str:
    """是不是想写“…”？ with up to three of the known words that are most like it; or ''."""
    import difflib  # only if something went wrong

    words = list(dict.fromkeys(known))
    close = difflib.get_close_matches(word.casefold(), [one.casefold() for one in words], _AT_MOST)
    within = [one.casefold() for one in words if word and word.casefold() in one.casefold()]
    found = list(dict.fromkeys([*close, *within]))[:_AT_MOST]
    by_case = {one.casefold(): one for one in reversed(words)}
    names = "或".join(f"“{by_case[one]}”" for one in found)
    return f"是不是想写{names}？" if names else ""
