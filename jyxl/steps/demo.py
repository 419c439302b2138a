"""demo: the whole loop on samples/; the units are played by writing into the open cells."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook

from jyxl import resources
from jyxl.checklist import CHECK_FIRST, CHECK_NOTE, CHECK_PLACE, CHECK_RULE, check_lines
from jyxl.county import County, counts, sums
from jyxl.definition import Edition, Instance
from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign, file_name
from jyxl.edges.ledger import Ledger, open_ledger
from jyxl.edges.roster import Unit
from jyxl.edges.standing import county_of
from jyxl.edges.supplement import NAME
from jyxl.layout import CHECKS, YES, sheet
from jyxl.numbers import for_cell
from jyxl.problem import Problem
from jyxl.steps.collect import Collected, collect
from jyxl.steps.demo_mail import Mailboxes, mailboxes
from jyxl.steps.issue import issue
from jyxl.steps.new import new
from jyxl.steps.report import Reported, report
from jyxl.steps.report_check import check
from jyxl.supplement_tables import WORDS, cell_name, text_name
from jyxl.terms import UnitKind

SAMPLE = "jingyuan-2019"
COUNTY, YEAR = "泾源县", 2019
TEXT = "（二）依申请公开"
"""The text that the sample asks for."""
FIRST_ROUND = datetime(2020, 1, 10, 9, 0)
SECOND_ROUND = datetime(2020, 1, 17, 9, 0)


@dataclass(frozen=True)
class Played:
    """What happened: for each unit its story, its first and its second outcome; and the
    comparison with what was published, of the form's cells and of the county's own indicators.
    reported: the report that was written, and misprinted: what in it is not what the ledger says.
    messages: how many the office wrote to units; 0 if it was played without mail. mailboxes:
    where a mail server kept them, None if there was none."""

    campaign: Campaign
    rows: tuple[tuple[str, str, str, str], ...]
    first: Collected
    second: Collected
    compared: int
    different: tuple[str, ...]
    own_compared: int
    own_different: tuple[str, ...]
    reported: Reported
    misprinted: tuple[str, ...]
    messages: int = 0
    mailboxes: Path | None = None


def demo(
    folder: Path, say: Callable[[str], None] = lambda _: None, by_mail: bool = False
) -> Played:
    """Play the loop in a new folder. Raises Problem if the folder is in use.

    by_mail: what goes to units and comes from them are messages, by a mail server on this
    computer if that can be had.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Problem(f"“{folder}”里已经有东西；请换一个文件夹，或先把它删掉。")
    source = resources.folder("samples") / SAMPLE
    acts = _acts(source)
    say("一、建立项目，下发工作簿")
    new(folder, COUNTY, YEAR, None, source / "units.csv")
    ask(folder / NAME, source)
    campaign = campaigns.load(folder)
    issue(campaign)
    with mailboxes(campaign) if by_mail else contextlib.nullcontext() as post:
        return _rounds(campaign, source, acts, say, post)


def _rounds(
    campaign: Campaign,
    source: Path,
    acts: Mapping[str, Mapping[str, Any]],
    say: Callable[[str], None],
    post: Mailboxes | None,
) -> Played:
    """Both rounds of an issued campaign, and the comparison with what was published."""
    if post is not None:
        if post.why:
            say(f"　　{post.why}")
        say("　　写成邮件，发到各单位")
        with open_ledger(campaign) as ledger:
            post.deliver(campaign, ledger, remind=False, today=FIRST_ROUND.date())
    say("二、各单位填报，有的出错，有的没交")
    answers = answers_of(source, campaign.edition)
    for unit in campaign.units:
        right = answers.get(unit.code, NO_ANSWERS)
        _first_return(campaign, unit, right, acts.get(unit.code, {}), post)
    with open_ledger(campaign) as ledger:
        say("三、收表、校验，有错的退回")
        first = _collected(campaign, ledger, post)
        if post is not None:
            say("　　退回的写成邮件发回去，没交的催一催")
            post.deliver(campaign, ledger, remind=True, today=SECOND_ROUND.date())
        say("四、各单位在退回的工作簿里改正，补交")
        _second_returns(campaign, first, answers, acts, post)
        say("五、再收表，汇总")
        second = _collected(campaign, ledger, post)
        county = county_of(campaign, second.standings, ledger.events)
        say("六、出报告，核对")
        reported = report(campaign, ledger, today=SECOND_ROUND.date())
        misprinted = tuple(_misprinted(campaign, ledger, reported))
    if county is None:
        raise Problem("样例没有一份通过，样例数据或程序有错。")
    different = _differences(source, campaign.edition, sums(county))
    published, own_different = _own_differences(source, county)
    return Played(
        campaign=campaign,
        rows=tuple(_story(campaign, acts, first, second)),
        first=first,
        second=second,
        compared=len(campaign.edition.statutory),
        different=different,
        own_compared=published,
        own_different=own_different,
        reported=reported,
        misprinted=misprinted,
        messages=post.count if post else 0,
        mailboxes=post.folder if post else None,
    )


def _misprinted(campaign: Campaign, ledger: Ledger, reported: Reported) -> Iterator[str]:
    """The figures that are not those of the ledger in the report, in Word and on the web."""
    for path in (reported.word, reported.web):
        if path is None:
            yield "没有写成"
        else:
            found = check(campaign, ledger, path).findings
            yield from (one.message for one in found if one.code in ("W-1", "W-2"))


def _collected(campaign: Campaign, ledger: Ledger, post: Mailboxes | None) -> Collected:
    if post is not None:
        post.take_in(campaign, ledger)
    return collect(campaign, ledger)


def _acts(source: Path) -> dict[str, dict[str, Any]]:
    acts = tomllib.loads((source / "first-round.toml").read_text(encoding="utf-8"))["act"]
    return {act["unit"]: act for act in acts}


@dataclass(frozen=True)
class Answers:
    """What a unit fills in. figures: cell → scaled integer; words: text cell → text."""

    figures: dict[str, int] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


NO_ANSWERS = Answers()


def _rows(source: Path, name: str) -> list[dict[str, str]]:
    with (source / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ask(path: Path, source: Path) -> None:
    """Switch on the indicators and the texts of the sample in the county's table, as its clerk
    does."""
    wanted = {row["indicator"] for row in _rows(source, "own-county.csv")} | {TEXT}
    book = openpyxl.load_workbook(path)
    for page in book:
        heads = [cell.value for cell in page[1]]
        label = heads.index("指标" if "指标" in heads else "栏目") + 1
        for row in range(2, page.max_row + 1):
            if page.cell(row, label).value in wanted:
                page.cell(row, heads.index("启用") + 1).value = YES
    book.save(path)
    book.close()


def answers_of(source: Path, edition: Edition) -> dict[str, Answers]:
    """What each unit of the sample fills in, by its code."""
    answers: dict[str, Answers] = {}

    def of(row: Mapping[str, str]) -> Answers:
        return answers.setdefault(row["unit"], Answers())

    for row in _rows(source, "figures.csv"):
        scale = edition.cell[row["cell"]].kind.scale
        of(row).figures[row["cell"]] = int(Decimal(row["figure"]) * scale)
    own = own_names(edition)
    for row in _rows(source, "own-figures.csv"):
        name, answer = own[row["indicator"]], row["answer"]
        if name in edition.cell:
            of(row).figures[name] = int(Decimal(answer) * edition.cell[name].kind.scale)
        else:
            of(row).words[name] = answer
    for row in _rows(source, "texts.csv"):
        of(row).words[text_name(row["field"])] = row["text"]
    return answers


def own_names(edition: Edition) -> dict[str, str]:
    """Label of an indicator → the name of its cell."""
    return {one.label: cell_name(one) for one in edition.supplement.indicators}


def fill(
    book: Workbook,
    edition: Edition,
    unit_kind: UnitKind,
    figures: Mapping[str, int],
    words: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Type as a unit does: cells without a figure stay blank, and blanks are confirmed."""
    for table in edition.tables:
        if table.sheet not in book.sheetnames:
            continue
        page = book[table.sheet]
        place = sheet(table)
        for cell in edition.open_cells(table, unit_kind):
            value = figures.get(cell.name)
            typed = None if value is None else for_cell(value, cell.kind.scale)
            page[place.address(cell.name)].value = typed
        for text in edition.open_texts(table, unit_kind):
            page[place.address(text.name)].value = words.get(text.name)
        if table.asks_zero:
            page[place.confirm.a1].value = YES


def _first_return(
    campaign: Campaign,
    unit: Unit,
    answers: Answers,
    act: Mapping[str, Any],
    post: Mailboxes | None,
) -> None:
    do = act.get("do")
    if do == "stay_silent":
        return
    owner = campaign.unit[act["other"]] if do == "use_workbook_of" else unit
    book = _opened(campaign.issued / file_name(owner, campaign.year), post)
    if do != "leave_blank":
        fill(book, campaign.edition, unit.kind, answers.figures, answers.words)
    _err(book, campaign.edition, unit, act)
    path = campaign.returns / "第一轮" / f"{unit.name}报送.xlsx"
    _hand_in(book, unit, path, FIRST_ROUND, post)


def _err(book: Workbook, edition: Edition, unit: Unit, act: Mapping[str, Any]) -> None:
    """Make the unit's mistake, as first-round.toml describes it."""
    match act.get("do"):
        case "type":
            table = edition.table[edition.cell[act["cell"]].table]
            book[table.sheet][sheet(table).address(act["cell"])].value = act["text"]
        case "write":
            table = edition.table[WORDS]
            name = text_name(act["field"])
            book[table.sheet][sheet(table).address(name)].value = act["text"]
        case "delete_sheet":
            del book[edition.table[act["table"]].sheet]
        case "insert_row":
            table = edition.table[act["table"]]
            page = book[table.sheet]
            for area in list(page.merged_cells.ranges):
                page.unmerge_cells(str(area))
            page.insert_rows(sheet(table).cells[act["cell"]].top + 1)
        case "explain":
            explain(book, edition, unit.kind, act["rule"], act["text"])


def explain(book: Workbook, edition: Edition, unit_kind: UnitKind, rule: str, text: str) -> None:
    """Write an explanation beside a rule instance in 校验."""
    for line in check_lines(edition, unit_kind, known=edition.last_cells):
        if isinstance(line.check, Instance) and line.check.id == rule:
            wanted = (line.rule, line.check.label)
            for row in book[CHECKS].iter_rows(min_row=CHECK_FIRST + 1):
                if (row[CHECK_RULE].value, row[CHECK_PLACE].value) == wanted:
                    row[CHECK_NOTE].value = text


def _second_returns(
    campaign: Campaign,
    first: Collected,
    answers: Mapping[str, Answers],
    acts: Mapping[str, Mapping[str, Any]],
    post: Mailboxes | None,
) -> None:
    """Hand in corrected copies of the very workbooks that were sent back, and the returns that
    had not come before."""
    for received in first.received:
        if received.sent_back is not None and received.identity is not None:
            unit = campaign.unit[received.identity.code]
            book = _opened(campaign.folder / received.sent_back, post)
            right = answers.get(unit.code, NO_ANSWERS)
            fill(book, campaign.edition, unit.kind, right.figures, right.words)
            name = Path(received.sent_back).name
            _hand_in(book, unit, campaign.returns / "第二轮" / name, SECOND_ROUND, post)
    for code, act in acts.items():
        if act["do"] in ("stay_silent", "use_workbook_of"):
            unit = campaign.unit[code]
            book = _opened(campaign.issued / file_name(unit, campaign.year), post)
            right = answers.get(code, NO_ANSWERS)
            fill(book, campaign.edition, unit.kind, right.figures, right.words)
            path = campaign.returns / "第二轮" / f"{unit.name}.xlsx"
            _hand_in(book, unit, path, SECOND_ROUND, post)


def _opened(path: Path, post: Mailboxes | None) -> Workbook:
    """The workbook that a unit was given: the file, or what came in a message."""
    return openpyxl.load_workbook(io.BytesIO(post.workbooks[path.name]) if post else path)


def _hand_in(
    book: Workbook, unit: Unit, path: Path, when: datetime, post: Mailboxes | None
) -> None:
    if post is not None:
        buffer = io.BytesIO()
        book.save(buffer)
        post.answer(unit, path, buffer.getvalue(), when)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        book.save(path)
        os.utime(path, (when.timestamp(), when.timestamp()))
    book.close()


def _differences(source: Path, edition: Edition, county: Mapping[str, int]) -> tuple[str, ...]:
    """The cells of the county workbook that differ from what was published."""
    published = {cell.name: 0 for cell in edition.statutory}
    for row in _rows(source, "county.csv"):
        scale = edition.cell[row["cell"]].kind.scale
        published[row["cell"]] = int(Decimal(row["figure"]) * scale)
    return tuple(name for name in published if published[name] != county[name])


def _own_differences(source: Path, county: County) -> tuple[int, tuple[str, ...]]:
    """How many of the county's own indicators were published, and those that differ."""
    found, own = sums(county) | counts(county), own_names(county.edition)
    published = {row["indicator"]: int(row["figure"]) for row in _rows(source, "own-county.csv")}
    wrong = (label for label, figure in published.items() if found[own[label]] != figure)
    return len(published), tuple(wrong)


def _story(
    campaign: Campaign, acts: Mapping[str, Mapping[str, Any]], first: Collected, second: Collected
) -> list[tuple[str, str, str, str]]:
    """(unit, what it did, first outcome, second outcome) of each unit that erred."""
    rows = []
    for unit in campaign.units:
        if unit.code in acts:
            rows.append(
                (
                    unit.name,
                    str(acts[unit.code]["story"]),
                    _outcome(first, unit),
                    _outcome(second, unit),
                )
            )
    return rows


def _outcome(collected: Collected, unit: Unit) -> str:
    """The verdict and the codes of the file that this unit handed in."""
    for received in collected.received:
        if received.seen_here or unit.name not in received.file:
            continue
        codes = dict.fromkeys(finding.code for finding in received.findings)
        return f"{received.verdict} {' '.join(codes)}".strip()
    return ""
