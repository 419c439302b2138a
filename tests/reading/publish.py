"""Real tables written out as published reports are: as a web page and as a Word document."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from jyxl import editions
from jyxl.form_labels import plain

Words = Callable[[str], str]


class Box(NamedTuple):
    """A cell of a published table, merged or not."""

    row: int
    column: int
    height: int
    width: int
    text: str


def tables(raw: Mapping[str, Any], words: Words = str, figure: Words = str) -> list[list[Box]]:
    """The tables of a report. words: how it writes a label; figure: how it writes a figure."""
    made = [
        _table_2(raw, words, figure),
        _table_3(raw, words, figure),
        _table_4(raw, words, figure),
    ]
    return [table for table in made if table]


def _table_2(raw: Mapping[str, Any], words: Words, figure: Words) -> list[Box]:
    boxes: list[Box] = []
    row = 0
    before = ""
    for label, columns in raw["table2"].items():
        title = _article(raw["edition"], label) or before
        if title != before:
            before = title
            boxes.append(Box(row, 0, 1, 4, title))
            boxes += _spread(row + 1, "信息内容", [words(name) for name in columns])
            row += 2
        boxes += _spread(row, words(label), [figure(text) for text in columns.values()])
        row += 1
    return boxes


def _article(edition: str, label: str) -> str:
    """The title of the block in which the form has a row; '' if it has none."""
    for block in editions.load(edition).table["t2"].blocks:
        if any(plain(row.label or "") == plain(label) for row in block.rows):
            return block.title or ""
    return ""


def _spread(row: int, label: str, texts: Sequence[str]) -> Iterator[Box]:
    """A line of four columns, the last of which fills what is left."""
    yield Box(row, 0, 1, 1, label)
    for number, text in enumerate(texts, 1):
        yield Box(row, number, 1, 4 - number if number == len(texts) else 1, text)


def _table_3(raw: Mapping[str, Any], words: Words, figure: Words) -> list[Box]:
    if not raw["table3"]:
        return []
    boxes = [
        Box(0, 0, 3, 3, "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"),
        Box(0, 3, 1, 7, words("申请人情况")),
        Box(1, 3, 2, 1, words("自然人")),
        Box(1, 4, 1, 5, words("法人或其他组织")),
        Box(1, 9, 2, 1, words("总计")),
    ]
    for number, name in enumerate(raw["table3_columns"][1:6], 4):
        boxes.append(Box(2, number, 1, 1, words(name)))
    paths = [_path(label) for label in raw["table3"]]
    for at, (path, texts) in enumerate(zip(paths, raw["table3"].values(), strict=True)):
        for level, label in enumerate(path):
            is_first = at == 0 or paths[at - 1][: level + 1] != path[: level + 1]
            if level == len(path) - 1:
                boxes.append(Box(3 + at, level, 1, 3 - level, words(label)))
            elif is_first:
                end = at
                while end < len(paths) and paths[end][: level + 1] == path[: level + 1]:
                    end += 1
                boxes.append(Box(3 + at, level, end - at, 1, words(label)))
        for number, text in enumerate(texts, 3):
            boxes.append(Box(3 + at, number, 1, 1, figure(text)))
    return boxes


def _path(label: str) -> tuple[str, ...]:
    for name in ("2021", "2019"):
        for cell in editions.load(name).table["t3"].cells:
            if cell.row_labels[-1] == label:
                return cell.row_labels
    raise AssertionError(label)


def _table_4(raw: Mapping[str, Any], words: Words, figure: Words) -> list[Box]:
    if not raw["table4"]:
        return []
    results = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    boxes = [
        Box(0, 0, 1, 5, words("行政复议")),
        Box(0, 5, 1, 10, words("行政诉讼")),
        Box(1, 5, 1, 5, words("未经复议直接起诉")),
        Box(1, 10, 1, 5, words("复议后起诉")),
    ]
    for number in range(15):
        top, height = (1, 2) if number < 5 else (2, 1)
        boxes.append(Box(top, number, height, 1, words(results[number % 5])))
    return [
        *boxes,
        *(Box(3, number, 1, 1, figure(text)) for number, text in enumerate(raw["table4"])),
    ]


# as a web page ------------------------------------------------------------------------


def page(title: str, made: Sequence[Sequence[Box]], encoding: str = "utf-8") -> bytes:
    body = "".join(map(table_of_page, made))
    text = (
        f'<!DOCTYPE html><html><head><meta charset="{encoding}"><title>{title}</title>'
        "<style>td{color:red}</style></head><body><table><tr><td>首页</td><td>"
        f"<h1>{title}</h1><p>一、总体情况</p>{body}</td></tr></table>"
        "<script>var x = '<table><tr><td>1</td></tr></table>';</script></body></html>"
    )
    return text.encode(encoding)


def table_of_page(table: Sequence[Box]) -> str:
    return "<table border=1>" + "".join(_row_of_page(rows) for rows in _by_row(table)) + "</table>"


def _row_of_page(boxes: Sequence[Box]) -> str:
    cells = "".join(
        f'<td rowspan="{box.height}" colspan={box.width}><p><span>{html.escape(box.text)}</span></p>'
        "</td>"
        for box in boxes
    )
    return f"<tr>{cells}</tr>"


def _by_row(table: Sequence[Box]) -> list[list[Box]]:
    rows = max(box.row for box in table) + 1
    return [sorted(box for box in table if box.row == row) for row in range(rows)]


# as a Word document ---------------------------------------------------------------------

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(title: str, made: Sequence[Sequence[Box]], is_tracked: bool = False) -> bytes:
    """Some rows and texts stand in content controls, and some texts were inserted."""
    body = f"<w:p><w:r><w:t>{title}</w:t></w:r></w:p>" + "".join(map(_word_table, made))
    if is_tracked:
        body += (
            '<w:p><w:ins w:id="1" w:author="a"><w:r><w:t>新的话</w:t></w:r></w:ins>'
            '<w:del w:id="2" w:author="a"><w:r><w:delText>旧的话</w:delText></w:r></w:del></w:p>'
        )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(
            "word/document.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{_W}"><w:body>{body}'
            "</w:body></w:document>",
        )
    return buffer.getvalue()


def _word_table(table: Sequence[Box]) -> str:
    rows = max(box.row + box.height for box in table)
    lines = []
    for row in range(rows):
        cells = []
        for box in sorted(table, key=lambda one: one.column):
            if box.row <= row < box.row + box.height:
                cells.append(_word_cell(box, row))
        line = f"<w:tr>{''.join(cells)}</w:tr>"
        lines.append(
            f"<w:sdt><w:sdtContent>{line}</w:sdtContent></w:sdt>" if row % 5 == 4 else line
        )
    return f"<w:tbl><w:tblPr/>{''.join(lines)}</w:tbl>"


def _word_cell(box: Box, row: int) -> str:
    merge = ""
    if box.height > 1:
        merge = '<w:vMerge w:val="restart"/>' if row == box.row else "<w:vMerge/>"
    span = f'<w:gridSpan w:val="{box.width}"/>' if box.width > 1 else ""
    text = html.escape(box.text) if row == box.row else ""
    run = f"<w:r><w:t>{text}</w:t></w:r>"
    if box.column % 3 == 1:
        run = f"<w:sdt><w:sdtContent>{run}</w:sdtContent></w:sdt>"
    return f"<w:tc><w:tcPr>{span}{merge}</w:tcPr><w:p>{run}</w:p></w:tc>"
