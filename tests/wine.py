"""Make an unzipped jyxl run under Wine 8, which lacks four things that Windows has.

    python -m tests.wine FOLDER           FOLDER is the one that has `python` in it

- `import site` is switched on, for a sitecustomize that takes `_winapi.CopyFile2` away: Wine has
  only its name.
- `_wmi` is removed: Wine answers half of what `platform` asks; without it, `platform` falls back.
- crealf, cimagf and cimag, which numpy asks for, abort in Wine's ucrtbase. A copy of it gets the
  few instructions that they should be.
- bcryptprimitives.dll, where Rust takes its random numbers from, is compiled: one call.
"""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

ROOTS = ("/usr/lib/x86_64-linux-gnu/wine", "/usr/lib/wine", "/opt/wine-stable/lib/wine")
CODE = {"crealf": "660f6ec1c3", "cimagf": "48c1e920660f6ec1c3", "cimag": "f20f104108c3"}
RANDOM = """
#include <windows.h>
#include <ntsecapi.h>
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE to, SIZE_T n) { return RtlGenRandom(to, n); }
"""
WITHOUT_COPY = """
import _winapi

if hasattr(_winapi, "CopyFile2"):
    del _winapi.CopyFile2
"""


def exports(dll: bytes) -> dict[str, int]:
    """Name → position in the file of every function that a DLL exports (64 bits)."""
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
    number, functions, names, ordinals = struct.unpack_from("<IIII", dll, position(table) + 24)
    found = {}
    for one in range(number):
        (name,) = struct.unpack_from("<I", dll, position(names) + 4 * one)
        (ordinal,) = struct.unpack_from("<H", dll, position(ordinals) + 2 * one)
        (function,) = struct.unpack_from("<I", dll, position(functions) + 4 * ordinal)
        start = position(name)
        found[dll[start : dll.index(b"\0", start)].decode()] = position(function)
    return found


def mended(dll: bytes) -> bytes:
    """Wine's ucrtbase with the three functions, as a library that Wine takes for Windows' own."""
    data = bytearray(dll.replace(b"Wine builtin DLL", b"not Wine's own..", 1))
    where = exports(dll)
    for name, code in CODE.items():
        data[where[name] : where[name] + len(code) // 2] = bytes.fromhex(code)
    return bytes(data)


def main(folder: Path) -> None:
    python = folder / "python"
    (python / "_wmi.pyd").unlink(missing_ok=True)
    (path_file,) = python.glob("*._pth")
    path_file.write_bytes(path_file.read_bytes() + b"import site\r\n")
    (python / "sitecustomize.py").write_text(WITHOUT_COPY, encoding="ascii")
    builtin = next(
        path for root in ROOTS for path in Path(root).rglob("x86_64-windows/ucrtbase.dll")
    )
    (python / "ucrtbase.dll").write_bytes(mended(builtin.read_bytes()))
    target = str(python / "bcryptprimitives.dll")
    compiler = ["x86_64-w64-mingw32-gcc", "-shared", "-o", target, "-xc", "-", "-ladvapi32"]
    subprocess.run(compiler, input=RANDOM.encode(), check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
