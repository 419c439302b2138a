"""Small files that would take gigabytes or minutes: repeated cells and texts, far cells, many
sheets that are each within the limits, directories without end.

Each function makes one from the desk's good return, as in ways.py.
"""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

from jyxl.reading import compound as containers
from tests.damage.binary import _record as xlsb_record
from tests.damage.binary import _text as xlsb_text
from tests.damage.desk import Desk
from tests.reading.compound import EOF, bof, reach, record

_HEAD = (
    '<?xml version="1.0"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    "<office:body><office:spreadsheet>"
)
_TAIL = "</office:spreadsheet></office:body></office:document-content>"
_KIND = b"application/vnd.oasis.opendocument.spreadsheet"
_NUMBER = '<table:table-cell office:value-type="float" office:value="1"/>'
_LONG = 100_000


def _ods(desk: Desk, *rows: str) -> bytes:
    """An ods with a sheet for each of these, which are its rows."""
    sheets = "".join(
        f'<table:table table:name="{n or "_jyxl"}">{row}</table:table>'
        for n, row in enumerate(rows)
    )
    content = (_HEAD + sheets + _TAIL).encode()
    manifest = b"<manifest:manifest/>"
    return desk.packed(
        {"mimetype": _KIND, "content.xml": content, "META-INF/manifest.xml": manifest}
    )


def _row(cells: str, down: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{down}">{cells}</table:table-row>'


def _text(letters: int, across: int = 1) -> str:
    return (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{across}">'
        f"<text:p>{'a' * letters}</text:p></table:table-cell>"
    )


def ods_long_text_repeated(desk: Desk) -> bytes:
    return _ods(desk, _row(_text(_LONG, 1000), 100))


def ods_text_in_an_attribute_repeated(desk: Desk) -> bytes:
    cell = (
        '<table:table-cell office:value-type="string" table:number-columns-repeated="1000"'
        f' office:string-value="{"a" * _LONG}"><text:p>a</text:p></table:table-cell>'
    )
    return _ods(desk, _row(cell, 100))


def ods_long_formula_repeated(desk: Desk) -> bytes:
    cell = (
        f'<table:table-cell table:formula="{"1+" * _LONG}1" table:number-columns-repeated="900"'
        ' office:value-type="float" office:value="1"/>'
    )
    return _ods(desk, *[_row(cell)] * 20)


def ods_of_blanks(desk: Desk) -> bytes:
    cell = (
        '<table:table-cell office:value-type="string"><text:p><text:s text:c="4000000000"/>'
        "</text:p></table:table-cell>"
    )
    return _ods(desk, _row(cell))


def ods_far_cells(desk: Desk) -> bytes:
    """Each sheet reaches as far as one may."""
    far = '<table:table-cell table:number-columns-repeated="999"/>' + _NUMBER
    return _ods(desk, *[_row(_NUMBER) + _row("<table:table-cell/>", 1990) + _row(far)] * 25)


def ods_empty_cells_repeated(desk: Desk) -> bytes:
    """Nothing in it, but the reading library makes cells of all but the last."""
    empty = '<table:table-cell table:number-columns-repeated="900000000"/>'
    return _ods(desk, _row(empty + empty))


def ods_empty_cells_repeated_in_many_rows(desk: Desk) -> bytes:
    empty = '<table:table-cell table:number-columns-repeated="16000"/>'
    return _ods(desk, _row(empty + "<table:table-cell/>") * 20_000)


def ods_many_sheets(desk: Desk) -> bytes:
    return _ods(desk, *[_row(_NUMBER)] * 30_000)


# xlsx -----------------------------------------------------------------------------


def _shared(letters: int) -> bytes:
    return b'<si><t xml:space="preserve">%s</t></si>' % (b"a" * letters)


def xlsx_long_text_referred_to_often(desk: Desk) -> bytes:
    """A text of a megabyte in 46,800 cells of a table."""
    parts = desk.parts()
    texts = parts["xl/sharedStrings.xml"]
    number = texts.count(b"<si>")
    parts["xl/sharedStrings.xml"] = texts.replace(b"</sst>", _shared(2**20) + b"</sst>")
    cells = b'<c t="s"><v>%d</v></c>' % number * 26
    rows = b"".join(b'<row r="%d">%s</row>' % (row, cells) for row in range(100, 1900))
    name = desk.part_of("t3")
    parts[name] = parts[name].replace(b"</sheetData>", rows + b"</sheetData>")
    return desk.packed(parts)


def xlsx_long_text_in_pieces_referred_to_often(desk: Desk) -> bytes:
    """The same text, of a thousand runs."""
    parts = desk.parts()
    texts = parts["xl/sharedStrings.xml"]
    number = texts.count(b"<si>")
    runs = b"<r><t>%s</t></r>" % (b"a" * 1000) * 1000
    parts["xl/sharedStrings.xml"] = texts.replace(b"</sst>", b"<si>" + runs + b"</si></sst>")
    cells = b'<c t="s"><v>%d</v></c>' % number * 26
    rows = b"".join(b'<row r="%d">%s</row>' % (row, cells) for row in range(100, 1900))
    name = desk.part_of("t3")
    parts[name] = parts[name].replace(b"</sheetData>", rows + b"</sheetData>")
    return desk.packed(parts)


def _more_sheets(desk: Desk, count: int, sheet: bytes, without: str = "t4") -> bytes:
    """The return with more sheets, of which one may be the table that is missing."""
    parts = desk.parts()
    title = desk.edition.table[without].sheet.encode()
    book = parts["xl/workbook.xml"].replace(b'name="%s"' % title, b'name="x"')
    relations = parts["xl/_rels/workbook.xml.rels"]
    for n in range(count):
        path = f"worksheets/more{n}.xml"
        parts[f"xl/{path}"] = sheet
        book = book.replace(
            b"<sheets>", b'<sheets><sheet name="m%d" sheetId="%d" r:id="m%d"/>' % (n, n + 50, n)
        )
        relations = relations.replace(
            b"</Relationships>",
            b'<Relationship Id="m%d" Target="%s" Type="http://schemas.openxmlformats.org/'
            b'officeDocument/2006/relationships/worksheet"/></Relationships>' % (n, path.encode()),
        )
    parts["xl/workbook.xml"], parts["xl/_rels/workbook.xml.rels"] = book, relations
    return desk.packed(parts)


def _sheet(rows: bytes) -> bytes:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (space, rows)


def xlsx_many_far_sheets(desk: Desk) -> bytes:
    """A hundred sheets, each of which reaches as far as one may."""
    far = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="2000"><c r="ALL2000"><v>1</v></c></row>'
    return _more_sheets(desk, 100, _sheet(far))


def xlsx_many_full_sheets(desk: Desk) -> bytes:
    """Twenty sheets, each of which holds as much as one may."""
    row = b"<row>%s</row>" % (b"<c><v>1</v></c>" * 100)
    return _more_sheets(desk, 20, _sheet(row * 900))


def xlsx_many_sheets_of_empty_cells(desk: Desk) -> bytes:
    """Nothing in them, but each takes half a second to parse."""
    row = b"<row>%s</row>" % (b"<c/>" * 100)
    return _more_sheets(desk, 8, _sheet(row * 9000))


def xlsx_of_styles(desk: Desk) -> bytes:
    styles = b"<xf/>" * 1_500_000
    return desk.part(
        "xl/styles.xml", lambda xml: xml.replace(b"</cellXfs>", styles + b"</cellXfs>")
    )


def xlsx_of_names(desk: Desk) -> bytes:
    names = b"".join(b'<definedName name="n%d">A1</definedName>' % n for n in range(190_000))
    return desk.part(
        "xl/workbook.xml",
        lambda xml: xml.replace(b"</sheets>", b"</sheets><definedNames>%s</definedNames>" % names),
    )


def xlsx_of_merged_cells(desk: Desk) -> bytes:
    merged = b"".join(b'<mergeCell ref="A%d:XFD%d"/>' % (n, n) for n in range(100, 190_000))
    return desk.table(
        "t3",
        lambda xml: xml.replace(
            b"</sheetData>", b"</sheetData><mergeCells>%s</mergeCells>" % merged
        ),
    )


def brackets_never_closed(desk: Desk) -> bytes:
    """Ten cells of as many opening brackets as a cell may hold."""
    names = [cell.name for cell in desk.edition.table["t3"].cells][:400]
    total = desk.edition.totals
    open_ = [name for name in names if name not in total][:10]
    return desk.typed(**{name.replace(".", "__"): "（" * 32_767 for name in open_})


# xls ------------------------------------------------------------------------------


def _xls(sheets: list[bytes], head: bytes = b"", shared: bool = False) -> bytes:
    """An xls with these sheets; with `shared`, sixty names for the first one."""
    names = [b"_jyxl", *(b"s%d" % n for n in range(1, 60 if shared else len(sheets)))]
    stated = [record(0x85, bytes(6) + bytes([len(name), 0]) + name) for name in names]
    at = len(bof(5)) + sum(map(len, stated)) + len(head) + len(EOF)
    starts = []
    for sheet in sheets:
        starts.append(at)
        at += len(sheet)
    starts = starts[:1] * len(names) if shared else starts
    stated = [
        record(0x85, struct.pack("<IH", start, 0) + bytes([len(name), 0]) + name)
        for name, start in zip(names, starts, strict=True)
    ]
    return containers.packed(bof(5) + b"".join(stated) + head + EOF + b"".join(sheets))


def _number(row: int, column: int) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, 0, 1.0))


def _far() -> bytes:
    body = reach(0, 7800, 0, 256) + _number(0, 0) + _number(7799, 255)
    return bof(0x10) + body + EOF


def xls_sheets_on_one_substream(desk: Desk) -> bytes:
    return _xls([_far()], shared=True)


def xls_many_far_sheets(desk: Desk) -> bytes:
    return _xls([_far() for _ in range(60)])


def xls_long_text_referred_to_often(desk: Desk) -> bytes:
    letters = 32_000
    text = struct.pack("<HB", letters, 0)
    first = struct.pack("<II", 1, 1) + text + b"a" * 8000
    more = [record(0x3C, b"\0" + b"a" * 8000) for _ in range(letters // 8000 - 1)]
    strings = record(0xFC, first) + b"".join(more)
    cells = b"".join(
        record(0x00FD, struct.pack("<HHHI", row, column, 0, 0))
        for row in range(1800)
        for column in range(1)
    )
    return _xls([bof(0x10) + cells + EOF], strings)


def xls_of_empty_texts(desk: Desk) -> bytes:
    count = 2_000_000
    texts = b"\0\0\0" * count
    chunks = [texts[at : at + 8223] for at in range(0, len(texts), 8223)]
    first = record(0xFC, struct.pack("<II", count, count) + chunks[0])
    return _xls([bof(0x10) + EOF], first + b"".join(record(0x3C, one) for one in chunks[1:]))


def xls_of_records(desk: Desk) -> bytes:
    return _xls([bof(0x10) + record(1) * 990_000 + EOF])


# xlsb -----------------------------------------------------------------------------


def xlsb_long_text_referred_to_often(desk: Desk) -> bytes:
    return _xlsb(desk, 2**20, [(row, column) for row in range(1800) for column in range(26)])


def xlsb_far_sheets(desk: Desk) -> bytes:
    return _xlsb(desk, 1, [(0, 0), (1999, 999)], 100)


def xlsb_many_sheets_of_records(desk: Desk) -> bytes:
    """Records of nothing, in sheets that are all looked at for the one that is missing."""
    return _xlsb(desk, 1, [(0, 0)], 60, xlsb_record(200) * 150_000)


def xlsb_of_empty_texts(desk: Desk) -> bytes:
    return _xlsb(desk, 1, [(0, 0)], 1, texts=490_000)


def _xlsb(
    desk: Desk,
    letters: int,
    cells: list[tuple[int, int]],
    count: int = 1,
    more: bytes = b"",
    texts: int = 0,
) -> bytes:
    """An xlsb with so many equal sheets, in which these cells hold one shared text.

    more: further records of each sheet; texts: how many further texts there are.
    """
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = {"[Content_Types].xml": b"<Types/>"}
    sheet = [xlsb_record(129), xlsb_record(148, bytes(16)), xlsb_record(145)]
    last = -1
    for row, column in cells:
        if row != last:
            sheet.append(xlsb_record(0, struct.pack("<II", row, 0) + bytes(9)))
            last = row
        sheet.append(xlsb_record(7, struct.pack("<III", column, 0, 0)))
    body = b"".join([*sheet, more, xlsb_record(146), xlsb_record(130)])
    listed, relations = [], []
    for n in range(count):
        parts[f"xl/worksheets/sheet{n}.bin"] = body
        name = "_jyxl" if n == 0 else f"s{n}"
        head = struct.pack("<II", 0, n + 1) + xlsb_text(f"rId{n}") + xlsb_text(name)
        listed.append(xlsb_record(156, head))
        relations.append(
            f'<Relationship Id="rId{n}" Target="worksheets/sheet{n}.bin" Type="{office}/worksheet"/>'
        )
    relations.append(
        f'<Relationship Id="s" Target="sharedStrings.bin" Type="{office}/sharedStrings"/>'
    )
    parts["xl/sharedStrings.bin"] = (
        xlsb_record(159, struct.pack("<II", len(cells), 1))
        + xlsb_record(19, b"\0" + xlsb_text("a" * letters))
        + xlsb_record(19, b"\0" + xlsb_text("")) * texts
        + xlsb_record(160)
    )
    parts["xl/workbook.bin"] = b"".join(
        [xlsb_record(131), xlsb_record(143), *listed, xlsb_record(144), xlsb_record(132)]
    )
    text = f'<Relationships xmlns="{space}">{"".join(relations)}</Relationships>'
    parts["xl/_rels/workbook.bin.rels"] = text.encode()
    return desk.packed(parts)


# zip ------------------------------------------------------------------------------


def zip_directory_without_end(desk: Desk) -> bytes:
    """A directory of 400,000 entries, all of them for the same bytes."""
    return directory_of(400_000, "[Content_Types].xml")


def directory_of(count: int, first: str) -> bytes:
    """A zip whose directory has so many entries, the first of which has this name."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr(first, b"")
        package.writestr("a", b"")
    data = buffer.getvalue()
    at = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", at + 4)
    end = data.index(b"PK\x05\x06")
    entries = data[at:second] + data[second:end] * (count - 1)
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 65535, 65535, len(entries), at, 0)
    return data[:at] + entries + tail


BOMBS = (
    *(ods_long_text_repeated, ods_text_in_an_attribute_repeated, ods_long_formula_repeated),
    *(ods_of_blanks, ods_far_cells, ods_empty_cells_repeated, ods_many_sheets),
    *(ods_empty_cells_repeated_in_many_rows, xlsx_long_text_referred_to_often),
    *(xlsx_long_text_in_pieces_referred_to_often, xlsx_many_far_sheets, xlsx_many_full_sheets),
    *(xlsx_many_sheets_of_empty_cells, xls_of_empty_texts, xls_of_records, xlsb_of_empty_texts),
    *(
        xlsb_many_sheets_of_records,
        xlsx_of_styles,
        xlsx_of_names,
        xlsx_of_merged_cells,
        brackets_never_closed,
    ),
    *(xls_sheets_on_one_substream, xls_many_far_sheets, xls_long_text_referred_to_often),
    *(xlsb_long_text_referred_to_often, xlsb_far_sheets, zip_directory_without_end),
)
