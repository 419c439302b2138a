"""What a command loads: a command that only looks something up needs no spreadsheet library."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from tests import play

HEAVY = {"xlsxwriter", "pandas", "numpy", "pandera", "openpyxl"}
READING = {"python_calamine", "lxml", "olefile"}
CODE = """
import atexit, sys
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
from jyxl.cli import main
main()
"""


def loaded(*arguments: str | Path) -> tuple[str, set[str]]:
    """What a command prints, and the modules that are loaded when it ends."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", CODE, *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout, set(done.stderr.split())


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_status_loads_no_spreadsheet_library(tmp_path: Path, options: tuple[str, ...]) -> None:
    campaign = play.campaign(tmp_path)
    play.hand_in(campaign, "a.xlsx", play.filled(campaign, "B01", {"t3.granted.natural": 1}))
    play.hand_in(campaign, "b.xlsx", play.filled(campaign, "B02"))
    play.collect(campaign)
    shown, modules = loaded("status", "-C", campaign.folder, *options)
    assert "县水务局" in shown
    assert "T3-I" in shown
    assert "jyxl.edges.standing" in modules
    assert modules & (HEAVY | READING) == set()


def test_status_reads_a_roster_of_excel_without_more(tmp_path: Path) -> None:
    """A roster in a workbook needs the library that reads it, but none that writes or judges."""
    campaign = play.campaign(tmp_path)
    (campaign.folder / "units.csv").unlink()
    book = openpyxl.Workbook()
    for line in play.ROSTER.splitlines():
        book.active.append(line.split(","))
    book.save(campaign.folder / "units.xlsx")
    shown, modules = loaded("status", "-C", campaign.folder)
    assert "河口镇" in shown
    assert "python_calamine" in modules
    assert modules & HEAVY == set()


def test_no_engine_is_loaded_where_none_is_used(tmp_path: Path) -> None:
    campaign = play.campaign(tmp_path)
    play.hand_in(campaign, "a.xlsx", play.filled(campaign, "B01"))
    for command in ("collect", "issue"):
        _, modules = loaded(command, "-C", campaign.folder)
        assert "jyxl.edges.pool" in modules
        assert modules & {"dask", "distributed", "jyxl.edges.engine", "jyxl.edges.beside"} == set()
