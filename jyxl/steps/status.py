"""status: who is missing, returned, accepted, late."""

from __future__ import annotations

from typing import Any

from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import Ledger
from jyxl.standing import Standing, standings


def status(campaign: Campaign, ledger: Ledger) -> list[Standing]:
    """Every unit of the roster, in its order."""
    return standings(campaign, ledger)


def as_json(standing: Standing) -> dict[str, Any]:
    """An object of the JSON contract. findings: those of the latest return."""
    latest = standing.latest
    return {
        "code": standing.unit.code,
        "name": standing.unit.name,
        "state": standing.state,
        "versions": standing.versions,
        "findings": latest.data["findings"] if latest else [],
        "late": standing.late,
        "newer_returned": standing.newer_returned,
        "first_arrived": standing.first_arrived or None,
    }
