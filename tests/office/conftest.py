"""LibreOffice for the tests: it always calculates, many files in a call, two calls at a time."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.office.fillings import Filling, filling, forget_results

FILLINGS = int(os.environ.get("JYXL_OFFICE_FILLINGS", "400"))
AT_ONCE = 2

SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
"""Settings: always recalculate on loading."""


def missing(what: str) -> None:
    """Skip the test with a clear reason; on CI a missing program is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and CI must not go without it")
    pytest.skip(f"{what} IS MISSING: nothing was compared with a real spreadsheet program")


@dataclass(frozen=True)
class Office:
    """A LibreOffice with profiles of its own."""

    program: str
    folder: Path

    def profile(self, number: int) -> Path:
        """A profile folder with the settings to calculate always."""
        profile = self.folder / f"profile{number}"
        settings = profile / "user" / "registrymodifications.xcu"
        if not settings.exists():
            settings.parent.mkdir(parents=True)
            settings.write_text(SETTINGS, encoding="utf-8")
        return profile

    def saved_as(self, to: str, sources: Sequence[Path], out: Path) -> list[Path]:
        """Open every file, calculate it and save it in format `to` in folder `out`."""
        out.mkdir(parents=True, exist_ok=True)

        def convert(number: int) -> None:
            mine = sources[number::AT_ONCE]
            if mine:
                command = [
                    *(self.program, f"-env:UserInstallation={self.profile(number).as_uri()}"),
                    *("--headless", "--convert-to", to, "--outdir", str(out)),
                    *map(str, mine),
                ]
                subprocess.run(command, check=True, capture_output=True, timeout=900)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(convert, range(AT_ONCE)))
        return [out / f"{source.stem}.{to}" for source in sources]


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    program = shutil.which("soffice")
    if program is None:
        missing("LibreOffice (soffice)")
    return Office(str(program), tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="session")
def recalculated(office: Office) -> list[tuple[Filling, bytes]]:
    """Every filling, with its workbook as LibreOffice recalculated it after the results were
    removed."""
    source = office.folder / "filled"
    source.mkdir()
    fillings = [filling(number) for number in range(FILLINGS)]
    paths = []
    for number, one in enumerate(fillings):
        path = source / f"{number:04}.xlsx"
        path.write_bytes(forget_results(one.data))
        paths.append(path)
    saved = office.saved_as("xlsx", paths, office.folder / "recalculated")
    return [(one, path.read_bytes()) for one, path in zip(fillings, saved, strict=True)]
