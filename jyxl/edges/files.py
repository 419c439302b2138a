"""Reading and writing files that are either whole or not there."""

from __future__ import annotations

import contextlib
import csv
import errno
import hashlib
import io
import os
import re
import secrets
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from jyxl import characters
from jyxl.problem import Problem

_PREFIX, _SUFFIX = ".~", ".tmp"
_JUNCTION = 0xA0000003


class InUse(Problem):
    """The target is open in another program, so it could not be replaced."""


def write(path: Path, data: bytes | Iterable[bytes], settled: bool = True) -> None:
    """Replace the file in one step with bytes, or with chunks of bytes.

    On any failure, what was there before stays. settled: if false, a power cut may still
    lose the new file until `settle` is called. Raises Problem.
    """
    with replacing(path, settled) as file:
        file.writelines([data] if isinstance(data, bytes) else data)


@contextlib.contextmanager
def replacing(path: Path, settled: bool = True) -> Iterator[BinaryIO]:
    """A new file, to be written and read, which takes the place of the one at `path` in one step
    if the block does not raise. Raises Problem; the rest is as for `write`."""
    temporary = path.with_name(f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}")
    try:
        file = _new(temporary)
    except OSError as error:
        raise Problem(f"写不进文件夹“{shown(path.parent)}”：{reason(error)}。") from error
    try:
        with file:
            yield file
            file.flush()
            if settled:
                os.fsync(file.fileno())
        _replace(temporary, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        if isinstance(error, PermissionError):
            raise InUse(
                f"“{shown(path.name)}”写不进去，多半正在 Excel 或 WPS 里开着；请关掉它再运行一次。"
            ) from error
        if isinstance(error, OSError):
            raise Problem(f"“{shown(path)}”没有写成：{reason(error)}。") from error
        raise


def _replace(new: Path, old: Path) -> None:
    """Put a file in the place of another, which may be marked as read-only."""
    try:
        os.replace(new, old)
    except PermissionError:
        if os.name != "nt" or os.access(old, os.W_OK):
            raise
        old.chmod(stat.S_IWRITE)  # Windows replaces no file with that mark
        os.replace(new, old)


def move(path: Path, target: Path) -> bool:
    """Move a file; its new folder is made if there is none. False if it stays where it is, most
    often since it is open in another program."""
    try:
        target.parent.mkdir(exist_ok=True)
        os.replace(path, target)
    except OSError:
        return False
    return True


def _new(path: Path) -> BinaryIO:
    """A new open file; its folder is made if there is none."""
    try:
        return path.open("x+b")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("x+b")


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


def is_left(name: str) -> bool:
    """True if a file has the name of one that a `write` has not finished."""
    return name.startswith(_PREFIX) and name.endswith(_SUFFIX)


def is_folder(entry: os.DirEntry[str]) -> bool:
    """True for a folder, but not for a link to one."""
    if not entry.is_dir(follow_symlinks=False):
        return False
    # On Windows, a junction looks like a folder.
    return getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) != _JUNCTION


def regular(path: str, flags: int) -> int:
    """An opener for `open`: what has taken the place of a file since it was found, such as a
    pipe, is refused without waiting for a writer. Raises OSError."""
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "", path)
    return descriptor


def read(path: Path, most: int = -1) -> bytes:
    """The bytes of a file, or its first `most` bytes. Raises Problem."""
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise _unread(path, error) from error


def digest(path: Path) -> str:
    """The SHA-256 of a file. Raises Problem."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unread(path, error) from error


def _unread(path: Path, error: OSError) -> Problem:
    """Why a file cannot be read. Of a folder, Windows only says that it must not be opened."""
    why = _REASONS[errno.EISDIR] if os.path.isdir(path) else reason(error)  # it never raises
    return Problem(f"“{shown(path)}”读不出来：{why}。")


def read_text(path: Path) -> str:
    """The text of a file in UTF-8 or in the encoding of Chinese Windows. Raises Problem."""
    data = read(path)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Problem(f"“{shown(path.name)}”的文字编码不认识，请另存为 UTF-8。")


_REASONS = {
    errno.EPERM: "没有权限",
    errno.ENOENT: "文件不存在",
    errno.EIO: "磁盘或网络读写出错",
    errno.ENXIO: "设备不存在",
    errno.ENOMEM: "内存不够",
    errno.EACCES: "没有权限，或者文件正在别的程序里开着",
    errno.EBUSY: "文件正在别的程序里开着",
    errno.EEXIST: "已经有同名的文件",
    errno.ENODEV: "设备不存在",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "这是一个文件夹",
    errno.EINVAL: "名称或操作不对",
    errno.EMFILE: "打开的文件太多",
    errno.ENFILE: "打开的文件太多",
    errno.EFBIG: "文件太大",
    errno.ENOSPC: "磁盘满了",
    errno.EROFS: "文件夹是只读的",
    errno.EPIPE: "读它的程序已经结束",
    errno.EBADF: "已经关闭",
    errno.ENAMETOOLONG: "名称或路径太长",
    errno.ENOTEMPTY: "文件夹不是空的",
    errno.ELOOP: "链接绕成了圈",
    errno.EDQUOT: "超出了磁盘限额",
    errno.ESTALE: "网络文件夹断开了",
    errno.ETIMEDOUT: "网络文件夹没有回应",
    errno.ENOLCK: "文件系统不支持加锁",
    errno.ENOSYS: "系统不支持",
    errno.EOPNOTSUPP: "系统不支持",
}


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
    if characters.DISGUISES.search(name):
        return "里有换行或看不见的控制字符"
    if name != name.strip() or name.startswith(".") or name.endswith("."):
        return "的开头和末尾不能是点或空格"
    if _DEVICES.match(name):
        return "是系统保留的名称"
    return ""


def read_csv(path: Path, what: str = "") -> list[list[str]]:
    """The cells of a CSV file, whatever divides them. what: the file is one of these. Raises
    Problem."""
    text = read_text(path)
    delimiter = max(",\t;，", key=text[:4096].count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Problem(
            f"{what}“{path.name}”不是完好的 CSV 文件，请用 WPS 或 Excel 另存为 xlsx。"
        ) from error


def reason(error: OSError) -> str:
    """The reason of an operating system error, in Chinese."""
    if os.name == "nt" and _is_too_long(error):
        return "路径太长，请把项目文件夹移到离盘符近一些的地方"
    known = _REASONS.get(error.errno or 0)
    if known is not None:
        return known
    words = characters.one_line(error.strerror or "")
    if not words.isascii():  # Windows in Chinese
        return words.rstrip("。.")
    return f"系统错误 {error.errno}" if error.errno else "系统错误"


def _is_too_long(error: OSError) -> bool:
    """True if Windows says that there is no such path, which is all it says of one that is too
    long: a file may have 259 letters, a folder 247."""
    path = error.filename if isinstance(error.filename, str) else ""
    return error.errno == errno.ENOENT and len(os.path.abspath(path)) > 247


def shown(path: Path | str) -> str:
    """A path as people read it, without control characters and direction marks.

    A name that is not in the encoding of the system is read as UTF-8 or, as Chinese Windows
    writes it, as GBK, which is then said; of any other name the strange bytes are written \\xNN.
    """
    text = str(path)
    if _is_sound(text):
        return characters.one_line(text)
    names = os.fsencode(text).split(b"/")
    read = [_decoded(name) for name in names]
    note = "（GBK 文件名）" if any(is_gbk for _, is_gbk in read) else ""
    return characters.one_line("/".join(name for name, _ in read)) + note


def _decoded(name: bytes) -> tuple[str, bool]:
    """A name as text, and whether it was in GBK."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding), encoding != "utf-8"
        except UnicodeDecodeError:
            continue
    return name.decode("utf-8", "backslashreplace"), False


def exact(path: Path | str) -> str:
    """The bytes of a path, percent-encoded, if `shown` does not show it as it is; otherwise ''."""
    text = str(path)
    if shown(text) == text:
        return ""
    from urllib.parse import quote_from_bytes  # few names need it

    return quote_from_bytes(os.fsencode(text))


def place(shown: str, exact: str | None) -> Path:
    """The path that `shown` and `exact` were made from."""
    if not exact:
        return Path(shown)
    from urllib.parse import unquote_to_bytes

    return Path(os.fsdecode(unquote_to_bytes(exact)))


def _is_sound(text: str) -> bool:
    """True if a text holds no bytes that could not be decoded."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
