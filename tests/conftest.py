"""What every test may ask for."""

from __future__ import annotations

import pytest

from jyxl import editions
from jyxl.definition import Edition


@pytest.fixture(scope="session")
def edition_2019() -> Edition:
    return editions.load("2019")


@pytest.fixture(scope="session")
def edition_2021() -> Edition:
    return editions.load("2021")
