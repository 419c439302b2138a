"""An empty Word document with the page, the styles and the page numbers of a report."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from jyxl import characters
from jyxl.reports import word_page as page
from jyxl.reports.word_page import Face

TITLE, BODY, OPEN = "报告标题", "报告正文", "待写"
LEVELS = {1: "报告一级标题", 2: "报告二级标题"}
CELL, HEAD = "报告表格", "报告表头"
"""The names of the styles, which are also their ids."""
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
_EPOCH = (1980, 1, 1, 0, 0, 0)


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
        grid = new("docGrid")
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
        outline = new("outlineLvl", val=level - 1)
        made.styles[name].element.get_or_add_pPr().append(outline)
    for name in (CELL, HEAD):
        made.styles[name].paragraph_format.keep_with_next = True


def _dress(style: Any, face: Face) -> None:
    """Make a style look like a face."""
    style.font.size, style.font.bold = Pt(face.size), face.is_bold
    _set_font(style.element.get_or_add_rPr(), face.font)
    if face.spacing:
        _put_in_order(style.element.rPr, new("spacing", val=face.spacing), "w:sz")
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(face.above), Pt(face.below)
    if face.line:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(face.line)
    else:
        form.line_spacing = 1.0
    form.alignment = WD_ALIGN_PARAGRAPH.CENTER if face.is_centred else WD_ALIGN_PARAGRAPH.JUSTIFY
    form.widow_control = False
    off_grid = () if face.line == page.LINE else ("snapToGrid",)
    for name in ("autoSpaceDE", "autoSpaceDN", *off_grid):
        _put_in_order(style.element.pPr, new(name, val=0), "w:spacing")
    if face.indent:
        form.first_line_indent = Pt(face.indent * face.size)
        indent = style.element.pPr.find(qn("w:ind"))
        indent.set(qn("w:firstLineChars"), str(face.indent * 100))


def _set_font(properties: Any, font: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = new("rFonts")
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
        for run in (add_run(paragraph, "— "), *_field(paragraph, "PAGE"), add_run(paragraph, " —")):
            _set_font(run._r.get_or_add_rPr(), page.FOOT.font)
            run.font.size = Pt(page.FOOT.size)


def _field(paragraph: Paragraph, code: str) -> Iterator[Any]:
    for kind in ("begin", "", "separate", "1", "end"):
        run = paragraph.add_run()
        if kind == "":
            text = new("instrText")
            text.text = code
            run._r.append(text)
        elif kind == "1":
            run.text = kind
        else:
            run._r.append(new("fldChar", fldCharType=kind))
        yield run


def add_run(paragraph: Paragraph, text: str) -> Any:
    """Add a text to a paragraph, without what steers a program or is no character."""
    return paragraph.add_run(characters.one_line(text))


def new(name: str, **attributes: object) -> Any:
    """An element of WordprocessingML."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made
