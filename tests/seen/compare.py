"""What jyxl counts in a file, beside what LibreOffice shows of it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from jyxl import numbers
from jyxl.checker import judge
from jyxl.definition import Cell
from jyxl.layout import sheet
from jyxl.reading import reader
from jyxl.submission import Submission
from tests.damage.desk import EXPECTED, Desk
from tests.seen import programs
from tests.seen.programs import Shown
from tests.seen.variants import Variant

_MONEY = re.compile(r"[¥￥$€]")
_PLAIN = re.compile(r"-?[0-9,]+(?:\.([0-9]+))?")


@dataclass(frozen=True)
class Outcome:
    """What became of a file. read: its tables were read; shown: LibreOffice shows them; cells: how many were compared; back:
    how many the unit is asked about; rounded: how many are shown with fewer decimals, without a note
    on it; wrong: (cell, what is counted, what is shown)."""

    variant: Variant
    read: bool
    shown: bool = True
    cells: int = 0
    back: int = 0
    rounded: int = 0
    wrong: list[tuple[str, object, object]] = field(default_factory=list)


def compared(desk: Desk, variants: Sequence[Variant]) -> list[Outcome]:
    """The outcome of every variant that the programs could write."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        paths = list(_written(variants, folder))
        made = [(one, path) for one, path in zip(variants, paths, strict=True) if path]
        shown = programs.shown([path for _, path in made], folder)
        return [
            _outcome(desk, variant, path.read_bytes(), look)
            for (variant, path), look in zip(made, shown, strict=True)
        ]


def _written(variants: Sequence[Variant], folder: Path) -> Iterator[Path | None]:
    sources = folder / "sources"
    sources.mkdir()
    paths = [sources / f"v{number}.{one.suffix}" for number, one in enumerate(variants)]
    for path, variant in zip(paths, variants, strict=True):
        path.write_bytes(variant.data)
    anew = [(one.program, path) for one, path in zip(variants, paths, strict=True) if one.program]
    results = iter(programs.rewritten(anew, folder / "anew"))
    for path, variant in zip(paths, variants, strict=True):
        yield next(results) if variant.program else path


def _outcome(desk: Desk, variant: Variant, data: bytes, look: Shown) -> Outcome:
    found = reader.read("return", data, EXPECTED)
    [verdict] = judge([found])
    if found.figures is None or any(one.code == "S-LOST" for one in found.findings):
        return Outcome(variant, read=False)
    if look(desk.edition.tables[0].sheet, 0, 0) is None:
        return Outcome(variant, read=True, shown=False)
    edition = desk.edition
    cells = [cell for cell in edition.cells if edition.is_open(cell, "部门")]
    asked = {one.place.spot for one in verdict.findings if one.code in ("F-1", "F-2", "F-D")}
    wrong = []
    rounded = 0
    for cell in cells:
        area = sheet(edition.table[cell.table]).cells[cell.name]
        seen = look(edition.table[cell.table].sheet, area.top, area.left)
        if cell.name in asked or (seen is not None and _is_same(found, cell, seen)):
            continue
        if seen is not None and _is_rounded(found, cell, seen):
            rounded += 1
        else:
            wrong.append((cell.name, found.entries.numbers.get(cell.name), seen))
    return Outcome(variant, True, True, len(cells), len(asked), rounded, wrong)


def _is_same(found: Submission, cell: Cell, seen: str) -> bool:
    """True if the unit sees the number that is counted."""
    value = found.entries.numbers.get(cell.name, 0)
    text = _MONEY.sub("", numbers.tidy(seen)).strip()
    if value < 0:
        text = re.sub(r"\((.*)\)", r"-\1", text)
    reading = numbers.read(text, cell.kind)
    if reading.fault is None and (reading.value or 0) == value:
        return True
    noted = [one for one in found.findings if one.code == "F-S" and one.place.spot == cell.name]
    return any(numbers.tidy(one.value) == numbers.tidy(seen) for one in noted)


def _is_rounded(found: Submission, cell: Cell, seen: str) -> bool:
    """True if what is shown is what is counted, with fewer decimals."""
    shown = _PLAIN.fullmatch(_MONEY.sub("", numbers.tidy(seen)).strip())
    if shown is None:
        return False
    exact = Decimal(found.entries.numbers.get(cell.name, 0)) / cell.kind.scale
    places = Decimal(1).scaleb(-len(shown[1] or ""))
    return exact.quantize(places, ROUND_HALF_UP) == Decimal(shown[0].replace(",", ""))
