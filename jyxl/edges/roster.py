"""The units of a campaign, from units.xlsx, .csv, .xls or .ods."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from jyxl import levels, near_misses
from jyxl.addresses import column_letters
from jyxl.definition import UNIT_KINDS
from jyxl.edges import roster_checks, roster_file
from jyxl.edges.roster_checks import Mistake
from jyxl.edges.roster_file import SUFFIXES, Grid
from jyxl.problem import Problem
from jyxl.roster_columns import HEADINGS, NEEDED, field_of
from jyxl.terms import UnitKind

_STEM = "units"
NAMES = frozenset(f"{_STEM}{suffix}" for suffix in SUFFIXES)
"""The names that a campaign's roster may have."""
_NAMED = 6
"""How many units a sentence names at most."""
_BETWEEN = re.compile(r"[、;；,，]+")
_BETWEEN_ADDRESSES = re.compile(r"[、;,\s]+")
_JOINED = {"phone": "、", "mail": ";"}
"""The fields that may stand in several columns, and what is put between their contents."""


@dataclass(frozen=True)
class Unit:
    """A unit as the roster has it.

    mail: its addresses, with "; " between them; former: names under which it was known;
    last_code: its code in last year's roster, if that was another one.
    """

    code: str
    name: str
    kind: UnitKind
    contact: str = ""
    mail: str = ""
    phone: str = ""
    former: tuple[str, ...] = ()
    last_code: str = ""


@dataclass(frozen=True)
class Roster:
    """What a roster says. sheet: where the units stand, '' in a CSV; unused: the headings of the
    columns that were not read."""

    units: tuple[Unit, ...]
    sheet: str = ""
    unused: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """How many units of which kind there are, which kinds cannot be right, and which columns are
        not used."""
        counts = Counter(unit.kind for unit in self.units)
        kinds = "，".join(f"{kind} {counts[kind]} 个" for kind in UNIT_KINDS if counts[kind])
        where = f"（工作表“{self.sheet}”）" if self.sheet else ""
        unused = f"没有用到的列：{'、'.join(self.unused)}。" if self.unused else ""
        return f"名册{where}里有 {len(self.units)} 个单位：{kinds}。{self._odd}{unused}"

    @property
    def _odd(self) -> str:
        """What is odd in the kinds: by them, rows are closed and rules apply."""
        odd = [
            f"{one.name}（{one.kind}）" for one in self.units if levels.is_odd(one.name, one.kind)
        ]
        more = f"等 {len(odd)} 个" if len(odd) > _NAMED else ""
        listed = f"类别和名称不像的，请核对：{'、'.join(odd[:_NAMED])}{more}。" if odd else ""
        is_possible = levels.possible({unit.kind for unit in self.units})
        return listed if is_possible else f"{listed}没有哪一级政府同时有这几类单位，请核对类别。"


@dataclass(frozen=True)
class _Heading:
    """The row of headings. row: counted from 0; columns: field → its columns."""

    row: int
    columns: dict[str, list[int]]


def files_in(folder: Path) -> list[Path]:
    """The rosters in a folder: files called units.xlsx, units.csv and so on."""
    return sorted(
        path
        for path in map(folder.joinpath, os.listdir(folder) if folder.is_dir() else ())
        if path.stem.lower() == _STEM and path.suffix.lower() in SUFFIXES and path.is_file()
    )


def file_in(folder: Path) -> Path:
    """The roster of a campaign folder. Raises Problem if there is none, or more than one."""
    found = files_in(folder)
    if len(found) > 1:
        raise Problem(
            f"“{folder}”里有 {len(found)} 份单位名册：{'、'.join(path.name for path in found)}；"
            "请只留要用的一份，其余的移走或改名。"
        )
    if not found:
        raise Problem(
            f"“{folder}”里没有单位名册 units.xlsx（也可以是 units.csv、units.xls、units.ods）；"
            "请把名册放进去，用这个文件名。"
        )
    return found[0]


def read(path: Path) -> Roster:
    """The units in the order of the roster. Raises Problem, which tells all mistakes at once."""
    if path.suffix.lower() not in SUFFIXES:
        raise Problem(
            f"单位名册“{path.name}”应为 xlsx、csv、xls 或 ods 文件；请用 WPS 或 Excel 另存为 xlsx。"
        )
    grid, heading = _sheet(path, roster_file.grids(path))
    if grid.is_cut:
        raise Problem(
            f"单位名册“{path.name}”的工作表“{grid.sheet}”有 {len(grid.rows)} 行以上，后面的不会读；"
            "请删掉用不着的行，单位确实有这么多的，请另存为 CSV。"
        )
    chosen, mistakes = _chosen(grid, heading)
    units: dict[int, Unit] = {}
    for number, cells in _filled(grid, heading, chosen):
        mistakes += [
            Mistake((number + 1,), what) for what in _wrong(cells, _odd(grid, number, chosen))
        ]
        units[number + 1] = _unit(cells)
    if not units:
        raise Problem(f"单位名册“{path.name}”里还没有单位，请先填写。")
    codes = {row: unit.code for row, unit in units.items() if unit.code}
    names = {row: unit.name for row, unit in units.items() if unit.name}
    mistakes += roster_checks.repeated("单位代码", codes)
    mistakes += roster_checks.repeated("单位名称", names)
    mistakes += roster_checks.lost_zeros(codes)
    if mistakes:
        raise Problem(roster_checks.told(path.name, mistakes))
    return Roster(tuple(units.values()), grid.sheet, tuple(_unused(grid, heading, chosen)))


def named(units: Sequence[Unit], text: str) -> Unit:
    """The unit with this code or name. Raises Problem, with the units that may be meant."""
    wanted = unicodedata.normalize("NFKC", text).strip().casefold()
    for unit in units:
        if wanted in (unit.code.casefold(), unicodedata.normalize("NFKC", unit.name).casefold()):
            return unit
    looks = roster_checks.looks(text)
    words = [word for unit in units for word in (unit.code, unit.name)]
    alike = [word for word in words if roster_checks.looks(word) == looks]
    raise Problem(
        f"名册里没有代码或名称为“{text}”的单位。{near_misses.meant(text, alike or words)}"
    )


def _sheet(path: Path, grids: Sequence[Grid]) -> tuple[Grid, _Heading]:
    """The sheet with the units, and its headings. Raises Problem if it is not exactly one."""
    headed = [(grid, heading) for grid in grids if (heading := _heading(grid)) is not None]
    filled = [one for one in headed if any(_filled(*one, one[1].columns))]
    if len(filled) > 1:
        names = "、".join(f"“{grid.sheet}”" for grid, _ in filled)
        raise Problem(
            f"单位名册“{path.name}”有 {len(filled)} 张工作表都列了单位：{names}；"
            "请只留要用的一张，其余的删掉或移到别的文件里。"
        )
    if headed:
        return (filled or headed)[0]
    rows = [row for grid in grids for row in grid.rows if any(row)]
    likely = max(rows, key=lambda row: len(_columns(row)), default=[])
    have = _columns(likely)
    lacking = "、".join(HEADINGS[field][0] for field in NEEDED if field not in have)
    shown = f"；最像标题的一行是：{'、'.join(filter(None, likely))}" if have else ""
    raise Problem(
        f"单位名册“{path.name}”里没有找到这几列：{lacking}。"
        f"请在单位上面写一行标题，要有{'、'.join(HEADINGS[field][0] for field in NEEDED)}{shown}。"
    )


def _heading(grid: Grid) -> _Heading | None:
    """The first row that has all the headings that are needed."""
    for number, row in enumerate(grid.rows):
        columns = _columns(row)
        if all(field in columns for field in NEEDED):
            return _Heading(number, columns)
    return None


def _columns(row: Sequence[str]) -> dict[str, list[int]]:
    """Field → the columns whose heading means it."""
    columns: dict[str, list[int]] = {}
    for column, text in enumerate(row):
        if (field := field_of(text)) is not None:
            columns.setdefault(field, []).append(column)
    return columns


def _chosen(grid: Grid, heading: _Heading) -> tuple[dict[str, list[int]], list[Mistake]]:
    """Field → the columns that are read, and mistakes where two columns mean the same.

    Of several, the one that is called as in an empty roster is read.
    """
    row = grid.rows[heading.row]
    chosen: dict[str, list[int]] = {}
    mistakes = []
    for field, columns in heading.columns.items():
        exact = [column for column in columns if row[column] == HEADINGS[field][0]]
        chosen[field] = columns
        if field in _JOINED or len(columns) == 1:
            continue
        chosen[field] = exact or columns
        if len(chosen[field]) > 1:
            names = "、".join(f"{column_letters(one)} 列“{row[one]}”" for one in chosen[field])
            mistakes.append(
                Mistake(
                    (heading.row + 1,),
                    f"{names}说的都是{HEADINGS[field][0]}；请只留一列，或者给另一列换个标题",
                )
            )
            chosen[field] = chosen[field][:1]
    return chosen, mistakes


def _filled(
    grid: Grid, heading: _Heading, chosen: dict[str, list[int]]
) -> Iterator[tuple[int, dict[str, str]]]:
    """(row, field → text) for the rows below the headings in which something is to be read; the
    headings may be repeated, as on printed pages."""
    for number in range(heading.row + 1, len(grid.rows)):
        row = grid.rows[number]
        cells = {}
        for field, columns in chosen.items():
            texts = [row[column] for column in columns if column < len(row) and row[column]]
            cells[field] = _JOINED.get(field, "").join(dict.fromkeys(texts))
        odd = any((number, one) in grid.odd for columns in chosen.values() for one in columns)
        if (any(cells.values()) or odd) and row != grid.rows[heading.row]:
            yield number, cells


def _odd(grid: Grid, row: int, chosen: dict[str, list[int]]) -> dict[str, str]:
    """Field → why its text is not what was typed."""
    return {
        field: grid.odd[row, column]
        for field, columns in chosen.items()
        for column in columns
        if (row, column) in grid.odd
    }


def _wrong(cells: dict[str, str], odd: dict[str, str]) -> Iterator[str]:
    """What is wrong in one row. Of a field whose text is odd, nothing more is said."""
    for field, why in odd.items():
        yield f"{HEADINGS[field][0]}{why}"
    missing = [HEADINGS[field][0] for field in NEEDED if not cells[field] and field not in odd]
    if missing:
        yield f"没有填{'、'.join(missing)}；请补上，这一行如果不是单位，请删掉"
    cells = {field: "" if field in odd else text for field, text in cells.items()}
    code, name, kind = (cells[field] for field in NEEDED)
    if code:
        yield from roster_checks.code(code)
    if name:
        yield from roster_checks.name(name, code)
    if kind:
        yield from roster_checks.kind(kind)
    yield from roster_checks.mail(_addresses(cells))


def _unit(cells: dict[str, str]) -> Unit:
    def line(field: str) -> str:
        return " ".join(cells.get(field, "").split())

    return Unit(
        code=cells["code"],
        name=cells["name"],
        kind=cast("UnitKind", cells["kind"]),  # otherwise there is a mistake, and no roster
        contact=line("contact"),
        mail="; ".join(_addresses(cells)),
        phone=line("phone"),
        former=tuple(filter(None, map(str.strip, _BETWEEN.split(line("former"))))),
        last_code=line("last_code"),
    )


def _addresses(cells: dict[str, str]) -> list[str]:
    text = unicodedata.normalize("NFKC", cells.get("mail", ""))
    return [one for one in _BETWEEN_ADDRESSES.split(text) if one]


def _unused(grid: Grid, heading: _Heading, chosen: dict[str, list[int]]) -> Iterable[str]:
    """The headings of the columns that are not read; a column without one by its letter, if
    something stands in it."""
    row = grid.rows[heading.row]
    used = {column for columns in chosen.values() for column in columns}
    widest = max(map(len, grid.rows[heading.row :]))
    for column in range(widest):
        if column in used:
            continue
        if column < len(row) and row[column]:
            yield " ".join(row[column].split())
        elif any(column < len(line) and line[column] for line in grid.rows[heading.row + 1 :]):
            yield f"{column_letters(column)} 列（没有标题）"
