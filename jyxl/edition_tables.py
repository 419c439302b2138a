"""The TOML of a statutory table → its blocks, headings and cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jyxl.definition import UNIT_KINDS, Block, Cell, Header, Kind, Table
from jyxl.layout import OWN_SHEETS
from jyxl.terms import UnitKind
from jyxl.toml_table import TomlTable

_FORBIDDEN_IN_SHEET = set("[]:*?/\\'")


def table(key: str, source: TomlTable, kinds: Mapping[str, Kind]) -> Table:
    """A statutory table from its TOML. Raises DefinitionError."""
    source.only("sheet", "title", "block")
    sheet = source.text("sheet")
    if sheet in OWN_SHEETS:
        raise source.fail("sheet", f"“{sheet}”是工作簿里另外一张表的名字")
    if not 0 < len(sheet) <= 28 or _FORBIDDEN_IN_SHEET & set(sheet):
        raise source.fail("sheet", "工作表名应为 1 至 28 个字，不含 [ ] : * ? / \\ '")
    blocks = tuple(_block(block, kinds) for block in source.sections("block", needed=True))
    cells = tuple(cell for block in blocks for cell in _cells(key, block, kinds))
    names = [cell.name for cell in cells]
    for name in names:
        if names.count(name) > 1:
            raise source.fail("block", f"“{name}”出现了两次，行、列的 key 不能重复")
    return Table(key=key, sheet=sheet, title=source.text("title"), blocks=blocks, cells=cells)


def _block(source: TomlTable, kinds: Mapping[str, Kind]) -> Block:
    source.only("title", "corner", "rows", "columns")
    rows = tuple(_header(row, kinds, "rows") for row in source.sections("rows", needed=True))
    columns = tuple(
        _header(column, kinds, "columns") for column in source.sections("columns", needed=True)
    )
    for key, headers in (("rows", rows), ("columns", columns)):
        groups = [one.group for header in headers for one in header.walk() if one.group]
        for group in groups:
            if groups.count(group) > 1:
                raise source.fail(key, f"“{group}”这一组出现了两次")
    return Block(
        title=source.text("title", None),
        corner=source.text("corner", None),
        rows=rows,
        columns=columns,
    )


def _header(source: TomlTable, kinds: Mapping[str, Kind], nested: str) -> Header:
    children = tuple(_header(child, kinds, nested) for child in source.sections(nested))
    of_leaf = ["kind"] if nested == "columns" and not children else []
    source.only("key", "group", "label", "prompt", "closed_for", nested, *of_leaf)
    key = source.text("key", None)
    for name in ("key", "group"):
        if source.text(name, None) is not None:
            source.name(name, source.text(name))
    if not children and key is None:
        raise source.fail("key", "缺少这一项")
    if not children and nested == "columns":
        source.one_of("kind", tuple(kinds))
    return Header(
        key=key,
        group=source.text("group", None),
        label=source.text("label", None),
        kind=source.text("kind", None),
        prompt=source.text("prompt", ""),
        closed_for=source.some_of("closed_for", UNIT_KINDS),
        children=children,
    )


@dataclass(frozen=True)
class _Leaf:
    key: str
    labels: tuple[str, ...]
    prompt: str
    kind: str | None
    closed_for: tuple[UnitKind, ...]


def _leaves(headers: tuple[Header, ...], above: _Leaf) -> Iterator[_Leaf]:
    for header in headers:
        leaf = _Leaf(
            key=".".join(filter(None, [above.key, header.key])),
            labels=(*above.labels, *([header.label] if header.label else [])),
            prompt=header.prompt or above.prompt,
            kind=header.kind or above.kind,
            closed_for=header.closed_for or above.closed_for,
        )
        if header.is_leaf:
            yield leaf
        else:
            yield from _leaves(header.children, leaf)


_TOP = _Leaf("", (), "", None, ())


def _cells(table: str, block: Block, kinds: Mapping[str, Kind]) -> Iterator[Cell]:
    columns = list(_leaves(block.columns, _TOP))
    for row in _leaves(block.rows, _TOP):
        for column in columns:
            assert column.kind is not None
            yield Cell(
                table=table,
                row=row.key,
                column=column.key,
                kind=kinds[column.kind],
                row_labels=row.labels,
                column_labels=column.labels,
                prompt=row.prompt + column.prompt,
                closed_for=tuple(dict.fromkeys((*row.closed_for, *column.closed_for))),
            )
