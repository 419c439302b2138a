"""A small campaign, issued once and copied for each case."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign
from tests import play


@pytest.fixture(scope="session")
def _issued(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    return play.campaign(tmp_path_factory.mktemp("issued"))


@pytest.fixture
def campaign(_issued: Campaign, tmp_path: Path) -> Campaign:
    """云溪县 2021: B01 县发展和改革局, B02 县水务局, Z01 河口镇; nothing returned yet."""
    shutil.copytree(_issued.folder, tmp_path / "云溪县")
    return campaigns.load(tmp_path / "云溪县")
