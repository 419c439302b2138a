"""What the parts of a package say of each other: which part is the workbook, which its styles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from jyxl.reading import xml
from jyxl.reading.damage import Malformed

_SPACE = "http://schemas.openxmlformats.org/package/2006/relationships"


_WORKBOOK = (
    f'<Relationships xmlns="{_SPACE}"><Relationship Id="a" Target="{{}}" Type="http://schemas'
    '.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)


def naming(workbook: str) -> bytes:
    """The relations of a package that name its workbook."""
    return _WORKBOOK.format(workbook).encode()


@dataclass(frozen=True)
class Relation:
    """A relation to another part. kind: the last word of its type; path: the name of the part,
    which may not exist."""

    kind: str
    path: str


def name(part: str) -> str:
    """The name of the part that holds the relations of this part; '' stands for the package."""
    folder, slash, file = part.rpartition("/")
    return f"{folder}{slash}_rels/{file}.rels"


def of(parts: Mapping[str, bytes], part: str) -> Mapping[str, Relation]:
    """Id → the relation, for this part; '' stands for the package. Empty if it has none.

    Raises Malformed, TooLarge.
    """
    data = parts.get(name(part))
    if data is None:
        return {}
    folder, slash, _ = part.rpartition("/")
    return (_remembered if len(data) <= _SMALL else _listed)(data, folder + slash)


def _listed(data: bytes, above: str) -> Mapping[str, Relation]:
    """The relations in a part. above: the folder in which the names of parts are relative."""
    listed = xml.named(xml.tree(data), "Relationship", [_SPACE])
    found = {
        one.get("Id", ""): Relation(
            one.get("Type", "").rpartition("/")[2], _path(above, one.get("Target", ""))
        )
        for one in listed
    }
    if len(found) != len(listed):
        raise Malformed("内部的关系重名")
    return found


_SMALL = 2**14
_remembered = lru_cache(maxsize=32)(_listed)
"""The returns of one campaign have mostly the same relations."""


def _path(above: str, target: str) -> str:
    """The part that a target names. Some programs write the whole name without a slash."""
    if target.startswith("/") or (above and target.startswith(above)):
        return target.lstrip("/")
    return above + target


def related(parts: Mapping[str, bytes], relations: Mapping[str, Relation], kind: str) -> str:
    """The name of the part of this kind, '' if there is none. Raises Malformed if there are
    several."""
    paths = {relation.path.lower() for relation in relations.values() if relation.kind == kind}
    if len(paths) > 1:
        raise Malformed("内部的关系重名")
    path = next(iter(paths), None)
    return next((one for one in parts if one.lower() == path), "")
