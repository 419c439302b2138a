"""Whatever figures of a report are changed, exactly those are found; whatever a document is, it is
told what is wrong with it."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from string import Formatter
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jyxl import editions, naming
from jyxl.misprints import FACTS, misprint
from jyxl.reading import html, titled, word
from jyxl.reading.grid import Document, Grid
from jyxl.report import Heading, Paragraph, Report, Shown
from jyxl.reports import proof, proof_sentences, proof_texts, web
from jyxl.reports import word as word_report
from tests import typed
from tests.pages import sample
from tests.pages.conftest import read

NO_TABLES = replace(editions.load("2019"), tables=())
REPORTS = {name: sample.report(name) for name in ("2019", "2021")}


def finished(report: Report) -> Report:
    """The report without prompts and without sentences that state figures."""
    return replace(
        report,
        items=tuple(
            one
            for one in report.items
            if not (isinstance(one, Paragraph) and (one.is_open or one.key == "application"))
        ),
    )


@pytest.mark.slow
@given(st.data(), st.sampled_from(sorted(REPORTS)))
def test_exactly_the_figures_that_were_changed_are_found(data: st.DataObject, name: str) -> None:
    report = finished(REPORTS[name])
    names = [cell.name for cell in report.edition.statutory]
    changed = data.draw(st.dictionaries(st.sampled_from(names), st.integers(0, 10**6), max_size=12))
    scaled = {cell: value * report.edition.cell[cell].kind.scale for cell, value in changed.items()}
    other = replace(report, figures={**report.figures, **scaled})
    findings = proof.findings(html.document(web.web_page(other)), report)
    wrong = {cell for cell, value in scaled.items() if value != report.figures[cell]}
    assert {(one.code, one.place.spot) for one in findings} == {("W-1", cell) for cell in wrong}
    assert len(findings) == len(wrong)


LABELS = [
    label
    for edition in map(editions.load, ("2019", "2021"))
    for cell in edition.statutory
    for label in (*cell.row_labels, *cell.column_labels)
]
TEXTS = st.sampled_from(
    [*LABELS, "0", "4", "/", "", "约3", "一、总体情况", "二〇一九年"]
) | st.text(max_size=9)


@pytest.mark.slow
@given(
    st.lists(TEXTS, max_size=12),
    st.lists(st.lists(st.lists(TEXTS, max_size=8), max_size=12), max_size=4),
)
def test_any_document_is_told_what_is_missing(
    texts: list[str], tables: list[list[list[str]]]
) -> None:
    grids = []
    for rows in tables:
        grid = Grid()
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                grid.put(number, column, 1, 1, text)
        grids.append(grid)
    document = Document(" ".join(texts), tuple(grids), texts=tuple(texts))
    for report in REPORTS.values():
        assert "W-3" in {one.code for one in proof.findings(document, report)}


def say(*pieces: str | Shown) -> Report:
    return replace(REPORTS["2019"], items=(Paragraph("a", pieces),))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("通过网站公开信息：工作动态 1542 条，公示公告 371 条。", []),
        ("公示公告 317 条。", [("公示公告", "317", "371")]),
        ("本年，公示公告３１７条", [("公示公告", "317", "371")]),
        ("上年公示公告 300 条。", []),
        ("公示公告 371 件以内、公示公告约 400 条。", []),
        ("工作动态1,543条，公示公告371条。", [("工作动态", "1543", "1542")]),
    ],
)
def test_a_prepared_sentence_is_found_again(text: str, found: list[tuple[str, str, str]]) -> None:
    report = say(
        *("通过网站公开信息：工作动态", Shown("own.a", "1542")),
        *("条，公示公告", Shown("own.b", "371"), "条。"),
    )
    assert [
        (one.clause, one.said, one.stated) for one in proof_sentences.differences(report, text)
    ] == found


def test_a_comparison_is_only_found_with_what_is_compared() -> None:
    report = say(
        *("全年收到政府信息公开申请", Shown("t3.new.total", "4")),
        *("件，比上年增加", Shown("report.more", "1"), "件。"),
    )
    text = "收到投诉30件，比上年增加5件。全年收到政府信息公开申请4件，比上年增加2件。"
    found = list(proof_sentences.differences(report, text))
    assert [(one.key, one.said, one.stated) for one in found] == [("report.more", "2", "1")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("全县有7个单位设有专职人员。", []),
        ("全县有3个单位开展了开放日活动。", []),
        ("全县有5个单位开展了开放日活动。", [("全县有…个单位开展了开放日活动", "5", "3")]),
    ],
)
def test_a_sentence_that_begins_like_any_other_is_found_by_how_it_goes_on(
    text: str, found: list[tuple[str, str, str]]
) -> None:
    report = say("全县有", Shown("own.open_days", "3"), "个单位开展了开放日活动。")
    assert [
        (one.clause, one.said, one.stated) for one in proof_sentences.differences(report, text)
    ] == found


def test_a_page_keeps_its_contents_apart_from_its_parts() -> None:
    """The list of the parts at the top of the page is no part, and hides none that is missing."""
    report = finished(REPORTS["2021"])
    page = web.web_page(report).decode()
    assert "二、主动公开政府信息情况" in read(page.encode()).sections[""]
    start = page.index('<h2 id="part-problems">')
    without = page[:start] + page[page.index("</h2>", start) + 5 :]
    (one,) = proof.findings(html.document(without.encode()), report)
    assert "五、存在的主要问题及改进情况" in one.message


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        (("泾源县人民政府2019年政府信息公开工作年度报告",), []),
        (("泾源县人民政府", "2019年政府信息公开", "工作年度报告"), []),
        (("泾源县二〇一九年政府信息公开年报",), []),
        (("泾源县", "二○一九年政府信息公开年报"), []),
        (("泾源县人民政府2018年政府信息公开工作年度报告",), ["W-3"]),
        (("泾源县人民政府", "二〇一八年政府信息公开工作年度报告"), ["W-3"]),
        (("彭阳县人民政府2019年政府信息公开工作年度报告",), ["W-3"]),
        ((), ["W-3", "W-3"]),
    ],
)
def test_a_title_says_whose_report_it_is_and_of_which_year(
    lines: tuple[str, ...], codes: list[str]
) -> None:
    report = replace(
        REPORTS["2019"], items=(Heading("overview", "一、总体情况"),), edition=NO_TABLES
    )
    document = Document("".join(lines), (), texts=(*lines, "一、总体情况"))
    assert [one.code for one in proof.findings(document, report)] == codes


@pytest.mark.parametrize("name", ["三里镇", "第一中学（高中部）"])
def test_a_numeral_in_a_name_is_no_year(name: str) -> None:
    """Or the report of a township would be compared with the county's figures."""
    (title,) = proof_texts.titles([f"泾源县{name}二〇一九年政府信息公开年报"])
    assert naming.named(title, [(titled.normal(name), "B01")])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("一、总体情况", ""),
        ("总体情况", ""),  # Word has counted
        ("一、总体情况。本年……", ""),
        ("二、总体情况", "应为“一、总体情况”"),
        ("一、总体情況", "应为“一、总体情况”"),
        ("总体情况良好，全县上下认真贯彻条例，各项工作扎实推进。", "没有“一、总体情况”"),
        ("", "没有“一、总体情况”"),
    ],
)
def test_a_heading_is_that_of_the_form(line: str, words: str) -> None:
    report = replace(
        REPORTS["2019"], items=(Heading("overview", "一、总体情况"),), edition=NO_TABLES
    )
    document = Document("", (), texts=(report.title, line))
    findings = proof.findings(document, report)
    assert len(findings) == bool(words)
    assert all(words in one.message for one in findings)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("收到申请３件，与上年持平。", 1),
        ("收到申请 4 件，比上年增加1件，处罚与上年持平。", 0),
        ("本年没有举办开放日，", 1),
    ],
)
def test_a_sentence_without_a_figure_that_is_wrong_is_told(text: str, count: int) -> None:
    untrue = (("收到申请", Shown("a", "4"), "件", "，与上年持平"), ("本年没有举办开放日。",))
    report = replace(finished(REPORTS["2019"]), untrue=untrue)
    written = replace(report, items=(*report.items, Paragraph("x", (text,))))
    findings = proof.findings(html.document(web.web_page(written)), report)
    assert [(one.code, one.severity) for one in findings] == [("W-3", "error")] * count


def test_a_figure_that_is_nowhere_is_told() -> None:
    report = finished(REPORTS["2019"])
    page = web.web_page(report).decode()
    start = page.index('data-cell="t2.licence.decisions"')
    start = page.rindex("<td", 0, start)
    without = page[:start] + page[page.index("</td>", start) + 5 :]
    (one,) = proof.findings(html.document(without.encode()), report)
    assert (one.code, one.place.table) == ("W-3", "t2")
    assert "1 格的数没有找到：“行政许可 · 处理决定数量”" in one.message


def test_a_figure_that_is_struck_out_is_no_figure() -> None:
    report = finished(REPORTS["2019"])
    made = typed.opened(word_report.document(report))
    for run in made.tables[0].cell(6, 3).paragraphs[0].runs:
        run.font.strike = True
    (one,) = proof.findings(word.document(typed.saved(made)), report)
    assert (one.code, one.place.spot) == ("W-3", "t2.licence.decisions")
    assert "看不准" in one.message


def test_every_fault_of_the_form_says_what_and_how_to_mend_it() -> None:
    slots = {
        name
        for words in FACTS.values()
        for text in words
        for _, name, _, _ in Formatter().parse(text)
        if name
    }
    for fault in FACTS:
        one = misprint(fault, **dict.fromkeys(slots, "甲"))
        assert one.code == "W-3"
        assert one.message.endswith("。")
        assert one.advice.endswith("。")
        assert "{" not in one.message + one.advice


# what is not a report at all ------------------------------------------------------------------


def calls(document: Document, report: Report) -> Counter[str]:
    """How often each function is called when a document is proofread."""
    counts: Counter[str] = Counter()

    def note(frame: FrameType, event: str, called: object) -> None:
        if event == "c_call":
            counts[getattr(called, "__name__", "")] += 1
        elif event == "call":
            counts[frame.f_code.co_name] += 1

    sys.setprofile(note)
    try:
        proof.findings(document, report)
    finally:
        sys.setprofile(None)
    return counts


@pytest.mark.slow
def test_what_looks_like_thousands_of_headings_is_read_once() -> None:
    report, count = REPORTS["2021"], 6_000
    texts = tuple(f"（{number}）主动公开的情况" for number in range(count))
    found = calls(Document(texts[0], (), texts=texts), report)
    headings = sum(isinstance(one, Heading) for one in report.items)
    assert found["normalize"] < 8 * count
    assert 0 < found["quick_ratio"] <= headings * 5_000


@pytest.mark.slow
def test_a_paragraph_of_very_many_letters_is_read_in_steps_of_equal_length() -> None:
    """If each figure made all letters before or after it be read again, this would take hours."""
    report = REPORTS["2021"]
    prepared = "办结987件，引发行政诉讼共987件，"
    for sentence in ("收到政府信息公开申请987件，", "收到政府信息公开申请987件", prepared):
        text = sentence * (500_000 // len(sentence))
        found = proof.findings(Document("", (), texts=(text,)), report)
        assert "W-2" in {one.code for one in found}
