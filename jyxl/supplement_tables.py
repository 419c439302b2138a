"""What a county asks for beyond the form → tables and rules like those of the form."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from jyxl.definition import (
    UNIT_KINDS,
    Block,
    Cell,
    Edition,
    Header,
    Kind,
    Rule,
    Table,
    TextCell,
    TextField,
)
from jyxl.edition_texts import CHOICE, TEXT
from jyxl.layout import INDICATORS, NO, TEXTS, YES
from jyxl.supplement import SHORT, Indicator, Supplement, TextAsked
from jyxl.terms import UnitKind

OWN, WORDS = "own", "words"
"""The keys of the two tables; an edition has no table with these keys."""
VALUE, NOTE = "value", "note"
_NOTE_LONGEST = 2000
_MOST_DECIMALS = 4
_MEASURES = "件条项个次宗起份部期人户篇场册"


def tables(edition: Edition, supplement: Supplement) -> Iterator[Table]:
    """The tables that are added to those of the edition. Raises KeyError if a text is asked for
    that is no field of the edition."""
    if supplement.indicators:
        yield _indicators(supplement.indicators)
    if supplement.texts:
        fields = {field.key: field for field in edition.fields}
        yield _texts(edition, [(fields[one.field], one) for one in supplement.texts])


def rules(supplement: Supplement) -> Iterator[Rule]:
    """The rules of the county's own, in the order in which they were written."""
    for number, one in enumerate(supplement.relations, 1):
        yield Rule(
            id=f"B-{number}",
            table=OWN,
            each="table",
            when=one.when,
            severity=one.severity,
            source="本县补充",
            hint="这几个数应当对得上，请核对。",
            computes=False,
            kinds=(),
            units=(),
        )


def cell_name(indicator: Indicator) -> str:
    """The name of the cell in which an indicator is answered."""
    return f"{OWN}.{indicator.key}.{VALUE}"


def text_name(field: str) -> str:
    """The name of the cell in which a text is answered. field: its key."""
    return f"{WORDS}.{field}.{VALUE}"


def kind(indicator: Indicator) -> Kind:
    """The kind of number that an indicator asks for."""
    decimals = _MOST_DECIMALS if indicator.asked == "小数" else 0
    unit = indicator.unit
    factors = {word: Decimal(1) for word in (*_MEASURES, unit) if word}
    if unit == "万元":
        factors = {"万元": Decimal(1), "万": Decimal(1), "元": Decimal("0.0001")}
    places = f"、最多 {decimals} 位小数的数" if decimals else "的整数"
    return Kind(
        key=f"own.{decimals}.{unit}",
        rule="F-1",
        want=f"不小于 0 {places}".replace(" 、", "、"),
        decimals=decimals,
        minimum=0,
        maximum=999_999_999,
        unit=unit if decimals and unit == "万元" else "",
        units=factors,
    )


def _indicators(indicators: tuple[Indicator, ...]) -> Table:
    rows: list[Header] = []
    for group, members in groupby(indicators, lambda one: one.group):
        leaves = tuple(_header(one.key, one.words) for one in members)
        rows += [Header(None, None, group, None, "", (), leaves)] if group else leaves
    has_groups = any(one.group for one in indicators)
    return Table(
        key=OWN,
        sheet=INDICATORS,
        title="补充指标",
        blocks=(Block(None, "指标", tuple(rows), (_header(VALUE, "填报"),)),),
        cells=tuple(_cell(one) for one in indicators if _is_number(one)),
        texts=tuple(_answer(one) for one in indicators if not _is_number(one)),
        widths=(15.0, 41.0, 36.0) if has_groups else (46.0, 23.0, 23.0),
        is_own=True,
    )


def _is_number(one: Indicator) -> bool:
    return one.asked in ("整数", "小数")


def _header(key: str, label: str) -> Header:
    return Header(key, None, label, None, "", (), ())


def _closed(kinds: tuple[UnitKind, ...]) -> tuple[UnitKind, ...]:
    return tuple(one for one in UNIT_KINDS if one not in kinds) if kinds else ()


def _cell(one: Indicator) -> Cell:
    return Cell(
        table=OWN,
        row=one.key,
        column=VALUE,
        kind=kind(one),
        row_labels=(*((one.group,) if one.group else ()), one.words),
        column_labels=(),
        prompt=one.hint,
        closed_for=_closed(one.kinds),
        needed=one.needed,
        added=one.added,
    )


def _answer(one: Indicator) -> TextCell:
    return TextCell(
        table=OWN,
        row=one.key,
        column=VALUE,
        row_labels=(*((one.group,) if one.group else ()), one.words),
        prompt=one.hint,
        closed_for=_closed(one.kinds),
        needed=one.needed,
        longest=SHORT,
        choices=(YES, NO) if one.asked == "是否" else (),
        added="不汇总" if one.added == "求和" else one.added,
    )


def _texts(edition: Edition, asked: list[tuple[TextField, TextAsked]]) -> Table:
    parts = [(part, list(members)) for part, members in groupby(asked, lambda one: one[0].part)]
    return Table(
        key=WORDS,
        sheet=TEXTS,
        title="文字材料",
        blocks=tuple(_part(part, members) for part, members in parts),
        cells=tuple(
            _amount(edition, field, one)
            for field, one in asked
            if field.shape not in (TEXT, CHOICE)
        ),
        texts=tuple(
            text
            for field, one in asked
            if field.shape in (TEXT, CHOICE)
            for text in _fields(field, one)
        ),
        widths=(16.0, 58.0, 18.0),
        is_own=True,
    )


def _part(part: str, members: list[tuple[TextField, TextAsked]]) -> Block:
    columns = [_header(VALUE, "内容")]
    if any(field.shape == TEXT for field, _ in members):
        columns.append(_header(NOTE, "说明（文字里的数与表中不同时，写明原因）"))
    rows = (_header(field.key, _row_label(field, one)) for field, one in members)
    return Block(title=part, corner="项目", rows=tuple(rows), columns=tuple(columns))


def _row_label(field: TextField, one: TextAsked) -> str:
    needed = "必填" if one.needed else "没有的不填"
    return (
        f"{field.label}（{needed}，{one.longest} 字以内）" if field.shape == TEXT else field.label
    )


def _amount(edition: Edition, field: TextField, one: TextAsked) -> Cell:
    return Cell(
        table=WORDS,
        row=field.key,
        column=VALUE,
        kind=edition.kinds[field.shape],
        row_labels=(field.part, field.label),
        column_labels=(),
        prompt=one.hint or field.hint,
        closed_for=_closed(one.kinds),
        needed=False,
    )


def _fields(field: TextField, one: TextAsked) -> Iterator[TextCell]:
    text = TextCell(
        table=WORDS,
        row=field.key,
        column=VALUE,
        row_labels=(field.part, field.label),
        prompt=one.hint or field.hint,
        closed_for=_closed(one.kinds),
        needed=one.needed,
        longest=one.longest if field.shape == TEXT else SHORT,
        choices=(YES, NO) if field.shape == CHOICE else (),
        added="计数" if field.shape == CHOICE else "不汇总",
    )
    yield text
    if field.shape == TEXT:
        yield TextCell(
            table=WORDS,
            row=field.key,
            column=NOTE,
            row_labels=(field.part, f"{field.label}的说明"),
            prompt="文字里的数与表中不同而又没有错的，在这里写明原因。",
            closed_for=text.closed_for,
            needed=False,
            longest=_NOTE_LONGEST,
            beside=text.name,
        )
