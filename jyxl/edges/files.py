"""Reading and writing files that are either whole or not there."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from jyxl import characters
from jyxl.problem import Problem

_PREFIX, _SUFFIX = ".~", ".tmp"


class InUse(Problem):
    """The target is open in another program, so it could not be replaced."""


def write(path: Path, data: bytes | Iterable[bytes], settled: bool = True) -> None:
    """Replace the file in one step with bytes, or with chunks of bytes.

    On any failure, what was there before stays. settled: if false, a power cut may still
    lose the new file until `settle` is called. Raises Problem.
    """
    temporary = path.with_name(f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}")
    try:
        file = _new(temporary)
    except OSError as error:
        raise Problem(f"写不进文件夹“{path.parent}”：{reason(error)}。") from error
    try:
        with file:
            file.writelines([data] if isinstance(data, bytes) else data)
            file.flush()
            if settled:
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        if isinstance(error, PermissionError):
            raise InUse(
                f"“{path.name}”写不进去，多半正在 Excel 或 WPS 里开着；请关掉它再运行一次。"
            ) from error
        if isinstance(error, OSError):
            raise Problem(f"“{path}”没有写成：{reason(error)}。") from error
        raise


def _new(path: Path) -> BinaryIO:
    """A new open file; its folder is made if there is none."""
    try:
        return path.open("xb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")


def settle(paths: Iterable[Path]) -> None:
    """Put files on the disk itself, many at once, which is far cheaper than one by one."""
    if hasattr(os, "sync"):
        os.sync()
        return
    for path in paths:
        with path.open("rb+") as file:
            os.fsync(file.fileno())


def sweep(folder: Path) -> None:
    """Remove what a killed `write` left half done. Call it only while nothing else writes there."""
    for left in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with contextlib.suppress(OSError):
            left.unlink()


def read(path: Path, most: int = -1) -> bytes:
    """The bytes of a file, or its first `most` bytes. Raises Problem."""
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise Problem(f"“{path}”读不出来：{reason(error)}。") from error


def digest(path: Path) -> str:
    """The SHA-256 of a file. Raises Problem."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Problem(f"“{path}”读不出来：{reason(error)}。") from error


def read_text(path: Path) -> str:
    """The text of a file in UTF-8 or in the encoding of Chinese Windows. Raises Problem."""
    data = read(path)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Problem(f"“{path.name}”的文字编码不认识，请另存为 UTF-8。")


_MARKS = r'\/:*?"<>|'
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])\s*(\.|$)")


def unfit(name: str) -> str:
    """Why a text cannot be part of a file name on every system, in Chinese; '' if it can.

    What passes can never be a path, nor name a device.
    """
    if not name.strip():
        return "是空的"
    if any(mark in _MARKS for mark in name):
        return f"里不能有 {' '.join(_MARKS)} 这些符号"
    if characters.DISGUISES.search(name) or characters.NOT_XML.search(name):
        return "里有换行或看不见的控制字符"
    if name != name.strip() or name.startswith(".") or name.endswith("."):
        return "的开头和末尾不能是点或空格"
    if _DEVICES.match(name):
        return "是系统保留的名称"
    return ""


def reason(error: OSError) -> str:
    """The reason of an operating system error, in Chinese."""
    known = {
        2: "文件不存在",
        13: "没有权限，或者文件正在别的程序里开着",
        17: "已经有同名的文件",
        20: "路径中有一段不是文件夹",
        21: "这是一个文件夹",
        28: "磁盘满了",
        30: "文件夹是只读的",
    }
    return known.get(error.errno or 0, error.strerror or str(error))
