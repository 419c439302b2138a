"""Questions instead of options, and buttons instead of commands."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path, PureWindowsPath

import pytest

from jyxl import asking
from jyxl.cli import cli
from jyxl.edges import buttons, campaign
from jyxl.edges.buttons import ALL, Button

TODAY = date(2026, 1, 5)
COLLECT = next(one for one in ALL if one.command == "collect")


class Person:
    """Who gives these answers, one after the other."""

    def __init__(self, answers: Iterable[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, question: str) -> str:
        self.asked.append(question)
        return self.answers.pop(0)


def test_what_is_not_given_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wanted = asking.new(None, None, None, Person(["清河县", "", "", ""]), TODAY)
    assert wanted == asking.Wanted(tmp_path / "清河县2025", "清河县", 2025, ())


def test_what_is_given_is_not_asked(tmp_path: Path) -> None:
    person = Person([""])
    wanted = asking.new(tmp_path, "清河县", 2024, person, TODAY)
    assert wanted == asking.Wanted(tmp_path, "清河县", 2024, ())
    assert len(person.asked) == 1


def test_an_answer_that_is_of_no_use_is_asked_for_again(tmp_path: Path) -> None:
    last = tmp_path / "去年 的"
    last.mkdir()
    (last / campaign.SETTINGS).touch()
    answers = ["清/河", "清河县", "今年", "２０２４", f'"{tmp_path}"', str(tmp_path), f"'{last}'"]
    person = Person(answers)
    wanted = asking.new(None, None, None, person, TODAY)
    assert wanted == asking.Wanted(tmp_path, "清河县", 2024, (last,))
    assert len(person.asked) == len(answers)


def test_every_button_that_can_be_laid_runs_a_command() -> None:
    assert {one.command for one in ALL} <= cli.commands.keys()
    assert len({one.name for one in ALL}) == len(ALL)


def new(folder: Path, **variables: str) -> subprocess.CompletedProcess[bytes]:
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    command = [
        sys.executable,
        "-m",
        "jyxl",
        "new",
        str(folder),
        "--county",
        "甲县",
        "--year",
        "2021",
    ]
    return subprocess.run(
        command, env=environment | variables, stdin=subprocess.DEVNULL, check=True, timeout=60
    )


@pytest.mark.skipif(sys.platform != "linux", reason="desktop files are for Linux")
def test_a_linux_desktop_gets_buttons_that_run(tmp_path: Path) -> None:
    folder = tmp_path / '甲县 100%"$`\\'
    folder.mkdir()
    (folder / "units.csv").write_text("单位代码,单位名称,类别\nA,甲镇,乡镇\n", "utf-8")
    new(folder, DISPLAY=":0")
    laid = {path.stem for path in folder.glob("*.desktop")}
    assert laid == {"1 下发", "2 收表", "3 看情况", "4 出报告"}  # without mail
    button = folder / "3 看情况.desktop"
    assert os.access(button, os.X_OK)
    exec_line = next(
        line for line in button.read_text("utf-8").splitlines() if line.startswith("Exec=")
    )
    once = exec_line.removeprefix("Exec=").replace("\\\\", "\\").replace("%%", "%")
    run = subprocess.run(
        ["sh", "-c", once], stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=True
    )
    assert "下一步：" in run.stderr.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has a desktop always")
def test_no_desktop_no_buttons(tmp_path: Path) -> None:
    new(tmp_path / "甲县")
    assert {path.name for path in (tmp_path / "甲县").iterdir()} & buttons.NAMES == set()


def test_a_batch_file_needs_no_chinese_where_jyxl_is_beside_the_campaign() -> None:
    text = buttons.batch(COLLECT, PureWindowsPath("D:\\政务 100%\\python.exe"))
    head, _, rest = text.partition(b"chcp 65001 >nul")
    assert head.isascii()
    assert b"%~dp0..\\jyxl-*" in head
    assert text.count(b"\r\n") == text.count(b"\n")
    found = rest.partition(b":found\r\n")[2]
    *_, command, left = found.splitlines()
    assert command == b'"%JYXL_PYTHON%" -m jyxl.desk collect -C "%JYXL_HERE%"%JYXL_FILES%'
    assert left == b"exit %ERRORLEVEL%"
    assert b"%*" not in text


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_batch_file_has_the_path_in_both_encodings(encoding: str) -> None:
    text = buttons.batch(COLLECT, PureWindowsPath("D:\\政务 100%\\python.exe"))
    assert 'set "JYXL_PYTHON=%~d0\\政务 100%%\\python.exe"'.encode(encoding) in text
    assert 'set "JYXL_PYTHON=D:\\政务 100%%\\python.exe"'.encode(encoding) in text


def test_a_python_on_a_share_is_found_there_alone() -> None:
    text = buttons.batch(COLLECT, PureWindowsPath("\\\\srv\\share\\python.exe"))
    assert b"%~d0" not in text
    assert text.count(b"\\\\srv\\share\\python.exe") == 4


@pytest.mark.skipif(sys.platform != "linux", reason="desktop files are for Linux")
def test_buttons_are_written_only_if_they_change(tmp_path: Path) -> None:
    one = Button("1 下发", "issue", "")
    assert one.name in {path.stem for path in buttons.lay(tmp_path, {"issue"})}
    path = tmp_path / "1 下发.desktop"
    os.utime(path, (0, 0))
    buttons.lay(tmp_path, {"issue"})
    assert path.stat().st_mtime == 0
