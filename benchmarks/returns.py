"""N filled returns of one campaign, of which one in twenty is faulty; made once and kept."""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from jyxl import editions
from jyxl.definition import Edition
from jyxl.edges import campaign as campaigns
from jyxl.edges import pool
from jyxl.edges.campaign import Campaign
from jyxl.edges.outcome import Done, Outcome
from jyxl.form import Form, hashed
from jyxl.steps.new import new
from jyxl.submission import Entries
from jyxl.terms import UnitKind
from jyxl.writer import unit

CACHE = Path(__file__).resolve().parent.parent / ".bench"
YEAR, EDITION = 2019, "2019"
FAULTY_ONE_IN = 20
MOST_RENDERED = 10_000
MASTERS = 400
_KEY = "6a" * 32


def campaign(size: int, folder: Path, kind: UnitKind = "部门") -> Campaign:
    """A fresh campaign of `size` units of this kind in `folder`, always with the same key."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / ".jyxl").mkdir(parents=True)
    (folder / ".jyxl" / "key").write_text(_KEY + "\n", encoding="ascii")
    rows = [f"U{n:05},第{n}单位,{kind},," for n in range(size)]
    head = "单位代码,单位名称,类别,联络人,邮箱"
    (folder / "units.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    new(folder, "基准县", YEAR, EDITION, folder / "units.csv")
    settings = (folder / "jyxl.toml").read_text(encoding="utf-8")
    kept = [line for line in settings.splitlines() if not line.startswith("password")]
    (folder / "jyxl.toml").write_text("\n".join([*kept, 'password = "bench"']), encoding="utf-8")
    return campaigns.load(folder)


def returns(size: int, kind: UnitKind = "部门") -> Path:
    """The folder with the filled workbooks of a campaign of this size. Beyond MOST_RENDERED, they
    are those of the first units with other identities, which takes a sixth of the time."""
    also = "" if kind == "部门" else f"-{kind}"
    folder = CACHE / f"returns-{size}{also}-{_form_digest()}"
    done = folder / "done.json"
    if done.exists():
        return folder / "files"
    shutil.rmtree(folder, ignore_errors=True)
    files = folder / "files"
    files.mkdir(parents=True)
    made = campaign(size, folder / "campaign", kind)
    forms = list(enumerate(made.form(one) for one in made.units))
    hashed(forms[0][1].lock)
    rendered = forms if size <= MOST_RENDERED else forms[:MASTERS]
    with pool.local() as workers:
        for number, data in _done(pool.spread(_filled, rendered, workers, trusted=True)):
            (files / f"{number:05}.xlsx").write_bytes(data)
        copies = [
            ((files / f"{number % MASTERS:05}.xlsx"), forms[number % MASTERS][1], form)
            for number, form in forms[len(rendered) :]
        ]
        work = pool.spread(_copied, copies, workers, trusted=True)
        for number, data in _done(work, len(rendered)):
            (files / f"{number:05}.xlsx").write_bytes(data)
    done.write_text(json.dumps({"size": size}), encoding="utf-8")
    return files


def _done(outcomes: Iterable[Outcome[bytes]], first: int = 0) -> Iterator[tuple[int, bytes]]:
    for number, outcome in enumerate(outcomes, first):
        assert isinstance(outcome, Done), outcome
        yield number, outcome.value


def _copied(item: tuple[Path, Form, Form]) -> bytes:
    """The workbook of one unit as that of another, which typed the same."""
    path, old, new = item
    before, after = old.identity, new.identity
    changes = [
        (old.marks.payload, new.marks.payload),
        (old.marks.signature, new.marks.signature),
        (before.name, after.name),
        (f">{before.code}<", f">{after.code}<"),
    ]
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(path) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for entry in source.infolist():
            part = source.read(entry).decode()
            for one, other in changes:
                part = part.replace(one, other)
            target.writestr(zipfile.ZipInfo(entry.filename), part, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _form_digest() -> str:
    """A digest that changes with the form, so that returns for another layout are made anew."""
    root = CACHE.parent
    files = [root / "jyxl" / "layout.py", *sorted((root / "templates").rglob("*.toml"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]


def _filled(item: tuple[int, Form]) -> bytes:
    number, form = item
    edition = editions.load(EDITION)
    return unit.workbook(edition, form, _entries(edition, number, form.identity.kind))


def _entries(edition: Edition, number: int, kind: UnitKind) -> Entries:
    """What unit `number` types: balanced figures or, for one unit in twenty, some fault."""
    dice = random.Random(number)
    numbers = {}
    for table in edition.tables:
        for cell in edition.open_cells(table, kind):
            if table.key != "t3" and dice.random() < 0.7:
                numbers[cell.name] = dice.randrange(0, 900) * cell.kind.scale
    for row, change in (("licence", 3), ("penalty", -2)):
        numbers[f"t2.{row}.change"] = change
        numbers[f"t2.{row}.decisions"] = 5000
    for row in ("services", "coercion"):
        numbers[f"t2.{row}.change"] = 0
    numbers["t2.normative.published"] = 1
    numbers["t2.normative.in_public"] = 20
    for column in ("natural", "business"):
        count = dice.randrange(1, 40)
        numbers[f"t3.new.{column}"] = count
        numbers[f"t3.granted.{column}"] = count
    texts = {}
    confirmed: dict[str, bool | None] = {table.key: True for table in edition.tables}
    if number % FAULTY_ONE_IN == FAULTY_ONE_IN - 1:
        match number // FAULTY_ONE_IN % 4:
            case 0:
                numbers["t3.new.natural"] += 1
            case 1:
                del numbers["t2.licence.change"]
                texts["t2.licence.change"] = "减3"
            case 2:
                confirmed["t4"] = None
                numbers = {k: v for k, v in numbers.items() if not k.startswith("t4")}
            case 3:
                numbers["t2.procurement.spending"] = 800000 * 10**6
    return Entries(numbers, texts, confirmed)
