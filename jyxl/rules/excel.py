"""A bound rule → an Excel formula that Excel, WPS and LibreOffice all calculate."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from jyxl.definition import Cell, Kind
from jyxl.rules.language import (
    And,
    Compare,
    Gap,
    Near,
    Node,
    Not,
    Number,
    Or,
    Ref,
    Sum,
    Whole,
    flat,
)

Areas = Callable[[Iterable[Ref]], list[str]]
"""Figures → a few rectangles that cover exactly their cells, as Excel references."""


def formula(node: Node, areas: Areas, decimals: int) -> str:
    """The expression, without a leading '='. Blanks and texts count as 0, as in jyxl's check.

    Raises TypeError for a tree that is not bound.
    """
    match node:
        case Ref():
            return f"N({areas([node])[0]})"
        case Number(value):
            return str(value)
        case Sum():
            return _rounded(_sum(node, areas), decimals)
        case Compare(op, left, right):
            sign = {"==": "=", "!=": "<>"}.get(op, op)
            return f"{formula(left, areas, decimals)}{sign}{formula(right, areas, decimals)}"
        case Near():
            return _near(node, areas, decimals)
        case Gap(left, right):
            return f"ABS({formula(Sum(((1, left), (-1, right))), areas, decimals)})"
        case And(parts):
            return f"AND({','.join(formula(part, areas, decimals) for part in parts)})"
        case Or(parts):
            return f"OR({','.join(formula(part, areas, decimals) for part in parts)})"
        case Not(of):
            return f"NOT({formula(of, areas, decimals)})"
        case Whole(of):
            inner = formula(of, areas, decimals)
            return f"({inner}=INT({inner}))"
    raise TypeError(f"unbound node {node!r}")


def text(words: str) -> str:
    """A text as it stands in a formula; Excel takes no more than 255 characters in one piece."""
    quoted = [words[at : at + _PIECE].replace('"', '""') for at in range(0, len(words), _PIECE)]
    return "&".join(f'"{piece}"' for piece in quoted or [""])


_PIECE = 120
"""So that no piece is too long even if it consists of quotation marks."""


def _sum(node: Node, areas: Areas) -> str:
    """The terms of a sum; cells with the same factor go into one SUM, so that ranges stay
    readable."""
    text = ""
    constant = 0
    factors: dict[Ref, int] = {}
    for factor, inner in flat(node):
        if isinstance(inner, Ref):
            factors[inner] = factors.get(inner, 0) + factor
        elif isinstance(inner, Number):
            constant += factor * inner.value
        else:
            raise TypeError(f"unbound node {inner!r}")
    for factor in dict.fromkeys(factors.values()):
        if factor == 0:
            continue
        sign = "-" if factor < 0 else "+" if text else ""
        times = "" if abs(factor) == 1 else f"{abs(factor)}*"
        alike = [ref for ref, own in factors.items() if own == factor]
        text += f"{sign}{times}SUM({','.join(areas(alike))})"
    if constant or not text:
        text += f"{constant:+d}" if text else str(constant)
    return text


def _near(node: Near, areas: Areas, decimals: int) -> str:
    left, right = node.left, node.right
    gap = formula(Gap(left, right), areas, decimals)
    within = ",".join(
        f"{formula(Sum(((1, one), (-node.ratio, other))), areas, decimals)}<=0"
        for one, other in ((left, right), (right, left))
    )
    zero = ",".join(f"{formula(side, areas, decimals)}=0" for side in (left, right))
    return f"IF(OR({zero}),{gap}<{node.alone},OR({gap}<{node.floor},AND({within})))"


def _rounded(text: str, decimals: int) -> str:
    return f"ROUND({text},{decimals})" if decimals else text


def misfit(kind: Kind, ref: str) -> str:
    """A formula that is true if a cell holds anything but a number of this kind; a blank fits."""
    return f"IF(ISNUMBER({ref}),{_out_of_kind(kind, ref, 'OR')},NOT(ISBLANK({ref})))"


def misfits(kind: Kind, area: str) -> str:
    """A formula for how many cells of an area do not fit; enter it as an array formula."""
    return f"SUM(IF(ISNUMBER({area}),{_out_of_kind(kind, area, '+')},IF(ISBLANK({area}),0,1)))"


def misfits_of(cells: Iterable[Cell], areas: Areas) -> str:
    """A formula for how many of these cells do not hold a number of their kind; enter it as an
    array formula."""
    by_kind: dict[Kind, list[Ref]] = {}
    for cell in cells:
        by_kind.setdefault(cell.kind, []).append(Ref(cell.name))
    parts = [misfits(kind, area) for kind, refs in by_kind.items() for area in areas(refs)]
    return "+".join(parts) or "0"


def validation(kind: Kind, ref: str) -> dict[str, str | int]:
    """The options of XlsxWriter for input validation that accepts only numbers of this kind. For
    whole numbers it uses the spreadsheet program's own criterion, which people can read."""
    if kind.decimals:
        fits = f"IF(ISNUMBER({ref}),NOT({_out_of_kind(kind, ref, 'OR')}),FALSE)"
        return {"validate": "custom", "value": f"={fits}"}
    bounds = {"minimum": kind.minimum, "maximum": kind.maximum}
    return {"validate": "integer", "criteria": "between", **bounds}


def _out_of_kind(kind: Kind, ref: str, join: str) -> str:
    """The opposite of Kind.fits for a typed number, as a formula. join: OR for one cell, + for an
    area."""
    shape = f"ROUND({ref},{kind.decimals})<>{ref}" if kind.decimals else f"INT({ref})<>{ref}"
    parts = [f"{ref}<{kind.minimum}", f"{ref}>{kind.maximum}", shape]
    if join == "OR":
        return f"OR({','.join(parts)})"
    return "IF(" + "+".join(f"({part})" for part in parts) + ",1,0)"
