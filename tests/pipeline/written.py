"""The report that 泾源县 published for 2019, typed in Word."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests import typed
from tests.reading import publish
from tests.reading.publish import Box

RAW: dict[str, Any] = json.loads(
    (Path(__file__).parent / "jingyuan-2019-report.json").read_text(encoding="utf-8")
)
HEADS = (
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
)


def items() -> list[str | Sequence[Box]]:
    """Its paragraphs and tables, word by word."""
    tables = publish.tables(RAW)
    parts = (part for pair in zip(HEADS, tables, strict=True) for part in pair)
    return [*RAW["before"], *parts, *RAW["after"]]


def report() -> bytes:
    return typed.saved(typed.document(items()))


def page() -> bytes:
    """The same as a web page, as the site of a county shows it."""
    body = "".join(
        f"<p>{item}</p>" if isinstance(item, str) else publish.table_of_page(item)
        for item in items()
    )
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>泾源县人民政府</title></head><body>'
        "<ul><li>首页</li><li>政府信息公开年报</li><li>2018年年报</li></ul>"
        f"<div>来源：县政府办公室　发布时间：2020-01-15</div>{body}</body></html>"
    ).encode()
