"""report: the county's report in Word, for the web and as data, and those of the units.

A Word document that somebody has edited belongs to the clerk: only the figures in it are renewed,
and the web page says what the document says. One that nobody has touched is written anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from jyxl import composing
from jyxl.county import County, UnitRow
from jyxl.edges import files, pool, report_folder, report_settings
from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import Ledger
from jyxl.edges.outcome import Done, Failed, failed
from jyxl.edges.standing import county_now
from jyxl.problem import Problem
from jyxl.report import Report
from jyxl.reports import data, web, word, word_compiled, word_figures, word_texts
from jyxl.reports.data import Correction


@dataclass(frozen=True)
class UnitReported:
    """The files of a unit's report, None for one that could not be written."""

    unit: UnitRow
    word: Path | None
    web: Path | None


@dataclass
class Reported:
    """What was written. word, web, fragment, csv, json: the files of the county, None if one could
    not be written; compiled: what the units wrote; units: their own reports; open: what is still to
    be written; left_out: the names of the units whose figures are missing; kept: where the version
    before is; renewed: how many figures were changed in the tables and in the sentences of a document
    that somebody has edited; notes: what the clerk should look at; problems: what was not done."""

    word: Path | None = None
    web: Path | None = None
    fragment: Path | None = None
    csv: Path | None = None
    json: Path | None = None
    compiled: Path | None = None
    units: list[UnitReported] = field(default_factory=list)
    open: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    kept: Path | None = None
    renewed: tuple[int, int] = (0, 0)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)


def facts(campaign: Campaign, ledger: Ledger) -> County:
    """The county's facts. Raises Problem if no return is accepted yet."""
    county = county_now(campaign, ledger.events)
    if county is None:
        raise Problem("还没有一份表通过，出不了报告；请先收表（jyxl collect）。")
    return county


def report(
    campaign: Campaign,
    ledger: Ledger,
    units: bool = False,
    tick: Callable[[str, int, int], None] = lambda *_: None,
    executor: Executor | None = None,
    today: date | None = None,
) -> Reported:
    """Write the county's report into 报告/, and with `units` also that of every unit whose return is
    accepted. Raises Problem if no return is accepted yet."""
    county = facts(campaign, ledger)
    contact = report_settings.contact(campaign.folder)
    done = Reported()
    _county(campaign, county, contact, done, today or date.today())
    if units:
        _units(campaign, county, done, tick, executor)
    return done


# the county's -------------------------------------------------------------------------


def _county(
    campaign: Campaign, county: County, contact: Mapping[str, str], done: Reported, today: date
) -> None:
    made = composing.of_county(county, contact)
    place = report_folder.path(campaign, made.title, ".docx")
    drawn = drawn_up(made, _before(campaign, place, report_folder.written(campaign)))
    name = campaign.relative(place)
    done.left_out, done.open = made.left_out, drawn.report.still_open
    done.notes.extend(drawn.notes)
    if drawn.why:
        done.problems.append(_left_alone(name, drawn.why))
    else:
        if drawn.is_ours:
            report_folder.note_written(campaign, {place: drawn.word})
        done.word, done.kept = _put(campaign, place, drawn, done.problems)
        done.renewed = drawn.renewed

    def write(ending: str, content: bytes) -> Path | None:
        return _write(report_folder.path(campaign, made.title, ending), content, done.problems)

    corrections = _corrections(campaign, made, today, done)
    if corrections and not drawn.why:
        last = corrections[-1]
        done.notes.append(
            f"网页是第 {last.version} 版，“更正说明”里写着改了哪 {len(last.changes)} 处。"
        )
    if not drawn.why:  # what a document says that cannot be read cannot be on the web
        done.web = write(".html", web.web_page(drawn.report, corrections))
        done.fragment = write(".fragment.html", web.web_fragment(drawn.report, corrections))
    done.csv = write(".csv", data.as_csv(made))
    done.json = write(".json", data.as_json(made, corrections))
    compiled = word_compiled.compiled(county)
    if compiled is not None:
        path = campaign.reports / f"{word_compiled.NAME}.docx"
        done.compiled = _write(path, compiled, done.problems)


def _left_alone(name: str, why: str) -> str:
    return f"“{name}”没有动：{why}。改好以后请再出一次；要重新起稿的，先把它移走或改名。"


def _corrections(
    campaign: Campaign, made: Report, today: date, done: Reported
) -> tuple[Correction, ...]:
    """What was changed since the report was published, by the data that the clerk has put away, under
    whatever name; of several versions, by the last."""
    places = report_folder.published(campaign, made.title)
    try:
        found = {place: files.read(place) for place in places}
        if len(places) == 1:
            return data.corrections(found[places[0]], made, today)
        versions = {place: data.version(one, made) for place, one in found.items()}
        last = max(versions, key=lambda place: versions[place], default=None)
        if last is not None and versions[last]:
            return data.corrections(found[last], made, today)
    except Problem as problem:
        done.problems.append(str(problem))
        return ()
    if places:
        names = "、".join(files.shown(place.name) for place in places)
        done.notes.append(
            f"报告/已公布 里的文件（{names}）都不是{made.whom} {made.year} 年的报告，没有写更正说明。"
        )
    return ()


def _put(
    campaign: Campaign, place: Path, drawn: Drawn, problems: list[str]
) -> tuple[Path | None, Path | None]:
    """Write a document; gives its place, and that of the version before if it has changed."""
    try:
        kept = report_folder.put(campaign, place, drawn.word)
    except Problem as problem:
        problems.append(str(problem))
        return None, None
    return place, kept


def _write(path: Path, content: bytes, problems: list[str]) -> Path | None:
    try:
        files.write(path, content)
    except Problem as problem:
        problems.append(str(problem))
        return None
    return path


# a document and what it says ----------------------------------------------------------


@dataclass(frozen=True)
class Drawn:
    """A document with its newest figures, and the report as it stands in it. is_ours: nobody has
    edited it; why: the reason if it was left as it is; notes: what should be looked at; renewed: how
    many figures were changed in the tables and in the sentences of one that was edited."""

    word: bytes
    report: Report
    is_ours: bool = False
    notes: tuple[str, ...] = ()
    why: str = ""
    renewed: tuple[int, int] = (0, 0)


def _before(campaign: Campaign, place: Path, known: Mapping[str, str]) -> bytes | str | None:
    """The document that somebody has edited, if there is one; or why it cannot be read."""
    try:
        return report_folder.edited(campaign, place, known)
    except Problem as problem:
        return str(problem).rstrip("。")


def drawn_up(made: Report, before: bytes | str | None) -> Drawn:
    """The document of a report. before: as `_before` gives it."""
    if before is None:
        return Drawn(word.document(made), made, is_ours=True)
    if isinstance(before, str):
        return Drawn(b"", made, why=before)
    try:
        renewed = word_figures.renewed(before, made)
        told = word_texts.told(renewed.data, made)
    except word_figures.LeftAlone as problem:
        return Drawn(before, made, why=str(problem))
    unread = [f"文档里的{'、'.join(told.unread)}，网页里没有。"] if told.unread else []
    notes, counts = (*renewed.notes, *unread), (renewed.cells, renewed.said)
    return Drawn(renewed.data, told.report, notes=notes, renewed=counts)


# the units' ---------------------------------------------------------------------------


def _units(
    campaign: Campaign,
    county: County,
    done: Reported,
    tick: Callable[[str, int, int], None],
    executor: Executor | None,
) -> None:
    units = county.counted
    places = [report_folder.of_unit(campaign, unit.code, unit.name, ".docx") for unit in units]
    known = report_folder.written(campaign)
    items = [
        (composing.of_unit(county, unit, {}), _before(campaign, place, known))
        for unit, place in zip(units, places, strict=True)
    ]
    drawn: list[tuple[UnitRow, Path, Drawn, bytes]] = []
    with pool.lent(executor) as workers:
        made = pool.spread(_of_unit, items, workers, trusted=True)
        for number, (unit, place, outcome) in enumerate(zip(units, places, made, strict=True), 1):
            tick("单位的报告", number, len(units))
            if isinstance(outcome, Done):
                drawn.append((unit, place, *outcome.value))
            else:
                done.failed.append(failed(campaign.relative(place), "", outcome))
    ours = {place: one.word for _, place, one, _ in drawn if one.is_ours}
    report_folder.note_written(campaign, ours)
    for unit, place, one, page in drawn:
        done.notes.extend(f"{unit.name}：{note}" for note in one.notes)
        done.units.append(_written(campaign, unit, place, one, page, done.problems))
    if away := report_folder.put_away(campaign, places):
        names = "、".join(path.name for path in away)
        done.notes.append(f"没有通过的表了，报告移到了 报告/旧版：{names}。")


def _written(
    campaign: Campaign, unit: UnitRow, place: Path, drawn: Drawn, page: bytes, problems: list[str]
) -> UnitReported:
    if drawn.why:
        problems.append(_left_alone(campaign.relative(place), drawn.why))
        return UnitReported(unit, None, None)
    path, _ = _put(campaign, place, drawn, problems)
    return UnitReported(unit, path, _write(place.with_suffix(".html"), page, problems))


def _of_unit(item: tuple[Report, bytes | str | None]) -> tuple[Drawn, bytes]:
    drawn = drawn_up(*item)
    return drawn, web.web_page(drawn.report)
