"""accept and reject: the office decides about a return, with a reason that is kept."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from jyxl import place_names
from jyxl.edges import files, roster
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Allowed, Arrived, Judged, Rejected, now
from jyxl.edges.ledger import Ledger
from jyxl.edges.standing import standings
from jyxl.problem import Problem
from jyxl.steps import status
from jyxl.steps.collect import Settled, settle
from jyxl.steps.office import REMARK
from jyxl.steps.take_in import last_judged


def accept(
    campaign: Campaign, ledger: Ledger, file: str, because: str, executor: Executor | None = None
) -> tuple[Judged, Settled]:
    """Let a file count that was held or has been superseded, or accept its explanations; gives its
    new judgement.

    file: as the screen names it, or a path. Raises Problem if there is no such file, if it is
    refused, or if there is nothing to decide about it.
    """
    _say_why(because)
    judged = _judged(campaign, ledger, file)
    if judged.decision == "refused" or judged.identity is None:
        why = next((one.message for one in judged.findings if one.severity == "error"), "")
        raise Problem(f"“{judged.file}”是拒收的，不能采用：{why}请单位用下发的工作簿重新填报。")
    errors = [
        one
        for one in judged.findings
        if one.severity == "error" and one.code not in (REMARK, "S-UNCHANGED")
    ]
    if judged.decision == "returned" and errors:
        raise Problem(
            f"“{judged.file}”还有 {len(errors)} 处错误，不能采用；请单位在退回的工作簿里改正。"
        )
    code = judged.identity.code
    counting = {one.in_force.sha256 for one in standings(campaign, ledger.events) if one.in_force}
    is_explained = any(one.explanation for one in judged.findings)
    if judged.sha256 in counting and not is_explained:
        raise Problem(f"“{judged.file}”现在就是采用的一份，没有要决定的。")
    event = Allowed(judged.sha256, judged.file, code, because.strip(), now())
    return _carried_out(campaign, ledger, event, executor)


def reject(
    campaign: Campaign,
    ledger: Ledger,
    wanted: str,
    because: str,
    at: str | None = None,
    executor: Executor | None = None,
) -> tuple[Judged, Settled]:
    """Send the return of a unit that counts back with a remark; gives its new judgement.

    wanted: the code or the name of the unit. at: 工作表!单元格, the place that the remark is
    about. Raises Problem if there is no such unit or place, or if no return of the unit counts.
    """
    _say_why(because)
    unit = roster.named(campaign.units, wanted)
    standing = next(one for one in standings(campaign, ledger.events) if one.unit == unit)
    if standing.in_force is None:
        raise Problem(f"“{unit.name}”还没有一份通过，没有可以退回的。")
    name, spot = place_names.place(campaign.edition, at) if at else ("", "")
    counts = standing.in_force
    event = Rejected(counts.sha256, counts.file, unit.code, because.strip(), now(), name, spot)
    return _carried_out(campaign, ledger, event, executor)


def _carried_out(
    campaign: Campaign, ledger: Ledger, event: Allowed | Rejected, executor: Executor | None
) -> tuple[Judged, Settled]:
    ledger.add([event])
    settled = settle(campaign, ledger, {event.sha256: [event.file]}, executor=executor)
    unwritten = status.renew_page(campaign, ledger)
    settled = replace(settled, problems=(*settled.problems, *unwritten))
    return last_judged(ledger.events)[event.sha256], settled


def _say_why(because: str) -> None:
    if not because.strip():
        raise Problem("请用 --because 写明理由；理由会留在台账和汇总工作簿里。")


def _judged(campaign: Campaign, ledger: Ledger, file: str) -> Judged:
    """The last judgement on a file, found by its place, else by its bare name."""
    known = last_judged(ledger.events)
    arrived = [event for event in ledger.events if isinstance(event, Arrived)]
    wanted = {files.shown(file.replace("\\", "/")), campaign.relative(Path(file))}
    named = [one for one in arrived if one.file in wanted]
    if not named:
        named = [one for one in arrived if one.file.rsplit("/", 1)[-1] in wanted]
    found = {one.sha256 for one in named}
    if len({one.file for one in named}) == 1:
        on_disk = _present(campaign, [file, named[0].file])
        if on_disk is not None and on_disk not in found:
            raise Problem(f"“{file}”收过以后又改过，请先运行 jyxl collect，再决定。")
        found = {on_disk} if on_disk is not None else found
    judged = [known[sha256] for sha256 in found if sha256 in known]
    if not judged:
        raise Problem(
            f"没有收过“{file}”这个文件；请照 jyxl collect 列出的写，如 回收/某单位.xlsx。"
        )
    if len(judged) > 1:
        raise Problem(f"叫“{file}”的文件收过 {len(judged)} 份不同的；请写明是哪个文件夹里的。")
    return judged[0]


def _present(campaign: Campaign, places: Iterable[str]) -> str | None:
    """The digest of the file that is at one of these places now, or None if there is none."""
    for place in places:
        for path in (Path(place), campaign.folder / place):
            if path.is_file():
                return files.digest(path)
    return None
