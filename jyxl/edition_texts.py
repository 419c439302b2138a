"""The TOML of the report's texts → the fields that units may be asked for, and the figures of the
tables that sentences may repeat."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from jyxl.definition import Claim, Kind, TextField
from jyxl.supplement import LONGEST
from jyxl.toml_table import TomlTable

TEXT, CHOICE = "文字", "是否"
"""The shapes of a field, beside the kinds of numbers."""

NUMBER = "[0-9]{1,9}|[零〇一二两三四五六七八九十百千万]{1,9}"
_GAP = "[^，。；、！？：0-9]{0,8}"
_MARKS = {"#": f"(?P<number>{NUMBER})", "…": _GAP, "[": "(?:", "]": ")", "|": "|"}
_MOST_GAPS = 2


def fields(
    sources: Collection[TomlTable], kinds: Mapping[str, Kind], claims: Collection[str]
) -> tuple[TextField, ...]:
    """The texts that units may be asked for. Raises DefinitionError."""
    choices = [one.text("key") for one in sources if one.text("shape") == CHOICE]
    return tuple(_field(one, kinds, claims, choices) for one in sources)


def _field(
    source: TomlTable, kinds: Mapping[str, Kind], claims: Collection[str], choices: Collection[str]
) -> TextField:
    """A text that units may be asked for. claims, choices: the keys of all claims, and of all fields
    that are answered by 是 or 否. Raises DefinitionError."""
    source.only("key", "part", "label", "shape", "longest", "hint", "claims", "said_by")
    longest = source.whole("longest", 2000)
    if not 1 <= longest <= LONGEST:
        raise source.fail("longest", f"应为 1 至 {LONGEST}")
    repeated, said_by = source.texts("claims"), source.text("said_by", "")
    for key, names, known in (("claims", repeated, claims), ("said_by", (said_by,), choices)):
        for name in filter(None, names):
            if name not in known:
                raise source.fail(key, f"没有“{name}”")
    return TextField(
        key=source.name("key", source.text("key")),
        part=source.text("part"),
        label=source.text("label"),
        shape=source.one_of("shape", (TEXT, CHOICE, *kinds)),
        longest=longest,
        hint=source.text("hint", ""),
        claims=repeated,
        said_by=said_by,
    )


def claim(source: TomlTable, cells: Collection[str]) -> Claim:
    """A figure that sentences may repeat. Raises DefinitionError."""
    source.only("key", "label", "sums", "needs", "elsewhere", "never", "patterns", "zeros")
    return Claim(
        key=source.name("key", source.text("key")),
        label=source.text("label"),
        sums=tuple(_sum(source, text, cells) for text in source.texts("sums")),
        needs=source.texts("needs"),
        elsewhere=source.texts("elsewhere"),
        never=source.texts("never"),
        patterns=tuple(_pattern(source, text) for text in source.texts("patterns")),
        zeros=source.texts("zeros"),
    )


def _sum(source: TomlTable, text: str, cells: Collection[str]) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split("+"))
    for name in names:
        if name not in cells:
            raise source.fail("sums", f"没有“{name}”这一格")
    return names


def _pattern(source: TomlTable, text: str) -> re.Pattern[str]:
    """A pattern as a regular expression. Nothing in it repeats without a limit, so that the time
    it takes grows only with the length of the text."""
    if text.count("#") != 1 or text.count("…") > _MOST_GAPS:
        raise source.fail("patterns", f"“{text}”里应有一个 #，最多 {_MOST_GAPS} 个 …")
    try:
        return re.compile("".join(_pieces(text)))
    except re.error:
        raise source.fail("patterns", f"“{text}”的方括号不成对") from None


def _pieces(text: str) -> Iterable[str]:
    for letter in text:
        yield _MARKS.get(letter) or re.escape(letter)
