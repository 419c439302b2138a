"""What a county asked for in a workbook beside the form, and a return to a workbook in which it asked
for something else than it does now."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile

from jyxl import editions, live, messages, supplement
from jyxl.definition import Cell, DefinitionError, Edition, TextCell
from jyxl.figures import Figures
from jyxl.finding import Finding, Place
from jyxl.identity import Identity
from jyxl.layout import SUPPLEMENT
from jyxl.places import cell_place, text_place
from jyxl.reading.book import Rows
from jyxl.reading.recovery import at
from jyxl.submission import Submission
from jyxl.supplement import NOTHING, Supplement

_NAMED = 6
"""How many are named in a sentence."""


def asked(rows: Rows, identity: Identity) -> Supplement | None:
    """What was asked for besides the form, None if it is not what the identity says. rows: the
    sheet of the identity."""
    if not identity.supplement:
        return NOTHING
    pieces = (str(at(rows, number, 0)) for number in range(SUPPLEMENT, len(rows)))
    found = supplement.parsed("".join(takewhile(bool, pieces)))
    return found if found is not None and found.digest == identity.supplement else None


def edition_of(identity: Identity, what: Supplement) -> Edition | None:
    """The edition of a workbook in which this was asked for; None if it cannot be made, which is
    so only if the workbook is not genuine. Raises DefinitionError if the form is not known."""
    form = editions.load(identity.edition)
    try:
        return editions.with_supplement(form, what)
    except DefinitionError:
        return None


def as_asked_now(submission: Submission, then: Edition, now: Edition) -> Submission:
    """The return as an answer to what is asked for now. What is no longer asked is left out; if
    something is asked that was not, the return goes back."""
    if then is now or submission.figures is None or submission.identity is None:
        return submission
    kind, entries = submission.identity.kind, submission.entries
    known = {*then.cell, *then.text}
    is_gone = {name for name in known if name not in now.cell and name not in now.text}
    asked_now: list[Cell | TextCell] = []
    for table in now.tables:
        asked_now += now.open_cells(table, kind)
        asked_now += now.open_texts(table, kind)
    fresh = [one for one in asked_now if one.name not in known]
    wanted = [one for one in fresh if one.needed]
    kept = replace(
        entries,
        numbers={n: v for n, v in entries.numbers.items() if n not in is_gone},
        texts={n: v for n, v in entries.texts.items() if n not in is_gone},
        words={n: v for n, v in entries.words.items() if n not in is_gone},
        confirmed={
            key: None if any(one.table == key for one in wanted) else entries.confirmed.get(key)
            for key in now.table
        },
        explanations={
            place: words
            for place, words in entries.explanations.items()
            if any(one.id == place for one in now.instances) and not place.startswith("B-")
        },
    )
    findings = [one for one in submission.findings if one.place.spot not in is_gone]
    gone_tables = {table.sheet for table in then.tables if table.key not in now.table}
    findings = [one for one in findings if one.place.sheet not in gone_tables]
    unconfirmed = {
        key: left
        for key, names in submission.unconfirmed.items()
        if (left := tuple(name for name in names if name in now.cell))
    }
    return replace(
        submission,
        entries=kept,
        figures=Figures(now.index, live.values(now, kept.numbers)),
        unknown=frozenset(
            {name for name in submission.unknown if name not in is_gone}
            | {one.name for one in wanted}
        ),
        unconfirmed=unconfirmed,
        findings=(*findings, *([_added(now, wanted)] if wanted else [])),
        supplement=now.supplement,
        unasked=frozenset(one.name for one in fresh),
    )


def _added(now: Edition, wanted: list[Cell | TextCell]) -> Finding:
    first = wanted[0]
    place = (cell_place if first.name in now.cell else text_place)(now, first.name)
    labels = "".join(f"“{one.row_labels[-1]}”" for one in wanted[:_NAMED])
    more = f"等 {len(wanted)} 项" if len(wanted) > _NAMED else ""
    return messages.finding("S-ADDED", _with(place, wanted), added=labels + more)


def _with(place: Place, wanted: list[Cell | TextCell]) -> Place:
    return replace(place, cells=tuple(one.name for one in wanted))
