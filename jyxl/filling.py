"""A form of the office above, filled with the sums of a county: which figure goes into which cell,
what is left to the clerk, and how the county explains what looks odd."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from jyxl import live
from jyxl.county import County, counts, sums
from jyxl.definition import Cell, Edition, Instance, TextCell
from jyxl.finding import PARTIAL
from jyxl.layout import NO, YES
from jyxl.origin import MOST, Origin
from jyxl.submission import Entries
from jyxl.terms import UnitKind

GATHERED = "各单位的说明——"
"""How an explanation begins that was put together from those of the units."""
_LONGEST = 1000


@dataclass(frozen=True)
class Left:
    """A cell of the form that was left as it was. label: what is asked there; why: in Chinese."""

    label: str
    why: str


@dataclass(frozen=True)
class Filled:
    """entries: what is to stand in the form; own: the labels of the indicators and texts of the
    office above that were filled; left: those that were not; explained: the rules at their places
    that the units' explanations explain."""

    entries: Entries
    own: tuple[str, ...]
    left: tuple[Left, ...]
    explained: tuple[str, ...]


def origin(county: County, campaign: str, number: int) -> Origin:
    """What the form says of the campaign that its figures are from. campaign: the id; number: as in
    Origin."""
    missing = [
        unit.name if not unit.counts else f"{unit.name}（不完整）"
        for unit in county.units
        if not unit.counts or any(one.rule == PARTIAL for one in unit.explanations)
    ]
    return Origin(
        county.name,
        campaign,
        number,
        county.state,
        len(county.units),
        len(county.counted),
        tuple(missing[:MOST]),
    )


def filled(
    county: County, form: Edition, kind: UnitKind, typed: Entries, last: Mapping[str, int]
) -> Filled:
    """The form with the county's sums in it. form, kind: the edition of the form with what it asks
    besides, and the kind of unit it was issued to; typed: what stands in it already, which is kept
    where the county has nothing to put; last: what the form says of last year.

    Cells that no unit of the county may fill are left, since the sum of nothing is no answer.
    """
    numbers, texts = dict(typed.numbers), dict(typed.texts)
    words = dict(typed.words)
    own: list[str] = []
    left: list[Left] = []
    figures = sums(county)
    for cell in form.cells:
        if cell.name in form.totals:
            continue
        is_open = form.is_open(cell, kind)
        ours = counterpart(county.edition, form, cell)
        why = _why_not(county, ours, figures)
        if ours is not None and not why:
            value = figures[ours.name] * (cell.kind.scale // ours.kind.scale)
            texts.pop(cell.name, None)
            numbers.pop(cell.name, None)
            if is_open or value:
                numbers[cell.name] = value
                own += [cell.row_labels[-1]] if form.table[cell.table].is_own else []
        elif is_open:
            left.append(Left(cell.label, why))
    said = counts(county)
    for table in form.tables:
        for text in form.open_texts(table, kind):
            if text.beside is None and not (why := _why_unsaid(county, text)):
                words[text.name] = YES if said[text.name] else NO
                own.append(text.label)
            elif text.beside is None and text.is_blank(words.get(text.name, "")):
                left.append(Left(text.label, why))
    entries = replace(typed, numbers=numbers, texts=texts, words=words)
    entries, explained = _explained(county, form, kind, entries, last)
    return Filled(entries, tuple(own), tuple(left), explained)


def counterpart(ours: Edition, form: Edition, cell: Cell) -> Cell | None:
    """The county's own cell that a cell of the form asks for: the one with its name or, for an
    indicator, the only one with its label and its unit that is not finer."""
    if cell.name in ours.cell:
        return ours.cell[cell.name]
    if not form.table[cell.table].is_own or cell.table not in ours.table:
        return None
    alike = [
        one
        for one in ours.table[cell.table].cells
        if one.row_labels[-1] == cell.row_labels[-1] and one.kind.decimals <= cell.kind.decimals
    ]
    return alike[0] if len(alike) == 1 else None


def _why_not(county: County, ours: Cell | None, figures: Mapping[str, int]) -> str:
    """Why the county has no figure for a cell, '' if it has."""
    if ours is None:
        return "本级没有向各单位收这一项"
    if ours.added != "求和":
        return "本级收的这一项不求和"
    if ours.name in county.adjusted:
        return ""
    asked = [unit for unit in county.counted if unit.kind not in ours.closed_for]
    if not asked and not figures[ours.name]:
        return "名册里没有单位能填这一项"
    unasked = [unit.name for unit in asked if ours.name in unit.unasked]
    return f"有 {len(unasked)} 个单位还没有报这一项" if unasked else ""


def _why_unsaid(county: County, text: TextCell) -> str:
    """Why the county has no answer to a question, '' if it has: 是 if a unit has said so."""
    ours = county.edition.text.get(text.name)
    if not text.choices or ours is None or ours.added != "计数":
        return "文字由本级填写" if not text.choices else "本级没有向各单位收这一项"
    unasked = [unit.name for unit in county.counted if text.name in unit.unasked]
    return f"有 {len(unasked)} 个单位还没有报这一项" if unasked else ""


def _explained(
    county: County, form: Edition, kind: UnitKind, entries: Entries, last: Mapping[str, int]
) -> tuple[Entries, tuple[str, ...]]:
    """What is to be explained is explained with the units' explanations of the same rule at the same
    place, unless the clerk has explained it in the form; those that were put together before are
    made anew."""
    kept = {
        place: words
        for place, words in entries.explanations.items()
        if not words.startswith(GATHERED)
    }
    figures = live.values(form, entries.numbers)
    bare = replace(entries, explanations=kept)
    gathered: dict[str, str] = {}
    for state in live.lines(form, kind, bare, figures, last):
        check = state.line.check
        if state.warnings and isinstance(check, Instance):
            said = "；".join(_said(county, check))
            more = "…" if len(said) > _LONGEST else ""
            gathered |= {check.id: f"{GATHERED}{said[:_LONGEST]}{more}"} if said else {}
    return replace(entries, explanations=kept | gathered), tuple(gathered)


def _said(county: County, check: Instance) -> Iterator[str]:
    """What the units said of a rule of the form at its place. A county's own rules are left out, as
    they are others than those of the office above."""
    for unit in county.counted if not check.rule.id.startswith("B-") else ():
        for one in unit.explanations:
            if one.instance == check.id and one.words:
                yield f"{unit.name}：{one.words.removeprefix(GATHERED)}"
