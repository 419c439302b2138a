"""A statutory table as HTML: merged cells, and for every figure the headings that it stands under."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from jyxl.printed import Box, PrintedTable
from jyxl.reports.html import tag

_SCOPES = {"block": "rowgroup", "corner": "col", "head": "col", "row": "row"}
_BORDER = "border:1px solid #333;padding:4px;"
_BARE = {
    "": "border-collapse:collapse;width:100%;",
    "row": f"{_BORDER}font-weight:normal;text-align:left;",
    "figure": f"{_BORDER}text-align:center;white-space:nowrap;",
}
"""What the cells of a table need where a page has no style for them."""
_BARE_HEAD = f"{_BORDER}font-weight:normal;text-align:center;"


def table(one: PrintedTable, caption: str, prefix: str = "", is_bare: bool = False) -> Element:
    """prefix: what the ids in it begin with. is_bare: it brings its own style along, cell by cell."""
    key = f"{prefix}{one.table.key}"
    made = tag("table", tag("caption", caption))
    if is_bare:
        made.set("style", _BARE[""])
    else:
        made.set("class", f"{one.table.key} whole" if one.head_rows else one.table.key)
    made.append(_columns(one, is_bare))
    for part, rows in _parts(one):
        body = tag(part)
        for row in rows:
            cells = (_cell(one, box, key, is_bare) for box in one.boxes if box.area.top == row)
            body.append(tag("tr", *cells))
        made.append(body)
    return made


def style(one: PrintedTable) -> str:
    """CSS for the widths of its columns, where there is room for them."""
    rules = (
        f".{one.table.key} col:nth-child({number}) {{ width: {share}%; }}"
        for number, share in enumerate(_shares(one), 1)
    )
    return f"@media (min-width: 40.01rem), print {{ {' '.join(rules)} }}\n"


def _shares(one: PrintedTable) -> list[float]:
    return [round(100 * width / sum(one.widths), 1) for width in one.widths]


def _columns(one: PrintedTable, is_bare: bool) -> Element:
    shares = _shares(one)
    return tag(
        "colgroup",
        *(tag("col", **({"style": f"width:{one}%"} if is_bare else {})) for one in shares),
    )


def _parts(one: PrintedTable) -> Iterator[tuple[str, range]]:
    """The rows of the head, then those of each block with a title, or all others."""
    if one.head_rows:
        yield "thead", range(one.head_rows)
    starts = [box.area.top for box in one.boxes if box.role == "block"] or [one.head_rows]
    for start, end in zip(starts, [*starts[1:], one.rows], strict=True):
        yield "tbody", range(start, end)


def _cell(one: PrintedTable, box: Box, key: str, is_bare: bool) -> Element:
    area = box.area
    made = tag("td" if box.role == "figure" else "th", box.text)
    for name, size in (
        ("rowspan", area.bottom - area.top + 1),
        ("colspan", area.right - area.left + 1),
    ):
        if size > 1:
            made.set(name, str(size))
    if box.role == "figure":
        made.set("headers", " ".join(_id(key, head) for head in _heads(one, box)))
        made.set("data-cell", box.name)
    else:
        made.set("id", _id(key, box))
        made.set("scope", _SCOPES[box.role])
    if is_bare:
        made.set("style", _BARE.get(box.role, _BARE_HEAD))
    elif box.role == "corner":
        made.set("class", "corner")
    return made


def _id(key: str, box: Box) -> str:
    return f"{key}-r{box.area.top + 1}c{box.area.left + 1}"


def _heads(one: PrintedTable, box: Box) -> Iterator[Box]:
    """The boxes that say what a figure is: those to its left, and those above it in its block."""
    area = box.area
    start = max(
        (it.area.top for it in one.boxes if it.role == "block" and it.area.top <= area.top),
        default=0,
    )
    for it in one.boxes:
        is_left = it.role == "row" and it.area.top <= area.top <= it.area.bottom
        is_above = (
            it.role in ("block", "head")
            and start <= it.area.top < area.top
            and it.area.left <= area.right
            and area.left <= it.area.right
        )
        if is_left or is_above:
            yield it
