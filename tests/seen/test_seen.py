"""A few dozen of the variants; python -m tests.seen compares any number of them."""

from __future__ import annotations

import shutil

import pytest

from tests.damage.desk import Desk, made
from tests.office.conftest import missing
from tests.seen import programs
from tests.seen.compare import compared
from tests.seen.variants import variant

VARIANTS = 60


@pytest.mark.office
@pytest.mark.slow
def test_what_is_counted_is_what_libreoffice_shows() -> None:
    if shutil.which("soffice") is None:
        missing("LibreOffice (soffice)")
    desk, there = Desk(made()), programs.there()
    outcomes = compared(desk, [variant(desk, number, there) for number in range(VARIANTS)])
    assert [(one.variant.way, one.wrong) for one in outcomes if one.wrong] == []
    assert sum(one.read and one.shown for one in outcomes) > VARIANTS * 0.8
    assert sum(one.back for one in outcomes) > VARIANTS
    assert len({one.variant.way.partition(":")[0] for one in outcomes}) > 10
