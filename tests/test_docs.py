"""The documents say what the program does: derived ones are fresh, and links lead somewhere."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
from click.testing import CliRunner

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
BORROWED = {
    *("RULE", "TOTAL", "UNKNOWN-EDITION", "OLD-WORD"),
    *("WORD-SHEET", "WORD-TOTAL", "WORD-YEAR", "WORD-EDITION"),
}
"""Entries of the catalogue whose findings carry the id of a rule, or of another entry."""

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


def section(page: str, heading: str) -> str:
    """The text below a heading of a page, up to the next heading of the same or a higher level."""
    level = heading.split(" ")[0]
    _, found, rest = text(page).partition(f"\n{heading}\n")
    assert found, f"{page} has no {heading}"
    return re.split(rf"^#{{1,{len(level)}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def first_column(prose: str) -> list[str]:
    """The first cell of every row of every table, without the heads."""
    body = re.sub(r"^\|.*\n\| ?---.*$", "", prose, flags=re.MULTILINE)
    return re.findall(r"^\| (.*?) \|", body, re.MULTILINE)


def options(command: click.Command) -> set[str]:
    return {name for one in command.params for name in one.opts if name.startswith("-")}


@pytest.mark.parametrize(
    ("page", "heading"), [("README.md", "## Commands"), ("README.zh-CN.md", "## 命令")]
)
def test_the_readme_shows_every_command_with_its_options(page: str, heading: str) -> None:
    rows = [row for row in first_column(section(page, heading)) if row.startswith("`jyxl ")]
    shown = {row.split()[1].strip("`"): set(re.findall(r"-C|--\w+", row)) for row in rows}
    assert shown == {name: options(command) for name, command in cli.commands.items()}


@pytest.mark.parametrize("command", list(cli.commands))
def test_every_option_is_documented_under_its_command(command: str) -> None:
    shown = section("docs/commands.md", f"## jyxl {command}")
    listed = set(re.findall(r"^  (?:-\w, )?(-C|--\w+)", shown, re.MULTILINE))
    assert listed == options(cli.commands[command]) | {"--help"}


@pytest.mark.parametrize("command", list(cli.commands))
def test_the_clerk_is_told_when_to_use_every_command(command: str) -> None:
    assert re.search(rf"\bjyxl {command}\b", text("docs/office-guide.md"))


def test_every_finding_code_is_documented() -> None:
    found = [editions.load(name) for name in editions.available()]
    rules = {rule.id for edition in found for rule in edition.rules}
    values = {kind.rule for edition in found for kind in edition.kinds.values()}
    messages_page = first_column(text("docs/messages.md"))
    coded = {row.strip("`") for row in messages_page if re.fullmatch(r"`[SFOXW]-[A-Z0-9]+`", row)}
    assert coded == messages.CATALOGUE.keys() - BORROWED
    rules_page = text("docs/rules.md")
    assert {row.strip("`") for row in first_column(rules_page)} == rules | values
    assert f"编号 `{BLANK_RULE}`" in rules_page


def test_every_code_in_the_source_has_its_entry() -> None:
    """Of the codes that no edition declares, none is raised but missing in the catalogue, or in
    the catalogue but never raised."""
    written = {
        node.value
        for path in (ROOT / "jyxl").rglob("*.py")
        if path.name != "messages.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    codes = {word for word in written if re.fullmatch(r"S-[A-Z]+|F-[A-Z]", word)}
    assert codes == {code for code in messages.CATALOGUE if re.fullmatch(r"S-[A-Z]+|F-[A-Z]", code)}


def test_the_clerk_is_told_what_to_do_about_every_structural_code() -> None:
    told = {
        part: {
            code
            for row in first_column(section("docs/office-guide.md", f"### {part}"))
            for code in re.findall(r"[SFO]-[A-Z0-9]+|X-T", row)
        }
        for part in ("拒收的", "待定的", "退回的", "备注")
    }
    kinds = {
        kind.rule for name in editions.available() for kind in editions.load(name).kinds.values()
    }
    own = {code for code in messages.CATALOGUE if re.match(r"[SFOX]-", code)}
    notes = {code for code in own if messages.CATALOGUE[code].severity == "note"}
    assert told["备注"] == notes
    assert told["拒收的"] | told["待定的"] | told["退回的"] == (own - notes) | kinds | {BLANK_RULE}
    assert told["拒收的"] & told["退回的"] == told["待定的"] & told["拒收的"] == set()


def test_every_environment_variable_is_documented() -> None:
    def read(folder: str) -> set[str]:
        code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / folder).rglob("*.py"))
        asked = r'environ(?:\.get\(|\[)"(\w+)"|^\w+ = "(JYXL_\w+)"'
        return {"".join(names) for names in re.findall(asked, code, re.MULTILINE)}

    rows = section("docs/architecture.md", "## Environment variables").splitlines()
    told = {row.split("`")[1]: "| tests only:" in row for row in rows if row.startswith("| `")}
    own = read("jyxl")
    assert told == {name: name not in own for name in own | read("tests")}


def test_every_setting_is_documented(tmp_path: Path) -> None:
    """The office has to review the settings that are not given to `jyxl new` as options."""
    made = CliRunner().invoke(
        cli, ["new", str(tmp_path / "c"), "--county", "某县", "--year", "2021"]
    )
    assert made.exit_code == 0, made.output
    settings = tomllib.loads((tmp_path / "c" / "jyxl.toml").read_text(encoding="utf-8"))
    given = {name.removeprefix("--") for name in options(cli.commands["new"])}
    guide = first_column(section("docs/office-guide.md", "### 2　填名册和设置"))
    told = {name.strip("`") for name in guide if name.startswith("`")}
    assert told == settings.keys() - given


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
