"""The sheets of a package in xl/: which part holds which sheet, and which are set aside."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from jyxl.reading import package, xml
from jyxl.reading.damage import Malformed

_SPACE = "http://schemas.openxmlformats.org/package/2006/relationships"


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
    relations: bytes,
    aside: Collection[str],
) -> Sheets:
    """The sheets that the workbook lists as (name, relation), each with the part that the
    reading library finds for it. Raises Malformed, TooLarge."""
    targets = _targets(relations) if relations else {}
    folded = {name.lower(): name for name in parts}
    paths: dict[str, str] = {}
    for name, relation in listed:
        target = targets.pop(relation, None)
        if name in paths or target is None:
            raise Malformed("工作表的目录不对")
        path = target.lstrip("/") if target.startswith(("/xl/", "xl/")) else f"xl/{target}"
        paths[name] = folded.pop(path.lower(), "")
    late = {paths[name]: parts[paths[name]] for name in aside if paths.get(name)}
    return Sheets({name: parts[name] for name in parts if name not in late}, late, paths)


def _targets(relations: bytes) -> dict[str, str]:
    """Relation → the part it points to. Raises Malformed, TooLarge."""
    listed = xml.named(xml.tree(relations), "Relationship", [_SPACE])
    targets = {one.get("Id", ""): one.get("Target", "") for one in listed}
    if len(targets) != len(listed):
        raise Malformed("内部的关系重名")
    return targets
