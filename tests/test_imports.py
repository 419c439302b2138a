"""Imports go down only, and each library of weight has one importer."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import jyxl

PACKAGE = Path(jyxl.__file__).parent

LAYERS = """
cli __main__
screen
steps
standing
edges
writer reader checker
reading recovery places live
editions layout messages identity numbers submission
rules
definition finding problem resources chinese_click
"""
"""From top to bottom. A module imports from its own line or from lines below."""

ONLY_IN = {
    "xlsxwriter": ["writer"],
    "python_calamine": ["reading.book"],
    "lxml": ["reading.xml"],
    "olefile": ["reading.compound"],
    "pandera": ["checker"],
    "pandas": ["checker"],
    "numpy": ["checker"],
    "openpyxl": ["steps.demo"],
    "rich": ["screen"],
    "click": ["cli", "chinese_click"],
    "sqlite3": ["edges.ledger"],
}

LEVEL = {
    name: level
    for level, names in enumerate(reversed(LAYERS.split("\n")[1:-1]))
    for name in names.split()
}


def modules() -> dict[str, ast.Module]:
    """Name below jyxl → tree."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts[0] not in ("templates", "samples"):
            name = ".".join(part for part in parts if part != "__init__")
            found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


MODULES = modules()


def imported(tree: ast.AST) -> Iterator[str]:
    """Full names of everything imported when the code runs, not for types alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:
            yield from imported(node)


def own(name: str) -> str:
    """jyxl.edges.files.read → the module it is from: edges.files."""
    parts = name.split(".")[1:]
    while parts and ".".join(parts) not in MODULES:
        parts.pop()
    return ".".join(parts)


def test_every_module_has_its_place() -> None:
    assert {name.split(".")[0] for name in MODULES if name} == LEVEL.keys()


@pytest.mark.parametrize("name", [name for name in MODULES if name])
def test_imports_go_down_only(name: str) -> None:
    level = LEVEL[name.split(".")[0]]
    below = {own(one) for one in imported(MODULES[name]) if one.split(".")[0] == "jyxl"} - {""}
    assert {one for one in below if LEVEL[one.split(".")[0]] > level} == set()


def test_no_two_modules_need_each_other() -> None:
    needs = {
        name: {own(one) for one in imported(tree) if one.split(".")[0] == "jyxl"} - {"", name}
        for name, tree in MODULES.items()
        if name
    }
    while free := [name for name in needs if not needs[name] & needs.keys()]:
        for name in free:
            del needs[name]
    assert needs == {}


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_imported_in_one_place(library: str) -> None:
    importers = {
        name
        for name, tree in MODULES.items()
        if any(one.split(".")[0] == library for one in imported(tree))
    }
    allowed = ONLY_IN[library]
    assert importers
    assert {
        name for name in importers if name not in allowed and name.split(".")[0] not in allowed
    } == set()


@pytest.mark.parametrize("name", [name for name in MODULES if name not in ("cli", "__main__")])
def test_only_the_command_line_prints_or_exits(name: str) -> None:
    calls = {
        ast.unparse(node.func) for node in ast.walk(MODULES[name]) if isinstance(node, ast.Call)
    }
    assert calls & {"print", "click.echo", "sys.exit", "exit", "quit", "os._exit"} == set()


def test_help_loads_nothing_heavy() -> None:
    heavy = ["pandas", "numpy", "pandera", "openpyxl", "xlsxwriter", "rich", "python_calamine"]
    heavy += ["lxml", "olefile"]
    code = f"import sys, jyxl.cli; print([name for name in {heavy} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
