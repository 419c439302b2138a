"""Small xls files, made by [MS-CFB] and [MS-XLS], since no free program writes bad ones."""

from __future__ import annotations

import hashlib
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msoffcrypto.method.ecma376_standard import ECMA376Standard

SECTOR = 512
END, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
NONE = 0xFFFFFFFF


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def bof(kind: int) -> bytes:
    return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 1997, 0, 6))


EOF = record(0x000A)


def reach(*edges: int) -> bytes:
    """The record that states the first and last row and column of a sheet."""
    return record(0x0200, struct.pack("<IIHHH", *edges, 0))


def workbook(*of_sheet: bytes) -> bytes:
    """The stream of a workbook with one sheet, Sheet1, of these records."""
    name = b"\x06\x00Sheet1"
    size = len(bof(5)) + len(record(0x85, bytes(6) + name)) + len(EOF)
    head = bof(5) + record(0x85, struct.pack("<IH", size, 0) + name) + EOF
    return head + bof(0x10) + b"".join(of_sheet) + EOF


def entry(name: str, kind: int, start: int, size: int, child: int = NONE) -> bytes:
    """An entry of the directory."""
    raw = name.encode("utf-16-le") + b"\0\0"
    head = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw) if name else 0, kind, 1)
    return (
        head + struct.pack("<III", NONE, NONE, child) + bytes(36) + struct.pack("<IQ", start, size)
    )


def compound(stream: bytes, **changes: object) -> bytes:
    """A compound file with this stream as Workbook: tables, directory, stream.

    changes: `header` {offset: number}, `table` {sector: next}, `size` and `name` (of the
    stream), `entries` (further directory entries), `more` (a second stream, after the first).
    """
    stream = stream.ljust(4096, b"\0")
    more = changes.get("more", b"")
    assert isinstance(more, bytes)
    sectors, others = -(-len(stream) // SECTOR), -(-len(more) // SECTOR)
    tables = 1 + (3 + sectors + others) // 127
    first = tables + 1
    chain = [*[TABLE] * tables, END, *range(first + 1, first + sectors), END]
    if others:
        chain += [*range(first + sectors + 1, first + sectors + others), END]
    for sector, following in dict(changes.get("table", {})).items():  # type: ignore[call-overload]
        chain[sector] = following
    table = struct.pack(f"<{128 * tables}I", *(chain + [FREE] * 128 * tables)[: 128 * tables])
    size = changes.get("size", len(stream))
    assert isinstance(size, int)
    name = str(changes.get("name", "Workbook"))
    entries = [entry("Root Entry", 5, END, 0, 1), entry(name, 2, first, size)]
    entries += changes.get("entries", ())  # type: ignore[arg-type]
    directory = b"".join(entries).ljust(SECTOR, b"\0")
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16))
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4096, END, 0, END, 0)
    header += struct.pack("<109I", *range(tables), *[FREE] * (109 - tables))
    for offset, number in dict(changes.get("header", {})).items():  # type: ignore[call-overload]
        struct.pack_into("<I", header, offset, number)
    assert len(header) == SECTOR
    streams = stream.ljust(sectors * SECTOR, b"\0") + more.ljust(others * SECTOR, b"\0")
    return bytes(header) + table + directory + streams


def encrypted(package: bytes, password: str, minor: int = 2) -> bytes:
    """A package as Excel 2007 encrypts it, with AES-128; the password is written as UTF-16."""
    salt, digest, provider = bytes(range(16)), 0x8004, 0x18
    about_key = (0x660E, digest, provider, 128, 16, salt)
    key = ECMA376Standard.makekey_from_password(password, *about_key)
    aes = Cipher(algorithms.AES(key), modes.ECB())

    def hidden(data: bytes) -> bytes:
        one = aes.encryptor()
        return bytes(one.update(data + bytes(-len(data) % 16)) + one.finalize())

    header = struct.pack("<8I", 0x24, 0, 0x660E, digest, 128, provider, 0, 0)
    verifier = bytes(range(16, 32))
    proof = hidden(hashlib.sha1(verifier).digest())
    about = struct.pack("<HHII", 4, minor, 0x24, len(header)) + header
    about += struct.pack("<I", 16) + salt + hidden(verifier) + struct.pack("<I", 20) + proof
    contents = (struct.pack("<Q", len(package)) + hidden(package)).ljust(4096, b"\0")
    first = 2 + (3 + -(-len(contents) // SECTOR) + 8) // 127
    info = entry("EncryptionInfo", 2, first + -(-len(contents) // SECTOR), 4096)
    made = bytearray(
        compound(contents, name="EncryptedPackage", entries=[info], more=about.ljust(4096, b"\0"))
    )
    left = SECTOR * first + 128 + 68  # of the first stream in the directory: the other one
    struct.pack_into("<I", made, left, 2)
    return bytes(made)
