"""A report as a web page, as a part of one, and as data: what stands where."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest

from jyxl import editions, numbers
from jyxl.definition import Edition
from jyxl.problem import Problem
from jyxl.report import Paragraph, Report, Shown
from jyxl.reports import data, web
from jyxl.supplement import Indicator, Supplement
from tests.pages import sample
from tests.pages.conftest import read

TODAY = date(2022, 3, 1)
HOSTILE = "</p><script>alert(1)</script>\x00"
EDITIONS = ["2019", "2021"]


class _Tables(HTMLParser):
    """The cells of all tables by their ids, and of the figures (name, headers, text)."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.heads: dict[str, str] = {}
        self.figures: list[tuple[str, list[str], str]] = []
        self._open: dict[str, str] | None = None
        self._text = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("td", "th"):
            self._open, self._text = {key: value or "" for key, value in attrs}, ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._open is not None:
            if tag == "th":
                assert self._open["id"] not in self.heads
                self.heads[self._open["id"]] = self._text
            else:
                heads = self._open["headers"].split()
                self.figures.append((self._open["data-cell"], heads, self._text))
            self._open = None


@pytest.mark.parametrize("make", [web.web_page, web.web_fragment])
@pytest.mark.parametrize("edition", EDITIONS)
def test_every_figure_stands_under_exactly_its_headings(edition: str, make: Any) -> None:
    report = sample.report(edition)
    tables = _Tables(make(report))
    shown = {name: text for name, _, text in tables.figures}
    assert len(tables.figures) == len(shown)
    assert shown == {
        cell.name: numbers.plain(report.figures[cell.name], cell.kind.scale)
        for cell in report.edition.statutory
    }
    for name, heads, _ in tables.figures:
        cell = report.edition.cell[name]
        said = [tables.heads[one] for one in heads]
        block = [one for one in said if one.startswith("第二十条")]
        assert sorted(said) == sorted([*cell.row_labels, *cell.column_labels, *block])
        assert len(block) == (cell.table == "t2")


def test_two_fragments_on_one_page_have_no_id_in_common() -> None:
    one, other = (web.web_fragment(sample.report(edition)) for edition in EDITIONS)
    ids = [re.findall(rb' id="([^"]+)"', page) for page in (one, other)]
    assert all(len(set(found)) == len(found) > 50 for found in ids)
    assert not set(ids[0]) & set(ids[1])


def test_a_fragment_has_nothing_that_belongs_to_a_page() -> None:
    tags = {tag for tag, _ in read(web.web_fragment(sample.report())).tags}
    assert not tags & {
        "html",
        "head",
        "body",
        "style",
        "script",
        "link",
        "meta",
        "title",
        "main",
        "h1",
    }


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_page_loads_nothing(edition: str) -> None:
    page = web.web_page(*sample.corrected(edition))
    tags = read(page).tags
    assert not {tag for tag, _ in tags} & {"script", "link", "img", "iframe", "object", "form"}
    links = [one["href"] for tag, one in tags if tag == "a"]
    assert {one.partition(":")[0] for one in links if not one.startswith("#")} == {"data"}
    assert b"url(" not in page
    assert b"@import" not in page


def test_the_figures_can_be_saved_from_the_page() -> None:
    report = sample.report()
    (link,) = (
        one["href"]
        for tag, one in read(web.web_page(report)).tags
        if tag == "a" and "download" in one
    )
    assert base64.b64decode(link.partition(",")[2]) == data.as_csv(report)


def test_what_is_still_to_be_written_is_marked_and_figures_in_sentences_are_named() -> None:
    page = web.web_page(sample.report()).decode()
    assert page.count("<mark>") == 1
    assert re.search("<mark>[^<]*这里写", page)
    assert '件，办结 <span data-cell="t3.concluded.total">4</span> 件' in page


def test_the_foot_says_what_it_is_based_on_and_what_was_changed() -> None:
    first = sample.report()
    foot = web.web_page(replace(first, left_out=("县水务局",))).decode().partition("<footer>")[2]
    assert first.edition.notice in foot
    assert data.digest(first)[:16] in foot
    assert "县水务局" in foot
    assert "第 1 版" in foot
    assert "更正说明" not in foot
    now, corrections = sample.corrected("2019")
    foot = web.web_page(now, corrections).decode().partition("<footer>")[2]
    assert data.digest(now)[:16] in foot
    assert "第 2 版（2022 年 3 月 1 日）：“行政许可 · 处理决定数量”由 1418 改为 1420" in foot


def test_nothing_in_a_report_becomes_part_of_the_page() -> None:
    report = sample.report()
    bad = Paragraph("x", (HOSTILE, Shown(f'"><b id="{HOSTILE}', HOSTILE)), is_open=True)
    bad_report = replace(
        report,
        title=HOSTILE,
        whom=HOSTILE,
        left_out=(HOSTILE,),
        items=(*report.items, bad),
    )
    correction = data.Correction(2, TODAY, (data.Change("a", HOSTILE, HOSTILE, HOSTILE),))
    for make in (web.web_page, web.web_fragment):
        tags = [tag for tag, _ in read(make(bad_report, (correction,))).tags]
        assert "script" not in tags
        assert "b" not in tags


# as data --------------------------------------------------------------------------------


def lines(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def asking(edition: str, *labels: str) -> Edition:
    """The edition with indicators that have these labels, counted in 条, and one amount."""
    asked = [Indicator("", label, "条", "整数", True, "求和") for label in labels]
    amount = Indicator("", "培训经费", "万元", "小数", True, "求和")
    return editions.combined(edition, Supplement((*asked, amount)))


def test_csv_has_a_line_for_each_cell_with_its_labels_and_unit() -> None:
    edition = asking("2021", "公示公告")
    figures = dict.fromkeys(edition.cell, 0) | {"t2.charges.fees": 25_100_000}
    own = [cell.name for cell in edition.cells if cell.table == "own"]
    figures |= {own[0]: 371, own[1]: 12_345}
    report = Report("县", 2021, edition, "年报", (), figures)
    found = {line["单元格"]: line for line in lines(data.as_csv(report))}
    assert found.keys() == edition.cell.keys()
    assert found["t2.charges.fees"]["数"] == "25.1"
    assert found["t2.charges.fees"]["计量单位"] == "万元"
    row = found["t3.new.natural"]
    assert row["表"] == "三、收到和处理政府信息公开申请情况"
    assert found["t4.cases.direct.total"]["列"] == "行政诉讼 / 未经复议直接起诉 / 总计"
    one, other = (found[name] for name in own)
    assert (one["行"], one["计量单位"], one["数"]) == ("公示公告（条）", "条", "371")
    assert (other["计量单位"], other["数"]) == ("万元", "1.2345")


@pytest.mark.parametrize("label", ["=1+1", "+86", "-", "@SUM(A1)", "\t=1"])
def test_no_text_of_the_csv_is_a_formula(label: str) -> None:
    edition = asking("2021", label)
    report = Report("县", 2021, edition, "年报", (), dict.fromkeys(edition.cell, 0))
    texts = [text for line in lines(data.as_csv(report)) for text in list(line.values())[:-1]]
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_json_has_no_float_and_says_whose_it_is() -> None:
    report = replace(sample.report("2021"), left_out=("县水务局",))

    def refuse(text: str) -> float:
        raise AssertionError(text)

    found = json.loads(data.as_json(report), parse_float=refuse)
    facts = {key: found[key] for key in ("whom", "year", "edition", "left_out", "version")}
    assert facts == {
        "whom": "泾源县人民政府",
        "year": 2021,
        "edition": "2021",
        "left_out": ["县水务局"],
        "version": 1,
    }
    assert found["digest"] == hashlib.sha256(data.as_csv(report)).hexdigest()
    kinds = {one["unit"]: type(one["figure"]) for one in found["cells"]}
    assert kinds == {"": int, "万元": str}


def test_a_figure_that_was_changed_after_publication_is_a_correction() -> None:
    first = sample.report()
    published = data.as_json(first)
    assert data.corrections(published, first, TODAY) == ()
    second = replace(first, figures={**first.figures, "t2.licence.decisions": 1420})
    (one,) = data.corrections(published, second, TODAY)
    change = data.Change("t2.licence.decisions", "行政许可 · 处理决定数量", "1418", "1420")
    assert one == data.Correction(2, TODAY, (change,))
    again = data.as_json(second, (one,))
    assert data.corrections(again, second, TODAY) == (one,)
    third = replace(first, figures={**first.figures, "t2.procurement.spending": 80_500_000})
    later = data.corrections(again, third, date(2022, 4, 1))
    assert later[0] == one
    assert [(it.before, it.after) for it in later[1].changes] == [("1420", "1418"), ("80", "80.5")]
    assert later[1].version == 3


def test_an_indicator_that_is_no_longer_asked_is_a_change() -> None:
    one, other = asking("2021", "公示公告"), asking("2021", "督查通报")
    before = Report("县", 2021, one, "年报", (), dict.fromkeys(one.cell, 7))
    after = Report("县", 2021, other, "年报", (), dict.fromkeys(other.cell, 7))
    changes = data.changes(data.as_json(before), after)
    assert [(it.label, it.before, it.after) for it in changes] == [
        ("督查通报（条）", "", "7"),
        ("公示公告（条）", "7", ""),
    ]


@pytest.mark.parametrize(
    "published",
    [
        *(b"", b"[]", b"{}", b"null", b"\xff", b"[" * 100_000),
        data.as_json(sample.report("2021")),
        data.as_json(sample.report("2019")).replace(
            b'"corrections": []', b'"corrections": [{"version": Infinity}]'
        ),
    ],
    ids=["empty", "list", "object", "null", "bytes", "deep", "another", "infinite"],
)
def test_what_is_not_the_published_data_of_this_report_is_told(published: bytes) -> None:
    with pytest.raises(Problem):
        data.changes(published, sample.report("2019"))
