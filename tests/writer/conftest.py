"""One workbook of each sort: as issued, sent back, and the county's."""

from __future__ import annotations

import functools
from dataclasses import replace

import pytest

from jyxl import editions, live
from jyxl.checker import judge
from jyxl.county import County, Explanation, UnitRow
from jyxl.definition import Edition
from jyxl.finding import Place
from jyxl.form import Form, Lock
from jyxl.identity import Identity
from jyxl.last_year import filled_in
from jyxl.reading import reader
from jyxl.submission import Entries
from jyxl.supplement import Indicator, Relation, Supplement, TextAsked
from jyxl.supplement_tables import cell_name
from jyxl.terms import State
from jyxl.writer import county as county_writer
from jyxl.writer import unit as unit_writer
from tests import play

PASSWORD = "政务公开 2022"
"""Longer than it looks: the sheets must not open with a part of it."""

opened = functools.cache(play.opened)
"""For reading only: a workbook is opened once for all tests that read it."""

TYPED = {
    "t2.licence.decisions": "约10",
    "t2.charges.fees": 251000,
    "t3.new.natural": 3,
    "t3.granted.natural": 2,
    "t4.cases.direct.total": 5,
}


def form(edition: Edition, name: str = "县水务局", kind: str = "部门", round_: int = 0) -> Form:
    year = 2019 if edition.id == "2019" else 2021
    identity = Identity("0123456789abcdef", "云溪县", year, edition.id, "B02", name, kind, round_)
    lock = Lock(PASSWORD, bytes(range(16)))
    return Form(identity, "2022 年 1 月 20 日前", "县政府办公室 0000-0000000", lock, b"k" * 32)


@pytest.fixture(scope="session")
def issued(edition_2021: Edition) -> bytes:
    """县水务局, 2021, as issued."""
    return unit_writer.workbook(edition_2021, form(edition_2021))


@pytest.fixture(scope="session")
def sent_back(edition_2021: Edition, issued: bytes) -> bytes:
    """The same with TYPED in it, one warning explained and no blanks confirmed; sent back once."""
    book = play.type_in(play.opened(issued), edition_2021, TYPED)
    play.explain(book, edition_2021, "部门", "T2-U/charges.fees", "+确为 251000 万元")
    submission = reader.read("县水务局.xlsx", play.saved(book))
    (verdict,) = judge([submission])
    return unit_writer.workbook(
        edition_2021, form(edition_2021, round_=1), submission.entries, verdict.findings
    )


LAST = {
    "t2.licence.decisions": 300,
    "t2.normative.in_force": 9,
    "t2.charges.fees": 25_100_000,
    "t3.new.total": 3,
    "t3.carried_out.natural": 2,
    "t3.carried_out.total": 2,
}
"""What is known of a last year; all else is 0, except for two cells that are not known."""


@pytest.fixture(scope="session")
def with_last_year(edition_2021: Edition) -> bytes:
    """The same unit with a last year, as issued, and with one figure that it typed."""
    unknown = {"t2.penalty.decisions", "t3.carried_out.legal"}
    last = {name: 0 for name in edition_2021.cell if name not in unknown} | LAST
    numbers = filled_in(edition_2021, "部门", last) | {"t2.licence.decisions": 12}
    known = replace(form(edition_2021), last=last)
    return unit_writer.workbook(edition_2021, known, Entries(numbers))


@pytest.fixture(scope="session")
def compared(edition_2021: Edition) -> bytes:
    """The county's workbook with a last year of two of its three units."""
    zeros = dict.fromkeys(edition_2021.cell, 0)
    first = row(
        edition_2021, "B01", "县发展和改革局", {"t3.new.natural": 8, "t3.granted.natural": 8}
    )
    second = row(edition_2021, "B02", "县水务局", {"t2.licence.decisions": 12})
    third = row(edition_2021, "Z01", "河口镇", {"t2.licence.decisions": 999})
    units = (
        replace(first, last=zeros | {"t3.new.total": 5}),
        replace(second, last=zeros | LAST),
        replace(third, lacks_last=True),
    )
    return county_writer.workbook(County("云溪县", 2021, edition_2021, units))


@pytest.fixture(scope="session")
def county(edition_2021: Edition) -> bytes:
    """The county's workbook: two units counted, one sent back, one missing."""
    return county_writer.workbook(
        County(
            "云溪县",
            2021,
            edition_2021,
            (
                row(
                    edition_2021,
                    "B01",
                    "县发展和改革局",
                    {"t3.new.natural": 2, "t3.granted.natural": 2},
                ),
                row(
                    edition_2021,
                    "B02",
                    "=1+1局",
                    {"t2.charges.fees": 25_100_000},
                    words="=HYPERLINK(1)",
                ),
                row(edition_2021, "B03", "县水务局", None, "returned"),
                row(edition_2021, "Z01", "河口镇", None, "missing"),
            ),
        )
    )


INDICATORS = (
    Indicator("政府网站", "工作动态", "条", "整数", True, "求和", (), "全年发布的条数。"),
    Indicator("政府网站", "网站经费", "万元", "小数", False, "不汇总"),
    Indicator("", "设有专职人员", "", "是否", True, "计数"),
    Indicator("", "主管科室", "", "文字", False, "不汇总", ("乡镇",)),
)
ASKED = Supplement(
    INDICATORS,
    (Relation(f"{cell_name(INDICATORS[0])} >= t3.new.total", "warning"),),
    (
        TextAsked("application", True, 800),
        TextAsked("charged", True, 10),
        TextAsked("charges", False, 10),
    ),
)


def with_supplement(form_: Form) -> Form:
    identity = replace(form_.identity, supplement=ASKED.digest)
    return replace(form_, identity=identity, supplement=ASKED)


@pytest.fixture(scope="session")
def asked(edition_2021: Edition) -> bytes:
    """县水务局's workbook, as issued by a county that asks for more than the form."""
    edition = editions.with_supplement(edition_2021, ASKED)
    return unit_writer.workbook(edition, with_supplement(form(edition)))


@pytest.fixture(scope="session")
def asked_back(edition_2021: Edition, asked: bytes) -> bytes:
    """The same with a text that differs from the table, and sent back once."""
    edition = editions.with_supplement(edition_2021, ASKED)
    sheets = play.opened(asked)
    sheets["文字材料"]["B6"].value = "第一段。\n收到政府信息公开申请 3 件。"
    sheets["文字材料"]["B9"].value = "没有"
    sheets["补充指标"]["C5"].value = "约10"
    submission = reader.read("县水务局.xlsx", play.saved(sheets))
    (verdict,) = judge([submission])
    back = with_supplement(form(edition, round_=1))
    return unit_writer.workbook(edition, back, submission.entries, verdict.findings)


@pytest.fixture(scope="session")
def asked_county(edition_2021: Edition) -> bytes:
    """The county's workbook of two units that answered, one of them before all was asked."""
    edition = editions.with_supplement(edition_2021, ASKED)
    news, money, staff, _ = (cell_name(one) for one in INDICATORS)
    first = row(edition, "B01", "县发展和改革局", {news: 12, money: 15000})
    second = row(edition, "B02", "县水务局", {})
    words = {
        staff: "是",
        "words.application.value": "=不是公式\n第二段",
        "words.charged.value": "否",
    }
    return county_writer.workbook(
        County(
            "云溪县",
            2021,
            edition,
            (replace(first, words=words), replace(second, unasked=frozenset({news}))),
        )
    )


def row(
    edition: Edition,
    code: str,
    name: str,
    figures: dict[str, int] | None,
    state: State = "accepted",
    words: str = "",
) -> UnitRow:
    explanation = Explanation(
        "T2-U", Place("主动公开", "t2", "t2.charges.fees"), "-像是以元为单位的", words
    )
    return UnitRow(
        code=code,
        name=name,
        kind="部门",
        state=state,
        newer_returned=False,
        version=1 if state != "missing" else 0,
        arrived="2022-01-10T09:00:00" if state != "missing" else "",
        late=False,
        file=f"回收/{code}.xlsx" if state != "missing" else "",
        sha256=f"{code}".lower().ljust(64, "0") if state != "missing" else "",
        figures=live.values(edition, figures) if figures is not None else None,
        explanations=(explanation,) if words else (),
    )
