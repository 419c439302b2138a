"""退回/: a text for each unit whose file was refused, ready to be sent; what is settled leaves."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from jyxl import moments
from jyxl.edges import files
from jyxl.edges.campaign import Campaign, file_name
from jyxl.edges.standing import Attempt, Standing

SETTLED = "已处理"
_SUFFIX = "-没有采用.txt"


def write(
    campaign: Campaign, attempts: Iterable[Attempt], standings: Iterable[Standing]
) -> tuple[dict[str, str], list[str]]:
    """Write the texts; gives (sha256 of a refused file → its text, sentences about what could
    not be written). Raises Problem."""
    written: dict[str, str] = {}
    problems: list[str] = []
    fresh: list[str] = []  # not paths: there may be very many
    standing = {one.unit.code: one for one in standings}
    for key, refused in _by_unit(campaign, attempts).items():
        path = campaign.sent_back / _name(campaign, key)
        text = letter(campaign, key, refused, standing.get(key)).replace("\n", "\r\n")
        try:
            # Without the mark in front, Notepad of older Windows takes UTF-8 for GBK.
            if _replace(path, text.encode("utf-8-sig", "replace")):
                fresh.append(path.name)
        except files.InUse as problem:
            problems.append(str(problem))
            continue
        written |= {one.sha256: campaign.relative(path) for one in refused}
    if fresh:
        files.settle(campaign.sent_back / name for name in fresh)
    return written, problems


def lying(campaign: Campaign, attempts: Iterable[Attempt]) -> dict[str, str]:
    """sha256 of a refused file → its text, for the texts that are there."""
    return {
        one.sha256: campaign.relative(path)
        for key, refused in _by_unit(campaign, attempts).items()
        if (path := campaign.sent_back / _name(campaign, key)).is_file()
        for one in refused
    }


def _by_unit(campaign: Campaign, attempts: Iterable[Attempt]) -> dict[str, list[Attempt]]:
    """The refused files that a text is about, by what the name of the text begins with: the code
    of the unit, or else of the file."""
    by_unit: dict[str, list[Attempt]] = {}
    for one in attempts:
        if one.verdict == "refused" and (one.unit or one.lies):
            by_unit.setdefault(one.unit or one.sha256[:8], []).append(one)
    return by_unit


def _name(campaign: Campaign, key: str) -> str:
    unit = campaign.unit.get(key)
    return f"{unit.code}-{unit.name}{_SUFFIX}" if unit else f"不明单位-{key}{_SUFFIX}"


def _replace(path: Path, data: bytes) -> bool:
    """Write a file, which must be settled, unless it has these bytes already."""
    with contextlib.suppress(OSError):
        if path.read_bytes() == data:
            return False
    files.write(path, data, settled=False)
    return True


def letter(
    campaign: Campaign, key: str, refused: Sequence[Attempt], standing: Standing | None
) -> str:
    """What a unit is told about the files that were refused. key: the unit's code, or anything
    else if it is not known; standing: of the unit."""
    unit = campaign.unit.get(key)
    lines = [f"{unit.name if unit else '（请填单位名称）'}："]
    for one in refused:
        day = moments.day_in(one.arrived)
        lines.append(f"　　你单位 {day}发来的“{one.file.rsplit('/', 1)[-1]}”没有采用。")
        for found in one.findings:
            if found.severity == "error":
                lines.append(f"　　{found.message}{found.advice}")
    lines.append(f"　　{_what_to_do(campaign, standing)}")
    lines.append(f"　　联系：{campaign.contact}")
    return "\n".join(lines) + "\n"


def _what_to_do(campaign: Campaign, standing: Standing | None) -> str:
    by = f"{moments.day_of(campaign.deadline)}前发回"
    if date.today() > campaign.deadline:
        by = "已经过了截止日期，请尽快发回"
    if standing is None:
        return f"请用随信附上的“下发给本单位的工作簿”填报，{by}。"
    if standing.is_waited_for and standing.sent_back:
        book = standing.sent_back.rsplit("/", 1)[-1]
        return f"请在退回的“{book}”里改好、补齐，{by}。"
    book = file_name(standing.unit, campaign.year)
    if standing.state == "accepted":
        return f"你单位先前交的一份已经通过，照常有效；要更正的，请填好“{book}”发来。"
    return f"请用随信附上的“{book}”填报，{by}。"


def put_away(campaign: Campaign, standings: Iterable[Standing], texts: Iterable[str]) -> None:
    """Move the error workbooks and texts that nobody has to send any more into 退回/已处理/.

    texts: those that are still to be sent. A file that is open in another program stays, and
    goes the next time.
    """
    waiting = {standing.sent_back for standing in standings if standing.is_waited_for} | set(texts)
    for path in sorted(campaign.sent_back.iterdir()) if campaign.sent_back.is_dir() else ():
        is_ours = path.name.endswith(_SUFFIX) or path.suffix == ".xlsx"
        if is_ours and path.is_file() and campaign.relative(path) not in waiting:
            files.move(path, campaign.sent_back / SETTLED / path.name)
