"""A console of Windows without a window: a program runs in it, Ctrl-C is pressed, its screen is read.

python -m tests.console FILE COUNT FOLDER COMMAND…   is the process in the console. It presses
Ctrl-C as soon as FOLDER holds COUNT files (never if COUNT is 0), and writes the exit status
and the screen to FILE.
"""

from __future__ import annotations

import ctypes
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CODE_PAGE = 936
"""That of the console: what Chinese Windows has."""
_WIDTH, _HEIGHT = 100, 400
_READ_AND_WRITE, _SHARED, _EXISTING = 0xC0000000, 3, 3


@dataclass(frozen=True)
class Ended:
    """screen: what was to be seen in the end, without the gaps that wide characters leave."""

    status: int
    screen: str


def run(command: Sequence[str], press_at: int = 0, folder: Path = Path(".")) -> Ended:
    """Run a command in a new console; Ctrl-C is pressed as soon as so many files are in a folder."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place, "ended.json")
        here = [sys.executable, "-m", "tests.console", str(file), str(press_at), str(folder)]
        subprocess.run(
            [*here, *command], creationflags=subprocess.CREATE_NO_WINDOW, timeout=400, check=True
        )
        return Ended(**json.loads(file.read_text("utf-8")))


def main(file: str, count: str, folder: str, *command: str) -> None:
    windows = ctypes.WinDLL("kernel32", use_last_error=True)
    windows.CreateFileW.restype = ctypes.c_void_p
    screen = ctypes.c_void_p(
        windows.CreateFileW("CONOUT$", _READ_AND_WRITE, _SHARED, None, _EXISTING, 0, None)
    )
    windows.SetConsoleCP(CODE_PAGE)
    assert windows.SetConsoleOutputCP(CODE_PAGE), ctypes.get_last_error()
    windows.SetConsoleScreenBufferSize(screen, _HEIGHT << 16 | _WIDTH)
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C reaches every process of a console
    with open("CONIN$") as keys, open("CONOUT$", "w") as out:
        program = subprocess.Popen(command, stdin=keys, stdout=out, stderr=out)
        until = time.monotonic() + 200
        while int(count) and time.monotonic() < until:
            if len(list(Path(folder).iterdir())) >= int(count):
                windows.GenerateConsoleCtrlEvent(signal.CTRL_C_EVENT, 0)
                break
            time.sleep(0.01)
        status = program.wait(300)
    seen = ctypes.create_unicode_buffer(_WIDTH * _HEIGHT + 1)
    windows.ReadConsoleOutputCharacterW(
        screen, seen, _WIDTH * _HEIGHT, 0, ctypes.byref(ctypes.c_ulong())
    )
    text = seen.value.replace("\0", "")
    Path(file).write_text(json.dumps({"status": status, "screen": text}), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
