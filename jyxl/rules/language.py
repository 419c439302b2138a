"""The rule language: text → tree of names → tree of cells.

A rule is a Python expression, parsed with `ast` and never evaluated: names, whole
numbers, + - , comparison, and/or/not, a number times a term, sum(group) and whole(x).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Op = Literal["==", "!=", "<", "<=", ">", ">="]


class RuleError(ValueError):
    """What is wrong with a rule's text, as one Chinese clause."""


@dataclass(frozen=True)
class Number:
    value: int


@dataclass(frozen=True)
class Name:
    """A name as the rule's author wrote it: `new`, `t3.new.total`."""

    path: str


@dataclass(frozen=True)
class Group:
    """sum(group), not yet bound to cells."""

    name: str


@dataclass(frozen=True)
class Ref:
    """A cell, by its full name."""

    cell: str


@dataclass(frozen=True)
class Sum:
    """Signed terms: ((1, a), (-1, b)) is a - b. A sign may be any whole factor.

    label: what people call the whole, where it came from sum(group).
    """

    terms: tuple[tuple[int, Node], ...]
    label: str = ""


@dataclass(frozen=True)
class Whole:
    """True where the argument has no decimals."""

    of: Node


@dataclass(frozen=True)
class Compare:
    op: Op
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


Node = Number | Name | Group | Ref | Sum | Whole | Compare | And | Or | Not
Logical = (Compare, And, Or, Not, Whole)

_OPS: dict[type[ast.cmpop], Op] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


def parse(text: str) -> Node:
    """The tree of a rule; its top must be true or false. Raises RuleError."""
    try:
        body = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise RuleError(f"写法不成立（{text!r}）") from error
    return _logical(body)


def _logical(node: ast.expr) -> Node:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return And(tuple(_logical(value) for value in values))
        case ast.BoolOp(op=ast.Or(), values=values):
            return Or(tuple(_logical(value) for value in values))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Not(_logical(operand))
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPS:
            return Compare(_OPS[type(op)], _term(left), _term(right))
        case ast.Call(func=ast.Name(id="whole"), args=[argument], keywords=[]):
            return Whole(_term(argument))
    raise RuleError(f"这里要写一个比较或 and、or、not，不能写 {ast.unparse(node)!r}")


def _term(node: ast.expr) -> Node:
    match node:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int(value)):
            return Number(value)
        case ast.Name(id=name):
            return Name(name)
        case ast.Attribute():
            return Name(_dotted(node))
        case ast.Call(func=ast.Name(id="sum"), args=[ast.Name(id=group)], keywords=[]):
            return Group(group)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Sum(((-1, _term(operand)),))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return Sum((*_terms(left, 1), *_terms(right, 1)))
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return Sum((*_terms(left, 1), *_terms(right, -1)))
        case ast.BinOp(left=ast.Constant(value=int(factor)), op=ast.Mult(), right=right):
            return Sum(((int(factor), _term(right)),))
    raise RuleError(f"不认识的写法 {ast.unparse(node)!r}，只能用名称、整数、加减、sum()、whole()")


def _terms(node: ast.expr, sign: int) -> tuple[tuple[int, Node], ...]:
    return tuple((sign * factor, inner) for factor, inner in flat(_term(node)))


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
        case Compare(_, left, right):
            return (left, right)
        case And(parts) | Or(parts):
            return parts
        case Not(of) | Whole(of):
            return (of,)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, left to right."""
    yield node
    for child in children(node):
        yield from walk(child)


def refs(node: Node) -> tuple[str, ...]:
    """The cells a bound tree speaks of, each once, in order."""
    return tuple(dict.fromkeys(part.cell for part in walk(node) if isinstance(part, Ref)))


def main_comparison(node: Node) -> Compare:
    """The comparison whose two sides are shown to people: the last one written."""
    return [part for part in walk(node) if isinstance(part, Compare)][-1]


def bind(node: Node, names: Mapping[str, str], groups: Mapping[str, Sum]) -> Node:
    """Replace every Name by the cell, and every Group by the sum, that it stands for."""
    match node:
        case Name(path):
            return Ref(names[path])
        case Group(name):
            return groups[name]
        case Sum(terms, label):
            return Sum(tuple((f, bind(inner, names, groups)) for f, inner in terms), label)
        case Compare(op, left, right):
            return Compare(op, bind(left, names, groups), bind(right, names, groups))
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
    """The signed terms of an arithmetic node, sums within sums opened up."""
    if not isinstance(node, Sum):
        return ((1, node),)
    return tuple((f * g, part) for f, inner in node.terms for g, part in flat(inner))
