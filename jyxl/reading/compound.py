"""A compound file ([MS-CFB]), in which an xls is packed → the stream of its workbook.

olefile reads it, and the reading library reads it again by itself. Before either does, the
numbers stated in the file are compared with its size, since both allocate what is stated.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from typing import Any

from jyxl.reading.damage import Malformed, TooLarge

_LAST = 0xFFFFFFFA
"""Sector numbers from here on are special marks."""
_ENTRY = 128
MAX_ENTRIES = 50_000
"""The limit on directory entries; olefile makes an object of a kilobyte or two for each."""


def workbook_stream(data: bytes) -> bytes:
    """The stream that the reading library reads: Workbook or, if there is none, Book.

    Raises Malformed, TooLarge.
    """
    import olefile  # importing it takes as long as reading some files do, and few files need it

    _vet_header(data)
    _vet_entries(data)
    try:
        with olefile.OleFileIO() as container:
            # The check compares every entry with all earlier ones, which takes hours for a
            # file full of entries; entries that share sectors do no harm here.
            container._check_duplicate_stream = lambda *_, **__: None
            container.open(io.BytesIO(data))
            path = _chosen(container, data)
            size = container.get_size(path)
            if max(container.root.size, size) > len(data):
                raise Malformed("容器的大小对不上")
            _no_circle(container.fat)
            stream: bytes = container.openstream(path).read()
            _no_circle(container.minifat or ())
            if len(stream) != size:
                raise Malformed("容器不完整")
            return stream
    except Malformed:
        raise
    except Exception as error:  # any error here means that the file is wrong
        raise Malformed("容器的结构不对") from error


def _vet_header(data: bytes) -> None:
    """Check the sizes of sectors, and how many of each kind are stated. Raises Malformed."""
    if len(data) < 512:
        raise Malformed("容器不完整")
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if (shift, mini_shift) not in ((9, 6), (12, 6)):
        raise Malformed("容器的头不对")
    sectors = len(data) >> shift
    directory, tables = struct.unpack_from("<II", data, 40)
    mini_tables, first_more, more = struct.unpack_from("<III", data, 64)
    if max(directory, mini_tables, more) > sectors or tables << (shift - 2) > 2 * sectors + 2**16:
        raise Malformed("容器的目录不对")
    # If the count is 0, olefile looks for none, but the reading library follows the chain.
    if more == 0 and first_more < _LAST:
        raise Malformed("容器的目录不对")


def _vet_entries(data: bytes) -> None:
    """Check the number of directory entries before the directory is followed. Raises TooLarge.

    Every byte at the place of an entry's kind is looked at, even inside a stream, where it is
    only rarely the number of a kind.
    """
    kinds = data[66::_ENTRY]
    if sum(kinds.count(kind) for kind in (1, 2, 5)) > MAX_ENTRIES:
        raise TooLarge("内容太多")


def _chosen(container: Any, data: bytes) -> str:
    """The name of the workbook's stream. Raises Malformed.

    The reading library takes the first entry of this name, even one that is inside a storage
    or no longer in the directory, so there must be no doubt about which entry that is.
    """
    entries = [entry for entry in container.direntries if entry is not None]
    for name in ("Workbook", "Book"):
        named = [entry for entry in entries if entry.name == name]
        written = f"{name}\0".encode("utf-16-le")
        lying = sum(data.startswith(written, at) for at in range(0, len(data), _ENTRY))
        if lying != len(named):
            raise Malformed("容器的目录不对")
        if named:
            if named[0] not in container.root.kids:
                raise Malformed("容器的目录不对")
            return name
    raise Malformed("里面没有工作簿")


def _no_circle(table: Sequence[int]) -> None:
    """Raises Malformed if a chain of sectors is circular; the reading library would follow it
    for ever."""
    seen = bytearray(len(table))
    for start in range(len(table)):
        at, path = start, []
        while at < len(table) and not seen[at]:
            seen[at] = 1
            path.append(at)
            at = table[at]
        if at < len(table) and seen[at] == 1 and path:
            raise Malformed("容器的目录绕成了圈")
        for one in path:
            seen[one] = 2
