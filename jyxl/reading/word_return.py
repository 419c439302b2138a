"""A report in Word that a unit sent in place of its workbook → Submission.

It never counts: what was read goes back to the unit in its own workbook. So it has S-WORD, an
error, unless it is refused. Whose it is, its title and the names of its file must say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jyxl import editions, faults, messages, numbers
from jyxl.definition import UNIT_KINDS, Cell, Edition, Table
from jyxl.figures import Figures
from jyxl.finding import Finding, Place
from jyxl.identity import Expected, Identity
from jyxl.places import cell_place
from jyxl.reading import book, published, titled, word
from jyxl.reading.grid import Document
from jyxl.reading.published import Printed, Report
from jyxl.reading.table import TableRead
from jyxl.reading.whole import Whole
from jyxl.submission import WORD, Submission
from jyxl.terms import UnitKind


def read(file: str, data: bytes, expected: Expected | None) -> Submission:
    """The report in these bytes, which are a Word document. file: its name, with those of the
    zip and the folders before it. Without `expected`, only why it is no return."""
    try:
        document = word.document(data)
    except Exception as error:
        return Submission(file, "", findings=(book.finding_of(error),))
    if expected is None:
        return Submission(file, "", findings=(messages.finding("S-FOREIGN"),))
    form = editions.load(expected.edition)
    report = published.report(document, [form])
    code, doubt = titled.unit_of(file, document, expected)
    identity = _identity(expected, code) if code else None
    refused = tuple(_refused(file, document, report, form, expected, doubt))
    if refused or identity is None:
        return Submission(file, "", identity=identity, findings=refused)
    return _taken(file, document, report, identity, expected)


def _identity(expected: Expected, code: str) -> Identity:
    """The identity of the workbook in which the figures will go back."""
    name, found = expected.units[code]
    kind = next(one for one in UNIT_KINDS if one == found)
    campaign = (expected.campaign, expected.county, expected.year, expected.edition)
    return Identity(*campaign, code, name, kind, supplement=expected.supplement.digest)


# why it is refused --------------------------------------------------------------------


def _refused(
    file: str,
    document: Document,
    report: Report,
    form: Edition,
    expected: Expected,
    doubt: str,
) -> Iterator[Finding]:
    by_why: dict[str, list[str]] = {}
    for trouble in report.problems:
        by_why.setdefault(trouble.why, []).append(trouble.fact)
    if not report.cells and "odd" not in by_why:
        yield _not_the_form(document, form)
        return
    if document.is_tracked:
        yield messages.finding("S-TRACKED")
    if "odd" in by_why:
        yield messages.finding("S-GRID", detail="；".join(by_why["odd"]))
    if "twice" in by_why:
        yield messages.finding("S-TWICE", detail="；".join(by_why["twice"]))
    years = titled.years_of(file, document)
    if years and str(expected.year) not in years:
        yield messages.finding("WORD-YEAR", code="S-YEAR", found=years[0], wanted=expected.year)
    if doubt:
        yield messages.finding("S-WHOSE", detail=doubt)


def _not_the_form(document: Document, form: Edition) -> Finding:
    other = _other_edition(document, form)
    if other:
        return messages.finding("WORD-EDITION", code="S-EDITION", found=other, wanted=form.id)
    unread = f"，里面有{'、'.join(document.unread)}，读不了" if document.unread else ""
    return messages.finding("S-TYPE", detail=f"是 Word 文档，没有找到表式里的表{unread}")


def _other_edition(document: Document, form: Edition) -> str:
    """The id of another edition of which there are tables in the document, or ''."""
    others = [editions.load(name) for name in editions.available() if name != form.id]
    found = published.report(document, others).cells
    return max((edition for edition, _ in found), default="")


# what it says ---------------------------------------------------------------------------


def _taken(
    file: str, document: Document, report: Report, identity: Identity, expected: Expected
) -> Submission:
    edition = editions.combined(expected.edition, expected.supplement)
    printed: dict[str, dict[str, Printed]] = {}
    for (_, name), one in report.cells.items():
        printed.setdefault(edition.cell[name].table, {})[name] = one
    unlike = "；".join(one.fact for one in report.problems if one.why == "unlike")
    reads = {
        table.key: _table(edition, identity.kind, table, printed.get(table.key), unlike)
        for table in edition.tables
    }
    whole = Whole(edition, identity, reads)
    count = messages.finding(WORD, count=len(whole.entries.numbers))
    is_all_there = all(table.is_own or table.key in printed for table in edition.tables)
    rest = [one.fact for one in report.problems if one.why == "row"]
    if is_all_there and unlike:
        rest.append(unlike)
    found = [count, *(one for read in reads.values() for one in read.findings)]
    if rest:
        found.append(messages.finding("S-UNREAD", detail="；".join(rest)))
    found.extend(_totals(whole))
    if document.is_active:
        found.append(messages.finding("S-ACTIVE"))
    return Submission(
        file=file,
        sha256="",
        identity=identity,
        entries=whole.entries,
        figures=Figures(edition.index, whole.figures),
        unknown=whole.unknown,
        unconfirmed=whole.unconfirmed(),
        last=expected.last.get(identity.code, {}),
        findings=tuple(found),
        is_ours=True,
        supplement=edition.supplement,
    )


def _table(
    edition: Edition,
    kind: UnitKind,
    table: Table,
    printed: Mapping[str, Printed] | None,
    unlike: str,
) -> TableRead:
    """A table of the form as it is printed, or of the county, which no report has."""
    confirmed = None if table.asks_zero else True
    if table.is_own:
        return TableRead(confirmed=confirmed)
    if printed is None:
        why = f"（{unlike}）" if unlike else ""
        found = messages.finding("WORD-SHEET", Place(table.sheet), code="S-SHEET", why=why)
        return TableRead(lost=frozenset(cell.name for cell in table.cells), findings=(found,))
    read = TableRead(confirmed=confirmed)
    findings: list[Finding] = []
    for name, one in printed.items():
        cell = edition.cell[name]
        if name in edition.totals:
            value = numbers.read(one.text, cell.kind).value
            if value is not None and not one.odd:
                read.totals[name] = value
        else:
            findings.extend(_cell(edition, kind, cell, one, read))
    return TableRead(
        read.numbers, read.texts, read.totals, confirmed=confirmed, findings=(*findings,)
    )


def _cell(
    edition: Edition, kind: UnitKind, cell: Cell, one: Printed, read: TableRead
) -> Iterator[Finding]:
    """Note what is printed in a cell that is no total, and what is to be said of it."""
    place = cell_place(edition, cell.name)
    reading = numbers.read(one.text, cell.kind)
    if one.odd:
        read.texts[cell.name] = f"{one.text}（{one.odd}）"
        yield messages.finding("F-D", place, read.texts[cell.name], why=f"里{one.odd}")
    elif reading.fault is not None:
        read.texts[cell.name] = one.text
        yield faults.misfit(cell.kind, place, one.text, reading.fault)
    elif reading.value is not None and (reading.value or edition.is_open(cell, kind)):
        read.numbers[cell.name] = reading.value
        shown = numbers.plain(reading.value, cell.kind.scale)
        if numbers.tidy(one.text) != shown:
            yield messages.finding("F-R", place, one.text, read=shown + cell.kind.unit)


def _totals(whole: Whole) -> Iterator[Finding]:
    """The totals that are printed with another figure than their parts give."""
    edition = whole.edition
    for name, shown in whole.overtyped()[0].items():
        cell = edition.cell[name]
        yield messages.finding(
            "WORD-TOTAL",
            cell_place(edition, name),
            numbers.plain(shown, cell.kind.scale),
            code=edition.totals[name].instance.rule.id,
            computed=numbers.plain(whole.figures[name], cell.kind.scale),
        )
