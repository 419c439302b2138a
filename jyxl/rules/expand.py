"""Rules as written → one instance, bound to cells, for each place at which they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TypeVar

from jyxl.definition import Block, Cell, Header, Instance, Rule, Table, Total
from jyxl.rules.language import (
    LAST,
    OWN,
    Compare,
    Group,
    Name,
    Near,
    Node,
    Part,
    Ref,
    RuleError,
    SentenceError,
    Sum,
    bind,
    main_comparison,
    parse,
    parse_sentence,
    refs,
    walk,
)
from jyxl.terms import Each

_T = TypeVar("_T")


@dataclass(frozen=True)
class _Place:
    """One place at which a rule holds: its key, its label, and what names mean there."""

    key: str
    label: str
    names: dict[str, str]
    groups: dict[str, Sum]


@dataclass(frozen=True)
class _Context:
    tables: dict[str, Table]
    cells: dict[str, Cell]
    total_rows: frozenset[str]
    total_columns: frozenset[str]


@dataclass(frozen=True, eq=False)
class _Bound:
    """A rule at one place, with its names bound to cells. fails: the parts of its sentence."""

    rule: Rule
    place: _Place
    tree: Node
    fails: tuple[Part, ...]

    @property
    def left(self) -> Ref:
        """The total, if the rule computes one."""
        assert isinstance(self.tree, Compare)
        assert isinstance(self.tree.left, Ref)
        return self.tree.left

    @property
    def right(self) -> Node:
        """What the total is computed from, if the rule computes one."""
        assert isinstance(self.tree, Compare)
        return self.tree.right


def expand(
    tables: Sequence[Table], rules: Sequence[Rule]
) -> tuple[tuple[Instance, ...], dict[str, Total]]:
    """All instances in table and rule order, and the cells that are totals; a total comes after
    the totals it is made of.

    Raises RuleError(rule id, problem).
    """
    trees = {rule.key: _guarded(rule, _parsed) for rule in rules}
    context = _Context(
        tables={table.key: table for table in tables},
        cells={cell.name: cell for table in tables for cell in table.cells},
        total_rows=_left_names(rules, trees, ("column",)),
        total_columns=_left_names(rules, trees, ("row", "group")),
    )
    bound = [
        one
        for rule in rules
        for one in _guarded(rule, lambda rule: _bound(rule, trees[rule.key], context))
    ]
    sums: dict[str, _Bound] = {}
    for one in bound:
        if one.rule.computes:
            sums.setdefault(one.left.cell, one)
    leaves = {name: _leaves(name, sums, ()) for name in context.cells}
    order = list(context.tables)
    bound.sort(key=lambda one: order.index(one.rule.table))
    made = {one: _instance(one, sums, leaves, context) for one in bound}
    below = {
        cell: [ref.cell for ref in refs(one.right) if ref.cell in sums]
        for cell, one in sums.items()
    }
    in_order = TopologicalSorter(below).static_order()
    return tuple(made.values()), {cell: Total(cell, made[sums[cell]]) for cell in in_order}


def _instance(
    bound: _Bound,
    sums: Mapping[str, _Bound],
    leaves: Mapping[str, tuple[str, ...]],
    context: _Context,
) -> Instance:
    found = refs(bound.tree)
    behind = (leaf for ref in found if ref.is_own for leaf in leaves[ref.cell])
    is_sum = bound.rule.computes and sums[bound.left.cell] is bound
    return Instance(
        rule=bound.rule,
        place=bound.place.key,
        label=bound.place.label,
        tree=bound.tree,
        main=main_comparison(bound.tree),
        refs=found,
        leaves=tuple(dict.fromkeys(behind)),
        computed=bound.left.cell if is_sum else None,
        scale=_scale(bound.rule, found, context),
        fails=bound.fails,
    )


def _guarded(rule: Rule, work: Callable[[Rule], _T]) -> _T:
    try:
        return work(rule)
    except RuleError as error:
        if len(error.args) == 2:
            raise
        raise type(error)(rule.key, str(error)) from None


def _parsed(rule: Rule) -> Node:
    tree = parse(rule.when)
    if not any(isinstance(part, Compare | Near) for part in walk(tree)):
        raise RuleError("至少要有一个比较")
    if rule.computes and not (
        isinstance(tree, Compare) and tree.op == "==" and isinstance(tree.left, Name)
    ):
        raise RuleError("computes = true 的规则要写成“合计 == 各项”")
    sources = {part.source for part in walk(tree) if isinstance(part, Name)}
    if rule.computes and LAST in sources:
        raise RuleError("合计不能由上年的数算出")
    if rule.fills and not _fills(tree):
        raise RuleError("fills = true 的规则要写成“本年的一格 == last(上年的一格)”")
    return tree


def _fills(tree: Node) -> bool:
    return isinstance(tree, Compare) and (
        (
            tree.op,
            type(tree.left),
            getattr(tree.left, "source", ""),
            getattr(tree.right, "source", ""),
        )
        == ("==", Name, OWN, LAST)
    )


def _left_names(
    rules: Sequence[Rule], trees: dict[str, Node], each: tuple[Each, ...]
) -> frozenset[str]:
    """`table.name` of every row or column that a computing rule defines."""
    found = set()
    for rule in rules:
        tree = trees[rule.key]
        if rule.computes and rule.each in each and isinstance(tree, Compare):
            assert isinstance(tree.left, Name)
            found.add(f"{rule.table}.{tree.left.path}")
    return frozenset(found)


def _bound(rule: Rule, tree: Node, context: _Context) -> list[_Bound]:
    if rule.table not in context.tables:
        raise RuleError(f"没有表“{rule.table}”")
    mentioned = [part for part in walk(tree) if isinstance(part, Name)]
    names = {part.path for part in mentioned}
    groups = {part.name for part in walk(tree) if isinstance(part, Group)}
    relative = {name for name in names if name.split(".")[0] not in context.tables}
    for name in names - relative:
        if name not in context.cells:
            raise RuleError(f"没有“{name}”这一格")
    absolute = {name: name for name in names - relative}
    places = [
        place
        for place in _places(rule, context)
        if relative <= place.names.keys() and groups <= place.groups.keys()
        if place.key not in rule.skip
    ]
    if not places:
        wanted = "、".join(sorted(relative | groups))
        raise RuleError(f"表 {rule.table} 中找不到同时有 {wanted} 的地方，请检查名称")
    sentence = _sentence(rule, tree, {*mentioned, *map(Group, groups)})
    return [
        _Bound(
            rule,
            place,
            bind(tree, place.names | absolute, place.groups),
            tuple(
                part if isinstance(part, str) else bind(part, place.names | absolute, place.groups)
                for part in sentence
            ),
        )
        for place in places
    ]


def _sentence(rule: Rule, tree: Node, known: set[Name | Group]) -> tuple[Part, ...]:
    """The parts of the rule's own sentence, which may mention only what the rule mentions: when
    that is not known, neither is said."""
    parts = parse_sentence(rule.fails, tree)
    figures = [one for part in parts if not isinstance(part, str) for one in walk(part)]
    for one in figures:
        if isinstance(one, Name | Group) and one not in known:
            name = one.name if isinstance(one, Group) else one.path
            raise SentenceError(f"when 里没有提到“{name}”")
    return parts


def _places(rule: Rule, context: _Context) -> Iterator[_Place]:
    table = context.tables[rule.table]
    if rule.each == "table":
        yield _Place("table", "全表", {}, {})
    elif rule.each == "cell":
        for cell in table.cells:
            if cell.kind.key in rule.kinds:
                yield _Place(f"{cell.row}.{cell.column}", cell.label, {"value": cell.name}, {})
    else:
        for block in table.blocks:
            yield from _block_places(rule, block, context)


def _block_places(rule: Rule, block: Block, context: _Context) -> Iterator[_Place]:
    table = rule.table
    rows = _keys(block.rows)
    columns = _keys(block.columns)
    if rule.each == "column":
        members = _groups(block.rows, table, context.total_rows)
        for column, label in columns.items():
            yield _Place(
                column,
                label,
                {row: f"{table}.{row}.{column}" for row in rows},
                {
                    group: _sum(label, (f"{table}.{row}.{column}" for row in keys))
                    for group, (label, keys) in members.items()
                },
            )
    elif rule.each == "row":
        members = _groups(block.columns, table, context.total_columns)
        for row, label in rows.items():
            yield _Place(
                row,
                label,
                {column: f"{table}.{row}.{column}" for column in columns},
                {
                    group: _sum(label, (f"{table}.{row}.{column}" for column in keys))
                    for group, (label, keys) in members.items()
                },
            )
    else:
        for group, (label, keys) in _column_groups(block.columns, "").items():
            for row in rows:
                yield _Place(
                    group if len(rows) == 1 else f"{row}.{group}",
                    label,
                    {key: f"{table}.{row}.{group}.{key}" for key in keys},
                    {},
                )


def _sum(label: str, cells: Iterable[str]) -> Sum:
    return Sum(tuple((1, Ref(cell)) for cell in cells), f"{label}各项之和")


def _keys(headers: Sequence[Header], above: str = "") -> dict[str, str]:
    """Full key of every leaf → its label."""
    found: dict[str, str] = {}
    for header in headers:
        key = ".".join(filter(None, [above, header.key]))
        if header.is_leaf:
            found[key] = header.label or ""
        else:
            found |= _keys(header.children, key)
    return found


def _groups(
    headers: Sequence[Header], table: str, totals: frozenset[str], above: str = ""
) -> dict[str, tuple[str, list[str]]]:
    """Group name → its label and the full keys of its leaves that are not totals."""
    found: dict[str, tuple[str, list[str]]] = {}
    for header in headers:
        key = ".".join(filter(None, [above, header.key]))
        if header.group is not None:
            keys = _keys(header.children, key)
            counted = [k for k in keys if f"{table}.{k}" not in totals]
            found[header.group] = (header.label or "左边", counted)
        found |= _groups(header.children, table, totals, key)
    return found


def _column_groups(headers: Sequence[Header], above: str) -> dict[str, tuple[str, list[str]]]:
    """Full key of every group that has one → its label and the keys of its leaves within it."""
    found: dict[str, tuple[str, list[str]]] = {}
    for header in headers:
        key = ".".join(filter(None, [above, header.key]))
        if not header.is_leaf:
            if header.key is not None:
                found[key] = (header.label or key, list(_keys(header.children)))
            found |= _column_groups(header.children, key)
    return found


def _leaves(cell: str, sums: Mapping[str, _Bound], seen: tuple[str, ...]) -> tuple[str, ...]:
    """The typed cells behind a cell: the cell itself or, for a total, the cells it is made of."""
    if cell not in sums:
        return (cell,)
    if cell in seen:
        raise RuleError(sums[cell].rule.key, "合计互相引用")
    parts = refs(sums[cell].right)
    below = (leaf for ref in parts for leaf in _leaves(ref.cell, sums, (*seen, cell)))
    return tuple(dict.fromkeys(below))


def _scale(rule: Rule, found: Iterable[Ref], context: _Context) -> int:
    scales = {context.cells[ref.cell].kind.scale for ref in found}
    if len(scales) > 1:
        raise RuleError(rule.key, "件数和金额不能放在一条规则里比较")
    if not any(ref.is_own for ref in found):
        raise RuleError(rule.key, "没有提到任何单元格")
    return scales.pop()
