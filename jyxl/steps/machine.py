"""Whether this machine has what jyxl needs, and what is odd about it."""

from __future__ import annotations

import importlib
import locale
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from jyxl.edges import files
from jyxl.edges import machine as facts
from jyxl.edges.campaign import OWN
from jyxl.problem import Problem

_OLDEST_PYTHON = (3, 11)
_FIRST_YEAR = 2020
"""No clock that is right shows an earlier year."""
_AHEAD = timedelta(days=1)
"""Files may be newer than the clock by this much; some systems keep their times in another zone."""
_ROOM = 500 * 2**20
"""With fewer free bytes than this, a collect may not come to its end."""
_WINDOWS_FONTS = ("simsun.ttc", "msyh.ttc", "simhei.ttf")


@dataclass(frozen=True)
class Checked:
    """One thing that was looked at, and what was found, in words. is_odd: jyxl works, but
    somebody should know."""

    what: str
    found: str
    is_right: bool = True
    is_odd: bool = False


class Odd(Exception):
    """What was found is no fault, but somebody should know."""


def checked(what: str, look: Callable[[], str]) -> Checked:
    """The line for one thing. look: gives what was found, or raises Problem or Odd."""
    try:
        return Checked(what, look())
    except Problem as problem:
        return Checked(what, str(problem), is_right=False)
    except Odd as odd:
        return Checked(what, str(odd), is_odd=True)


def machine(folder: Path, now: datetime | None = None) -> list[Checked]:
    """A line for each thing about this machine. folder: that of a campaign, with whose files the
    clock is compared; it need not exist."""
    moment = now or datetime.now()
    return [
        checked("Python", _python),
        checked("程序库", lambda: _libraries(facts.LIBRARIES, facts.lowest())),
        checked("语言环境", lambda: _language(sys.getfilesystemencoding())),
        checked("时钟", lambda: _clock(moment, _newest(folder))),
        checked("临时文件夹", _temporary),
        checked("磁盘空间", lambda: _room(folder)),
        checked("中文字体", _fonts),
    ]


def _python() -> str:
    """Raises Problem if this Python is too old."""
    told = f"{platform.python_version()}，{64 if sys.maxsize > 2**32 else 32} 位"
    told += f"，{platform.platform()}"
    if sys.version_info < _OLDEST_PYTHON:
        raise Problem(f"{told}；jyxl 要用 Python {'.'.join(map(str, _OLDEST_PYTHON))} 或更新的。")
    return told


def _libraries(wanted: dict[str, str], lowest: dict[str, str]) -> str:
    """Raises Problem if one is missing, is broken or is too old. wanted: library → its name when
    it is imported; lowest: library → version."""
    wrong = []
    for name, imported in wanted.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                importlib.import_module(imported)
        except Exception as error:  # a broken library may raise anything
            is_missing = isinstance(error, ModuleNotFoundError) and not facts.version(name)
            wrong.append(
                f"{name} {'没有装' if is_missing else f'用不了（{type(error).__name__}）'}"
            )
            continue
        found, least = facts.version(name), lowest.get(name, "")
        if found and _numbers(found) < _numbers(least):
            wrong.append(f"{name} {found} 太旧（要 {least} 或更新的）")
    if wrong:
        raise Problem(f"{'；'.join(wrong)}。请重新安装 jyxl，或者换一份完整的程序文件夹。")
    return "、".join(f"{name} {facts.version(name) or '（版本不明）'}" for name in wanted)


def _numbers(version: str) -> list[int]:
    return [int(one) for one in re.findall(r"\d+", version)[:3]]


def _language(encoding: str) -> str:
    """Raises Problem if file names cannot be Chinese."""
    try:
        "汉".encode(encoding)
    except UnicodeEncodeError:
        raise Problem(f"文件名不能用中文（{encoding}）；请把 LANG 设成 zh_CN.UTF-8。") from None
    return f"文件名 {encoding}，文字 {locale.getencoding()}"


def _clock(now: datetime, newest: datetime | None) -> str:
    """Raises Problem if the clock shows a time that cannot be right, and Odd if it is before that
    of the newest file of the campaign."""
    told = f"{now:%Y-%m-%d %H:%M}"
    if now.year < _FIRST_YEAR:
        raise Problem(f"现在是 {told}，不会对；请先校准电脑的日期，否则收到时间和迟报都不对。")
    if newest is not None and newest > now + _AHEAD:
        raise Odd(
            f"现在是 {told}，项目里却有 {newest:%Y-%m-%d %H:%M} 的文件；"
            "请看看电脑的日期对不对，否则收到时间和迟报都不对。"
        )
    return told


def _newest(folder: Path) -> datetime | None:
    """The time of the newest of the files that jyxl writes in a campaign's folder."""
    times = []
    for path in (*folder.glob("*"), *(folder / OWN).glob("*")):
        try:
            times.append(path.lstat().st_mtime)
        except OSError:
            continue
    try:
        return datetime.fromtimestamp(max(times)) if times else None
    except (OSError, OverflowError, ValueError):
        return datetime.max


def _temporary() -> str:
    """Raises Problem if nothing can be written there."""
    try:
        place = tempfile.gettempdir()
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"jyxl")
    except OSError as error:
        raise Problem(f"写不进去：{files.reason(error)}。") from error
    return f"{place}，能写"


def _room(folder: Path) -> str:
    """Raises Odd if there is little left."""
    place = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
    try:
        free = shutil.disk_usage(place).free
    except OSError as error:
        raise Odd(f"看不出来：{files.reason(error)}。") from error
    told = f"还剩 {free / 2**30:.1f} GB"
    if free < _ROOM:
        raise Odd(f"{told}，可能不够收表用；请腾出一些。")
    return told


def _fonts() -> str:
    """Raises Odd if this machine shows no Chinese. jyxl itself needs no fonts."""
    if sys.platform == "win32":
        place = Path(os.path.expandvars("%SystemRoot%")) / "Fonts"
        there: Iterable[str] = [name for name in _WINDOWS_FONTS if (place / name).exists()]
    elif sys.platform == "darwin":
        return "系统自带"
    else:
        there = _listed_fonts()
    found = "、".join(list(there)[:3])
    if not found:
        raise Odd("没有找到；不影响收表，但在这台电脑上打开工作簿和网页，中文可能显示成方框。")
    return found


def _listed_fonts() -> list[str]:
    """The families that fontconfig knows for Chinese; none without that program."""
    try:
        told = subprocess.run(
            ["fc-list", ":lang=zh-cn", "family"], capture_output=True, timeout=20, check=False
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    return sorted({line.split(",")[0] for line in told.decode(errors="replace").splitlines()})
