"""The Tab key, as the three shells ask for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import play

MAIN = "import sys; sys.argv = ['jyxl']; from jyxl.cli import main; main()"


def asked(folder: Path, **environment: str) -> str:
    """What the program prints if a shell asks it, in this folder."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", MAIN],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def offered(folder: Path, *words: str) -> list[str]:
    """What is offered for the last word."""
    told = asked(
        folder,
        _JYXL_COMPLETE="bash_complete",
        COMP_WORDS=" ".join(words),
        COMP_CWORD=str(len(words) - 1),
    )
    return [line.partition(",")[2] for line in told.splitlines() if line]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(tmp_path: Path, shell: str) -> None:
    assert f"_JYXL_COMPLETE={shell}_complete" in asked(tmp_path, _JYXL_COMPLETE=f"{shell}_source")


def test_commands_options_and_units_are_offered(tmp_path: Path) -> None:
    campaign = play.campaign(tmp_path)
    assert offered(tmp_path, "jyxl", "sta") == ["status"]
    assert offered(tmp_path, "jyxl", "status", "--h") == ["--html", "--help"]
    assert offered(campaign.returns, "jyxl", "reject", "县") == ["县发展和改革局", "县水务局"]
    assert offered(campaign.returns, "jyxl", "issue", "--unit", "Z") == ["Z01"]
    there = ["-C", campaign.folder.as_posix()]
    assert offered(tmp_path, "jyxl", "reject", *there, "河") == ["河口镇"]


def test_where_there_is_no_campaign_no_unit_is_offered(tmp_path: Path) -> None:
    assert offered(tmp_path, "jyxl", "reject", "县") == []
