"""Returns that went through LibreOffice: the same damage saved in other formats."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.damage import papers, ways
from tests.damage.desk import Desk

FORMATS = ("xlsx", "xls", "ods")
SAVED = ("good", "number_approximate", "error_in_zero_leaf", "formula_in_leaf", "total_typed_wrong")
"""What is saved in each format; a way is named <what>_as_<format>."""
PAPERS = ("docx", "doc", "odt")
"""The formats in which a report in Word is saved."""


def is_there() -> bool:
    return shutil.which("soffice") is not None


def names() -> Iterable[str]:
    yield from (f"{what}_as_{kind}" for kind in FORMATS for what in SAVED)
    yield from (f"word_report_as_{kind}" for kind in PAPERS)


def saved(desk: Desk, folder: Path) -> dict[str, bytes]:
    """The bytes of every way, made in a run of LibreOffice for each format."""
    source = folder / "source"
    source.mkdir(parents=True)
    for what in SAVED:
        data = desk.good if what == "good" else getattr(ways, what)(desk)
        (source / f"{what}.xlsx").write_bytes(data)
    found = {}
    for kind in FORMATS:
        convert(sorted(source.iterdir()), kind, folder / kind)
        for what in SAVED:
            found[f"{what}_as_{kind}"] = (folder / kind / f"{what}.{kind}").read_bytes()
    report = folder / "word_report.docx"
    report.write_bytes(papers.word_report(desk))
    for kind in PAPERS:
        convert([report], kind, folder / kind)
        found[f"word_report_as_{kind}"] = (folder / kind / f"word_report.{kind}").read_bytes()
    return found


def convert(files: Iterable[Path], kind: str, into: Path) -> None:
    profile = into.with_name("profile").resolve().as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind]
    subprocess.run(
        [*command, "--outdir", str(into), *map(str, files)],
        check=True,
        capture_output=True,
        timeout=300,
        env={**os.environ, "HOME": str(into.parent)},
    )
