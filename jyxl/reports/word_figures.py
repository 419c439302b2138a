"""Newer figures in a Word document that a clerk has edited; all else stays as it is.

The figures of the tables are found by the labels of the tables, those in sentences by the tags of
their content controls or, where a program has dropped these, by the controls' titles.
"""

from __future__ import annotations

import copy
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jyxl import numbers, untrue
from jyxl.composing import LEFT_OUT
from jyxl.definition import Cell
from jyxl.numbers import NIL, tidy
from jyxl.outline import ALL_IN
from jyxl.problem import Problem
from jyxl.reading import published, word, word_text
from jyxl.reading.damage import Malformed, TooLarge, Unreadable
from jyxl.reading.published import Printed
from jyxl.reading.word_text import SPACE
from jyxl.reading.xml import Element, written
from jyxl.report import Report, Shown, StatutoryTable
from jyxl.reports.word import label, title

BROKEN = (
    *(Malformed, TooLarge, Unreadable),
    *(zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError),
)
"""What reading a broken document may raise; NotImplementedError is a RuntimeError."""
_DAMAGED = "打不开，多半已经损坏，或者设了密码"
_NAMED = 6
_OURS = ("own.", "words.", "report.", "last:")
"""How the keys of figures begin that a county may not ask for any more."""


class LeftAlone(Problem):
    """The document cannot be changed with certainty. The sentence says why."""


@dataclass(frozen=True)
class Renewed:
    """The document with the newer figures, the same bytes if nothing had to change. cells, said: how
    many figures were changed in tables and in sentences; notes: what the clerk should look at."""

    data: bytes
    cells: int
    said: int
    notes: tuple[str, ...]


def renewed(data: bytes, report: Report) -> Renewed:
    """The document with the figures of a report. Raises LeftAlone."""
    name, root = opened(data)
    cells = [(cell, one) for cell, one in _cells(root, report) if not _is_right(one, cell, report)]
    for cell, one in cells:
        _write(one.source, report.figure(cell))
    said, notes = _renew_sentences(root, report)
    notes = (*_wrong_by_now(root, report), *notes)
    if not cells and not said:
        return Renewed(data, 0, 0, notes)
    try:
        return Renewed(_replaced(data, name, written(root)), len(cells), said, notes)
    except BROKEN as error:
        raise LeftAlone(_DAMAGED) from error


def opened(data: bytes) -> tuple[str, Element]:
    """The name of the part with the text, and its root. Raises LeftAlone."""
    try:
        name, root, _ = word.opened(data)
    except BROKEN as error:
        raise LeftAlone(_DAMAGED) from error
    if word_text.is_strict(root):
        raise LeftAlone(
            "存成了“Strict Open XML 文档”（严格格式），请用 Word 或 WPS 另存为普通的“Word 文档（*.docx）”"
        )
    if word_text.is_tracked(root):
        raise LeftAlone("里面有没接受的修订，请先接受全部修订并保存")
    return name, root


# tables -------------------------------------------------------------------------------


def _cells(root: Element, report: Report) -> Iterator[tuple[Cell, Printed]]:
    """Every figure of the tables with where it stands. Raises LeftAlone if one cannot be found."""
    edition = report.edition
    try:
        found = published.report(word.read(root), [edition])
    except BROKEN as error:
        raise LeftAlone("里面的表太大，或者没有正文") from error
    odd = [str(one) for one in found.problems if one.why in ("odd", "twice")]
    for item in report.items:
        if not isinstance(item, StatutoryTable):
            continue
        form = edition.table[item.table]
        places = [(cell, found.cells.get((edition.id, cell.name))) for cell in form.cells]
        lost = [cell.label for cell, one in places if one is None]
        if lost:
            which = "整张表" if len(lost) == len(places) else _some(lost)
            why = f"；{odd[0]}" if odd else ""
            raise LeftAlone(f"“{form.title}”的表改过样子，找不到{which}{why}")
        yield from ((cell, one) for cell, one in places if one is not None)
    if odd:
        raise LeftAlone(odd[0])


def _some(labels: list[str]) -> str:
    more = f"等 {len(labels)} 处" if len(labels) > _NAMED else ""
    return "、".join(f"“{one}”" for one in labels[:_NAMED]) + more


def _is_right(printed: Printed, cell: Cell, report: Report) -> bool:
    """True if the figure stands there, however the clerk writes it."""
    text, figure = tidy(printed.text), report.figures[cell.name]
    if text in NIL:
        return figure == 0 and text != ""
    return numbers.read(text, cell.kind).value == figure


# sentences ----------------------------------------------------------------------------


def shown(report: Report) -> dict[str, str]:
    """The key of every figure in a sentence → what it shows."""
    return {
        piece.key: piece.text
        for paragraph in report.paragraphs
        for piece in paragraph.pieces
        if isinstance(piece, Shown)
    }


def key_of(control: Element, by_title: Mapping[str, str]) -> str:
    """The key of the figure in a content control, '' if it is none of ours. by_title: what people
    call a figure → its key."""
    about = control.find(f"{SPACE}sdtPr")
    if about is None:
        return ""
    tag, title = about.find(f"{SPACE}tag"), about.find(f"{SPACE}alias")
    if tag is not None and tag.get(f"{SPACE}val"):
        return str(tag.get(f"{SPACE}val"))
    return by_title.get(str(title.get(f"{SPACE}val")), "") if title is not None else ""


def by_title(report: Report) -> dict[str, str]:
    """What every figure that may be in a sentence is called → its key."""
    edition = report.edition
    keys = (*edition.cell, *edition.text, *(edition.outline.labels if edition.outline else ()))
    return {title(edition, key): key for key in (*keys, LEFT_OUT)}


def _renew_sentences(root: Element, report: Report) -> tuple[int, tuple[str, ...]]:
    """Change the figures in sentences. Gives how many were changed, and what to look at."""
    wanted, titles = shown(report), by_title(report)
    known = frozenset(titles.values())
    missing = next((one.text for one in report.paragraphs if one.key == LEFT_OUT), ALL_IN)
    seen: set[str] = set()
    count, notes = 0, []
    for control in root.iter(f"{SPACE}sdt"):
        key, content = key_of(control, titles), control.find(f"{SPACE}sdtContent")
        if content is None or not (key in known or key.startswith(_OURS)):
            continue
        seen.add(key)
        text = missing if key == LEFT_OUT else wanted.get(key)
        if text is None:
            notes.append(f"“{_sentence(control)}”里的数现在不成立了，没有动，请改这一句。")
        elif tidy(word_text.text(content)) != tidy(text):
            _write(content, text)
            count += 1
    lost = [label(report.edition, key) for key in wanted if key not in seen]
    if lost:
        notes.append(f"这些数的句子删掉了（或者还没有），jyxl 不会再改：{_some(lost)}。")
    return count, tuple(notes)


def _wrong_by_now(root: Element, report: Report) -> Iterator[str]:
    for paragraph in root.iter(f"{SPACE}p"):
        for sentence in untrue.sentences(report, word_text.text(paragraph)):
            yield f"“{sentence}”现在不成立了，没有动，请改这一句。"


def _sentence(control: Element) -> str:
    """The sentence around a content control."""
    paragraph = next(control.iterancestors(f"{SPACE}p"), control)
    whole = word_text.text(paragraph).strip()
    own = word_text.text(control).strip()
    parts = [part for part in whole.split("。") if own and own in part]
    return (parts[0] if len(parts) == 1 else whole)[:60]


# writing ------------------------------------------------------------------------------


def _write(element: Element, text: str) -> None:
    """Put a text in the place of that in an element, with the look of its first letter."""
    texts = list(element.iter(f"{SPACE}t"))
    if not texts:
        texts = [_new_text(element)]
    filled = next((one for one in texts if one.text), texts[0])
    for one in texts:
        one.text = text if one is filled else ""


def _new_text(element: Element) -> Element:
    """A place for a text in an element that has none."""
    paragraph = next(element.iter(f"{SPACE}p"), None)
    parent = element if paragraph is None else paragraph
    run = parent.makeelement(f"{SPACE}r")
    look = parent.find(f"{SPACE}pPr/{SPACE}rPr")
    if look is not None:
        own = run.makeelement(f"{SPACE}rPr")
        own.extend(copy.deepcopy(one) for one in look)
        run.append(own)
    text = run.makeelement(f"{SPACE}t")
    run.append(text)
    parent.append(run)
    return text


def _replaced(data: bytes, name: str, part: bytes) -> bytes:
    """The package with one part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w") as target:
        for entry in package.infolist():
            content = part if entry.filename == name else package.read(entry)
            target.writestr(entry, content, compress_type=entry.compress_type)
    return out.getvalue()
