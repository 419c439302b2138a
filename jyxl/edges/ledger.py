"""The ledger: append-only events in SQLite. State is a query over them.

Kinds of events and their data:
  received   a file came in: file, arrived (ISO date and time), within: SHA-256 of its zip
  judged     its bytes were judged: file, verdict, findings, identity and, where accepted,
             values and explanations; where returned, round
  sent_back  its error workbook was written: file, sent: SHA-256 of it
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from jyxl.problem import Problem

VERSION = 1
_SCHEMA = f"""
CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('received', 'judged', 'sent_back')),
    sha256 TEXT NOT NULL,
    unit TEXT,
    data TEXT NOT NULL
);
CREATE INDEX event_by_sha256 ON event (sha256, kind);
CREATE INDEX event_by_unit ON event (unit, kind);
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
PRAGMA user_version = {VERSION};
"""

Kind = Literal["received", "judged", "sent_back"]


@dataclass(frozen=True)
class Event:
    id: int
    at: str
    kind: Kind
    sha256: str
    unit: str | None
    data: dict[str, Any]


class Ledger:
    """An open ledger. Use `open_ledger`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """What is added inside is in the ledger all at once or not at all."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()

    def add(self, kind: Kind, sha256: str, unit: str | None, data: dict[str, Any]) -> None:
        """Append an event, inside `together`."""
        now = datetime.now().isoformat(timespec="seconds")
        text = json.dumps(data, ensure_ascii=False)
        self._connection.execute(
            "INSERT INTO event (at, kind, sha256, unit, data) VALUES (?, ?, ?, ?, ?)",
            (now, kind, sha256, unit, text),
        )

    def events(self, kind: Kind) -> Iterator[Event]:
        """All events of a kind, oldest first."""
        query = "SELECT id, at, kind, sha256, unit, data FROM event WHERE kind = ? ORDER BY id"
        for id_, at, kind_, sha256, unit, data in self._connection.execute(query, (kind,)):
            yield Event(id_, at, kind_, sha256, unit, json.loads(data))


@contextlib.contextmanager
def open_ledger(path: Path) -> Iterator[Ledger]:
    """The ledger of a campaign, made if need be; held alone until closed. Raises Problem."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path.with_name("lock")):
        try:
            connection = sqlite3.connect(path, isolation_level=None)
            try:
                _prepare(connection, path)
                yield Ledger(connection)
            finally:
                connection.close()
        except sqlite3.DatabaseError as error:
            raise Problem(
                f"台账“{path}”读写出错（{error}）；请检查磁盘空间和权限，必要时从备份恢复。"
            ) from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        connection.executescript(f"BEGIN;{_SCHEMA}COMMIT;")
    elif version != VERSION:
        raise Problem(f"台账“{path}”是另一个版本的 jyxl 建立的（{version}），请升级 jyxl。")


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock that the system frees even when the process is killed."""
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
