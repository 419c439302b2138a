"""The standard streams and the signals of the program, whatever it was started with."""

from __future__ import annotations

import codecs
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from typing import TextIO

from jyxl import characters, line_breaks
from jyxl.edges import files
from jyxl.problem import Problem

_ENDS = ("SIGTERM", "SIGHUP", "SIGBREAK")


@contextlib.contextmanager
def prepared() -> Iterator[None]:
    """While the program runs, its streams take Chinese, and a request to end it, such as SIGTERM,
    raises KeyboardInterrupt as Ctrl-C does. Raises Problem if file names cannot be Chinese."""
    _fill_gaps()
    for stream in (sys.stdout, sys.stderr):
        _take_chinese(stream)
    before = {}
    for name in _ENDS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            with contextlib.suppress(ValueError):  # not the main thread
                before[number] = signal.signal(number, signal.default_int_handler)
    try:
        if not _can_be_chinese(sys.getfilesystemencoding()):
            raise Problem(
                "系统的语言环境（LC_ALL、LANG）不支持中文文件名，"
                "请先设成 zh_CN.UTF-8 或 C.UTF-8 再运行。"
            )
        yield
    finally:
        try:
            if sys.stdout is not None:
                sys.stdout.flush()
        except (OSError, ValueError):
            _write_no_more()
        for number, handler in before.items():
            signal.signal(number, handler)


def _fill_gaps() -> None:
    """Open what stands for a standard stream that is closed; otherwise the next file that is
    opened would take its place, and what is printed would go into it."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                os.open(os.devnull, os.O_RDWR)


def _take_chinese(stream: TextIO | None) -> None:
    if stream is None or not hasattr(stream, "reconfigure"):
        return
    with contextlib.suppress(ValueError, OSError):
        if _can_be_chinese(stream.encoding):
            stream.reconfigure(errors="replace")
        else:
            stream.reconfigure(encoding="utf-8", errors="replace")


def _can_be_chinese(encoding: str) -> bool:
    try:
        "汉".encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def is_utf8(stream: TextIO) -> bool:
    """True if a stream is in UTF-8, as JSON has to be. On Windows a file or a pipe is in GBK."""
    return codecs.lookup(stream.encoding).name == "utf-8"


class ReaderGone(Exception):
    """The program that reads standard output has ended and wants no more."""


@contextlib.contextmanager
def output() -> Iterator[TextIO]:
    """Standard output, for a `with`, in which what is written is also sent off.

    Raises Problem if it is closed or cannot take any more, and ReaderGone.
    """
    stream = sys.stdout
    if stream is None:
        raise Problem("标准输出已经关闭，结果没有地方显示；该做的已经做了。")
    try:
        yield stream
        stream.flush()
    except SystemExit as error:  # so rich ends the program at a broken pipe
        raise ReaderGone from error
    except OSError as error:
        _write_no_more()
        if isinstance(error, BrokenPipeError):
            raise ReaderGone from error
        raise Problem(
            f"结果写不出来：{files.reason(error)}；该做的已经做了，再运行一次可以看到结果。"
        ) from error


def _write_no_more() -> None:
    """Let what is still in the buffer of standard output go nowhere; otherwise the interpreter
    would try again at its end, and complain."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)


def say(text: str) -> None:
    """Write a sentence to standard error, if it can be written."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(folded(text, sys.stderr) + "\n")
            sys.stderr.flush()


def folded(text: str, stream: TextIO) -> str:
    """Sentences as they are written to a stream: without what would steer a terminal and, on
    one, with no line that begins with closing punctuation."""
    text = characters.lines(text)
    if not stream.isatty():
        return text
    return "\n".join(line_breaks.folded(text, shutil.get_terminal_size().columns - 1))
