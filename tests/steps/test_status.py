"""Which units are missing, returned, accepted or late."""

from __future__ import annotations

from datetime import date

from jyxl import contract
from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import open_ledger
from jyxl.edges.standing import standings
from jyxl.steps.status import status
from tests import play

DEADLINE = date(2022, 1, 20)
BEFORE, AFTER = date(2022, 1, 20), date(2022, 1, 21)


def late(campaign: Campaign, today: date, overdue: bool = False) -> dict[str, bool]:
    with open_ledger(campaign) as ledger:
        return {
            one.unit.code: one.overdue if overdue else one.late
            for one in standings(campaign, ledger.events, today)
        }


def test_who_has_not_returned_is_overdue_after_the_deadline(campaign: Campaign) -> None:
    assert campaign.deadline == DEADLINE
    assert set(late(campaign, BEFORE, overdue=True).values()) == {False}
    assert set(late(campaign, AFTER, overdue=True).values()) == {True}
    assert set(late(campaign, AFTER).values()) == {False}


def test_the_first_return_decides(campaign: Campaign) -> None:
    """A return that came in time and is corrected later is not late."""
    faulty = play.filled(campaign, "B01", {"t3.new.natural": "约10"})
    play.hand_in(campaign, "1.xlsx", faulty, "2022-01-20 23:59")
    play.hand_in(campaign, "2.xlsx", play.returned(campaign, "B01"), "2022-02-02 09:00")
    play.hand_in(campaign, "3.xlsx", play.returned(campaign, "B02"), "2022-01-21 00:00")
    play.collect(campaign)
    assert late(campaign, AFTER) == {"B01": False, "B02": True, "Z01": False}


def test_a_refused_file_is_no_return(campaign: Campaign) -> None:
    play.hand_in(campaign, "县水务局.xlsx", play.returned(campaign, "B01"), "2022-01-10 09:00")
    play.collect(campaign)
    assert late(campaign, AFTER, overdue=True)["B01"]
    assert play.status(campaign)["B01"].versions == 0


def test_status_as_json(campaign: Campaign) -> None:
    play.hand_in(campaign, "1.xlsx", play.returned(campaign, "B01"))
    play.hand_in(campaign, "2.xlsx", play.returned(campaign, "B02", {"t3.new.natural": 1}))
    play.collect(campaign)
    with open_ledger(campaign) as ledger:
        shown = contract.status(campaign, status(campaign, ledger))["units"]
    assert [(one["code"], one["name"], one["state"], one["versions"]) for one in shown] == [
        ("B01", "县发展和改革局", "accepted", 1),
        ("B02", "县水务局", "returned", 1),
        ("Z01", "河口镇", "missing", 0),
    ]
    assert [[f["code"] for f in one["findings"]] for one in shown] == [[], ["T3-I", "T3-I"], []]


def test_looking_changes_nothing(campaign: Campaign) -> None:
    play.hand_in(campaign, "1.xlsx", play.returned(campaign, "B01"))
    play.collect(campaign)
    before = play.events(campaign), play.tree(campaign.folder)
    play.status(campaign)
    assert (play.events(campaign), play.tree(campaign.folder)) == before
