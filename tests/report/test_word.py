"""The report as a Word document: its text and layout, its tables, its page."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from jyxl import composing, editions
from jyxl.reading import published
from jyxl.reading import word as reading
from jyxl.report import Paragraph, Report
from jyxl.reports import word, word_compiled
from tests.report import sample
from tests.report.sample import W

HERE = Path(__file__).parent


@pytest.mark.parametrize("name", ["2019", "2021"])
def test_text_and_layout_are_those_of_the_golden_file(name: str) -> None:
    lines = "\n".join(sample.described(word.document(sample.report(name)))) + "\n"
    golden = HERE / f"{name}.txt"
    if os.environ.get("JYXL_UPDATE_GOLDENS"):
        golden.write_text(lines, encoding="utf-8")
    assert lines == golden.read_text(encoding="utf-8")


def read_back(data: bytes, made: Report) -> dict[str, int]:
    found = published.report(reading.document(data), [made.edition])
    assert not found.problems
    cells = {name: one for (_, name), one in found.cells.items()}
    figures, problems = published.figures(made.edition, cells)
    assert not problems
    return figures


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", ["2019", "2021"])
def test_the_tables_read_back_are_the_figures(name: str, seed: int) -> None:
    form, dice = editions.load(name), random.Random(seed)
    typed = {
        cell.name: dice.randint(max(cell.kind.lowest, -(10**7)), 10 ** dice.randint(0, 7))
        for cell in form.cells
        if cell.name not in form.totals
    }
    made = sample.report(name)
    made = replace(made, figures={**made.figures, **sample.figures(form, typed)})
    wanted = {cell.name: made.figures[cell.name] for cell in form.cells}
    assert read_back(word.document(made), made) == wanted


def test_equal_reports_give_equal_bytes_without_the_clock() -> None:
    data = word.document(sample.report())
    assert data == word.document(sample.report())
    core = sample.parts(data)["docProps/core.xml"].decode()
    assert "2026-01-01T00:00:00Z" in core
    assert "泾源县人民政府2025年政府信息公开工作年度报告" in core


def test_every_figure_in_a_sentence_is_a_content_control_with_its_key() -> None:
    made = sample.report()
    assert sample.controls(word.document(made)) == sample.shown(made)


def test_titles_of_content_controls_tell_figures_apart() -> None:
    for name in ("2019", "2021"):
        form = sample.edition(name)
        assert form.outline is not None
        keys = [*form.cell, *form.text, *form.outline.labels, composing.LEFT_OUT]
        titles = [word.title(form, key) for key in keys]
        assert len(set(titles)) == len(titles)
        assert max(map(len, (*titles, *keys))) <= 64


def test_a_prompt_is_yellow_and_no_other_paragraph_is() -> None:
    made = sample.report()
    lit = [
        sample.text(one)
        for one in sample.body(word.document(made)).iter(f"{W}p")
        if next(one.iter(f"{W}highlight"), None) is not None
    ]
    assert lit == list(made.still_open)


def test_the_page_is_that_of_the_standard() -> None:
    section = sample.body(word.document(sample.report())).find(f"{W}sectPr")
    assert section is not None

    def millimetres(element: str, name: str) -> int:
        found = section.find(f"{W}{element}")  # type: ignore[union-attr]
        assert found is not None
        return round(int(found.attrib[f"{W}{name}"]) / 1440 * 25.4)

    size = [millimetres("pgSz", name) for name in ("w", "h")]
    margins = [millimetres("pgMar", name) for name in ("top", "bottom", "left", "right")]
    assert (size, margins) == ([210, 297], [37, 35, 28, 26])


def test_every_style_names_its_chinese_font() -> None:
    root = ElementTree.fromstring(sample.parts(word.document(sample.report()))["word/styles.xml"])
    fonts = {}
    for style in root.iter(f"{W}style"):
        name, look = style.find(f"{W}name"), style.find(f"{W}rPr/{W}rFonts")
        if name is not None and look is not None and "报告" in name.attrib[f"{W}val"]:
            scripts = {look.get(f"{W}{script}") for script in ("ascii", "hAnsi", "eastAsia")}
            assert len(scripts) == 1
            fonts[name.attrib[f"{W}val"]] = scripts.pop()
    assert fonts == {
        "报告标题": "方正小标宋简体",
        "报告正文": "仿宋_GB2312",
        "报告一级标题": "黑体",
        "报告二级标题": "楷体_GB2312",
        "报告表格": "仿宋_GB2312",
        "报告表头": "黑体",
    }


def test_rows_do_not_break_and_heads_are_repeated() -> None:
    tables = list(sample.body(word.document(sample.report())).iter(f"{W}tbl"))
    assert len(tables) == 3
    for table in tables:
        rows = list(table.iter(f"{W}tr"))
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    heads = [len(list(table.iter(f"{W}tblHeader"))) for table in tables]
    assert heads == [0, 3, 3]


def test_what_was_pasted_into_a_text_steers_nothing() -> None:
    made = sample.report()
    odd = Paragraph("x", ("<w:t>a\x07b\u202ec\ufffe</w:t>",))
    data = word.document(replace(made, items=(odd,)))
    assert "报告正文: <w:t>abc</w:t>" in list(sample.described(data))


def test_what_the_units_wrote_by_the_parts_of_the_report() -> None:
    which = sample.county()
    data = word_compiled.compiled(which)
    assert data is not None
    assert list(filter(None, sample.described(data))) == [
        "报告标题: 泾源县2025年文字材料汇编",
        "报告一级标题: 一、总体情况",
        "报告二级标题: （二）依申请公开（1 个单位）",
        "报告正文: 【县民政局】第一行。",
        "报告正文: 第二行，收到申请 7 件。",
    ]
    assert word_compiled.compiled(sample.county(words={})) is None
