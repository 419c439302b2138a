"""The documents say what the program does: derived ones are fresh, links lead somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from jyxl import editions, messages
from jyxl.checklist import BLANK_RULE
from jyxl.cli import cli

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
FOLDERS = ("docs", "samples", "benchmarks", "templates", "tests")
PAGES = sorted(
    page
    for pages in (ROOT.glob("*.md"), *((ROOT / name).rglob("*.md") for name in FOLDERS))
    for page in pages
)
BORROWED = {"RULE", "TOTAL"}
"""Entries of the catalogue whose findings carry the id of a rule."""

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCED = re.compile(r"```.*?```", re.DOTALL)
_MACHINE = re.compile(r"(?<![\w.])/(?:home|root|work|tmp|Users|usr|opt|var)/|[A-Z]:\\Users\\")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def anchors(page: Path) -> set[str]:
    """The ids that a Markdown renderer gives to the headings of a page."""
    prose = _FENCED.sub("", page.read_text(encoding="utf-8"))
    heads = re.findall(r"^#+ +(.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_derived_documents_are_fresh() -> None:
    made = subprocess.run(
        [sys.executable, "-X", "utf8", str(DOCS / "generate.py"), "--check"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (made.returncode, made.stderr) == (0, "")


@pytest.mark.parametrize("command", list(cli.commands))
@pytest.mark.parametrize(
    "page", ["docs/commands.md", "docs/office-guide.md", "README.md", "README.zh-CN.md"]
)
def test_every_command_is_documented(page: str, command: str) -> None:
    assert f"jyxl {command}" in text(page)


def test_every_option_is_documented() -> None:
    options = {
        name
        for command in cli.commands.values()
        for parameter in command.params
        for name in parameter.opts
        if name.startswith("-")
    }
    assert {name for name in options if name not in text("docs/commands.md")} == set()


def test_every_finding_code_is_documented() -> None:
    found = [editions.load(name) for name in editions.available()]
    rules = {rule.id for edition in found for rule in edition.rules}
    values = {kind.rule for edition in found for kind in edition.kinds.values()}
    said = text("docs/messages.md") + text("docs/rules.md")
    codes = (messages.CATALOGUE.keys() - BORROWED) | rules | values | {BLANK_RULE}
    assert {code for code in codes if f"`{code}`" not in said} == set()


def test_the_clerk_is_told_what_to_do_about_every_structural_code() -> None:
    guide = text("docs/office-guide.md")
    codes = {code for code in messages.CATALOGUE if code.startswith(("S-", "F-"))}
    assert {code for code in codes if code not in guide} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    prose = _FENCED.sub("", page.read_text(encoding="utf-8"))
    dead = []
    for link in _LINK.findall(prose):
        if link.startswith(("http:", "https:", "mailto:")):
            continue
        file, _, anchor = unquote(link).partition("#")
        target = page.parent / file if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_page_speaks_of_one_machine(page: Path) -> None:
    assert _MACHINE.findall(page.read_text(encoding="utf-8")) == []


def test_the_example_of_an_edition_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"```toml\n# (\S+)\n(.*?)```", text("docs/adding-an-edition.md"), re.DOTALL)
    for name, toml in blocks:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(toml, encoding="utf-8")
    monkeypatch.setenv(editions.VARIABLE, str(tmp_path))
    edition = editions.load("2027")
    assert editions.for_year(2027) is edition
    assert [table.sheet for table in edition.tables][-1] == "平台建设"
    assert edition.cell["t3.partial.natural"].row_labels[-1] == "（二）部分公开"
    rules = {rule.id for rule in edition.rules}
    assert rules - {rule.id for rule in editions.load("2021").rules} == {"T5-R", "T5-P"}
    assert "T2-W" not in rules
    assert set(edition.totals) >= {"t5.posts.total", "t5.replies.total"}


def test_every_module_stands_in_the_architecture() -> None:
    page = text("docs/architecture.md")
    modules = {
        path.stem for path in (ROOT / "jyxl").rglob("*.py") if not path.stem.startswith("__")
    }
    assert {name for name in modules if not re.search(rf"\b{name}\b", page)} == set()
