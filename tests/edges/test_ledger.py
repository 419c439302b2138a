"""The ledger: append-only, all or nothing, one program at a time, read once."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jyxl.cli import cli
from jyxl.edges import campaign as campaigns
from jyxl.edges import ledger as ledgers
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Arrived, Bound, Event
from jyxl.edges.ledger import events_of_the_past, open_ledger
from jyxl.edges.migrations import VERSION, Damaged
from jyxl.problem import Problem
from jyxl.steps.new import new
from tests import play

FIRST = Arrived("ab" * 32, "回收/a.xlsx", "2022-01-10T09:00:00")
SECOND = Arrived("cd" * 32, "回收/b.xlsx", "2022-01-11T09:00:00", within="ef" * 32)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    made = play.campaign(tmp_path_factory.mktemp("made"))
    with open_ledger(made) as ledger:
        ledger.add([FIRST])
    return made


@pytest.fixture
def campaign(made: Campaign, tmp_path: Path) -> Campaign:
    """A campaign whose ledger has one event besides its founding."""
    return campaigns.load(shutil.copytree(made.folder, tmp_path / "云溪县"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """A campaign of the same county, year and edition, but not with the same key; one of its
    units has filed."""
    other = play.campaign(tmp_path_factory.mktemp("other"))
    play.hand_in(other, "1.xlsx", play.returned(other, "B01"))
    play.collect(other)
    return other


def arrived(campaign: Campaign) -> list[Event]:
    return [event for event in play.events(campaign) if isinstance(event, Arrived)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET unit = 'B01'",
        "UPDATE event SET data = '{}' WHERE id = 1",
        "DELETE FROM event",
        "DELETE FROM event WHERE id = 1",
    ],
)
def test_what_is_written_stays(campaign: Campaign, statement: str) -> None:
    connection = sqlite3.connect(campaign.ledger)
    try:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    finally:
        connection.close()
    assert arrived(campaign) == [FIRST]


def test_all_or_nothing(campaign: Campaign) -> None:
    def broken_off() -> Iterator[Event]:
        yield SECOND
        raise KeyboardInterrupt

    with open_ledger(campaign) as ledger:
        with pytest.raises(KeyboardInterrupt):
            ledger.add(broken_off())
        assert FIRST in ledger.events
        assert SECOND not in ledger.events
    assert arrived(campaign) == [FIRST]


def test_what_cannot_be_written_is_not_known_either(campaign: Campaign) -> None:
    """The second of two events fails in the database; afterwards neither is there."""
    with open_ledger(campaign) as ledger:
        bad = Arrived(None, "回收/c.xlsx", "")  # type: ignore[arg-type]
        with pytest.raises(sqlite3.IntegrityError):
            ledger.add([SECOND, bad])
        assert SECOND not in ledger.events
    assert arrived(campaign) == [FIRST]


def test_what_is_added_is_known_at_once(campaign: Campaign) -> None:
    with open_ledger(campaign) as ledger:
        ledger.add([SECOND])
        at_once = list(ledger.events)
    assert at_once == play.events(campaign)
    assert [type(event) for event in at_once] == [Bound, Arrived, Arrived]


def test_a_run_reads_the_ledger_once(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reads are counted in the database, over a collect that judges, sends back and merges."""
    play.hand_in(campaign, "1.xlsx", play.filled(campaign, "B01"))
    play.hand_in(campaign, "2.xlsx", play.filled(campaign, "B02", {"t3.new.natural": 1}))
    statements: list[str] = []
    connect = sqlite3.connect

    def traced(*args: Any, **named: Any) -> sqlite3.Connection:
        connection = connect(*args, **named)
        connection.set_trace_callback(statements.append)
        return connection

    monkeypatch.setattr(ledgers.sqlite3, "connect", traced)
    assert len(play.collect(campaign).received) == 2
    reads = [one for one in statements if one.startswith("SELECT")]
    assert len(reads) == len({*reads}) == 2, "the founding event, and all others"


def test_of_a_damaged_ledger_of_the_past_its_own_place_is_told(campaign: Campaign) -> None:
    campaign.ledger.write_bytes(b"no ledger" * 1000)
    with pytest.raises(Problem) as raised:
        events_of_the_past(campaign)
    assert str(campaign.ledger) in str(raised.value)


@pytest.mark.parametrize("version", [VERSION + 1, 99])
def test_a_ledger_of_a_newer_version_is_refused(campaign: Campaign, version: int) -> None:
    connection = sqlite3.connect(campaign.ledger)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    before = campaign.ledger.read_bytes()
    with pytest.raises(Problem, match=str(version)), open_ledger(campaign):
        pass
    assert campaign.ledger.read_bytes() == before


@pytest.mark.parametrize(
    "row",
    [
        ("judged", "ab" * 32, "{}"),
        ("judged", "ab" * 32, "no JSON"),
        ("unheard of", "ab" * 32, "{}"),
        ("arrived", "ab" * 32, "[]"),
    ],
)
def test_what_cannot_be_understood_is_told(campaign: Campaign, row: tuple[str, str, str]) -> None:
    connection = sqlite3.connect(campaign.ledger)
    connection.execute("INSERT INTO event (at, kind, sha256, data) VALUES ('', ?, ?, ?)", row)
    connection.commit()
    connection.close()
    with pytest.raises(Problem, match="读不懂"), open_ledger(campaign):
        pass


def test_one_at_a_time(campaign: Campaign) -> None:
    with open_ledger(campaign), pytest.raises(Problem), open_ledger(campaign):
        pass
    assert arrived(campaign) == [FIRST]


def lost(ledger: Path, _: Path) -> None:
    ledger.unlink()


def empty(ledger: Path, _: Path) -> None:
    ledger.write_bytes(b"")


def truncated(ledger: Path, _: Path) -> None:
    data = ledger.read_bytes()
    ledger.write_bytes(data[: len(data) // 2])


def no_database(ledger: Path, _: Path) -> None:
    ledger.write_bytes(b"not a database, whatever its name says" * 100)


def another_database(ledger: Path, _: Path) -> None:
    ledger.unlink()
    connection = sqlite3.connect(ledger)
    connection.execute("CREATE TABLE cookie (name TEXT)")
    connection.commit()
    connection.close()


def without_its_table(ledger: Path, _: Path) -> None:
    connection = sqlite3.connect(ledger)
    connection.execute("DROP TABLE event")
    connection.commit()
    connection.close()


def of_another_campaign(ledger: Path, other: Path) -> None:
    shutil.copyfile(other, ledger)


DAMAGES = (lost, empty, truncated, no_database, another_database, without_its_table)


@pytest.mark.parametrize(
    "command",
    [
        *(["issue"], ["collect"], ["merge"], ["status"]),
        *(["accept", "1.xlsx", "--because", "核实过"], ["reject", "B01", "--because", "请核实"]),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("damage", [*DAMAGES, of_another_campaign])
def test_a_damaged_ledger_is_refused_and_never_begun_anew(
    campaign: Campaign, other: Campaign, damage: Callable[[Path, Path], None], command: list[str]
) -> None:
    damage(campaign.ledger, other.ledger)
    before = campaign.ledger.read_bytes() if campaign.ledger.exists() else None
    with pytest.raises(Damaged, match="--rebuild"):
        cli.main([*command, "-C", str(campaign.folder)], standalone_mode=False)
    assert (campaign.ledger.read_bytes() if campaign.ledger.exists() else None) == before


def test_a_ledger_of_version_2_of_another_campaign(campaign: Campaign, other: Campaign) -> None:
    """It does not say whose it is, but the returns that were judged do."""
    shutil.copyfile(other.ledger, campaign.ledger)
    connection = sqlite3.connect(campaign.ledger)
    connection.execute("DROP TRIGGER event_is_never_changed")
    connection.execute("UPDATE event SET data = json_remove(data, '$.campaign') WHERE id = 1")
    connection.execute("PRAGMA user_version = 2")
    connection.commit()
    connection.close()
    with pytest.raises(Damaged), open_ledger(campaign):
        pass


def test_new_does_not_take_a_folder_that_has_a_ledger(campaign: Campaign) -> None:
    (campaign.folder / "jyxl.toml").unlink()
    with pytest.raises(Problem):
        new(campaign.folder, "云溪县", 2022, None, None)
    with pytest.raises(Problem, match=r"jyxl\.toml"):
        campaigns.load(campaign.folder)
    assert not (campaign.folder / "jyxl.toml").exists()


def test_a_campaign_is_bound_when_it_is_founded(campaign: Campaign) -> None:
    founding = play.events(campaign)[0]
    assert isinstance(founding, Bound)
    assert (founding.county, founding.year, founding.edition) == ("云溪县", 2021, "2021")
    assert founding.campaign == campaign.id
    assert list(founding.cells) == [cell.name for cell in campaign.edition.cells]


def test_a_copied_folder_goes_on(campaign: Campaign, tmp_path: Path) -> None:
    copy = shutil.copytree(campaign.folder, tmp_path / "copy")
    assert arrived(campaigns.load(copy)) == [FIRST]
