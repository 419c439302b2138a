"""doctor: whether all that a campaign relies on is in order; nothing is changed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jyxl.edges import archive, files
from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Arrived, Event
from jyxl.edges.ledger import open_ledger
from jyxl.problem import Problem

_NAMED = 3
"""How many files a line names at most."""


@dataclass(frozen=True)
class Checked:
    """One thing that was looked at, and what was found, in words."""

    what: str
    found: str
    is_right: bool = True


def doctor(folder: Path) -> list[Checked]:
    """A line for each thing that was looked at. Raises Problem if the folder has no campaign."""
    if not (folder / campaigns.OWN).is_dir():
        campaigns.load(folder)
    lines = [
        _checked("设置", lambda: _settings(folder)),
        _checked("名册", lambda: f"{len(campaigns.roster_of(folder).units)} 个单位"),
        _checked("签名密钥", lambda: f"读得出来（{len(campaigns.key(folder))} 字节）"),
        _checked("文件夹", lambda: _writable(folder)),
    ]
    kept = dict(archive.digests(campaigns.archive_of(folder)))
    lines.append(_checked("存档", lambda: _archive(kept)))
    if all(line.is_right for line in lines[:3]):
        events: list[Event] = []
        campaign = campaigns.load(folder)
        lines.append(_checked("台账", lambda: _ledger(campaign, events)))
        if lines[-1].is_right:
            lines.append(_checked("台账与存档", lambda: _received(events, kept)))
    return lines


def _checked(what: str, look: Callable[[], str]) -> Checked:
    try:
        return Checked(what, look())
    except Problem as problem:
        return Checked(what, str(problem), is_right=False)


def _settings(folder: Path) -> str:
    found = campaigns.settings(folder)
    return f"{found['county']} {found['year']} 年度，{found['edition'].id} 年版表式"


def _writable(folder: Path) -> str:
    """Raises Problem for a folder in which nothing can be written."""
    own = (campaigns.OWN, campaigns.ISSUED, campaigns.SENT_BACK, campaigns.MERGED)
    places = [folder, *(folder / name for name in own), campaigns.archive_of(folder)]
    for place in filter(Path.exists, places):
        try:
            with tempfile.TemporaryFile(dir=place) as file:
                file.write(b"jyxl")
        except OSError as error:
            raise Problem(f"“{place}”里写不进去：{files.reason(error)}。") from error
    return "都能写"


def _archive(kept: dict[str, bool]) -> str:
    """Raises Problem if files are not as they came in. kept: sha256 → whether it still is."""
    altered = [sha256 for sha256, is_whole in kept.items() if not is_whole]
    if altered:
        raise Problem(
            f"{_listed(altered)}和收到的时候不一样，被改动过或者损坏了；"
            "请从备份中恢复，或者把收到的原文件放进“回收”再收一次。"
        )
    return f"{len(kept)} 个文件，都和收到的时候一样"


def _ledger(campaign: Campaign, events: list[Event]) -> str:
    """Raises Problem if the ledger cannot be used. events: filled with what it holds."""
    with open_ledger(campaign) as ledger:
        faults = ledger.faults()
        events.extend(ledger.events)
    if faults:
        raise Problem(
            f"数据库检查出 {len(faults)} 处损坏；请从备份中恢复，没有备份的运行 "
            "jyxl doctor --rebuild，按存档重新建立台账。"
        )
    return f"{len(events)} 条记录，都读得懂"


def _received(events: Sequence[Event], kept: dict[str, bool]) -> str:
    """Raises Problem if the ledger and the archive do not hold the same files."""
    arrived = {event.sha256: event.file for event in events if isinstance(event, Arrived)}
    zips = {event.within for event in events if isinstance(event, Arrived) and event.within}
    lost = [file for sha256, file in arrived.items() if sha256 not in kept]
    if lost:
        raise Problem(f"收到过的{_listed(lost)}存档里没有了；请从备份中恢复 .jyxl/archive。")
    unknown = [sha256 for sha256 in kept if sha256 not in arrived and sha256 not in zips]
    if unknown:
        raise Problem(
            f"存档里的{_listed(unknown)}台账里没有：可能是收表时中断了，也可能台账是从旧的备份里"
            f"恢复的；请把 .jyxl/archive/{unknown[0]} 复制到“回收”里，再收一次"
            f"{' 等' if len(unknown) > 1 else ''}。"
        )
    return f"收到过的 {len(arrived)} 个文件都在存档里"


def _listed(names: Sequence[str]) -> str:
    more = f"等 {len(names)} 个文件" if len(names) > _NAMED else ""
    return f"“{'”“'.join(names[:_NAMED])}”{more}"
