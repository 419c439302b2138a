"""The ways in which a return goes wrong: each turns the good return into other bytes.

The name of a function is the name of its entry in catalogue.toml, which has its verdict.
"""

from __future__ import annotations

import datetime
import io
import json
import random
import re
import struct
import zipfile
from collections.abc import Callable

import openpyxl
from openpyxl.chart import BarChart
from openpyxl.drawing.image import Image
from openpyxl.styles import PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image as Picture

from jyxl.layout import CHECKS, GUIDE
from jyxl.layout import IDENTITY as IDENTITY_SHEET
from tests.damage.binary import xlsb
from tests.damage.desk import IDENTITY, KEY, Desk, made

# sheets ---------------------------------------------------------------------------


def sheet_renamed(desk: Desk) -> bytes:
    return desk.page("t3", lambda page: setattr(page, "title", "Sheet3"))


def sheet_deleted(desk: Desk) -> bytes:
    return desk.edited(lambda book: book.remove(book["复议诉讼"]))


def sheet_copied(desk: Desk) -> bytes:
    def edit(book: Workbook) -> None:
        book.copy_worksheet(book["依申请公开"]).title = "依申请公开 (2)"

    return desk.edited(edit)


def sheets_reordered(desk: Desk) -> bytes:
    return desk.edited(lambda book: book._sheets.reverse())


def sheet_hidden(desk: Desk) -> bytes:
    return desk.page("t4", lambda page: setattr(page, "sheet_state", "hidden"))


def guide_deleted(desk: Desk) -> bytes:
    return desk.edited(lambda book: book.remove(book[GUIDE]))


def checks_deleted(desk: Desk) -> bytes:
    return desk.edited(lambda book: book.remove(book[CHECKS]))


def sheet_added(desk: Desk) -> bytes:
    def edit(book: Workbook) -> None:
        book.create_sheet("Sheet1")["A1"] = "草稿"

    return desk.edited(edit)


def chart_sheet_added(desk: Desk) -> bytes:
    return desk.edited(lambda book: book.create_chartsheet("图").add_chart(BarChart()))


def renamed_and_copied(desk: Desk) -> bytes:
    def edit(book: Workbook) -> None:
        book.copy_worksheet(book["主动公开"]).title = "备份"
        book["主动公开"].title = "表二"

    return desk.edited(edit)


def picture_instead_of_table(desk: Desk) -> bytes:
    def edit(page: Worksheet) -> None:
        page.delete_rows(1, page.max_row)
        buffer = io.BytesIO()
        Picture.new("RGB", (40, 40), "white").save(buffer, "PNG")
        page.add_image(Image(buffer), "A1")

    return desk.page("t3", edit)


# rows, columns and labels -------------------------------------------------------------


def _unmerged(page: Worksheet) -> None:
    for area in list(page.merged_cells.ranges):
        page.unmerge_cells(str(area))


def _unmerged_then(change: Callable[[Worksheet], object]) -> Callable[[Worksheet], None]:
    def edit(page: Worksheet) -> None:
        _unmerged(page)
        change(page)

    return edit


def row_inserted(desk: Desk) -> bytes:
    return desk.page("t3", _unmerged_then(lambda page: page.insert_rows(9)))


def rows_inserted_above(desk: Desk) -> bytes:
    return desk.page("t3", _unmerged_then(lambda page: page.insert_rows(1, 3)))


def column_inserted(desk: Desk) -> bytes:
    return desk.page("t4", _unmerged_then(lambda page: page.insert_cols(1)))


def row_deleted(desk: Desk) -> bytes:
    return desk.page("t3", _unmerged_then(lambda page: page.delete_rows(20)))


def column_deleted(desk: Desk) -> bytes:
    return desk.page("t3", _unmerged_then(lambda page: page.delete_cols(6)))


def rows_sorted(desk: Desk) -> bytes:
    """第（一）项 and 第（二）项 change places, labels and figures together."""

    def edit(page: Worksheet) -> None:
        for column in range(1, 11):
            upper, lower = page.cell(9, column), page.cell(10, column)
            upper.value, lower.value = lower.value, upper.value

    return desk.page("t3", _unmerged_then(edit))


def rows_hidden(desk: Desk) -> bytes:
    return desk.page("t3", lambda page: page.row_dimensions.group(11, 26, hidden=True))


def protection_removed(desk: Desk) -> bytes:
    def edit(book: Workbook) -> None:
        book.security = None
        for page in book:
            page.protection.disable()

    return desk.edited(edit)


def label_edited(desk: Desk) -> bytes:
    return desk.page("t2", lambda page: page.__setitem__("A10", "行政许可事项"))


def label_spaced(desk: Desk) -> bytes:
    return desk.page("t2", lambda page: page.__setitem__("A10", " 行政\n许可\u3000"))


def title_erased(desk: Desk) -> bytes:
    return desk.page("t2", lambda page: page.__setitem__("A1", None))


def labels_swapped(desk: Desk) -> bytes:
    def edit(page: Worksheet) -> None:
        page["A13"].value, page["A14"].value = page["A14"].value, page["A13"].value

    return desk.page("t2", edit)


def many_labels_edited(desk: Desk) -> bytes:
    def edit(page: Worksheet) -> None:
        for row in (10, 13, 14, 17):
            page[f"A{row}"].value = f"项目{row}"

    return desk.page("t2", edit)


def sheet_cleared(desk: Desk) -> bytes:
    return desk.page("t4", lambda page: page.delete_rows(1, 40))


def leaves_merged(desk: Desk) -> bytes:
    return desk.page("t3", lambda page: page.merge_cells("D9:E9"))


def labels_unmerged(desk: Desk) -> bytes:
    return desk.page("t3", _unmerged)


# totals, formulas and errors ------------------------------------------------------------


def total_typed_right(desk: Desk) -> bytes:
    return desk.typed(t3__concluded__natural=3)


def total_typed_wrong(desk: Desk) -> bytes:
    return desk.typed(t3__concluded__natural=4)


def total_erased(desk: Desk) -> bytes:
    return desk.typed(t3__concluded__natural=None)


def total_with_text(desk: Desk) -> bytes:
    return desk.typed(t3__concluded__natural="见上")


def total_formula_changed(desk: Desk) -> bytes:
    return desk.table("t3", _cell(desk, "t3.concluded.natural", b"<f>D9+1</f><v>4</v>"))


def total_formula_broken(desk: Desk) -> bytes:
    inner = b"<f>#REF!+D10</f><v>#REF!</v>"
    return desk.table("t3", _cell(desk, "t3.concluded.natural", inner, b' t="e"'))


def _cell(desk: Desk, cell: str, inner: bytes, kind: bytes = b"") -> Callable[[bytes], bytes]:
    """Replace what a cell of a part holds."""
    pattern = rb'<c r="%s"( s="\d+")?[^>]*?(?:/>|>.*?</c>)' % desk.address(cell).encode()
    return lambda xml: re.sub(
        pattern,
        lambda found: (
            b'<c r="%s"%s%s>%s</c>' % (desk.address(cell).encode(), found[1] or b"", kind, inner)
        ),
        xml,
        count=1,
    )


def formula_in_leaf(desk: Desk) -> bytes:
    return desk.table("t3", _cell(desk, "t3.granted.natural", b"<f>1+2</f><v>3</v>"))


def formula_not_calculated(desk: Desk) -> bytes:
    return desk.typed(t3__granted__natural="=1+2")


def formula_gives_text(desk: Desk) -> bytes:
    inner = b'<f>"3"&amp;"\xe4\xbb\xb6\xe5\xb7\xa6\xe5\x8f\xb3"</f><v>3\xe4\xbb\xb6\xe5\xb7\xa6\xe5\x8f\xb3</v>'
    return desk.table("t3", _cell(desk, "t3.granted.natural", inner, b' t="str"'))


def formula_from_elsewhere(desk: Desk) -> bytes:
    inner = b"<f>[1]Sheet1!A1</f><v>#REF!</v>"
    return desk.table("t3", _cell(desk, "t3.granted.natural", inner, b' t="e"'))


def error_in_leaf(desk: Desk) -> bytes:
    return desk.table("t3", _cell(desk, "t3.granted.natural", b"<v>#N/A</v>", b' t="e"'))


def error_in_zero_leaf(desk: Desk) -> bytes:
    return desk.table("t3", _cell(desk, "t3.secret.legal", b"<v>#REF!</v>", b' t="e"'))


# what people type ------------------------------------------------------------------------


def number_as_text(desk: Desk) -> bytes:
    return desk.typed(t3__granted__natural="3")


def number_with_nbsp(desk: Desk) -> bytes:
    return desk.typed(t3__granted__natural="\xa03\xa0")


def number_with_zero_width(desk: Desk) -> bytes:
    return desk.typed(t3__granted__natural="\u200b3\ufeff")


def number_full_width(desk: Desk) -> bytes:
    return desk.typed(t2__licence__decisions="１２００")


def number_with_wide_space(desk: Desk) -> bytes:
    return desk.typed(t3__granted__natural="\u30003")


def number_with_commas(desk: Desk) -> bytes:
    return desk.typed(t2__licence__decisions="1,200")


def number_with_unit(desk: Desk) -> bytes:
    return desk.typed(t2__licence__decisions="1200件")


def amount_in_yuan(desk: Desk) -> bytes:
    return desk.typed(t2__charges__fees="251000元")


def number_approximate(desk: Desk) -> bytes:
    return desk.typed(t2__penalty__decisions="约8")


def number_with_remark(desk: Desk) -> bytes:
    return desk.typed(t2__penalty__decisions="8（其中简易程序3件）")


def sign_in_words(desk: Desk) -> bytes:
    return desk.typed(t2__penalty__decisions="减8")


def date_in_leaf(desk: Desk) -> bytes:
    return desk.typed(t3__granted__natural=datetime.datetime(2021, 3, 5))


def boolean_in_leaf(desk: Desk) -> bytes:
    return desk.typed(t3__granted__natural=True)


def count_with_decimals(desk: Desk) -> bytes:
    return desk.typed(t3__granted__natural=2.5)


def negative_count(desk: Desk) -> bytes:
    return desk.typed(t3__granted__natural=-3)


def huge_count(desk: Desk) -> bytes:
    return desk.typed(t2__licence__decisions=1e13)


def amount_too_fine(desk: Desk) -> bytes:
    return desk.typed(t2__charges__fees=25.12345678)


def text_like_a_formula(desk: Desk) -> bytes:
    return desk.table(
        "t3",
        _cell(desk, "t3.granted.natural", b"<is><t>=1+2</t></is>", b' t="inlineStr"'),
    )


def marks_for_nothing(desk: Desk) -> bytes:
    return desk.typed(t3__secret__legal="/", t3__secret__other="—", t3__unclear__legal="无")


def blanks_not_confirmed(desk: Desk) -> bytes:
    return desk.page("t4", lambda page: page.__setitem__("D3", None) or _no(page, None))


def blanks_denied(desk: Desk) -> bytes:
    return desk.page("t4", lambda page: _no(page, "否"))


def _no(page: Worksheet, answer: str | None) -> None:
    for cell in page[3]:
        if cell.value == "是":
            cell.value = answer


def several_at_once(desk: Desk) -> bytes:
    return desk.typed(
        t2__penalty__decisions="约8", t3__granted__natural="三件", t4__cases__review__upheld=0.5
    )


# identity -------------------------------------------------------------------------------------


def other_year(desk: Desk) -> bytes:
    return desk.other(year=2022)


def other_campaign(desk: Desk) -> bytes:
    return desk.other(campaign="fedcba9876543210", county="石门县")


def other_edition(desk: Desk) -> bytes:
    return desk.other(year=2020, edition="2019")


def unknown_unit(desk: Desk) -> bytes:
    return desk.other(code="B99", name="县旅游局")


def unit_renamed(desk: Desk) -> bytes:
    return desk.other(name="县水利局")


def unit_of_another_kind(desk: Desk) -> bytes:
    return desk.other(kind="乡镇")


def identity_deleted(desk: Desk) -> bytes:
    return desk.edited(lambda book: book.remove(book[IDENTITY_SHEET]))


def _identity(desk: Desk, first: str, second: str | None = None) -> bytes:
    def edit(book: Workbook) -> None:
        page = book[IDENTITY_SHEET]
        page["A1"].value = first
        if second is not None:
            page["A2"].value = second

    return desk.edited(edit)


def identity_edited(desk: Desk) -> bytes:
    page = openpyxl.load_workbook(io.BytesIO(desk.good))[IDENTITY_SHEET]
    payload = json.loads(str(page["A1"].value)) | {"code": "B01", "name": "县发展和改革局"}
    return _identity(desk, json.dumps(payload, ensure_ascii=False, sort_keys=True))


def identity_nonsense(desk: Desk) -> bytes:
    return _identity(desk, "[" * 5000)


def identity_signed_elsewhere(desk: Desk) -> bytes:
    return made(IDENTITY, bytes(reversed(KEY)))


def identity_replayed(desk: Desk) -> bytes:
    """The identity sheet of 县发展和改革局, on the workbook of 县水务局."""
    page = openpyxl.load_workbook(io.BytesIO(desk.neighbour()))[IDENTITY_SHEET]
    return _identity(desk, str(page["A1"].value), str(page["A2"].value))


def sheet_of_another_unit(desk: Desk) -> bytes:
    def edit(book: Workbook) -> None:
        for row in openpyxl.load_workbook(io.BytesIO(desk.neighbour()))["依申请公开"]:
            for cell in row:
                if cell.value is not None:
                    book["依申请公开"][cell.coordinate].value = cell.value

    return desk.edited(edit)


def homemade(desk: Desk) -> bytes:
    """The tables are copied into a home-made workbook."""
    parts = desk.parts()
    text = parts["xl/workbook.xml"].replace(b'name="_jyxl"', b'name="Sheet6"')
    return desk.packed({**parts, "xl/workbook.xml": text})


# the file -----------------------------------------------------------------------------------------


def empty_file(desk: Desk) -> bytes:
    return b""


def truncated(desk: Desk) -> bytes:
    return desk.good[: len(desk.good) * 2 // 3]


def bytes_flipped(desk: Desk) -> bytes:
    data = bytearray(desk.good)
    middle = len(data) // 2
    data[middle : middle + 40] = bytes(40)
    return bytes(data)


def sent_as_text(desk: Desk) -> bytes:
    """A mail gateway that turned every LF into CRLF."""
    return desk.good.replace(b"\n", b"\r\n")


def with_password(desk: Desk) -> bytes:
    """Encrypted by Excel: a compound file with a stream EncryptedPackage."""
    directory = "EncryptedPackage".encode("utf-16-le")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + directory + desk.good


def macros(desk: Desk) -> bytes:
    return desk.with_parts({"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 Attribute VB_Name"})


def external_link(desk: Desk) -> bytes:
    return desk.with_parts({"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})


def dde_link(desk: Desk) -> bytes:
    dde = b'<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    return desk.with_parts({"xl/externalLinks/externalLink1.xml": dde})


def dde_formula(desk: Desk) -> bytes:
    inner = b"<f>cmd|'/c calc'!A0</f><v>3</v>"
    return desk.table("t3", _cell(desk, "t3.granted.natural", inner))


def html_as_xls(desk: Desk) -> bytes:
    return "<html><body><table><tr><td>3</td></tr></table></body></html>".encode("gb18030")


def csv_as_xls(desk: Desk) -> bytes:
    return "项目,件数\n行政许可,1200\n".encode("gb18030")


def pdf(desk: Desk) -> bytes:
    return b"%PDF-1.7\n%%EOF"


def rtf(desk: Desk) -> bytes:
    return rb"{\rtf1\ansi 1}"


def photo(desk: Desk) -> bytes:
    buffer = io.BytesIO()
    Picture.new("RGB", (40, 40), "white").save(buffer, "JPEG")
    return buffer.getvalue()


def rar(desk: Desk) -> bytes:
    return b"Rar!\x1a\x07\x01\x00" + desk.good


def seven_zip(desk: Desk) -> bytes:
    return b"7z\xbc\xaf\x27\x1c" + desk.good


def random_bytes(desk: Desk) -> bytes:
    return random.Random(1).randbytes(30_000)


def part_missing(desk: Desk) -> bytes:
    parts = desk.parts()
    del parts[desk.part_of("t3")]
    return desk.packed(parts)


def part_not_xml(desk: Desk) -> bytes:
    return desk.table("t3", lambda xml: xml[: len(xml) // 2])


def duplicate_part(desk: Desk) -> bytes:
    buffer = io.BytesIO(desk.good)
    with zipfile.ZipFile(buffer, "a") as package:
        info = zipfile.ZipInfo("x" * len(desk.part_of("t3")))
        package.writestr(info, desk.parts()[desk.part_of("t4")])
    name = desk.part_of("t3").encode()
    return buffer.getvalue().replace(b"x" * len(name), name)


# other programs ------------------------------------------------------------------------------------


def stray_space_far_down(desk: Desk) -> bytes:
    return desk.page("t3", lambda page: page.__setitem__("B10032", " "))


def all_columns_formatted(desk: Desk) -> bytes:
    fill = PatternFill("solid", "FFFF00")

    def edit(page: Worksheet) -> None:
        for row in range(1, 4):
            for column in range(1, 16385):
                page.cell(row, column).fill = fill

    return desk.page("t2", edit)


def many_empty_rows(desk: Desk) -> bytes:
    rows = b"".join(b'<row r="%d" ht="15"/>' % row for row in range(200, 20_000))
    return desk.table("t3", lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>"))


def empty_cell_at_the_end(desk: Desk) -> bytes:
    far = b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    return desk.table("t3", lambda xml: xml.replace(b"</sheetData>", far))


def prefixed_elements(desk: Desk) -> bytes:
    def edit(xml: bytes) -> bytes:
        xml = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", xml)
        return xml.replace(b" xmlns=", b" xmlns:x=", 1)

    return desk.table("t4", edit)


def inline_strings(desk: Desk) -> bytes:
    parts = desk.parts()
    texts = re.findall(rb"<si>(.*?)</si>", parts["xl/sharedStrings.xml"], re.DOTALL)
    for name in parts:
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = re.sub(
                rb't="s"[^>]*><v>(\d+)</v>',
                lambda found: b't="inlineStr"><is>' + texts[int(found[1])] + b"</is>",
                parts[name],
            )
    return desk.packed(parts)


def no_cell_addresses(desk: Desk) -> bytes:
    return desk.table("t4", lambda xml: re.sub(rb'<c r="[A-Z]+\d+"', b"<c", xml))


def attributes_in_other_order(desk: Desk) -> bytes:
    return desk.table("t3", lambda xml: re.sub(rb'<c (r="[A-Z]+\d+") (s="\d+")', rb"<c \2 \1", xml))


def styles_lost(desk: Desk) -> bytes:
    parts = desk.parts()
    del parts["xl/styles.xml"]
    return desk.packed(parts)


def validations_lost(desk: Desk) -> bytes:
    def edit(page: Worksheet) -> None:
        page.data_validations.dataValidation.clear()

    return desk.page("t3", edit)


def names_defined(desk: Desk) -> bytes:
    names = b'</sheets><definedNames><definedName name="a">#REF!</definedName></definedNames>'

    def edit(xml: bytes) -> bytes:
        xml = re.sub(rb"<definedNames>.*?</definedNames>", b"", xml, flags=re.DOTALL)
        return xml.replace(b"</sheets>", names)

    return desk.part("xl/workbook.xml", edit)


def saved_as_xlsb(desk: Desk) -> bytes:
    return xlsb(desk.good)


def error_in_xlsb(desk: Desk) -> bytes:
    return xlsb(error_in_leaf(desk))


# hostile ---------------------------------------------------------------------------------------------


def cell_at_the_end(desk: Desk) -> bytes:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return desk.table("t3", lambda xml: xml.replace(b"</sheetData>", far))


def cell_at_the_end_disguised(desk: Desk) -> bytes:
    far = b"<row r='1048576'><c\ts='1' r='XFD1048576'><v>1</v></c></row></sheetData>"
    return desk.table("t3", lambda xml: xml.replace(b"</sheetData>", far))


_LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (98 + level, b"&%c;" % (97 + level) * 10) for level in range(9)
    )
    + b"]>"
)


def _laughing(xml: bytes) -> bytes:
    return (
        xml.replace(b"?>", b"?>" + _LAUGHS, 1)
        .replace(b"<t>", b"<t>&j;", 1)
        .replace(b"<v>", b"<v>&j;", 1)
    )


def entities_in_sheet(desk: Desk) -> bytes:
    return desk.table("t3", _laughing)


def entities_in_strings(desk: Desk) -> bytes:
    return desk.part("xl/sharedStrings.xml", _laughing)


def entities_in_styles(desk: Desk) -> bytes:
    return desk.part("xl/styles.xml", _laughing)


def entities_in_workbook(desk: Desk) -> bytes:
    return desk.part("xl/workbook.xml", _laughing)


def entities_in_content(desk: Desk) -> bytes:
    content = b"<?xml version='1.0'?><office:document-content xmlns:office='o'/>"
    return desk.packed({"mimetype": b"", "content.xml": _laughing(content)})


def bomb(desk: Desk) -> bytes:
    return desk.with_parts({desk.part_of("t3"): b" " * (500 * 2**20)})


def bomb_that_lies(desk: Desk) -> bytes:
    """The directory states a few bytes, but the stream holds 500 MB."""
    name = desk.part_of("t3")
    data = bytearray(desk.with_parts({name: b" " * (500 * 2**20)}))
    real = struct.pack("<I", 500 * 2**20)
    while (at := data.find(real)) >= 0:
        data[at : at + 4] = struct.pack("<I", 30_000)
    return bytes(data)


def six_million_cells(desk: Desk) -> bytes:
    row = b"<row><c><v>1</v></c>" + b"<c><v>1</v></c>" * 9 + b"</row>"
    rows = row * 600_000
    return desk.table("t3", lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>"))


def a_million_cells(desk: Desk) -> bytes:
    rows = b"".join(
        b'<row r="%d">%s</row>' % (row, b"<c><v>1</v></c>" * 300) for row in range(50, 3050)
    )
    return desk.table("t3", lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>"))


def many_strings(desk: Desk) -> bytes:
    strings = b"<si><t/></si>" * 1_200_000
    return desk.part(
        "xl/sharedStrings.xml", lambda xml: xml.replace(b"</sst>", strings + b"</sst>")
    )


def strings_miscounted(desk: Desk) -> bytes:
    return desk.part(
        "xl/sharedStrings.xml",
        lambda xml: re.sub(rb'niqueCount="\d+"', b'niqueCount="4294967295"', xml),
    )


def nested_deeply(desk: Desk) -> bytes:
    depth = 200_000
    nest = b"<a>" * depth + b"</a>" * depth
    return desk.table("t3", lambda xml: xml.replace(b"</sheetData>", nest + b"</sheetData>"))


def many_parts(desk: Desk) -> bytes:
    return desk.with_parts({f"xl/media/{n}.png": b"" for n in range(2000)})


def too_big(desk: Desk) -> bytes:
    return desk.with_parts({"xl/media/a.bin": b""}) + bytes(21 * 2**20)


def ods_repeated(desk: Desk) -> bytes:
    row = (
        b'<table:table-row table:number-rows-repeated="1048576"><table:table-cell'
        b' table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
        b"</table:table-row>"
    )
    content = (
        b'<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:'
        b'opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:'
        b'table:1.0"><office:body><office:spreadsheet><table:table table:name="_jyxl">'
        + row
        + b"</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return desk.packed({"mimetype": kind, "content.xml": content})


def just_below_the_limits(desk: Desk) -> bytes:
    """Every table is as full as it may be and reaches as far as it may."""
    parts = desk.parts()
    cells = b"<c><v>1</v></c>" * 90
    rows = b"".join(b'<row r="%d">%s</row>' % (row, cells) for row in range(50, 400))
    far = b'<row r="20000"><c r="A20000"><v>1</v></c></row></sheetData>'
    for key in ("t2", "t3", "t4"):
        name = desk.part_of(key)
        parts[name] = parts[name].replace(b"</sheetData>", rows + far)
    strings = b"<si><t/></si>" * 250_000
    texts = parts["xl/sharedStrings.xml"]
    parts["xl/sharedStrings.xml"] = texts.replace(b"</sst>", strings + b"</sst>")
    return desk.packed(parts)


def ods_of_empty_rows(desk: Desk) -> bytes:
    head = (
        b'<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:'
        b'opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:'
        b'table:1.0"><office:body><office:spreadsheet><table:table table:name="_jyxl">'
    )
    tail = b"</table:table></office:spreadsheet></office:body></office:document-content>"
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    rows = b"<table:table-row><table:table-cell/></table:table-row>" * 290_000
    return desk.packed({"mimetype": kind, "content.xml": head + rows + tail})


def many_sheets(desk: Desk) -> bytes:
    sheets = b"".join(
        b'<sheet name="s%d" sheetId="%d" r:id="rId2"/>' % (n, n) for n in range(9, 900)
    )
    return desk.part(
        "xl/workbook.xml", lambda xml: xml.replace(b"</sheets>", sheets + b"</sheets>")
    )


HOSTILE = (
    *(cell_at_the_end, cell_at_the_end_disguised, entities_in_sheet, entities_in_strings),
    *(entities_in_styles, entities_in_workbook, entities_in_content, bomb, bomb_that_lies),
    *(six_million_cells, a_million_cells, many_strings, strings_miscounted, nested_deeply),
    *(many_parts, too_big, ods_repeated, just_below_the_limits, ods_of_empty_rows, many_sheets),
)
