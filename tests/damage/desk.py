"""One good return, and the tools to spoil it with."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from jyxl import editions
from jyxl.definition import Edition
from jyxl.form import Form, Lock
from jyxl.identity import Expected, Identity
from jyxl.layout import sheet
from jyxl.submission import Entries
from jyxl.writer import unit as unit_writer

KEY = bytes(range(32))
UNITS = {"B01": ("县发展和改革局", "部门"), "B02": ("县水务局", "部门"), "Z01": ("河口镇", "乡镇")}
FIGURES = {
    "2021": {
        "t2.normative.issued": 1,
        "t2.normative.repealed": 0,
        "t2.normative.in_force": 4,
        "t2.licence.decisions": 1200,
        "t2.penalty.decisions": 8,
        "t2.coercion.decisions": 1,
        "t2.charges.fees": 25_100_000,
        "t3.new.natural": 5,
        "t3.new.business": 2,
        "t3.granted.natural": 3,
        "t3.granted.business": 2,
        "t3.carried_out.natural": 2,
        "t4.cases.review.upheld": 1,
    },
    "2019": {
        "t2.normative.made": 1,
        "t2.licence.previous": 30,
        "t2.licence.change": -2,
        "t2.licence.decisions": 1200,
        "t3.new.natural": 5,
        "t3.granted.natural": 3,
        "t3.carried_out.natural": 2,
        "t4.cases.review.upheld": 1,
    },
}
IDENTITY = Identity("0123456789abcdef", "云溪县", 2021, "2021", "B02", "县水务局", "部门")
EXPECTED = Expected(IDENTITY.campaign, "云溪县", 2021, "2021", KEY, UNITS)
LOCK = Lock("tian-bao-2021", bytes(16))


def made(identity: Identity = IDENTITY, key: bytes = KEY) -> bytes:
    """A filled workbook of this identity, with its formulas calculated, as Excel saves it."""
    edition = editions.load(identity.edition)
    known = edition.cell
    typed = {name: value for name, value in FIGURES[edition.id].items() if name in known}
    entries = Entries(typed, confirmed={table.key: True for table in edition.tables})
    form = Form(identity, "2022 年 1 月 20 日前", "云溪县人民政府办公室", LOCK, key)
    return unit_writer.workbook(edition, form, entries)


@dataclass(frozen=True)
class Desk:
    """The good return of 县水务局 for 2021, and the means to make others."""

    good: bytes

    @cached_property
    def edition(self) -> Edition:
        return editions.load("2021")

    def other(self, **changes: object) -> bytes:
        """A good return with another identity."""
        return made(replace(IDENTITY, **changes))  # type: ignore[arg-type]

    def neighbour(self) -> bytes:
        """The good return of 县发展和改革局."""
        return self.other(code="B01", name="县发展和改革局")

    def address(self, cell: str) -> str:
        return sheet(self.edition.table[self.edition.cell[cell].table]).address(cell)

    def place(self, cell: str) -> tuple[str, str]:
        """The (sheet, address) of a cell."""
        return self.edition.table[self.edition.cell[cell].table].sheet, self.address(cell)

    # by openpyxl

    def edited(self, edit: Callable[[Workbook], None], data: bytes | None = None) -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(self.good if data is None else data))
        edit(book)
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    def page(self, key: str, edit: Callable[[Worksheet], object]) -> bytes:
        return self.edited(lambda book: edit(book[self.edition.table[key].sheet]) and None)

    def typed(self, **cells: object) -> bytes:
        """The return with values typed into cells; __ stands for the dot in a name."""

        def edit(book: Workbook) -> None:
            for name, value in cells.items():
                page, address = self.place(name.replace("__", "."))
                book[page][address].value = value  # type: ignore[index]

        return self.edited(edit)

    # by editing the parts

    def parts(self) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(self.good)) as package:
            return {name: package.read(name) for name in package.namelist()}

    def packed(self, parts: dict[str, bytes]) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
            for name, data in parts.items():
                package.writestr(name, data)
        return buffer.getvalue()

    def part_of(self, key: str) -> str:
        """The part that holds a table; the part of the guide comes first."""
        number = [table.key for table in self.edition.tables].index(key)
        return f"xl/worksheets/sheet{number + 2}.xml"

    def part(self, name: str, edit: Callable[[bytes], bytes]) -> bytes:
        parts = self.parts()
        before = parts[name]
        parts[name] = edit(before)
        assert parts[name] != before, f"nothing was changed in {name}"
        return self.packed(parts)

    def table(self, key: str, edit: Callable[[bytes], bytes]) -> bytes:
        return self.part(self.part_of(key), edit)

    def with_parts(self, more: dict[str, bytes]) -> bytes:
        return self.packed({**self.parts(), **more})
