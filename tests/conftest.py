"""The fixtures that every test may use, and how tests are spread over processes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from jyxl import editions
from jyxl.definition import Edition

settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")


@pytest.fixture(scope="session")
def edition_2019() -> Edition:
    return editions.load("2019")


@pytest.fixture(scope="session")
def edition_2021() -> Edition:
    return editions.load("2021")


TOGETHER = (
    "tests/damage/test_catalogue.py::test_way_of_damage_through_libreoffice",
    "tests/edges/test_engine.py",
    "tests/office/test_equal.py",
    "tests/pages/",
    "tests/pipeline/",
    "tests/report/test_command.py",
    "tests/test_package_rules.py",
    "tests/writer/test_golden.py",
)
"""Beginnings of test ids. Tests with the same beginning share what takes long to make, so they
run in one process; all others run in any process that is free."""


class Together(LoadScopeScheduling):
    """Does what the groups of pytest-xdist would do, which do not work with every pytest."""

    def _split_scope(self, nodeid: str) -> str:
        return next((start for start in TOGETHER if nodeid.startswith(start)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    return Together(config, log)
