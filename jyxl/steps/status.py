"""status: which units are missing, returned, accepted or late."""

from __future__ import annotations

from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import Ledger
from jyxl.edges.standing import Standing, standings


def status(campaign: Campaign, ledger: Ledger) -> list[Standing]:
    """The state of every unit, in the order of the roster."""
    return standings(campaign, ledger.events)
