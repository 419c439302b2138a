"""The facts of a county or of a unit, put into the outline of its report → the report.

A sentence is written only if every figure in it is known. What must still be written stands in the
report as a prompt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from jyxl import characters, numbers
from jyxl.county import County, UnitRow, counts, sums
from jyxl.definition import Cell, DefinitionError, Edition, TextCell
from jyxl.edition_outline import OWN
from jyxl.outline import MISSING, Counted, Of, Outline, Part, Sentence, Slot, Word
from jyxl.report import Heading, Item, Paragraph, Piece, Report, Shown, StatutoryTable
from jyxl.rules.check import evaluate
from jyxl.rules.language import LAST, Node, Ref, refs
from jyxl.supplement_tables import WORDS, cell_name, text_name
from jyxl.terms import UnitKind

LEFT_OUT = "left_out"
"""The key of the paragraph that names the units whose figures are missing."""
_OPEN = "open"
_AREAS = "县区市旗州省"
"""How the name of an area ends that has a government of its own."""
_ZONES = ("开发区", "示范区", "管理区", "园区", "新区")
"""How the name of a 区 ends that most often has no government, but a committee."""
_WORDS = re.compile("市场|市容|市政(?![府务协法])|县志|区划")
"""Words whose first letter is not that of an area: 市场监督管理局 is no 场监督管理局 of a 市."""
_ORGANS = (
    (("乡镇",), ("镇", "乡"), "人民政府"),
    (("乡镇",), ("街道",), "办事处"),
    (("县级", "市级"), ("县", "区", "市", "旗", "州"), "人民政府"),
)
"""Kinds of units, how the name of an area ends, and what its organ is called."""
_MEMBERS: dict[UnitKind, str] = {
    "县级": "各乡镇、各部门",
    "市级": "各县（市、区）、各部门",
    "省级": "各市（州）、各部门",
}
"""Level of a campaign → of whose figures its own are the sums."""


@dataclass(frozen=True)
class _Known:
    """What may be said. of: in whose report; words: what {whom} and the like stand for; figures:
    those that are known, by the names of the outline; scales: how they are scaled; cells: name in
    the outline → name of the cell, where they differ; texts: field → what the unit wrote."""

    of: Of
    words: Mapping[str, str]
    figures: Mapping[str, int]
    scales: Mapping[str, int]
    cells: Mapping[str, str]
    texts: Mapping[str, str]


def of_county(county: County, contact: Mapping[str, str]) -> Report:
    """The report of a county. contact: office, address, postcode and phone, those that are known;
    the office is that of the government if nothing else is said.

    Raises DefinitionError if the edition has no outline."""
    figures = sums(county)
    last = dict(_last_of_all(county))
    is_plain = county.name[-1:] in _AREAS and not county.name.endswith(_ZONES)
    whom = f"{county.name}人民政府" if is_plain else county.name
    words = {"office": f"{whom}办公室", **contact, "whom": whom}
    known = _known(county.edition, "county", {**figures, **counts(county)}, last, words)
    asked = {name: one for name, one in known.figures.items() if _is_known(county, known, name)}
    known = replace(known, figures=asked)
    figures = {name: one for name, one in figures.items() if name in asked}
    left_out = tuple(unit.name for unit in county.left_out)
    return _report(county, known, figures, last, left_out)


def of_unit(county: County, unit: UnitRow, contact: Mapping[str, str]) -> Report:
    """The report of a unit whose return counts, with its own texts. The rest is as for a county."""
    figures, edition = dict(unit.figures or {}), county.edition
    whom = _whole_name(county.name, unit)
    answers = {
        text.name: int(unit.words[text.name] == text.choices[0])
        for text in edition.texts
        if text.choices and unit.words.get(text.name)
    }
    words = {**contact, "whom": whom}
    known = _known(edition, "unit", {**figures, **answers}, unit.last, words)
    asked = {
        name: one
        for name, one in known.figures.items()
        if name.startswith(f"{LAST}:") or _is_asked(edition, unit, known.cells.get(name, name))
    }
    texts = {one.key: unit.words.get(text_name(one.key), "") for one in edition.fields}
    known = replace(known, figures=asked, texts=texts)
    figures = {name: one for name, one in figures.items() if name in asked}
    return _report(county, known, figures, unit.last, ())


def _whole_name(county: str, unit: UnitRow) -> str:
    """The name of a unit with that of its county, and as that of an organ: 县民政局 → 泾源县民政局,
    香水镇 → 泾源县香水镇人民政府."""
    name = unit.name
    organs = (organ for kinds, ends, organ in _ORGANS if unit.kind in kinds and name.endswith(ends))
    whole = name + ("" if name.endswith(_ZONES) else next(organs, ""))
    if county in name:
        return whole
    is_again = county.endswith(tuple(_AREAS)) and name[:1] == county[-1:]
    return county + (whole[1:] if is_again and not _WORDS.match(name) else whole)


def _known(
    edition: Edition,
    of: Of,
    figures: Mapping[str, int],
    last: Mapping[str, int],
    words: dict[str, str],
) -> _Known:
    """All figures by the names of the outline, whether they were asked for or not."""
    outline = _outline(edition)
    by_label = {one.label: cell_name(one) for one in edition.supplement.indicators}
    cells = {
        f"{OWN}.{key}": by_label[label] for key, label in outline.own.items() if label in by_label
    }
    named = {**figures, **{Ref(name, LAST).key: one for name, one in last.items()}}
    named |= {name: figures[cell] for name, cell in cells.items() if cell in figures}
    scales = {name: edition.cell[name].kind.scale for name in figures if name in edition.cell}
    scales |= {name: scales.get(cell, 1) for name, cell in cells.items()}
    return _Known(of, words, named, scales, cells, {})


def _outline(edition: Edition) -> Outline:
    if edition.outline is None:
        raise DefinitionError(f"{edition.id} 年版表式没有报告的提纲（report.toml），不能出报告。")
    return edition.outline


def _place(edition: Edition, name: str) -> Cell | TextCell | None:
    return edition.cell.get(name) or edition.text.get(name)


def _is_asked(edition: Edition, unit: UnitRow, name: str) -> bool:
    place = _place(edition, name)
    if place is None or place.table not in (OWN, WORDS):
        return place is not None
    return unit.kind not in place.closed_for and name not in unit.unasked


def _is_known(county: County, known: _Known, name: str) -> bool:
    """True if the county's figure is that of all units which should have given one."""
    if name.startswith(f"{LAST}:"):
        return True
    cell = known.cells.get(name, name)
    place = _place(county.edition, cell)
    if place is None or place.table not in (OWN, WORDS):
        return place is not None
    expected = [unit for unit in county.counted if unit.kind not in place.closed_for]
    is_answered = all(
        cell not in unit.unasked and (isinstance(place, Cell) or bool(unit.words.get(cell)))
        for unit in expected
    )
    return bool(expected) and is_answered and place.added != "不汇总"


def _last_of_all(county: County) -> Iterator[tuple[str, int]]:
    """The figures of last year that are known of every unit which counts, added up."""
    for cell in county.edition.cells:
        of_units = [unit.last.get(cell.name) for unit in county.counted]
        known = [one for one in of_units if one is not None]
        if known and len(known) == len(of_units):
            yield cell.name, sum(known)


def _report(
    county: County,
    known: _Known,
    figures: Mapping[str, int],
    last: Mapping[str, int],
    left_out: tuple[str, ...],
) -> Report:
    area = county.name[-1:] if county.name[-1:] in _AREAS else "辖区"
    words = {"year": str(county.year), "notice": county.edition.notice, "all": f"全{area}"}
    words["members"] = _MEMBERS.get(county.kind, "各部门")
    known = replace(known, words={**words, **known.words})
    outline = _outline(county.edition)
    title = _pieces(outline.title, known) or ()
    return Report(
        whom=known.words["whom"],
        year=county.year,
        edition=county.edition,
        title="".join(one if isinstance(one, str) else one.text for one in title),
        items=(*_missing(left_out), *_items(outline.parts, known)),
        figures=figures,
        left_out=left_out,
        last=last,
        untrue=tuple(_untrue(outline.parts, known)),
    )


def _missing(left_out: tuple[str, ...]) -> Iterator[Paragraph]:
    if left_out:
        text = (
            f"{MISSING}有{len(left_out)}个单位的数没有计入：{'、'.join(left_out)}。"
            "收齐以后再出一次报告，数会自动改过来，这一段请删去。）"
        )
        yield Paragraph(LEFT_OUT, (text,), is_open=True)


def _items(parts: Iterable[Part], known: _Known) -> Iterator[Item]:
    for part in parts:
        if part.heading:
            yield Heading(part.key, part.heading, part.level)
        if part.table:
            yield StatutoryTable(part.table)
        own = [line for one in known.texts.get(part.field, "").splitlines() if (line := _line(one))]
        if own:
            for number, line in enumerate(own, 1):
                yield Paragraph(f"{part.key}.{number}", (line,))
            continue
        said = tuple(_joined(_said(part.sentences, known)))
        if said:
            yield Paragraph(part.key, said)
        prompt = part.prompt or ("" if said else part.otherwise)
        if prompt:
            yield Paragraph(f"{part.key}.{_OPEN}", (prompt,), is_open=True)


def _line(text: str) -> str:
    return characters.one_line(text).strip(" 　\t")


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces, with words that follow each other as one."""
    for is_words, members in groupby(pieces, lambda one: isinstance(one, str)):
        if is_words:
            yield "".join(map(str, members))
        else:
            yield from members


def _said(sentences: Iterable[Sentence], known: _Known) -> Iterator[Piece]:
    """The sentences that can be said, one after the other."""
    for one in sentences:
        if known.of not in one.of or not _holds(one, known):
            continue
        said = _pieces(one.say, known)
        if said is None:
            continue
        items = [
            pieces for item in one.items if (pieces := _pieces(item, known)) and _counts(pieces)
        ]
        if items or not one.items:
            yield from said
        for number, pieces in enumerate(items, 1):
            yield from pieces
            yield "。" if number == len(items) else "，"


def _counts(pieces: Iterable[Piece]) -> bool:
    """True if something was counted."""
    return any(isinstance(one, Shown) and one.text != "0" for one in pieces)


def _untrue(parts: Iterable[Part], known: _Known) -> Iterator[tuple[Piece, ...]]:
    """The sentences without a figure of their own that would be wrong, each with the words that it
    goes on from."""
    for part in parts:
        before: tuple[Piece, ...] = ()
        for one in part.sentences:
            said = _pieces(one.say, known)
            if said is None or known.of not in one.of:
                continue
            if one.when is None:
                before = () if str(one.say[-1]).endswith("。") else (*before, *said)
            elif _is_wrong(one.when, known) and not any(isinstance(s, Shown) for s in said):
                yield (*before, *said)


def _holds(one: Sentence, known: _Known) -> bool:
    if one.when is None:
        return True
    return _is_judged(one.when, known) and _is_true(one.when, known)


def _is_wrong(when: Node, known: _Known) -> bool:
    return _is_judged(when, known) and not _is_true(when, known)


def _is_judged(when: Node, known: _Known) -> bool:
    return all(ref.key in known.figures for ref in refs(when))


def _is_true(when: Node, known: _Known) -> bool:
    return bool(evaluate(when, known.figures, _scale(refs(when), known)))


def _scale(mentioned: Iterable[Ref], known: _Known) -> int:
    return max((known.scales.get(ref.cell, 1) for ref in mentioned), default=1)


def _pieces(slots: Iterable[Slot], known: _Known) -> tuple[Piece, ...] | None:
    """The slots filled in, or None if one of them is not known."""
    pieces: list[Piece] = []
    for slot in slots:
        match slot:
            case str():
                pieces.append(slot)
            case Word(name):
                word = known.words.get(name, "")
                if not word:
                    return None
                pieces.append(word)
            case Counted():
                shown = _shown(slot, known)
                if shown is None:
                    return None
                pieces.append(shown)
    return tuple(pieces)


def _shown(counted: Counted, known: _Known) -> Shown | None:
    mentioned = refs(counted.tree)
    if any(ref.key not in known.figures for ref in mentioned):
        return None
    scale = _scale(mentioned, known)
    text = numbers.plain(evaluate(counted.tree, known.figures, scale), scale)
    key = known.cells.get(counted.key, counted.key)
    return Shown(key, text)
