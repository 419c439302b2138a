"""A campaign is bound for good: other settings are refused, and an edition that was changed is
refused cell by cell, or mapped as it states."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from jyxl import resources
from jyxl.cli import cli
from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign
from jyxl.problem import Problem
from tests import play

TYPED = {"t2.penalty.decisions": 3, "t2.coercion.decisions": 8, "t2.charges.fees": 25.1}
PENALTY = '  { key = "penalty", label = "行政处罚" },\n'
COERCION = '  { key = "coercion", label = "行政强制" },\n'

Change = Callable[[Path], None]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign in which one unit's return is accepted; made once, and copied by each test."""
    one = play.campaign(tmp_path_factory.mktemp("made"))
    play.hand_in(one, "1.xlsx", play.filled(one, "B01", TYPED))
    assert [received.verdict for received in play.collect(one).received] == ["accepted"]
    return one.folder


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the editions that may be changed. No prepared sentence of the report names the rows
    that these tests change."""
    folder = tmp_path / "templates"
    shutil.copytree(resources.folder("templates"), folder)
    for outline in folder.glob("*/report.toml"):
        lines = outline.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if "t2.coercion" not in line]
        assert len(kept) == len(lines) - 1
        outline.write_text("".join(kept), encoding="utf-8")
    monkeypatch.setenv("JYXL_TEMPLATES", str(folder))
    return folder


@pytest.fixture
def campaign(made: Path, tmp_path: Path, templates: Path) -> Campaign:
    """The campaign as the runs before the change knew it."""
    return campaigns.load(shutil.copytree(made, tmp_path / "campaign"))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def again(campaign: Campaign, templates: Path, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """The campaign as the next run sees it. Editions are cached by folder, so theirs is moved."""
    moved = templates.with_name("moved")
    templates.rename(moved)
    monkeypatch.setenv("JYXL_TEMPLATES", str(moved))
    return campaigns.load(campaign.folder)


def county_figure(campaign: Campaign, name: str) -> int:
    in_force = play.status(campaign)["B01"].in_force
    assert in_force is not None
    assert in_force.figures is not None
    return in_force.figures[name]


COMMANDS = ("issue", "collect", "merge", "status")
ALL = (
    *((command,) for command in COMMANDS),
    ("accept", "1.xlsx", "--because", "核实过"),
    ("reject", "B01", "--because", "请核实"),
    ("doctor",),
    ("doctor", "--rebuild"),
)


def run(folder: Path, *command: str) -> None:
    cli.main([*command, "-C", str(folder)], standalone_mode=False)


@pytest.mark.parametrize("command", ALL, ids=" ".join)
@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("year = 2021", "year = 2022", ("2021", "2022", "--last")),
        ('county = "云溪县"', 'county = "清河县"', ("云溪县", "清河县")),
        ('edition = "2021"', 'edition = "2021b"', ("2021b", 'edition = "2021"')),
        ("year = 2021", "year = 2020", ("2020", "2021")),
    ],
    ids=["year", "county", "edition", "year of another edition"],
)
def test_a_copy_with_other_settings_is_refused(
    made: Path,
    tmp_path: Path,
    templates: Path,
    command: tuple[str, ...],
    old: str,
    new: str,
    words: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Last year's figures are not published as this year's."""
    later = templates / "2021b"
    later.mkdir()
    text = 'base = "2021"\nid = "2021b"\nnotice = "x"\nfirst_year = 2021\n'
    (later / "edition.toml").write_text(text, encoding="utf-8")
    copy = shutil.copytree(made, tmp_path / "copy")
    edit(copy / "jyxl.toml", old, new)
    before = play.tree(copy)
    with pytest.raises(Problem) as raised:
        run(copy, *command)
    said = "".join(f"{raised.value}{capsys.readouterr().out}".split())
    assert [word for word in words if word.replace(" ", "") not in said] == []
    assert play.tree(copy) == before


def test_a_copy_that_is_not_relabelled_goes_on(made: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(made, tmp_path / "elsewhere" / "copy")
    for one in COMMANDS:
        run(copy, one)
    assert county_figure(campaigns.load(copy), "t2.penalty.decisions") == 3


def test_rows_that_change_places_keep_their_figures(
    campaign: Campaign, templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(templates / "2021" / "t2.toml", PENALTY + COERCION, COERCION + PENALTY)
    after = again(campaign, templates, monkeypatch)
    assert [cell.name for cell in after.edition.cells] != [
        cell.name for cell in campaign.edition.cells
    ]
    assert county_figure(after, "t2.penalty.decisions") == 3
    assert county_figure(after, "t2.coercion.decisions") == 8
    assert county_figure(after, "t2.charges.fees") == 25_100_000


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param(
            PENALTY + COERCION,
            PENALTY.replace("penalty", "coercion") + COERCION.replace("coercion", "penalty"),
            ("改了", "行政强制", "行政处罚"),
            id="names exchanged",
        ),
        pytest.param(
            COERCION,
            COERCION + COERCION.replace("coercion", "seizure").replace("强制", "查封"),
            ("多了", "行政查封"),
            id="a row added",
        ),
        pytest.param(COERCION, "", ("少了", "行政强制"), id="a row removed"),
        pytest.param(
            COERCION,
            COERCION.replace('"coercion"', '"force"'),
            ("少了", "多了", "行政强制"),
            id="a row renamed",
        ),
        pytest.param(
            COERCION,
            COERCION.replace("行政强制", "行政强制执行"),
            ("改了", "行政强制"),
            id="another label",
        ),
    ],
)
def test_a_changed_edition_is_refused_in_words(
    campaign: Campaign,
    templates: Path,
    monkeypatch: pytest.MonkeyPatch,
    old: str,
    new: str,
    words: tuple[str, ...],
) -> None:
    edit(templates / "2021" / "t2.toml", old, new)
    after = again(campaign, templates, monkeypatch)
    for command in (play.status, play.collect):
        with pytest.raises(Problem) as told:
            command(after)
        assert [word for word in words if word not in str(told.value)] == []


def test_an_amount_that_is_kept_otherwise_is_refused(
    campaign: Campaign, templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With fewer decimals the same integer would be another amount."""
    edit(templates / "2019" / "edition.toml", "decimals = 6", "decimals = 4")
    with pytest.raises(Problem, match=r"改了.*收费"):
        play.status(again(campaign, templates, monkeypatch))


def test_a_total_that_adds_up_other_cells_is_refused(
    campaign: Campaign, templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = templates / "2019" / "rules.toml"
    edit(rules, "total == sum(applicants)", "total == sum(applicants) - natural")
    with pytest.raises(Problem, match=r"改了.*总计"):
        play.status(again(campaign, templates, monkeypatch))


RENAMED = '\n[renamed]\n"t2.coercion" = "t2.force"\n'


def test_a_stated_name_is_followed(
    campaign: Campaign, templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row has another name in the data and on the sheet; what was filed still counts."""
    renamed = COERCION.replace('"coercion"', '"force"').replace("行政强制", "行政强制措施")
    edit(templates / "2021" / "t2.toml", COERCION, renamed)
    file = templates / "2021" / "edition.toml"
    file.write_text(file.read_text(encoding="utf-8") + RENAMED, encoding="utf-8")
    after = again(campaign, templates, monkeypatch)
    assert county_figure(after, "t2.force.decisions") == 8
    assert county_figure(after, "t2.penalty.decisions") == 3
    assert play.collect(after).merged.path == after.county_workbook


def test_a_stated_name_excuses_nothing_else(
    campaign: Campaign, templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(templates / "2021" / "t2.toml", PENALTY + COERCION, COERCION.replace("coercion", "force"))
    file = templates / "2021" / "edition.toml"
    file.write_text(file.read_text(encoding="utf-8") + RENAMED, encoding="utf-8")
    with pytest.raises(Problem, match=r"少了“[^”]*行政处罚"):
        play.status(again(campaign, templates, monkeypatch))
