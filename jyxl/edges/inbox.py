"""The files that came in: found, separated from leftovers, unpacked, archived before all else."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from jyxl import characters
from jyxl.edges import archive as archives
from jyxl.edges import campaign, files, postbag
from jyxl.mail import letter as letters
from jyxl.mail.letter import Letter
from jyxl.problem import Problem
from jyxl.reading import limits

_STRANGERS = frozenset(
    {"thumbs.db", "desktop.ini", "$recycle.bin", "system volume information", "__macosx"}
)
_CHUNK = 2**20
MAX_MEMBERS = 500
MAX_UNPACKED = 60 * 2**20
MAX_BYTES = 2**30
"""The most bytes of a file that is taken in. What is longer than a workbook is refused, but kept;
a film or the image of a disk would only fill the archive."""
MAX_DEPTH = 50
"""The most folders that may be inside each other."""
MAX_TOLD = 20
"""The most sentences about what was not read."""
_KINDS = {
    stat.S_IFLNK: "链接",
    stat.S_IFIFO: "管道",
    stat.S_IFSOCK: "套接字",
    stat.S_IFCHR: "设备",
    stat.S_IFBLK: "设备",
}


class Unread(Problem):
    """One file could not be read; the others can be."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file as it was found. name: its path, as text, since there may be very many; arrived: its
    modification time, ISO, to the second."""

    name: str
    arrived: str

    @property
    def path(self) -> Path:
        return Path(self.name)


@dataclass(frozen=True)
class Found:
    """What is at some paths. arrivals: the files, oldest first; told: a sentence about each
    thing that cannot be read."""

    arrivals: Sequence[Arrival]
    told: Sequence[str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece to be read: a file, or a member of a zip of files.

    member: its name in the zip or in the message, which is never used as a path; within: the
    SHA-256 of that zip or message.
    """

    sha256: str
    member: str | None = None
    within: str = ""


def find(places: Iterable[Path]) -> Found:
    """All files at these paths and in these folders, without the leftovers of programs.

    A campaign's own folders and files, other than those in 回收/, are passed over. A link is
    followed only if it is itself one of the paths.
    """
    times: dict[str, float] = {}
    told: list[str] = []
    for place in places:
        for one in _at(place):
            if isinstance(one, str):
                told.append(one)
            else:
                times[one[0]] = one[1]
    told.extend(
        f"“{files.shown(path)}”的修改时间早于 1970 年，请核对它和别的几份谁先谁后。"
        for path, time in times.items()
        if time < 0
    )
    if len(told) > MAX_TOLD:
        told[MAX_TOLD:] = [f"还有 {len(told) - MAX_TOLD} 处这样的，没有一一列出。"]
    return Found(_arrivals(times), told)


def _arrivals(times: dict[str, float]) -> list[Arrival]:
    now = datetime.now().timestamp()
    return [
        Arrival(
            path,
            datetime.fromtimestamp(min(max(times[path], 0), now)).isoformat(timespec="seconds"),
        )
        for path in sorted(times, key=lambda path: (times[path], path))
    ]


def vet(paths: Iterable[Path], record: bool) -> None:
    """Raises Problem if one of the paths that were asked for does not exist or, if the files
    there are to be recorded as returns, if it is a campaign's own."""
    for path in paths:
        try:
            path.stat()
        except FileNotFoundError as error:
            raise Problem(f"没有“{files.shown(path)}”这个文件或文件夹。") from error
        except (OSError, ValueError) as error:
            why = files.reason(error) if isinstance(error, OSError) else "名称不对"
            raise Problem(f"“{files.shown(path)}”读不出来：{why}。") from error
        if record and _is_own(path):
            raise Problem(
                f"“{files.shown(path)}”是 jyxl 自己放文件的地方，里面不是交回来的表，没有收；"
                f"交回来的请放进“{campaign.RETURNS}”。"
            )


def _is_own(path: Path) -> bool:
    """True for a campaign's own files and folders and all that is in them, but not for a single
    file of the archive, which came in once and which jyxl doctor may name."""
    whole = Path(os.path.realpath(path))
    for folder in whole.parents:
        below = whole.relative_to(folder).parts
        if below[0] in campaign.OWN_NAMES and (folder / campaign.SETTINGS).is_file():
            return below[:-1] != campaign.ARCHIVE
    return False


_Seen = tuple[str, float]
"""A file: its path and its modification time, in seconds since 1970."""


def _at(place: Path) -> Iterator[_Seen | str]:
    """The files at a path, and a sentence about each thing that cannot be read."""
    try:
        status = os.stat(place)
    except OSError as error:
        yield f"“{files.shown(place)}”读不出来：{files.reason(error)}。"
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _in(str(place))
    elif not _is_stranger(place.name):
        yield _file(str(place), status)


def _in(top: str) -> Iterator[_Seen | str]:
    """The same for all that is in a folder."""
    todo = [(top, 0)]
    while todo:
        folder, depth = todo.pop()
        if depth > MAX_DEPTH:
            yield f"“{files.shown(folder)}”已经套在 {depth} 层文件夹里，再往里的没有收。"
            continue
        is_campaign = os.path.isfile(os.path.join(folder, campaign.SETTINGS))
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    is_own = is_campaign and entry.name in campaign.OWN_NAMES
                    if is_own or _is_stranger(entry.name):
                        continue
                    if files.is_folder(entry):
                        todo.append((entry.path, depth + 1))
                    else:
                        yield _seen(entry)
        except OSError as error:
            yield f"文件夹“{files.shown(folder)}”打不开：{files.reason(error)}；里面的没有收。"


def _seen(entry: os.DirEntry[str]) -> _Seen | str:
    try:
        return _file(entry.path, entry.stat(follow_symlinks=False))
    except OSError as error:
        return f"“{files.shown(entry.path)}”读不出来：{files.reason(error)}。"


def _file(path: str, status: os.stat_result) -> _Seen | str:
    """The file, or the sentence that it is something else or far too long."""
    if stat.S_ISREG(status.st_mode):
        if status.st_size > MAX_BYTES:
            return f"“{files.shown(path)}”有 {status.st_size / 2**30:.1f} GB，不会是报表，没有收。"
        return path, status.st_mtime
    what = _KINDS.get(stat.S_IFMT(status.st_mode), "链接")
    return f"“{files.shown(path)}”是{what}，不是文件，没有收；请把文件本身放进来。"


def _is_stranger(name: str) -> bool:
    """True for lock files of Excel and WPS, and for what systems leave in folders."""
    return name.startswith(("~$", ".~", "._", ".")) or name.lower() in _STRANGERS


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
        if entry.is_dir() or not last or _is_stranger(last) or name.startswith("__MACOSX/"):
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
