"""Adjustments: signed, with a reason, in every rendering of the county's sums, and in no unit's."""

from __future__ import annotations

import sqlite3

import pytest

from jyxl.county import County, sums
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Adjusted
from jyxl.edges.ledger import open_ledger
from jyxl.edges.standing import county_of, standings
from jyxl.layout import ADJUSTMENTS, detail_name
from jyxl.problem import Problem
from jyxl.steps import adjust as adjusting
from jyxl.steps import trace as tracing
from jyxl.steps.adjust import Made
from tests import play

NEW, GRANTED, FEES = "t3.new.natural", "t3.granted.natural", "t2.charges.fees"


@pytest.fixture
def reported(campaign: Campaign) -> Campaign:
    """云溪县 2021: B01 has 3 applications, all granted, B02 and Z01 have nothing."""
    for code, typed in (("B01", {NEW: 3, GRANTED: 3}), ("B02", {}), ("Z01", {})):
        play.hand_in(campaign, f"{code}.xlsx", play.returned(campaign, code, typed))
    play.collect(campaign)
    return campaign


def adjust(campaign: Campaign, where: str, amount: str, because: str = "补记") -> Made:
    with open_ledger(campaign) as ledger:
        return adjusting.adjust(campaign, ledger, where, amount, because)


def withdraw(campaign: Campaign, number: int, because: str = "不对") -> Made:
    with open_ledger(campaign) as ledger:
        return adjusting.withdraw(campaign, ledger, number, because)


def county(campaign: Campaign) -> County:
    with open_ledger(campaign) as ledger:
        found = county_of(campaign, standings(campaign, ledger.events), ledger.events)
    assert found is not None
    return found


def test_it_is_in_the_sums_and_in_their_totals_and_in_no_unit(reported: Campaign) -> None:
    adjust(reported, NEW, "2")
    adjust(reported, "依申请公开!D9", "+2 件")
    found = county(reported)
    names = (NEW, "t3.new.total", GRANTED, "t3.concluded.natural", "t3.granted.total")
    assert {sums(found)[name] for name in names} == {5}
    assert [unit.figures[NEW] for unit in found.units if unit.figures] == [3, 0, 0]


def test_what_one_alone_breaks_is_told(reported: Campaign) -> None:
    one = adjust(reported, "一、本年新收政府信息公开申请数量 自然人", "2").broken
    assert [text.partition("：")[0] for text in one] == ["自然人", "总计"]
    assert all("T3-I" in text for text in one)
    assert adjust(reported, GRANTED, "2").broken == ()


def test_amounts_are_exact(reported: Campaign) -> None:
    adjust(reported, FEES, "0.1")
    adjust(reported, FEES, "0.2万元")
    assert sums(county(reported))[FEES] == 300_000


def test_the_workbook_shows_it_and_still_adds_up(reported: Campaign) -> None:
    before = play.opened(reported.county_workbook.read_bytes())
    assert ADJUSTMENTS not in before.sheetnames
    adjust(reported, NEW, "2", "补记县本级收到的")
    book = play.opened(reported.county_workbook.read_bytes())
    row = [cell.value for cell in book[ADJUSTMENTS][3]]
    assert row[:5] == [1, "依申请公开!D7", row[2], 2, "补记县本级收到的"]
    detail = book[detail_name(reported.edition.table["t3"])]
    (line,) = (row for row in detail.iter_rows(values_only=True) if row[1] == ADJUSTMENTS)
    assert line[3:10] == (2, None, None, None, None, None, 2)
    assert play.figure(reported, NEW) == 5
    assert play.figure(reported, "t3.new.total") == 5
    page = book["依申请公开"]
    assert page["D7"].value == "=SUM('明细-依申请公开'!D6:D9)"
    assert book["主动公开"]["B6"].value.endswith("8)")  # nothing is adjusted there


def test_it_can_be_withdrawn_and_stays_on_record(reported: Campaign) -> None:
    adjust(reported, NEW, "2")
    made = withdraw(reported, 1)
    (one,) = made.adjustments
    assert (one.counts, one.why_withdrawn) == (False, "不对")
    assert play.figure(reported, NEW) == 3
    sheet = play.opened(reported.county_workbook.read_bytes())[ADJUSTMENTS]
    assert "撤回：不对" in sheet["G3"].value
    with pytest.raises(Problem, match="已经撤回过"):
        withdraw(reported, 1)
    with pytest.raises(Problem, match="第 2 号调整没有"):
        withdraw(reported, 2)


@pytest.mark.parametrize(
    ("where", "amount", "word"),
    [
        ("t3.new.total", "1", "是合计"),
        (NEW, "-4", "调整以后是 -1"),
        (NEW, "0", "不是可以加上去的数"),
        (NEW, "约3", "不是可以加上去的数"),
        ("依申请公开!A1", "1", "不是填数的格"),
        ("没有这一格", "1", "没有“没有这一格”"),
    ],
)
def test_what_cannot_be_adjusted_is_told(
    reported: Campaign, where: str, amount: str, word: str
) -> None:
    with pytest.raises(Problem, match=word):
        adjust(reported, where, amount)
    assert not any(isinstance(event, Adjusted) for event in play.events(reported))


def test_a_withdrawal_never_leaves_less_than_nothing(reported: Campaign) -> None:
    adjust(reported, "t3.new.legal", "4")
    adjust(reported, "t3.new.legal", "-3")
    with pytest.raises(Problem, match="调整以后是 -3"):
        withdraw(reported, 1)


def test_a_reason_is_needed(reported: Campaign) -> None:
    with pytest.raises(Problem, match="--because"):
        adjust(reported, NEW, "1", " ")


def test_nothing_to_adjust_yet(campaign: Campaign) -> None:
    with pytest.raises(Problem, match="没有可以调整的数"):
        adjust(campaign, NEW, "1")


def test_an_adjustment_that_was_not_signed_here_is_refused(reported: Campaign) -> None:
    adjust(reported, NEW, "2")
    connection = sqlite3.connect(reported.ledger)
    row = "INSERT INTO event (at, kind, sha256, unit, data) SELECT at, kind, sha256, unit,"
    forged = (
        "replace(replace(data, '\"amount\": 2', '\"amount\": 9'), '\"number\": 1', '\"number\": 2')"
    )
    connection.execute(f"{row} {forged} FROM event WHERE kind = 'adjusted'")
    connection.commit()
    connection.close()
    with pytest.raises(Problem, match="第 2 号调整的签名不对"):
        county(reported)


def test_the_trace_says_which_adjustments_are_in_a_figure(reported: Campaign) -> None:
    adjust(reported, NEW, "2")
    adjust(reported, GRANTED, "2")
    with open_ledger(reported) as ledger:
        known = tracing.Known(reported, ledger.events)
    total = tracing.trace(known, "t3.new.total")
    assert (total.value, total.adjusted) == (5, 2)
    assert [one.number for one in total.adjustments] == [1]
    assert [(one.code, one.value, one.address) for one in total.sources][:1] == [
        ("B01", 3, "依申请公开!J7")
    ]


def test_to_list_them_writes_nothing(campaign: Campaign) -> None:
    with open_ledger(campaign) as ledger:
        assert adjusting.listed(campaign, ledger) == Made((), None, ())
    assert not campaign.county_workbook.exists()
