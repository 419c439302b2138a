"""templates/<edition>/*.toml → Edition. Every rule is compiled here: a bad one cannot be issued."""

from __future__ import annotations

import copyreg
import keyword
import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from jyxl import resources
from jyxl.definition import (
    UNIT_KINDS,
    Block,
    Cell,
    DefinitionError,
    Edition,
    Header,
    Kind,
    Rule,
    Table,
)
from jyxl.layout import OWN_SHEETS
from jyxl.rules.expand import expand
from jyxl.rules.language import RuleError

VARIABLE = "JYXL_TEMPLATES"
"""An environment variable: a further folder of editions, searched first."""


def folders() -> list[Path]:
    """Where editions are looked for, first match wins."""
    own = os.environ.get(VARIABLE)
    return [*([Path(own)] if own else []), resources.folder("templates")]


def available() -> list[str]:
    """The ids of all editions found, sorted."""
    found = {
        path.parent.name
        for folder in folders()
        if folder.is_dir()
        for path in folder.glob("*/edition.toml")
    }
    return sorted(found)


def for_year(year: int) -> Edition:
    """The newest edition that covers a report year."""
    for edition in reversed([load(name) for name in available()]):
        if edition.covers(year):
            return edition
    raise DefinitionError(f"没有适用于 {year} 年度的表式版本。")


copyreg.pickle(Edition, lambda edition: (load, (edition.id,)))
"""An edition travels to another process by its id."""

_loaded: dict[tuple[str | None, str], Edition] = {}


def load(edition: str) -> Edition:
    """The edition with this id. Raises DefinitionError, naming file and key."""
    key = (os.environ.get(VARIABLE), edition)
    if key not in _loaded:
        _loaded[key] = _build(_read(_find(edition), ()))
    return _loaded[key]


def _find(edition: str) -> Path:
    for folder in folders():
        if edition in available() and (folder / edition / "edition.toml").is_file():
            return folder / edition
    known = "、".join(available())
    raise DefinitionError(f"没有“{edition}”这个表式版本；现有的版本：{known}。")


@dataclass(frozen=True)
class _Source:
    """A TOML table with the file and key it stands at; every read is checked."""

    file: Path
    key: str
    data: Mapping[str, Any]

    def fail(self, key: str, problem: str) -> DefinitionError:
        place = f"{self.key}.{key}" if self.key and key else self.key or key
        name = f"{self.file.parent.name}/{self.file.name}"
        return DefinitionError(f"表式定义 {name} 的 {place}：{problem}。")

    def _get(self, key: str, kind: type | tuple[type, ...], want: str, default: Any) -> Any:
        value = self.data.get(key, default)
        if value is ...:
            raise self.fail(key, f"缺少这一项，应为{want}")
        if value is not default and (not isinstance(value, kind) or isinstance(value, bool)):
            raise self.fail(key, f"应为{want}，现在是 {value!r}")
        return value

    def text(self, key: str, default: Any = ...) -> Any:
        return self._get(key, str, "文字", default)

    def whole(self, key: str, default: Any = ...) -> Any:
        return self._get(key, int, "整数", default)

    def flag(self, key: str) -> bool:
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            raise self.fail(key, f"应为 true 或 false，现在是 {value!r}")
        return value

    def texts(self, key: str, allowed: tuple[str, ...] | None = None) -> tuple[str, ...]:
        values = self._get(key, list, "文字的列表", [])
        for value in values:
            if not isinstance(value, str):
                raise self.fail(key, f"应为文字的列表，现在有 {value!r}")
            if allowed is not None and value not in allowed:
                raise self.fail(key, f"“{value}”不在 {'、'.join(allowed)} 之内")
        return tuple(values)

    def one_of(self, key: str, allowed: tuple[str, ...]) -> Any:
        value = self.text(key)
        if value not in allowed:
            raise self.fail(key, f"“{value}”不在 {'、'.join(allowed)} 之内")
        return value

    def section(self, key: str) -> _Source:
        value = self._get(key, dict, "一节", {})
        return _Source(self.file, f"{self.key}.{key}" if self.key else key, value)

    def sections(self, key: str, needed: bool = False) -> list[_Source]:
        values = self._get(key, list, "若干节", ... if needed else [])
        if needed and not values:
            raise self.fail(key, "不能是空的")
        place = f"{self.key}.{key}" if self.key else key
        for value in values:
            if not isinstance(value, dict):
                raise self.fail(key, f"应为若干节，现在有 {value!r}")
        return [_Source(self.file, f"{place}[{n}]", value) for n, value in enumerate(values, 1)]

    def only(self, *known: str) -> None:
        for key in self.data:
            if key not in known:
                raise self.fail(key, "没有这个键，请检查拼写")


@dataclass(frozen=True)
class _Raw:
    """An edition with its base merged in, still as TOML."""

    edition: _Source
    kinds: dict[str, _Source]
    guide: dict[str, tuple[str, ...]]
    tables: dict[str, _Source]
    rules: dict[str, _Source]


def _toml(file: Path) -> _Source:
    try:
        return _Source(file, "", tomllib.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise DefinitionError(f"缺少表式定义文件 {file.parent.name}/{file.name}。") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DefinitionError(
            f"表式定义 {file.parent.name}/{file.name} 不是正确的 TOML：{error}。"
        ) from None


def _read(folder: Path, seen: tuple[str, ...]) -> _Raw:
    edition = _toml(folder / "edition.toml")
    edition.only(
        *("base", "id", "title", "notice", "first_year", "last_year", "tables", "county_kind"),
        *("kinds", "guide", "drop_rules", "renamed"),
    )
    base_name = edition.text("base", None)
    if base_name is not None and base_name in (*seen, folder.name):
        raise edition.fail("base", "互相引用")
    if base_name is not None and base_name not in available():
        raise edition.fail("base", f"没有“{base_name}”这个表式版本")
    base = _read(_find(base_name), (*seen, folder.name)) if base_name is not None else None
    guide = edition.section("guide")
    kinds = edition.section("kinds")
    rules = _rules(folder, edition, base)
    inherited = {"title", "county_kind", "tables"}
    data = {k: v for k, v in (base.edition.data if base else {}).items() if k in inherited}
    merged = _Source(edition.file, "", {**data, **edition.data})
    return _Raw(
        edition=merged,
        kinds={**(base.kinds if base else {}), **{key: kinds.section(key) for key in kinds.data}},
        guide={**(base.guide if base else {}), **{key: guide.texts(key) for key in guide.data}},
        tables={
            key: _table_source(folder, key, base)
            for key in (_name(merged, "tables", key) for key in merged.texts("tables"))
        },
        rules=rules,
    )


def _rules(folder: Path, edition: _Source, base: _Raw | None) -> dict[str, _Source]:
    rules = dict(base.rules) if base else {}
    for dropped in edition.texts("drop_rules"):
        if dropped not in rules:
            raise edition.fail("drop_rules", f"base 中没有规则“{dropped}”")
        del rules[dropped]
    own = _toml(folder / "rules.toml") if (folder / "rules.toml").exists() or not base else None
    if own is not None:
        own.only("rule")
        ids = [rule.text("id") for rule in own.sections("rule")]
        for rule, name in zip(own.sections("rule"), ids, strict=True):
            if ids.count(name) > 1:
                raise rule.fail("id", f"规则“{name}”写了两遍")
            rules[name] = rule
    return rules


def _table_source(folder: Path, key: str, base: _Raw | None) -> _Source:
    file = folder / f"{key}.toml"
    if base is not None and key in base.tables:
        if not file.exists():
            return base.tables[key]
        own = _toml(file)
        if "replace" in own.data:
            own.only("replace")
            data: Any = base.tables[key].data
            for patch in own.sections("replace"):
                patch.only("row", "with")
                data, count = _replace(data, patch.text("row"), list(patch.data.get("with", [])))
                if count != 1:
                    raise patch.fail("row", f"base 的表中应恰有一行“{patch.text('row')}”")
            return _Source(file, "", data)
    return _toml(file)


def _replace(data: Any, row: str, new: list[Any]) -> tuple[Any, int]:
    """The tree with the row of that key replaced by new rows, and how many were found."""
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


def _build(raw: _Raw) -> Edition:
    source = raw.edition
    if source.text("id") != source.file.parent.name:
        raise source.fail("id", "应与文件夹同名")
    kinds = {key: _kind(key, section) for key, section in raw.kinds.items()}
    tables = tuple(_table(key, section, kinds) for key, section in raw.tables.items())
    if not tables:
        raise source.fail("tables", "至少要有一张表")
    sheets = [table.sheet.casefold() for table in tables]
    for table in tables:
        if sheets.count(table.sheet.casefold()) > 1:
            raise raw.tables[table.key].fail("sheet", f"工作表名“{table.sheet}”重复")
    rules = tuple(_rule(section, kinds) for section in raw.rules.values())
    try:
        instances, totals = expand(tables, rules)
    except RuleError as error:
        rule, problem = error.args
        raise raw.rules[rule].fail("when", problem) from None
    return Edition(
        id=source.text("id"),
        title=source.text("title"),
        notice=source.text("notice"),
        first_year=source.whole("first_year", None),
        last_year=source.whole("last_year", None),
        county_kind=source.one_of("county_kind", UNIT_KINDS),
        kinds=kinds,
        guide=raw.guide,
        tables=tables,
        rules=rules,
        instances=instances,
        totals=totals,
        renamed=_renamed(source.section("renamed"), tables),
    )


def _renamed(source: _Source, tables: Sequence[Table]) -> dict[str, str]:
    """Old name → new name; the new one must be a cell, or a part of cells' names."""
    cells = [f"{cell.name}." for table in tables for cell in table.cells]
    for old in source.data:
        new = source.text(old)
        if not any(name.startswith(f"{new}.") for name in cells):
            raise source.fail(old, f"没有“{new}”这一格、这一行或这张表")
    return dict(source.data)


def _kind(key: str, source: _Source) -> Kind:
    source.only("rule", "want", "decimals", "minimum", "maximum", "unit", "units")
    units = source.section("units")
    try:
        factors = {word: Decimal(units.text(word)) for word in units.data}
    except InvalidOperation:
        factors = {"": Decimal("nan")}
    if not all(factor.is_finite() for factor in factors.values()):
        raise source.fail("units", '倍数应为写成文字的数，如 "0.0001"')
    decimals = source.whole("decimals")
    if not 0 <= decimals <= 6:
        raise source.fail("decimals", "应为 0 至 6")
    for bound in ("minimum", "maximum"):
        if abs(source.whole(bound)) * 10**decimals >= 10**15:
            raise source.fail(bound, "连小数最多 15 位，电子表格记不住更多")
    if source.whole("minimum") > source.whole("maximum"):
        raise source.fail("minimum", "不能大于 maximum")
    return Kind(
        key=key,
        rule=source.one_of("rule", ("F-1", "F-2")),
        want=source.text("want"),
        decimals=decimals,
        minimum=source.whole("minimum"),
        maximum=source.whole("maximum"),
        unit=source.text("unit", ""),
        units=factors,
    )


def _rule(source: _Source, kinds: Mapping[str, Kind]) -> Rule:
    source.only(
        *("id", "table", "each", "when", "severity", "source", "hint"),
        *("computes", "kinds", "units"),
    )
    return Rule(
        id=source.text("id"),
        table=source.text("table"),
        each=source.one_of("each", ("row", "column", "group", "cell", "table")),
        when=source.text("when"),
        severity=source.one_of("severity", ("error", "warning")),
        source=source.text("source"),
        hint=source.text("hint"),
        computes=source.flag("computes"),
        kinds=source.texts("kinds", tuple(kinds)),
        units=source.texts("units", UNIT_KINDS),
    )


_FORBIDDEN_IN_SHEET = set("[]:*?/\\'")


def _table(key: str, source: _Source, kinds: Mapping[str, Kind]) -> Table:
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


def _block(source: _Source, kinds: Mapping[str, Kind]) -> Block:
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


def _header(source: _Source, kinds: Mapping[str, Kind], nested: str) -> Header:
    children = tuple(_header(child, kinds, nested) for child in source.sections(nested))
    of_leaf = ["kind"] if nested == "columns" and not children else []
    source.only("key", "group", "label", "prompt", "closed_for", nested, *of_leaf)
    key = source.text("key", None)
    for name in ("key", "group"):
        if source.text(name, None) is not None:
            _name(source, name, source.text(name))
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
        closed_for=source.texts("closed_for", UNIT_KINDS),
        children=children,
    )


def _name(source: _Source, key: str, name: str) -> str:
    """A name that rules can speak of."""
    if not (name.isascii() and name.isidentifier()) or keyword.iskeyword(name):
        raise source.fail(key, f"“{name}”应为英文字母、数字和下划线，不以数字开头")
    return name


@dataclass(frozen=True)
class _Leaf:
    key: str
    labels: tuple[str, ...]
    prompt: str
    kind: str | None
    closed_for: tuple[str, ...]


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
