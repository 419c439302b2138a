"""The programs that are timed, each in its own process: python -m benchmarks.contenders NAME …"""

from __future__ import annotations

import io
import sys
import warnings
from pathlib import Path


def nothing(_: Path) -> None:
    """The interpreter alone."""


def inflate(files: Path) -> None:
    """Unzip every part of every file: no reader can be faster than this plus an XML scan."""
    import zipfile

    for path in sorted(files.iterdir()):
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                package.read(name)


def inflate_and_scan(files: Path) -> None:
    """Unzip every part and run expat over the XML without looking at anything."""
    import zipfile
    from xml.parsers import expat

    for path in sorted(files.iterdir()):
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                if name.endswith((".xml", ".rels", ".vml")):
                    expat.ParserCreate().Parse(package.read(name), True)


def calamine(files: Path) -> None:
    """Read all cells of all sheets with python-calamine in one process, and do nothing else."""
    from python_calamine import CalamineWorkbook

    for path in sorted(files.iterdir()):
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        for name in workbook.sheet_names:
            workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)


def openpyxl(files: Path) -> None:
    """Load every file with openpyxl (data_only) in one process, and do nothing else."""
    import openpyxl as library

    for path in sorted(files.iterdir()):
        library.load_workbook(path, data_only=True).close()


def naive(files: Path) -> None:
    """A collector as a user would write it: openpyxl, and a pandera call for every sheet."""
    import openpyxl as library
    import pandas as pd
    import pandera.errors
    import pandera.pandas as pa

    rows = ("new", "carried_in", "concluded", "carried_out")
    schema = pa.DataFrameSchema(
        {name: pa.Column(float, pa.Check.ge(0), coerce=True, nullable=True) for name in rows},
        checks=pa.Check(lambda f: f["new"] + f["carried_in"] == f["concluded"] + f["carried_out"]),
    )
    plain = pa.DataFrameSchema({}, strict=False)
    totals: dict[str, float] = {}
    for path in sorted(files.iterdir()):
        book = library.load_workbook(path, data_only=True)
        for name in ("主动公开", "依申请公开", "复议诉讼"):
            cells = [[cell.value for cell in row] for row in book[name].iter_rows()]
            if name == "依申请公开":
                numbers = [row[3:10] for row in cells]
                frame = pd.DataFrame(
                    {key: numbers[at] for key, at in zip(rows, (6, 7, 27, 28), strict=True)}
                ).fillna(0)
                check = schema
            else:
                frame, check = pd.DataFrame(cells), plain
            try:
                check.validate(frame, lazy=True)
            except pandera.errors.SchemaErrors:
                continue
            for at, row in enumerate(cells):
                for column, value in enumerate(row):
                    if isinstance(value, (int, float)):
                        key = f"{name}{at}:{column}"
                        totals[key] = totals.get(key, 0) + value
        book.close()
    out = library.Workbook()
    for at, (key, value) in enumerate(totals.items(), 1):
        out.active.cell(at, 1).value = key
        out.active.cell(at, 2).value = value
    out.save(io.BytesIO())


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    globals()[sys.argv[1]](Path(sys.argv[2]))
