from __future__ import annotations

import pytest

from jyxl.edges.campaign import Campaign
from tests import play
from tests.damage.desk import Desk, made


@pytest.fixture(scope="session")
def desk() -> Desk:
    return Desk(made())


@pytest.fixture(scope="session")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """A campaign to be copied, in which nothing has come in yet."""
    return play.campaign(tmp_path_factory.mktemp("damage"))
