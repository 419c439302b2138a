"""Every way of damage in catalogue.toml has exactly the verdict, codes and cells listed there."""

from __future__ import annotations

import functools
import inspect
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from jyxl.checker import judge
from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign
from jyxl.reading import reader
from jyxl.submission import Submission
from tests import play
from tests.damage import bombs, folders, office, papers, sights, ways
from tests.damage.catalogue import FOLDERS, PAGE, WAYS, Folder, Way, page
from tests.damage.desk import EXPECTED, Desk
from tests.fuzz.twice import disagreement

OFFICE = set(office.names())


MAKERS: dict[str, Callable[[Desk], bytes]] = {
    name: make
    for module in (ways, sights, papers, bombs)
    for name, make in inspect.getmembers(module, inspect.isfunction)
    if make.__module__ == module.__name__ and list(inspect.signature(make).parameters) == ["desk"]
    if not name.startswith("_")
}
HOSTILE = {way.__name__ for way in (*ways.HOSTILE, *bombs.BOMBS, *papers.HOSTILE)}


def param(way: Way) -> ParameterSet:
    """A way as a parameter; the hostile ones take long to make and are marked."""
    return pytest.param(way, id=way.id, marks=[pytest.mark.slow] if way.id in HOSTILE else [])


@functools.cache
def read_well(good: bytes) -> Submission:
    return reader.read("good.xlsx", good, EXPECTED)


def check(desk: Desk, way: Way, data: bytes) -> None:
    good = read_well(desk.good)
    submission = reader.read("return.xlsx", data, EXPECTED)
    [verdict] = judge([submission])
    found = [f"{one.code} {play.where(one.place)}".strip() for one in verdict.findings]
    assert (verdict.decision, sorted(found)) == (way.verdict, sorted(way.found))
    assert (submission.figures == good.figures) == way.kept
    assert disagreement(data) == ""


@pytest.mark.parametrize("way", [param(way) for way in WAYS if way.id not in OFFICE])
def test_way_of_damage(desk: Desk, way: Way) -> None:
    check(desk, way, MAKERS[way.id](desk))


@pytest.fixture(scope="session")
def through_office(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    if not office.is_there():
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is missing")
        pytest.skip("LibreOffice is missing: returns in other formats are NOT tested")
    return office.saved(desk, tmp_path_factory.mktemp("office"))


@pytest.mark.office
@pytest.mark.parametrize("way", [w for w in WAYS if w.id in OFFICE], ids=lambda way: way.id)
def test_way_of_damage_through_libreoffice(
    desk: Desk, through_office: dict[str, bytes], way: Way
) -> None:
    check(desk, way, through_office[way.id])


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.id)
def test_way_among_files(issued: Campaign, tmp_path: Path, folder: Folder) -> None:
    place = tmp_path / "campaign"
    shutil.copytree(issued.folder, place)
    outcome = folders.outcomes(campaigns.load(place), folders.FOLDERS[folder.id])
    assert tuple(outcome) == folder.outcome
    assert sorted(p.name for p in tmp_path.iterdir()) == ["campaign"], "a name became a path"


def test_everything_made_is_in_the_catalogue() -> None:
    assert {way.id for way in WAYS} == MAKERS.keys() | OFFICE
    assert {folder.id for folder in FOLDERS} == set(folders.FOLDERS)


def test_the_page_is_fresh(desk: Desk) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(desk), "run python -m tests.damage"
