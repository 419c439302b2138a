"""What is wrong with the texts of a return."""

from __future__ import annotations

from collections.abc import Iterator

from jyxl import claims, messages, numbers
from jyxl.definition import Cell, Edition, TextCell
from jyxl.finding import Finding
from jyxl.live import contradicts, says_something, text_fault
from jyxl.places import cell_place, text_place
from jyxl.submission import Entries, Submission

_SHOWN = 30
"""How much of a text is shown as what was typed, in letters."""


def findings(edition: Edition, submission: Submission) -> Iterator[Finding]:
    """F-4 to F-7, and X-T: sentences that state other figures than the tables."""
    if submission.identity is None:
        return
    for table in edition.tables:
        notes = {one.beside: one.name for one in table.texts if one.beside}
        for text in edition.open_texts(table, submission.identity.kind):
            words = submission.entries.words.get(text.name, "")
            if text.name in submission.unknown:
                continue
            code = text_fault(text, words)
            if code is not None:
                yield _fault(edition, text, words, code)
            if not text.beside:
                note = submission.entries.words.get(notes.get(text.name, ""), "")
                yield from _differences(edition, submission, text, words, note)
        for said, amount in edition.amounts_said(table, submission.identity.kind):
            lost = {said.name, amount.name} & submission.unknown
            if not lost and contradicts(said, amount, submission.entries):
                yield _contradiction(edition, said, amount, submission.entries)


def _fault(edition: Edition, text: TextCell, words: str, code: str) -> Finding:
    return messages.finding(
        code,
        text_place(edition, text.name),
        _shown(words),
        count=len(words),
        longest=text.longest,
        want="或".join(f"“{one}”" for one in text.choices),
    )


def _contradiction(edition: Edition, said: TextCell, amount: Cell, entries: Entries) -> Finding:
    typed = entries.numbers.get(amount.name)
    shown = "" if typed is None else numbers.plain(typed, amount.kind.scale)
    return messages.finding(
        "F-7",
        cell_place(edition, amount.name),
        shown,
        said=said.label,
        answer=entries.words[said.name],
        amount=f"填的是 {shown}" if shown else "没有填",
    )


def _differences(
    edition: Edition, submission: Submission, text: TextCell, words: str, note: str
) -> Iterator[Finding]:
    if submission.figures is None or submission.identity is None or not words:
        return
    year, figures = submission.identity.year, submission.figures
    found = claims.differences(edition, words, year, figures, submission.unknown)
    for one in found:
        scale = edition.cell[one.cells[0]].kind.scale
        place = text_place(edition, text.name)
        yield messages.finding(
            "X-T",
            place,
            str(one.said.figure),
            instance=f"X-T/{text.row}.{one.said.claim.key}",
            explanation=note if says_something(note) else None,
            sentence=one.said.sentence,
            claim=one.said.claim.label,
            said=one.said.figure,
            stated=numbers.plain(one.stated, scale),
        )


def _shown(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
