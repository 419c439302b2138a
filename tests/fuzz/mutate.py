"""Seeded mutations of a file: of its bytes, of its parts, and of the XML in them."""

from __future__ import annotations

import io
import random
import re
import zipfile

_EDGES = (
    *(b"", b"0", b"-1", b"1", b"1e309", b"4294967295", b"99999999999999999999", b"NaN", b" 7 "),
    *(b"A1", b"XFD1048576", b"a1", b"AAAA1", b"A0", b"&#0;", b"&amp;", b"&x;", b"\xff\xfe", b"e"),
    *(b"s", b"b", b"n", b"d", b"str", b"inlineStr", b"true", "三".encode(), b"'", b"rId1", b"../x"),
    *(b"16000", b"900", b"(" * 32_767, "\u202e21".encode(), "\u202d12\u202c".encode()),
)
_TAG = re.compile(rb"<[^<>?!]+>")
_ATTRIBUTE = re.compile(rb'\s([\w:]+)="([^"<>]*)"')
_TEXT = re.compile(rb">([^<>]+)<")
_FIGURE = re.compile(rb'<v>([^<]*)</v>|office:value="([^"]*)"')
_EMPTY = re.compile(rb'<c (r="[A-Z]+\d+"(?: s="\d+")?)[^>]*/>')
_STYLED = re.compile(rb'<c (r="[A-Z]+\d+" s="(\d+)")')
_CODE = re.compile(rb'formatCode="([^"]*)"')
_CODES = (b"0", b"0,", b"0%", b"0&quot;0&quot;", b"yyyy-m-d", b";;;", b"0.00", b"General")
_KINDS = (
    b"",
    b' t="n"',
    b' t="s"',
    b' t="str"',
    b' t="e"',
    b' t="b"',
    b' t="d"',
    b' t="inlineStr"',
)
_ELEMENT = re.compile(
    rb"<(c|row|v|f|si|t|sheet|Relationship|mergeCell|col|xf|font"
    rb"|w:(?:tbl|tr|tc|p|r|t|tcPr|gridSpan|vMerge|sdt))\b[^>]*?(?:/>|>.*?</\1>)",
    re.DOTALL,
)
_RUN = re.compile(rb"<w:r\b[^>]*>.*?</w:r>", re.DOTALL)
_AROUND = (
    *(b"<w:ins w:id='1'>%s</w:ins>", b"<w:del w:id='1'>%s</w:del>", b"<w:smartTag>%s</w:smartTag>"),
    *(b"<w:sdt><w:sdtContent>%s</w:sdtContent></w:sdt>", b"<w:r><w:pict>%s</w:pict></w:r>"),
    *(b"<w:r><w:fldChar w:fldCharType='begin'/></w:r>%s", b"%s<w:r><w:t>7</w:t></w:r>"),
    *(b"%s<w:r><w:rPr><w:vanish/></w:rPr><w:t>7</w:t></w:r>", b"<w:p>%s</w:p>"),
)


_MAIN = ("content.xml", "word/document.xml")


def mutated(data: bytes, dice: random.Random) -> bytes:
    """Other bytes made from these; they are the same for the same dice."""
    if not data.startswith(b"PK") or dice.random() < 0.15:
        return _bytes(data, dice)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for _ in range(dice.choice((1, 1, 1, 2, 5))):
        _change(parts, dice)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return buffer.getvalue()


def _change(parts: dict[str, bytes], dice: random.Random) -> None:
    names = sorted(parts)
    weights = [6 if "sheet" in name or name in _MAIN else 1 for name in names]
    [name] = dice.choices(names, weights)
    what = dice.random()
    if what < 0.02:
        del parts[name]
    elif what < 0.04:
        other = dice.choice(names)
        parts[name], parts[other] = parts[other], parts[name]
    elif what < 0.05:
        parts[name + "x"] = parts.pop(name)
    elif what < 0.2 or not name.endswith((".xml", ".rels")):
        parts[name] = _bytes(parts[name], dice)
    else:
        parts[name] = mutated_xml(parts[name], dice)


def _bytes(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 8))):
        at = dice.randrange(len(changed) + 1)
        size = dice.choice((1, 1, 2, 4, 16, 400))
        match dice.randrange(7):
            case 0:
                changed[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                changed[at : at + size] = dice.randbytes(size)
            case 2:
                del changed[at : at + size]
            case 3:
                changed[at:at] = changed[at : at + size]
            case 4:
                changed[at : at + size] = bytes(size)
            case 5:
                changed[at : at + 4] = dice.choice((b"\xff" * 4, b"\x00\x00\x00\x80", b"\x01"))
            case 6:
                if dice.random() < 0.2:
                    del changed[at:]
    return bytes(changed)


def mutated_xml(xml: bytes, dice: random.Random) -> bytes:
    """Change an attribute, a text, a tag or a look, write a number in another way, or remove,
    repeat or swap elements."""
    if b"<w:r" in xml and dice.random() < 0.3:
        run = _one(xml, _RUN, dice)
        if run is not None:
            return xml[: run.start()] + dice.choice(_AROUND) % run[0] + xml[run.end() :]
    match dice.randrange(17):
        case 14 | 15:
            return _disguised(xml, dice)
        case 16:
            return _shown_otherwise(xml, dice)
        case 8 | 9 | 10:
            found = _one(xml, _FIGURE, dice)
            if found is None:
                return xml
            group = 1 if found[1] is not None else 2
            return xml[: found.start(group)] + dice.choice(_EDGES) + xml[found.end(group) :]
        case 11 | 12 | 13:
            found = _one(xml, _EMPTY, dice)
            if found is None:
                return xml
            kind, value = dice.choice(_KINDS), dice.choice(_EDGES)
            inner = dice.choice((b"<v>%s</v>", b"<v>%s</v>", b"<f>%s</f>", b"<is><t>%s</t></is>"))
            cell = b"<c %s%s>%s</c>" % (found[1], kind, inner % value)
            return xml[: found.start()] + cell + xml[found.end() :]
        case 0 | 1:
            return _replaced(xml, _ATTRIBUTE, 2, dice.choice(_EDGES), dice)
        case 2 | 3:
            return _replaced(xml, _TEXT, 1, dice.choice(_EDGES), dice)
        case 4:
            return _replaced(xml, _TAG, 0, b"", dice)
        case 5:
            return _replaced(xml, _ELEMENT, 0, b"", dice)
        case 6:
            found = _one(xml, _ELEMENT, dice)
            return xml if found is None else xml[: found.end()] + found[0] + xml[found.end() :]
        case _:
            first, second = _one(xml, _ELEMENT, dice), _one(xml, _ELEMENT, dice)
            if first is None or second is None or first.end() > second.start():
                return _replaced(xml, _ATTRIBUTE, 0, b"", dice)
            return b"".join(
                (
                    xml[: first.start()],
                    second[0],
                    xml[first.end() : second.start()],
                    first[0],
                    xml[second.end() :],
                )
            )


def _disguised(xml: bytes, dice: random.Random) -> bytes:
    """A number written in such a way that simple readers find another one or none."""
    found = _one(xml, _FIGURE, dice)
    if found is None:
        return xml
    group = 1 if found[1] is not None else 2
    figure = found[group]
    at = dice.randrange(len(figure) + 1)
    first, rest = figure[:at], figure[at:]
    written = dice.choice(
        (
            b"<![CDATA[%s%s]]>" % (first, rest),
            b"%s<!-- 7 -->%s" % (first, rest),
            b"%s<?x 7?>%s" % (first, rest),
            first + b"".join(b"&#%d;" % one for one in rest),
            b"%s<![CDATA[%s]]>" % (first, rest),
            b"%s</v><v>%s" % (first, rest),
            b'%s</v><q:v xmlns:q="urn:q">%s' % (first, rest),
            b"%s %s" % (first, rest),
        )
    )
    return xml[: found.start(group)] + written + xml[found.end(group) :]


def _shown_otherwise(xml: bytes, dice: random.Random) -> bytes:
    """Another style for a cell, another number format for a style, or a merged area."""
    what = dice.randrange(3)
    if what == 0:
        return _replaced(xml, _STYLED, 2, b"%d" % dice.randrange(60), dice)
    if what == 1:
        return _replaced(xml, _CODE, 1, dice.choice(_CODES), dice)
    area = b"%c%d:%c%d" % (dice.choice(b"BCDE"), 9, dice.choice(b"EFG"), dice.choice((9, 12)))
    return xml.replace(b"</mergeCells>", b'<mergeCell ref="%s"/></mergeCells>' % area)


def _one(xml: bytes, pattern: re.Pattern[bytes], dice: random.Random) -> re.Match[bytes] | None:
    """The first match after a random place; if there is none, the first match of all."""
    start = dice.randrange(len(xml) + 1)
    return pattern.search(xml, start) or pattern.search(xml)


def _replaced(
    xml: bytes, pattern: re.Pattern[bytes], group: int, new: bytes, dice: random.Random
) -> bytes:
    found = _one(xml, pattern, dice)
    return xml if found is None else xml[: found.start(group)] + new + xml[found.end(group) :]
