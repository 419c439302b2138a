"""xlsx → ods, as far as the reader reads it: values, texts, formulas and merged cells (ODF 1.3)."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

_SPACES = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "style")
)
_SPACES += ' xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"'
MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
STRUCK = (
    '<style:style style:name="T1" style:family="text"><style:text-properties'
    ' style:text-line-through-style="solid"/></style:style>'
)


def ods(data: bytes, cells: dict[tuple[str, str], str] | None = None, gap: str = "") -> bytes:
    """cells: (sheet, address) → what stands there instead, a whole table-cell; gap: the white
    space between rows and cells."""
    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(data))
    tables = gap.join(_table(p, formulas[p.title], cells or {}, gap) for p in values.worksheets)
    content = (
        f"<office:document-content{_SPACES}><office:automatic-styles>{STRUCK}"
        f"</office:automatic-styles><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return packed(content)


def packed(content: str, manifest: str = MANIFEST) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", MIMETYPE)
        package.writestr("META-INF/manifest.xml", manifest)
        package.writestr("content.xml", content)
    return buffer.getvalue()


def _table(page: Worksheet, own: Worksheet, cells: dict[tuple[str, str], str], gap: str) -> str:
    areas = {area.coord.split(":")[0]: area.bounds for area in page.merged_cells.ranges}
    lines = []
    for line in page.iter_rows():
        found = [
            cells.get((page.title, cell.coordinate))
            or _cell(cell, own[cell.coordinate].data_type == "f", areas)
            for cell in line
        ]
        lines.append(f"<table:table-row>{gap}{gap.join(found)}{gap}</table:table-row>")
    name = quoteattr(page.title)
    return f"<table:table table:name={name}>{gap}{gap.join(lines)}{gap}</table:table>"


def _cell(cell: Cell | MergedCell, is_formula: bool, areas: dict[str, tuple[int, ...]]) -> str:
    if isinstance(cell, MergedCell):
        return "<table:covered-table-cell/>"
    about = ""
    if cell.coordinate in areas:
        left, top, right, bottom = areas[cell.coordinate]
        about += f' table:number-columns-spanned="{right - left + 1}"'
        about += f' table:number-rows-spanned="{bottom - top + 1}"'
    if is_formula:
        about += ' table:formula="of:=1"'
    if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool):
        return number(str(cell.value), str(cell.value), about)
    if cell.value is None:
        return f"<table:table-cell{about}/>"
    return text(escape(str(cell.value)), about)


def number(value: str, shown: str, about: str = "") -> str:
    return (
        f'<table:table-cell{about} office:value-type="float" office:value="{value}">'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


def text(content: str, about: str = "") -> str:
    return (
        f'<table:table-cell{about} office:value-type="string">'
        f"<text:p>{content}</text:p></table:table-cell>"
    )
