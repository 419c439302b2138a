"""Sentences that repeat a figure of the tables: what is found in them, and what is not."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from jyxl import claims, editions
from jyxl.definition import Edition

SEED = """规范依申请公开。组织编写了《泾源县政务公开依申请公开工作手册》，向各乡（镇）、各部门进行普发。
全年收到政府信息公开申请 4
件，办结 4 件。因政府信息公开申请引发行政复议 0 件，引发行政诉讼共 0 件。"""
"""From the report of 泾源县 for 2019."""

ELSEWHERE = """强化主动公开。通过政府网站公开各类信息 10000 余条，其中，工作动态类信息 1542 条，公示公告 371 条，
重点领域 163 条，行政许可、处罚结果公开 1109 条，政府预决算公开 364 条，公众通过政府网站查询信息约 80 万余次。
政府常务会先后研究政务公开工作 2 次。认真编制《政府公报》6 期，刊登文件 117 份。
2019 年全县共出台政策文件 16 个，完成解读 16 个（其中图解 16 个）。“12345”便民服务热线平台共转办我县工单 731 件，
其中：求助类工单 511 件，投诉类工单 156 件。现已办结 731 件，办结率 100%。发布政务公开督查通报 2 次。"""
"""The rest of its figures, which are in no table."""


def found(edition: Edition, text: str) -> list[tuple[str, int]]:
    return [(one.claim.key, one.figure) for one in claims.said(edition, text, 2025)]


def test_the_sentences_of_the_seed_are_read(edition_2019: Edition) -> None:
    expected = [("received", 4), ("concluded", 4), ("review", 0), ("litigation", 0)]
    assert found(edition_2019, SEED) == expected
    assert found(edition_2019, ELSEWHERE) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("本年共收到依申请公开 26 件。", [("received", 26)]),
        ("今年以来，我局新收政府信息公开申请１２件，均已办结。", [("received", 12)]),
        ("共受理信息公开申请十二件，已办结 11 件，结转下年度 1 件。", [("received", 12), ("concluded", 11), ("carried_out", 1)]),
        ("收到政府信息公开申请 1,204 件。", [("received", 1204)]),
        ("收到公开申请一百零五件。", [("received", 105)]),
        ("未收到政府信息公开申请。", [("received", 0)]),
        ("2024年收到政府信息公开申请20件，2025年收到公开申请33件。", [("received", 33)]),
        ("没有收到依申请公开，未发生因此引起的行政复议、行政诉讼。", [("received", 0)]),
        ("政府信息公开工作被申请行政复议案件 2 件，行政诉讼 1 起。", [("review", 2), ("litigation", 1)]),
        ("因政府信息公开引发的行政复议、行政诉讼均为零。", [("litigation", 0)]),
        ("全年制发行政规范性文件 21 件，全部公开。", [("normative", 21)]),
    ],
)  # fmt: skip
def test_a_figure_of_a_table_is_recognised(
    edition_2021: Edition, text: str, expected: list[tuple[str, int]]
) -> None:
    assert found(edition_2021, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "通过网站收到政府信息公开申请 3 件，当面申请 1 件。",
        "收到政府信息公开申请较上年增加 5 件。",
        "上年收到政府信息公开申请 9 件。",
        "收到政府信息公开申请约 10 余件。",
        "全年办理行政复议案件 35 件，全部在网站公开。",
        "12345 热线收到咨询政府信息公开申请办法的来电 30 件，均已办结 30 件。",
        "清理规范性文件 40 件，废止规范性文件 6 件，审查规范性文件 12 件。",
        "现行有效规范性文件 88 件。",
        "解读规范性文件 7 件。",
        "主动公开政府信息 1500 条。",
        "收到人大建议、政协提案 17 件，办结 17 件。",
        "举办政府信息公开申请办理培训 2 次，120 人参加。",
        "未收到政府信息公开申请的单位有 2 个。",
        "2024 年收到政府信息公开申请 20 件。",
        "",
    ],
)
def test_what_is_another_figure_is_left_alone(edition_2021: Edition, text: str) -> None:
    assert found(edition_2021, text) == []


def test_carried_in_may_be_counted_or_not(edition_2021: Edition) -> None:
    figures = dict.fromkeys(edition_2021.cell, 0)
    figures |= {"t3.new.total": 5, "t3.carried_in.total": 2, "t3.concluded.total": 7}
    for right in (5, 7):
        text = f"共受理政府信息公开申请 {right} 件，办结 7 件。"
        assert not list(claims.differences(edition_2021, text, 2025, figures, ()))
    (wrong,) = claims.differences(edition_2021, "收到政府信息公开申请 6 件。", 2025, figures, ())
    assert (wrong.said.figure, wrong.stated, wrong.cells) == (6, 5, ("t3.new.total",))
    assert not list(
        claims.differences(
            edition_2021, "收到政府信息公开申请 6 件。", 2025, figures, {"t3.new.total"}
        )
    )


REPORTS = sorted((Path(__file__).parent / "reports").glob("*.json"))
USUAL = (
    "本年度共收到政府信息公开申请 {new} 件，上年结转 {carried_in} 件，办结 {concluded} 件，"
    "结转下年度 {carried_out} 件。其中，予以公开的情况已在网站公布。"
    "因政府信息公开引发行政复议 {review} 件、行政诉讼 {suits} 件。"
)
"""The usual sentences of a report."""


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_the_usual_sentences_about_real_tables(path: Path) -> None:
    """With the figures of a real report nothing differs; with any one changed, that one does."""
    edition = editions.load(json.loads(path.read_text(encoding="utf-8"))["edition"])
    raw = json.loads(path.read_text(encoding="utf-8"))

    def total(label: str) -> int:
        row = (raw.get("table3") or {}).get(label) or ["0"]
        text = row[-1].strip()
        return int(text) if text.isdigit() else 0

    figures = dict.fromkeys(edition.cell, 0) | {
        "t3.new.total": total("一、本年新收政府信息公开申请数量"),
        "t3.carried_in.total": total("二、上年结转政府信息公开申请数量"),
        "t3.concluded.total": total("（七）总计"),
        "t3.carried_out.total": total("四、结转下年度继续办理"),
        "t4.cases.review.total": 3,
    }
    slots = {
        "new": figures["t3.new.total"],
        "carried_in": figures["t3.carried_in.total"],
        "concluded": figures["t3.concluded.total"],
        "carried_out": figures["t3.carried_out.total"],
        "review": 3,
        "suits": 0,
    }
    assert not list(claims.differences(edition, USUAL.format(**slots), 2025, figures, ()))
    keys = {"new": "received", "suits": "litigation"}
    for name in slots.keys() - {"carried_in"}:
        text = USUAL.format(**{**slots, name: slots[name] + 1000})
        (one,) = claims.differences(edition, text, 2025, figures, ())
        assert one.said.claim.key == keys.get(name, name)


@pytest.mark.parametrize(
    "piece", ["收到政府信息公开申请", "公开申请收到", "一二三四", "收收收", "公开申请1", "、"]
)
def test_a_long_text_takes_no_longer_than_its_length_asks_for(
    edition_2021: Edition, piece: str
) -> None:
    def seconds(letters: int) -> float:
        text = "公开申请" + piece * (letters // len(piece))
        start = time.perf_counter()
        list(claims.said(edition_2021, text, 2025))
        return time.perf_counter() - start

    seconds(1000)
    assert seconds(30_000) < 2
