"""Where the reports of a campaign are, the versions before, and what was published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from jyxl.edges import files
from jyxl.edges.campaign import OWN, Campaign
from jyxl.problem import Problem

UNITS, BEFORE, PUBLISHED = "单位", "旧版", "已公布"
_WRITTEN = "reports.json"
"""The digests of the documents as they were written."""


def path(campaign: Campaign, title: str, ending: str) -> Path:
    """The county's report as a file. title: of the report; ending: .docx and the like."""
    return campaign.reports / f"{title}{ending}"


def of_unit(campaign: Campaign, code: str, name: str, ending: str) -> Path:
    """The report of a unit as a file."""
    return campaign.reports / UNITS / f"{code}-{name}-{campaign.year}{ending}"


def published(campaign: Campaign, title: str) -> list[Path]:
    """The data of reports as they were published, which the clerk puts there: the file that is called
    like this one, or else all that there are. title: of the report."""
    folder = campaign.reports / PUBLISHED
    named = folder / f"{title}.json"
    return [named] if named.exists() else sorted(folder.glob("*.json"))


def put(campaign: Campaign, place: Path, data: bytes) -> Path | None:
    """Write a report, if it is not what is there; gives where the one before it is kept, or None.
    Raises Problem, and then what was there is still there."""
    before = files.read(place) if place.exists() else None
    if before == data:
        return None
    _vet_closed(place)
    kept = _keep(campaign, place, before) if before is not None else None
    files.write(place, data)
    return kept


def _vet_closed(place: Path) -> None:
    """Raises Problem if a program says by a file beside it that it has a document open. Only Windows
    keeps such a document from being replaced; elsewhere the program would write over the new one."""
    for mark in (f".~lock.{place.name}#", f".~{place.name}"):  # LibreOffice, WPS
        if place.with_name(mark).exists():
            raise Problem(
                f"“{place.name}”好像正在 WPS 或 LibreOffice 里开着，没有改；请关掉它再运行一次。"
                f"没有开着的，删掉旁边的隐藏文件“{mark}”。"
            )


def put_away(campaign: Campaign, current: Iterable[Path]) -> list[Path]:
    """Move the reports of units away that are none of these documents, nor the pages beside them;
    gives where they were."""
    stems = {place.stem for place in current}
    found = []
    for place in sorted((campaign.reports / UNITS).glob(f"*-{campaign.year}.*")):
        is_report = place.suffix in (".docx", ".html") and not place.name.startswith(("~", "."))
        if is_report and place.stem not in stems and files.move(place, _free(campaign, place)):
            found.append(place)
    return found


def _free(campaign: Campaign, place: Path) -> Path:
    """Where a report that is put away finds nothing that was put away before."""
    target, number = campaign.reports / BEFORE / place.name, 1
    while target.exists():
        target = target.with_name(f"{place.stem}-旧{number}{place.suffix}")
        number += 1
    return target


def _keep(campaign: Campaign, place: Path, data: bytes) -> Path:
    """Keep a version. One that is kept already is not kept twice."""
    folder = campaign.reports / BEFORE
    number = 1
    while (kept := folder / f"{place.stem}-旧{number}{place.suffix}").exists():
        if files.read(kept) == data:
            return kept
        number += 1
    files.write(kept, data)
    return kept


# documents that nobody has touched ----------------------------------------------------


def written(campaign: Campaign) -> dict[str, str]:
    """Document → the SHA-256 of what was to be written there last, and that of what was before."""
    path = campaign.folder / OWN / _WRITTEN
    try:
        found = json.loads(files.read(path)) if path.exists() else {}
    except (ValueError, RecursionError, Problem):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: str(digests) for name, digests in found.items()}


def note_written(campaign: Campaign, documents: Mapping[Path, bytes]) -> None:
    """Remember what is about to be written, by which a document is known that nobody has edited
    since. Both are remembered, since the run may end before it is written."""
    known = written(campaign)
    for place, data in documents.items():
        name, digest = campaign.relative(place), hashlib.sha256(data).hexdigest()
        before = known.get(name, "").split()
        known[name] = " ".join(dict.fromkeys([digest, *before[:1]]))
    text = json.dumps(known, ensure_ascii=False, indent=0).encode()
    path = campaign.folder / OWN / _WRITTEN
    if not path.exists() or files.read(path) != text:
        files.write(path, text)


def edited(campaign: Campaign, place: Path, known: Mapping[str, str]) -> bytes | None:
    """The document that is there, if somebody may have edited it; None if there is none, or if it is
    as it was written. known: what `written` gives."""
    if not place.exists():
        return None
    data = files.read(place)
    digests = known.get(campaign.relative(place), "").split()
    return None if hashlib.sha256(data).hexdigest() in digests else data
