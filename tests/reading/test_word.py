"""What a Word document says is read as it is seen, and what may be otherwise is told."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from jyxl.reading import html, word
from jyxl.reading.damage import Malformed, TooLarge, Unreadable
from jyxl.reading.grid import Document

_SPACES = " ".join(
    f'xmlns:{name}="{space}"'
    for name, space in (
        ("w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
        ("mc", "http://schemas.openxmlformats.org/markup-compatibility/2006"),
        ("wps", "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"),
        ("pic", "http://schemas.openxmlformats.org/drawingml/2006/picture"),
    )
)


def packed(body: str, spaces: str = _SPACES, part: str = "word/document.xml") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(
            part, f"<w:document {spaces}><w:body>{body}<w:sectPr/></w:body></w:document>"
        )
    return buffer.getvalue()


def read(body: str) -> Document:
    return word.document(packed(body))


def p(inside: str) -> str:
    return f"<w:p>{inside}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def tc(inside: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def cells(document: Document, which: int = 0) -> list[list[str | None]]:
    return [[slot and slot.text for slot in row] for row in document.grids[which].rows]


def in_cell(inside: str) -> tuple[str, str]:
    """The text of a cell, and what is odd about it."""
    ((slot,),) = read(tbl(tr(tc(inside)))).grids[0].rows
    assert slot is not None
    return slot.text, slot.odd


# the texts, and where the tables stand between them ---------------------------------------


def test_texts_and_tables_in_order() -> None:
    document = read(
        p(r("标题")) + p("") + f"<w:sdt><w:sdtContent>{p(r('一、总体'))}</w:sdtContent></w:sdt>"
        f"{tbl(tr(tc(p(r('1')))))}{p(r('二、') + r('主动公开'))}{tbl(tr(tc(p(r('2')))))}"
    )
    assert document.texts == ("标题", "一、总体", "二、主动公开")
    assert [grid.after for grid in document.grids] == [2, 3]
    assert document.head == "标题 一、总体 1 二、主动公开 2"


def test_texts_of_a_page_are_its_paragraphs_outside_tables() -> None:
    document = html.document(
        "<html><title>页</title><body>开头<table><tr><td><h1>标<b>题</b></h1>第一行<br>第二行"
        "<!-- 不看 --><table><tr><td>1</td></tr></table>表后<p>末 段</p></td></tr></table>"
        "<script>x</script>结尾</body></html>".encode()
    )
    assert document.texts == ("开头", "标题", "第一行", "第二行", "表后", "末 段", "结尾")
    assert [grid.after for grid in document.grids] == [4]


def test_a_text_box_is_read_once_and_after_its_paragraph() -> None:
    box = f"<wps:txbx><w:txbxContent>{p(r('框里'))}{tbl(tr(tc(p(r('3')))))}</w:txbxContent></wps:txbx>"
    choices = (
        f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    )
    document = read(p(f"<w:r>{choices}</w:r>" + r("框外")))
    assert document.texts == ("框外", "框里")
    assert cells(document) == [["3"]]


def test_a_document_of_a_library_is_read() -> None:
    made = docx.Document()
    made.add_heading("某局2021年政府信息公开工作年度报告", 0)
    table = made.add_table(2, 3)
    table.cell(0, 0).merge(table.cell(1, 1)).text = "合并"
    table.cell(1, 2).text = "7"
    made.add_paragraph("六、其他")
    buffer = io.BytesIO()
    made.save(buffer)
    document = word.document(buffer.getvalue())
    assert document.texts == ("某局2021年政府信息公开工作年度报告", "六、其他")
    assert cells(document) == [["合并", "合并", ""], ["合并", "合并", "7"]]
    assert document.grids[0].odd == ""


# the strict kind, and where the text stands ------------------------------------------------


def test_the_strict_kind_is_read() -> None:
    strict = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
    body = tbl(tr(tc(p(r("1")), '<w:gridSpan w:val="2"/>')))
    assert cells(word.document(packed(body, strict))) == [["1", "1"]]


def test_a_document_without_a_text_is_told() -> None:
    with pytest.raises(Malformed):
        word.document(packed("", part="word/document2.xml"))


# what a cell shows ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inside", "seen"),
    [
        (p(r("1") + r("2")), ("12", "")),
        (p(r("1", '<w:strike w:val="0"/>')), ("1", "")),
        (p(r("5", "<w:strike/>") + r("6")), ("56", "有划掉的字")),
        (p(r("5", "<w:dstrike/>")), ("5", "有划掉的字")),
        (p(r("5", "<w:vanish/>") + r("6")), ("6", "有隐藏的字")),
        (p(r(" ", "<w:vanish/>") + r("6")), ("6", "")),
        (p(r("5") + r("1", '<w:vertAlign w:val="superscript"/>')), ("51", "有上标或下标")),
        (p("<w:r><w:noBreakHyphen/><w:t>4</w:t></w:r>"), ("-4", "")),
        (p("<w:r><w:ruby><w:rt>五</w:rt><w:rubyBase><w:t>5</w:t></w:rubyBase></w:ruby></w:r>"), ("5", "")),
        (p("<w:r><w:drawing><pic:pic/></w:drawing></w:r>"), ("", "有图片")),
        (p(f"<w:r><w:pict><w:txbxContent>{p(r('9'))}</w:txbxContent></w:pict></w:r>"), ("", "有文本框")),
        (
            p(
                '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>= 1 + </w:instrText></w:r>'
                + r("7")
                + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
                + r("8")
                + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
            ),
            ("8", ""),
        ),
        (f"<w:sdt><w:sdtContent>{p(r('4'))}</w:sdtContent></w:sdt>", ("4", "")),
        (
            "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
            f"{p(r('单击此处输入'))}</w:sdtContent></w:sdt>",
            ("", ""),
        ),
        (
            "<w:sdt><w:sdtPr><w:dataBinding/></w:sdtPr><w:sdtContent>"
            f"{p(r('4'))}</w:sdtContent></w:sdt>",
            ("4", "有内容控件，显示的可能和存的不一样"),
        ),
    ],
)  # fmt: skip
def test_what_a_cell_shows(inside: str, seen: tuple[str, str]) -> None:
    assert in_cell(inside) == seen


# changes that nobody has accepted ----------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        p(f"<w:ins>{r('1')}</w:ins>"),
        p("<w:del><w:r><w:delText>1</w:delText></w:r></w:del>"),
        p(f"<w:moveFrom>{r('1')}</w:moveFrom>"),
        p(f"<w:moveTo>{r('1')}</w:moveTo>"),
        p("<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>"),
        tbl(tr(tc(p(r("1"))), properties="<w:ins/>")),
        tbl(tr(tc(p(r("1"))), properties="<w:del/>")),
        tbl(tr(tc(p(r("1")), "<w:cellIns/>"))),
        tbl(tr(tc(p(r("1")), "<w:cellDel/>"))),
        tbl(tr(tc(p(r("1")), "<w:cellMerge/>"))),
    ],
)
def test_a_change_that_nobody_accepted(body: str) -> None:
    assert read(body).is_tracked
    assert not read(p(r("1"))).is_tracked


def test_another_look_is_no_change() -> None:
    assert not read(p(r("1", "<w:rPrChange><w:rPr/></w:rPrChange>"))).is_tracked


# how the cells lie ----------------------------------------------------------------------------


def span(width: int) -> str:
    return f'<w:gridSpan w:val="{width}"/>'


DOWN = '<w:vMerge w:val="restart"/>'


def one(text: str, properties: str = "") -> str:
    return tc(p(r(text)), properties)


def test_rows_and_cells_in_content_controls_are_read() -> None:
    row = f"<w:sdt><w:sdtContent>{tr(one('3'), one('4'))}</w:sdtContent></w:sdt>"
    cell = f"<w:sdt><w:sdtContent>{one('1')}</w:sdtContent></w:sdt>"
    assert cells(read(tbl(tr(cell, one("2")), row))) == [["1", "2"], ["3", "4"]]


def test_a_line_that_begins_further_right() -> None:
    document = read(
        tbl(
            tr(one("1"), one("2"), one("3")),
            tr(one("4"), properties='<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>'),
        )
    )
    assert cells(document) == [["1", "2", "3"], [None, "4"]]
    assert document.grids[0].odd == ""


def test_a_cell_that_spans_nothing_is_there_all_the_same() -> None:
    row = tr(tc(p(r("1")), '<w:gridSpan w:val="0"/>'), tc(p(r("2"))))
    (grid,) = read(tbl(row)).grids
    assert [slot and slot.text for slot in grid.rows[0]] == ["1", "2"]


def test_cells_merged_across_in_the_old_way() -> None:
    document = read(tbl(tr(one("1", '<w:hMerge w:val="restart"/>'), one("", "<w:hMerge/>"))))
    assert cells(document) == [["1", "1"]]


@pytest.mark.parametrize(
    "rows",
    [
        (tr(one("1"), one("2")), tr(one("3", "<w:vMerge/>"), one("4"))),
        (tr(one("1", DOWN + span(2))), tr(one("", "<w:vMerge/>"), one("2"))),
        (tr(one("1"), one("2")), tr(one("3"))),
        (tr(one("1"), one("2")), tr(one("3"), one("4"), properties="<w:hidden/>")),
    ],
)
def test_cells_that_lie_in_no_certain_way(rows: tuple[str, ...]) -> None:
    assert read(tbl(*rows)).grids[0].odd


def test_a_table_in_a_table_is_told_at_both() -> None:
    document = read(tbl(tr(tc(p(r("外")) + tbl(tr(one("内"))) + p("")))))
    assert [cells(document, which) for which in (0, 1)] == [[["外"]], [["内"]]]
    assert all(grid.odd for grid in document.grids)
    assert document.grids[0].odd != document.grids[1].odd


# what is not read, and what is too much ----------------------------------------------------


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (p("<w:r><w:drawing><pic:pic/></w:drawing></w:r>"), ("图片",)),
        (p("<w:r><w:object/></w:r>"), ("嵌入的表格或文件",)),
        ("<w:altChunk/>", ("插入的另一个文件",)),
        (p(r("1")), ()),
    ],
)
def test_what_is_not_read_is_named(body: str, what: tuple[str, ...]) -> None:
    assert read(body).unread == what


def test_too_many_tables() -> None:
    with pytest.raises(TooLarge):
        read(tbl(tr(one("1"))) * 201)


def test_a_text_that_unpacks_to_too_much() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", b" " * (16 * 2**20 + 1))
    with pytest.raises(Unreadable) as raised:
        word.document(buffer.getvalue())
    assert raised.value.finding.code == "S-SIZE"
