"""A report in Word in place of the workbook: as it should be, spoiled, and hostile.

Each function makes one with the figures of the desk's good return, as in ways.py.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from functools import cache

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.table import Table, _Cell

from jyxl import editions, live
from jyxl.numbers import plain
from tests import word
from tests.damage.desk import FIGURES, Desk
from tests.reading import publish

TITLE = "云溪县水务局2021年政府信息公开工作年度报告"
_T2, _T3, _T4 = range(3)


@cache
def _texts(edition_id: str = "2021") -> Mapping[str, str]:
    """What is printed in every cell."""
    edition = editions.load(edition_id)
    figures = live.values(edition, FIGURES[edition_id])
    return {name: plain(value, edition.cell[name].kind.scale) for name, value in figures.items()}


def _report(title: str = TITLE, edition_id: str = "2021", **texts: str) -> Document:
    """texts: what is printed otherwise; __ stands for the dot in a name."""
    edition = editions.load(edition_id)
    printed = {**_texts(edition_id), **{k.replace("__", "."): v for k, v in texts.items()}}
    return word.report(title, publish.tables(word.raw(edition, printed)))


def _edited(edit: Callable[[Document], object], **texts: str) -> bytes:
    made = _report(**texts)
    edit(made)
    return word.saved(made)


def _cell(made: Document, which: int, label: str, column: int = -1) -> _Cell:
    """The cell in the row with this label; column: among those of the row."""
    cells: list[_Cell] = next(
        cells
        for row in made.tables[which].rows
        for cells in [list(dict.fromkeys(row.cells))]
        if any(cell.text == label for cell in cells)
    )
    return cells[column]


_LICENCE = (_T2, "行政许可", 1)


def _run(cell: _Cell) -> BaseOxmlElement:
    return cell.paragraphs[0].runs[0]._r


def _looks(cell: _Cell, *names: str) -> None:
    """Give the text of a cell a look."""
    properties = _run(cell).get_or_add_rPr()
    for name in names:
        properties.append(parse_xml(f"<w:{name} {nsdecls('w')}/>"))


def _around(element: BaseOxmlElement, before: str, after: str) -> None:
    """Put an element into others."""
    outer = parse_xml(f"{before}<w:p/>{after}".replace(">", f" {nsdecls('w')}>", 1))
    (inner,) = outer.iter(qn("w:p"))
    element.addprevious(outer)
    inner.addprevious(element)
    inner.getparent().remove(inner)


_CONTROL = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent>", "</w:sdtContent></w:sdt>"


def _in_control(element: BaseOxmlElement, properties: str = "") -> None:
    _around(element, _CONTROL[0].format(properties), _CONTROL[1])


# as it should be --------------------------------------------------------------------------


def word_report(desk: Desk) -> bytes:
    return word.saved(_report())


def word_with_slashes(desk: Desk) -> bytes:
    texts = {name: "/" if text == "0" else text for name, text in _texts().items()}
    return word.sent(desk.edition, texts, TITLE)


def word_with_units(desk: Desk) -> bytes:
    return word.saved(_report(t2__licence__decisions="１,２００ 件", t2__charges__fees="251000元"))


def word_with_other_labels(desk: Desk) -> bytes:
    def edit(made: Document) -> None:
        for before, after in (
            ("行政规范性文件", "规范性文件"),
            ("（一）予以公开", "1、予以公开"),
            ("商业企业", "商业企业数"),
        ):
            cells = {cell for t in made.tables for row in t.rows for cell in row.cells}
            for cell in [cell for cell in cells if cell.text == before]:
                cell.text = after

    return _edited(edit)


def word_in_content_controls(desk: Desk) -> bytes:
    """A row, a cell and a figure stand in content controls."""

    def edit(made: Document) -> None:
        _in_control(_run(_cell(made, *_LICENCE)))
        _in_control(_cell(made, _T2, "行政处罚", 1)._tc)
        _in_control(_cell(made, _T2, "行政强制")._tc.getparent())

    return _edited(edit)


def word_with_fields(desk: Desk) -> bytes:
    def edit(made: Document) -> None:
        run = _run(_cell(made, *_LICENCE))
        for text in ('<w:fldChar w:fldCharType="begin"/>', "<w:instrText>=999+201</w:instrText>"):
            run.addprevious(parse_xml(f"<w:r {nsdecls('w')}>{text}</w:r>"))
        run.addprevious(
            parse_xml(f'<w:r {nsdecls("w")}><w:fldChar w:fldCharType="separate"/></w:r>')
        )
        run.addnext(parse_xml(f'<w:r {nsdecls("w")}><w:fldChar w:fldCharType="end"/></w:r>'))

    return _edited(edit)


def word_table_in_two(desk: Desk) -> bytes:
    """Table 2 ends after 行政规范性文件, and another table goes on."""

    def edit(made: Document) -> None:
        table = made.tables[_T2]._tbl
        rows = list(table.iter(qn("w:tr")))
        at = next(n for n, row in enumerate(rows) if "行政规范性文件" in "".join(row.itertext()))
        second = parse_xml(f"<w:tbl {nsdecls('w')}/>")
        for part in (table.tblPr, table.tblGrid):
            second.append(parse_xml(part.xml))
        for row in rows[at + 1 :]:
            second.append(row)
        between = parse_xml(f"<w:p {nsdecls('w')}/>")
        table.addnext(between)
        between.addnext(second)

    return _edited(edit)


def word_table_repeated(desk: Desk) -> bytes:
    def edit(made: Document) -> None:
        table = made.tables[_T4]._tbl
        table.addnext(parse_xml(table.xml))

    return _edited(edit)


def word_of_the_strict_kind(desk: Desk) -> bytes:
    def edit(xml: bytes) -> bytes:
        return xml.replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        )

    return _part(edit)


def _part(edit: Callable[[bytes], bytes], **more: bytes) -> bytes:
    """The report with another text part, or with more parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word.saved(_report()))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in {**parts, **more}.items():
            package.writestr(name, edit(data) if name == "word/document.xml" else data)
    return buffer.getvalue()


def word_with_macros(desk: Desk) -> bytes:
    return _part(bytes, **{"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"})


# figures that are no numbers, or may not be what they seem ---------------------------------


def word_figure_approximate(desk: Desk) -> bytes:
    return word.saved(_report(t2__licence__decisions="约1200"))


def word_total_differs(desk: Desk) -> bytes:
    return word.saved(_report(t3__concluded__total="6"))


def word_figure_struck(desk: Desk) -> bytes:
    return _edited(lambda made: _looks(_cell(made, *_LICENCE), "strike"))


def word_figure_hidden(desk: Desk) -> bytes:
    return _edited(lambda made: _looks(_cell(made, *_LICENCE), "vanish"))


def word_figure_with_a_note(desk: Desk) -> bytes:
    def edit(made: Document) -> None:
        run = _cell(made, *_LICENCE).paragraphs[0].add_run("1")
        run.font.superscript = True

    return _edited(edit)


def word_figure_in_a_box(desk: Desk) -> bytes:
    def edit(made: Document) -> None:
        run = _run(_cell(made, *_LICENCE))
        (text,) = run.iter(qn("w:t"))
        box = f"<w:pict {nsdecls('w')}><w:txbxContent><w:p/></w:txbxContent></w:pict>"
        text.addprevious(parse_xml(box))
        run.remove(text)

    return _edited(edit)


def word_figure_bound(desk: Desk) -> bytes:
    """The content control shows what is stored elsewhere in the document."""
    binding = '<w:dataBinding w:xpath="/a"/>'
    return _edited(lambda made: _in_control(_run(_cell(made, *_LICENCE)), binding))


def word_figure_not_filled(desk: Desk) -> bytes:
    """A content control shows only what to do."""
    only = "<w:showingPlcHdr/>"
    return _edited(
        lambda made: _in_control(_run(_cell(made, *_LICENCE)), only),
        t2__licence__decisions="单击此处输入文字",
    )


# tables that are not all there ----------------------------------------------------------------


def word_table_missing(desk: Desk) -> bytes:
    return _edited(lambda made: _remove(made.tables[_T4]._tbl))


def word_row_missing(desk: Desk) -> bytes:
    return _edited(lambda made: _remove(_cell(made, _T2, "行政强制")._tc.getparent()))


def word_row_added(desk: Desk) -> bytes:
    def edit(made: Document) -> None:
        row = _cell(made, _T2, "行政强制")._tc.getparent()
        more = parse_xml(row.xml.replace("行政强制", "行政检查"))
        row.addnext(more)

    return _edited(edit)


def word_labels_unknown(desk: Desk) -> bytes:
    def edit(made: Document) -> None:
        for label in ("结果纠正", "其他结果"):
            cells = {cell for row in made.tables[_T4].rows for cell in row.cells}
            for cell in [cell for cell in cells if cell.text == label]:
                cell.text = "纠正等"

    return _edited(edit)


def word_of_two_editions(desk: Desk) -> bytes:
    """Table 3 is that of 2019, with one row for 其他处理."""
    older = word.raw(editions.load("2019"), _texts())
    raw = {**word.raw(desk.edition, _texts()), "table3": older["table3"]}
    return word.saved(word.report(TITLE, publish.tables(raw)))


def _remove(element: BaseOxmlElement) -> None:
    element.getparent().remove(element)


# refused --------------------------------------------------------------------------------------


def word_with_insertions(desk: Desk) -> bytes:
    def edit(made: Document) -> None:
        _around(_run(_cell(made, *_LICENCE)), '<w:ins w:id="1" w:author="a">', "</w:ins>")

    return _edited(edit)


def word_with_deletions(desk: Desk) -> bytes:
    def edit(made: Document) -> None:
        run = _run(_cell(made, *_LICENCE))
        gone = f'<w:del {nsdecls("w")} w:id="1"><w:r><w:delText>9</w:delText></w:r></w:del>'
        run.addprevious(parse_xml(gone))

    return _edited(edit)


def word_with_a_row_deleted(desk: Desk) -> bytes:
    def edit(made: Document) -> None:
        row = _cell(made, _T2, "行政强制")._tc.getparent()
        row.get_or_add_trPr().append(parse_xml(f'<w:del {nsdecls("w")} w:id="1"/>'))

    return _edited(edit)


def word_table_within_a_table(desk: Desk) -> bytes:
    def edit(made: Document) -> None:
        inner: Table = _cell(made, *_LICENCE).add_table(1, 1)
        inner.cell(0, 0).text = "1200"

    return _edited(edit)


def word_row_hidden(desk: Desk) -> bytes:
    def edit(made: Document) -> None:
        row = _cell(made, _T2, "行政强制")._tc.getparent()
        row.get_or_add_trPr().append(parse_xml(f"<w:hidden {nsdecls('w')}/>"))

    return _edited(edit)


def word_row_short(desk: Desk) -> bytes:
    return _edited(lambda made: _remove(_cell(made, _T3, "（一）予以公开", 2)._tc))


def word_cells_merged_at_random(desk: Desk) -> bytes:
    def edit(made: Document) -> None:
        properties = _cell(made, *_LICENCE)._tc.get_or_add_tcPr()
        properties.append(parse_xml(f"<w:vMerge {nsdecls('w')}/>"))

    return _edited(edit)


def word_tables_differ(desk: Desk) -> bytes:
    def edit(made: Document) -> None:
        table = made.tables[_T2]._tbl
        table.addnext(parse_xml(table.xml.replace(">1200<", ">1300<")))

    return _edited(edit)


def word_of_another_year(desk: Desk) -> bytes:
    return word.saved(_report("云溪县水务局二〇二〇年政府信息公开工作年度报告"))


def word_of_another_edition(desk: Desk) -> bytes:
    edition = editions.load("2019")
    raw = {**word.raw(edition, _texts("2019")), "table3": {}, "table4": []}
    return word.saved(word.report(TITLE, publish.tables(raw)))


def word_of_nobody(desk: Desk) -> bytes:
    return word.saved(_report("2021年政府信息公开工作年度报告"))


def word_of_two_units(desk: Desk) -> bytes:
    return word.saved(_report("县水务局、县发展和改革局2021年政府信息公开工作年度报告"))


def word_document(desk: Desk) -> bytes:
    return word.saved(word.report("关于开会的通知", []))


def word_tables_as_pictures(desk: Desk) -> bytes:
    made = word.report(TITLE, [])
    picture = "http://schemas.openxmlformats.org/drawingml/2006/picture"
    made.paragraphs[-1].add_run()._r.append(parse_xml(f'<p:pic xmlns:p="{picture}"/>'))
    return word.saved(made)


def word_cut_off(desk: Desk) -> bytes:
    return _part(lambda xml: xml[: len(xml) // 2])


def word_without_a_text(desk: Desk) -> bytes:
    return _part(lambda xml: b"<document/>")


# hostile --------------------------------------------------------------------------------------

_START = (
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
)
_END = b"</w:body></w:document>"


def word_bomb(desk: Desk) -> bytes:
    return _part(lambda xml: _START + b" " * 200_000_000 + _END)


def word_of_many_tables(desk: Desk) -> bytes:
    return _part(lambda xml: _START + b"<w:tbl><w:tr><w:tc/></w:tr></w:tbl>" * 90_000 + _END)


def word_of_wide_tables(desk: Desk) -> bytes:
    """A label of the form over and over, in 190 tables of 90 rows and 60 columns each."""
    wide = (
        b'<w:tc><w:tcPr><w:gridSpan w:val="60"/></w:tcPr><w:p><w:r><w:t>%b</w:t></w:r></w:p></w:tc>'
    )
    line = b"<w:tr>" + wide % "自然人".encode() + b"</w:tr>"
    return _part(lambda xml: _START + (b"<w:tbl>" + line * 90 + b"</w:tbl>") * 190 + _END)


def word_with_entities(desk: Desk) -> bytes:
    lol = b"".join(b'<!ENTITY a%d "%b">' % (n + 1, b"&a%d;" % n * 10) for n in range(9))
    return _part(
        lambda xml: b'<!DOCTYPE d [<!ENTITY a0 "1">' + lol + b"]>" + _START + b"&a9;" + _END
    )


def word_nested_deeply(desk: Desk) -> bytes:
    inner, outer = b"<w:tbl><w:tr><w:tc>", b"</w:tc></w:tr></w:tbl>"
    filling = b"<w:p/>" * 50_000
    return _part(lambda xml: _START + inner * 80 + filling + outer * 80 + _END)


HOSTILE = (
    *(word_bomb, word_of_many_tables, word_of_wide_tables, word_with_entities),
    word_nested_deeply,
)
