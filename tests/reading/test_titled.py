"""A title says whose report it is and of which year; what else stands near it does not."""

from __future__ import annotations

import pytest

from jyxl.identity import Expected
from jyxl.reading import titled
from jyxl.reading.grid import Document

UNITS = {
    "B01": ("县政府办公室", "部门"),
    "B02": ("县水务局", "部门"),
    "B03": ("县水务局河道管理所", "部门"),
}
EXPECTED = Expected("c", "云溪县", 2021, "2021", bytes(32), UNITS, former={"B02": ("县水利局",)})
NAMELESS = "2021年政府信息公开工作年度报告"


def document(*texts: str) -> Document:
    return Document(" ".join(texts), (), texts=texts)


@pytest.mark.parametrize(
    ("file", "texts", "code"),
    [
        ("a.docx", ["云溪县水务局", NAMELESS], "B02"),
        ("a.docx", [NAMELESS, "云溪县水务局"], "B02"),
        ("a.docx", [NAMELESS, "县政府办公室：", "现将县水务局的情况报告如下"], ""),
        ("a.docx", ["云溪县水利局" + NAMELESS], "B02"),
        ("a.docx", ["县水务局河道管理所" + NAMELESS], "B03"),
        ("a.docx", ["县 水 务 局 " + NAMELESS], "B02"),
        ("县水务局.docx", [NAMELESS], "B02"),
        ("县水务局/县政府办公室.zip/a.docx", [NAMELESS], "B01"),
        ("县水务局.docx", ["县政府办公室" + NAMELESS], "?B01"),
        ("县水务局.docx", ["县政府办公室、县水务局" + NAMELESS], "B02"),
        ("a.docx", ["县政府办公室、县水务局" + NAMELESS], ""),
    ],
)
def test_whose_it_is(file: str, texts: list[str], code: str) -> None:
    """A ? stands before what is not certain."""
    found, why = titled.unit_of(file, document(*texts), EXPECTED)
    assert found == code.lstrip("?")
    assert bool(why) == (code in ("", "?B01"))


@pytest.mark.parametrize(
    ("file", "texts", "years"),
    [
        ("a.docx", ["县水务局2021年政府信息公开年报"], ["2021"]),
        ("a.docx", ["县水务局２０２１年度政府信息公开年报"], ["2021"]),
        ("a.docx", ["县水务局二〇二一年度政府信息公开年报"], ["2021"]),
        ("a.docx", ["县水务局二○二一年政府信息公开年报", "2022年1月10日"], ["2021"]),
        ("a.docx", ["水务〔2022〕3号", "政府信息公开年报"], []),
        ("2020年年报.docx", ["政府信息公开年报"], ["2020"]),
        ("2020年年报.docx", ["2021年政府信息公开年报"], ["2021"]),
        ("20220110年报.docx", ["政府信息公开年报", "一、2019年以来"], []),
    ],
)
def test_which_year_it_is_of(file: str, texts: list[str], years: list[str]) -> None:
    assert list(titled.years_of(file, document(*texts))) == years
