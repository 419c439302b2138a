"""xlsx: the sheets and the shared texts of a package whose parts are XML (ECMA-376)."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from jyxl.reading import marks, package, sheets, worksheet, xml
from jyxl.reading.damage import Malformed, TooLarge
from jyxl.reading.marks import Marks
from jyxl.reading.sheets import Sheets
from jyxl.reading.worksheet import SPACES
from jyxl.reading.xml import Element

_IDS = {
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
}
"""The attribute r:id, transitional and strict."""
MAX_STRINGS = 4 * 2**20


@dataclass(frozen=True)
class Xlsx:
    """An xlsx package whose parts are within the limits."""

    sheets: Sheets
    is_active: bool

    def data(self) -> bytes:
        """The package for the reading library, without the sheets that were set aside."""
        return self.sheets.data()

    def marks(self, name: str, number: int) -> Marks:
        """The marks of a sheet. Raises TooLarge, Malformed."""
        return marks.of(worksheet.cells(self.sheets.part(name)))

    def anew(self, name: str) -> bytes | None:
        """The package with a sheet that was set aside, or None if the sheet is in `data`."""
        return self.sheets.anew(name)


def opened(parts: Mapping[str, bytes], aside: Collection[str], is_active: bool) -> Xlsx:
    """The xlsx file with these parts. aside: sheets that are read only when they are needed.

    Raises Malformed, TooLarge.
    """
    # If the reading library could not open the file as xlsx, it would try it as xlsb.
    parts = {name: data for name, data in parts.items() if not name.endswith(".bin")}
    relations = parts.get("xl/_rels/workbook.xml.rels", b"")
    found = sheets.found(parts, _listed(parts["xl/workbook.xml"]), relations, aside)
    # Sheets need no vetting: each is parsed before the reading library reads it, and the
    # parser finds the same faults.
    package.vet({name: found.parts[name] for name in found.parts.keys() - found.paths.values()})
    for name, data in found.parts.items():
        if name.lower().startswith("xl/sharedstrings"):
            _vet_strings(data)
    return Xlsx(found, is_active)


def _listed(workbook: bytes) -> list[tuple[str, str]]:
    """(name, relation) of the sheets that workbook.xml lists. Raises Malformed, TooLarge."""
    listed = xml.named(xml.tree(workbook), "sheet", SPACES)
    return [(one.get("name", ""), _relation(one)) for one in listed]


def _relation(sheet: Element) -> str:
    """The one attribute r:id, with any prefix. Raises Malformed."""
    ids = {str(key): str(value) for key, value in sheet.items()}
    ids = {key: value for key, value in ids.items() if key.rpartition("}")[2] == "id"}
    if len(ids) != 1 or not ids.keys() <= _IDS:
        raise Malformed("工作表的目录不对")
    return ids.popitem()[1]


def _vet_strings(part: bytes) -> None:
    """Check the shared texts, since the reading library allocates as many as are stated.

    Raises TooLarge, Malformed.
    """
    if len(part) > MAX_STRINGS:
        raise TooLarge(f"文字有 {len(part) / 2**20:.0f} MB")
    root = deque(xml.pieces(part, "si"), maxlen=1).pop()
    if root.tag not in [f"{{{space}}}sst" for space in SPACES]:
        raise Malformed("文字的目录不对")
    stated = [root.get(name, "") for name in ("count", "uniqueCount")]
    if any(int(text[:19]) > 100_000 + len(part) for text in stated if text.isdecimal()):
        raise Malformed("文字的个数对不上")
