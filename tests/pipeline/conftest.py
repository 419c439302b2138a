"""The two campaigns, which are played once for all cases here."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jyxl.edges.campaign import Campaign
from jyxl.steps.collect import Collected
from jyxl.steps.demo import demo
from tests import play

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Played:
    """A campaign after two rounds. partial: the county workbook as it was after the first."""

    campaign: Campaign
    first: Collected
    second: Collected
    partial: bytes
    county: bytes


@pytest.fixture(scope="session")
def jingyuan(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """泾源县 2019 from samples/, as the demo plays it; the state after round one is not kept."""
    played = demo(tmp_path_factory.mktemp("jingyuan") / "demo")
    assert played.different == ()
    return Played(
        played.campaign,
        played.first,
        played.second,
        b"",
        played.campaign.county_workbook.read_bytes(),
    )


@pytest.fixture(scope="session")
def story() -> dict[str, Any]:
    return tomllib.loads((HERE / "yunxi-2021.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def yunxi(tmp_path_factory: pytest.TempPathFactory, story: dict[str, Any]) -> Played:
    """An invented county on the form of 2021, as described in yunxi-2021.toml."""
    units = story["unit"]
    roster = "单位代码,单位名称,类别\n" + "".join(
        f"{unit['code']},{unit['name']},{unit['kind']}\n" for unit in units
    )
    campaign = play.campaign(tmp_path_factory.mktemp("yunxi"), roster, story["year"])
    for unit in units:
        if unit.get("first") == "silent":
            continue
        book = play.issued(campaign, unit["code"])
        play.fill(book, campaign.edition, unit["kind"], scaled(campaign, unit["figures"]))
        play.type_in(book, campaign.edition, unit.get("typed", {}))
        if "confirm" in unit:
            play.confirm(book, campaign.edition, unit["confirm"] or None)
        for rule, words in unit.get("explain", {}).items():
            play.explain(book, campaign.edition, unit["kind"], rule, words)
        play.hand_in(campaign, f"{unit['name']}.xlsx", book, "2022-01-10 09:00")
    first = play.collect(campaign)
    partial = campaign.county_workbook.read_bytes()
    back = {one.identity.code: one.sent_back for one in first.received if one.sent_back}
    for unit in units:
        code = unit["code"]
        if code in back:
            book = play.opened((campaign.folder / back[code]).read_bytes())
        elif unit.get("first") == "silent":
            book = play.issued(campaign, code)
        else:
            continue
        play.fill(book, campaign.edition, unit["kind"], scaled(campaign, unit["figures"]))
        for rule, words in unit.get("explain_later", {}).items():
            play.explain(book, campaign.edition, unit["kind"], rule, words)
        play.hand_in(campaign, f"第二轮/{unit['name']}改.xlsx", book, "2022-01-18 09:00")
    second = play.collect(campaign)
    return Played(campaign, first, second, partial, campaign.county_workbook.read_bytes())


def scaled(campaign: Campaign, figures: dict[str, Any]) -> dict[str, int]:
    """Figures as written → scaled integers."""
    return {
        name: int(Decimal(str(figure)) * campaign.edition.cell[name].kind.scale)
        for name, figure in figures.items()
    }
