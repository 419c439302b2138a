"""A Word document (docx) → its words and its tables.

The XML is read as it stands, since libraries for Word show a merged cell once for each position,
and nothing of what is in a content control or was inserted with changes tracked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from jyxl.reading import package, relations, word_text
from jyxl.reading.damage import Malformed
from jyxl.reading.grid import MAX_COLUMNS, MAX_ROWS, Document, Grid, Slot, vet, words
from jyxl.reading.richtext import is_on
from jyxl.reading.word_text import SPACE, THROUGH
from jyxl.reading.xml import Element, tree

_PART = "word/document.xml"
_HEAD = 400
_UNREAD = {
    "图片": word_text.PICTURES,
    "嵌入的表格或文件": (f"{SPACE}object",),
    "插入的另一个文件": (f"{SPACE}altChunk", f"{SPACE}subDoc"),
}
"""What may hold a table that is not read → its elements."""
_OUTER = "有的格里又套着一张表"
_INNER = "套在另一张表里"
_MERGED = "合并的单元格对不上"
_SHORT = "有的行比别的行长或短，列对不上"
_ROW_HIDDEN = "有隐藏的行"

looks_like_it = package.has_word


def document(data: bytes) -> Document:
    """Raises Malformed, TooLarge, Unreadable, and the errors of zipfile and zlib."""
    _, root, is_active = opened(data)
    return read(word_text.normal(root), is_active)


def opened(data: bytes) -> tuple[str, Element, bool]:
    """The name of the part with the text, its root, and whether there are macros. Raises what
    `document` does."""
    try:
        unpacked = package.of_word(data)
    except RuntimeError as error:  # NotImplementedError is one
        raise Malformed("压缩方式不认识") from error
    name = _main(unpacked.parts)
    return name, tree(unpacked.parts[name]), unpacked.is_active


def read(root: Element, is_active: bool = False) -> Document:
    """What is in the part with the text. Raises Malformed, TooLarge."""
    body = root.find(f"{SPACE}body")
    if body is None:
        raise Malformed("没有正文")
    texts: list[str] = []
    grids: list[Grid] = []
    _walk(body, texts, grids)
    vet(grids)
    unread = tuple(what for what, names in _UNREAD.items() if any(True for _ in root.iter(*names)))
    head = words(f"{text} " for text in _first_words(body))[:_HEAD]
    return Document(
        head,
        tuple(grids),
        word_text.is_tracked(root),
        tuple(texts),
        unread,
        is_active,
    )


def _main(parts: Mapping[str, bytes]) -> str:
    """The part with the text: the one that the package names, or else the usual one."""
    known = relations.of(parts, "")
    found = relations.related(parts, known, "officeDocument")
    if not any(relation.kind == "officeDocument" for relation in known.values()):
        found = _PART if _PART in parts else ""
    if not found:
        raise Malformed("里面没有正文")
    return found


def _first_words(body: Element) -> Iterator[str]:
    """The texts of paragraphs, also in tables and boxes, as far as the head goes."""
    length = 0
    for paragraph in islice(body.iter(f"{SPACE}p"), _HEAD):
        text = word_text.text(paragraph)
        yield text
        length += len(text)
        if length > _HEAD:
            return


def _walk(element: Element, texts: list[str], grids: list[Grid]) -> None:
    """Note the paragraphs and tables below an element in order, those in boxes too."""
    for child in element:
        if child.tag == f"{SPACE}tbl":
            _note_table(child, texts, grids, "")
        elif child.tag == f"{SPACE}p":
            text = words([word_text.text(child)])
            if text:
                texts.append(text)
            for box in word_text.boxes(child):
                _walk(box, texts, grids)
        elif child.tag in THROUGH:
            _walk(child, texts, grids)


def _note_table(table: Element, texts: list[str], grids: list[Grid], odd: str) -> None:
    """Note a table, and after it the tables within it."""
    inner = [
        one
        for one in table.iterdescendants(f"{SPACE}tbl")
        if next(one.iterancestors(f"{SPACE}tbl"), None) is table
    ]
    grid = _grid(table)
    grid.odd = odd or (_OUTER if inner else "") or grid.odd
    grid.after = len(texts)
    grids.append(grid)
    for one in inner:
        _note_table(one, texts, grids, _INNER)


def _grid(table: Element) -> Grid:
    grid = Grid()
    above: dict[int, tuple[Slot, int]] = {}
    widths: set[int] = set()
    for row, line in enumerate(_inside(table, f"{SPACE}tr")):
        if row >= MAX_ROWS:
            break
        if is_on(line.find(f"{SPACE}trPr/{SPACE}hidden"), f"{SPACE}val"):
            grid.odd = _ROW_HIDDEN
        above, width = _row(grid, row, line, above)
        widths.add(width)
    if len(widths) > 1:
        grid.odd = grid.odd or _SHORT
    return grid


def _row(
    grid: Grid, row: int, line: Element, above: Mapping[int, tuple[Slot, int]]
) -> tuple[dict[int, tuple[Slot, int]], int]:
    """Put the cells of a line into the grid. Gives column → (cell, width) of those that may go on
    below, and how wide the line is. above: those of the line before."""
    column = _number(line, "trPr", "gridBefore", 0)
    now: dict[int, tuple[Slot, int]] = {}
    before: Slot | None = None
    for cell in _inside(line, f"{SPACE}tc"):
        if column >= MAX_COLUMNS:
            break
        width = max(1, min(_number(cell, "tcPr", "gridSpan", 1), MAX_COLUMNS))
        down, across = _merge(cell, "vMerge"), _merge(cell, "hMerge")
        if down == "continue" and above.get(column, (None, 0))[1] == width:
            now[column] = above[column]
            grid.fill(row, column, 1, width, above[column][0])
        elif across == "continue" and before is not None:
            grid.fill(row, column, 1, width, before)
        else:
            text, odd = word_text.read(cell)
            before = grid.put(row, column, 1, width, words([text]))
            before.odd, before.source = odd, cell
            if down:
                now[column] = before, width
            if down == "continue":
                grid.odd = _MERGED
        column += width
    return now, column + _number(line, "trPr", "gridAfter", 0)


def _merge(cell: Element, name: str) -> str:
    """'restart' if a merged cell begins here, 'continue' if it goes on, '' if it is none."""
    found = cell.find(f"{SPACE}tcPr/{SPACE}{name}")
    return "" if found is None else str(found.get(f"{SPACE}val", "continue"))


def _inside(parent: Element, tag: str) -> Iterator[Element]:
    """The rows of a table, or the cells of a row, also those in a content control or inserted with
    changes tracked."""
    for child in parent:
        if child.tag == tag:
            if child.find(f"{SPACE}trPr/{SPACE}del") is None:
                yield child
        elif child.tag in THROUGH:
            yield from _inside(child, tag)


def _number(element: Element, part: str, name: str, otherwise: int) -> int:
    found = element.find(f"{SPACE}{part}/{SPACE}{name}")
    text = str(found.get(f"{SPACE}val", "")) if found is not None else ""
    return int(text) if text.isdecimal() and len(text) < 4 else otherwise
