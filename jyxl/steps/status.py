"""status: who is missing, returned, accepted, late."""

from __future__ import annotations

from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import Ledger
from jyxl.edges.standing import Standing, standings


def status(campaign: Campaign, ledger: Ledger) -> list[Standing]:
    """Every unit of the roster, in its order."""
    return standings(campaign, ledger.events)
