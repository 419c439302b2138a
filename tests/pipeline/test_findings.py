"""In both campaigns exactly the planted faults are found, and the second round is clean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jyxl.layout import sheet
from jyxl.places import drawn
from jyxl.steps.collect import Collected
from tests import play
from tests.pipeline.conftest import Played

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent


def found(collected: Collected) -> list[tuple[str, ...]]:
    """(unit, verdict, code, severity, place), sorted; for clean returns (unit, verdict)."""
    rows: list[tuple[str, ...]] = []
    for one in collected.received:
        if one.seen_here:
            continue
        head = (one.identity.code if one.identity else "", one.verdict)
        faults = [(f.code, f.severity, play.where(f.place)) for f in one.findings]
        rows.extend((*head, *fault) for fault in faults)
        if not faults:
            rows.append(head)
    return sorted(rows)


def test_every_fault_of_the_sample_is_found_and_no_other(jingyuan: Played) -> None:
    lines = (HERE / "jingyuan-2019.txt").read_text(encoding="utf-8").splitlines()
    expected = [(*line.split(), "")[:5] for line in lines if not line.startswith("#")]
    clean = [row for row in found(jingyuan.first) if len(row) == 2]
    assert [row for row in found(jingyuan.first) if len(row) > 2] == sorted(expected)
    assert {verdict for _, verdict in clean} == {"accepted"}
    assert len(clean) == 30 - 3 - 10


def test_every_fault_of_the_invented_county_is_found_and_no_other(
    yunxi: Played, story: dict[str, Any]
) -> None:
    expected: list[tuple[str, ...]] = []
    for unit in story["unit"]:
        if "verdict" in unit:
            head = (unit["code"], unit["verdict"])
            expected += [(*head, *line.split()) for line in unit["findings"]] or [head]
    assert found(yunxi.first) == sorted(expected)


def test_the_second_round_is_accepted_whole(jingyuan: Played, yunxi: Played) -> None:
    for played in (jingyuan, yunxi):
        fresh = [one.verdict for one in played.second.received if not one.seen_here]
        assert fresh
        assert set(fresh) == {"accepted"}
        assert {one.state for one in played.second.standings} == {"accepted"}


def test_a_finding_points_to_its_cell_on_the_sheet(yunxi: Played) -> None:
    edition = yunxi.campaign.edition
    for one in yunxi.first.received:
        for finding in one.findings:
            place = finding.place
            if place.spot in edition.cell:
                table = edition.table[place.table or ""]
                address = drawn(edition, place)
                assert place.sheet == table.sheet
                assert address.cell == sheet(table).address(play.where(place))
                assert address.cell in address.cells
