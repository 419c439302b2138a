"""The ledger: append-only events in SQLite. State is a query over them.

The ledger is read once, when it is opened; what is added later is known without reading the
file again. events.py says what an event holds; migrations.py reads older versions of the file.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain
from pathlib import Path

from jyxl.definition import Edition
from jyxl.edges import binding, enrolment, files, migrations
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Bound, Event, Form, LastYear, Row, event_of, now, row_of
from jyxl.edges.last_year import latest
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

    def faults(self) -> list[str]:
        """What SQLite finds wrong in the file, in its own words."""
        found = self._connection.execute("PRAGMA integrity_check").fetchall()
        return [text for (text,) in found if text != "ok"]


_SELECT = tuple(
    f"SELECT kind, sha256, unit, data FROM event WHERE kind {is_it} 'bound' ORDER BY id"
    for is_it in ("=", "<>")
)
"""The event that binds the campaign comes first, since it says how all else is read. These are two
queries, because SQLite would sort all the data for a single one."""
_INSERT = "INSERT INTO event (at, kind, sha256, unit, data) VALUES (?, ?, ?, ?, ?)"


def _columns(event: Event) -> tuple[str, str, str, str | None, str]:
    row = row_of(event)
    return now(), row.kind, row.sha256, row.unit, json.dumps(row.data, ensure_ascii=False)


def found(path: Path, founding: Bound) -> None:
    """Begin the ledger of a new campaign. Raises Problem."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(
            f"文件夹“{files.shown(path.parent)}”建不起来：{files.reason(error)}。"
        ) from error
    with _alone(path.with_name("lock")), _begun(path, founding):
        pass


@contextlib.contextmanager
def open_ledger(campaign: Campaign) -> Iterator[Ledger]:
    """The ledger of a campaign; no other program can open it meanwhile.

    Raises Damaged if it is lost, cannot be read or is that of another campaign, and Problem if
    the settings, the edition or the roster are not what it was bound to.
    """
    with _alone(campaign.ledger.with_name("lock")), _opened(campaign) as ledger:
        yield ledger


def events_of_the_past(campaign: Campaign) -> list[Event]:
    """The events of a campaign that is over, such as that of last year. They are read from a copy:
    its folder is not touched, even if its ledger is of an older version.

    Raises Problem where `open_ledger` does; it names the ledger itself, not the copy.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = replace(campaign, folder=Path(folder))
        copy.ledger.parent.mkdir(parents=True)
        _copied(campaign.ledger, copy.ledger)
        try:
            with _opened(copy) as ledger:
                return ledger.events
        except Problem as problem:
            told = str(problem).replace(str(copy.folder), files.shown(campaign.folder))
            raise Problem(told) from problem


@contextlib.contextmanager
def rebuilding(campaign: Campaign) -> Iterator[tuple[Ledger, Path | None]]:
    """A new ledger, which takes the place of the damaged one if the block does not raise, and
    the path under which the damaged one is kept then, if there is one.

    Raises Problem if the present ledger is not damaged.
    """
    path = campaign.ledger
    with _alone(path.with_name("lock")):
        _prove_damaged(campaign)
        kept = path.with_name(f"ledger-damaged-{datetime.now():%Y%m%d-%H%M%S-%f}.db")
        fresh = path.with_name("ledger-new.db")
        for left in (fresh, _journal(fresh)):
            left.unlink(missing_ok=True)
        with _begun(fresh, _founding(campaign)) as ledger:
            yield ledger, kept if path.exists() else None
        for old, new in ((path, kept), (_journal(path), _journal(kept)), (fresh, path)):
            if old.exists():
                os.replace(old, new)


def rescued(campaign: Campaign) -> dict[str, LastYear]:
    """What can still be read of last year in a damaged ledger: code of a unit → what was recorded
    last. Nothing if it cannot be seen that the ledger is this campaign's. The file is not touched.
    """
    rows: list[tuple[str, str, str | None, str]] = []
    with tempfile.TemporaryDirectory() as name, contextlib.suppress(OSError, sqlite3.Error):
        copy = Path(name) / "ledger.db"
        _copied(campaign.ledger, copy)
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            connection.execute("PRAGMA writable_schema = ON")  # else a cut file is not read at all
            found = connection.execute("SELECT kind, sha256, unit, data FROM event ORDER BY id")
            for row in found:  # up to the page that is damaged
                rows.append(row)
    form = Form(campaign.edition.index, {}, frozenset(campaign.edition.text))
    founding, events = _founding(campaign), list[Event]()
    for kind, sha256, unit, data in rows:
        if kind in ("bound", "last_year"):
            with contextlib.suppress(AttributeError, KeyError, TypeError, ValueError):
                events.append(event_of(Row(kind, sha256, unit, json.loads(data)), form))
    if founding not in events:
        return {}
    return latest(events, campaign.units)


def _prove_damaged(campaign: Campaign) -> None:
    try:
        with _opened(campaign) as ledger:
            if ledger.faults():
                return
    except migrations.Damaged:
        return
    raise Problem("台账是好的，不用重建；重建会丢掉经办的决定。")


def _copied(path: Path, copy: Path) -> None:
    """Copy a ledger with what SQLite needs to undo an unfinished change; nothing if it is not
    there."""
    for old, new in ((path, copy), (_journal(path), _journal(copy))):
        if old.is_file():
            shutil.copyfile(old, new)


def _journal(path: Path) -> Path:
    """The file in which SQLite keeps what an unfinished change has replaced."""
    return path.with_name(f"{path.name}-journal")


def _founding(campaign: Campaign) -> Bound:
    return binding.bound(campaign.id, campaign.county, campaign.year, campaign.edition)


@contextlib.contextmanager
def _begun(path: Path, founding: Bound) -> Iterator[Ledger]:
    with _connected(path) as connection:
        migrations.begin(connection)
        ledger = Ledger(connection, [])
        ledger.add([founding])
        yield ledger


@contextlib.contextmanager
def _opened(campaign: Campaign) -> Iterator[Ledger]:
    path, founding = campaign.ledger, _founding(campaign)
    if not path.is_file():
        raise migrations.Damaged(f"台账“{path}”不见了")
    if path.stat().st_size == 0:
        raise migrations.Damaged(f"台账“{path}”是空的")
    with _connected(path) as connection:
        migrations.prepare(connection, path, campaign.edition)
        ledger = Ledger(connection, _loaded(connection, path, campaign.edition, founding))
        if not any(isinstance(event, Bound) for event in ledger.events):
            ledger.add([founding])
        enrolment.prove(campaign, ledger.events)
        yield ledger


@contextlib.contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _DAMAGE:
            raise migrations.Damaged(f"台账“{path}”损坏了，读不出来") from error
        raise Problem(
            f"台账“{files.shown(path)}”读写出错（{_reason(error)}）；请检查磁盘空间和权限。"
        ) from error


_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}
"""The errors that lie in the file itself; the last is that of a missing table or a broken text."""


def _loaded(
    connection: sqlite3.Connection, path: Path, edition: Edition, founding: Bound
) -> list[Event]:
    """All events, with their figures under the names that the cells have now."""
    found = chain.from_iterable(map(connection.execute, _SELECT))
    form = Form(edition.index, {}, frozenset(edition.text))
    events: list[Event] = []
    try:
        for kind, sha256, unit, data in found:
            event = event_of(Row(kind, sha256, unit, json.loads(data)), form)
            if not binding.is_of(event, founding):
                raise migrations.Damaged(f"台账“{path}”是另一个填报项目的，和这里的签名密钥对不上")
            if isinstance(event, Bound):
                binding.prove(event, founding, edition)
                form = Form(edition.index, binding.renamed(event, edition), frozenset(edition.text))
            events.append(event)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise migrations.Damaged(
            f"台账“{path}”里有读不懂的记录（{type(error).__name__}）"
        ) from error
    return events


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock that the system frees even if the process is killed. Raises Problem."""
    folder, strange = files.shown(path.parent), not path.is_file() and os.path.lexists(path)
    try:
        if strange:
            raise _strange(path)
        lock = sqlite3.connect(path, isolation_level=None, timeout=0.5)
    except sqlite3.Error as error:
        raise Problem(f"不能在“{folder}”里工作（{_reason(error)}）；请检查文件夹权限。") from error
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            name = getattr(error, "sqlite_errorname", "")
            if name.startswith("SQLITE_BUSY") and _has_locks(path.parent):
                raise Problem("另一个 jyxl 正在处理这个项目，请等它结束后再运行。") from error
            if name.startswith(("SQLITE_BUSY", "SQLITE_PROTOCOL", "SQLITE_IOERR_LOCK")):
                raise Problem(
                    f"“{folder}”所在的磁盘或网络文件夹不支持加锁，jyxl 不能在那里工作；"
                    "请把项目文件夹放到本机磁盘上。"
                ) from error
            if name == "SQLITE_NOTADB":
                raise _strange(path) from error
            raise Problem(
                f"不能在“{folder}”里工作（{_reason(error)}）；请检查权限和磁盘空间。"
            ) from error
        yield
    finally:
        lock.close()


def _strange(path: Path) -> Problem:
    return Problem(
        f"“{files.shown(path)}”应是 jyxl 自己的锁文件，现在是别的东西；请把它移走再运行。"
    )


def _has_locks(folder: Path) -> bool:
    """False if the file system of a folder gives no locks, which SQLite takes for a lock that
    another program holds."""
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)
    return True


_REASONS = {
    "SQLITE_FULL": "磁盘满了",
    "SQLITE_READONLY": "文件或文件夹是只读的",
    "SQLITE_CANTOPEN": "打不开",
    "SQLITE_PERM": "没有权限",
    "SQLITE_NOTADB": "它不是台账文件",
    "SQLITE_CORRUPT": "它损坏了",
    "SQLITE_IOERR": "磁盘或网络读写出错",
    "SQLITE_BUSY": "别的程序正开着它",
    "SQLITE_LOCKED": "别的程序正开着它",
    "SQLITE_PROTOCOL": "文件系统不支持加锁",
    "SQLITE_NOMEM": "内存不够",
    "SQLITE_TOOBIG": "内容太长",
}


def _reason(error: sqlite3.Error) -> str:
    """The reason of an error of SQLite, in Chinese."""
    name = getattr(error, "sqlite_errorname", "")
    return next((words for key, words in _REASONS.items() if name.startswith(key)), str(error))
