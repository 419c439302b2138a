"""The ledger: append-only, all or nothing, one program at a time, and no other version's."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from jyxl.edges.ledger import VERSION, open_ledger
from jyxl.problem import Problem


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger with one event."""
    place = tmp_path / ".jyxl" / "ledger.db"
    with open_ledger(place) as ledger, ledger.together():
        ledger.add(
            "received", "ab" * 32, None, {"file": "回收/a.xlsx", "arrived": "2022-01-10T09:00"}
        )
    return place


def files(path: Path) -> list[object]:
    with open_ledger(path) as ledger:
        return [event.data["file"] for event in ledger.events("received")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET unit = 'B01'",
        "UPDATE event SET data = '{}' WHERE id = 1",
        "DELETE FROM event",
        "DELETE FROM event WHERE id = 1",
    ],
)
def test_what_is_written_stays(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    try:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    finally:
        connection.close()
    assert files(path) == ["回收/a.xlsx"]


def test_all_or_nothing(path: Path) -> None:
    def break_off() -> None:
        with open_ledger(path) as ledger, ledger.together():
            ledger.add("received", "cd" * 32, None, {"file": "回收/b.xlsx"})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert files(path) == ["回收/a.xlsx"]


@pytest.mark.parametrize("version", [VERSION + 1, 99])
def test_a_ledger_of_a_newer_version_is_refused(path: Path, version: int) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(Problem, match=str(version)), open_ledger(path):
        pass
    assert path.read_bytes() == before


def test_one_at_a_time(path: Path) -> None:
    with open_ledger(path), pytest.raises(Problem), open_ledger(path):
        pass
    assert files(path) == ["回收/a.xlsx"]


def test_a_file_that_is_no_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"not a database, whatever its name says" * 100)
    with pytest.raises(Problem, match="ledger"), open_ledger(path):
        pass
