"""doctor: whether all that a campaign relies on is in order; nothing is changed."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from jyxl.edges import archive, backup, files
from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Arrived, Event, Fetched
from jyxl.edges.ledger import open_ledger
from jyxl.problem import Problem
from jyxl.steps.machine import Checked, Odd, checked

_NAMED = 3
"""How many files a line names at most."""


def doctor(folder: Path) -> list[Checked]:
    """A line for each thing that was looked at. Raises Problem if the folder has no campaign."""
    if not (folder / campaigns.OWN).is_dir():
        campaigns.settings(folder)
    lines = [
        checked("设置", lambda: _settings(folder)),
        checked("名册", lambda: f"{len(campaigns.roster_of(folder).units)} 个单位"),
        checked("签名密钥", lambda: f"读得出来（{len(campaigns.key(folder))} 字节）"),
        checked("文件夹", lambda: _writable(folder)),
    ]
    kept = dict(archive.digests(campaigns.archive_of(folder)))
    lines.append(checked("存档", lambda: _archive(kept)))
    if (folder / backup.MANIFEST).exists():
        lines.append(checked("备份的清单", lambda: _unpacked(folder)))
    if all(line.is_right for line in lines[:3]):
        events: list[Event] = []
        try:
            campaign = campaigns.load(folder)
        except Problem as problem:  # what the county asks for besides
            return [*lines, Checked("补充指标", str(problem), False)]
        lines.append(checked("台账", lambda: _ledger(campaign, events)))
        if lines[-1].is_right:
            lines.append(checked("台账与存档", lambda: _received(events, kept)))
    return lines


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


def packed(path: Path) -> list[Checked]:
    """The line for a backup that was made by `jyxl pack`: every file in it is compared with its
    hash."""
    return [checked("备份", lambda: _whole(path))]


def _whole(path: Path) -> str:
    """Raises Problem if the backup cannot be relied on."""
    if wrong := backup.faults(path):
        more = f"等 {len(wrong)} 处" if len(wrong) > _NAMED else ""
        raise Problem(f"{'；'.join(wrong[:_NAMED])}{more}；这份备份不完整，请另打一份。")
    return "每个文件都和打包时一样"


def _unpacked(folder: Path) -> str:
    """Raises Problem if what was unpacked from a backup is not what was packed, and Odd if only
    what people may change is different."""
    found = backup.unpacked(folder)
    if found is None:
        return "没有"
    differing = (*found.lost, *found.changed)
    if any(place.startswith(f"{campaigns.OWN}/") for place in differing):
        raise Problem(
            f"{_listed(differing)}丢了，或者和打包时不一样；请从备份重新解开，或者换一份备份。"
        )
    if differing:
        raise Odd(f"{_listed(differing)}和打包时不一样；不是自己改的，请从备份重新解开。")
    gone_on = "解开以后又接着做了，只核对了密钥和存档：" if found.has_gone_on else ""
    return f"{gone_on}{found.count} 个文件和打包时一样"


def _received(events: Sequence[Event], kept: dict[str, bool]) -> str:
    """Raises Problem if the ledger and the archive do not hold the same files."""
    arrived = {event.sha256: event.file for event in events if isinstance(event, Arrived)}
    zips = {event.within for event in events if isinstance(event, Arrived) and event.within}
    zips |= {event.sha256 for event in events if isinstance(event, Fetched)}
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
