"""The rule language: text → tree of names → tree of cells.

A rule is a Python expression, which is parsed with `ast` and never evaluated. It may contain
names, whole numbers, + and -, comparisons, and/or/not, a number times a term, sum(group),
whole(x), last(name) for a figure of the year before, and near(x, y, floor, ratio, alone).
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from string import Formatter
from typing import Literal

Op = Literal["==", "!=", "<", "<=", ">", ">=", "~"]
"""How two figures are compared; ~ is that of near()."""


class RuleError(ValueError):
    """A rule is wrong; says in one Chinese clause what is wrong with its text."""


class SentenceError(RuleError):
    """A rule's own sentence is wrong."""


@dataclass(frozen=True)
class Number:
    value: int


OWN = ""
"""The source of a figure that stands in the judged form itself."""
LAST = "last"
"""The source of a figure of the year before."""


@dataclass(frozen=True)
class Name:
    """A name as the rule's author wrote it: `new`, `t3.new.total`; in last(new) its source is
    LAST."""

    path: str
    source: str = OWN


@dataclass(frozen=True)
class Group:
    """sum(group), before it is bound to cells."""

    name: str


@dataclass(frozen=True)
class Ref:
    """A figure that a rule mentions: that of a cell, by its full name, in the judged form or in
    another source, such as the form of the year before."""

    cell: str
    source: str = OWN

    @property
    def is_own(self) -> bool:
        """True if it is a figure of the judged form."""
        return self.source == OWN

    @cached_property
    def key(self) -> str:
        """The key under which its value is looked up; for a cell of the judged form, its name."""
        return self.cell if self.is_own else f"{self.source}:{self.cell}"


@dataclass(frozen=True)
class Sum:
    """Signed terms: ((1, a), (-1, b)) is a - b. A sign may be any whole factor.

    label: what people call the sum, if it came from sum(group).
    """

    terms: tuple[tuple[int, Node], ...]
    label: str = ""

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys of its terms, if all of them are figures that are added; () if not."""
        added = [inner.key for factor, inner in self.terms if factor == 1 and type(inner) is Ref]
        return tuple(added) if len(added) == len(self.terms) else ()


@dataclass(frozen=True)
class Whole:
    """True if the argument has no decimals."""

    of: Node


@dataclass(frozen=True)
class Compare:
    op: Op
    left: Node
    right: Node


@dataclass(frozen=True)
class Near:
    """True if two figures are not too far apart: by less than `floor`, or neither is more than
    `ratio` times the other; if one of them is 0, by less than `alone`. All in the units in
    which the figures are typed."""

    left: Node
    right: Node
    floor: int
    ratio: int
    alone: int
    op: Op = "~"


@dataclass(frozen=True)
class Gap:
    """How far apart two figures are; only in the sentence of a rule."""

    left: Node
    right: Node


@dataclass(frozen=True)
class And:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    of: Node


Node = Number | Name | Group | Ref | Sum | Whole | Compare | Near | Gap | And | Or | Not
Logical = (Compare, Near, And, Or, Not, Whole)

_OPS: dict[type[ast.cmpop], Op] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


MAX_LENGTH = 1000
MAX_DEPTH = 20
"""How deep and, or, not may be nested; Excel nests functions no deeper than 64 levels."""


def parse(text: str) -> Node:
    """The tree of a rule; its top must be something true or false. Raises RuleError."""
    return _parsed(text, lambda body: _logical(body, MAX_DEPTH))


def parse_term(text: str) -> Node:
    """The tree of a figure: a name, a number, or several added up. Raises RuleError."""
    return _parsed(text, _term)


def _parsed(text: str, build: Callable[[ast.expr], Node]) -> Node:
    if len(text) > MAX_LENGTH:
        raise RuleError(f"规则太长，最多 {MAX_LENGTH} 个字符")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(text.strip(), mode="eval").body
        return build(body)
    except RuleError:
        raise
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise RuleError(f"写法不成立（{text!r}）") from error


def _logical(node: ast.expr, depth: int) -> Node:
    if depth == 0:
        raise RuleError(f"and、or、not 套得太深，最多 {MAX_DEPTH} 层")
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return And(tuple(_logical(value, depth - 1) for value in values))
        case ast.BoolOp(op=ast.Or(), values=values):
            return Or(tuple(_logical(value, depth - 1) for value in values))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Not(_logical(operand, depth - 1))
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPS:
            return Compare(_OPS[type(op)], _term(left), _term(right))
        case ast.Call(func=ast.Name(id="whole"), args=[argument], keywords=[]):
            return Whole(_term(argument))
        case ast.Call(func=ast.Name(id="near"), args=[left, right, *limits], keywords=[]):
            numbers = [number for one in limits if (number := _whole_number(one)) is not None]
            if len(numbers) == len(limits) == 3 and min(numbers) > 0:
                return Near(_term(left), _term(right), numbers[0], numbers[1], numbers[2])
            raise RuleError("near 里要写两个数和三个大于 0 的整数：near(甲, 乙, 差额, 倍数, 差额)")
    raise RuleError(f"这里要写一个比较或 and、or、not，不能写 {ast.unparse(node)!r}")


def _term(node: ast.expr) -> Node:
    """A single name, number or group as it is; anything else as a Sum without brackets."""
    todo: list[tuple[int, ast.expr]] = [(1, node)]
    terms: list[tuple[int, Node]] = []
    while todo:
        factor, part = todo.pop()
        match part:
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                todo += [(factor, right), (factor, left)]
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                todo += [(-factor, right), (factor, left)]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                todo.append((-factor, operand))
            case ast.BinOp(left=left, op=ast.Mult(), right=right) if (
                times := _whole_number(left)
            ) is not None:
                todo.append((factor * times, right))
            case _:
                terms.append((factor, _atom(part)))
    match terms:
        case [(1, alone)]:
            return alone
    return Sum(tuple(terms))


def _whole_number(node: ast.expr) -> int | None:
    match node:
        case ast.Constant(value=int(value)) if type(value) is int:
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))) if (
            type(value) is int
        ):
            return -value
    return None


def _atom(node: ast.expr) -> Node:
    match node:
        case ast.Constant(value=int(value)) if type(value) is int:
            return Number(value)
        case ast.Name(id=name):
            return Name(name)
        case ast.Attribute():
            return Name(_dotted(node))
        case ast.Call(func=ast.Name(id="sum"), args=[ast.Name(id=group)], keywords=[]):
            return Group(group)
        case ast.Call(
            func=ast.Name(id="last"), args=[(ast.Name() | ast.Attribute()) as name], keywords=[]
        ):
            return Name(_dotted(name), LAST)
    raise RuleError(
        f"不认识的写法 {ast.unparse(node)!r}，"
        "只能用名称、整数、加减、sum()、whole()、last()、near()"
    )


def _dotted(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            return f"{_dotted(value)}.{attr}"
    raise RuleError(f"不认识的名称 {ast.unparse(node)!r}")


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Sum(terms):
            return tuple(inner for _, inner in terms)
        case Compare(_, left, right) | Near(left, right) | Gap(left, right):
            return (left, right)
        case And(parts) | Or(parts):
            return parts
        case Not(of) | Whole(of):
            return (of,)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all nodes below it, from left to right."""
    yield node
    for child in children(node):
        yield from walk(child)


def refs(node: Node) -> tuple[Ref, ...]:
    """The figures that a bound tree mentions, each once, in order."""
    return tuple(dict.fromkeys(part for part in walk(node) if isinstance(part, Ref)))


def main_comparison(node: Node) -> Compare | Near:
    """The comparison whose two sides are shown to people: the last one written."""
    return [part for part in walk(node) if isinstance(part, Compare | Near)][-1]


Part = str | Node
"""A part of a sentence: words, or a figure that is written there."""


def parse_sentence(text: str, rule: Node | None = None) -> tuple[Part, ...]:
    """The parts of a sentence. In braces stands a figure: a name or a sum; in the sentence of a
    rule also gap, the difference between both sides of its main comparison. Raises
    SentenceError."""
    try:
        slots = list(Formatter().parse(text))
    except ValueError:
        raise SentenceError(f"花括号没有成对（{text!r}）") from None
    parts: list[Part] = []
    for words, slot, form, conversion in slots:
        if words:
            parts.append(words)
        if slot == "gap" and rule is not None:
            main = main_comparison(rule)
            parts.append(Gap(main.left, main.right))
        elif form or conversion:
            raise SentenceError(f"花括号里只能写名称和加减（{text!r}）")
        elif slot is not None:
            try:
                parts.append(parse_term(slot))
            except RuleError as error:
                raise SentenceError(str(error)) from None
    return tuple(parts)


def bind(node: Node, names: Mapping[str, str], groups: Mapping[str, Sum]) -> Node:
    """The tree in which every Name is replaced by its cell, and every Group by its sum."""
    match node:
        case Name(path, source):
            return Ref(names[path], source)
        case Group(name):
            return groups[name]
        case Sum(terms, label):
            return Sum(tuple((f, bind(inner, names, groups)) for f, inner in terms), label)
        case Compare(op, left, right):
            return Compare(op, bind(left, names, groups), bind(right, names, groups))
        case Near(left, right):
            return replace(node, left=bind(left, names, groups), right=bind(right, names, groups))
        case Gap(left, right):
            return Gap(bind(left, names, groups), bind(right, names, groups))
        case And(parts):
            return And(tuple(bind(part, names, groups) for part in parts))
        case Or(parts):
            return Or(tuple(bind(part, names, groups) for part in parts))
        case Not(of):
            return Not(bind(of, names, groups))
        case Whole(of):
            return Whole(bind(of, names, groups))
    return node


def flat(node: Node) -> tuple[tuple[int, Node], ...]:
    """The signed terms of an arithmetic node, with sums inside sums replaced by their terms."""
    if not isinstance(node, Sum):
        return ((1, node),)
    return tuple((f * g, part) for f, inner in node.terms for g, part in flat(inner))
