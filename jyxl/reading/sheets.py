"""The sheets of a package: which part holds which sheet, and which are set aside."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from jyxl.reading import package
from jyxl.reading.damage import Malformed
from jyxl.reading.relations import Relation


@dataclass(frozen=True)
class Sheets:
    """The sheets of a package. parts: name → bytes, as the reading library is given them at
    first. late: the parts of the sheets that were set aside. paths: sheet → its part, '' if
    there is none."""

    parts: Mapping[str, bytes]
    late: Mapping[str, bytes]
    paths: Mapping[str, str]

    def data(self) -> bytes:
        """The package for the reading library."""
        return package.packed(self.parts)

    def part(self, name: str) -> bytes:
        """The part of a sheet, or b'' if there is none. Raises Malformed if only the reading
        library knows the sheet."""
        if name not in self.paths:
            raise Malformed("工作表的目录不对")
        path = self.paths[name]
        return self.late[path] if path in self.late else self.parts.get(path, b"")

    def anew(self, name: str) -> bytes | None:
        """The package with a sheet that was set aside, or None if it was not."""
        path = self.paths.get(name, "")
        if path not in self.late:
            return None
        return package.packed({**self.parts, path: self.late[path]})


def found(
    parts: Mapping[str, bytes],
    listed: Iterable[tuple[str, str]],
    relations: Mapping[str, Relation],
    own: Mapping[str, bytes],
    aside: Collection[str],
) -> Sheets:
    """The sheets that the workbook lists as (name, relation).

    own: further parts that the reading library needs, under the only names at which it looks
    for them. Raises Malformed.
    """
    folded = {name.lower(): name for name in parts}
    taken = {name.lower() for name in own}
    paths: dict[str, str] = {}
    seen: set[str] = set()
    for name, relation in listed:
        if name in paths or relation in seen or relation not in relations:
            raise Malformed("工作表的目录不对")
        seen.add(relation)
        path = relations[relation].path.lower()
        if path in taken:
            raise Malformed("工作表的目录不对")
        paths[name] = folded.pop(path, "")
    late = {paths[name]: parts[paths[name]] for name in aside if paths.get(name)}
    given = {path: parts[path] for path in paths.values() if path and path not in late}
    return Sheets({**own, **given}, late, paths)
