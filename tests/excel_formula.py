"""Calculates the Excel formulas that jyxl writes, as Excel does, and no others.

Numbers are binary doubles; blanks are None, and 0 in arithmetic; SUM passes over texts
and truth values in ranges; numbers compare by 15 digits. An area where one value is
needed is an error unless the formula is an array formula: Excel would silently take the
value beside the formula.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache


class FormulaError(Exception):
    """A formula that is not understood here, or an Excel error value."""


Value = float | int | str | bool | FormulaError | None
Look = Callable[[str, int, int], Value]
"""(sheet, row, column), counted from 0 → the calculated value of that cell."""

_TOKEN = re.compile(
    r"""(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<text>"(?:[^"]|"")*")
    |(?P<area>(?:'(?P<sheet>[^']+)'!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?(?![\w(]))
    |(?P<word>[A-Za-z_]+)
    |(?P<op><=|>=|<>|[-+*/&=<>(),])
    |(?P<space>\s+)""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Area:
    sheet: str | None
    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Call:
    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Literal:
    value: Value


Node = Area | Call | Literal


def calculate(formula: str, sheet: str, look: Look, array: bool = False) -> Value:
    """The value of a formula on `sheet`; the formula may have a leading '='."""
    result = _Calculation(sheet, look, array).value(parse(formula.removeprefix("=")))
    if isinstance(result, list):
        raise FormulaError(f"an area where one value is wanted: {formula}")
    if isinstance(result, FormulaError):
        raise result
    return 0 if result is None else result


# parsing --------------------------------------------------------------------------


@cache
def parse(formula: str) -> Node:
    tokens = list(_tokens(formula))
    node, rest = _comparison(tokens)
    if rest:
        raise FormulaError(f"not understood from {rest[0]!r} on: {formula}")
    return node


def _tokens(formula: str) -> Iterator[tuple[str, object]]:
    at = 0
    while at < len(formula):
        match = _TOKEN.match(formula, at)
        if match is None:
            raise FormulaError(f"not understood at {at}: {formula}")
        at = match.end()
        if match["area"]:
            yield "area", _area(match["area"].rpartition("!")[2], match["sheet"])
        elif match.lastgroup != "space":
            assert match.lastgroup is not None
            yield match.lastgroup, match[0]


def _area(text: str, sheet: str | None) -> Area:
    corners = [_corner(part) for part in text.replace("$", "").split(":")]
    return Area(sheet, *corners[0], *corners[-1])


def _corner(text: str) -> tuple[int, int]:
    letters = text.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(text[len(letters) :]) - 1, column - 1


_Tokens = list[tuple[str, object]]


def _left_to_right(ops: tuple[str, ...], below: Callable[[_Tokens], tuple[Node, _Tokens]]):
    def parse_level(tokens: _Tokens) -> tuple[Node, _Tokens]:
        node, tokens = below(tokens)
        while tokens and tokens[0][0] == "op" and tokens[0][1] in ops:
            op = str(tokens[0][1])
            right, tokens = below(tokens[1:])
            node = Call(op, (node, right))
        return node, tokens

    return parse_level


def _unary(tokens: _Tokens) -> tuple[Node, _Tokens]:
    if tokens[:1] and tokens[0] in (("op", "-"), ("op", "+")):
        node, rest = _unary(tokens[1:])
        return (Call("negate", (node,)) if tokens[0][1] == "-" else node), rest
    return _atom(tokens)


def _atom(tokens: _Tokens) -> tuple[Node, _Tokens]:
    if not tokens:
        raise FormulaError("the formula ends too early")
    (kind, token), rest = tokens[0], tokens[1:]
    match kind:
        case "number":
            return Literal(float(str(token))), rest
        case "text":
            return Literal(str(token)[1:-1].replace('""', '"')), rest
        case "area":
            assert isinstance(token, Area)
            return token, rest
        case "word" if token in ("TRUE", "FALSE"):
            return Literal(token == "TRUE"), rest
        case "word" if rest[:1] == [("op", "(")]:
            arguments, rest = _arguments(rest[1:])
            return Call(str(token), arguments), rest
        case "op" if token == "(":
            node, rest = _comparison(rest)
            return node, _expect(rest, ")")
    raise FormulaError(f"not understood: {token!r}")


def _arguments(tokens: _Tokens) -> tuple[tuple[Node, ...], _Tokens]:
    arguments: list[Node] = []
    while True:
        node, tokens = _comparison(tokens)
        arguments.append(node)
        if tokens[:1] != [("op", ",")]:
            return tuple(arguments), _expect(tokens, ")")
        tokens = tokens[1:]


def _expect(tokens: _Tokens, mark: str) -> _Tokens:
    if tokens[:1] != [("op", mark)]:
        raise FormulaError(f"{mark} is missing")
    return tokens[1:]


_product = _left_to_right(("*", "/"), _unary)
_arithmetic = _left_to_right(("+", "-"), _product)
_joining = _left_to_right(("&",), _arithmetic)
_comparison = _left_to_right(("=", "<>", "<", "<=", ">", ">="), _joining)


# calculation ----------------------------------------------------------------------


@dataclass(frozen=True)
class _Calculation:
    sheet: str
    look: Look
    array: bool

    def value(self, node: Node) -> Value | list[Value]:
        """One value, or the values of an area row by row."""
        match node:
            case Literal(value):
                return value
            case Area():
                cells = self.cells(node)
                return cells if len(cells) > 1 else cells[0]
            case Call("SUMPRODUCT", arguments):
                inner = _Calculation(self.sheet, self.look, array=True)
                columns = [_many(inner.value(argument)) for argument in arguments]
                return _total(math.prod(map(number, row)) for row in zip(*columns, strict=True))
            case Call(name, arguments) if name in _OF_AREAS:
                return _OF_AREAS[name](*(self.values(argument) for argument in arguments))
            case Call("IF", (condition, yes, no)) if not self.array:
                return self.value(yes if truth(self.one(condition)) else no)
            case Call(name, arguments) if name in _OF_VALUES:
                return self.spread(_OF_VALUES[name], [self.value(one) for one in arguments])
        raise FormulaError(f"unknown function {node.name}")

    def cells(self, area: Area) -> list[Value]:
        sheet = area.sheet or self.sheet
        return [
            self.look(sheet, row, column)
            for row in range(area.top, area.bottom + 1)
            for column in range(area.left, area.right + 1)
        ]

    def values(self, node: Node) -> tuple[list[Value], bool]:
        """All values of an argument, and whether they are in cells."""
        return _many(self.value(node)), isinstance(node, Area)

    def one(self, node: Node) -> Value:
        value = self.value(node)
        if isinstance(value, list):
            raise FormulaError("an area where one value is wanted")
        return value

    def spread(
        self, function: Callable[..., Value], arguments: list[Value | list[Value]]
    ) -> Value | list[Value]:
        """The function of each value of an area, if the formula is an array formula."""
        lengths = {len(one) for one in arguments if isinstance(one, list)}
        if not lengths:
            return _or_error(function, arguments)
        if not self.array or len(lengths) > 1:
            raise FormulaError("an area where one value is wanted")
        length = lengths.pop()
        rows = zip(
            *(one if isinstance(one, list) else [one] * length for one in arguments), strict=True
        )
        return [_or_error(function, row) for row in rows]


def _or_error(function: Callable[..., Value], row: Iterable[Value]) -> Value:
    """The result or the error: an error is a value, which IF may skip and ISNUMBER may test."""
    try:
        return function(*row)
    except FormulaError as error:
        return error


def _many(value: Value | list[Value]) -> list[Value]:
    return value if isinstance(value, list) else [value]


def number(value: Value) -> float:
    """A value as an operand: a blank is 0, TRUE is 1, and a text must be a number."""
    if isinstance(value, FormulaError):
        raise value
    try:
        return 0.0 if value is None else float(value)
    except ValueError:
        raise FormulaError("#VALUE!") from None


def truth(value: Value) -> bool:
    return bool(number(value))


def text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, FormulaError):
        raise value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return value if isinstance(value, str) else format(Decimal(f"{value:.15g}").normalize(), "f")


def _total(values: Iterable[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total


def _rank(value: Value) -> tuple[int, object]:
    """The key by which values compare: numbers before texts before truth values; the case of
    letters does not count."""
    if isinstance(value, bool):
        return 2, value
    if isinstance(value, str):
        return 1, value.casefold()
    return 0, float(f"{number(value):.15g}")


def _compare(test: Callable[[object, object], bool]) -> Callable[[Value, Value], bool]:
    def compare(left: Value, right: Value) -> bool:
        if left is None and isinstance(right, str):
            left = ""
        if right is None and isinstance(left, str):
            right = ""
        return test(_rank(left), _rank(right))

    return compare


def _round(value: Value, digits: Value) -> float:
    exact = Decimal(f"{number(value):.15g}")
    return float(exact.quantize(Decimal(1).scaleb(-int(number(digits))), ROUND_HALF_UP))


def _numbers(areas: Iterable[tuple[list[Value], bool]]) -> list[float]:
    """The numbers that SUM and MAX take; from cells they take only numbers."""
    return [
        number(value)
        for values, in_cells in areas
        for value in values
        if not in_cells or (isinstance(value, (int, float)) and not isinstance(value, bool))
    ]


def _every(all_of: Callable[[Iterator[bool]], bool]) -> Callable[..., bool]:
    def decide(*areas: tuple[list[Value], bool]) -> bool:
        return all_of(truth(value) for values, _ in areas for value in values)

    return decide


def _meets(value: Value, criterion: Value) -> bool:
    if isinstance(criterion, str):
        pattern = ".*".join(map(re.escape, criterion.split("*")))
        return isinstance(value, str) and re.fullmatch(pattern, value, re.I) is not None
    return value == criterion


def _countifs(*arguments: tuple[list[Value], bool]) -> int:
    areas = [values for values, _ in arguments[::2]]
    criteria = [values[0] for values, _ in arguments[1::2]]
    return sum(
        all(_meets(value, criterion) for value, criterion in zip(row, criteria, strict=True))
        for row in zip(*areas, strict=True)
    )


def _sumifs(numbers: tuple[list[Value], bool], *arguments: tuple[list[Value], bool]) -> float:
    areas = [values for values, _ in arguments[::2]]
    criteria = [values[0] for values, _ in arguments[1::2]]
    return _total(
        number(value)
        for value, *row in zip(numbers[0], *areas, strict=True)
        if all(_meets(one, criterion) for one, criterion in zip(row, criteria, strict=True))
    )


def _match(
    wanted: tuple[list[Value], bool], area: tuple[list[Value], bool], kind: tuple[list[Value], bool]
) -> int:
    assert kind[0] == [0.0]
    for place, value in enumerate(area[0], 1):
        if _meets(value, wanted[0][0]):
            return place
    raise FormulaError("#N/A")


def _search(wanted: str, value: str) -> int:
    place = value.casefold().find(wanted.casefold())
    if place < 0:
        raise FormulaError("#VALUE!")
    return place + 1


_OF_AREAS: dict[str, Callable[..., Value]] = {
    "SUM": lambda *areas: _total(_numbers(areas)),
    "AND": _every(all),
    "OR": _every(any),
    "MAX": lambda *areas: max(_numbers(areas), default=0.0),
    "COUNTBLANK": lambda area: sum(value is None or value == "" for value in area[0]),
    "COUNTIF": _countifs,
    "COUNTIFS": _countifs,
    "SUMIFS": _sumifs,
    "INDEX": lambda area, place: area[0][int(number(place[0][0])) - 1],
    "MATCH": _match,
}

_OF_VALUES: dict[str, Callable[..., Value]] = {
    "negate": lambda value: -number(value),
    "+": lambda left, right: number(left) + number(right),
    "-": lambda left, right: number(left) - number(right),
    "*": lambda left, right: number(left) * number(right),
    "/": lambda left, right: number(left) / number(right),
    "&": lambda left, right: text(left) + text(right),
    "=": _compare(lambda left, right: left == right),
    "<>": _compare(lambda left, right: left != right),
    "<": _compare(lambda left, right: left < right),
    "<=": _compare(lambda left, right: left <= right),
    ">": _compare(lambda left, right: left > right),
    ">=": _compare(lambda left, right: left >= right),
    "N": lambda value: 0.0 if value is None or isinstance(value, str) else float(value),
    "INT": lambda value: float(math.floor(number(value))),
    "ROUND": _round,
    "NOT": lambda value: not truth(value),
    "IF": lambda condition, yes, no: yes if truth(condition) else no,
    "ISNUMBER": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "ISBLANK": lambda value: value is None,
    "ISTEXT": lambda value: isinstance(value, str),
    "CHAR": lambda code: chr(int(number(code))),
    "LEN": lambda value: len(text(value)),
    "TRIM": lambda value: " ".join(part for part in text(value).split(" ") if part),
    "LEFT": lambda value, length: text(value)[: int(number(length))],
    "RIGHT": lambda value, length: text(value)[-int(number(length)) :],
    "SEARCH": lambda wanted, value: _search(text(wanted), text(value)),
    "ABS": lambda value: abs(number(value)),
    "CLEAN": lambda value: "".join(letter for letter in text(value) if ord(letter) >= 32),
    "SUBSTITUTE": lambda value, old, new: text(value).replace(text(old), text(new)),
    "HYPERLINK": lambda target, shown: shown,
}
