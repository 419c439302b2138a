"""adjust: the office adds a signed amount to a figure of its sums, with a reason, or withdraws it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jyxl import live, numbers, place_names
from jyxl.adjustment import Adjustment
from jyxl.county import County, sums
from jyxl.definition import Cell, Instance
from jyxl.edges import adjustments
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Adjusted, Withdrawn, now
from jyxl.edges.ledger import Ledger
from jyxl.edges.standing import county_now
from jyxl.layout import ADJUSTMENTS
from jyxl.live import LineState
from jyxl.problem import Problem
from jyxl.rules.chinese import where
from jyxl.steps.merge import Merged, merge


@dataclass(frozen=True)
class Made:
    """All adjustments, and what does not hold in the county's own figures, in words. merged: the
    county workbook with the adjustments, if they were changed."""

    adjustments: tuple[Adjustment, ...]
    merged: Merged | None
    broken: tuple[str, ...]


def adjust(campaign: Campaign, ledger: Ledger, at: str, amount: str, because: str) -> Made:
    """Add an amount to a cell. at: as `place_names.cell` takes it; amount: as people type it, with a
    sign. Raises Problem, also if the county's figure would not be one of its kind."""
    _say_why(because)
    cell = place_names.cell(campaign.edition, at)
    county = _county(campaign, ledger)
    by = _amount(county, cell, amount)
    number = 1 + sum(isinstance(event, Adjusted) for event in ledger.events)
    event = adjustments.adjusted(campaign.key, number, cell.name, by, because.strip(), now())
    ledger.add([event])
    return _written(campaign, ledger)


def withdraw(campaign: Campaign, ledger: Ledger, number: int, because: str) -> Made:
    """Withdraw the adjustment with this number. Raises Problem if there is none that counts."""
    _say_why(because)
    county = _county(campaign, ledger)
    one = next((one for one in county.adjustments if one.number == number), None)
    if one is None or not one.counts:
        state = "已经撤回过" if one else "没有"
        raise Problem(f"第 {number} 号调整{state}；jyxl adjust 列出所有的调整。")
    if one.cell in county.adjusted:
        _vet(county, campaign.edition.cell[one.cell], -one.amount)
    event: Withdrawn = adjustments.withdrawn(campaign.key, number, because.strip(), now())
    ledger.add([event])
    return _written(campaign, ledger)


def listed(campaign: Campaign, ledger: Ledger) -> Made:
    """All adjustments; nothing is written."""
    county = county_now(campaign, ledger.events)
    if county is None:
        return Made(adjustments.made(ledger.events, campaign.key), None, ())
    lines = live.county_lines(campaign.edition, county.kind, sums(county))
    broken = tuple(_failure(one) for one in lines if one.shown == live.FAIL)
    return Made(county.adjustments, None, broken)


def _failure(one: LineState) -> str:
    check = one.line.check
    place = where(check) if isinstance(check, Instance) else ""
    return f"{place}{one.failure}（{one.line.rule}）"


def _written(campaign: Campaign, ledger: Ledger) -> Made:
    """All adjustments; the county workbook is written with them."""
    return replace(listed(campaign, ledger), merged=merge(campaign, ledger)[0])


def _county(campaign: Campaign, ledger: Ledger) -> County:
    county = county_now(campaign, ledger.events)
    if county is None:
        raise Problem("现在没有一份通过，没有可以调整的数；请先收表（jyxl collect）。")
    return county


def _amount(county: County, cell: Cell, text: str) -> int:
    """The amount, scaled, if the cell may be adjusted by it. Raises Problem."""
    edition = county.edition
    if cell.name in edition.totals:
        raise Problem(f"“{cell.label}”是合计，由公式算出；请调整它下面的各格。")
    if cell.added != "求和":
        raise Problem(f"“{cell.label}”不是各单位相加的数，不能调整。")
    by = numbers.read(text, cell.kind).value
    if not by:
        raise Problem(f"“{text}”不是可以加上去的数；增加 3 写 3，减少 3 写 -3。")
    _vet(county, cell, by)
    return by


def _vet(county: County, cell: Cell, by: int) -> None:
    before = sums(county)[cell.name]
    if not cell.kind.fits(before + by):
        was, then = (numbers.plain(one, cell.kind.scale) for one in (before, before + by))
        raise Problem(f"“{cell.label}”现在是 {was}，调整以后是 {then}，应为{cell.kind.want}。")


def _say_why(because: str) -> None:
    if not because.strip():
        raise Problem(f"请用 --because 写明理由；理由会留在台账和“{ADJUSTMENTS}”里。")
