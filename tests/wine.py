"""Make an unzipped jyxl run under Wine 8, which lacks four things that Windows has.

    python -m tests.wine FOLDER           FOLDER is the one that has `python` in it

- `import site` is switched on, for a sitecustomize that takes `_winapi.CopyFile2` away: Wine has
  only its name.
- `_wmi` is removed: Wine answers half of what `platform` asks; without it, `platform` falls back.
- crealf, cimagf and cimag, which numpy asks for, abort in Wine's ucrtbase. A copy of it gets the
  few instructions that they should be.
- bcryptprimitives.dll, where Rust takes its random numbers from, is a copy of Wine's advapi32 in
  which the function that gives them is the only one, under the name that Rust asks for.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from typing import NamedTuple

ROOTS = ("/usr/lib/x86_64-linux-gnu/wine", "/usr/lib/wine", "/opt/wine-stable/lib/wine")
CODE = {"crealf": "660f6ec1c3", "cimagf": "48c1e920660f6ec1c3", "cimag": "f20f104108c3"}
RANDOM, RANDOM_FOR_RUST = b"SystemFunction036\0", b"ProcessPrng\0"
WITHOUT_COPY = """
import _winapi

if hasattr(_winapi, "CopyFile2"):
    del _winapi.CopyFile2
"""


class Export(NamedTuple):
    """A function that a DLL exports. code: where in the file it begins; address: of its name, as
    the DLL says it; name: where that is in the file; ordinal: its number among the functions."""

    code: int
    address: int
    name: int
    ordinal: int


class Exports(NamedTuple):
    """What a DLL exports by name. count, names, ordinals: where in the file their number, the
    addresses of their names and their ordinals are."""

    functions: dict[bytes, Export]
    count: int
    names: int
    ordinals: int


def exports(dll: bytes) -> Exports:
    """The functions that a DLL of 64 bits exports."""
    (head,) = struct.unpack_from("<I", dll, 0x3C)
    count, optional = struct.unpack_from("<H12xH", dll, head + 6)
    sections = [
        struct.unpack_from("<IIII", dll, head + 24 + optional + 40 * one + 8)
        for one in range(count)
    ]

    def position(address: int) -> int:
        for size, start, _, stored in sections:
            if start <= address < start + size:
                return stored + address - start
        return 0

    (table,) = struct.unpack_from("<I", dll, head + 24 + 112)
    at = position(table)
    number, *places = struct.unpack_from("<IIII", dll, at + 24)
    functions, names, ordinals = map(position, places)
    found = {}
    for one in range(number):
        (address,) = struct.unpack_from("<I", dll, names + 4 * one)
        (ordinal,) = struct.unpack_from("<H", dll, ordinals + 2 * one)
        (function,) = struct.unpack_from("<I", dll, functions + 4 * ordinal)
        start = position(address)
        name = dll[start : dll.index(b"\0", start)]
        found[name] = Export(position(function), address, start, ordinal)
    return Exports(found, at + 24, names, ordinals)


def with_complex_numbers(ucrtbase: bytes) -> bytes:
    """Wine's ucrtbase with the three functions."""
    data = bytearray(ucrtbase)
    functions = exports(ucrtbase).functions
    for name, code in CODE.items():
        start = functions[name.encode()].code
        data[start : start + len(code) // 2] = bytes.fromhex(code)
    return bytes(data)


def random_numbers(advapi32: bytes) -> bytes:
    """A library with ProcessPrng(to, count) alone, which is RtlGenRandom."""
    data = bytearray(advapi32)
    there = exports(advapi32)
    one = there.functions[RANDOM.rstrip(b"\0")]
    data[one.name : one.name + len(RANDOM_FOR_RUST)] = RANDOM_FOR_RUST
    struct.pack_into("<I", data, there.count, 1)
    struct.pack_into("<I", data, there.names, one.address)
    struct.pack_into("<H", data, there.ordinals, one.ordinal)
    return bytes(data)


def _builtin(name: str) -> bytes:
    """A library of Wine, made one that Wine takes for Windows' own."""
    path = next(one for root in ROOTS for one in Path(root).rglob(f"x86_64-windows/{name}"))
    return path.read_bytes().replace(b"Wine builtin DLL", b"not Wine's own..", 1)


def main(folder: Path) -> None:
    python = folder / "python"
    (python / "_wmi.pyd").unlink(missing_ok=True)
    (path_file,) = python.glob("*._pth")
    path_file.write_bytes(path_file.read_bytes() + b"import site\r\n")
    (python / "sitecustomize.py").write_text(WITHOUT_COPY, encoding="ascii")
    (python / "ucrtbase.dll").write_bytes(with_complex_numbers(_builtin("ucrtbase.dll")))
    (python / "bcryptprimitives.dll").write_bytes(random_numbers(_builtin("advapi32.dll")))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
