"""文字材料汇编: what the units wrote, by the parts of the report, for the clerk to pick from."""

from __future__ import annotations

from itertools import groupby

from jyxl import characters
from jyxl.county import County
from jyxl.definition import TextField
from jyxl.edition_texts import TEXT
from jyxl.reports.word_frame import BODY, LEVELS, TITLE, blank, packed
from jyxl.supplement_tables import text_name

NAME = "文字材料汇编"


def compiled(county: County) -> bytes | None:
    """The bytes of the document; None if no unit has written anything."""
    title = f"{county.name}{county.year}年{NAME}"
    made = blank(title, county.name, county.year)
    made.add_paragraph(characters.one_line(title), TITLE)
    fields = [one for one in county.edition.fields if one.shape == TEXT]
    is_empty = True
    for part, members in groupby(fields, lambda one: one.part):
        said = [(field, texts) for field in members if (texts := _texts(county, field))]
        if said:
            is_empty = False
            made.add_paragraph(part, LEVELS[1])
        for field, texts in said:
            made.add_paragraph(f"{field.label}（{len(texts)} 个单位）", LEVELS[2])
            for unit, lines in texts:
                for number, line in enumerate(lines):
                    paragraph = made.add_paragraph(style=BODY)
                    if number == 0:
                        paragraph.add_run(f"【{unit}】").bold = True
                    paragraph.add_run(line)
    return None if is_empty else packed(made)


def _texts(county: County, field: TextField) -> list[tuple[str, list[str]]]:
    """The units that wrote a text, in the order of the roster, each with its lines."""
    name = text_name(field.key)
    found = []
    for unit in county.counted:
        lines = [characters.one_line(one).strip() for one in unit.words.get(name, "").splitlines()]
        if any(lines):
            found.append((characters.one_line(unit.name), [one for one in lines if one]))
    return found
