"""last: last year's figures, found for each unit and kept in the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jyxl import editions, numbers
from jyxl.definition import Edition
from jyxl.edges import past
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import LastYear
from jyxl.edges.last_year import latest
from jyxl.edges.ledger import Ledger
from jyxl.edges.roster import Unit
from jyxl.last_year import Past, carried_over
from jyxl.live import values

_NAMED = 4


@dataclass(frozen=True)
class Taken:
    """What was found. units: what is known now of those for which something was found; without:
    those of which nothing is known; problems: sentences about what was not taken; notes: about
    what was, or concerns no unit of the roster."""

    units: tuple[tuple[Unit, LastYear], ...]
    without: tuple[Unit, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Said:
    """What a source says of a unit, by the cells of this year's form."""

    past: Past
    figures: Mapping[str, int]
    cells: Mapping[str, str]


def last(campaign: Campaign, ledger: Ledger, paths: Sequence[Path]) -> Taken:
    """Find last year's figures in these files and folders, and record what is new. Raises Problem
    if there is no such path."""
    names = [name for unit in campaign.units for name in (unit.name, *unit.former)]
    found = past.found_in(paths, campaign.year - 1, names)
    problems, notes = list(found.problems), []
    said: dict[str, list[_Said]] = {}
    for record in found.records:
        if wrong := _wrong(campaign, record):
            problems.append(wrong)
            continue
        unit = same_unit(campaign.units, record)
        if isinstance(unit, Unit):
            said.setdefault(unit.code, []).append(_said(campaign.edition, record))
        elif unit.is_nobody:
            notes.append(unit.words)
        else:
            problems.append(unit.words)
    taken: dict[str, LastYear] = {}
    for code, of_unit in said.items():
        one = _together(campaign, campaign.unit[code], of_unit)
        if isinstance(one, LastYear):
            taken[code] = one
        else:
            problems.append(one)
    for unit in campaign.units:
        if unit.code in taken:
            notes.extend(_broken(campaign.edition, unit, taken[unit.code]))
            notes.extend(_added_up(unit, said[unit.code]))
    before = latest(ledger.events, campaign.units)
    ledger.add(one for code, one in taken.items() if before.get(code) != one)
    now = latest(ledger.events, campaign.units)
    return Taken(
        units=tuple((unit, taken[unit.code]) for unit in campaign.units if unit.code in taken),
        without=tuple(unit for unit in campaign.units if unit.code not in now),
        problems=tuple(dict.fromkeys(problems)),
        notes=tuple(dict.fromkeys(notes)),
    )


def _wrong(campaign: Campaign, record: Past) -> str:
    """Why a record is not of this county's last year; '' if it may be."""
    wanted = campaign.year - 1
    if record.year is not None and record.year != wanted:
        return f"“{record.source}”是 {record.year} 年度的，这里要的是上年（{wanted} 年度）的，没有取用。"
    if record.county and record.county != campaign.county:
        return f"“{record.source}”是{record.county}的，不是{campaign.county}的，没有取用。"
    return ""


@dataclass(frozen=True)
class NoUnit:
    """Why a record belongs to no unit, in words. is_nobody: the roster has no such unit, which may
    be as it should be."""

    words: str
    is_nobody: bool = False


def same_unit(units: Sequence[Unit], record: Past) -> Unit | NoUnit:
    """The unit of this year's roster that a record is about, if there is no doubt."""
    stated = [unit for unit in units if record.code and unit.last_code == record.code]
    by_code = stated or [unit for unit in units if unit.code == record.code and not unit.last_code]
    by_name = [unit for unit in units if record.name in (unit.name, *unit.former)]
    whose = f"“{record.source}”里的“{record.whose}”"
    for found in (by_code, by_name):
        if len(found) > 1:
            listed = "、".join(f"{unit.name}（{unit.code}）" for unit in found)
            return NoUnit(f"{whose}在名册里对应几个单位：{listed}；不能确定是哪一个的，没有取用。")
    if by_code and by_name and by_code != by_name:
        one, other = by_code[0], by_name[0]
        return NoUnit(
            f"{whose}按代码是{one.name}（{one.code}），按名称是{other.name}（{other.code}）；"
            "请在名册的“上年单位代码”里写明，没有取用。"
        )
    if by_code and record.name and not by_name and not stated:
        one = by_code[0]
        return NoUnit(
            f"{whose}的代码今年是{one.name}的，名称却不同；是同一个单位的，"
            "请在名册的“曾用名”里写上原来的名称，没有取用。"
        )
    if by_name and record.code and by_name[0].last_code not in ("", record.code):
        one = by_name[0]
        return NoUnit(
            f"{whose}和{one.name}同名，但名册里{one.name}的上年单位代码是 {one.last_code}；"
            "请核对名册，没有取用。"
        )
    for found in (by_code, by_name):
        if found:
            return found[0]
    return NoUnit(f"{whose}，今年的名册里没有这个单位，没有用到。", is_nobody=True)


def _said(now: Edition, record: Past) -> _Said:
    then = editions.load(record.edition)
    same = carried_over(now, then)
    # What the county itself asks for has the same name in every form if it means the same.
    same |= {name: name for name in record.figures if name in now.cell and name not in then.cell}
    return _Said(
        record,
        {same[name]: value for name, value in record.figures.items() if name in same},
        {same[name]: place for name, place in record.cells.items() if name in same},
    )


def _parts(said: Sequence[_Said]) -> list[list[_Said]]:
    """The records by the units of last year that they are about."""
    parts: list[list[_Said]] = []
    for one in said:
        same = next((part for part in parts if _is_same(part[0].past, one.past)), None)
        parts.append([one]) if same is None else same.append(one)
    return parts


def _added_up(unit: Unit, said: Sequence[_Said]) -> Iterator[str]:
    """The note that the figures of several units of last year were added up."""
    parts = _parts(said)
    if len(parts) > 1:
        whose = "、".join(f"“{part[0].past.whose}”（{part[0].past.source}）" for part in parts)
        yield (
            f"{unit.name}的上年数是{whose}相加的；如果其实是同一个单位，"
            "请在名册里写明曾用名和上年单位代码，或者只给其中一份，再取一次。"
        )


def _together(campaign: Campaign, unit: Unit, said: Sequence[_Said]) -> LastYear | str:
    """What all sources together say of a unit; a sentence if they contradict each other. The
    figures of units that were merged are added up."""
    merged: list[tuple[dict[str, int], dict[str, str]]] = []
    for part in _parts(said):
        figures: dict[str, int] = {}
        cells: dict[str, str] = {}
        for one in part:
            for name, value in one.figures.items():
                if figures.setdefault(name, value) != value:
                    return _contradiction(campaign.edition, unit, name, part)
            mark = f"{one.past.source} " if len(said) > 1 else ""
            for name in one.figures:
                cells.setdefault(name, f"{mark}{one.cells[name]}")
        merged.append((figures, cells))
    known = [
        name for name in campaign.edition.cell if all(name in figures for figures, _ in merged)
    ]
    if not known:
        sources = "、".join(dict.fromkeys(one.past.source for one in said))
        return f"“{sources}”里没有{unit.name}能与今年的表对应的数。"
    return LastYear(
        unit.code,
        {name: sum(figures[name] for figures, _ in merged) for name in known},
        "、".join(dict.fromkeys(one.past.source for one in said)),
        " ".join(dict.fromkeys(one.past.sha256 for one in said)),
        {name: " + ".join(cells[name] for _, cells in merged) for name in known},
        unit.name,
    )


def _is_same(one: Past, other: Past) -> bool:
    """True unless the codes or the names show that the records are of two units."""
    if one.code and other.code:
        return one.code == other.code
    return not (one.name and other.name and one.name != other.name)


def _contradiction(edition: Edition, unit: Unit, name: str, part: Sequence[_Said]) -> str:
    scale = edition.cell[name].kind.scale
    told = "，".join(
        f"“{one.past.source}”（{one.cells[name]}）是 {numbers.plain(one.figures[name], scale)}"
        for one in part
        if name in one.figures
    )
    return (
        f"{unit.name}有几份不同的上年数：“{edition.cell[name].label}”{told}；请只留一份，没有取用。"
    )


def _broken(edition: Edition, unit: Unit, known: LastYear) -> Iterator[str]:
    """The totals that are not the sum of their parts, as they were published."""
    added = values(edition, known.figures)
    wrong = [
        edition.cell[name].label
        for name, total in edition.totals.items()
        if name in known.figures
        and all(leaf in known.figures for leaf in total.instance.leaves)
        and added[name] != known.figures[name]
    ]
    if wrong:
        more = f"等 {len(wrong)} 处" if len(wrong) > _NAMED else ""
        listed = "”“".join(wrong[:_NAMED])
        yield f"{unit.name}上年公布的合计对不上：“{listed}”{more}；照公布的数取用。"
