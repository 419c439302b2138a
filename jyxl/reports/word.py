"""A report → a Word document. Equal input gives equal bytes.

A figure in a sentence is a content control with the figure's key as its tag, and a table's figure
is found by the labels of the table, so that later figures can take their places (`word_update`).
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from jyxl import characters
from jyxl.composing import LEFT_OUT
from jyxl.definition import Edition
from jyxl.printed import Box, PrintedTable, table
from jyxl.report import Heading, Paragraph, Report, Shown, StatutoryTable
from jyxl.reports import word_page as page
from jyxl.reports.word_page import Face

TITLE, BODY, OPEN = "报告标题", "报告正文", "待写"
LEVELS = {1: "报告一级标题", 2: "报告二级标题"}
CELL, HEAD = "报告表格", "报告表头"
"""The names of the styles."""
_FACES = {
    TITLE: page.TITLE,
    BODY: page.BODY,
    OPEN: page.BODY,
    **{name: page.HEADINGS[level] for level, name in LEVELS.items()},
    CELL: page.CELL,
    HEAD: page.HEAD,
}
_UNUSED = ("thumbnail", "stylesWithEffects", "customXml", "numbering")
"""The kinds of parts of the library's template that a report has no use for."""
_WORD_2013 = "15"
"""The mode in which every later Word works too."""
_LONGEST = 64
"""How long the tag and the title of a content control may be."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


def document(report: Report) -> bytes:
    """The bytes of the document."""
    made = blank(report.title, report.whom, report.year)
    _entitle(made, report)
    numbers = iter(range(1, 2**31))
    for item in report.items:
        match item:
            case Heading():
                made.add_paragraph(characters.one_line(item.text), LEVELS[item.level])
            case Paragraph():
                paragraph = made.add_paragraph(style=OPEN if item.is_open else BODY)
                _say(paragraph, item, report.edition, numbers)
            case StatutoryTable():
                form = report.edition.table[item.table]
                _put(made, table(form, report.figures))
    return packed(made)


def _entitle(made: Document, report: Report) -> None:
    """The title, whose first line is whose report it is."""
    paragraph = made.add_paragraph(style=TITLE)
    rest = report.title.removeprefix(report.whom)
    whom = report.title.removesuffix(rest)
    for number, text in enumerate(filter(None, (whom, rest))):
        run = _run(paragraph, "")
        if number:
            run.add_break()
        run.add_text(characters.one_line(text))


def blank(title: str, author: str, year: int) -> Document:
    """A document without text, with its page, its styles and its page numbers."""
    made = docx.Document()
    _clear(made)
    _set_page(made)
    _set_styles(made)
    _set_numbers(made)
    about, day = made.core_properties, datetime(year + 1, 1, 1)
    about.title, about.author = characters.one_line(title)[:250], characters.one_line(author)[:250]
    about.last_modified_by, about.comments, about.revision = about.author, "", 1
    about.created = about.modified = day
    return made


def packed(made: Document) -> bytes:
    """The bytes of a document, which do not depend on the clock."""
    buffer, out = io.BytesIO(), io.BytesIO()
    made.save(buffer)
    with (
        zipfile.ZipFile(buffer) as package,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for part in package.infolist():
            entry = zipfile.ZipInfo(part.filename, _EPOCH)
            target.writestr(entry, package.read(part), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _clear(made: Document) -> None:
    """Take out what the library's own template has besides: a picture of its page, lists, more than
    a hundred styles."""
    for relations in (made.part.package.rels, made.part.rels):
        for name, relation in list(relations.items()):
            if relation.reltype.rpartition("/")[2] in _UNUSED:
                relations.pop(name)
    styles = made.styles.element
    for style in list(styles.style_lst):
        if style.get(qn("w:default")) is None and style.name_val not in ("header", "footer"):
            styles.remove(style)
        else:
            for link in style.findall(qn("w:link")):
                style.remove(link)


# the page and its styles --------------------------------------------------------------


def _set_page(made: Document) -> None:
    section, form = made.sections[0], page.PAGE
    section.page_width, section.page_height = Mm(form.width), Mm(form.height)
    section.top_margin, section.left_margin = Mm(form.top), Mm(form.left)
    section.right_margin = Mm(form.width - form.left - form.text_width)
    section.bottom_margin = Mm(form.height - form.top - form.text_height)
    section.footer_distance = section.header_distance = Mm(form.foot)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = _new("docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(page.LINE * 20)))


def _set_styles(made: Document) -> None:
    defaults = made.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    _set_font(defaults, page.BODY.font)
    language = defaults.find(qn("w:lang"))
    language.set(qn("w:eastAsia"), "zh-CN")
    _dress(made.styles["Normal"], Face(page.BODY.font, page.BODY.size, line=0))
    for name, face in _FACES.items():
        style = made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = made.styles["Normal"]
        style.quick_style = True
        _dress(style, face)
    for level, name in LEVELS.items():
        made.styles[name].paragraph_format.keep_with_next = True
        outline = _new("outlineLvl", val=level - 1)
        made.styles[name].element.get_or_add_pPr().append(outline)
    for name in (CELL, HEAD):
        made.styles[name].paragraph_format.keep_with_next = True


def _dress(style: Any, face: Face) -> None:
    """Make a style look like a face."""
    style.font.size, style.font.bold = Pt(face.size), face.is_bold
    _set_font(style.element.get_or_add_rPr(), face.font)
    if face.spacing:
        _put_in_order(style.element.rPr, _new("spacing", val=face.spacing), "w:sz")
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(face.above), Pt(face.below)
    if face.line:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(face.line)
    else:
        form.line_spacing = 1.0
    form.alignment = WD_ALIGN_PARAGRAPH.CENTER if face.is_centred else WD_ALIGN_PARAGRAPH.JUSTIFY
    form.widow_control = False
    for name in (
        "autoSpaceDE",
        "autoSpaceDN",
        *(() if face.line == page.LINE else ("snapToGrid",)),
    ):
        _put_in_order(style.element.pPr, _new(name, val=0), "w:spacing")
    if face.indent:
        form.first_line_indent = Pt(face.indent * face.size)
        indent = style.element.pPr.find(qn("w:ind"))
        indent.set(qn("w:firstLineChars"), str(face.indent * 100))


def _set_font(properties: Any, font: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = _new("rFonts")
        properties.insert(0, fonts)
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), font)


def _put_in_order(properties: Any, element: Any, before: str) -> None:
    following = properties.find(qn(before))
    if following is None:
        properties.append(element)
    else:
        following.addprevious(element)


def _set_numbers(made: Document) -> None:
    """Page numbers as the standard has them: outside, with a dash on each side."""
    made.settings.odd_and_even_pages_header_footer = True
    for setting in made.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), _WORD_2013)
    section = made.sections[0]
    for foot, alignment in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        paragraph = foot.paragraphs[0]
        paragraph.alignment = alignment
        side = Pt(page.FOOT.size)
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
        for run in (_run(paragraph, "— "), *_field(paragraph, "PAGE"), _run(paragraph, " —")):
            _set_font(run._r.get_or_add_rPr(), page.FOOT.font)
            run.font.size = Pt(page.FOOT.size)


def _field(paragraph: WordParagraph, code: str) -> Iterator[Any]:
    for kind in ("begin", "", "separate", "1", "end"):
        run = paragraph.add_run()
        if kind == "":
            text = _new("instrText")
            text.text = code
            run._r.append(text)
        elif kind == "1":
            run.text = kind
        else:
            run._r.append(_new("fldChar", fldCharType=kind))
        yield run


# sentences ----------------------------------------------------------------------------


def _say(
    paragraph: WordParagraph, said: Paragraph, edition: Edition, numbers: Iterator[int]
) -> None:
    if said.is_open:
        run = _run(paragraph, said.text)
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW
        if said.key == LEFT_OUT:
            paragraph._p.append(_control(LEFT_OUT, title(edition, LEFT_OUT), next(numbers), run._r))
        return
    for piece in said.pieces:
        if isinstance(piece, Shown):
            run = _run(paragraph, piece.text)
            about = title(edition, piece.key)
            paragraph._p.append(_control(piece.key, about, next(numbers), run._r))
        else:
            _run(paragraph, piece)


def _run(paragraph: WordParagraph, text: str) -> Any:
    return paragraph.add_run(characters.one_line(text))


def label(edition: Edition, key: str) -> str:
    """What people call a figure that is shown in a sentence."""
    if key == LEFT_OUT:
        return "没有计入的单位"
    if key in edition.cell:
        return edition.cell[key].label
    if key in edition.text:
        return edition.text[key].label
    named = edition.outline.labels if edition.outline else {}
    return named.get(key, key)


def title(edition: Edition, key: str) -> str:
    """The title of the content control of a figure."""
    return label(edition, key)[:_LONGEST]


def _control(key: str, title: str, number: int, run: Any) -> Any:
    """A content control around a run."""
    control = _new("sdt")
    about, content = _new("sdtPr"), _new("sdtContent")
    about.extend(
        (
            _new("alias", val=title),
            _new("tag", val=key[:_LONGEST]),
            _new("id", val=number),
            _new("text"),  # LibreOffice keeps the title of no other kind
        )
    )
    content.append(run)
    control.extend((about, content))
    return control


# tables -------------------------------------------------------------------------------


def _put(made: Document, printed: PrintedTable) -> None:
    """Add a table with its merged cells."""
    widths = _widths(printed)
    frame = _new("tbl")
    frame.append(_about_table(widths))
    grid = _new("tblGrid")
    grid.extend(_new("gridCol", w=width) for width in widths)
    frame.append(grid)
    at = {(box.area.top, box.area.left): box for box in printed.boxes}
    over = {
        (row, box.area.left): box
        for box in printed.boxes
        for row in range(box.area.top + 1, box.area.bottom + 1)
    }
    for row in range(printed.rows):
        line = _new("tr")
        line.append(_about_row(is_head=row < printed.head_rows))
        starts = {column for top, column in (*at, *over) if top == row}
        for column in sorted(starts):
            box = at.get((row, column)) or over[row, column]
            is_last = row == printed.rows - 1
            line.append(_cell(box, widths, (row, column) in at, is_last))
        frame.append(line)
    made.element.body.sectPr.addprevious(frame)
    closing = made.add_paragraph(style=CELL)
    closing.paragraph_format.keep_with_next = False


def _widths(printed: PrintedTable) -> list[int]:
    """The widths of the columns in twentieths of a point."""
    whole = Mm(page.PAGE.text_width).twips
    first = min(box.area.left for box in printed.boxes if box.role == "figure")
    wide = (*page.LABELS.get(first, printed.widths[:first]), *printed.widths[first:])
    sums = [sum(wide[:end]) for end in range(len(wide) + 1)]
    edges = [round(whole * one / sums[-1]) for one in sums]
    return [right - left for left, right in itertools.pairwise(edges)]


def _about_table(widths: Iterable[int]) -> Any:
    about = _new("tblPr")
    margins, borders = _new("tblCellMar"), _new("tblBorders")
    side = Mm(page.CELL_MARGIN).twips
    margins.extend(_new(edge, w=side, type="dxa") for edge in ("left", "right"))
    borders.extend(
        _new(edge, val="single", sz=4, space=0, color="000000")
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    about.extend(
        (
            _new("tblW", w=sum(widths), type="dxa"),
            _new("jc", val="center"),
            borders,
            _new("tblLayout", type="fixed"),
            margins,
        )
    )
    return about


def _about_row(is_head: bool) -> Any:
    about = _new("trPr")
    about.append(_new("cantSplit"))
    about.append(_new("trHeight", val=Mm(page.ROW).twips, hRule="atLeast"))
    if is_head:
        about.append(_new("tblHeader"))
    return about


def _cell(box: Box, widths: list[int], is_first: bool, is_last: bool) -> Any:
    """A cell of a row. is_first: of a merged cell, the uppermost row; is_last: of the table."""
    cell, about = _new("tc"), _new("tcPr")
    area = box.area
    span = area.right - area.left + 1
    about.append(_new("tcW", w=sum(widths[area.left : area.right + 1]), type="dxa"))
    if span > 1:
        about.append(_new("gridSpan", val=span))
    if area.bottom > area.top:
        about.append(_new("vMerge", val="restart" if is_first else "continue"))
    about.append(_new("vAlign", val="center"))
    paragraph, form = _new("p"), _new("pPr")
    form.append(_new("pStyle", val=_style_id(HEAD if box.role in ("block", "head") else CELL)))
    if is_last:
        form.append(_new("keepNext", val="0"))
    if box.role == "row":
        form.append(_new("jc", val="left"))
    paragraph.append(form)
    if is_first:
        run, text = _new("r"), _new("t")
        text.text = characters.one_line(box.text)
        run.append(text)
        paragraph.append(run)
    cell.extend((about, paragraph))
    return cell


def _style_id(name: str) -> str:
    return name


def _new(name: str, **attributes: object) -> Any:
    """An element of WordprocessingML."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made
