"""One zip of a whole campaign, with the SHA-256 of every file in it, and what is wrong with one.

The hashes are in .jyxl/manifest.sha256, in the form that the program sha256sum reads.
"""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from jyxl import characters
from jyxl.edges import bookmark, files
from jyxl.edges.campaign import MERGED, OWN, PAGE, SENT_BACK
from jyxl.problem import Problem

MANIFEST = f"{OWN}/manifest.sha256"
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_MOST = 2**26
"""The most bytes of a manifest."""
_CHUNK = 2**20
_UNPACKED_ALONE = frozenset({f"{OWN}/lock", f"{OWN}/lock-journal", MANIFEST})
"""What is made anew wherever the campaign goes on."""
_MADE_AGAIN = (f"{MERGED}/", f"{SENT_BACK}/", PAGE, f"{OWN}/log/", f"{OWN}/{bookmark.NAME}")
"""Beginnings of the names of what the next run writes again."""


@dataclass(frozen=True)
class Packed:
    """A backup. count: how many files are in it. skipped: sentences about what is not."""

    path: Path
    count: int
    skipped: tuple[str, ...]


def write(folder: Path, name: str, path: Path) -> Packed:
    """Pack all files of a folder, with their hashes, into a zip in which they are in a folder of
    this name. It is read again before it takes its place. The caller must hold the lock of the
    campaign. Raises Problem."""
    skipped: list[str] = []
    digests: dict[str, str] = {}
    with files.replacing(path) as target:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
            for place, is_dir in _inside(folder, skipped):
                try:
                    info = zipfile.ZipInfo.from_file(
                        folder / place, f"{name}/{place}", strict_timestamps=False
                    )
                    if is_dir:
                        package.writestr(info, b"")
                    else:
                        digests[place] = _copied(folder / place, package, info)
                except OSError as error:
                    raise Problem(
                        f"“{place}”读不出来：{files.reason(error)}；备份没有写成。"
                    ) from error
            package.writestr(f"{name}/{MANIFEST}", _manifest(digests))
        if wrong := faults(target):
            raise Problem(f"备份写好以后读出来不对（{wrong[0]}），没有留下；请换一个磁盘再试。")
    return Packed(path, len(digests), tuple(skipped))


def _inside(folder: Path, skipped: list[str], below: str = "") -> Iterator[tuple[str, bool]]:
    """Every folder (True) and file (False) in a folder, by its place with forward slashes.

    skipped: filled with sentences about what is neither. Raises Problem.
    """
    try:
        entries = sorted(os.scandir(folder / below), key=lambda entry: entry.name)
    except OSError as error:
        raise Problem(
            f"文件夹“{files.shown(folder / below)}”打不开：{files.reason(error)}。"
        ) from error
    for entry in entries:
        place = below + entry.name
        if place in _UNPACKED_ALONE or entry.name.startswith("~$") or files.is_left(entry.name):
            continue
        if characters.DISGUISES.search(place) or "\\" in place:
            skipped.append(f"“{files.shown(place)}”的文件名别的电脑写不出来，没有打包；请改名。")
        elif files.is_folder(entry):
            yield f"{place}/", True
            yield from _inside(folder, skipped, f"{place}/")
        elif entry.is_file(follow_symlinks=False):
            yield place, False
        else:
            skipped.append(f"“{place}”是链接或设备，不是文件，没有打包。")


def _copied(path: Path, package: zipfile.ZipFile, info: zipfile.ZipInfo) -> str:
    """The SHA-256 of the bytes that are now in the zip. Raises OSError."""
    info.compress_type = zipfile.ZIP_DEFLATED
    digest = hashlib.sha256()
    with open(path, "rb", opener=files.regular) as source, package.open(info, "w") as member:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            member.write(chunk)
    return digest.hexdigest()


def _manifest(digests: dict[str, str]) -> bytes:
    return "".join(f"{digest}  {place}\n" for place, digest in digests.items()).encode()


def _listed(manifest: bytes) -> dict[str, str]:
    """Place → SHA-256. Raises Problem if it is not what `write` made."""
    try:
        lines = manifest.decode().splitlines()
    except UnicodeDecodeError:
        lines = ["?"]
    found = [_LINE.fullmatch(line) for line in lines]
    if not all(found):
        raise Problem("备份的清单读不懂，多半损坏了。")
    return {one[2]: one[1] for one in found if one}


def faults(source: Path | BinaryIO) -> list[str]:
    """What is wrong with a backup, a sentence for each file; nothing if it is whole. Raises
    Problem if it is none, or cannot be read at all."""
    try:
        with zipfile.ZipFile(source) as package:
            return list(_faults(package))
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        why = files.reason(error) if isinstance(error, OSError) else "不是 zip，或者损坏了"
        raise Problem(f"备份读不出来：{why}。") from error


def _faults(package: zipfile.ZipFile) -> Iterator[str]:
    names = {one.filename for one in package.infolist() if not one.is_dir()}
    manifests = [one for one in names if one.count("/") == 2 and one.endswith(f"/{MANIFEST}")]
    if len(manifests) != 1 or package.getinfo(manifests[0]).file_size > _MOST:
        raise Problem("这个压缩包不是 jyxl pack 做的备份（里面没有清单）。")
    top = manifests[0].removesuffix(MANIFEST)
    try:
        listed = _listed(package.read(manifests[0]))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise Problem("备份的清单读不出来，多半损坏了。") from error
    for place, digest in listed.items():
        if top + place not in names:
            yield f"少了“{place}”"
        elif _digest_in(package, top + place) != digest:
            yield f"“{place}”损坏了"
    for name in sorted(names - {top + place for place in listed} - set(manifests)):
        yield f"多了“{files.shown(name)}”"


def _digest_in(package: zipfile.ZipFile, name: str) -> str:
    """The SHA-256 of a member, or '' if it cannot be read."""
    digest = hashlib.sha256()
    try:
        with package.open(name) as member:
            while chunk := member.read(_CHUNK):
                digest.update(chunk)
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
        return ""
    return digest.hexdigest()


@dataclass(frozen=True)
class Unpacked:
    """How a folder differs from the backup that it was unpacked from. has_gone_on: something was
    recorded there since, so that other differences are to be expected. lost, changed: places."""

    count: int
    has_gone_on: bool
    lost: tuple[str, ...]
    changed: tuple[str, ...]


def unpacked(folder: Path) -> Unpacked | None:
    """The comparison with the manifest in the folder; None if it was not unpacked from a backup.

    What the next run writes again is not compared; once the campaign has gone on, neither is
    anything but the key and the archive, which never change. Raises Problem.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return None
    listed = _listed(files.read(manifest, _MOST))
    found = {
        place: _digest_of(folder / place)
        for place in listed
        if not place.startswith(_MADE_AGAIN) and ".." not in place.split("/")
    }
    ledger = f"{OWN}/ledger.db"
    has_gone_on = bool(found.get(ledger)) and found[ledger] != listed[ledger]
    if has_gone_on:
        lasting = (f"{OWN}/key", f"{OWN}/archive/")
        found = {place: digest for place, digest in found.items() if place.startswith(lasting)}
    return Unpacked(
        len(found),
        has_gone_on,
        tuple(place for place, digest in found.items() if not digest),
        tuple(place for place, digest in found.items() if digest and digest != listed[place]),
    )


def _digest_of(path: Path) -> str:
    """The SHA-256 of a file, or '' if there is none that can be read."""
    try:
        with open(path, "rb", opener=files.regular) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
