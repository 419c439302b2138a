"""buttons: files in a campaign's folder that run a command at a double click.

On Windows they are batch files, on a Linux desktop .desktop files. They hold the path of this
Python; whoever moves it lays them anew.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from jyxl.edges import files


@dataclass(frozen=True)
class Button:
    """name: what the user sees. command: of jyxl. following: what is to be done afterwards."""

    name: str
    command: str
    following: str


ALL = (
    Button(
        "1 下发",
        "issue",
        "把“下发”里的工作簿发给各单位；收回来的放进“回收”，再双击“2 收表”。",
    ),
    Button(
        "2 收表",
        "collect",
        "把“退回”里的工作簿发给各单位改正；再收到的放进“回收”，或者直接拖到“2 收表”上。"
        "都通过了，汇总表就在“汇总”里，双击“4 出报告”。",
    ),
    Button(
        "3 看情况",
        "status",
        "还有没交的、没改的，催一催，收到了再双击“2 收表”；都通过了，双击“4 出报告”。",
    ),
    Button("4 出报告", "report", "报告在“报告”里，打开看一遍，补上要自己写的话。"),
    Button("5 发邮件", "send", "等各单位回复；收回来的放进“回收”，再双击“2 收表”。"),
    Button("6 收邮件", "fetch", "双击“2 收表”。"),
)
MAIL = frozenset({"send", "fetch"})
"""The commands that are of use only where mail is set up."""
NAMES = frozenset(f"{one.name}{suffix}" for one in ALL for suffix in (".cmd", ".desktop"))
AFTER_NEW = (
    "打开项目文件夹，在 units.xlsx 里填好单位，看一下 jyxl.toml 里的截止日期和联系方式；"
    "再双击那里的“1 下发”。"
)


def has_desk() -> bool:
    """True if files are double-clicked here: on Windows, and on a Linux desktop."""
    return sys.platform == "win32" or bool(
        sys.platform == "linux" and {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys()
    )


def lay(folder: Path, commands: Collection[str]) -> list[Path]:
    """Write the buttons for these commands into the folder of a campaign. Raises Problem."""
    return [_lay(folder, button) for button in ALL if button.command in commands]


def _lay(folder: Path, button: Button) -> Path:
    if sys.platform == "win32":
        path, data = folder / f"{button.name}.cmd", batch(button, PureWindowsPath(sys.executable))
    else:
        path = folder / f"{button.name}.desktop"
        data = entry(button, Path(sys.executable), folder.resolve()).encode()
    if not path.is_file() or files.read(path) != data:
        files.write(path, data)
    if sys.platform != "win32":
        path.chmod(0o755)  # a desktop starts nothing else
    return path


_BATCH = """\
@echo off
for /d %%d in ("%~dp0..\\jyxl-*") do set "JYXL_PYTHON=%%~d\\python\\python.exe"
if exist "%JYXL_PYTHON%" goto found
for /f "tokens=2 delims=:." %%p in ('chcp') do set "JYXL_PAGE=%%p"
chcp 65001 >nul
set "JYXL_PYTHON={here}"
if not exist "%JYXL_PYTHON%" set "JYXL_PYTHON={there}"
chcp %JYXL_PAGE% >nul
if exist "%JYXL_PYTHON%" goto found
set "JYXL_PYTHON={here_gbk}"
if not exist "%JYXL_PYTHON%" set "JYXL_PYTHON={there_gbk}"
if exist "%JYXL_PYTHON%" goto found
chcp 65001 >nul
echo 找不到 jyxl。请把这个项目文件夹拖到 jyxl 文件夹里的“新建项目”上，再双击这里。
chcp %JYXL_PAGE% >nul
pause
exit /b 2
:found
set "JYXL_HERE=%~dp0."
set "JYXL_FILES="
:next
if "%~1"=="" goto run
set JYXL_FILES=%JYXL_FILES% "%~1"
shift
goto next
:run
"%JYXL_PYTHON%" -m jyxl.desk {command} -C "%JYXL_HERE%"%JYXL_FILES%
exit %ERRORLEVEL%
"""
"""First, jyxl is looked for beside the campaign, which needs no Chinese in the file: `for` leaves
the last one, which is the newest. Then at its path; cmd reads it in the code page of the console,
which is 936 in one office and 65001 in another, and not every cmd follows chcp, so that it stands
there in both. A stick has another letter on each computer, so the drive of the campaign comes first.
A file that is dropped may be named a&b, without quotation marks: cmd would run b. Hence each name
is put between them, and in the end cmd is left for good, with what else was on its line.
"""


def batch(button: Button, python: PureWindowsPath) -> bytes:
    """A batch file, with the line ends of Windows."""
    there = str(python).replace("%", "%%")
    here = f"%~d0{there[2:]}" if python.drive.endswith(":") else there
    names = {"here": here, "there": there}
    lines = []
    for line in _BATCH.splitlines():
        text = line.format(
            **names, **{f"{key}_gbk": value for key, value in names.items()}, command=button.command
        )
        lines.append(text.encode("gb18030" if "_gbk}" in line else "utf-8") + b"\r\n")
    return b"".join(lines)


def entry(button: Button, python: Path, folder: Path) -> str:
    """A .desktop file, as freedesktop.org describes it."""
    program, place = _quoted(str(python)), _quoted(str(folder))
    return (
        "[Desktop Entry]\n"
        "Type=Application\n"
        f"Name={button.name}\n"
        f"Exec={program} -m jyxl.desk {button.command} -C {place}"
        f"{' %F' if button.command == 'collect' else ''}\n"
        "Icon=x-office-spreadsheet\n"
        "Terminal=true\n"
    )


def _quoted(text: str) -> str:
    """An argument in the key Exec, whose value is unescaped twice."""
    for mark in '\\"`$':
        text = text.replace(mark, f"\\\\{mark}" if mark != "\\" else "\\\\\\\\")
    return '"' + text.replace("%", "%%") + '"'
