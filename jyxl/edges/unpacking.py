"""What is in a file that came in: the file itself, or the files in a zip, a message or an mbox.

All of it is archived before anything is read.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from jyxl import characters
from jyxl.edges import archive as archives
from jyxl.edges import files, inbox, postbag
from jyxl.mail import letter as letters
from jyxl.mail.letter import Letter
from jyxl.problem import Problem
from jyxl.reading import limits

_CHUNK = 2**20
MAX_MEMBERS = 500
MAX_UNPACKED = 60 * 2**20


class Unread(Problem):
    """One file could not be read; the others can be."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece to be read: a file, or a member of a zip of files.

    member: its name in the zip or in the message, which is never used as a path; within: the
    SHA-256 of that zip or message.
    """

    sha256: str
    member: str | None = None
    within: str = ""


@dataclass(frozen=True)
class Message:
    """A message in a file. sha256: of its bytes; letter: the message, without the bytes of its
    files; digests: the SHA-256 of each of them."""

    sha256: str
    letter: Letter
    digests: tuple[str, ...]


@dataclass(frozen=True)
class Contents:
    """What is in a file. messages: if it is a message or an mbox; told: sentences about what was
    not read."""

    pieces: Sequence[Piece]
    messages: Sequence[Message] = ()
    told: Sequence[str] = ()


def contents(
    path: Path, archive: Path | None = None, is_our_own: Callable[[str], bool] = lambda _: False
) -> Contents:
    """The file itself or, if it is a zip of files, a message or an mbox, the files in it.

    Every byte is first kept in the archive, if there is one; the caller must settle it. An mbox
    is kept message by message. is_our_own: tells by its SHA-256 whether a file of a message is to
    be left out. Raises Unread, and Problem if the archive cannot be written.
    """
    try:
        with open(path, "rb", opener=files.regular) as file:
            raws = postbag.messages(file, file.read(postbag.HEAD))
            if raws is not None:
                return _of_messages(path, raws, archive, is_our_own)
            file.seek(0)
            return Contents(_unpacked(file, archive, _piece(file, archive)))
    except OSError as error:
        raise Unread(f"“{files.shown(path)}”读不出来：{files.reason(error)}。") from error


def _unpacked(file: BinaryIO, archive: Path | None, whole: Piece) -> list[Piece]:
    """The files in a zip of files, or the piece itself."""
    return _members(file, archive, whole.sha256) or [whole]


def _of_messages(
    path: Path,
    raws: Iterator[bytes | None],
    archive: Path | None,
    is_our_own: Callable[[str], bool],
) -> Contents:
    inside: list[_Opened] = []
    told = []
    for number, raw in enumerate(raws, 1):
        if raw is None:
            told.append(
                f"“{files.shown(path.name)}”里第 {number} 封信太大，没有读；"
                "请在邮箱里打开它，把附件另存到“回收”。"
            )
        else:
            inside.append(_opened(raw, f"{number}/" if number > 1 else "", archive, is_our_own))
    pieces = [piece for one in inside for piece in one.pieces]
    return Contents(pieces, [one.message for one in inside], told)


@dataclass(frozen=True)
class _Opened:
    """A message, and the pieces in it."""

    message: Message
    pieces: Sequence[Piece]


def _opened(
    raw: bytes, before: str, archive: Path | None, is_our_own: Callable[[str], bool]
) -> _Opened:
    """before: what comes before the names of its files, if it is one of several messages."""
    sha256 = _piece(io.BytesIO(raw), archive).sha256
    letter = letters.read(raw)
    digests = [hashlib.sha256(one.data).hexdigest() for one in letter.files]
    pieces: list[Piece] = []
    for n, one in enumerate(letter.files):
        if is_our_own(digests[n]):
            continue
        name = before + letters.shown(one, n).replace("\\", "/")
        source = io.BytesIO(one.data)
        piece = _piece(source, archive, name, sha256)
        pieces.extend(
            inner if inner is piece else replace(inner, member=f"{name}/{inner.member}")
            for inner in _unpacked(source, archive, piece)
        )
    without = tuple(replace(one, data=b"") for one in letter.files)
    return _Opened(Message(sha256, replace(letter, files=without), tuple(digests)), pieces)


def _piece(
    source: BinaryIO, archive: Path | None, member: str | None = None, within: str = ""
) -> Piece:
    head, sha256 = archives.head_and_digest(source)
    if archive is not None:
        archives.keep(archive, sha256, head, source)
    return Piece(sha256, member, within)


def _members(file: BinaryIO, archive: Path | None, within: str) -> list[Piece]:
    """The files in a zip of files; none if it is a workbook, is no zip, or exceeds the limits."""
    file.seek(0)
    head = file.read(64)
    # The second is a workbook, as Excel and WPS begin it.
    if not head.startswith(b"PK") or head[30:49] == b"[Content_Types].xml":
        return []
    if file.seek(0, io.SEEK_END) > MAX_UNPACKED:
        return []
    file.seek(0)
    if limits.lists_too_many(iter(lambda: file.read(_CHUNK), b"")):
        return []
    try:
        with zipfile.ZipFile(file) as package:
            entries = package.infolist()
            names = {entry.filename for entry in entries}
            if names & {"[Content_Types].xml", "content.xml"} or len(entries) > MAX_MEMBERS:
                return []
            if any(entry.flag_bits & 1 for entry in entries):
                return []
            if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                return []
            return [
                _piece(io.BytesIO(data), archive, name, within)
                for name, data in _contents(package, entries)
            ]
    except Problem:  # the archive cannot be written
        raise
    except Exception:  # any other error means that the zip is damaged, or of an unknown kind
        return []


def _contents(
    package: zipfile.ZipFile, entries: Iterable[zipfile.ZipInfo]
) -> Iterator[tuple[str, bytes]]:
    """The name and the bytes of every member that is not a program's leftover, the one that was
    saved first first: of several versions of a return, the last one counts. The bytes are
    never more than the directory says; of a damaged member they are what could be read. Raises
    NotImplementedError if a member is compressed in an unknown way."""
    for entry in sorted(entries, key=lambda one: one.date_time):
        name = _decoded(entry)
        last = name.rsplit("/", 1)[-1]
        if entry.is_dir() or not last or inbox.is_stranger(last) or name.startswith("__MACOSX/"):
            continue
        data = bytearray()
        try:
            with package.open(entry) as member:
                while chunk := member.read(_CHUNK):
                    data += chunk
        except NotImplementedError:
            raise
        except Exception:  # the member is damaged, in any of the ways of several libraries
            pass
        yield name, bytes(data)


def _decoded(entry: zipfile.ZipInfo) -> str:
    """The name as the sender saw it: Chinese systems write GBK without saying so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return characters.one_line(name).replace("\\", "/")[-200:]
