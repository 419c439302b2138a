"""Lines of Chinese: what begins one, what stays whole, and that nothing is lost."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from jyxl import chinese_rich, line_breaks

CLOSING = tuple("，。、；：！？）》”’」』】〕,.;:!?)]")
SENTENCE = (
    "“县公安局”（代码 002）在 2024-01-10 09:00 交来的表，收到时已过 2024 年 1 月 5 日，"
    "算迟报；请核对 回收/县公安局.xlsx、退回/002-县公安局-2023-退回1.xlsx。"
)


@pytest.mark.parametrize("most", range(21, 100))
def test_no_line_begins_with_what_closes_and_no_time_is_divided(most: int) -> None:
    lines = line_breaks.folded(SENTENCE, most)
    assert [line for line in lines if line.startswith(CLOSING)] == []
    assert [line for line in lines if line.endswith(("（", "“"))] == []
    for whole in ("2024-01-10 09:00", "2024 年 1 月 5 日"):
        assert any(whole in line for line in lines)


@given(st.text("，。）（“”a1-. 县局/:", max_size=60), st.integers(2, 30))
def test_lines_fit_and_nothing_but_blanks_is_left_out(text: str, most: int) -> None:
    lines = line_breaks.folded(text, most)
    assert all(line_breaks.width(line) <= most for line in lines)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)


def test_lines_that_are_there_stay() -> None:
    assert line_breaks.folded("一\n\n  二三四", 6) == ["一", "", "  二三", "四"]


@pytest.mark.parametrize("columns", [40, 60, 80, 100])
def test_a_table_keeps_the_same_rules(columns: int) -> None:
    table = chinese_rich.Table("题目", "单位", "收到时间", "问题")
    unit, time = chinese_rich.Text("县公安局"), chinese_rich.Text("2024-01-10 09:00")
    table.add_row(unit, time, chinese_rich.Text(SENTENCE))
    shown = io.StringIO()
    Console(file=shown, width=columns).print(table)
    lines = shown.getvalue().splitlines()
    assert all(line_breaks.width(line) <= columns for line in lines)
    assert "2024-01-10 09:00" in shown.getvalue()
    starts = [cell for line in lines for cell in re.split(r" {2,}", line.strip())]
    assert [cell for cell in starts if cell.startswith(CLOSING)] == []
