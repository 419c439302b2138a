"""The folder that a clerk unzips: what is in it, and what is left out."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

LAUNCHERS = Path(__file__).with_name("folder")
PYTHON, LICENCES = "python", "许可"

USELESS = re.compile(
    r"""(?x)
      /(tests|testing/tests|_pyinstaller|f2py|include)/   # of the libraries, for their makers
    | \.(pyi|pyx|pxd|pxi|h|hpp|c|cpp|lib|a|rnc|typed)$    # for compilers and type checkers
    | ^(numpy/random/(_examples|lib)|numpy/_core/lib|pandas/_testing/_hypothesis)
    | \.data/(scripts|headers)/
    """
)
"""The files of wheels that no program needs at work."""
NEEDED = re.compile(r"^numpy/f2py/(__init__|__version__|_backends/__init__)\.py$|/py\.typed$")
LICENCE = re.compile(r"(?i)^[^/]+\.dist-info/(licenses?/.+|[^/]*(licen[cs]e|copying|notice)[^/]*)$")


def parts(cpython: Mapping[str, bytes], wheels: Iterable[Mapping[str, bytes]]) -> dict[str, bytes]:
    """All files by their path in the folder. Raises ValueError if a wheel has no licence."""
    found = {f"{PYTHON}/{name}": data for name, data in cpython.items()}
    path_file = next(name for name in found if name.endswith("._pth"))
    library = next(name for name in cpython if re.fullmatch(r"python3\d+\.zip", name))
    found[path_file] = f"{library}\r\n.\r\npackages\r\n".encode()
    found[f"{LICENCES}/CPython/LICENSE.txt"] = cpython["LICENSE.txt"]
    for wheel in wheels:
        found |= _of(wheel)
    for path in LAUNCHERS.iterdir():
        found[path.name] = _as_windows_reads(path)
    return found


def _of(wheel: Mapping[str, bytes]) -> dict[str, bytes]:
    """What is taken of a wheel: its files, and its licences a second time, where they are found."""
    found = {}
    for name, data in wheel.items():
        if NEEDED.search(name) or not USELESS.search(name):
            found[f"{PYTHON}/packages/{name}"] = data
        if LICENCE.match(name):
            info, _, rest = name.partition("/")
            found[f"{LICENCES}/{info.removesuffix('.dist-info')}/{rest.split('/', 1)[-1]}"] = data
    if not any(name.startswith(LICENCES) for name in found):
        raise ValueError(f"a wheel without a licence: {min(wheel)}")
    return found


def _as_windows_reads(path: Path) -> bytes:
    """A launcher or a text with the line ends of Windows; a text says that it is in UTF-8."""
    text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
    return text.encode("ascii" if path.suffix == ".cmd" else "utf-8-sig")


def packed(name: str, files: Mapping[str, bytes], moment: int) -> bytes:
    """A zip of the files in a folder of this name. Equal files and moments give equal bytes."""
    packed = io.BytesIO()
    date = time.gmtime(moment)[:6]
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(files):
            info = zipfile.ZipInfo(f"{name}/{path}", date)
            info.create_system = 3  # of a zip from DOS, unzip reads the names in its code page
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, files[path])
    return packed.getvalue()
