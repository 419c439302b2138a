"""The good return in every format for which there is a program."""

from __future__ import annotations

import tempfile
from pathlib import Path

from jyxl import editions
from jyxl.reading import reader
from tests.damage import office, papers
from tests.damage.binary import xlsb
from tests.damage.desk import EXPECTED, Desk, made
from tests.fuzz.invariant import Corpus


def corpus(with_office: bool) -> Corpus:
    desk = Desk(made())
    files = {
        "xlsx": desk.good,
        "openpyxl": desk.edited(lambda book: None),
        "xlsb": xlsb(desk.good),
        "docx": papers.word_report(desk),
        "docx-controls": papers.word_in_content_controls(desk),
    }
    if with_office:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "good.xlsx"
            source.write_bytes(desk.good)
            for kind in ("xls", "ods"):
                office.convert([source], kind, Path(folder) / kind)
                files[kind] = (Path(folder) / kind / f"good.{kind}").read_bytes()
            source = source.with_suffix(".docx")
            source.write_bytes(files["docx"])
            office.convert([source], "docx", Path(folder) / "docx")
            files["docx-office"] = (Path(folder) / "docx" / source.name).read_bytes()
    return Corpus(editions.load("2021"), files, reader.read("good", desk.good, EXPECTED))
