"""A compound file, as xls is packed in ([MS-CFB]) → the stream of its workbook.

olefile reads it, and so does the reading library on its own. Neither is asked before what
the file states is compared with its size, since both make room for what is stated.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from typing import Any

from jyxl.reading.damage import Malformed, TooLarge

_LAST = 0xFFFFFFFA
"""Sector numbers from here on are marks."""
_ENTRY = 128
MAX_ENTRIES = 50_000
"""Of the directory; olefile makes an object of a kilobyte or two for each."""


def workbook_stream(data: bytes) -> bytes:
    """The stream called Workbook, or else Book, that the reading library reads. Raises
    Malformed, TooLarge."""
    import olefile  # takes as long as reading some files, and few files need it

    _vet_header(data)
    _vet_entries(data)
    try:
        with olefile.OleFileIO() as container:
            # It would compare every entry with all before it, which takes hours of a file
            # that is nothing but entries; that two share sectors harms nobody here.
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
    except Exception as error:  # whatever it raises, it is the file that is wrong
        raise Malformed("容器的结构不对") from error


def _vet_header(data: bytes) -> None:
    """Sizes of sectors, and how many there are of a kind. Raises Malformed."""
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
    # Where none is counted, olefile looks for none, but the reading library follows them.
    if more == 0 and first_more < _LAST:
        raise Malformed("容器的目录不对")


def _vet_entries(data: bytes) -> None:
    """Raises TooLarge. Whatever lies where the kind of a directory entry would is counted,
    before anyone follows the directory; in a stream it is such a number but now and then."""
    kinds = data[66::_ENTRY]
    if sum(kinds.count(kind) for kind in (1, 2, 5)) > MAX_ENTRIES:
        raise TooLarge("内容太多")


def _chosen(container: Any, data: bytes) -> str:
    """The name of the stream. The reading library takes the first entry of this name, be it
    in a storage, or be it in none any more; there must be no doubt about which that is."""
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
    """Raises Malformed where a chain of sectors runs in a circle: the reading library would
    follow it for ever."""
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
