"""templates/<edition>/*.toml → an edition's TOML, merged with what it takes from its base."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jyxl.definition import rule_key
from jyxl.toml_table import TomlTable, read_toml


@dataclass(frozen=True)
class OutlineSource:
    """The outline of the report, merged. head: what is not about a part; parts: by their keys."""

    head: TomlTable
    parts: dict[str, TomlTable]


@dataclass(frozen=True)
class EditionSource:
    """An edition merged with its base, still as TOML."""

    edition: TomlTable
    kinds: dict[str, TomlTable]
    guide: dict[str, tuple[str, ...]]
    tables: dict[str, TomlTable]
    rules: dict[str, TomlTable]
    fields: dict[str, TomlTable] = field(default_factory=dict)
    claims: dict[str, TomlTable] = field(default_factory=dict)
    outline: OutlineSource | None = None


Find = Callable[[str], Path | None]
"""The id of an edition → its folder, or None if there is none."""


def read(folder: Path, find: Find, seen: tuple[str, ...] = ()) -> EditionSource:
    """The edition in a folder. seen: the editions that have it as their base.

    Raises DefinitionError.
    """
    edition = read_toml(folder / "edition.toml")
    edition.only(
        *("base", "id", "title", "notice", "first_year", "last_year", "tables", "county_kind"),
        *("kinds", "guide", "drop_rules", "renamed", "last"),
    )
    base_name = edition.text("base", None)
    if base_name is not None and base_name in (*seen, folder.name):
        raise edition.fail("base", "互相引用")
    base_folder = find(base_name) if base_name is not None else None
    if base_name is not None and base_folder is None:
        raise edition.fail("base", f"没有“{base_name}”这个表式版本")
    base = read(base_folder, find, (*seen, folder.name)) if base_folder is not None else None
    guide = edition.section("guide")
    kinds = edition.section("kinds")
    rules = _rules(folder, edition, base)
    inherited = {"title", "county_kind", "tables"}
    data = {k: v for k, v in (base.edition.data if base else {}).items() if k in inherited}
    merged = TomlTable(edition.file, "", {**data, **edition.data})
    return EditionSource(
        edition=merged,
        kinds={**(base.kinds if base else {}), **{key: kinds.section(key) for key in kinds.data}},
        guide={**(base.guide if base else {}), **{key: guide.texts(key) for key in guide.data}},
        tables={
            key: _table_source(folder, key, base)
            for key in (merged.name("tables", key) for key in merged.texts("tables"))
        },
        rules=rules,
        fields=_texts(folder, "field", base.fields if base else {}),
        claims=_texts(folder, "claim", base.claims if base else {}),
        outline=_outline(folder, base.outline if base else None),
    )


def _outline(folder: Path, base: OutlineSource | None) -> OutlineSource | None:
    """The outline in report.toml. What it says of a part, of a figure or of an indicator takes the
    place of what the base says; the rest is as there."""
    if not (folder / "report.toml").exists():
        return base
    own = read_toml(folder / "report.toml")
    own.only("title", "figures", "own", "part")
    head = dict(base.head.data) if base else {}
    for key in ("figures", "own"):
        head[key] = {**head.get(key, {}), **own.section(key).data}
    if "title" in own.data:
        head["title"] = own.data["title"]
    parts = dict(base.parts) if base else {}
    seen: set[str] = set()
    for one in own.sections("part"):
        key = one.text("key")
        if key in seen:
            raise one.fail("key", f"“{key}”写了两遍")
        seen.add(key)
        before = parts[key].data if key in parts else {}
        parts[key] = TomlTable(one.file, one.key, {**before, **one.data})
    return OutlineSource(TomlTable(own.file, "", head), parts)


def _texts(folder: Path, what: str, base: dict[str, TomlTable]) -> dict[str, TomlTable]:
    """The sections of texts.toml by their keys; one with a key of the base takes its place."""
    if not (folder / "texts.toml").exists():
        return base
    own = read_toml(folder / "texts.toml")
    own.only("field", "claim")
    found: dict[str, TomlTable] = {}
    for one in own.sections(what):
        key = one.name("key", one.text("key"))
        if key in found:
            raise one.fail("key", f"“{key}”写了两遍")
        found[key] = one
    return base | found


def _rules(folder: Path, edition: TomlTable, base: EditionSource | None) -> dict[str, TomlTable]:
    rules = dict(base.rules) if base else {}
    for dropped in edition.texts("drop_rules"):
        if dropped not in {rule.text("id") for rule in rules.values()}:
            raise edition.fail("drop_rules", f"base 中没有规则“{dropped}”")
        rules = _without(rules, dropped)
    own = read_toml(folder / "rules.toml") if (folder / "rules.toml").exists() or not base else None
    if own is not None:
        own.only("rule")
        sections = own.sections("rule")
        keys = [_key(rule) for rule in sections]
        for rule in sections:
            rules = _without(rules, rule.text("id"), keys)
        for rule, key in zip(sections, keys, strict=True):
            if keys.count(key) > 1:
                raise rule.fail("id", f"规则“{rule.text('id')}”写了两遍")
            rules[key] = rule
    return rules


def _key(rule: TomlTable) -> str:
    """A rule may be written for several tables or kinds of cells."""
    return rule_key(rule.text("id"), rule.text("table"), rule.texts("kinds"))


def _without(
    rules: dict[str, TomlTable], id_: str, but: Collection[str] = ()
) -> dict[str, TomlTable]:
    """The rules without those of this id. but: the keys of those that stay."""
    return {key: rule for key, rule in rules.items() if rule.text("id") != id_ or key in but}


def _table_source(folder: Path, key: str, base: EditionSource | None) -> TomlTable:
    file = folder / f"{key}.toml"
    if base is not None and key in base.tables:
        if not file.exists():
            return base.tables[key]
        own = read_toml(file)
        if "replace" in own.data:
            own.only("replace")
            data: Any = base.tables[key].data
            for patch in own.sections("replace"):
                patch.only("row", "with")
                data, count = _replace(data, patch.text("row"), list(patch.data.get("with", [])))
                if count != 1:
                    raise patch.fail("row", f"base 的表中应恰有一行“{patch.text('row')}”")
            return TomlTable(file, "", data)
    return read_toml(file)


def _replace(data: Any, row: str, new: list[Any]) -> tuple[Any, int]:
    """The tree with the row of this key replaced by new rows, and how many such rows it had."""
    if isinstance(data, dict):
        parts = {key: _replace(value, row, new) for key, value in data.items()}
        return {k: part for k, (part, _) in parts.items()}, sum(n for _, n in parts.values())
    if isinstance(data, list):
        out: list[Any] = []
        count = 0
        for item in data:
            if isinstance(item, dict) and item.get("key") == row:
                out.extend(new)
                count += 1
            else:
                part, found = _replace(item, row, new)
                out.append(part)
                count += found
        return out, count
    return data, 0
