"""What a unit has answered beside the form and the office has accepted, in a later report in Word, which
has none of the county's own tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jyxl import live
from jyxl.definition import Edition
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Event, Judged
from jyxl.edges.standing import standings
from jyxl.figures import Figures
from jyxl.submission import Submission, is_word


def carried(
    campaign: Campaign, events: Sequence[Event], submissions: Sequence[Submission]
) -> list[Submission]:
    """The returns; those in Word with the answers of their units that count."""
    if not any(is_word(one.findings) for one in submissions):
        return list(submissions)
    counting = {one.unit.code: one.in_force for one in standings(campaign, events)}
    return [
        _with_answers(campaign.edition, one, counts)
        if is_word(one.findings)
        and one.identity is not None
        and (counts := counting.get(one.identity.code)) is not None
        else one
        for one in submissions
    ]


def _with_answers(edition: Edition, one: Submission, counts: Judged) -> Submission:
    """A report in Word with the figures and texts of the county's own tables that count. A blank that
    was accepted stays blank, and confirmed."""
    assert one.identity is not None
    numbers, confirmed = dict(one.entries.numbers), dict(one.entries.confirmed)
    for table in (table for table in edition.tables if table.is_own):
        cells = edition.open_cells(table, one.identity.kind)
        figures = {cell.name: (counts.figures or {}).get(cell.name, 0) for cell in cells}
        numbers.update((name, figure) for name, figure in figures.items() if figure)
        if counts.unasked.isdisjoint(figures):
            confirmed[table.key] = True
    words = {name: text for name, text in counts.words.items() if text and name in edition.text}
    entries = replace(one.entries, numbers=numbers, confirmed=confirmed, words=words)
    return replace(
        one,
        entries=entries,
        figures=Figures(edition.index, live.values(edition, numbers)),
        unconfirmed={
            key: left
            for key, names in one.unconfirmed.items()
            if not confirmed.get(key) and (left := tuple(n for n in names if n not in numbers))
        },
    )
