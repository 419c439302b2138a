"""A written report against the ledger: the one that was published passes, and every difference that
is planted in it is found, at its place, and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from jyxl import composing
from jyxl.cli import cli
from jyxl.edges.ledger import open_ledger
from jyxl.finding import Finding
from jyxl.problem import Problem
from jyxl.reading import html, word
from jyxl.report import Report
from jyxl.reports import proof
from jyxl.reports import word as word_report
from jyxl.reports.web import web_fragment, web_page
from jyxl.steps import report_check
from jyxl.steps.report import facts
from tests import play, typed
from tests.pipeline import written
from tests.pipeline.conftest import Played
from tests.reading import publish

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def report(jingyuan: Played) -> Report:
    """The county's report, as the ledger has it."""
    with open_ledger(jingyuan.campaign) as ledger:
        return composing.of_county(facts(jingyuan.campaign, ledger), {})


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(one.code, play.where(one.place)) for one in findings]


def test_the_published_report_passes(report: Report) -> None:
    assert proof.findings(word.document(written.report()), report) == ()
    assert proof.findings(html.document(written.page()), report) == ()


@pytest.mark.parametrize("way", ["word", "page", "fragment"])
def test_what_jyxl_writes_itself_only_has_its_prompts_left(report: Report, way: str) -> None:
    document = {
        "word": lambda: word.document(word_report.document(report)),
        "page": lambda: html.document(web_page(report)),
        "fragment": lambda: html.document(
            b"<h1>%s</h1>%s" % (report.title.encode(), web_fragment(report))
        ),
    }[way]()
    findings = proof.findings(document, report)
    assert {(one.code, one.severity) for one in findings} == {("W-3", "warning")}
    assert [one.value for one in findings] == list(report.still_open)


# planted differences ----------------------------------------------------------------------

Plant = Callable[[WordDocument], None]
T2, T3, T4 = range(3)
"""The tables, in the order of the report."""


def cell(table: int, row: int, column: int, text: str) -> Plant:
    """Type in a cell. row, column: from 1, as Word counts them."""

    def plant(made: WordDocument) -> None:
        made.tables[table].cell(row - 1, column - 1).text = text

    return plant


def words(old: str, new: str) -> Plant:
    """Write something else in the one paragraph that has these words."""

    def plant(made: WordDocument) -> None:
        (paragraph,) = (one for one in made.paragraphs if old in one.text)
        paragraph.text = paragraph.text.replace(old, new)

    return plant


def without(start: str) -> Plant:
    """Delete the paragraph that begins like this."""

    def plant(made: WordDocument) -> None:
        (paragraph,) = (one for one in made.paragraphs if one.text.startswith(start))
        paragraph._p.getparent().remove(paragraph._p)

    return plant


def without_table(table: int) -> Plant:
    def plant(made: WordDocument) -> None:
        found = made.tables[table]._tbl
        found.getparent().remove(found)

    return plant


def without_row(table: int, row: int) -> Plant:
    def plant(made: WordDocument) -> None:
        found = made.tables[table].rows[row - 1]._tr
        found.getparent().remove(found)

    return plant


def swapped_rows(table: int, row: int) -> Plant:
    """Exchange a row with the one below."""

    def plant(made: WordDocument) -> None:
        found = made.tables[table].rows[row - 1]._tr
        found.getnext().addnext(found)

    return plant


def another_row(table: int, row: int, label: str) -> Plant:
    """Put a copy of a row below it, with another label."""

    def plant(made: WordDocument) -> None:
        found = made.tables[table].rows[row - 1]._tr
        found.addnext(copy.deepcopy(found))
        made.tables[table].cell(row, 0).text = label

    return plant


def twice(table: int) -> Plant:
    """The table once more, with another figure."""

    def plant(made: WordDocument) -> None:
        found = made.tables[table]._tbl
        found.addnext(copy.deepcopy(found))
        found.addnext(parse_xml(f"<w:p {nsdecls('w')}/>"))
        made.tables[table + 1].cell(2, 1).text = "9"

    return plant


def moved(start: str, before: str) -> Plant:
    """Move the paragraph that begins like this before another."""

    def plant(made: WordDocument) -> None:
        (one,) = (it for it in made.paragraphs if it.text.startswith(start))
        (other,) = (it for it in made.paragraphs if it.text.startswith(before))
        other._p.addprevious(one._p)

    return plant


def tracked(made: WordDocument) -> None:
    inserted = f'<w:ins {nsdecls("w")} w:id="1" w:author="a"><w:r><w:t>补</w:t></w:r></w:ins>'
    made.paragraphs[3]._p.append(parse_xml(inserted))


PLANTS: list[tuple[Plant, str, str, str]] = [
    # every kind of cell of the three tables
    (cell(T2, 3, 2, "1"), "W-1", "t2.regulation.made", "第1张表第3行第2列"),
    (cell(T2, 3, 4, "2"), "W-1", "t2.regulation.in_public", "第1张表第3行第4列"),
    (cell(T2, 4, 2, "12"), "W-1", "t2.normative.made", "第1张表第4行第2列"),
    (cell(T2, 4, 3, "20"), "W-1", "t2.normative.published", "第1张表第4行第3列"),
    (cell(T2, 7, 2, "526"), "W-1", "t2.licence.previous", "第1张表第7行第2列"),
    (cell(T2, 7, 3, "-893 条"), "W-1", "t2.licence.change", "第1张表第7行第3列"),
    (cell(T2, 7, 4, "1481"), "W-1", "t2.licence.decisions", "第1张表第7行第4列"),
    (cell(T2, 8, 4, ""), "W-1", "t2.services.decisions", "第1张表第8行第4列"),
    (cell(T2, 11, 3, "139"), "W-1", "t2.penalty.change", "第1张表第11行第3列"),
    (cell(T2, 12, 4, "约120"), "W-1", "t2.coercion.decisions", "第1张表第12行第4列"),
    (cell(T2, 15, 3, "10.5"), "W-1", "t2.charges.change", "第1张表第15行第3列"),
    (cell(T2, 18, 2, "/"), "W-1", "t2.procurement.projects", "第1张表第18行第2列"),
    (cell(T2, 18, 3, "80.1"), "W-1", "t2.procurement.spending", "第1张表第18行第3列"),
    (cell(T2, 18, 3, "800000元8角"), "W-1", "t2.procurement.spending", "第1张表第18行第3列"),
    (cell(T3, 4, 4, "5"), "W-1", "t3.new.natural", "第2张表第4行第4列"),
    (cell(T3, 4, 10, "3"), "W-1", "t3.new.total", "第2张表第4行第10列"),
    (cell(T3, 5, 6, "1"), "W-1", "t3.carried_in.research", "第2张表第5行第6列"),
    (cell(T3, 6, 4, "40"), "W-1", "t3.granted.natural", "第2张表第6行第4列"),
    (cell(T3, 10, 8, "2"), "W-1", "t3.security.legal", "第2张表第10行第8列"),
    (cell(T3, 17, 9, "一"), "W-1", "t3.to_be_made.other", "第2张表第17行第9列"),
    (cell(T3, 24, 7, ""), "W-1", "t3.other_handling.welfare", "第2张表第24行第7列"),
    (cell(T3, 25, 10, "0"), "W-1", "t3.concluded.total", "第2张表第25行第10列"),
    (cell(T3, 26, 5, "1"), "W-1", "t3.carried_out.business", "第2张表第26行第5列"),
    (cell(T4, 4, 1, "1"), "W-1", "t4.cases.review.upheld", "第3张表第4行第1列"),
    (cell(T4, 4, 5, "1"), "W-1", "t4.cases.review.total", "第3张表第4行第5列"),
    (cell(T4, 4, 9, "1"), "W-1", "t4.cases.direct.pending", "第3张表第4行第9列"),
    (cell(T4, 4, 13, "零"), "W-1", "t4.cases.after_review.other", "第3张表第4行第13列"),
    (cell(T4, 4, 15, ""), "W-1", "t4.cases.after_review.total", "第3张表第4行第15列"),
    # sentences
    (words("申请 4 件", "申请 5 件"), "W-2", "t3.new.total", "“一、总体情况”第 3 段"),
    (words("办结 4 件", "办结 3 件"), "W-2", "t3.concluded.total", "“一、总体情况”第 3 段"),
    (words("行政复议 0 件", "行政复议 1 件"), "W-2", "t4.cases.review.total", "“一、总体情况”第 3 段"),
    (words("行政诉讼共 0 件", "行政诉讼共两件"), "W-2", "t4.cases.direct.total", "“一、总体情况”第 3 段"),
    (words("公示公告 371 条", "公示公告 317 条"), "W-2", "own.", "“一、总体情况”第 2 段"),
    (
        words("编制领导小组", "编制领导小组，全年制发规范性文件 12 件"),
        "W-2",
        "t2.normative.made",
        "“六、其他需要报告的事项”第 2 段",
    ),
    # the parts and the title
    (words("政府 2019 年政府信息公开年报", "政府 2018 年政府信息公开年报"), "W-3", "", "标题写的是 2018 年"),
    (words("政府 2019 年政府信息公开年报", "政府政府信息公开"), "W-3", "", "没有找到年度报告的标题"),
    (without("一、总体情况"), "W-3", "", "“一、总体情况”"),
    (without("三、收到和处理"), "W-3", "", "“三、收到和处理政府信息公开申请情况”"),
    (without("六、其他需要"), "W-3", "", "“六、其他需要报告的事项”"),
    (words("五、存在的主要问题及改进情况", "五、存在问题和改进措施"), "W-3", "", "五、存在问题和改进措施"),
    (words("四、政府信息公开行政复议", "五、政府信息公开行政复议"), "W-3", "", "五、政府信息公开行政复议"),
    (moved("五、存在的", "四、政府信息"), "W-3", "", "“五、存在的主要问题及改进情况”"),
    (tracked, "W-3", "", "修订"),
    # tables and labels
    (without_table(T3), "W-3", "t3", "三、收到和处理政府信息公开申请情况"),
    (without_table(T4), "W-3", "t4", "四、政府信息公开行政复议、行政诉讼情况"),
    (without_row(T2, 12), "W-3", "t2", "“行政强制”"),
    (without_row(T3, 24), "W-3", "t3", "“（六）其他处理”"),
    (another_row(T2, 12, "行政征收"), "W-3", "t2", "第1张表第13行第1列的“行政征收”"),
    (swapped_rows(T2, 7), "W-3", "t2", "第1张表第"),
    (twice(T2), "W-3", "", "第 1 张表和第 2 张表"),
    (cell(T2, 5, 1, "第二十条第（四）项"), "W-3", "t2", "第1张表第5行第1列"),
    (cell(T2, 7, 1, "行政审批"), "W-3", "t2", "第1张表第7行第1列"),
    (cell(T2, 10, 4, "决定数量"), "W-3", "t2", "第1张表第10行第4列"),
    (cell(T3, 2, 4, "公民"), "W-3", "t3", "第2张表第2行第4列"),
    (cell(T3, 6, 1, "三、办理情况"), "W-3", "t3", "第2张表第6行第1列"),
    (cell(T3, 12, 3, "5.属于内部信息"), "W-3", "t3", "第2张表第12行第3列"),
    (cell(T4, 2, 11, "复议后诉讼"), "W-3", "t4", "第3张表第2行第11列"),
    (cell(T4, 3, 7, "结果改正"), "W-3", "t4", "第3张表第3行第7列"),
]  # fmt: skip


@pytest.fixture(scope="session")
def published() -> bytes:
    return written.report()


@pytest.mark.parametrize("number", range(len(PLANTS)))
def test_a_planted_difference_is_found_at_its_place(
    report: Report, published: bytes, number: int
) -> None:
    plant, code, spot, place = PLANTS[number]
    made = typed.opened(published)
    plant(made)
    findings = proof.findings(word.document(typed.saved(made)), report)
    assert [(one, where[: len(spot)] or spot) for one, where in told(findings)] == [(code, spot)]
    assert place in findings[0].message


def test_all_differences_of_a_table_are_found_at_once(report: Report, published: bytes) -> None:
    """A label that is written in another way hides nothing that is wrong with the figures."""
    made = typed.opened(published)
    for plant in (
        cell(T2, 7, 1, "行政审批"),
        cell(T2, 7, 4, "1"),
        cell(T2, 6, 4, "决定数量"),
        cell(T2, 8, 2, "约二百"),
        cell(T4, 4, 2, "一"),
        cell(T4, 4, 3, "7"),
    ):
        plant(made)
    findings = proof.findings(word.document(typed.saved(made)), report)
    assert told(findings) == [
        ("W-3", "t2"),
        ("W-3", "t2"),
        ("W-1", "t2.licence.decisions"),
        ("W-1", "t2.services.previous"),
        ("W-1", "t4.cases.review.corrected"),
        ("W-1", "t4.cases.review.other"),
    ]


def test_the_form_of_another_edition_is_told(yunxi: Played) -> None:
    with open_ledger(yunxi.campaign) as ledger:
        other = composing.of_county(facts(yunxi.campaign, ledger), {})
    findings = proof.findings(word.document(written.report()), other)
    (table,) = (one for one in findings if one.place.table == "t2")
    assert "2019 年版" in table.message
    assert ("W-3", "t3") in told(findings)
    assert any("泾源" not in one.message and other.whom[:3] in one.message for one in findings)


# the command ------------------------------------------------------------------------------


def check(jingyuan: Played, path: Path, *options: str) -> tuple[int, str]:
    arguments = ["report", "-C", str(jingyuan.campaign.folder), "--check", str(path), *options]
    done = CliRunner().invoke(cli, arguments)
    return done.exit_code, done.output


def test_the_command_passes_the_published_report(jingyuan: Played, tmp_path: Path) -> None:
    before = play.tree(jingyuan.campaign.folder)
    for name, data in (("年报.docx", written.report()), ("年报.html", written.page())):
        path = tmp_path / name
        path.write_bytes(data)
        status, out = check(jingyuan, path, "--json")
        assert (status, json.loads(out)) == (0, {"findings": []})
    assert play.tree(jingyuan.campaign.folder) == before


def test_the_command_lists_what_differs(jingyuan: Played, published: bytes, tmp_path: Path) -> None:
    made = typed.opened(published)
    cell(T2, 7, 4, "1481")(made)
    path = tmp_path / "年报.docx"
    path.write_bytes(typed.saved(made))
    status, out = check(jingyuan, path, "--json")
    (found,) = json.loads(out)["findings"]
    assert status == 1
    assert {key: found[key] for key in ("code", "table", "row", "column", "value")} == {
        "code": "W-1",
        "table": "t2",
        "row": "licence",
        "column": "decisions",
        "value": "1481",
    }
    assert (found["sheet"], found["cell"]) == ("主动公开", "D10")
    status, out = check(jingyuan, path)
    assert status == 1
    assert "W-1" in out


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("年报.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("年报.pdf", b"%PDF-1.4"),
        ("年报.docx", b"PK\x03\x04"),
        ("年报.docx", b""),
        ("年报.docx", publish.word("年报", [])[96:]),
    ],
)
def test_what_cannot_be_read_is_told(
    jingyuan: Played, tmp_path: Path, name: str, data: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with open_ledger(jingyuan.campaign) as ledger, pytest.raises(Problem, match=name):
        report_check.check(jingyuan.campaign, ledger, path)


def test_a_units_report_is_checked_against_its_own_figures(
    jingyuan: Played, tmp_path: Path
) -> None:
    campaign = jingyuan.campaign
    path = tmp_path / "年报.docx"
    with open_ledger(campaign) as ledger:
        county = facts(campaign, ledger)
        unit = next(one for one in county.counted if (one.figures or {})["t3.new.total"])
        own = composing.of_unit(county, unit, {})
        short = replace(own, title=own.title.replace(own.whom, unit.name), items=own.items[1:])
        path.write_bytes(word_report.document(short))
        outcome = report_check.check(campaign, ledger, path)
    assert outcome.report.whom == own.whom
    assert {one.severity for one in outcome.findings} <= {"warning"}
