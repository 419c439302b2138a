"""Ledgers of every version, as that version wrote them, still give what they gave then.

tests/ledgers/<version>-<year>/ holds a ledger as SQL, the roster and, in told.json, what jyxl
reported about it when that version was current.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jyxl import contract, editions
from jyxl.county import sums
from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import open_ledger
from jyxl.edges.migrations import VERSION
from jyxl.edges.standing import standings
from jyxl.places import drawn
from jyxl.problem import Problem
from jyxl.steps.merge import county_of, merge
from jyxl.steps.new import new

KEPT = sorted((Path(__file__).parents[1] / "ledgers").iterdir())
TODAY = date(2022, 3, 1)


def revived(kept: Path, folder: Path) -> tuple[Campaign, dict[str, Any]]:
    """A campaign with the ledger that was kept, and what was reported about it then. Up to version
    3, its key was not kept; the ledger is given the id that goes with a new one."""
    told = json.loads((kept / "told.json").read_text(encoding="utf-8"))
    new(folder, told["county"], told["year"], None, kept / "units.csv")
    if "key" in told:
        (folder / campaigns.OWN / "key").write_text(told["key"], encoding="ascii")
    campaign = campaigns.load(folder)
    campaign.ledger.unlink()
    script = (kept / "ledger.sql").read_text(encoding="utf-8")
    ids = Counter(re.findall(r'"campaign": "([0-9a-f]{16})"', script))
    ((was, _),) = ids.most_common(1)  # a form of the office above has another
    connection = sqlite3.connect(campaign.ledger)
    connection.executescript(script.replace(was, campaign.id))
    connection.close()
    return campaign, told


def version(path: Path) -> int:
    connection = sqlite3.connect(path)
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    return int(found)


def _plain(status: contract.StatusJson) -> list[dict[str, Any]]:
    units: list[dict[str, Any]] = json.loads(json.dumps(status))["units"]
    return units


def test_every_version_has_its_ledgers() -> None:
    assert {int(kept.name.split("-")[0]) for kept in KEPT} == set(range(1, VERSION + 1))


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.name)
def test_it_tells_the_same(kept: Path, tmp_path: Path) -> None:
    campaign, told = revived(kept, tmp_path / "c")
    with open_ledger(campaign) as ledger:
        found = standings(campaign, ledger.events, TODAY)
        county = county_of(campaign, found, ledger.events)
    assert [
        {
            **{key: now[key] for key in then},
            "late": now["late"] or (now["overdue"] and "overdue" not in then),
        }
        for now, then in zip(_plain(contract.status(campaign, found)), told["status"], strict=True)
    ] == told["status"]
    assert {
        one.unit.code: [one.file, one.arrived, one.sent_back, one.version_in_force, one.rounds]
        for one in found
    } == told["files"]
    assert county is not None
    assert {name: value for name, value in sums(county).items() if value} == told["sums"]
    assert {
        unit.code: {name: value for name, value in unit.figures.items() if value}
        for unit in county.units
        if unit.figures is not None
    } == told["figures"]
    assert {
        unit.code: [
            [
                *(one.rule, one.place.sheet, drawn(campaign.edition, one.place).cell),
                *(one.problem, one.words),
            ]
            for one in unit.explanations
        ]
        for unit in county.units
        if unit.explanations
    } == told["explanations"]


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.name)
def test_it_becomes_todays_and_stays(kept: Path, tmp_path: Path) -> None:
    """It is opened twice: nothing is left to do the second time, and the old file is kept."""
    campaign, _ = revived(kept, tmp_path / "c")
    was = version(campaign.ledger)
    with open_ledger(campaign) as ledger:
        first = list(ledger.events)
        assert merge(campaign, ledger)[0].path == campaign.county_workbook
    assert version(campaign.ledger) == VERSION
    with open_ledger(campaign) as ledger:
        assert sorted(map(repr, ledger.events)) == sorted(map(repr, first))
    before = campaign.ledger.with_name(f"ledger-{was}.db")
    assert before.exists() == (was < VERSION)
    if was < VERSION:
        assert version(before) == was


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.name)
def test_it_is_append_only_afterwards(kept: Path, tmp_path: Path) -> None:
    campaign, _ = revived(kept, tmp_path / "c")
    with open_ledger(campaign):
        pass
    connection = sqlite3.connect(campaign.ledger)
    for statement in ("DELETE FROM event", "UPDATE event SET data = '{}'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    connection.close()


def test_figures_of_another_form_are_not_guessed(tmp_path: Path) -> None:
    """Version 1 kept figures by position; with another number of cells they mean nothing."""
    kept = next(kept for kept in KEPT if kept.name == "1-2021")
    campaign, _ = revived(kept, tmp_path / "c")
    connection = sqlite3.connect(campaign.ledger)
    last = connection.execute("SELECT max(id) FROM event WHERE data LIKE '%values%'").fetchone()[0]
    row = connection.execute("SELECT data FROM event WHERE id = ?", (last,)).fetchone()
    data = json.loads(row[0])
    data["values"].pop()
    connection.execute(
        "INSERT INTO event (at, kind, sha256, unit, data) VALUES ('', 'judged', 'ab', 'B01', ?)",
        (json.dumps(data),),
    )
    connection.commit()
    connection.close()
    before = campaign.ledger.read_bytes()
    with pytest.raises(Problem, match=editions.load("2021").id), open_ledger(campaign):
        pass
    assert campaign.ledger.read_bytes() == before
