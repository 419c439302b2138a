"""Chromium shows the page, axe-core finds it accessible, html-validate finds it valid."""

from __future__ import annotations

import json
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from jyxl.reports.overview import Overview
from jyxl.reports.status_page import status_page
from tests import npm
from tests.office.conftest import missing

pytestmark = pytest.mark.office

PACKAGES = {"axe-core": "4.10.3", "html-validate": "9.7.1"}
RULES = {
    "extends": ["html-validate:standard", "html-validate:a11y", "html-validate:document"],
    "rules": {
        "doctype-style": "off",  # both ways of writing it are right
        "void-style": ["error", {"style": "omit"}],
        "long-title": "off",
        "no-inline-style": "error",
        "require-csp-nonce": "off",  # the page forbids scripts altogether
    },
}
FORBIDS = '<meta http-equiv="Content-Security-Policy"'
MEASURE = """
addEventListener('load', async () => {
  const width = document.documentElement.scrollWidth - innerWidth;
  const found = await axe.run({resultTypes: ['violations', 'incomplete']});
  const told = one => one.id + ' ' + one.nodes.map(node => node.html).join(' ');
  const out = {
    width, violations: found.violations.map(told), passes: found.passes.length};
  document.body.innerHTML = '<pre id="found"></pre>';
  document.getElementById('found').textContent = JSON.stringify(out);
});
"""


@pytest.fixture(scope="session")
def modules() -> Path:
    return npm.modules(PACKAGES, "pages")


@pytest.fixture(scope="session")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        missing("Chromium")
    return str(found)


class _Found(HTMLParser):
    """The text of the element #found."""

    text, inside = "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "pre" and ("id", "found") in attrs

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        self.text += data if self.inside else ""


def run(chromium: str, folder: Path, *arguments: str) -> str:
    own = [f"--user-data-dir={folder / 'profile'}", "--no-sandbox", "--disable-gpu"]
    command = [chromium, "--headless=new", "--hide-scrollbars", *own, *arguments]
    done = subprocess.run(command, capture_output=True, timeout=120, check=True)
    return done.stdout.decode()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 500])
def test_it_is_accessible_and_fits(
    chromium: str, modules: Path, facts: Overview, tmp_path: Path, width: int, scheme: str
) -> None:
    """500 pixels are the narrowest window that Chromium opens; the style for phones begins
    above it."""
    page = status_page(facts).decode()
    assert FORBIDS in page
    axe = (modules / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    scripts = f"<script>{axe}</script><script>{MEASURE}</script>"
    place = tmp_path / "page.html"
    open_to_scripts = page.replace(FORBIDS, "<meta name=was").replace(
        "</head>", f"{scripts}</head>"
    )
    place.write_text(open_to_scripts, encoding="utf-8")
    dark = ["--blink-settings=preferredColorScheme=0"] if scheme == "dark" else []
    told = run(
        chromium,
        tmp_path,
        *dark,
        f"--window-size={width},900",
        "--virtual-time-budget=30000",
        "--dump-dom",
        place.as_uri(),
    )
    reader = _Found()
    reader.feed(told)
    found = json.loads(reader.text)
    assert found["violations"] == []
    assert found["passes"] > 15
    assert found["width"] <= 0


def test_it_is_valid(modules: Path, facts: Overview, tmp_path: Path) -> None:
    (tmp_path / "rules.json").write_text(json.dumps(RULES), encoding="utf-8")
    page = tmp_path / "page.html"
    page.write_bytes(status_page(facts))
    program = modules / "html-validate" / "bin" / "html-validate.mjs"
    command = ["node", program, "--config", tmp_path / "rules.json", "--formatter", "text", page]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (done.stdout + done.stderr, done.returncode) == ("", 0)


def test_it_prints_on_a4(chromium: str, facts: Overview, tmp_path: Path) -> None:
    page, made = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_bytes(status_page(facts))
    run(chromium, tmp_path, f"--print-to-pdf={made}", "--no-pdf-header-footer", page.as_uri())
    data = made.read_bytes()
    boxes = {tuple(box) for box in _boxes(data)}
    assert {(round(right), round(top)) for _, _, right, top in boxes} <= {(595, 842), (594, 841)}
    assert boxes


def _boxes(data: bytes) -> list[list[float]]:
    """The size of every page of a PDF, in points."""
    parts = data.split(b"/MediaBox")[1:]
    return [[float(one) for one in part.split(b"[")[1].split(b"]")[0].split()] for part in parts]
