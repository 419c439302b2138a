"""Returns in which a unit sees something else than a simple reader of the file finds, and returns
that only look odd. Each function is an entry in catalogue.toml, like those of ways.py."""

from __future__ import annotations

import re
from collections.abc import Callable

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.damage import biff, opendocument
from tests.damage.binary import xlsb
from tests.damage.desk import Desk

_CELL = "t3.granted.natural"

# one number, written in two ways ------------------------------------------------------------


def _holding(desk: Desk, inner: str, kind: str = "", more: str = "") -> bytes:
    """The cell with this in it. kind: its further attributes; more: what follows it."""
    at = desk.address(_CELL)

    def edit(xml: bytes) -> bytes:
        return re.sub(
            rf'<c r="{at}"( s="\d+")?[^>]*>.*?</c>'.encode(),
            lambda found: f'<c r="{at}"'.encode() + (found[1] or b"") + rest + more.encode(),
            xml,
            count=1,
        )

    rest = f"{kind}>{inner}</c>".encode()
    return desk.table("t3", edit)


def number_in_cdata(desk: Desk) -> bytes:
    return _holding(desk, "<v><![CDATA[100]]></v>")


def number_with_a_reference(desk: Desk) -> bytes:
    return _holding(desk, "<v>1&#48;0</v>")


def number_with_a_comment(desk: Desk) -> bytes:
    return _holding(desk, "<v>10<!-- -->0</v>")


def number_with_an_instruction(desk: Desk) -> bytes:
    return _holding(desk, "<v>1<?x?>00</v>")


def number_that_is_none(desk: Desk) -> bytes:
    return _holding(desk, "<v>3_0</v>")


def value_twice(desk: Desk) -> bytes:
    return _holding(desk, "<v>1</v><v>100</v>")


def value_of_another_kind(desk: Desk) -> bytes:
    return _holding(desk, '<v>1</v><q:v xmlns:q="urn:q">100</q:v>')


def cell_twice(desk: Desk) -> bytes:
    return _holding(desk, "<v>3</v>", more=f'<c r="{desk.address(_CELL)}"><v>8</v></c>')


def text_and_value(desk: Desk) -> bytes:
    return _holding(desk, "<is><t>3</t></is><v>9</v>", ' t="inlineStr"')


def second_table_of_cells(desk: Desk) -> bytes:
    more = b'</sheetData><sheetData><row r="9"><c r="D9"><v>100</v></c></row></sheetData>'
    return desk.table("t3", lambda xml: xml.replace(b"</sheetData>", more, 1))


def identity_in_two_ways(desk: Desk) -> bytes:
    return desk.part(
        "xl/sharedStrings.xml",
        lambda xml: xml.replace(b'<t>{"campaign"', b'<t><![CDATA[ ]]>{"campaign"'),
    )


def answer_in_two_ways(desk: Desk) -> bytes:
    """空白处均为零 is 是 for one reader and 否是 for the other."""
    yes = "是".encode()
    return desk.part(
        "xl/sharedStrings.xml",
        lambda xml: xml.replace(b"<t>%s</t>" % yes, "<t><![CDATA[否]]>是</t>".encode()),
    )


# what is shown ----------------------------------------------------------------------------------


def _shown(desk: Desk, **formats: str) -> bytes:
    """Cells in number formats; __ stands for the dot in a name."""

    def edit(book: Workbook) -> None:
        for name, code in formats.items():
            page, address = desk.place(name.replace("__", "."))
            book[page][address].number_format = code  # type: ignore[index]

    return desk.edited(edit)


def format_adds_a_nought(desk: Desk) -> bytes:
    return _shown(desk, t3__granted__natural='0"0"')


def format_in_thousands(desk: Desk) -> bytes:
    return _shown(desk, t2__licence__decisions="#,##0,")


def format_as_percent(desk: Desk) -> bytes:
    return _shown(desk, t3__granted__natural="0%")


def format_as_a_date(desk: Desk) -> bytes:
    return _shown(desk, t3__granted__natural='yyyy"年"m"月"d"日"')


def format_shows_nothing(desk: Desk) -> bytes:
    return _shown(desk, t3__granted__natural=";;;")


def format_says_about(desk: Desk) -> bytes:
    return _shown(desk, t3__granted__natural='"约"0')


def format_in_characters(desk: Desk) -> bytes:
    return _shown(desk, t3__granted__natural="[DBNum1][$-804]General")


def format_with_a_point(desk: Desk) -> bytes:
    return _shown(desk, t3__granted__natural="0\\.0")


def formats_of_offices(desk: Desk) -> bytes:
    """The formats that people choose in the dialogue, none of which changes a figure."""
    return _shown(
        desk,
        t2__licence__decisions="#,##0_ ;[Red]\\-#,##0\\ ",
        t2__penalty__decisions='_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ',
        t2__charges__fees="[$¥-804]#,##0.00",
        t3__granted__natural='0.00"件"',
        t3__new__natural="@",
        t4__cases__review__upheld="000",
    )


def format_rounds(desk: Desk) -> bytes:
    def edit(book: Workbook) -> None:
        page, address = desk.place("t2.charges.fees")
        book[page][address].value = 25.1234  # type: ignore[index]
        book[page][address].number_format = "0.00"  # type: ignore[index]

    return desk.edited(edit)


def _written(desk: Desk, edit: Callable[[Worksheet, str], None]) -> bytes:
    page, address = desk.place(_CELL)
    return desk.edited(lambda book: edit(book[page], address))  # type: ignore[arg-type]


def part_struck_out(desk: Desk) -> bytes:
    text = CellRichText(TextBlock(InlineFont(strike=True), "1"), "3")
    return _written(desk, lambda page, at: page.__setitem__(at, text))


def part_raised(desk: Desk) -> bytes:
    text = CellRichText("3", TextBlock(InlineFont(vertAlign="superscript"), "2"))
    return _written(desk, lambda page, at: page.__setitem__(at, text))


def part_in_bold(desk: Desk) -> bytes:
    text = CellRichText(TextBlock(InlineFont(b=True), "3"), "件")
    return _written(desk, lambda page, at: page.__setitem__(at, text))


def cell_struck_out(desk: Desk) -> bytes:
    return _written(desk, lambda page, at: setattr(page[at], "font", Font(strike=True)))


def value_under_a_merged_cell(desk: Desk) -> bytes:
    """D9 and E9 are shown as one cell, in which the 2 of E9 does not appear."""
    return desk.table(
        "t3", lambda xml: xml.replace(b"</mergeCells>", b'<mergeCell ref="D9:E9"/></mergeCells>')
    )


def value_beside_an_unmerged_cell(desk: Desk) -> bytes:
    """行政许可 fills three columns. They are unmerged, and the number is typed into the second."""

    def edit(page: Worksheet) -> None:
        page.unmerge_cells("B10:D10")
        page["C10"].value, page["B10"].value = page["B10"].value, None

    return desk.page("t2", edit)


def _look_alike(desk: Desk, state: str) -> bytes:
    def edit(book: Workbook) -> None:
        book.copy_worksheet(book["依申请公开"]).title = "依申请公开 (2)"
        book["依申请公开"].sheet_state = state

    return desk.edited(edit)


def sheet_hidden_beside_its_copy(desk: Desk) -> bytes:
    return _look_alike(desk, "hidden")


def sheet_very_hidden_beside_its_copy(desk: Desk) -> bytes:
    return _look_alike(desk, "veryHidden")


# which part is which ----------------------------------------------------------------------------


def _moved(desk: Desk, part: str, name: str, decoy: Callable[[bytes], bytes]) -> bytes:
    """A part under another name, which its relation gives, and a decoy under the usual one."""
    parts = desk.parts()
    parts[f"xl/{name}"] = parts[f"xl/{part}"]
    parts[f"xl/{part}"] = decoy(parts[f"xl/{part}"])
    for where, old, new in (
        ("xl/_rels/workbook.xml.rels", part, name),
        ("_rels/.rels", f"xl/{part}", f"xl/{name}"),
        ("[Content_Types].xml", f"/xl/{part}", f"/xl/{name}"),
    ):
        parts[where] = parts[where].replace(f'"{old}"'.encode(), f'"{new}"'.encode())
    return desk.packed(parts)


def workbook_elsewhere(desk: Desk) -> bytes:
    """The workbook beside it, under the usual name, says that 依申请公开 is another sheet."""
    swap = {b"sheet3.xml": b"sheet4.xml", b"sheet4.xml": b"sheet3.xml"}
    parts = desk.parts()
    relations = "xl/_rels/workbook.xml.rels"
    parts["xl/_rels/book.xml.rels"] = parts[relations]
    parts[relations] = re.sub(rb"sheet[34]\.xml", lambda found: swap[found[0]], parts[relations])
    return _moved(Desk(desk.packed(parts)), "workbook.xml", "book.xml", lambda xml: xml)


def workbook_nowhere(desk: Desk) -> bytes:
    return desk.part("_rels/.rels", lambda xml: xml.replace(b"xl/workbook.xml", b"xl/book.xml"))


def styles_elsewhere(desk: Desk) -> bytes:
    """The styles that count show 3 as 30; those under the usual name do not."""
    other = Desk(format_adds_a_nought(desk))
    return _moved(
        other, "styles.xml", "looks.xml", lambda xml: xml.replace(b"0&quot;0&quot;", b"General")
    )


def texts_elsewhere(desk: Desk) -> bytes:
    no = "<t>否</t>".encode()
    return _moved(
        desk, "sharedStrings.xml", "texts.xml", lambda xml: xml.replace("<t>是</t>".encode(), no)
    )


def strict_workbook(desk: Desk) -> bytes:
    """Saved as “Strict Open XML”."""
    spaces = {
        "schemas.openxmlformats.org/spreadsheetml/2006/main": "purl.oclc.org/ooxml/spreadsheetml/main",
        "schemas.openxmlformats.org/officeDocument/2006/relationships": (
            "purl.oclc.org/ooxml/officeDocument/relationships"
        ),
    }
    parts = desk.parts()
    for old, new in spaces.items():
        parts = {name: data.replace(old.encode(), new.encode()) for name, data in parts.items()}
    return desk.packed(parts)


def formats_redefined(desk: Desk) -> bytes:
    """The built-in number 14, of a date, is defined as General, as Gnumeric does."""

    def edit(xml: bytes) -> bytes:
        xml = re.sub(rb'<xf numFmtId="\d+"', b'<xf numFmtId="14"', xml)
        return re.sub(
            rb"<numFmts.*?</numFmts>",
            b'<numFmts count="1"><numFmt numFmtId="14" formatCode="General"/></numFmts>',
            xml,
        )

    return desk.part("xl/styles.xml", edit)


# OpenDocument ------------------------------------------------------------------------------------


def _ods(desk: Desk, cell: str) -> bytes:
    """The return as ods, with this in the place of the cell."""
    return opendocument.ods(desk.good, {desk.place(_CELL): cell})


def saved_as_ods(desk: Desk) -> bytes:
    return opendocument.ods(desk.good)


def ods_with_white_space(desk: Desk) -> bytes:
    """As Gnumeric and SheetJS write it."""
    return opendocument.ods(desk.good, gap="\n    ")


def ods_text_without_a_type(desk: Desk) -> bytes:
    return _ods(desk, "<table:table-cell><text:p>8</text:p></table:table-cell>")


def ods_text_in_cdata(desk: Desk) -> bytes:
    return _ods(desk, opendocument.text("<![CDATA[8]]>"))


def ods_value_that_is_not_shown(desk: Desk) -> bytes:
    return _ods(desk, opendocument.number("3", "8"))


def ods_text_that_is_not_shown(desk: Desk) -> bytes:
    return _ods(desk, opendocument.text("8").replace(">", ' office:string-value="3">', 1))


def ods_as_percent(desk: Desk) -> bytes:
    return _ods(desk, opendocument.number("3", "300%").replace("float", "percentage"))


def ods_as_a_date(desk: Desk) -> bytes:
    value = 'office:value-type="date" office:date-value="1900-01-02"'
    return _ods(desk, f"<table:table-cell {value}><text:p>1900-1-2</text:p></table:table-cell>")


def ods_without_what_is_shown(desk: Desk) -> bytes:
    return _ods(desk, opendocument.number("3", "").replace("<text:p></text:p>", ""))


def ods_that_shows_nothing(desk: Desk) -> bytes:
    return _ods(desk, opendocument.number("3", ""))


def ods_with_a_remark(desk: Desk) -> bytes:
    remark = "<office:annotation><text:p>8</text:p></office:annotation>"
    return _ods(desk, opendocument.number("3", "3").replace("><text:p>", f">{remark}<text:p>"))


def ods_part_struck_out(desk: Desk) -> bytes:
    return _ods(desk, opendocument.text('<text:span text:style-name="T1">1</text:span>3'))


def ods_number_that_is_none(desk: Desk) -> bytes:
    return _ods(desk, opendocument.number("三", "3"))


def ods_with_password(desk: Desk) -> bytes:
    manifest = opendocument.MANIFEST.replace(
        'media-type="text/xml"/>',
        'media-type="text/xml"><manifest:encryption-data/></manifest:file-entry>',
    )
    return opendocument.packed("\x00 encrypted", manifest)


def ods_wholly_encrypted(desk: Desk) -> bytes:
    return desk.packed(
        {"mimetype": b"", "encrypted-package": b"\x00", "META-INF/manifest.xml": b""}
    )


# xls and xlsb -----------------------------------------------------------------------------------


def saved_as_xls(desk: Desk) -> bytes:
    return biff.xls(desk.good)


def saved_for_excel_95(desk: Desk) -> bytes:
    return biff.xls_of_excel_95(desk.good)


def saved_for_excel_95_and_97(desk: Desk) -> bytes:
    return biff.xls_of_both(desk.good)


def xls_with_a_locked_structure(desk: Desk) -> bytes:
    """Excel encrypts it with a password that is built in."""
    return biff.xls(desk.good, password="VelvetSweatshop")


def xls_with_password(desk: Desk) -> bytes:
    return biff.xls(desk.good, password="2022")


def xls_with_a_format(desk: Desk) -> bytes:
    return biff.xls(format_adds_a_nought(desk))


def xls_of_excel_95_with_a_format(desk: Desk) -> bytes:
    return biff.xls_of_excel_95(format_as_percent(desk))


def xls_struck_out(desk: Desk) -> bytes:
    return biff.xls(cell_struck_out(desk))


def xls_formula_of_a_text(desk: Desk) -> bytes:
    inner, kind = '<f>"3"&amp;"件"</f><v>3件</v>', ' t="str"'
    return biff.xls(_holding(desk, inner, kind))


def xls_formula_without_its_text(desk: Desk) -> bytes:
    """LibreOffice stores 0 for a formula whose result is a text."""
    return biff.xls(_holding(desk, '<f>"3"&amp;"件"</f><v>0</v>'), of_calc=True)


def xlsb_with_short_records(desk: Desk) -> bytes:
    return xlsb(desk.good, short=True)


def xlsb_with_a_format(desk: Desk) -> bytes:
    return xlsb(format_in_thousands(desk))


# other formats ----------------------------------------------------------------------------------


def xml_of_2003(desk: Desk) -> bytes:
    return (
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook'
        b' xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table/></Worksheet>'
        b"</Workbook>"
    )


def flat_opendocument(desk: Desk) -> bytes:
    return (
        b'<?xml version="1.0"?><office:document'
        b' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>'
    )
