"""pack: one zip of the whole campaign, which can be unpacked elsewhere and goes on there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from jyxl.edges import backup, files
from jyxl.edges.backup import Packed
from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import Ledger
from jyxl.problem import Problem


def pack(
    campaign: Campaign, ledger: Ledger, path: Path | None = None, now: datetime | None = None
) -> Packed:
    """Write the backup to a path, or into the folder that the path is; without one, beside the
    campaign's folder. The ledger is open, so that nothing else works there meanwhile. Raises
    Problem, also if the ledger is damaged."""
    if ledger.faults():
        raise Problem("台账损坏了，没有打包；请先运行 jyxl doctor，照它说的办。")
    folder = campaign.folder.resolve()
    name = folder.name or f"{campaign.county}{campaign.year}"
    path = folder.parent if path is None else path.absolute()
    if path.is_dir():
        path /= f"{name}-备份{now or datetime.now():%Y%m%d-%H%M}.zip"
    if path.suffix.lower() != ".zip":
        raise Problem(
            f"“{files.shown(path.name)}”不像压缩包的文件名；请写成 {path.stem}.zip 这样的。"
        )
    if path.parent.resolve().is_relative_to(folder):
        raise Problem("备份不能放在项目文件夹里面；请写一个别处的文件夹，如 U 盘。")
    return backup.write(folder, name, path)
