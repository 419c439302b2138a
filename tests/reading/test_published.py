"""Published reports are read by their labels: exactly, or told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jyxl import editions
from jyxl.definition import Edition
from jyxl.form_labels import plain
from jyxl.reading import html, published, word
from jyxl.reading.damage import TooLarge
from jyxl.reading.grid import Document
from jyxl.reading.published import Report, figures
from tests.reading import publish

pytestmark = pytest.mark.slow

HERE = Path(__file__).parents[1] / "reports"
REPORTS = sorted(path.stem for path in HERE.glob("*.json"))
NOT_ON_THE_FORM = {"其他主动公开文件"}


def raw(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def as_page(one: dict[str, Any], *how: Callable[[str], str]) -> Document:
    return html.document(publish.page(one["title"], publish.tables(one, *how)))


def as_word(one: dict[str, Any], *how: Callable[[str], str]) -> Document:
    return word.document(publish.word(one["title"], publish.tables(one, *how)))


def among(one: dict[str, Any]) -> list[Edition]:
    first = one["edition"]
    return [editions.load(first), *(editions.load(n) for n in ("2021", "2019") if n != first)]


def printed(one: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(label of the row, label of the column, text) of all that is printed, sorted."""
    found = [
        (plain(label), plain(column), text)
        for label, columns in one["table2"].items()
        for column, text in columns.items()
        if label not in NOT_ON_THE_FORM
    ]
    found += [
        (plain(label), plain(column), text)
        for label, texts in one["table3"].items()
        for column, text in zip(one["table3_columns"], texts, strict=True)
    ]
    names = [name.split("/")[-2:] for name in one["table4_columns"]]
    found += [(*map(plain, name), text) for name, text in zip(names, one["table4"], strict=False)]
    return sorted(found)


def read(report: Report) -> list[tuple[str, str, str]]:
    found = []
    for (edition, name), cell in report.cells.items():
        of = editions.load(edition).cell[name]
        labels = [*of.row_labels[-1:], *of.column_labels[-1:]]
        if not of.row_labels:
            labels = list(of.column_labels[-2:])
        found.append((*map(plain, labels), cell.text))
    return sorted(found)


@pytest.mark.parametrize("way", [as_page, as_word])
@pytest.mark.parametrize("name", REPORTS)
def test_a_real_report_is_read_back_exactly(
    name: str, way: Callable[[dict[str, Any]], Document]
) -> None:
    one = raw(name)
    assert read(published.report(way(one), among(one))) == printed(one)


def with_comma(label: str) -> str:
    return re.sub(r"^(\d)\.", r"\1、", label)


def in_brackets(label: str) -> str:
    return re.sub(r"^(\d)\.", r"（\1）", label)


def spaced(label: str) -> str:
    return " ".join(label)


def quoted(label: str) -> str:
    return label.replace("“", '"').replace("”", '"').replace("（", "(").replace("）", ")")


def other_name(label: str) -> str:
    return {"规范性文件": "行政规范性文件", "行政规范性文件": "规范性文件"}.get(label, label)


@pytest.mark.parametrize("variant", [with_comma, in_brackets, spaced, quoted, other_name])
@pytest.mark.parametrize("way", [as_page, as_word])
@pytest.mark.parametrize(
    "name", ["04_shuyang_fgj_2023_dept", "12_hongze_2023_county", "19_tongzhou_2019_dept_partial"]
)
def test_labels_in_variants(
    name: str,
    way: Callable[..., Document],
    variant: Callable[[str], str],
) -> None:
    one = raw(name)
    assert read(published.report(way(one, variant), among(one))) == printed(one)


def test_a_report_of_both_editions() -> None:
    """Table 2 of 2021, and table 3 with one row for 其他处理 as in 2019."""
    one = raw("12_hongze_2023_county")
    report = published.report(as_page(one), among(one))
    used = {(name.split(".")[0], edition) for edition, name in report.cells}
    assert {("t2", "2021"), ("t3", "2019")} <= used
    assert report.problems == ()


@pytest.mark.parametrize("encoding", ["gbk", "gb2312", "utf-8"])
def test_encodings(encoding: str) -> None:
    one = raw("04_shuyang_fgj_2023_dept")
    page = publish.page(one["title"], publish.tables(one), encoding)
    document = html.document(page)
    assert one["title"] in document.head
    assert read(published.report(document, among(one))) == printed(one)


def test_blanks_are_0_only_where_a_total_shows_it() -> None:
    """In this report all columns but two are blank in table 3."""
    one = raw("04_shuyang_fgj_2023_dept")
    edition = editions.load("2021")
    report = published.report(as_page(one), among(one))
    texts = {name: cell for (_, name), cell in report.cells.items()}
    known, problems = figures(edition, texts)
    assert problems == []
    assert known.keys() == edition.cell.keys()
    assert known["t3.new.natural"] == known["t3.concluded.total"] == 26
    assert known["t3.new.legal"] == known["t3.concluded.legal"] == 0
    only = {name: texts[name] for name in ("t3.new.natural", "t3.new.legal", "t2.normative.issued")}
    assert figures(edition, only)[0] == {"t3.new.natural": 26, "t2.normative.issued": 8}
    one["table3"]["一、本年新收政府信息公开申请数量"][6] = "27"
    report = published.report(as_page(one), among(one))
    known, _ = figures(edition, {name: cell for (_, name), cell in report.cells.items()})
    assert "t3.new.legal" not in known
    assert known["t3.granted.legal"] == 0


@pytest.mark.parametrize("nil", ["/", "-", "—", "无", "０"])
def test_nil_in_its_ways_is_0(nil: str) -> None:
    one = raw("11_unknown_dept_2023")
    edition = editions.load("2021")

    def as_nil(text: str) -> str:
        return nil if text == "0" else text

    found = [
        figures(
            edition,
            {name: cell for (_, name), cell in published.report(way, [edition]).cells.items()},
        )
        for way in (as_page(one), as_page(one, str, as_nil), as_word(one, str, as_nil))
    ]
    assert found[0] == found[1]
    assert found[0][0].items() <= found[2][0].items()


def test_units_after_numbers_and_what_has_no_meaning() -> None:
    one = raw("19_tongzhou_2019_dept_partial")
    edition = editions.load("2019")
    report = published.report(as_word(one), among(one))
    known, problems = figures(edition, {name: cell for (_, name), cell in report.cells.items()})
    assert known["t2.procurement.spending"] == 103_387_900
    assert known["t2.licence.change"] == 3
    assert len(problems) == 1
    assert "--253" in problems[0]
    assert re.search(r"第1张表第\d+行第\d+列", problems[0])


# what is not the form's ------------------------------------------------------------------


def page_of(*rows: str) -> Document:
    lines = "".join(
        "<tr>" + "".join(f"<td>{text}</td>" for text in row.split("|")) + "</tr>" for row in rows
    )
    return html.document(f"<html><body><table>{lines}</table></body></html>".encode())


def test_a_table_that_is_not_the_forms_is_told() -> None:
    all_editions = [editions.load("2021"), editions.load("2019")]
    strange = page_of("项目|数量", "规章|1", "行政许可|2", "行政处罚|3")
    report = published.report(strange, all_editions)
    assert report.cells == {}
    assert len(report.problems) == 1
    assert published.report(page_of("姓名|年龄", "张三|3"), all_editions) == Report({}, ())


def test_columns_that_cannot_be_told_apart_are_not_read() -> None:
    all_editions = [editions.load("2021")]
    twice = page_of("信息内容|本年处理决定数量|本年处理决定数量", "行政许可|1|2")
    assert published.report(twice, all_editions).cells == {}


@pytest.mark.parametrize("order", [("whole", "part"), ("part", "whole")])
def test_of_one_table_twice_the_one_with_more_cells_is_taken(order: tuple[str, str]) -> None:
    heads = "信息内容|本年制发件数|本年废止件数|现行有效件数"
    rows = {
        "whole": (heads, "规章|1|2|3", "行政规范性文件|4|5|6"),
        "part": (heads, "规章|7|2|3"),
    }
    pages = [page_of(*rows[one]) for one in order]
    both = Document(pages[0].head, tuple(grid for one in pages for grid in one.grids))
    report = published.report(both, [editions.load("2021")])
    (problem,) = report.problems
    assert problem.done == f"取用第 {order.index('whole') + 1} 张"
    assert {one.text for one in report.cells.values()} == set("123456")


def test_a_row_that_the_form_does_not_have_is_told() -> None:
    one = raw("04_shuyang_fgj_2023_dept")
    one["table2"] = {**one["table2"], "其他主动公开文件": {"本年收费金额（单位：万元）": "5"}}
    report = published.report(as_page(one), among(one))
    assert [one.why for one in report.problems if "其他主动公开文件" in one.fact] == ["row"]


def test_changes_that_were_tracked_are_noticed() -> None:
    one = raw("11_unknown_dept_2023")
    made = publish.tables(one)
    assert word.document(publish.word("报告", made, is_tracked=True)).is_tracked
    document = word.document(publish.word("报告", made))
    assert not document.is_tracked
    assert read(published.report(document, among(one))) == printed(one)


def test_a_table_without_end_is_cut() -> None:
    huge = html.document(
        b"<table><tr><td colspan=9999 rowspan=9999>1</td></tr>"
        + b"<tr><td>2</td></tr>" * 900
        + b"</table>"
    )
    (grid,) = huge.grids
    assert len(grid.rows) <= 400
    assert max(map(len, grid.rows)) <= 60


def test_more_tables_than_any_report_has_are_not_read() -> None:
    with pytest.raises(TooLarge):
        html.document(b"<table><tr><td colspan=60 rowspan=60>1</td></tr></table>" * 30)


@pytest.mark.parametrize("name", ["undefined", "idna", "rot13", "no-such-thing"])
def test_an_encoding_that_is_none_is_passed_over(name: str) -> None:
    page = f"<meta charset={name}><table><tr><td>数</td></tr></table>".encode()
    assert html.document(page).grids[0].rows[0][0].text == "数"  # type: ignore[union-attr]


def test_a_table_in_pieces_is_one_and_two_that_differ_are_told() -> None:
    edition = editions.load("2021")
    head, row = "信息内容|本年处理决定数量", "行政许可|2"
    pieces = [page_of(head, row), page_of(head, "行政处罚|3")]
    both = Document("", (*pieces[0].grids, *pieces[1].grids))
    report = published.report(both, [edition])
    assert {name: one.text for (_, name), one in report.cells.items()} == {
        "t2.licence.decisions": "2",
        "t2.penalty.decisions": "3",
    }
    assert report.problems == ()
    again = Document("", (*pieces[0].grids, *page_of(head, "行政许可|4").grids))
    assert [one.why for one in published.report(again, [edition]).problems] == ["twice"]
