"""Number formats: what a spreadsheet program shows of a value (ECMA-376 part 1, 18.8.30-31).

Only formats that show a number in figures are worked out. Dates are recognised. Fractions, powers
of ten and figures in Chinese characters are SPECIAL, which is enough to know that something else
than the number is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

GENERAL = "General"
_MOST = 1000
"""How many letters of a format are looked at."""
SPECIAL = "（特殊格式）"
"""Shown where a format gives neither figures nor a date."""


@dataclass(frozen=True)
class Look:
    """How a cell looks. format: the code of its number format; is_struck: all of it is struck
    out; shown: what the file itself says that is shown, None if it does not say."""

    format: str = GENERAL
    is_struck: bool = False
    shown: str | None = None


_DATES = (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))
_BUILT_IN: dict[int, str] = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"¥"#,##0;"¥"\\-#,##0',
    6: '"¥"#,##0;"¥"\\-#,##0',
    7: '"¥"#,##0.00;"¥"\\-#,##0.00',
    8: '"¥"#,##0.00;"¥"\\-#,##0.00',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    37: "#,##0;\\-#,##0",
    38: "#,##0;\\-#,##0",
    39: "#,##0.00;\\-#,##0.00",
    40: "#,##0.00;\\-#,##0.00",
    41: '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ',
    42: '_ "¥"* #,##0_ ;_ "¥"* \\-#,##0_ ;_ "¥"* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ "¥"* #,##0.00_ ;_ "¥"* \\-#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ',
    48: "##0.0E+0",
    49: "@",
} | dict.fromkeys(_DATES, "yyyy\\-mm\\-dd")


def built_in(number: int) -> str:
    """The code of the built-in format with this number, as a Chinese Excel has it."""
    return _BUILT_IN.get(number, GENERAL)


_TOKEN = re.compile(
    r"""
      (?P<literal>"[^"]*"?|\\.|_.|\*.|\[\$[^\]]*\])
    | \[(?P<condition>[<>=]{1,2})(?P<bound>-?[0-9.]+)\]
    | (?P<special>\[DBNum\d\]|E[+-])
    | (?P<elapsed>\[[hms]+\])
    | (?P<colour>\[[^\]]*\])
    | (?P<general>General|G/通用格式)
    | (?P<date>am/pm|a/p|上午/下午|[ymdhsegb]+|a{3,})
    | (?P<end>;)
    | (?P<mark>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_MEETS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda value, bound: value < bound,
    ">": lambda value, bound: value > bound,
    "=": lambda value, bound: value == bound,
    "<=": lambda value, bound: value <= bound,
    ">=": lambda value, bound: value >= bound,
    "<>": lambda value, bound: value != bound,
}

Token = tuple[str, str]
"""(kind, text). kind: 'text' for what is shown as it is, 'general', 'date', 'special', or one of
0 # ? . , % @ /"""


@dataclass(frozen=True)
class _Section:
    tokens: tuple[Token, ...] = ()
    condition: tuple[str, Decimal] | None = None

    def has(self, *kinds: str) -> bool:
        return any(kind in kinds for kind, _ in self.tokens)


_PLAIN = re.compile(r"\A_*(?:(?P<all>general|@)|[#?0,]*[#?0](?:\.(?P<part>[#?0]*))?)_*")
"""The kinds of the tokens of a plain format, with _ for a blank."""


@lru_cache(maxsize=256)
def is_date(code: str) -> bool:
    """True if a number in this format is shown as a date or a time."""
    return any(section.has("date") for section in _sections(code)[:3])


@lru_cache(maxsize=256)
def decimals(code: str) -> int | None:
    """How many decimals a plain format shows at most: one that adds nothing to the figures of a
    number but a minus sign, separators and blanks. None if the format is not plain."""
    [section, *others] = _sections(code)
    if others or section.condition:
        return None
    kinds = ("_" if kind == "text" and not text.strip() else kind for kind, text in section.tokens)
    match = _PLAIN.fullmatch("".join(kinds))
    if match is None:
        return None
    return 15 if match["all"] else len(match["part"] or "")


def shown(code: str, value: float | str) -> str:
    """What is shown of a number or a text in this format; SPECIAL if it is neither figures nor
    words."""
    sections = _sections(code)
    if isinstance(value, str):
        own = next((one for one in sections if one.has("@")), None)
        if len(sections) == 4:
            own = sections[3]
        if own is None:
            return value
        return "".join(value if kind == "@" else text for kind, text in own.tokens)
    number = Decimal(format(value, ".15g"))
    section, is_signed = _chosen(sections, number)
    if section.has("special", "date") or (section.has("/") and section.has("0", "#", "?")):
        return SPECIAL
    sign = "-" if number < 0 and is_signed else ""
    if section.has("general", "@"):
        plain = format(abs(number), "f")
        return sign + "".join(
            plain if kind in ("general", "@") else text for kind, text in section.tokens
        )
    return sign + _figures(section, abs(number))


def _chosen(sections: Sequence[_Section], number: Decimal) -> tuple[_Section, bool]:
    """The section for a number, and whether a minus sign is added to what it shows."""
    numeric = sections[:3]
    if any(one.condition for one in numeric):
        if number < 0:  # programs differ in whether they show the sign
            return _Section((("special", ""),)), False
        for one in numeric:
            if one.condition is None or _MEETS[one.condition[0]](number, one.condition[1]):
                return one, True
        return _Section((("special", ""),)), False
    if number < 0 and len(numeric) > 1:
        return numeric[1], False
    if number == 0 and len(numeric) > 2:
        return numeric[2], False
    return numeric[0], True


def _figures(section: _Section, number: Decimal) -> str:
    """What a section with placeholders for figures shows."""
    kinds = [kind for kind, _ in section.tokens]
    places = [at for at, kind in enumerate(kinds) if kind in "0#?"]
    if not places:
        return "".join(text for _, text in section.tokens)
    point = kinds.index(".") if "." in kinds else len(kinds)
    inner = [at for at in places if at < point]
    behind = [at for at in places if at > point]
    last = places[-1]
    commas = [at for at, kind in enumerate(kinds) if kind == ","]
    number *= Decimal(100) ** kinds.count("%")
    is_scaling = [at for at in commas if at > last or (inner and inner[-1] < at < point)]
    number /= Decimal(1000) ** len(is_scaling)
    number = number.quantize(Decimal(1).scaleb(-len(behind)), ROUND_HALF_UP)
    whole, _, part = format(number, "f").partition(".")
    is_grouped = any(inner and inner[0] < at < inner[-1] for at in commas)
    filled = _whole(whole.lstrip("0"), [(at, kinds[at]) for at in inner], is_grouped)
    filled |= _part(part, [(at, kinds[at]) for at in behind])
    if not inner and point < len(kinds):
        filled[point] = whole.lstrip("0") + "."
    return "".join(
        filled.get(at, "" if kind == "," else text)
        for at, (kind, text) in enumerate(section.tokens)
    )


def _whole(figures: str, places: Sequence[tuple[int, str]], is_grouped: bool) -> dict[int, str]:
    """The figures before the point, by the position of their placeholder, from the right."""
    filled: dict[int, str] = {}
    count = 0
    for number, (at, kind) in enumerate(reversed(places)):
        is_first = number == len(places) - 1
        take, figures = (figures, "") if is_first else (figures[-1:], figures[:-1])
        take = take or {"0": "0", "#": "", "?": " "}[kind]
        text = ""
        for figure in reversed(take):
            text = figure + ("," if is_grouped and count and count % 3 == 0 else "") + text
            count += 1
        filled[at] = text
    return filled


def _part(figures: str, places: Sequence[tuple[int, str]]) -> dict[int, str]:
    """The figures behind the point, by the position of their placeholder."""
    filled = {}
    for number, (at, kind) in enumerate(places):
        is_needed = figures[number:].strip("0") != ""
        filled[at] = figures[number] if is_needed or kind == "0" else ("" if kind == "#" else " ")
    return filled


@lru_cache(maxsize=256)
def _sections(code: str) -> tuple[_Section, ...]:
    """The parts of a format between its semicolons, four at most."""
    sections: list[_Section] = []
    tokens: list[Token] = []
    condition: tuple[str, Decimal] | None = None
    for match in _TOKEN.finditer(code[:_MOST]):
        kind, text = match.lastgroup or "", match[0]
        if kind == "end":
            sections.append(_Section(tuple(tokens), condition))
            tokens, condition = [], None
        elif kind == "bound":
            condition = _condition(match)
            if condition is None:
                tokens.append(("special", text))
        elif kind == "literal":
            tokens.append(("date" if text.upper() == "[$-F800]" else "text", _literal(text)))
        elif kind == "mark":
            tokens.append((text, text) if text in "0#?.,%@/" else ("text", text))
        elif kind != "colour":
            tokens.append(("date" if kind == "elapsed" else kind, text))
    return (*sections, _Section(tuple(tokens), condition))[:4]


def _condition(match: re.Match[str]) -> tuple[str, Decimal] | None:
    """A condition, or None if it is not one."""
    if match["condition"] not in _MEETS or match["bound"].count(".") > 1:
        return None
    try:
        return match["condition"], Decimal(match["bound"])
    except ArithmeticError:
        return None


def _literal(text: str) -> str:
    """What is shown of a quoted text, an escaped or padded character, or a currency."""
    if text.startswith('"'):
        return text.strip('"')
    if text.startswith("["):
        return text[2:-1].partition("-")[0]
    return {"\\": text[1:], "_": " ", "*": ""}[text[0]]
