"""xlsx: the sheets and the shared texts of a package whose parts are XML (ECMA-376)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from jyxl.reading import limits, marks, plain, relations, richtext, sheets, styles, worksheet, xml
from jyxl.reading.damage import Malformed
from jyxl.reading.formats import Look
from jyxl.reading.marks import Cell, Marks
from jyxl.reading.richtext import Texts
from jyxl.reading.sheets import Sheets
from jyxl.reading.worksheet import SPACES
from jyxl.reading.xml import Element

_IDS = {
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
}
"""The attribute r:id, transitional and strict."""
_PLAIN = Look()
_SHOWN = "visible"
_SMALL = 2**14
_SMALL_SHEET = 2**16


@dataclass(frozen=True)
class Xlsx:
    """An xlsx package whose parts are within the limits. listed: (name, whether it is shown) of
    every sheet; lists_plainly: these and the shared texts are read alike by every reader; looks:
    how cells look, by style."""

    sheets: Sheets
    listed: Sequence[tuple[str, bool]]
    lists_plainly: bool
    texts: Texts
    looks: Mapping[str, Look]
    is_active: bool

    @property
    def longest(self) -> int:
        """No shared text has more letters."""
        return len(self.sheets.parts.get("xl/sharedStrings.xml", b""))

    def data(self) -> bytes:
        """The package for the reading library, without the sheets that were set aside.

        It has no styles, so that the reading library takes no number for a date: which formats
        are dates is decided by our own reading.
        """
        return self.sheets.data()

    def marks(self, name: str, number: int) -> Marks:
        """Our own reading of a sheet. Raises TooLarge, Malformed."""
        return marks.of(worksheet.cells(self.sheets.part(name)), self.texts.text, self._look)

    def is_plain(self, name: str) -> bool:
        """True if a sheet is read alike by every reader."""
        return self.lists_plainly and plain.is_plain_sheet(self.sheets.part(name))

    def elements(self, name: str) -> int:
        """How many elements a sheet has, at most. Raises Malformed."""
        part = self.sheets.part(name)
        return part.count(b"<") - (part.count(b"</") if len(part) > _SMALL_SHEET else 0)

    def anew(self, name: str) -> bytes | None:
        """The package with a sheet that was set aside, or None if the sheet is in `data`."""
        return self.sheets.anew(name)

    def _look(self, cell: Cell) -> Look:
        return self.looks.get(str(cell[4] or 0), _PLAIN)


def opened(
    parts: Mapping[str, bytes], workbook: str, aside: Collection[str], is_active: bool
) -> Xlsx:
    """The xlsx file with these parts, of which one is the workbook.

    aside: sheets that are read only when they are needed. Raises Malformed, TooLarge.
    """
    known = relations.of(parts, workbook)
    texts = relations.related(parts, known, "sharedStrings")
    look = relations.related(parts, known, "styles")
    own = {
        "_rels/.rels": relations.naming("xl/workbook.xml"),
        "xl/workbook.xml": parts[workbook],
        "xl/_rels/workbook.xml.rels": parts.get(relations.name(workbook), b""),
    }
    if texts:
        own["xl/sharedStrings.xml"] = parts[texts]
    listed = _listed(parts[workbook])
    return Xlsx(
        sheets.found(parts, [(one.name, one.relation) for one in listed], known, own, aside),
        [(one.name, one.is_shown) for one in listed],
        all(map(plain.is_plain, own.values())),
        richtext.shared(parts[texts], SPACES) if texts else Texts(),
        styles.looks(parts[look], SPACES) if look else {},
        is_active,
    )


class _Listed(NamedTuple):
    """A sheet as workbook.xml lists it. relation: the id of that to its part."""

    name: str
    relation: str
    is_shown: bool


def _listed(workbook: bytes) -> Sequence[_Listed]:
    """The sheets that workbook.xml lists. Raises Malformed, TooLarge."""
    return (_remembered if len(workbook) <= _SMALL else _read)(workbook)


def _read(workbook: bytes) -> Sequence[_Listed]:
    listed = xml.named(xml.tree(workbook), "sheet", SPACES)
    limits.sheets(len(listed))
    return tuple(
        _Listed(one.get("name", ""), _relation(one), one.get("state", _SHOWN) == _SHOWN)
        for one in listed
    )


_remembered = lru_cache(maxsize=32)(_read)
"""The returns of one campaign have mostly the same."""


def _relation(sheet: Element) -> str:
    """The one attribute r:id, with any prefix. Raises Malformed."""
    ids = {str(key): str(value) for key, value in sheet.items()}
    ids = {key: value for key, value in ids.items() if key.rpartition("}")[2] == "id"}
    if len(ids) != 1 or not ids.keys() <= _IDS:
        raise Malformed("工作表的目录不对")
    return ids.popitem()[1]
