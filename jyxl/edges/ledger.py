"""The ledger: append-only events in SQLite. State is a query over them.

The ledger is read once, when it is opened; what is added later is known without reading the
file again. events.py says what an event holds; migrations.py reads older versions of the file.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from jyxl.definition import Edition
from jyxl.edges import binding, migrations
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Bound, Event, Form, Row, event_of, row_of
from jyxl.problem import Problem


class Ledger:
    """An open ledger; use `open_ledger`. events: all of them, oldest first after the founding."""

    def __init__(self, connection: sqlite3.Connection, events: list[Event]) -> None:
        self._connection = connection
        self.events = events

    def add(self, events: Iterable[Event]) -> None:
        """Append events: either all of them are in the ledger afterwards, or none."""
        fresh = list(events)
        if not fresh:
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._connection.executemany(_INSERT, map(_columns, fresh))
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()
        self.events.extend(fresh)


_SELECT = "SELECT kind, sha256, unit, data FROM event ORDER BY kind <> 'bound', id"
"""The event that binds the campaign comes first, since it says how all else is read."""
_INSERT = "INSERT INTO event (at, kind, sha256, unit, data) VALUES (?, ?, ?, ?, ?)"


def _columns(event: Event) -> tuple[str, str, str, str | None, str]:
    row = row_of(event)
    now = datetime.now().isoformat(timespec="seconds")
    return now, row.kind, row.sha256, row.unit, json.dumps(row.data, ensure_ascii=False)


def found(path: Path, founding: Bound, edition: Edition) -> None:
    """Begin the ledger of a new campaign. Raises Problem."""
    with _opened(path, founding, edition):
        pass


@contextlib.contextmanager
def open_ledger(campaign: Campaign) -> Iterator[Ledger]:
    """The ledger of a campaign, begun if there is none; no other program can open it meanwhile.

    Raises Problem, also if the campaign's edition is not the one that the ledger is bound to.
    """
    founding = binding.bound(campaign.county, campaign.year, campaign.edition)
    with _opened(campaign.ledger, founding, campaign.edition) as ledger:
        yield ledger


@contextlib.contextmanager
def _opened(path: Path, founding: Bound, edition: Edition) -> Iterator[Ledger]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path.with_name("lock")):
        try:
            connection = sqlite3.connect(path, isolation_level=None)
            try:
                migrations.prepare(connection, path, edition)
                ledger = Ledger(connection, _loaded(connection, path, edition, founding))
                if not any(isinstance(event, Bound) for event in ledger.events):
                    ledger.add([founding])
                yield ledger
            finally:
                connection.close()
        except sqlite3.DatabaseError as error:
            raise Problem(
                f"台账“{path}”读写出错（{error}）；请检查磁盘空间和权限，必要时从备份恢复。"
            ) from error


def _loaded(
    connection: sqlite3.Connection, path: Path, edition: Edition, founding: Bound
) -> list[Event]:
    """All events, with their figures under the names that the cells have now."""
    found = connection.execute(_SELECT)
    form = Form(edition.index)
    events: list[Event] = []
    try:
        for kind, sha256, unit, data in found:
            event = event_of(Row(kind, sha256, unit, json.loads(data)), form)
            if isinstance(event, Bound):
                binding.prove(event, founding.cells, edition)
                form = Form(edition.index, binding.renamed(event, edition))
            events.append(event)
    except (KeyError, TypeError, ValueError) as error:
        raise Problem(
            f"台账“{path}”里有读不懂的记录（{type(error).__name__}）；请从备份恢复。"
        ) from error
    return events


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock that the system frees even if the process is killed."""
    try:
        lock = sqlite3.connect(path, isolation_level=None, timeout=0.5)
    except sqlite3.Error as error:
        raise Problem(f"不能在“{path.parent}”里工作（{error}）；请检查文件夹权限。") from error
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise Problem("另一个 jyxl 正在处理这个项目，请等它结束后再运行。") from error
            raise Problem(
                f"不能在“{path.parent}”里工作（{error}）；请检查权限和磁盘空间。"
            ) from error
        yield
    finally:
        lock.close()
