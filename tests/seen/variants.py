"""Returns with random contents, each written in one way of many; the same for the same number."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.workbook import Workbook

from jyxl.definition import Cell
from tests.damage import biff, opendocument
from tests.damage.binary import xlsb
from tests.damage.desk import Desk

TEXTS = (
    *("12", " 7 ", "１２", "1,234", "893 条", "4件", "12.0", "+22", "/", "-", "—", "无", "_"),
    *(
        "约10",
        "10余",
        "减4",
        "--253",
        "三件",
        "22（其中修订16件）",
        "TRUE",
        "1e3",
        "12.5.1",
        "#REF!",
    ),
)
FORMATS = (
    *("General", "General_ ", "0", "0.00", "#,##0", "#,##0.00_ ", "@", "000", "0_);(0)", "[Red]0"),
    *('0"件"', '"约"0', '0"0"', "0,", "#,##0,", "0%", "0.0%", ";;;", '0;-0;"—"', "0;0", "0\\.0"),
    *("[$¥-804]#,##0.00", '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ', "# ?/?", "0.00E+00"),
    *("yyyy-m-d", "h:mm", "[h]:mm", 'm"月"d"日"', '[>=1000]0.0,"千";0', "?0", "0 0", "#"),
)
PLACES = 6
"""How many cells of a return are filled in at random."""


@dataclass(frozen=True)
class Variant:
    """A file. way: how it was written; suffix: of its name; program: which other program is to
    write it anew, '' for none."""

    way: str
    suffix: str
    data: bytes
    program: str = ""


def variant(desk: Desk, number: int, programs: tuple[str, ...]) -> Variant:
    """The nth of an endless series. programs: those that are there to write a file anew."""
    dice = random.Random(number)
    ways: list[Callable[[Desk, random.Random], Variant]] = [_of_forms, _of_forms, _of_ods, _of_own]
    ways += [lambda desk, dice: _by(desk, dice, dice.choice(programs))] * (3 if programs else 0)
    return dice.choice(ways)(desk, dice)


def _cells(desk: Desk, dice: random.Random) -> list[Cell]:
    edition = desk.edition
    is_open = [cell for cell in edition.cells if edition.is_open(cell, "部门")]
    return dice.sample(is_open, PLACES)


def _number(dice: random.Random, cell: Cell) -> float:
    whole = dice.choice((0, 1, 3, 9, 12, 100, 1200, 43831, 999_999))
    if cell.kind.decimals and dice.random() < 0.7:
        return whole + dice.choice((0.1, 0.25, 0.1234, 0.005, 0.123456))
    return -whole if dice.random() < 0.1 else whole


def _typed(desk: Desk, dice: random.Random) -> bytes:
    """A return in which numbers, texts, formats and looks were typed into cells."""

    def edit(book: Workbook) -> None:
        for cell in _cells(desk, dice):
            page, address = desk.place(cell.name)
            at = book[page][address]  # type: ignore[index]
            at.value = _number(dice, cell) if dice.random() < 0.6 else dice.choice(TEXTS)
            if dice.random() < 0.5:
                at.number_format = dice.choice(FORMATS)
            if dice.random() < 0.08:
                at.font = Font(strike=True)
            if dice.random() < 0.08:
                mark = InlineFont(strike=True, vertAlign=None) if dice.random() < 0.5 else None
                mark = mark or InlineFont(vertAlign="superscript")
                at.value = CellRichText("1", TextBlock(mark, "2"))

    return desk.edited(edit)


def _by(desk: Desk, dice: random.Random, program: str) -> Variant:
    return Variant(program, "xlsx", _typed(desk, dice), program)


def _of_own(desk: Desk, dice: random.Random) -> Variant:
    """In the binary formats, as far as this project writes them for its tests."""
    data = _typed(desk, dice)
    ways: dict[str, Callable[[], bytes]] = {
        "xlsb": lambda: xlsb(data),
        "xlsb in short records": lambda: xlsb(data, short=True),
        "xls": lambda: biff.xls(data),
        "xls of Excel 95": lambda: biff.xls_of_excel_95(data),
        "xls of both": lambda: biff.xls_of_both(data),
        "xls with a locked structure": lambda: biff.xls(data, password="VelvetSweatshop"),
        "openpyxl": lambda: data,
    }
    way = dice.choice(sorted(ways))
    return Variant(way, {"o": "xlsx", "x": way[:4].strip()}[way[0]], ways[way]())


def _of_forms(desk: Desk, dice: random.Random) -> Variant:
    """An xlsx whose cells are written in unusual ways."""
    parts = desk.parts()
    forms = []
    for cell in _cells(desk, dice):
        part = desk.part_of(cell.table)
        form = dice.choice(sorted(_REFUSED) if dice.random() < 0.01 else sorted(FORMS))
        forms.append(form)
        figure = format(abs(_number(dice, cell)), ".15g")
        at = desk.address(cell.name)
        style = f' s="{dice.randrange(40)}"' if dice.random() < 0.2 else r"\2"
        written = (FORMS | _REFUSED)[form](figure, dice).replace("\\", r"\\")
        parts[part] = re.sub(
            rf'<c (r="{at}")( s="\d+")?[^>]*?(?:/>|>.*?</c>)'.encode(),
            rf"<c \1{style}{written}</c>".encode(),
            parts[part],
            count=1,
        )
    return Variant("forms of XML: " + ", ".join(sorted({*forms})), "xlsx", desk.packed(parts))


def _split(figure: str, dice: random.Random, between: str) -> str:
    at = dice.randrange(len(figure) + 1)
    return figure[:at] + between + figure[at:]


FORMS: dict[str, Callable[[str, random.Random], str]] = {
    "plain": lambda f, d: f"><v>{f}</v>",
    "type n": lambda f, d: f' t="n"><v>{f}</v>',
    "power": lambda f, d: f"><v>{float(f):E}</v>",
    "blanks": lambda f, d: f"><v> {f}\n</v>",
    "cdata": lambda f, d: f"><v><![CDATA[{f}]]></v>",
    "cdata in part": lambda f, d: f"><v>{f[:1]}<![CDATA[{f[1:]}]]></v>",
    "comment": lambda f, d: f"><v>{_split(f, d, '<!-- 7 -->')}</v>",
    "instruction": lambda f, d: f"><v>{_split(f, d, '<?x 7?>')}</v>",
    "references": lambda f, d: "><v>" + "".join(f"&#{ord(one)};" for one in f) + "</v>",
    "formula": lambda f, d: f"><f>{f}</f><v>{f}</v>",
    "string": lambda f, d: f' t="str"><v>{f}</v>',
    "formula of a text": lambda f, d: f' t="str"><f>"{f}"&amp;""</f><v>{f}</v>',
    "inline": lambda f, d: f' t="inlineStr"><is><t>{f}</t></is>',
    "inline in cdata": lambda f, d: f' t="inlineStr"><is><t><![CDATA[{f}]]></t></is>',
    "inline runs": lambda f, d: (
        f' t="inlineStr"><is><r><t>{f[:1]}</t></r><r><rPr><b/></rPr><t>{f[1:]}</t></r></is>'
    ),
    "inline guide": lambda f, d: (
        f' t="inlineStr"><is><t>{f}</t><rPh sb="0" eb="1"><t>9</t></rPh></is>'
    ),
    "inline and value": lambda f, d: f' t="inlineStr"><is><t>{f}</t></is><v>9</v>',
    "words": lambda f, d: f' t="inlineStr"><is><t>{escape(d.choice(TEXTS))}</t></is>',
    "boolean": lambda f, d: ' t="b"><v>1</v>',
    "error": lambda f, d: ' t="e"><v>#N/A</v>',
    "nothing": lambda f, d: "><v></v>",
}
"""Name → what stands in a cell after its address and style, but for the end of the cell."""
_REFUSED: dict[str, Callable[[str, random.Random], str]] = {
    "twice": lambda f, d: f"><v>1</v><v>{f}</v>",
    "foreign": lambda f, d: f'><v>{f}</v><q:v xmlns:q="urn:q">1</q:v>',
    "typed by reference": lambda f, d: f' t="&#115;tr"><v>{f}</v>',
}
"""Forms because of which the whole file is refused."""


def _of_ods(desk: Desk, dice: random.Random) -> Variant:
    """An ods with cells in unusual forms."""
    cells, forms = {}, []
    for cell in _cells(desk, dice):
        form = dice.choice(sorted(ODS_FORMS))
        forms.append(form)
        figure = format(_number(dice, cell), ".15g")
        cells[desk.place(cell.name)] = ODS_FORMS[form](figure, dice)
    gap = dice.choice(("", "\n  "))
    way = "forms of OpenDocument: " + ", ".join(sorted({*forms}))
    return Variant(way, "ods", opendocument.ods(desk.good, cells, gap))


ODS_FORMS: dict[str, Callable[[str, random.Random], str]] = {
    "plain": lambda f, d: opendocument.number(f, f),
    "shown with places": lambda f, d: opendocument.number(f, f"{float(f):.2f}"),
    "shown with commas": lambda f, d: opendocument.number(f, f"{float(f):,}"),
    "another shown": lambda f, d: opendocument.number(f, "77"),
    "nothing shown": lambda f, d: opendocument.number(f, "").replace("<text:p></text:p>", ""),
    "currency": lambda f, d: opendocument.number(f, f"¥{f}").replace('"float"', '"currency"'),
    "no type": lambda f, d: f"<table:table-cell><text:p>{f}</text:p></table:table-cell>",
    "text": lambda f, d: opendocument.text(f),
    "words": lambda f, d: opendocument.text(escape(d.choice(TEXTS))),
    "text in cdata": lambda f, d: opendocument.text(f"<![CDATA[{f}]]>"),
    "text with comment": lambda f, d: opendocument.text(_split(f, d, "<!-- 7 -->")),
    "text in spans": lambda f, d: opendocument.text(f"<text:span>{f[:1]}</text:span>{f[1:]}"),
    "text in part struck": lambda f, d: opendocument.text(
        f'<text:span text:style-name="T1">1</text:span>{f}'
    ),
    "two lines": lambda f, d: opendocument.text(f"{f}</text:p><text:p>2"),
    "formula": lambda f, d: opendocument.number(f, f, f' table:formula="of:={f}"'),
    "remark": lambda f, d: opendocument.number(f, f).replace(
        "><text:p>", "><office:annotation><text:p>8</text:p></office:annotation><text:p>", 1
    ),
}
