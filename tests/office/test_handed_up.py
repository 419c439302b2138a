"""A form of the office above that LibreOffice opened and saved: it is filled as if it were fresh, and
what was filled shows there what jyxl says it holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from jyxl.edges.campaign import file_name
from jyxl.edges.ledger import open_ledger
from jyxl.reading import reader
from jyxl.steps.hand_up import hand_up
from tests import play
from tests.office.conftest import Office

pytestmark = [pytest.mark.office, pytest.mark.slow]


def test_it_is_filled_with_the_same_bytes(office: Office, tmp_path: Path) -> None:
    county = play.campaign(tmp_path / "county")
    for code in county.unit:
        play.hand_in(
            county, f"{code}.xlsx", play.returned(county, code, {"t2.licence.decisions": 2})
        )
    play.collect(county)
    roster = "单位代码,单位名称,类别\n01,云溪县,县级\n"
    city = play.campaign(tmp_path / "city", roster, county="大河市")
    form = city.issued / file_name(city.unit["01"], city.year)
    (saved,) = office.saved_as("xlsx", [form], tmp_path / "saved")
    assert saved.read_bytes() != form.read_bytes()
    made = []
    for one in (form, saved):
        with open_ledger(county) as ledger:
            made.append(hand_up(county, ledger, one).path)
    assert made[0] == made[1]
    data = made[0].read_bytes()
    with open_ledger(county) as ledger:
        assert len({one.sha256 for one in ledger.events if type(one).__name__ == "HandedUp"}) == 1
    (shown,) = office.saved_as("xlsx", made[:1], tmp_path / "shown")
    as_shown, as_written = reader.read("", shown.read_bytes()), reader.read("", data)
    assert (as_shown.figures, as_shown.stated) == (as_written.figures, {})
    assert as_shown.findings == as_written.findings
    assert as_shown.origin == as_written.origin
