"""The report of 泾源县 for 2019, or one of the same figures in the other edition, as values."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from jyxl import editions, resources
from jyxl.definition import Edition
from jyxl.report import Heading, Item, Paragraph, Report, Shown, StatutoryTable
from jyxl.reports import data
from jyxl.reports.data import Correction

SAMPLE = resources.folder("samples") / "jingyuan-2019"


def figures(edition: Edition) -> dict[str, int]:
    """The published figures of every cell that the edition has; the others are 0."""
    found = dict.fromkeys(edition.cell, 0)
    with (SAMPLE / "county.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["cell"] in found:
                scale = edition.cell[row["cell"]].kind.scale
                found[row["cell"]] = int(Decimal(row["figure"]) * scale)
    return found


def report(edition_id: str = "2019", figures_: dict[str, int] | None = None) -> Report:
    edition = editions.load(edition_id)
    year = edition.first_year or 0
    return Report(
        whom="泾源县人民政府",
        year=year,
        edition=edition,
        title=f"泾源县人民政府 {year} 年政府信息公开工作年度报告",
        items=tuple(_items(edition)),
        figures=figures_ or figures(edition),
    )


def corrected(edition_id: str) -> tuple[Report, tuple[Correction, ...]]:
    """The same after two of its figures were changed."""
    first = report(edition_id)
    changed = {"t2.licence.decisions": 1420, "t3.new.natural": 5}
    now = report(edition_id, {**first.figures, **changed})
    published = data.as_json(first)
    return now, data.corrections(published, now, date(2022, 3, 1))


def _items(edition: Edition) -> Iterator[Item]:
    yield Paragraph(
        "preamble",
        (
            "本报告根据《中华人民共和国政府信息公开条例》第五十条编制，所列数据的统计期限为 1 月 1 日至 12 月 31 日。"
            "如对本报告有疑问，请与泾源县人民政府办公室联系。",
        ),
    )
    yield Heading("overview", "一、总体情况")
    yield Heading("disclosure", "（一）主动公开", 2)
    yield Paragraph("disclosure.open", ("【这里写本年主动公开的做法和成效】",), is_open=True)
    yield Heading("application", "（二）依申请公开", 2)
    yield Paragraph(
        "application",
        (
            "全年收到政府信息公开申请 ",
            Shown("t3.new.total", "4"),
            " 件，办结 ",
            Shown("t3.concluded.total", "4"),
            " 件。因政府信息公开申请引发行政复议 ",
            Shown("t4.cases.review.total", "0"),
            " 件，引发行政诉讼共 ",
            Shown("litigation", "0"),
            " 件。",
        ),
    )
    for table in edition.tables:
        yield Heading(table.key, table.title)
        yield StatutoryTable(table.key)
    yield Heading("problems", "五、存在的主要问题及改进情况")
    yield Paragraph("problems", ("县级“热”，部分乡镇、部门“冷”，政务公开工作基础还不够扎实。" * 4,))
    yield Heading("other", "六、其他需要报告的事项")
    yield Paragraph("charges", ("本年度没有收取信息处理费。",))
