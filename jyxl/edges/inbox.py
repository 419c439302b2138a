"""The files that came in: found, and separated from leftovers."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jyxl.edges import campaign, files
from jyxl.problem import Problem

_STRANGERS = frozenset(
    {"thumbs.db", "desktop.ini", "$recycle.bin", "system volume information", "__macosx"}
)
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
    elif not is_stranger(place.name):
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
                    if is_own or is_stranger(entry.name):
                        continue
                    try:
                        is_folder = files.is_folder(entry)
                    except OSError as error:
                        yield _unread(entry.path, error)
                        continue
                    if is_folder:
                        todo.append((entry.path, depth + 1))
                    else:
                        yield _seen(entry)
        except OSError as error:
            yield f"文件夹“{files.shown(folder)}”打不开：{files.reason(error)}；里面的没有收。"


def _seen(entry: os.DirEntry[str]) -> _Seen | str:
    try:
        return _file(entry.path, entry.stat(follow_symlinks=False))
    except OSError as error:
        return _unread(entry.path, error)


def _unread(path: str, error: OSError) -> str:
    return f"“{files.shown(path)}”读不出来：{files.reason(error)}。"


def _file(path: str, status: os.stat_result) -> _Seen | str:
    """The file, or the sentence that it is something else or far too long."""
    if stat.S_ISREG(status.st_mode):
        if status.st_size > MAX_BYTES:
            return f"“{files.shown(path)}”有 {status.st_size / 2**30:.1f} GB，不会是报表，没有收。"
        return path, status.st_mtime
    what = _KINDS.get(stat.S_IFMT(status.st_mode), "链接")
    return f"“{files.shown(path)}”是{what}，不是文件，没有收；请把文件本身放进来。"


def is_stranger(name: str) -> bool:
    """True for lock files of Excel and WPS, and for what systems leave in folders."""
    return name.startswith(("~$", ".")) or name.lower() in _STRANGERS
