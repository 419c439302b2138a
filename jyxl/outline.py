"""The outline of a report: its headings, the sentences that figures allow, what is to be written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from jyxl.rules.language import Node

Of = Literal["county", "unit"]
"""Whose report it is."""
PROMPT, MISSING = "（请写：", "（请收齐："
"""How the paragraphs begin that say what is still to be written, and whose figures are missing."""
ALL_IN = "（各单位都收齐了，这一段请删去。）"
"""What stands in the place of the latter when none is missing any more."""


def is_prompt(text: str) -> bool:
    """True if a paragraph of a document must not be published, whoever has edited the document."""
    return text.startswith((PROMPT, MISSING, ALL_IN))


@dataclass(frozen=True)
class Word:
    """A word that is filled in, such as {whom}."""

    name: str


@dataclass(frozen=True)
class Counted:
    """A figure in a sentence, as a tree that is bound to the names of the outline: those of cells,
    own.<key> for an indicator of the county's own. key: what it is called in a report; label: how
    people call it, or '' if it is a cell with a label of its own."""

    key: str
    tree: Node
    label: str = ""


Slot = str | Word | Counted


@dataclass(frozen=True)
class Sentence:
    """A prepared sentence. items: what is listed after it, as far as it is not 0; of: the reports that it is for; when:
    what must hold for it to be true, None if nothing."""

    say: tuple[Slot, ...]
    items: tuple[tuple[Slot, ...], ...] = ()
    of: tuple[Of, ...] = ("county", "unit")
    when: Node | None = None


@dataclass(frozen=True)
class Part:
    """A part of a report, in this order: its heading, its table, its sentences, its prompt.

    field: the text of a unit that takes the place of the sentences and the prompt. prompt: says
    what is still to be written; otherwise: the same, if there is no sentence.
    """

    key: str
    heading: str = ""
    level: int = 1
    table: str = ""
    field: str = ""
    sentences: tuple[Sentence, ...] = ()
    prompt: str = ""
    otherwise: str = ""


@dataclass(frozen=True)
class Outline:
    """title: of the document. own: key → the label of an indicator of the county's own; labels:
    key of a figure made of several → what people call it."""

    title: tuple[Slot, ...] = ()
    parts: tuple[Part, ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
