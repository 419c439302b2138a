"""Imports go down only, and each library of weight has one importer.

Every import counts: at the top of a module, inside a function, and for types alone. The table
in docs/architecture.md says which module may import which; it is read here and not repeated.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import jyxl

PACKAGE = Path(jyxl.__file__).parent
PAGE = PACKAGE.parent / "docs" / "architecture.md"

ONLY_IN = {
    "xlsxwriter": {"writer.book"},
    "python_calamine": {"reading.book"},
    "lxml": {"reading.xml", "reading.html"},
    "msoffcrypto": {"reading.locked"},
    "olefile": {"reading.compound"},
    "pandera": {"checker"},
    "pandas": {"checker"},
    "numpy": {"checker"},
    "openpyxl": {"steps.demo"},
    "docx": {"reports.word", "reports.word_frame", "reports.word_table"},
    "rich": {
        "screen",
        "returns_screen",
        "standing_screen",
        "above_screen",
        "report_screen",
        "last_screen",
        "edition_screen",
        "doctor_screen",
        "demo_screen",
        "mail_screen",
        "chinese_rich",
    },
    "imapclient": {"edges.imap"},
    "dask": {"edges.engine"},
    "distributed": {"edges.engine"},
    "aiosmtpd": {"edges.post_office"},
    "cryptography": {"edges.post_office"},
    "poplib": {"edges.pop"},
    "smtplib": {"edges.smtp", "edges.tls"},
    "click": {"cli", "chinese_click", "completion"},
    "sqlite3": {"edges.ledger", "edges.migrations"},
}
"""Library → exactly the modules that import it."""


def rows(page: str) -> list[list[list[str]]]:
    """The table of modules: rows from top to bottom, each with the groups that · divides.

    `steps/`: `new`, `issue` · `reader` → [["steps.new", "steps.issue"], ["reader"]]
    """
    table = page.split("| modules | know about |\n|---|---|\n")[1].split("\n\n")[0]
    found = []
    for line in table.splitlines():
        groups: list[list[str]] = []
        for group in line.split("|")[1].split(" · "):
            folder = ""
            groups.append([])
            for name in re.findall(r"`([^`]+)`", group):
                if name.endswith("/"):
                    folder = name.replace("/", ".")
                else:
                    groups[-1].append(folder + name)
        found.append(groups)
    return found


def imported(tree: ast.AST) -> Iterator[str]:
    """The full names of everything that is imported, at any place in the module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules() -> dict[str, ast.Module]:
    """Name below jyxl → syntax tree. The name of a folder stands for its __init__."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


FILES = modules()
FOLDERS = {name.rpartition(".")[0] for name in FILES if name}
MODULES = {name: tree for name, tree in FILES.items() if name not in FOLDERS}
ROWS = rows(PAGE.read_text(encoding="utf-8"))
PLACE = {
    name: (level, number)
    for level, groups in enumerate(ROWS)
    for number, group in enumerate(groups)
    for name in group
}
"""Module → (row from the top, group in the row)."""


def own(name: str) -> str:
    """The module that a name is from: jyxl.edges.files.read → edges.files."""
    parts = name.split(".")[1:]
    while parts and ".".join(parts) not in FILES:
        parts.pop()
    return ".".join(parts)


NEEDS = {
    name: {own(one) for one in imported(tree) if one.split(".")[0] == "jyxl"} - {"", name}
    for name, tree in MODULES.items()
}


def may_import(importer: str, needed: str) -> bool:
    (level, group), (below, other) = PLACE[importer], PLACE[needed]
    return level < below or (level, group) == (below, other)


def test_an_import_is_seen_wherever_it_stands() -> None:
    text = """
        import a.b
        if TYPE_CHECKING:
            from c import d
        def function():
            from e.f import g, h
            class Inside:
                import i
    """
    tree = ast.parse("if True:\n" + text)
    assert set(imported(tree)) == {"a.b", "c.d", "e.f.g", "e.f.h", "i"}


def test_the_table_lists_exactly_the_modules_that_exist() -> None:
    listed = [name for groups in ROWS for group in groups for name in group]
    assert sorted(listed) == sorted(MODULES)


def test_a_folder_holds_no_code_of_its_own() -> None:
    for folder in FOLDERS - {""}:
        assert len(FILES[folder].body) <= (ast.get_docstring(FILES[folder]) is not None), folder


@pytest.mark.parametrize("name", MODULES)
def test_imports_follow_the_table(name: str) -> None:
    """A module imports only from rows below it, or from its own group in its own row."""
    assert {one for one in NEEDS[name] if not may_import(name, one)} == set()


def test_no_two_modules_need_each_other() -> None:
    left = dict(NEEDS)
    while free := [
        name
        for name in left
        if not left[name] & left.keys() or not any(name in needs for needs in left.values())
    ]:
        for name in free:
            del left[name]
    assert left == {}


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_imported_in_one_place(library: str) -> None:
    importers = {
        name
        for name, tree in FILES.items()
        if any(one.split(".")[0] == library for one in imported(tree))
    }
    assert importers == ONLY_IN[library]


@pytest.mark.parametrize("name", [name for name in FILES if name not in ("cli", "__main__")])
def test_only_the_command_line_prints_or_exits(name: str) -> None:
    calls = {ast.unparse(node.func) for node in ast.walk(FILES[name]) if isinstance(node, ast.Call)}
    assert calls & {"print", "click.echo", "sys.exit", "exit", "quit", "os._exit"} == set()
