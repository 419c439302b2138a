"""The figures of the tables that a text usually repeats, beside it while it is written."""

from __future__ import annotations

from collections.abc import Mapping

from jyxl.addresses import Area
from jyxl.definition import Claim, Edition, Table
from jyxl.layout import sheet
from jyxl.numbers import plain
from jyxl.rules import excel
from jyxl.rules.language import Ref, Sum
from jyxl.terms import UnitKind
from jyxl.writer import look
from jyxl.writer.book import Book, Sheet, put_formula
from jyxl.writer.references import areas

_WIDTH = 26.0
_BEFORE = "表里的数："


def write(
    book: Book,
    page: Sheet,
    edition: Edition,
    table: Table,
    unit_kind: UnitKind,
    figures: Mapping[str, int],
) -> None:
    """Write a line of them to the right of the table, which is not printed, in the row of each
    text that has any."""
    place = sheet(table)
    repeated = {field.key: field.claims for field in edition.fields if field.claims}
    by_key = {claim.key: claim for claim in edition.claims}
    style = book.style(look.SMALL | {"text_wrap": True, "valign": "top", "indent": 1})
    for text in edition.open_texts(table, unit_kind):
        if text.beside or text.row not in repeated:
            continue
        claims = [by_key[key] for key in repeated[text.row]]
        row, column = place.texts[text.name].top, place.columns
        page.set_column(column, column, _WIDTH)
        words = _BEFORE + "，".join(
            f"{one.label} {_stated(edition, one, figures)}" for one in claims
        )
        put_formula(page, Area(row, column, row, column), _formula(edition, claims), words, style)


def _stated(edition: Edition, claim: Claim, figures: Mapping[str, int]) -> str:
    names = claim.sums[0]
    return plain(sum(figures[name] for name in names), edition.cell[names[0]].kind.scale)


def _formula(edition: Edition, claims: list[Claim]) -> str:
    here = areas(edition)
    parts = []
    for number, one in enumerate(claims):
        names = one.sums[0]
        total = Sum(tuple((1, Ref(name)) for name in names))
        figure = excel.formula(total, here, edition.cell[names[0]].kind.decimals)
        words = ("，" if number else _BEFORE) + f"{one.label} "
        parts.append(f"{excel.text(words)}&{figure}")
    return "&".join(parts)
