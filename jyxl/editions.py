"""templates/<edition>/*.toml → Edition. Every rule is compiled here, so no bad rule is issued."""

from __future__ import annotations

import copyreg
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, get_args

from jyxl import edition_texts, resources, supplement_tables
from jyxl.definition import UNIT_KINDS, DefinitionError, Edition, Kind, Rule, Table, TextField
from jyxl.edition_outline import outline
from jyxl.edition_source import EditionSource, read
from jyxl.edition_tables import table
from jyxl.outline import Outline
from jyxl.rules.expand import expand
from jyxl.rules.language import RuleError, SentenceError
from jyxl.supplement import Supplement
from jyxl.terms import Each, Severity
from jyxl.toml_table import TomlTable

VARIABLE = "JYXL_TEMPLATES"
"""The environment variable that names a further folder of editions, which is searched first."""


def folders() -> list[Path]:
    """The folders in which editions are looked up; the first match wins."""
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
    """The newest edition that covers a report year. Raises DefinitionError if there is none."""
    known = [load(name) for name in available()]
    for edition in reversed(known):
        if edition.covers(year):
            return edition
    have = "、".join(f"{edition.id} 年版（{edition.years}）" for edition in known)
    raise DefinitionError(f"没有适用于 {year} 年度的表式版本；现有的版本：{have}。")


copyreg.pickle(Edition, lambda edition: (combined, (edition.id, edition.supplement)))
"""An edition is sent to another process as its id and what the county asks for besides."""

_loaded: dict[tuple[str | None, str], Edition] = {}
_combined: dict[tuple[Edition, Supplement], Edition] = {}
_KEPT = 64
"""How many combined editions are kept at most: a campaign has one, but `check` may meet many."""


def combined(edition: str, supplement: Supplement) -> Edition:
    """The edition with this id, with what a county asks for besides. Raises DefinitionError."""
    return with_supplement(load(edition), supplement)


def with_supplement(edition: Edition, supplement: Supplement) -> Edition:
    """The edition with the county's own tables and rules after its own; its id stays. Equal
    arguments give the same edition. Raises DefinitionError if the two do not fit."""
    if not supplement.asks:
        return edition
    key = (edition, supplement)
    if key not in _combined:
        if len(_combined) >= _KEPT:
            _combined.clear()
        _combined[key] = _with(edition, supplement)
    return _combined[key]


def _with(edition: Edition, supplement: Supplement) -> Edition:
    try:
        tables = (*edition.tables, *supplement_tables.tables(edition, supplement))
    except KeyError as error:
        raise DefinitionError(f"{edition.id} 年版表式没有“{error.args[0]}”这一项文字。") from None
    rules = (*edition.rules, *supplement_tables.rules(supplement))
    try:
        instances, totals = expand(tables, rules)
    except RuleError as error:
        raise DefinitionError(f"补充指标的勾稽 {error.args[0]}：{error.args[1]}。") from None
    return replace(
        edition,
        tables=tables,
        rules=rules,
        instances=instances,
        totals=totals,
        supplement=supplement,
    )


def load(edition: str) -> Edition:
    """The edition with this id. Raises DefinitionError, which names the file and the key."""
    key = (os.environ.get(VARIABLE), edition)
    if key not in _loaded:
        _loaded[key] = _build(read(_found(edition), find))
    return _loaded[key]


def digest(edition: str) -> str:
    """The SHA-256 of all that defines an edition. Raises DefinitionError."""
    text = json.dumps(read(_found(edition), find), default=_without_place)
    return hashlib.sha256(text.encode()).hexdigest()


def _without_place(source: object) -> Any:
    """What stands in the files, but not where they are."""
    if isinstance(source, TomlTable):
        return source.data
    return vars(source) if is_dataclass(source) else str(source)


def find(edition: str) -> Path | None:
    """The folder of an edition, or None if there is none."""
    if edition not in available():
        return None
    places = (folder / edition for folder in folders())
    return next((place for place in places if (place / "edition.toml").is_file()), None)


def _found(edition: str) -> Path:
    folder = find(edition)
    if folder is None:
        known = "、".join(available())
        raise DefinitionError(f"没有“{edition}”这个表式版本；现有的版本：{known}。")
    return folder


def _build(raw: EditionSource) -> Edition:
    source = raw.edition
    if source.text("id") != source.file.parent.name:
        raise source.fail("id", "应与文件夹同名")
    kinds = {key: _kind(key, section) for key, section in raw.kinds.items()}
    tables = tuple(table(key, section, kinds) for key, section in raw.tables.items())
    if not tables:
        raise source.fail("tables", "至少要有一张表")
    for key in (supplement_tables.OWN, supplement_tables.WORDS):
        if key in raw.tables:
            raise source.fail("tables", f"“{key}”留给补充指标和文字材料，请换一个")
    sheets = [one.sheet.casefold() for one in tables]
    for one in tables:
        if sheets.count(one.sheet.casefold()) > 1:
            raise raw.tables[one.key].fail("sheet", f"工作表名“{one.sheet}”重复")
    rules = tuple(_rule(section, kinds) for section in raw.rules.values())
    try:
        instances, totals = expand(tables, rules)
    except RuleError as error:
        rule, problem = error.args
        key = "fails" if isinstance(error, SentenceError) else "when"
        raise raw.rules[rule].fail(key, problem) from None
    names = {cell.name for one in tables for cell in one.cells}
    fields = edition_texts.fields(raw.fields.values(), kinds, raw.claims)
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
        last=_last(source.section("last")),
        fields=fields,
        claims=tuple(edition_texts.claim(one, names) for one in raw.claims.values()),
        outline=_outline(raw, tables, fields),
    )


def _outline(
    raw: EditionSource, tables: Sequence[Table], fields: Sequence[TextField]
) -> Outline | None:
    if raw.outline is None:
        return None
    return outline(raw.outline.head, raw.outline.parts.values(), tables, fields)


def _renamed(source: TomlTable, tables: Sequence[Table]) -> dict[str, str]:
    """Old name → new name, which must name a cell or begin the names of cells."""
    cells = [f"{cell.name}." for one in tables for cell in one.cells]
    for old in source.data:
        new = source.text(old)
        if not any(name.startswith(f"{new}.") for name in cells):
            raise source.fail(old, f"没有“{new}”这一格、这一行或这张表")
    return dict(source.data)


def _last(source: TomlTable) -> dict[str, dict[str, str]]:
    """The id of an older edition → its names → those of this edition that mean the same; whether
    both have these names is seen when they are used (`last_year.carried_over`)."""
    sections = {older: source.section(older) for older in source.data}
    return {
        older: {old: names.text(old) for old in names.data} for older, names in sections.items()
    }


def _kind(key: str, source: TomlTable) -> Kind:
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
    if source.whole("minimum") > 0:
        raise source.fail("minimum", "不能大于 0，空着的格算 0")
    if source.whole("maximum") < 0:
        raise source.fail("maximum", "不能小于 0，空着的格算 0")
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


_PLACES: tuple[Each, ...] = get_args(Each)
_SEVERITIES: tuple[Severity, ...] = ("error", "warning")


def _rule(source: TomlTable, kinds: Mapping[str, Kind]) -> Rule:
    source.only(
        *("id", "table", "each", "when", "severity", "source", "hint"),
        *("fails", "computes", "fills", "kinds", "units", "skip"),
    )
    return Rule(
        id=source.text("id"),
        table=source.text("table"),
        each=source.one_of("each", _PLACES),
        when=source.text("when"),
        severity=source.one_of("severity", _SEVERITIES),
        source=source.text("source"),
        hint=source.text("hint"),
        computes=source.flag("computes"),
        kinds=source.some_of("kinds", tuple(kinds)),
        units=source.some_of("units", UNIT_KINDS),
        fails=source.text("fails", ""),
        skip=source.texts("skip"),
        fills=source.flag("fills"),
    )
