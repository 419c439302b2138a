"""Every rule of both editions as people, the workbook and the check see it, as text.

After an intended change: JYXL_UPDATE_GOLDENS=1 pytest tests/rules/test_renderings.py
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jyxl import editions, last_year
from jyxl.definition import Edition, Instance
from jyxl.numbers import plain
from jyxl.rules import excel
from jyxl.rules.check import evaluate
from jyxl.rules.chinese import broken, place_label, sentence
from jyxl.rules.language import main_comparison
from jyxl.writer.references import areas


def rendered(edition: Edition, instance: Instance) -> str:
    """One rule at one place: its sentence, its formulas, and its truth on a blank form and on
    a form in which every cell holds its number in sheet order, from 1 on, after a year of ones."""
    label = place_label(edition, instance)
    decimals = len(str(instance.scale)) - 1
    zeros = {cell.name: 0 for cell in edition.cells} | last_year.by_key(edition, {})[0]
    counted = {cell.name: number * cell.kind.scale for number, cell in enumerate(edition.cells, 1)}
    counted |= last_year.by_key(edition, {cell.name: cell.kind.scale for cell in edition.cells})[0]
    words = broken(edition, instance, counted, lambda value: plain(value, instance.scale))
    truth = [evaluate(instance.tree, values, instance.scale) for values in (zeros, counted)]
    lines = [
        f"[{instance.id}]  {instance.rule.severity}",
        f"  应当：{sentence(instance.tree, label)}",
        f"  公式：={excel.formula(instance.tree, areas(edition), decimals)}",
    ]
    if instance.computed:
        right = main_comparison(instance.tree).right
        own = edition.table[edition.cell[instance.computed].table]
        total = excel.formula(right, areas(edition, own), decimals)
        lines.append(f"  合计：{instance.computed} ={total}")
    lines.append(f"  全空：{truth[0]}　逐格编号：{truth[1]}")
    if not truth[1]:
        lines.append(f"  不通过：{words}")
    return "\n".join(lines)


@pytest.mark.parametrize("name", ["2019", "2021"])
def test_every_rule_is_rendered_as_recorded(name: str) -> None:
    edition = editions.load(name)
    text = "\n\n".join(rendered(edition, one) for one in edition.instances) + "\n"
    golden = Path(__file__).with_name(f"golden_{name}.txt")
    if os.environ.get("JYXL_UPDATE_GOLDENS"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
