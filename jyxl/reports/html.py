"""HTML as a tree: whatever is put into it as text or as an attribute is shown and never obeyed."""

from __future__ import annotations

from xml.etree.ElementTree import Element, tostring

from jyxl import characters

Content = Element | str
"""What an element may hold: other elements, and texts."""


def tag(name: str, /, *content: Content, **attributes: str) -> Element:
    """An element. In the names of attributes an underscore stands for a hyphen, and one at the
    end for nothing: tag("td", "3", class_="number", aria_label="…")."""
    made = Element(name)
    for key, value in attributes.items():
        made.set(key.rstrip("_").replace("_", "-"), characters.one_line(value))
    last: Element | None = None
    for one in content:
        if isinstance(one, Element):
            made.append(one)
            last = one
        elif last is None:
            made.text = (made.text or "") + characters.lines(one)
        else:
            last.tail = (last.tail or "") + characters.lines(one)
    return made


def wide(name: str, content: Element) -> Element:
    """What may be wider than a phone: it can be moved by itself, also by the keyboard."""
    return tag("section", content, class_="wide", aria_label=name, tabindex="0")


def fragment(*content: Element) -> bytes:
    """A part of a page, in UTF-8."""
    return b"\n".join(_bytes(one) for one in content) + b"\n"


def _bytes(element: Element) -> bytes:
    return tostring(element, method="html", encoding="unicode").encode()


def page(title: str, style: str, *body: Content) -> bytes:
    """A whole page in UTF-8 that loads nothing and runs nothing. style: CSS of our own; it is
    the only text that is written as it is."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag(
            "meta",
            http_equiv="Content-Security-Policy",
            content="default-src 'none'; style-src 'unsafe-inline'",
        ),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", style),
    )
    whole = tag("html", head, tag("body", *body), lang="zh-CN")
    return b"<!DOCTYPE html>\n" + _bytes(whole)
