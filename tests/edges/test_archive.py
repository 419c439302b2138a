"""Archived files are named by their hash, and compared with it whenever they are read."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest

from jyxl.edges import archive
from jyxl.reading import kind

SMALL, LARGE = b"a return", b"a file that is larger than a workbook may be"


@pytest.fixture(autouse=True)
def limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kind, "MAX_BYTES", 10)


def keep(folder: Path, data: bytes) -> Path:
    source = io.BytesIO(data)
    head, sha256 = archive.head_and_digest(source)
    assert (head, sha256) == (data[:11], hashlib.sha256(data).hexdigest())
    archive.keep(folder, sha256, head, source)
    return folder / sha256


@pytest.mark.parametrize("data", [b"", SMALL, LARGE])
def test_what_is_kept_is_had_again(tmp_path: Path, data: bytes) -> None:
    path = keep(tmp_path, data)
    assert path.read_bytes() == data
    assert archive.get(tmp_path, path.name) == data[:11]
    assert list(archive.digests(tmp_path)) == [(path.name, True)]


@pytest.mark.parametrize("data", [SMALL, LARGE])
@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data[:-1] + b"!"])
def test_what_was_altered_is_told_and_mended(tmp_path: Path, data: bytes, change: object) -> None:
    path = keep(tmp_path, data)
    assert callable(change)
    path.write_bytes(change(data))
    with pytest.raises(archive.Altered, match=path.name):
        archive.get(tmp_path, path.name)
    assert list(archive.digests(tmp_path)) == [(path.name, False)]
    keep(tmp_path, data)
    assert archive.get(tmp_path, path.name) == data[:11]


def test_what_is_lost_is_told(tmp_path: Path) -> None:
    with pytest.raises(archive.Altered, match="0" * 64):
        archive.get(tmp_path, "0" * 64)


def test_what_is_there_already_is_not_written_again(tmp_path: Path) -> None:
    path = keep(tmp_path, SMALL)
    before = path.stat().st_ino
    keep(tmp_path, SMALL)
    assert path.stat().st_ino == before


def test_other_files_are_no_part_of_it(tmp_path: Path) -> None:
    (tmp_path / ".~left.tmp").write_bytes(b"")
    assert list(archive.digests(tmp_path)) == []
    assert list(archive.digests(tmp_path / "none")) == []
