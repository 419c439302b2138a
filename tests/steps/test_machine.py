"""What doctor says of the machine."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from jyxl.edges import machine as facts
from jyxl.problem import Problem
from jyxl.steps import machine as looking
from jyxl.steps.machine import Odd, checked

NOW = datetime(2022, 1, 26, 9, 0)


def test_nothing_is_wrong_with_this_machine(tmp_path: Path) -> None:
    lines = looking.machine(tmp_path)
    assert [one.what for one in lines if not one.is_right] == []
    (libraries,) = [one.found for one in lines if one.what == "程序库"]
    assert [name for name in facts.LIBRARIES if f"{name} " not in libraries] == []


def test_the_libraries_are_those_that_jyxl_requires() -> None:
    setup = (Path(__file__).parents[2] / "setup.cfg").read_text(encoding="utf-8")
    listed = setup.split("install_requires =\n")[1].split("\n\n")[0].splitlines()
    names = {line.strip().split(" ")[0].split("[")[0] for line in listed}
    assert names == facts.LIBRARIES.keys()
    assert facts.lowest().keys() == names


def test_a_library_that_is_missing_broken_or_old_is_named() -> None:
    wanted = {"nowhere": "jyxl_nowhere", "click": "jyxl_nowhere", "rich": "rich"}
    with pytest.raises(Problem) as raised:
        looking._libraries(wanted, {"rich": "999.1"})
    told = str(raised.value)
    assert "nowhere 没有装" in told
    assert "click 用不了" in told
    assert "rich" in told
    assert "999.1" in told


def test_versions_are_compared_as_numbers() -> None:
    assert looking._libraries({"rich": "rich"}, {"rich": "9.10"})


@pytest.mark.parametrize(
    ("now", "newest", "right", "odd"),
    [
        (NOW, None, True, False),
        (NOW, datetime(2022, 1, 27, 8, 0), True, False),
        (NOW, datetime(2022, 1, 28, 8, 0), True, True),
        (datetime(2002, 1, 1), None, False, False),
    ],
)
def test_the_clock(now: datetime, newest: datetime | None, right: bool, odd: bool) -> None:
    line = checked("时钟", lambda: looking._clock(now, newest))
    assert (line.is_right, line.is_odd) == (right, odd)


def test_the_newest_file_of_a_campaign_counts(tmp_path: Path) -> None:
    own = tmp_path / ".jyxl"
    own.mkdir()
    (own / "ledger.db").write_bytes(b"")
    moment = datetime(2099, 1, 1).timestamp()
    os.utime(own / "ledger.db", (moment, moment))
    (odd,) = [
        one.what for one in looking.machine(tmp_path, NOW) if one.what == "时钟" and one.is_odd
    ]
    assert odd == "时钟"


def test_file_names_that_cannot_be_chinese_are_said() -> None:
    with pytest.raises(Problem):
        looking._language("ascii")


def test_without_room_it_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(looking, "_ROOM", 2**80)
    with pytest.raises(Odd):
        looking._room(tmp_path / "还没有" / "这个")


def test_without_fontconfig_the_fonts_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert looking._listed_fonts() == []
