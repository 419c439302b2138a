"""The text of a written report against the figures: its title, its parts, its sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from jyxl import characters, claims, numbers, untrue
from jyxl.finding import Finding, Place
from jyxl.form_labels import plain
from jyxl.messages import finding
from jyxl.misprints import misprint
from jyxl.outline import is_prompt
from jyxl.places import cell_place
from jyxl.reading import titled
from jyxl.reading.grid import Document, Grid, Slot
from jyxl.report import Heading, Report
from jyxl.reports import proof_sentences

_TITLES = ("年度报告", "年报")
_LONGEST_TITLE = 80
_LINES = 3
"""How many lines a title has at most."""
_GOVERNMENT = "人民政府"
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_PERIOD = re.compile(r"(?<!\d)(20\d\d)年度?1月1日.{1,10}12月31日")
_SIMILAR = 0.6
_LONGER = 8
"""How much longer than a heading a paragraph may be that is one with other words."""
_COMPARED = 5_000
"""How many short paragraphs are looked at for a heading with other words; a report has some hundreds."""


def findings(document: Document, report: Report, called: str) -> Iterator[Finding]:
    """What is wrong with the title, the parts, the sentences, and which prompts were left. called:
    as in `proof`."""
    parts = _found(document, report)
    start = min(parts.at.values(), default=len(document.texts))
    yield from _title(document, report, called, start)
    yield from parts.findings
    prompts = {_key(prompt): prompt for prompt in report.still_open}
    for number, text in enumerate(document.texts):
        yield from _paragraph(report, prompts, text, parts.where(number))


def titles(texts: Sequence[str]) -> list[str]:
    """The texts that may be the title of a yearly report: 泾源县人民政府2019年政府信息公开年报. If none
    is, lines that make one together."""
    keys = [titled.normal(text) for text in texts]
    for count in range(1, _LINES + 1):
        lines = ("".join(keys[at : at + count]) for at in range(len(keys) - count + 1))
        found = [
            line
            for line in lines
            if len(line) <= _LONGEST_TITLE
            and any(word in line for word in _TITLES)
            and _YEAR.search(line)
        ]
        if found:
            return found
    return []


def _title(document: Document, report: Report, called: str, start: int) -> Iterator[Finding]:
    """start: where the first part begins."""
    before, head = document.texts[:start], _key(document.head)
    whose = called.removesuffix(_GOVERNMENT)
    if not any(_key(whose) in text for text in (*map(_key, before), head)):
        yield misprint("whose", wanted=whose)
    found = titles([*before, head[:_LONGEST_TITLE]])
    years = [int(year) for one in found for year in _YEAR.findall(one)]
    if not years:
        yield misprint("title", wanted=report.title)
    elif report.year not in years:
        yield misprint("year", where="标题", found=years[0], wanted=report.year)


def _paragraph(
    report: Report, prompts: Mapping[str, str], text: str, where: str
) -> Iterator[Finding]:
    """prompts: the key of each → its words."""
    key = _key(text)
    left = [prompt for wanted, prompt in prompts.items() if wanted in key]
    for prompt in left or ([text] if is_prompt(text) else []):
        yield misprint("open", where=where, found=prompt)
    for period in _PERIOD.finditer(key):
        if int(period[1]) != report.year:
            yield misprint("year", where=where, found=period[1], wanted=report.year)
    for sentence in untrue.sentences(report, text):
        yield misprint("untrue", where=where, found=sentence)
    edition = report.edition
    said: set[str] = set()
    for one in claims.differences(edition, text, report.year, report.figures, ()):
        scale = edition.cell[one.cells[0]].kind.scale
        said.add(str(one.said.figure))
        yield finding(
            "W-2",
            cell_place(edition, one.cells[0]),
            str(one.said.figure),
            where=where,
            sentence=one.said.sentence,
            claim=one.said.claim.label,
            said=one.said.figure,
            stated=numbers.plain(one.stated, scale),
        )
    for other in proof_sentences.differences(report, text):
        if other.said not in said:
            place = cell_place(edition, other.key) if other.key in edition.cell else Place()
            yield finding(
                "W-2",
                place,
                other.said,
                where=where,
                sentence=other.sentence,
                claim=other.clause,
                said=other.said,
                stated=other.stated,
            )


# the parts --------------------------------------------------------------------------------


@dataclass
class _Parts:
    """at: heading → the number of its paragraph; findings: which are missing, written in another way
    or not in their place."""

    at: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def where(self, number: int) -> str:
        """The place of a paragraph, in words."""
        above = [(at, heading) for heading, at in self.at.items() if at <= number]
        at, heading = max(above, default=(-1, ""))
        count = number - at
        return (
            f"“{heading}”第 {count} 段"
            if count and heading
            else f"开头第 {count} 段"
            if count
            else f"“{heading}”"
        )


def _found(document: Document, report: Report) -> _Parts:
    """Where the headings of a report are. A page may list them at its top; so the last place of
    each counts."""
    parts, lines = _Parts(), _Lines(document.texts)
    inside = {
        _key(slot.text): grid.after for grid in document.grids for slot in _first(grid) if slot.text
    }
    last, before = -1, ""
    for heading in (item for item in report.items if isinstance(item, Heading)):
        at, is_exact = lines.place(heading)
        if not is_exact and _key(heading.text) in inside:
            at, is_exact = inside[_key(heading.text)], True
        if at is None:
            parts.findings.append(misprint("part", wanted=heading.text))
            continue
        if not is_exact:
            where = f"第 {at + 1} 段"
            parts.findings.append(
                misprint("heading", where=where, found=document.texts[at], wanted=heading.text)
            )
        if at < last:
            parts.findings.append(misprint("order", wanted=heading.text, before=before))
        else:
            last, before = at, heading.text
        parts.at[heading.text] = at
    return parts


def _first(grid: Grid) -> Iterator[Slot]:
    """The cells of the first row, which may be the title of the table."""
    return (slot for row in grid.rows[:1] for slot in row if slot is not None)


class _Lines:
    """The paragraphs of a document as headings are looked for in them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._keys = [_key(text) for text in texts]
        self._plain = [plain(text) for text in texts]

    def place(self, heading: Heading) -> tuple[int | None, bool]:
        """The number of the paragraph that a heading is, or begins; whether it is so word by word.
        Its number may be missing, since Word can count by itself."""
        wanted, words = _key(heading.text), plain(heading.text)
        keys = enumerate(self._keys)
        exact = [at for at, key in keys if key.startswith(wanted) or key == words]
        if heading.level > 1 and not exact:
            exact = [at for at, text in enumerate(self._plain) if text.startswith(words)]
        return (exact[-1], True) if exact else (self._near(wanted), False)

    def _near(self, wanted: str) -> int | None:
        """The short paragraph that is most like a heading, the first of equals."""
        short = [at for at, key in enumerate(self._keys) if len(key) <= len(wanted) + _LONGER]
        matcher, best, most = SequenceMatcher(b=wanted), None, 0.0
        for at in short[:_COMPARED]:
            matcher.set_seq1(self._keys[at])
            bound = matcher.quick_ratio()
            if bound >= _SIMILAR and bound > most and (ratio := matcher.ratio()) > most:
                best, most = at, ratio
        return best if most >= _SIMILAR else None


def _key(text: str) -> str:
    return unicodedata.normalize("NFKC", characters.BLANKS.sub("", text))
