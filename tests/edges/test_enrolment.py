"""A unit is what it was issued as, code and name together, whatever the roster says today."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jyxl.cli import cli
from jyxl.edges import campaign as campaigns
from jyxl.edges import enrolment
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Arrived, Event, Judged
from jyxl.edges.roster import Roster, Unit
from jyxl.edges.standing import standings
from jyxl.figures import Figures
from jyxl.problem import Problem
from tests import play

pytestmark = pytest.mark.slow

ROSTER = """\
单位代码,单位名称,类别,曾用名
B01,县发展和改革局,部门,
B02,县水务局,部门,
B03,县信访局,部门,
"""
WATER = "B02,县水务局,部门,"
TYPED = {"t2.penalty.decisions": 100}
COMMANDS = (
    *(["issue"], ["collect"], ["merge"], ["status"]),
    *(["accept", "1.xlsx", "--because", "核实过"], ["reject", "B02", "--because", "请核实"]),
)


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    made = play.campaign(tmp_path_factory.mktemp("filed"), ROSTER)
    play.hand_in(made, "1.xlsx", play.returned(made, "B02", TYPED))
    assert [one.verdict for one in play.collect(made).received] == ["accepted"]
    return made


@pytest.fixture
def campaign(filed: Campaign, tmp_path: Path) -> Campaign:
    """县水务局 has filed 100 penalties, which are accepted; 县信访局 has never filed."""
    return campaigns.load(shutil.copytree(filed.folder, tmp_path / "云溪县"))


def with_roster(campaign: Campaign, *changes: tuple[str, str]) -> Campaign:
    """The campaign as the next run sees it, after these lines of its roster were changed."""
    text = ROSTER
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (campaign.folder / "units.csv").write_text(text, encoding="utf-8")
    return campaigns.load(campaign.folder)


def run(campaign: Campaign, command: list[str]) -> None:
    cli.main([*command, "-C", str(campaign.folder)], standalone_mode=False)


def in_force(campaign: Campaign) -> dict[str, int]:
    """Unit → the penalties that count for it."""
    return {
        one.unit.name: one.in_force.figures["t2.penalty.decisions"]
        for one in play.status(campaign).values()
        if one.in_force is not None and one.in_force.figures is not None
    }


def told(campaign: Campaign) -> list[str]:
    return enrolment.changes(campaign, play.events(campaign), list(play.status(campaign).values()))


EXCHANGED = ((WATER, "B02,县信访局,部门,"), ("B03,县信访局,部门,", "B03,县水务局,部门,"))
REUSED = ((WATER + "\n", ""), ("B03,县信访局", "B02,县信访局"))
RECODED = ((WATER, "B09,县水务局,部门,"),)
RENAMED = ((WATER, "B02,县水利局,部门,"),)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param(EXCHANGED, ("县水务局", "B02", "县信访局"), id="codes exchanged"),
        pytest.param(REUSED, ("县水务局", "B02", "县信访局"), id="a code reused"),
        pytest.param(RECODED, ("县水务局", "B02", "B09"), id="another code"),
        pytest.param(RENAMED, ("县水务局", "B02", "县水利局", "曾用名"), id="name not stated"),
    ],
)
def test_filed_figures_are_never_given_to_another_unit(
    campaign: Campaign,
    command: list[str],
    changes: tuple[tuple[str, str], ...],
    words: tuple[str, ...],
) -> None:
    after = with_roster(campaign, *changes)
    before = play.tree(campaign.folder)
    with pytest.raises(Problem) as raised:
        run(after, command)
    assert [word for word in words if word not in str(raised.value)] == []
    assert play.tree(campaign.folder) == before
    assert in_force(with_roster(campaign)) == {"县水务局": 100}


def test_a_code_is_free_until_its_unit_has_filed(campaign: Campaign) -> None:
    """No figures are at stake; a workbook that is out already is refused by its name."""
    issued = play.returned(campaign, "B03")
    after = with_roster(campaign, ("B03,县信访局", "B03,县信访和群众工作局"))
    assert told(after) == []
    play.hand_in(after, "2.xlsx", issued, "2022-01-11 09:00")
    codes = {one.file: [f.code for f in one.findings] for one in play.collect(after).received}
    assert codes["回收/2.xlsx"] == ["S-STALE"]


# renamed, as the roster states -----------------------------------------------------------

STATED = ((WATER, "B02,县水利局,部门,县水电局、县水务局"),)


def test_figures_follow_a_stated_name(campaign: Campaign) -> None:
    after = with_roster(campaign, *STATED)
    assert in_force(after) == {"县水利局": 100}
    assert told(after) == []
    assert play.collect(after).merged.path == after.county_workbook
    assert play.figure(after, "t2.penalty.decisions") == 100


def test_a_workbook_under_the_former_name_counts(campaign: Campaign) -> None:
    """It is judged as the unit's own, and what goes back has the present name."""
    newer = play.returned(campaign, "B02", {"t2.penalty.decisions": 90})
    faulty = play.returned(campaign, "B02", {"t2.penalty.decisions": "约90"})
    after = with_roster(campaign, *STATED)
    play.hand_in(after, "县水务局.xlsx", newer, "2022-01-11 09:00")
    play.hand_in(after, "3.xlsx", faulty, "2022-01-12 09:00")
    received = {one.file: one for one in play.collect(after).received}
    assert received["回收/县水务局.xlsx"].verdict == "accepted"
    assert received["回收/3.xlsx"].sent_back == "退回/B02-县水利局-2021-退回1.xlsx"
    assert in_force(after) == {"县水利局": 90}
    back = play.opened((after.folder / "退回/B02-县水利局-2021-退回1.xlsx").read_bytes())
    play.type_in(back, after.edition, {"t2.penalty.decisions": 80})
    play.hand_in(after, "4.xlsx", back, "2022-01-13 09:00")
    assert {one.file: one.verdict for one in play.collect(after).received}[
        "回收/4.xlsx"
    ] == "accepted"
    assert in_force(after) == {"县水利局": 80}


def test_a_file_under_the_former_name_of_another_unit(campaign: Campaign) -> None:
    after = with_roster(campaign, *STATED)
    play.hand_in(after, "县水务局报送.xlsx", play.returned(after, "B03"), "2022-01-11 09:00")
    received = {one.file: one for one in play.collect(after).received}
    assert [f.code for f in received["回收/县水务局报送.xlsx"].findings] == ["S-SENDER"]


def test_refused_under_the_former_name_and_accepted_once_it_is_stated(campaign: Campaign) -> None:
    issued = play.returned(campaign, "B03")
    renamed = with_roster(campaign, ("B03,县信访局,部门,", "B03,县信访和群众工作局,部门,"))
    play.hand_in(renamed, "2.xlsx", issued, "2022-01-11 09:00")
    play.collect(renamed)
    assert in_force(renamed) == {"县水务局": 100}
    stated = with_roster(campaign, ("B03,县信访局,部门,", "B03,县信访和群众工作局,部门,县信访局"))
    play.collect(stated)
    assert in_force(stated) == {"县水务局": 100, "县信访和群众工作局": 0}


# removed, merged -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(((WATER + "\n", ""),), id="removed"),
        pytest.param(
            ((WATER + "\n", ""), ("B01,县发展和改革局,部门,", "B01,县发展和改革局,部门,县水务局")),
            id="merged into another",
        ),
    ],
)
@pytest.mark.parametrize("command", ["collect", "merge", "status"])
def test_a_removed_unit_no_longer_counts_and_that_is_told(
    campaign: Campaign,
    changes: tuple[tuple[str, str], ...],
    command: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    after = with_roster(campaign, *changes)
    assert in_force(after) == {}
    capsys.readouterr()
    run(after, [command])
    (line,) = capsys.readouterr().err.splitlines()
    assert "县水务局" in line
    assert "B02" in line
    assert in_force(with_roster(campaign)) == {"县水务局": 100}


def test_nothing_is_told_of_a_removed_unit_without_accepted_figures(campaign: Campaign) -> None:
    faulty = play.returned(campaign, "B03", {"t2.penalty.decisions": "约90"})
    play.hand_in(campaign, "2.xlsx", faulty, "2022-01-11 09:00")
    play.collect(campaign)
    assert told(with_roster(campaign, ("B03,县信访局,部门,\n", ""))) == []


def test_nothing_is_told_of_figures_that_the_office_sent_back(campaign: Campaign) -> None:
    run(campaign, ["reject", "B02", "--because", "请核实"])
    assert told(with_roster(campaign, (WATER + "\n", ""))) == []


# of another kind -------------------------------------------------------------------------


def test_a_change_of_kind_is_told_and_the_figures_count(campaign: Campaign) -> None:
    after = with_roster(campaign, (WATER, "B02,县水务局,乡镇,"))
    (line,) = told(after)
    assert [word for word in ("县水务局", "部门", "乡镇", "B02") if word not in line] == []
    assert in_force(after) == {"县水务局": 100}


def test_a_kind_that_may_not_have_the_figures(tmp_path: Path) -> None:
    """A city may issue regulations; a county may not, so its form has no such figures."""
    city = (WATER, "B02,县水务局,市级,")
    text = ROSTER.replace(*city)
    made = play.campaign(tmp_path, text)
    typed = {"t2.regulation.issued": 2, "t2.regulation.in_force": 2}
    play.hand_in(made, "1.xlsx", play.returned(made, "B02", typed))
    assert [one.verdict for one in play.collect(made).received] == ["accepted"]
    after = with_roster(made)
    for command in COMMANDS:
        with pytest.raises(Problem) as raised:
            run(after, command)
        assert [
            word for word in ("县水务局", "市级", "部门") if word not in str(raised.value)
        ] == []


# any roster ------------------------------------------------------------------------------

CODES, NAMES = ("1", "2", "3", "4"), ("甲局", "乙局", "丙局", "丁局")
FILED = {"1": "甲局", "2": "乙局", "3": "丙局"}

rosters = st.builds(
    lambda codes, names, former: [
        Unit(code, name, "部门", former=tuple(was))
        for code, name, was in zip(codes, names, former, strict=False)
    ],
    st.lists(st.sampled_from(CODES), min_size=1, max_size=4, unique=True),
    st.permutations(NAMES),
    st.lists(st.lists(st.sampled_from(NAMES), max_size=2), min_size=4, max_size=4),
)


@given(units=rosters)
def test_figures_are_the_units_own_or_something_is_said(filed: Campaign, units: list[Unit]) -> None:
    """Any roster is refused, or every accepted return counts for the unit with its code that
    states its name, or it is told that it no longer counts."""
    campaign = replace(filed, roster=Roster(tuple(units)))
    index = filed.edition.index
    figures = Figures(index, dict.fromkeys(index, 0))
    events: list[Event] = []
    for code, name in FILED.items():
        who = replace(filed.form(filed.units[0]).identity, code=code, name=name)
        events.append(Arrived(code * 64, "1.xlsx", "2022-01-10T09:00:00"))
        events.append(Judged(code * 64, "1.xlsx", "accepted", (), who, figures))
    try:
        enrolment.prove(campaign, events)
    except Problem:
        return
    said = "".join(enrolment.changes(campaign, events, standings(campaign, events)))
    counts = {
        one.in_force.identity.code: (one.in_force.identity.name, one.unit)
        for one in standings(campaign, events)
        if one.in_force is not None and one.in_force.identity is not None
    }
    for code, name in FILED.items():
        assert (code in counts) != (f"“{name}”" in said)
        if code in counts:
            filed_as, unit = counts[code]
            assert (filed_as, unit.code) == (name, code)
            assert name in (unit.name, *unit.former)
