"""Rules as written → one instance for each place they hold at, bound to cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TypeVar

from jyxl.definition import Block, Cell, Header, Instance, Rule, Table, Total
from jyxl.rules.language import (
    Compare,
    Group,
    Name,
    Node,
    Ref,
    RuleError,
    Sum,
    bind,
    main_comparison,
    parse,
    refs,
    walk,
)

_T = TypeVar("_T")


@dataclass(frozen=True)
class _Place:
    """Where a rule holds once: its key, its label, and what its names mean there."""

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


def expand(
    tables: Sequence[Table], rules: Sequence[Rule]
) -> tuple[tuple[Instance, ...], dict[str, Total]]:
    """All instances in table and rule order, and the cells that are totals, those that
    other totals are made of first.

    Raises RuleError(rule id, problem).
    """
    trees = {rule.id: _guarded(rule, _parsed) for rule in rules}
    context = _Context(
        tables={table.key: table for table in tables},
        cells={cell.name: cell for table in tables for cell in table.cells},
        total_rows=_left_names(rules, trees, ("column",)),
        total_columns=_left_names(rules, trees, ("row", "group")),
    )
    bound = [
        (rule, place, tree)
        for rule in rules
        for place, tree in _guarded(rule, lambda r: _bound(r, trees[r.id], context))
    ]
    totals: dict[str, tuple[Rule, Node]] = {}
    for rule, _, tree in bound:
        if rule.computes:
            assert isinstance(tree, Compare)
            assert isinstance(tree.left, Ref)
            totals.setdefault(tree.left.cell, (rule, tree.right))
    leaves = {name: _leaves(name, totals, ()) for name in context.cells}
    owned: set[str] = set()
    instances: list[Instance] = []
    for rule, place, tree in bound:
        computed = None
        if rule.computes:
            assert isinstance(tree, Compare)
            assert isinstance(tree.left, Ref)
            computed = tree.left.cell if tree.left.cell not in owned else None
            owned.add(tree.left.cell)
        instances.append(
            Instance(
                rule=rule,
                place=place.key,
                label=place.label,
                tree=tree,
                main=main_comparison(tree),
                cells=refs(tree),
                leaves=tuple(dict.fromkeys(leaf for cell in refs(tree) for leaf in leaves[cell])),
                computed=computed,
                scale=_scale(rule, tree, context),
            )
        )
    order = {table.key: number for number, table in enumerate(tables)}
    instances.sort(key=lambda instance: order[instance.rule.table])
    by_cell = {instance.computed: instance for instance in instances if instance.computed}
    below = {
        cell: [part for part in refs(right) if part in totals]
        for cell, (_, right) in totals.items()
    }
    return tuple(instances), {
        cell: Total(cell, by_cell[cell]) for cell in TopologicalSorter(below).static_order()
    }


def _guarded(rule: Rule, work: Callable[[Rule], _T]) -> _T:
    try:
        return work(rule)
    except RuleError as error:
        if len(error.args) == 2:
            raise
        raise RuleError(rule.id, str(error)) from None


def _parsed(rule: Rule) -> Node:
    tree = parse(rule.when)
    if not any(isinstance(part, Compare) for part in walk(tree)):
        raise RuleError("至少要有一个比较")
    if rule.computes and not (
        isinstance(tree, Compare) and tree.op == "==" and isinstance(tree.left, Name)
    ):
        raise RuleError("computes = true 的规则要写成“合计 == 各项”")
    return tree


def _left_names(
    rules: Sequence[Rule], trees: dict[str, Node], each: tuple[str, ...]
) -> frozenset[str]:
    """`table.name` of every row or column that a computing rule defines."""
    found = set()
    for rule in rules:
        tree = trees[rule.id]
        if rule.computes and rule.each in each and isinstance(tree, Compare):
            assert isinstance(tree.left, Name)
            found.add(f"{rule.table}.{tree.left.path}")
    return frozenset(found)


def _bound(rule: Rule, tree: Node, context: _Context) -> list[tuple[_Place, Node]]:
    if rule.table not in context.tables:
        raise RuleError(f"没有表“{rule.table}”")
    names = {part.path for part in walk(tree) if isinstance(part, Name)}
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
    ]
    if not places:
        wanted = "、".join(sorted(relative | groups))
        raise RuleError(f"表 {rule.table} 中找不到同时有 {wanted} 的地方，请检查名称")
    return [(place, bind(tree, place.names | absolute, place.groups)) for place in places]


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
    """Full key → label of every leaf."""
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
    """Key of every keyed group → its label and the keys of its leaves within it."""
    found: dict[str, tuple[str, list[str]]] = {}
    for header in headers:
        key = ".".join(filter(None, [above, header.key]))
        if not header.is_leaf:
            if header.key is not None:
                found[key] = (header.label or key, list(_keys(header.children)))
            found |= _column_groups(header.children, key)
    return found


def _leaves(
    cell: str, totals: dict[str, tuple[Rule, Node]], seen: tuple[str, ...]
) -> tuple[str, ...]:
    """The typed cells behind a cell: itself, or what its total adds up."""
    if cell not in totals:
        return (cell,)
    rule, right = totals[cell]
    if cell in seen:
        raise RuleError(rule.id, "合计互相引用")
    below = (leaf for part in refs(right) for leaf in _leaves(part, totals, (*seen, cell)))
    return tuple(dict.fromkeys(below))


def _scale(rule: Rule, tree: Node, context: _Context) -> int:
    scales = {context.cells[name].kind.scale for name in refs(tree)}
    if len(scales) > 1:
        raise RuleError(rule.id, "件数和金额不能放在一条规则里比较")
    if not scales:
        raise RuleError(rule.id, "没有提到任何单元格")
    return scales.pop()
