"""The TOML of the outline of a report → the outline, with its sentences bound to cells."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from jyxl.definition import Table, TextField
from jyxl.outline import PROMPT, Counted, Of, Outline, Part, Sentence, Slot, Word
from jyxl.rules.language import (
    Name,
    Node,
    Ref,
    RuleError,
    bind,
    parse,
    parse_sentence,
    parse_term,
    walk,
)
from jyxl.supplement_tables import text_name
from jyxl.toml_table import TomlTable

OWN = "own"
"""How the name of an indicator of the county's own begins in an outline."""
WORDS_IN_BRACES = (
    *("whom", "all", "members", "year", "notice"),
    *("office", "address", "postcode", "phone"),
)
"""What may stand in braces beside figures."""


@dataclass(frozen=True)
class _Names:
    """What the sentences of an outline may mention. cells: name → how it is scaled; named: figures
    made of several."""

    cells: Mapping[str, int | None]
    named: Mapping[str, Counted]


def outline(
    source: TomlTable,
    parts: Iterable[TomlTable],
    tables: Collection[Table],
    fields: Collection[TextField],
) -> Outline:
    """The outline of an edition. source: title, figures and own; parts: in the order of the
    report. Raises DefinitionError."""
    labels = source.section("own")
    own = {labels.name(key, key): labels.text(key) for key in labels.data}
    cells: dict[str, int | None] = {
        cell.name: cell.kind.scale for table in tables for cell in table.cells
    }
    cells |= {text_name(one.key): None for one in fields}
    cells |= {f"{OWN}.{key}": None for key in own}
    figures = source.section("figures")
    named = {key: _named(figures.section(key), key, cells) for key in figures.data}
    names = _Names(cells, named)
    keys = {table.key for table in tables}
    return Outline(
        title=_slots(source, "title", source.text("title"), names),
        parts=tuple(_part(one, names, keys, {one.key for one in fields}) for one in parts),
        own=own,
        labels={one.key: one.label for one in named.values()},
    )


def _named(source: TomlTable, key: str, cells: Mapping[str, int | None]) -> Counted:
    source.only("is", "label")
    try:
        tree = parse_term(source.text("is"))
    except RuleError as error:
        raise source.fail("is", str(error)) from None
    return Counted(f"report.{key}", _bound(source, "is", tree, cells), source.text("label"))


def _part(
    source: TomlTable, names: _Names, tables: Collection[str], fields: Collection[str]
) -> Part:
    source.only(
        *("key", "heading", "level", "table", "field", "sentences", "prompt", "otherwise"),
    )
    table, field = source.text("table", ""), source.text("field", "")
    for key, name, known in (("table", table, tables), ("field", field, fields)):
        if name and name not in known:
            raise source.fail(key, f"没有“{name}”")
    level = source.whole("level", 1)
    if level not in (1, 2):
        raise source.fail("level", "应为 1 或 2")
    for key in ("prompt", "otherwise"):
        if not source.text(key, PROMPT).startswith(PROMPT):
            raise source.fail(key, f"应以“{PROMPT}”开头")
    return Part(
        key=source.name("key", source.text("key")),
        heading=source.text("heading", ""),
        level=level,
        table=table,
        field=field,
        sentences=tuple(_sentence(one, names) for one in source.sections("sentences")),
        prompt=source.text("prompt", ""),
        otherwise=source.text("otherwise", ""),
    )


def _sentence(source: TomlTable, names: _Names) -> Sentence:
    source.only("say", "list", "of", "when")
    when = source.text("when", "")
    kinds: tuple[Of, ...] = get_args(Of)
    try:
        tree = parse(when) if when else None
    except RuleError as error:
        raise source.fail("when", str(error)) from None
    return Sentence(
        say=_slots(source, "say", source.text("say"), names),
        items=tuple(_slots(source, "list", one, names) for one in source.texts("list")),
        of=(source.one_of("of", kinds),) if "of" in source.data else kinds,
        when=_bound(source, "when", tree, names.cells) if tree is not None else None,
    )


def _slots(source: TomlTable, key: str, text: str, names: _Names) -> tuple[Slot, ...]:
    def slot(part: Node) -> Slot:
        if isinstance(part, Name) and part.path in WORDS_IN_BRACES:
            return Word(part.path)
        if isinstance(part, Name) and part.path in names.named:
            return names.named[part.path]
        tree = _bound(source, key, part, names.cells)
        if not isinstance(tree, Ref):
            raise source.fail(key, "花括号里只能写一个名称；几格相加减的，写在 figures 里")
        return Counted(tree.key, tree)

    try:
        parts = parse_sentence(text)
    except RuleError as error:
        raise source.fail(key, str(error)) from None
    return tuple(one if isinstance(one, str) else slot(one) for one in parts)


def _bound(source: TomlTable, key: str, tree: Node, cells: Mapping[str, int | None]) -> Node:
    paths = [one.path for one in _names(tree)]
    for path in paths:
        if path not in cells:
            raise source.fail(key, f"没有“{path}”这个名称")
    if len({scale for path in paths if (scale := cells[path]) is not None}) > 1:
        raise source.fail(key, "小数位数不同的数不能放在一起")
    return bind(tree, {path: path for path in paths}, {})


def _names(tree: Node) -> Iterator[Name]:
    return (one for one in walk(tree) if isinstance(one, Name))
