"""A compound file ([MS-CFB]), in which an xls is packed → the stream of its workbook, and back.

olefile reads it; the reading library is given that stream alone, packed anew. Before olefile
does, the numbers stated in the file are compared with its size, since it allocates what is
stated.
"""

from __future__ import annotations

import io
import struct

from jyxl.reading.damage import Malformed, TooLarge

_ENTRY = 128
MAX_ENTRIES = 50_000
"""The limit on directory entries; olefile makes an object of a kilobyte or two for each."""


def workbook_stream(data: bytes) -> bytes:
    """The stream of the workbook: Workbook or, if there is none, Book, as older programs name
    it. A file of both formats has both.

    Raises Malformed, TooLarge.
    """
    return stream(data, "Workbook", "Book")


def stream(data: bytes, *names: str) -> bytes:
    """The first of these streams that there is. Raises Malformed, TooLarge."""
    import olefile  # importing it takes as long as reading some files do, and few files need it

    _vet_header(data)
    _vet_entries(data)
    try:
        with olefile.OleFileIO() as container:
            # The check compares every entry with all earlier ones, which takes hours for a
            # file full of entries; entries that share sectors do no harm here.
            container._check_duplicate_stream = lambda *_, **__: None
            container.open(io.BytesIO(data))
            name = next((one for one in names if container.exists(one)), None)
            if name is None:
                raise Malformed("里面没有工作簿")
            size = container.get_size(name)
            if max(container.root.size, size) > len(data):
                raise Malformed("容器的大小对不上")
            found: bytes = container.openstream(name).read()
            if len(found) != size:
                raise Malformed("容器不完整")
            return found
    except Malformed:
        raise
    except Exception as error:  # any error here means that the file is wrong
        raise Malformed("容器的结构不对") from error


def holds_workbook(data: bytes) -> bool:
    """True if there is the stream of a workbook, not only inside something that is embedded."""
    try:
        workbook_stream(data)
    except (Malformed, TooLarge):
        return False
    return True


def _vet_header(data: bytes) -> None:
    """Check the sizes of sectors, and how many of each kind are stated. Raises Malformed."""
    if len(data) < 512:
        raise Malformed("容器不完整")
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if (shift, mini_shift) not in ((9, 6), (12, 6)):
        raise Malformed("容器的头不对")
    sectors = len(data) >> shift
    directory, tables = struct.unpack_from("<II", data, 40)
    mini_tables, _, more = struct.unpack_from("<III", data, 64)
    if max(directory, mini_tables, more) > sectors or tables << (shift - 2) > 2 * sectors + 2**16:
        raise Malformed("容器的目录不对")


def _vet_entries(data: bytes) -> None:
    """Check the number of directory entries before the directory is followed. Raises TooLarge.

    Every byte at the place of an entry's kind is looked at, even inside a stream, where it is
    only rarely the number of a kind.
    """
    kinds = data[66::_ENTRY]
    if sum(kinds.count(kind) for kind in (1, 2, 5)) > MAX_ENTRIES:
        raise TooLarge("内容太多")


_SECTOR = 4096
_TABLE, _END, _FREE, _NONE = 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF


def packed(stream: bytes) -> bytes:
    """A compound file that holds nothing but this stream, as Workbook.

    It has large sectors, so that a table in the header suffices for every file that is read.
    """
    sectors = max(1, -(-len(stream) // _SECTOR))
    per_table = _SECTOR // 4
    tables = 1
    while tables * per_table < tables + 2 + sectors:
        tables += 1
    # The tables come first, then the directory, a stream of small streams, which must not be
    # missing but may be blank, and the stream.
    chain = [*[_TABLE] * tables, _END, _END, *range(tables + 3, tables + 2 + sectors), _END]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(tables * _SECTOR, b"\xff")
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 4, 0xFFFE, 12, 6)
    header += struct.pack("<IIIIIIIIII", 1, tables, tables, 0, _SECTOR, _END, 0, _END, 0, 0)
    header += struct.pack(f"<{tables - 1}I", *range(1, tables))
    size = max(len(stream), _SECTOR)
    directory = _entry("Root Entry", 5, 1, tables + 1, _SECTOR) + _entry(
        "Workbook", 2, _NONE, tables + 2, size
    )
    return b"".join(
        (
            header.ljust(512, b"\xff").ljust(_SECTOR, b"\0"),
            table,
            directory.ljust(_SECTOR, b"\0"),
            bytes(_SECTOR),
            stream.ljust(sectors * _SECTOR, b"\0"),
        )
    )


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    """An entry of the directory."""
    raw = name.encode("utf-16-le") + b"\0\0"
    head = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1)
    links = struct.pack("<III", _NONE, _NONE, child) + bytes(36)
    return head + links + struct.pack("<IQ", start, size)
