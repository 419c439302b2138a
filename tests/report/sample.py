"""A county of three units as plain values, and what stands in a Word document."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

from jyxl import composing, editions
from jyxl.county import County, UnitRow
from jyxl.definition import Edition
from jyxl.live import values
from jyxl.report import Report, Shown
from jyxl.supplement import Indicator, Supplement, TextAsked
from jyxl.supplement_tables import cell_name

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
GAZETTES = Indicator("政府公报", "编制公报", "期", "整数", True, "求和")
NEWS = Indicator("政府网站公开", "工作动态", "条", "整数", True, "求和")
TEXTS = ("application", "charged", "charges")
SUPPLEMENT = Supplement((GAZETTES, NEWS), (), tuple(TextAsked(key, False, 2000) for key in TEXTS))
CHARGED, CHARGES = "words.charged.value", "words.charges.value"
WRITTEN = "words.application.value"
FIGURES = {
    "t3.new.natural": 5,
    "t3.new.business": 2,
    "t3.carried_in.natural": 1,
    "t3.granted.natural": 3,
    "t3.secret.natural": 1,
    "t3.internal.business": 1,
    "t3.not_held.natural": 1,
    "t3.petition.natural": 1,
    "t3.carried_out.business": 1,
    "t4.cases.review.upheld": 2,
    "t4.cases.direct.upheld": 1,
    "t4.cases.after_review.other": 1,
    "t2.licence.decisions": 1418,
    "t2.penalty.decisions": 20,
}


def edition(name: str, supplement: Supplement = SUPPLEMENT) -> Edition:
    return editions.with_supplement(editions.load(name), supplement)


def figures(form: Edition, typed: Mapping[str, int]) -> dict[str, int]:
    """The figures of every cell, with right totals; what was not typed is 0."""
    return values(form, {name: one for name, one in typed.items() if name in form.cell})


def unit(form: Edition, code: str, typed: Mapping[str, int], **more: Any) -> UnitRow:
    names = {"A01": "县民政局", "B01": "香水镇", "A02": "县水务局"}
    return UnitRow(
        code=code,
        name=names[code],
        kind="乡镇" if code.startswith("B") else "部门",
        state="accepted",
        newer_returned=False,
        version=1,
        arrived="2020-01-10T09:00:00",
        late=False,
        file=f"回收/{code}.xlsx",
        sha256=code,
        figures=figures(form, typed),
        **more,
    )


def county(name: str = "2021", supplement: Supplement = SUPPLEMENT, **more: Any) -> County:
    """Two units that count, of which the first has FIGURES. more: further facts about it."""
    form = edition(name, supplement)
    own = {cell_name(GAZETTES): 6, cell_name(NEWS): 1500}
    answers = {"words": {CHARGED: "否", WRITTEN: "第一行。\n第二行，收到申请 7 件。"}}
    first = unit(form, "A01", {**FIGURES, **own}, **{**answers, **more})
    second = unit(form, "B01", {"t3.new.natural": 1, cell_name(NEWS): 42}, words={CHARGED: "否"})
    return County("泾源县", 2019 if name == "2019" else 2025, form, (first, second))


def without(which: County, code: str) -> County:
    """The county in which this unit's return does not count."""
    return replace(
        which,
        units=tuple(
            replace(one, figures=None, state="missing") if one.code == code else one
            for one in which.units
        ),
    )


def report(name: str = "2021", **typed: int) -> Report:
    """The report of the county, in which the first unit has other figures. typed: with __ for the
    dots in the names of cells."""
    made = county(name)
    first = made.units[0]
    other = {one.replace("__", "."): figure for one, figure in typed.items()}
    kept = {cell: one for cell, one in (first.figures or {}).items() if cell.startswith("own.")}
    now = replace(first, figures=figures(made.edition, {**FIGURES, **kept, **other}))
    return composing.of_county(replace(made, units=(now, *made.units[1:])), {})


def said(made: Report, key: str) -> str:
    """The paragraph with this key, '' if there is none."""
    return next((one.text for one in made.paragraphs if one.key == key), "")


def shown(made: Report) -> dict[str, str]:
    return {
        piece.key: piece.text
        for one in made.paragraphs
        for piece in one.pieces
        if isinstance(piece, Shown)
    }


# a Word document ------------------------------------------------------------------------


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {entry.filename: package.read(entry) for entry in package.infolist()}


def body(data: bytes) -> ElementTree.Element:
    root = ElementTree.fromstring(parts(data)["word/document.xml"])
    found = root.find(f"{W}body")
    assert found is not None
    return found


def with_body(data: bytes, root: str) -> bytes:
    """The document with other text in its main part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts(data).items():
            package.writestr(name, root if name == "word/document.xml" else content)
    return out.getvalue()


def xml(data: bytes) -> str:
    return parts(data)["word/document.xml"].decode()


def text(element: ElementTree.Element) -> str:
    return "".join(one.text or "" for one in element.iter(f"{W}t"))


def controls(data: bytes) -> dict[str, str]:
    """Tag of a content control → its text."""
    found = {}
    for one in body(data).iter(f"{W}sdt"):
        tag = one.find(f"{W}sdtPr/{W}tag")
        assert tag is not None
        found[tag.attrib[f"{W}val"]] = text(one)
    return found


def described(data: bytes) -> Iterator[str]:
    """A document as lines: its paragraphs with their styles, and [figures] of content controls; its
    tables row by row, with →n for n columns and ↓ for a cell that goes on above."""
    for child in body(data):
        if child.tag == f"{W}p":
            line = "".join(_pieces(child))
            yield f"{_style(child)}: {line}" if line else ""
        elif child.tag == f"{W}tbl":
            widths = [one.attrib[f"{W}w"] for one in child.iter(f"{W}gridCol")]
            yield f"table of {' '.join(widths)}"
            for row in child.iter(f"{W}tr"):
                marks = "" if row.find(f"{W}trPr/{W}tblHeader") is None else "*"
                yield f"  {marks}{' | '.join(map(_cell, row.iter(f'{W}tc')))}"


def _style(paragraph: ElementTree.Element) -> str:
    found = paragraph.find(f"{W}pPr/{W}pStyle")
    return found.attrib[f"{W}val"] if found is not None else "-"


def _pieces(paragraph: ElementTree.Element) -> Iterator[str]:
    for child in paragraph:
        if child.tag == f"{W}sdt":
            yield f"[{text(child)}]"
        elif child.tag == f"{W}r":
            yield ("/" if child.find(f"{W}br") is not None else "") + text(child)


def _cell(cell: ElementTree.Element) -> str:
    about = cell.find(f"{W}tcPr")
    assert about is not None
    span, merge = about.find(f"{W}gridSpan"), about.find(f"{W}vMerge")
    goes_on = merge is not None and merge.get(f"{W}val") == "continue"
    wide = f"→{span.attrib[f'{W}val']}" if span is not None else ""
    return ("↓" if goes_on else text(cell)) + wide
