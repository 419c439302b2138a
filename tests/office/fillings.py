"""Workbooks as units of every kind might leave them, made up at random but repeatable."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from jyxl import editions
from jyxl.checker import judge
from jyxl.checklist import check_lines
from jyxl.county import County, Explanation, UnitRow
from jyxl.definition import UNIT_KINDS, Cell, Edition, Instance
from jyxl.finding import Place
from jyxl.form import Form, Lock
from jyxl.identity import Identity
from jyxl.live import values
from jyxl.reading import reader
from jyxl.steps.send_back import Reply, error_workbook
from jyxl.submission import Entries
from jyxl.writer import unit

EDITIONS = ("2019", "2021")
EXPLANATIONS = (
    "已与业务科室核对无误。",
    "有 2 件系上年转来",
    "a",
    "5",
    "无",
    "/",
    "——",
    "　",
    "…… ",
)
NO_NUMBERS = ("约10", "减4", "三件", "TRUE ", "12.5.1", "见附件", 2.5, 0.1234567, 1e13, -0.5)
"""What people type where a number belongs; the last ones are numbers, but of no valid kind."""


@dataclass(frozen=True)
class Filling:
    """What a unit of this kind typed. data: its workbook, with right cached values; last: what is
    known of its last year."""

    edition: Edition
    kind: str
    entries: Entries
    data: bytes
    last: Mapping[str, int] = field(default_factory=dict)


def form(edition: Edition, kind: str, round_: int = 0) -> Form:
    """The form of an arbitrary campaign, the same for all fillings of an edition and a kind."""
    identity = Identity(
        campaign="c" * 16,
        county="云溪县",
        code="B01",
        name="县发展和改革局",
        kind=kind,
        year=2019 if edition.id == "2019" else 2025,
        edition=edition.id,
        round=round_,
    )
    lock = Lock("云溪2019", b"0123456789abcdef")
    return Form(identity, "1 月 20 日", "政务公开股", lock, b"k" * 32)


def filling(number: int) -> Filling:
    """The nth filling of an endless series."""
    chance = random.Random(number)
    edition = editions.load(EDITIONS[number % 2])
    kind = UNIT_KINDS[number // 2 % len(UNIT_KINDS)]
    entries = _entries(chance, edition, kind)
    chance = random.Random(f"last year of {number}")
    last = _last(chance, edition, entries) if number // 2 % 2 else {}
    explained = {
        line.check.id: chance.choice(EXPLANATIONS)
        for line in check_lines(edition, kind, known=frozenset(last))
        if isinstance(line.check, Instance) and line.check.last_cells and chance.random() < 0.3
    }
    entries = replace(entries, explanations={**entries.explanations, **explained})
    data = unit.workbook(edition, replace(form(edition, kind), last=last), entries)
    return Filling(edition, kind, entries, data, last)


def _last(chance: random.Random, edition: Edition, entries: Entries) -> dict[str, int]:
    """A last year much like this one, except for some figures; some others may not be known."""
    kinds = {cell.name: cell.kind for cell in edition.cells}
    last = {
        name: max(kinds[name].lowest, min(value, kinds[name].highest))
        for name, value in values(edition, entries.numbers).items()
    }
    for cell in edition.table["t3"].cells:
        if cell.row == "carried_in":
            last[f"t3.carried_out.{cell.column}"] = last[cell.name]
    if "t2.normative.in_force" in last:
        for row in ("regulation", "normative"):
            gone = last[f"t2.{row}.repealed"] - last[f"t2.{row}.issued"]
            last[f"t2.{row}.in_force"] = max(0, last[f"t2.{row}.in_force"] + gone)
    for name in chance.sample(sorted(last), chance.choice((0, 0, 3, 30))):
        scale = kinds[name].scale
        by = chance.choice((0, 1, 4, 5, 6, 100)) * scale + chance.choice((0, 19, 20, 21)) * scale
        last[name] = min(abs(last[name] // 5 - by), kinds[name].highest)
    for name in chance.sample(sorted(last), chance.choice((0, 0, 5, 100))):
        del last[name]
    return last


def _entries(chance: random.Random, edition: Edition, kind: str) -> Entries:
    density = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
    numbers: dict[str, int] = {}
    for table in edition.tables:
        for cell in edition.open_cells(table, kind):
            if chance.random() < density:
                numbers[cell.name] = _number(chance, cell)
    if chance.random() < 0.7:
        _balance(edition, numbers)
    if chance.random() < 0.5:
        _look_likely(edition, kind, numbers)
    if chance.random() < 0.4:
        chance.choice(_PROVOKING)(edition, numbers)
    texts: dict[str, str] = {}
    for _ in range(chance.choice((0, 0, 0, 1, 3))):
        cell = chance.choice(edition.cells)
        if chance.random() < 0.2:
            cell = chance.choice([one for one in edition.cells if one.kind.decimals])
        if edition.is_open(cell, kind):
            if chance.random() < 0.5:
                texts.pop(cell.name, None)
                numbers[cell.name] = -chance.randrange(1, 9) * cell.kind.scale
            else:
                numbers.pop(cell.name, None)
                texts[cell.name] = _no_number(chance, cell)
    if chance.random() < 0.3 and numbers:
        name = chance.choice(sorted(numbers))
        numbers[name] += edition.cell[name].kind.scale
    return Entries(
        numbers=numbers,
        texts=texts,
        confirmed={table.key: chance.choice((True, True, False, None)) for table in edition.tables},
        explanations={
            line.check.id: chance.choice(EXPLANATIONS)
            for line in check_lines(edition, kind)
            if isinstance(line.check, Instance) and line.is_explained and chance.random() < 0.4
        },
    )


def _number(chance: random.Random, cell: Cell) -> int:
    kind = cell.kind
    size = chance.choice((0, 0, 1, 9, 400, 30_000, 999_999_999))
    whole = chance.randint(-size if kind.minimum < 0 else 0, size)
    places = chance.choice((0, 0, 1, 2, 4, 6)) if kind.decimals else 0
    part = chance.randrange(10**places) * 10 ** (kind.decimals - places) if places else 0
    return min(whole * kind.scale + part, kind.maximum * kind.scale)


def _no_number(chance: random.Random, cell: Cell) -> str:
    fits = {2.5, 0.1234567} if cell.kind.decimals else set()
    typed = [one for one in NO_NUMBERS if one not in fits or one == 0.1234567]
    return chance.choice(typed)  # type: ignore[return-value]


def _balance(edition: Edition, numbers: dict[str, int]) -> None:
    """Make the printed rule hold: everything that came in is granted or carried out."""
    for column in ("natural", "business", "research", "welfare", "legal", "other"):
        given = {
            row: numbers.get(f"t3.{row}.{column}", 0)
            for row in dict.fromkeys(c.row for c in edition.table["t3"].cells)
            if row != "concluded"
        }
        out = sum(given.values()) - given["new"] - given["carried_in"]
        numbers[f"t3.new.{column}"] = max(0, out - given["carried_in"])
        numbers[f"t3.carried_in.{column}"] = out - numbers[f"t3.new.{column}"]


def _look_likely(edition: Edition, kind: str, numbers: dict[str, int]) -> None:
    """Mostly avoid figures that would give a warning."""
    for cell in edition.table["t2"].cells:
        if cell.row == "regulation":
            numbers.pop(cell.name, None)
        elif cell.name in numbers and cell.kind.decimals:
            numbers[cell.name] %= 9999 * cell.kind.scale
        elif cell.column in ("in_public", "in_force") and edition.is_open(cell, kind):
            numbers[cell.name] = 999_999_999
        elif cell.column == "change":
            numbers[cell.name] = 0


def _wrong_column(edition: Edition, numbers: dict[str, int]) -> None:
    """Break T2-M, by decisions that are the items of last year and the change; T2-O, T2-W."""
    first, second = ("previous", "change") if edition.id == "2019" else ("", "")
    if first:
        numbers |= {f"t2.licence.{first}": 40, f"t2.licence.{second}": 5}
        numbers["t2.licence.decisions"] = 45
    else:
        numbers |= {"t2.normative.issued": 9, "t2.normative.in_force": 3}


def _in_yuan(edition: Edition, numbers: dict[str, int]) -> None:
    """Break T2-U."""
    for cell in edition.cells:
        if cell.kind.decimals:
            numbers[cell.name] = 251_000 * cell.kind.scale


def _cases_from_nowhere(edition: Edition, numbers: dict[str, int]) -> None:
    """Break X-L."""
    for cell in edition.table["t3"].cells:
        numbers.pop(cell.name, None)
    numbers["t4.cases.direct.upheld"] = 2


def _own_regulation(edition: Edition, numbers: dict[str, int]) -> None:
    """Break T2-A: the lock was removed and a closed row was filled."""
    regulation = [cell for cell in edition.cells if cell.row == "regulation"]
    numbers[regulation[0].name] = 1
    numbers[regulation[-1].name] = 1


_PROVOKING = (_wrong_column, _in_yuan, _cases_from_nowhere, _own_regulation)


def forget_results(data: bytes) -> bytes:
    """The workbook with no cached value in any formula cell."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"</f><v>[^<]*</v>", b"</f>", content)
            new.writestr(item, content, zipfile.ZIP_DEFLATED, 1)
    return buffer.getvalue()


def returned(count: int) -> list[bytes]:
    """Error workbooks of fillings that are sent back."""
    made: list[bytes] = []
    number = 1000
    while len(made) < count:
        one = filling(number)
        submission = reader.read("x.xlsx", one.data)
        (verdict,) = judge([submission])
        if verdict.decision == "returned":
            reply = Reply(
                "x.xlsx", form(one.edition, one.kind, 1), submission.entries, verdict.findings
            )
            made.append(error_workbook(reply))
        number += 1
    return made


def a_county(edition: Edition, units: int) -> County:
    """A county with units of every kind; every fifth unit has not been accepted."""
    rows = []
    spending = {"2019": "t2.procurement.spending", "2021": "t2.charges.fees"}[edition.id]
    for number in range(units):
        one = filling(2 * number + EDITIONS.index(edition.id))
        figures = values(edition, one.entries.numbers)
        counts = number % 5 != 4
        rows.append(
            UnitRow(
                code=f"B{number:02}",
                name=f"第{number}单位",
                kind=one.kind,
                state="accepted" if counts else ("returned", "missing")[number % 2],
                newer_returned=False,
                version=1,
                arrived="2020-01-10T09:00:00",
                late=number % 7 == 0,
                file=f"回收/{number}.xlsx",
                sha256=f"{number:064x}",
                figures=figures if counts else None,
                explanations=(
                    Explanation("T2-U", Place("主动公开", "t2", spending), "像是元", "已核对"),
                )
                if number == 3
                else (),
            )
        )
    return County("云溪县", 2019 if edition.id == "2019" else 2025, edition, tuple(rows))
