"""What the Tab key offers beside commands and options: the units of the campaign."""

from __future__ import annotations

from pathlib import Path

import click

from jyxl.edges import campaign
from jyxl.problem import Problem


def units(context: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """The names of the units that begin with what was typed, else their codes; nothing if there
    is no campaign."""
    try:
        folder = context.params.get("folder") or campaign.around(Path("."))
        roster = campaign.roster_of(folder)
    except (OSError, Problem):
        return []
    names = [unit.name for unit in roster.units if unit.name.startswith(begun)]
    return names or [unit.code for unit in roster.units if unit.code.startswith(begun)]
