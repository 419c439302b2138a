"""A locked workbook for each unit, the same every time."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jyxl.cli import cli
from jyxl.edges import campaign as campaigns
from jyxl.edges import pool
from jyxl.edges.campaign import Campaign
from jyxl.problem import Problem
from jyxl.steps.issue import issue
from tests import play

MANY = "单位代码,单位名称,类别\n" + "".join(
    f"U{n:02},第{n}单位,{'乡镇' if n % 3 else '部门'}\n" for n in range(pool.FEW)
)


def test_a_workbook_for_each_unit(campaign: Campaign) -> None:
    assert sorted(path.name for path in campaign.issued.iterdir()) == [
        "B01-县发展和改革局-2021.xlsx",
        "B02-县水务局-2021.xlsx",
        "Z01-河口镇-2021.xlsx",
    ]


def test_issuing_again_gives_the_same_bytes(campaign: Campaign) -> None:
    before = play.tree(campaign.issued)
    assert issue(campaign).problems == ()
    assert play.tree(campaign.issued) == before


def test_only_the_units_asked_for(campaign: Campaign) -> None:
    shutil.rmtree(campaign.issued)
    assert [path.name for path in issue(campaign, ["Z01"]).paths] == ["Z01-河口镇-2021.xlsx"]
    assert len(list(campaign.issued.iterdir())) == 1


def test_an_unknown_unit(campaign: Campaign) -> None:
    with pytest.raises(Problem, match="B99"):
        issue(campaign, ["B01", "B99"])


def test_a_workbook_in_use_is_said_and_the_others_are_written(campaign: Campaign) -> None:
    target = campaign.issued / "B01-县发展和改革局-2021.xlsx"
    target.write_bytes(b"open in Excel")
    (campaign.issued / "Z01-河口镇-2021.xlsx").unlink()
    with play.held(target):
        issued = issue(campaign)
    assert [target.name in problem for problem in issued.problems] == [True]
    assert [path.name for path in issued.paths] == [
        "B02-县水务局-2021.xlsx",
        "Z01-河口镇-2021.xlsx",
    ]
    assert target.read_bytes() == b"open in Excel"


@pytest.mark.slow
def test_one_worker_or_two_the_bytes_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This holds for issued workbooks, error workbooks and the county workbook."""
    monkeypatch.setenv("JYXL_WORKERS", "1")
    alone = play.campaign(tmp_path / "one", MANY)
    for unit in alone.units:
        text = "约1" if unit.kind == "部门" else 1
        book = play.filled(alone, unit.code, {"t2.penalty.decisions": text})
        play.hand_in(alone, f"{unit.code}.xlsx", book)
    shutil.copytree(alone.folder, tmp_path / "two")
    together = campaigns.load(tmp_path / "two")
    play.collect(alone)
    monkeypatch.setenv("JYXL_WORKERS", "2")
    issue(together)
    play.collect(together)
    assert len(list(alone.sent_back.iterdir())) == pool.FEW // 3
    assert play.tree(together.folder) == play.tree(alone.folder)


def test_the_page_does_not_go_on_saying_that_there_is_no_workbook(campaign: Campaign) -> None:
    def run(*command: str) -> str:
        cli.main([*command, "-C", str(campaign.folder)], standalone_mode=False)
        return campaign.page.read_text(encoding="utf-8") if campaign.page.exists() else ""

    assert run("issue") == ""  # who has no page does not get one
    shutil.rmtree(campaign.issued)
    play.collect(campaign)
    without = campaign.page.read_text(encoding="utf-8")
    after = run("issue")
    assert "还没有生成工作簿的：3" in without
    assert "还没有生成工作簿的" not in after
    shutil.rmtree(campaign.issued)
    play.collect(campaign)
    assert campaign.page.read_text(encoding="utf-8") == without
