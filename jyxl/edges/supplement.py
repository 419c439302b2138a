"""What a county asks for besides the form, from 补充指标.xlsx in the campaign's folder."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from jyxl.definition import UNIT_KINDS, Edition
from jyxl.edges import files
from jyxl.edges.roster_checks import looks
from jyxl.edges.roster_file import Grid, grids
from jyxl.edition_texts import TEXT
from jyxl.layout import INDICATORS, TEXTS
from jyxl.own_relations import relations
from jyxl.problem import Problem
from jyxl.supplement import (
    LONGEST,
    MOST,
    NOTHING,
    USUAL,
    Indicator,
    Relation,
    Supplement,
    TextAsked,
    parsed,
)
from jyxl.supplement_columns import INDICATORS as COLUMNS
from jyxl.supplement_columns import TEXTS as TEXT_COLUMNS
from jyxl.supplement_columns import field_of
from jyxl.terms import Added, Asked, Severity, UnitKind

NAME = "补充指标.xlsx"
_READ = "supplement.json"
"""What was read last, so that the workbook is opened only if it has changed."""
_YES, _NO = ("是", "√", "✓", "y", "yes", "1"), ("否", "×", "✗", "n", "no", "0", "不")
_ASKED: dict[str, Asked] = {
    **{one: one for one in get_args(Asked)},
    "是/否": "是否",
    "数": "整数",
    "数字": "整数",
    "文本": "文字",
    "金额": "小数",
}
_SEVERITY: dict[str, Severity] = {"": "error", "错误": "error", "提示": "warning"}
_BETWEEN = re.compile(r"[、,，;；/\s]+")
_ESCAPE = re.compile("_x[0-9A-Fa-f]{4}_")
_LONGEST_LABEL, _LONGEST_UNIT, _LONGEST_HINT = 60, 10, 200


@dataclass(frozen=True)
class Mistake:
    """Something to mend in a cell. row: as a spreadsheet counts; what: without the full stop."""

    sheet: str
    row: int
    heading: str
    what: str

    @property
    def told(self) -> str:
        column = f"“{self.heading}”" if self.heading else ""
        return f"“{self.sheet}”第 {self.row} 行{column}：{self.what}。"


def read(folder: Path, own: Path, edition: Edition) -> Supplement:
    """What the county in a folder asks for; nothing if there is no table of it.

    own: the folder in which jyxl keeps what it needs. Raises Problem, which tells all mistakes.
    """
    path, kept = folder / NAME, own / _READ
    before = _kept(kept)
    if not path.is_file():
        if before is not None and before[1].asks:
            raise Problem(
                f"“{NAME}”不见了，里面的指标已经用过；请从备份中恢复。不再要的，放回一份并把“启用”都写“否”。"
            )
        return NOTHING
    digest = files.digest(path)
    if before is not None and before[0] == digest:
        return before[1]
    found = _read(path, edition)
    with contextlib.suppress(Problem):
        keep(own, digest, found)
    return found


def keep(own: Path, digest: str, supplement: Supplement) -> None:
    text = json.dumps({"sha256": digest, "asked": supplement.plain}, ensure_ascii=False)
    files.write(own / _READ, text.encode())


def begin(folder: Path, own: Path, data: bytes) -> None:
    """Write the table of a new campaign, in which nothing is asked for yet."""
    path = folder / NAME
    if not path.exists():
        files.write(path, data)
        keep(own, files.digest(path), NOTHING)


def carry_over(folder: Path, before: Path) -> None:
    """Give a new campaign the table of the one before, as it is. What is wrong in it for this
    year's form is told when it is read here."""
    path = folder / NAME
    if not path.exists():
        files.write(path, files.read(before / NAME))


def _kept(path: Path) -> tuple[str, Supplement] | None:
    if not path.is_file():
        return None
    try:
        data = json.loads(files.read(path))
        found = parsed(data["asked"])
        return None if found is None else (str(data["sha256"]), found)
    except (ValueError, KeyError, TypeError):
        return None


def _read(path: Path, edition: Edition) -> Supplement:
    by_name = {grid.sheet: grid for grid in grids(path, f"“{path.name}”")}
    if INDICATORS not in by_name:
        raise Problem(f"“{path.name}”里没有“{INDICATORS}”这张工作表，请不要改它的名字。")
    mistakes: list[Mistake] = []
    rows = _rows(by_name[INDICATORS], COLUMNS, ("label", "asked"), mistakes)
    indicators, found = _indicators(edition, rows, mistakes)
    texts: tuple[TextAsked, ...] = ()
    if TEXTS in by_name:
        text_rows = _rows(by_name[TEXTS], TEXT_COLUMNS, ("field",), mistakes)
        texts = _texts(edition, text_rows, mistakes)
    if mistakes:
        raise Problem(_told(path.name, mistakes))
    return Supplement(tuple(indicators), tuple(found), texts)


def _told(name: str, mistakes: Sequence[Mistake]) -> str:
    if len(mistakes) == 1:
        return f"“{name}”的{mistakes[0].told}"
    heading = f"“{name}”有 {len(mistakes)} 处要改，改好并保存以后再运行："
    return "\n".join([heading, *(f"  {one.told}" for one in mistakes)])


@dataclass(frozen=True)
class _Row:
    """A row of a table: the text of each column that it has."""

    sheet: str
    number: int
    texts: Mapping[str, str]
    headings: Mapping[str, str]
    mistakes: list[Mistake]

    def text(self, field: str) -> str:
        return self.texts.get(field, "")

    def wrong(self, field: str, what: str) -> None:
        heading = self.headings.get(field, "")
        self.mistakes.append(Mistake(self.sheet, self.number, heading, what))

    def flag(self, field: str, default: bool) -> bool:
        text = self.text(field).casefold()
        if text and text not in (*_YES, *_NO):
            self.wrong(field, f"“{text}”应为“是”或“否”")
        return text in _YES if text else default

    def kinds(self) -> tuple[UnitKind, ...]:
        words = [word for word in _BETWEEN.split(self.text("kinds")) if word]
        if words in (["全部"], ["所有"]):
            return ()
        for word in words:
            if word not in UNIT_KINDS:
                self.wrong("kinds", f"“{word}”不认识，应为{'、'.join(UNIT_KINDS)}，不写就是全部")
        return tuple(kind for kind in UNIT_KINDS if kind in words)

    def short(self, field: str, most: int) -> str:
        text = " ".join(self.text(field).split())
        if len(text) > most:
            self.wrong(field, f"太长，最多 {most} 个字")
        elif _ESCAPE.search(text):
            self.wrong(field, "里有 _x0000_ 这样的写法，表格程序会把它变成别的字")
        return text


def _heading_row(
    grid: Grid, known: Mapping[str, tuple[str, ...]], needed: Sequence[str]
) -> tuple[int, dict[int, str | None]]:
    """The number of the row of the headings, and column → field. Raises Problem."""
    for number, cells in enumerate(grid.rows):
        columns = {which: field_of(text, known) for which, text in enumerate(cells) if text}
        if all(field in columns.values() for field in needed):
            return number, columns
    words = "、".join(known[field][0] for field in needed)
    raise Problem(f"“{NAME}”的“{grid.sheet}”里找不到标题行，应有这几列：{words}。")


def _rows(
    grid: Grid,
    known: Mapping[str, tuple[str, ...]],
    needed: Sequence[str],
    mistakes: list[Mistake],
) -> list[_Row]:
    """The rows below the headings that are not blank."""
    top, columns = _heading_row(grid, known, needed)
    headings: dict[str, str] = {}
    for number, field in columns.items():
        text = grid.rows[top][number]
        if field is None:
            mistakes.append(Mistake(grid.sheet, top + 1, text, "没有这一列，请检查标题"))
        elif field in headings:
            mistakes.append(Mistake(grid.sheet, top + 1, text, "这一列写了两遍，请删去一列"))
        else:
            headings[field] = text
    rows = []
    for number, cells in enumerate(grid.rows[top + 1 :], top + 2):
        texts = {
            field: cells[column]
            for column, field in columns.items()
            if field is not None and column < len(cells)
        }
        row = _Row(grid.sheet, number, texts, headings, mistakes)
        if any(texts.get(field) for field in texts if field not in ("on", "group")):
            rows.append(row)
        for column, field in columns.items():
            if field is not None and (number - 1, column) in grid.odd:
                row.wrong(field, grid.odd[number - 1, column])
    return rows


def _indicators(
    edition: Edition, rows: Sequence[_Row], mistakes: list[Mistake]
) -> tuple[list[Indicator], list[Relation]]:
    made: list[tuple[_Row, Indicator]] = []
    off: list[str] = []
    group = ""
    for row in rows:
        group = row.short("group", _LONGEST_LABEL) or group
        if row.flag("on", True):
            one = _indicator(row, group)
            if one is not None:
                made.append((row, one))
        else:
            off.append(" ".join(row.text("label").split()))
    _tell_doubles(made)
    if len(made) > MOST:
        made[MOST][0].wrong("label", f"启用的指标有 {len(made)} 个，最多 {MOST} 个")
        return [], []
    groups = list(dict.fromkeys(one.group for _, one in made))
    ordered = sorted((one for _, one in made), key=lambda one: groups.index(one.group))
    found: list[Relation] = []
    if mistakes:
        # A relation can only be understood if all indicators are.
        return ordered, found
    others = [label for label in off if label and label not in {one.label for one in ordered}]
    for row, _ in made:
        severity = _SEVERITY.get(row.text("severity"))
        if severity is None:
            row.wrong("severity", "应为“错误”或“提示”")
            continue
        of_row, wrong = relations(edition, row.text("relation"), severity, ordered, others)
        found += of_row
        for what in wrong:
            row.wrong("relation", what)
    return ordered, found


def _tell_doubles(made: Sequence[tuple[_Row, Indicator]]) -> None:
    first: dict[str, int] = {}
    for row, one in made:
        above = first.setdefault(looks(one.label), row.number)
        if above != row.number:
            row.wrong("label", f"“{one.label}”和第 {above} 行的重复，请改成不同的")


def _indicator(row: _Row, group: str) -> Indicator | None:
    label = row.short("label", _LONGEST_LABEL)
    if not label:
        row.wrong("label", "没有写指标的名称")
    elif not any(letter.isalpha() for letter in label):
        row.wrong("label", f"“{label}”不像名称，里面应有文字")
    asked = _ASKED.get(row.text("asked"))
    if asked is None:
        row.wrong("asked", f"“{row.text('asked')}”应为整数、小数、是否、文字之一")
        return None
    added = row.text("added") or USUAL[asked]
    if added not in get_args(Added):
        row.wrong("added", f"“{added}”应为求和、计数、不汇总之一")
    elif added == "求和" and asked not in ("整数", "小数"):
        row.wrong("added", f"类型是“{asked}”的不能求和，应为计数或不汇总")
    unit = row.short("unit", _LONGEST_UNIT)
    if any(letter.isdigit() for letter in unit):
        row.wrong("unit", f"“{unit}”里不能有数字")
    return Indicator(
        group=group,
        label=label,
        unit=unit,
        asked=asked,
        needed=row.flag("needed", True),
        added=next((one for one in get_args(Added) if one == added), USUAL[asked]),
        kinds=row.kinds(),
        hint=row.short("hint", _LONGEST_HINT),
    )


def _texts(
    edition: Edition, rows: Sequence[_Row], mistakes: list[Mistake]
) -> tuple[TextAsked, ...]:
    by_label = {looks(field.label): field for field in edition.fields}
    asked: dict[str, TextAsked] = {}
    for row in rows:
        field = by_label.get(looks(row.text("field")))
        if field is None:
            row.wrong("field", f"没有“{row.text('field')}”这一栏，栏目不能自己加，也不要改名")
            continue
        if not row.flag("on", True):
            continue
        if field.key in asked:
            row.wrong("field", f"“{field.label}”写了两遍")
        longest = row.text("longest") or str(field.longest)
        is_good = longest.isdecimal() and 1 <= int(longest[:9]) <= LONGEST
        if field.shape == TEXT and not is_good:
            row.wrong("longest", f"“{longest}”应为 1 至 {LONGEST} 的整数")
        asked[field.key] = TextAsked(
            field=field.key,
            needed=row.flag("needed", True),
            longest=int(longest[:9]) if is_good else field.longest,
            kinds=row.kinds(),
            hint=row.short("hint", _LONGEST_HINT),
        )
    return tuple(asked[field.key] for field in edition.fields if field.key in asked)
