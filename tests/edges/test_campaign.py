"""A campaign folder: made once, read back, its key and its paths."""

from __future__ import annotations

import stat
import sys
from datetime import date
from pathlib import Path

import pytest

from jyxl.definition import DefinitionError
from jyxl.edges import campaign as campaigns
from jyxl.problem import Problem
from jyxl.steps.new import new
from tests import play


def made(folder: Path, year: int = 2021) -> campaigns.Campaign:
    units = folder / "u.csv"
    units.write_text(play.ROSTER, encoding="utf-8")
    new(folder / "县", "云溪县", year, None, units, date(year + 1, 1, 4))
    return campaigns.load(folder / "县")


@pytest.mark.parametrize(
    ("year", "edition"), [(2019, "2019"), (2020, "2019"), (2021, "2021"), (2026, "2021")]
)
def test_the_edition_follows_the_year(tmp_path: Path, year: int, edition: str) -> None:
    assert made(tmp_path, year).edition.id == edition


@pytest.mark.parametrize(("year", "today"), [(2021, date(2020, 12, 31)), (2018, date(2024, 1, 4))])
def test_a_year_to_come_or_without_a_form(tmp_path: Path, year: int, today: date) -> None:
    with pytest.raises((Problem, DefinitionError), match=str(year)):
        new(tmp_path / "县", "云溪县", year, None, None, today)
    assert not (tmp_path / "县").exists()


def test_what_a_new_folder_holds(tmp_path: Path) -> None:
    campaign = made(tmp_path)
    names = {path.name for path in campaign.folder.iterdir()}
    assert names == {
        "jyxl.toml",
        "units.csv",
        "下发",
        "回收",
        "退回",
        "汇总",
        ".jyxl",
        "补充指标.xlsx",
    }
    assert [unit.code for unit in campaign.units] == ["B01", "B02", "Z01"]
    assert campaign.deadline.isoformat() == "2022-01-20"


@pytest.mark.skipif(sys.platform == "win32", reason="no such permissions there")
def test_the_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    key = made(tmp_path).folder / ".jyxl" / "key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_two_campaigns_never_share_key_password_or_name(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, two = made(tmp_path / "a"), made(tmp_path / "b")
    assert one.key != two.key
    assert one.password != two.password
    assert one.id != two.id
    assert one.key.hex() not in (one.folder / "jyxl.toml").read_text(encoding="utf-8")


def test_a_folder_is_never_taken_over(tmp_path: Path) -> None:
    before = made(tmp_path)
    with pytest.raises(Problem):
        made(tmp_path)
    assert campaigns.load(before.folder).key == before.key


def test_settings_with_a_bom_as_notepad_saves_them(tmp_path: Path) -> None:
    campaign = made(tmp_path)
    path = campaign.folder / "jyxl.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert campaigns.load(campaign.folder).county == "云溪县"


def test_paths_for_people_have_forward_slashes(tmp_path: Path) -> None:
    campaign = made(tmp_path)
    assert campaign.relative(campaign.returns / "第一轮" / "a.xlsx") == "回收/第一轮/a.xlsx"
    assert campaign.relative(tmp_path / "a.xlsx") == str(tmp_path / "a.xlsx")
