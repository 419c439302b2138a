"""Other programs, which write a file anew, and LibreOffice, which shows what is in one."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

HERE = Path(__file__).parent
NODE = HERE.parents[1] / ".node" / "node_modules"
AT_ONCE = 60
"""How many files a program is given in one run."""
_AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
"""All sheets, as they are shown."""

GNUMERIC = {
    "Gnumeric xls": ("Gnumeric_Excel:excel_biff8", "xls"),
    "Gnumeric xls of both": ("Gnumeric_Excel:excel_dsf", "xls"),
    "Gnumeric xlsx": ("Gnumeric_Excel:xlsx", "xlsx"),
    "Gnumeric ods": ("Gnumeric_OpenCalc:odf", "ods"),
}
OFFICE = {"LibreOffice xls": "xls", "LibreOffice ods": "ods", "LibreOffice xlsx": "xlsx"}
SCRIPTED = {
    "SheetJS xlsx": "xlsx",
    "SheetJS xlsb": "xlsb",
    "SheetJS biff8": "xls",
    "SheetJS ods": "ods",
    "ExcelJS xlsx": "xlsx",
}


def there() -> tuple[str, ...]:
    """The ways in which a file can be written anew on this machine."""
    found = [*OFFICE]
    if shutil.which("ssconvert"):
        found += GNUMERIC
    if shutil.which("node") and (NODE / "xlsx").exists() and (NODE / "exceljs").exists():
        found += SCRIPTED
    return tuple(found)


def rewritten(files: Iterable[tuple[str, Path]], folder: Path) -> list[Path | None]:
    """Each file as a program writes it anew, None if the program could not. files: (program,
    file)."""
    files = list(files)
    of_program: dict[str, list[Path]] = defaultdict(list)
    for program, path in files:
        of_program[program].append(path)
    for program, paths in of_program.items():
        into = folder / program.replace(" ", "-")
        into.mkdir(parents=True)
        for start in range(0, len(paths), AT_ONCE):
            _write(program, paths[start : start + AT_ONCE], into, folder)
    return [_result(folder, program, path) for program, path in files]


def _write(program: str, paths: Sequence[Path], into: Path, folder: Path) -> None:
    if program in OFFICE:
        office(OFFICE[program], paths, into, folder)
    elif program in GNUMERIC:
        exporter, suffix = GNUMERIC[program]
        for path in paths:
            target = into / f"{path.stem}.{suffix}"
            command = ["ssconvert", "-T", exporter, str(path), str(target)]
            subprocess.run(command, check=False, capture_output=True, timeout=120)
    else:
        library, kind = program.split(" ")
        command = ["node", str(HERE / "write_anew.js"), str(NODE), library, kind, str(into)]
        subprocess.run([*command, *map(str, paths)], check=False, capture_output=True, timeout=600)


def _result(folder: Path, program: str, path: Path) -> Path | None:
    found = list((folder / program.replace(" ", "-")).glob(f"{path.stem}.*"))
    return found[0] if found else None


def office(to: str, files: Sequence[Path], into: Path, folder: Path) -> None:
    """Have LibreOffice write these files in a format."""
    profile = f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", to, "--outdir", str(into)]
    subprocess.run([*command, *map(str, files)], check=False, capture_output=True, timeout=900)


Shown = Callable[[str, int, int], str | None]
"""(sheet, row, column) → what stands there; None if LibreOffice does not show the sheet."""


def shown(files: Sequence[Path], folder: Path) -> list[Shown]:
    """What LibreOffice shows of each file."""
    into = folder / "shown"
    for start in range(0, len(files), AT_ONCE):
        office(_AS_SHOWN, files[start : start + AT_ONCE], into, folder)
    return [_Page(into, path.stem).at for path in files]


class _Page:
    def __init__(self, folder: Path, stem: str) -> None:
        self._folder, self._stem = folder, stem
        self._rows: dict[str, list[list[str]] | None] = {}

    def at(self, sheet: str, row: int, column: int) -> str | None:
        if sheet not in self._rows:
            path = self._folder / f"{self._stem}-{sheet}.csv"
            self._rows[sheet] = None
            if path.exists():
                with path.open(encoding="utf-8", newline="") as file:
                    self._rows[sheet] = list(csv.reader(file))
        rows = self._rows[sheet]
        if rows is None:
            return None
        return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""
