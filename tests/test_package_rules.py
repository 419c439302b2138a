"""What Excel enforces when it opens a package: a breach would cause a repair prompt."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, partial
from xml.etree import ElementTree

import pytest
from xlsxwriter.utility import xl_cell_to_rowcol

from jyxl import editions
from jyxl.definition import UNIT_KINDS, Edition
from jyxl.writer import county, roster, unit
from tests.office.cells import cells_of
from tests.office.fillings import EDITIONS, a_county, form, returned

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"

PORTABLE = {
    *("ABS", "AND", "CLEAN", "COUNTBLANK", "COUNTIF", "COUNTIFS", "HYPERLINK", "IF", "INDEX"),
    *("INT", "ISBLANK", "ISNUMBER", "LEFT", "LEN", "MATCH", "MAX", "N", "NOT", "OR", "ROUND"),
    *("SEARCH", "SUBSTITUTE", "SUM", "SUMIFS", "TRIM", "FALSE", "TRUE"),
}
"""The functions that Excel 2007, WPS and LibreOffice all calculate alike."""


pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Package:
    """A workbook as its parts."""

    data: bytes

    @cached_property
    def parts(self) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(self.data)) as package:
            names = package.namelist()
            assert len(names) == len({name.lower() for name in names})
            return {name: package.read(name) for name in names}

    def xml(self, name: str) -> ElementTree.Element:
        return ElementTree.fromstring(self.parts[name])

    def relations(self, name: str) -> dict[str, ElementTree.Element]:
        """The relations of a part by id."""
        folder, file = posixpath.split(name)
        path = posixpath.join(folder, "_rels", f"{file}.rels")
        if path not in self.parts:
            return {}
        found = list(self.xml(path).iter(f"{PACKAGE}Relationship"))
        by_id = {one.get("Id", ""): one for one in found}
        assert len(by_id) == len(found)
        return by_id

    def target(self, name: str, relation: str) -> str:
        target = self.relations(name)[relation].get("Target", "")
        return posixpath.normpath(posixpath.join("/", posixpath.dirname(name), target))[1:]

    @cached_property
    def sheets(self) -> dict[str, ElementTree.Element]:
        """Sheet name → its part, in order."""
        return {name: self.xml(path) for name, path in self.sheet_parts.items()}

    @cached_property
    def sheet_parts(self) -> dict[str, str]:
        book = self.xml("xl/workbook.xml")
        return {
            one.get("name", ""): self.target("xl/workbook.xml", one.get(f"{RELATED}id", ""))
            for one in book.iter(f"{MAIN}sheet")
        }

    def formulas(self) -> Iterator[tuple[str, str]]:
        """(where, formula): cells, validations, conditional formats, names."""
        for name, page in self.sheets.items():
            for tag in ("f", "formula", "formula1", "formula2"):
                for one in page.iter(f"{MAIN}{tag}"):
                    yield f"{name} {tag}", one.text or ""
        for one in self.xml("xl/workbook.xml").iter(f"{MAIN}definedName"):
            yield f"name {one.get('name')}", one.text or ""


def books() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """One workbook of every sort that is written, and how it is made."""
    for name in EDITIONS:
        edition = editions.load(name)
        for kind in UNIT_KINDS:
            yield f"issued {name} {kind}", partial(issued, edition, kind)
        yield f"county {name}", partial(summed, edition, 12)
        yield f"county of one {name}", partial(summed, edition, 1)
    for number in range(RETURNED):
        yield f"returned {number}", partial(sent_back, number)
    yield "roster", partial(roster.workbook, 2025)


def issued(edition: Edition, kind: str) -> bytes:
    return unit.workbook(edition, form(edition, kind))


def summed(edition: Edition, units: int) -> bytes:
    return county.workbook(a_county(edition, units))


def sent_back(number: int) -> bytes:
    return six_returned()[number]


@cache
def six_returned() -> list[bytes]:
    return returned(RETURNED)


RETURNED = 6
MADE = dict(books())


@cache
def package(name: str) -> Package:
    """The package of this name, made once, when a test needs it."""
    return Package(MADE[name]())


def packages(*kinds: str) -> Iterator[tuple[str, Package]]:
    """The packages whose names begin with one of these kinds."""
    return ((name, package(name)) for name in MADE if name.startswith(kinds))


@pytest.fixture(params=MADE)
def book(request: pytest.FixtureRequest) -> Package:
    return package(request.param)


def test_every_part_has_a_content_type(book: Package) -> None:
    types = book.xml("[Content_Types].xml")
    defaults = {one.get("Extension") for one in types.iter(f"{TYPES}Default")}
    overrides = [one.get("PartName", "") for one in types.iter(f"{TYPES}Override")]
    assert len(overrides) == len(set(overrides))
    assert {one[1:] for one in overrides} <= book.parts.keys()
    for name in book.parts.keys() - {"[Content_Types].xml"}:
        assert f"/{name}" in overrides or name.rpartition(".")[2] in defaults, name


def test_every_relation_has_its_target_and_nothing_is_outside(book: Package) -> None:
    for name in book.parts:
        if name.endswith(".rels"):
            folder, file = posixpath.split(name)
            owner = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
            assert owner in book.parts or owner == ""
            for key, one in book.relations(owner).items():
                assert one.get("TargetMode") != "External", one.attrib
                assert book.target(owner, key) in book.parts, one.attrib
    for name, page in book.sheets.items():
        known = book.relations(book.sheet_parts[name])
        used = [value for one in page.iter() for key, value in one.items() if key == f"{RELATED}id"]
        assert set(used) <= known.keys()


def test_sheet_names_are_legal_and_unique(book: Package) -> None:
    names = list(book.sheets)
    assert len(names) == len({name.lower() for name in names})
    for name in names:
        assert 1 <= len(name) <= 31
        assert not re.search(r"[\[\]:*?/\\]|^'|'$", name)


def test_defined_names_are_unique_in_their_scope(book: Package) -> None:
    names = [
        ((one.get("name") or "").lower(), one.get("localSheetId"))
        for one in book.xml("xl/workbook.xml").iter(f"{MAIN}definedName")
    ]
    assert len(names) == len(set(names))
    assert all(int(scope) < len(book.sheets) for _, scope in names if scope)


def test_formulas_are_short_portable_and_speak_of_sheets_that_exist(book: Package) -> None:
    for where, formula in book.formulas():
        assert len(formula) <= 8192, where
        words = re.sub(r'"[^"]*"', '""', formula)
        for name in re.findall(r"'([^']+)'!", words):
            assert name in book.sheets, where
        assert "#REF!" not in words, where
        assert "[" not in words, where
        functions = set(re.findall(r"([A-Z][A-Z0-9.]*)\(", words))
        assert functions <= PORTABLE, (where, functions - PORTABLE)
        assert depth(words) <= 64, where
        for function_arguments in arguments(words):
            assert function_arguments <= 255, where


def depth(formula: str) -> int:
    level = deepest = 0
    for letter in formula:
        level += (letter == "(") - (letter == ")")
        deepest = max(deepest, level)
    assert level == 0
    return deepest


def arguments(formula: str) -> Iterator[int]:
    """The number of arguments in each pair of brackets."""
    open_: list[int] = []
    for letter in formula:
        if letter == "(":
            open_.append(1)
        elif letter == "," and open_:
            open_[-1] += 1
        elif letter == ")":
            yield open_.pop()


def test_input_validation_is_within_its_limits(book: Package) -> None:
    for name, page in book.sheets.items():
        rules = list(page.iter(f"{MAIN}dataValidation"))
        areas = [area for one in rules for area in (one.get("sqref") or "").split()]
        assert len(areas) == len(set(areas)), name
        for one in rules:
            for key in ("promptTitle", "errorTitle"):
                assert len(one.get(key, "")) <= 32
            for key in ("prompt", "error"):
                assert len(one.get(key, "")) <= 255
            for formula in one:
                assert len(formula.text or "") <= 255
            assert one.get("sqref")
        for holder in page.iter(f"{MAIN}dataValidations"):
            assert int(holder.get("count", "0")) == len(rules)


def test_no_cell_stands_twice_and_all_in_order(book: Package) -> None:
    for name, page in book.sheets.items():
        rows = [int(one.get("r", "")) for one in page.iter(f"{MAIN}row")]
        assert rows == sorted(set(rows)), name
        for row in page.iter(f"{MAIN}row"):
            places = [xl_cell_to_rowcol(one.get("r", "")) for one in row]
            assert places == sorted(set(places)), name
            assert {place[0] for place in places} <= {int(row.get("r", "")) - 1}


def test_merged_areas_do_not_overlap(book: Package) -> None:
    for name, page in book.sheets.items():
        taken: set[tuple[int, int]] = set()
        for one in page.iter(f"{MAIN}mergeCell"):
            cells = set(cells_in(one.get("ref", "")))
            assert not taken & cells, (name, one.get("ref"))
            taken |= cells


def cells_in(area: str) -> Iterator[tuple[int, int]]:
    first, _, last = area.replace("$", "").partition(":")
    (top, left), (bottom, right) = xl_cell_to_rowcol(first), xl_cell_to_rowcol(last or first)
    assert top <= bottom, area
    assert left <= right, area
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield row, column


def test_strings_styles_and_formats_that_cells_name_exist(book: Package) -> None:
    strings = len(list(book.xml("xl/sharedStrings.xml").iter(f"{MAIN}si")))
    styles = book.xml("xl/styles.xml")
    formats = len(list(styles.find(f"{MAIN}cellXfs") or ()))
    dressed = len(list(styles.find(f"{MAIN}dxfs") or ()))
    assert formats <= 64_000
    for page in book.sheets.values():
        for cell in page.iter(f"{MAIN}c"):
            assert int(cell.get("s", "0")) < formats
            value = cell.findtext(f"{MAIN}v")
            if cell.get("t") == "s":
                assert int(value or "") < strings
            elif value is not None and cell.get("t") in (None, "n"):
                float(value)
        priorities = []
        for rule in page.iter(f"{MAIN}cfRule"):
            assert int(rule.get("dxfId", "0")) < dressed
            priorities.append(int(rule.get("priority", "")))
        assert len(priorities) == len(set(priorities))


def test_texts_are_within_a_cells_limits(book: Package) -> None:
    for one in book.xml("xl/sharedStrings.xml").iter(f"{MAIN}si"):
        text = "".join(part.text or "" for part in one.iter(f"{MAIN}t"))
        assert len(text) <= 32_767
        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f￾￿]", text)


def test_links_lead_to_a_cell_of_a_sheet(book: Package) -> None:
    for page in book.sheets.values():
        places = [one.get("ref") for one in page.iter(f"{MAIN}hyperlink")]
        assert len(places) == len(set(places))
        for one in page.iter(f"{MAIN}hyperlink"):
            assert one.get(f"{RELATED}id") is None
            assert len(one.get("tooltip", "")) <= 255
            leads_to_a_cell(book, one.get("location", ""))
    texts = ["".join(one.itertext()) for one in book.xml("xl/sharedStrings.xml")]
    for text in texts:
        if text.startswith("#'"):
            leads_to_a_cell(book, text[1:])


def leads_to_a_cell(book: Package, target: str) -> None:
    match = re.fullmatch(r"'([^']+)'!([A-Z]{1,3}[1-9]\d*)", target)
    assert match, target
    assert match[1] in book.sheets, target
    row, column = xl_cell_to_rowcol(match[2])
    assert row < 1_048_576
    assert column < 16_384


def test_comments_have_their_shapes(book: Package) -> None:
    for name, part in book.sheet_parts.items():
        kinds = {
            (one.get("Type") or "").rpartition("/")[2]: book.target(part, key)
            for key, one in book.relations(part).items()
        }
        assert ("comments" in kinds) == ("vmlDrawing" in kinds), name
        if "comments" in kinds:
            (legacy,) = book.sheets[name].findall(f"{MAIN}legacyDrawing")
            assert book.target(part, legacy.get(f"{RELATED}id", "")) == kinds["vmlDrawing"]
            comments = book.xml(kinds["comments"])
            places = [one.get("ref") for one in comments.iter(f"{MAIN}comment")]
            assert len(places) == len(set(places))
            shapes = book.parts[kinds["vmlDrawing"]].decode().count("<x:ClientData")
            assert shapes == len(places)


def test_frozen_panes_headers_and_breaks_are_within_their_limits(book: Package) -> None:
    for page in book.sheets.values():
        for tag in ("oddHeader", "oddFooter"):
            assert len(page.findtext(f".//{MAIN}{tag}") or "") <= 255
        for breaks in page.iter(f"{MAIN}colBreaks"):
            assert int(breaks.get("count", "0")) == len(breaks) <= 1023
        for row in page.iter(f"{MAIN}row"):
            assert float(row.get("ht", "15")) <= 409
        for column in page.iter(f"{MAIN}col"):
            assert float(column.get("width", "8")) <= 255


def test_an_issued_workbook_is_small() -> None:
    for name, one in packages("issued"):
        assert len(one.data) < 60_000, name


def test_every_unit_sheet_is_locked_and_widths_may_be_changed() -> None:
    for _, one in packages("issued", "returned"):
        for page in one.sheets.values():
            (lock,) = page.findall(f"{MAIN}sheetProtection")
            assert lock.get("sheet") == "1"
            assert lock.get("algorithmName") == "SHA-512"
            assert lock.get("formatColumns") == "0"
            assert lock.get("selectLockedCells", "0") == "0"


def test_equal_arguments_give_equal_bytes() -> None:
    edition = editions.load("2021")
    for make in (
        lambda: unit.workbook(edition, form(edition, "部门")),
        lambda: county.workbook(a_county(edition, 12)),
        lambda: returned(1)[0],
    ):
        assert make() == make()


def test_charts_hold_the_figures_they_are_drawn_from() -> None:
    """A preview, which does not calculate, shows what is in the cells."""
    chart = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
    for _, one in packages("county"):
        cells = cells_of(one.data)
        parts = [part for part in one.parts if part.startswith("xl/charts/chart")]
        assert len(parts) == 3
        for part in parts:
            for reference in one.xml(part).iter():
                if reference.tag not in (f"{chart}numRef", f"{chart}strRef"):
                    continue
                formula = reference.findtext(f"{chart}f") or ""
                sheet_name, _, area = formula.replace("'", "").partition("!")
                shown = {
                    int(point.get("idx", "")): point.findtext(f"{chart}v")
                    for point in reference.iter(f"{chart}pt")
                }
                assert shown, formula
                for number, at in enumerate(cells_in(area)):
                    value = cells[sheet_name].get(at, "")
                    if value != "":
                        told = shown[number]
                        same = told == value or float(told or "nan") == value
                        assert same, (formula, at, told, value)
