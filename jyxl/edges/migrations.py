"""Brings the ledger file of any version, from the first on, to that of today, step by step.

There is a step for each version. It rewrites the table of events inside one transaction; the
file as it was is kept beside the new one.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jyxl.addresses import a1
from jyxl.definition import Edition
from jyxl.layout import sheet
from jyxl.problem import Problem

VERSION = 4
_TABLE = """
CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    unit TEXT,
    data TEXT NOT NULL
)
"""
_GUARDS = (
    "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event"
    " BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
    "CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event"
    " BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
)


class Damaged(Problem):
    """The ledger is lost, cannot be read, or is that of another campaign."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what}。请从备份中恢复；没有备份的，运行 jyxl doctor --rebuild，按存档重新建立台账。"
        )


def begin(connection: sqlite3.Connection) -> None:
    """Make an empty file a ledger without events."""
    script = ";".join(("BEGIN", _TABLE, *_GUARDS, f"PRAGMA user_version = {VERSION}", "COMMIT"))
    connection.executescript(script)


def prepare(connection: sqlite3.Connection, path: Path, edition: Edition) -> None:
    """Bring the file to today's version. Raises Problem if that cannot be done, and Damaged if
    the file is no ledger."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        raise Damaged(f"台账“{path}”里没有台账的内容")
    if version > VERSION or version not in (*LADDER, VERSION):
        raise Problem(f"台账“{path}”是另一个版本的 jyxl 建立的（{version}），请升级 jyxl。")
    if version < VERSION:
        shutil.copyfile(path, path.with_name(f"{path.stem}-{version}{path.suffix}"))
    while version < VERSION:
        _climb(connection, LADDER[version], edition, version + 1)
        version += 1


Step = Callable[[str, dict[str, Any], Edition], tuple[str, dict[str, Any]]]
"""(kind, data) of an event in one version → those in the next. Raises Problem."""


def _climb(connection: sqlite3.Connection, step: Step, edition: Edition, to: int) -> None:
    connection.execute("BEGIN EXCLUSIVE")
    try:
        connection.execute("ALTER TABLE event RENAME TO before")
        connection.execute(_TABLE)
        rows = connection.execute(
            "SELECT id, at, kind, sha256, unit, data FROM before ORDER BY id"
        ).fetchall()
        for id_, at, kind, sha256, unit, data in rows:
            kind, after = step(kind, json.loads(data), edition)
            text = json.dumps(after, ensure_ascii=False)
            connection.execute(
                "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", (id_, at, kind, sha256, unit, text)
            )
        connection.execute("DROP TABLE before")
        for guard in _GUARDS:
            connection.execute(guard)
        connection.execute(f"PRAGMA user_version = {to}")
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _from_1(kind: str, data: dict[str, Any], edition: Edition) -> tuple[str, dict[str, Any]]:
    """The step from version 1, which kept the public JSON of findings, with addresses, and
    figures by position."""
    if kind == "received":
        return "arrived", data
    if kind != "judged":
        return kind, data
    after = {
        "file": data["file"],
        "decision": data["verdict"],
        "findings": [_finding_from_1(found, edition) for found in data["findings"]],
        "identity": data["identity"],
    }
    if "values" in data:
        if len(data["values"]) != len(edition.statutory):
            raise Problem(
                f"台账里的数与 {edition.id} 年版表式对不上；表式在收表以后改过，请恢复原来的表式定义。"
            )
        figures = zip(edition.statutory, data["values"], strict=True)
        after["figures"] = {cell.name: value for cell, value in figures if value}
    if "round" in data:
        after["round"] = data["round"]
    return "judged", after


def _finding_from_1(found: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
    place: dict[str, Any] = {
        "sheet": found["sheet"],
        "table": found["table"],
        "spot": _spot_from_1(edition, found["sheet"], found["cell"]),
        "cells": [
            name
            for address in found["cells"]
            for where, _, cell in [address.rpartition("!")]
            for name in [_spot_from_1(edition, where or found["sheet"], cell)]
            if name is not None
        ],
        "label": found["label"],
    }
    kept = ("code", "severity", "value", "message", "advice", "explanation")
    return {
        **{key: found[key] for key in kept if found[key]},
        "place": {key: value for key, value in place.items() if value},
    }


def _spot_from_1(edition: Edition, name: str | None, address: str | None) -> str | None:
    """The spot on a table's sheet that has this address."""
    table = next((table for table in edition.tables if table.sheet == name), None)
    if table is None or address is None:
        return None
    spots = sheet(table).spots.items()
    return next((spot for spot, area in spots if a1(area.top, area.left) == address), None)


def _from_2(kind: str, data: dict[str, Any], _: Edition) -> tuple[str, dict[str, Any]]:
    """The step from version 2, which did not keep the id of the campaign."""
    return kind, ({"campaign": "", **data} if kind == "bound" else data)


def _from_3(kind: str, data: dict[str, Any], _: Edition) -> tuple[str, dict[str, Any]]:
    """The step from version 3, which knew no adjustments and no forms of an office above."""
    return kind, data


LADDER: dict[int, Step] = {1: _from_1, 2: _from_2, 3: _from_3}
"""Version → the step to the next."""
