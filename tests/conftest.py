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


MADE_ONCE = {
    "recalculated": "fillings in LibreOffice",
    "through_office": "damage in LibreOffice",
    "jingyuan": "campaigns",
    "yunxi": "campaigns",
    "rounds": "kills",
    "prepared": "orders",
}
"""Fixture that takes long → the group of tests that ask for it, which run in one process."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "jingyuan" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
        groups = {
            MADE_ONCE[name] for name in getattr(item, "fixturenames", ()) if name in MADE_ONCE
        }
        if groups:
            item.add_marker(pytest.mark.xdist_group(*groups))
