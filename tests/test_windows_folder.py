"""What is put into the zip for Windows, and what is left out."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from windows import folder, requirements

CPYTHON = {"python.exe": b"p", "python313.zip": b"z", "python313._pth": b"", "LICENSE.txt": b"psf"}
WHEEL = {
    "lib/__init__.py": b"1",
    "lib/__init__.pyi": b"2",
    "lib/tests/test_it.py": b"3",
    "lib/include/it.h": b"4",
    "lib/licence.py": b"5",
    "lib-1.0.dist-info/licenses/LICENSE": b"6",
    "lib-1.0.dist-info/METADATA": b"7",
}


def test_every_library_that_jyxl_asks_for_is_on_the_list() -> None:
    """After a change in setup.cfg: python -m windows.requirements."""
    lines = requirements.LOCKED.read_text("ascii").splitlines()
    locked = dict(line.split(" ")[0].split("==") for line in lines)
    assert all(re.fullmatch(r"\S+==\S+ --hash=sha256:[0-9a-f]{64}", line) for line in lines)
    for wanted in map(Requirement, [*requirements.wanted(), *requirements.FOR_WINDOWS]):
        assert wanted.specifier.contains(locked[canonicalize_name(wanted.name)]), wanted


def test_what_no_program_needs_is_left_out_and_licences_are_found() -> None:
    parts = folder.parts(CPYTHON, [WHEEL])
    packages = {name for name in parts if name.startswith("python/packages/")}
    assert {name.removeprefix("python/packages/") for name in packages} == {
        "lib/__init__.py",
        "lib/licence.py",
        "lib-1.0.dist-info/licenses/LICENSE",
        "lib-1.0.dist-info/METADATA",
    }
    assert parts["许可/lib-1.0/LICENSE"] == b"6"
    assert parts["许可/CPython/LICENSE.txt"] == b"psf"
    assert parts["python/python313._pth"] == b"python313.zip\r\n.\r\npackages\r\n"


def test_nothing_is_given_away_without_its_licence() -> None:
    without = {name: data for name, data in WHEEL.items() if "LICENSE" not in name}
    with pytest.raises(ValueError, match="lib"):
        folder.parts(CPYTHON, [without])


def test_launchers_are_ascii_for_any_code_page() -> None:
    parts = folder.parts(CPYTHON, [])
    batches = [data for name, data in parts.items() if name.endswith(".cmd")]
    assert len(batches) == 4
    for data in batches:
        assert data.isascii()
        assert data.count(b"\r\n") == data.count(b"\n")


def test_equal_files_give_equal_bytes_in_any_order() -> None:
    parts = folder.parts(CPYTHON, [WHEEL])
    turned = dict(reversed(parts.items()))
    assert folder.packed("jyxl", parts, 10**9) == folder.packed("jyxl", turned, 10**9)
    with zipfile.ZipFile(io.BytesIO(folder.packed("jyxl", parts, 10**9))) as archive:
        assert {name: archive.read(f"jyxl/{name}") for name in parts} == parts
