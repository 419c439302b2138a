"""Chromium shows the pages, axe-core finds them accessible, html-validate finds them valid."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from jyxl.reports import html, web
from jyxl.reports.overview import Overview
from jyxl.reports.status_page import status_page
from tests import npm
from tests.office.conftest import missing
from tests.pages import sample

pytestmark = pytest.mark.office

PACKAGES = {"axe-core": "4.10.3", "html-validate": "9.7.1"}
WHOLE = ["status", "2019", "2021"]
"""The pages that are not a part of another."""
NONE: Mapping[str, str] = MappingProxyType({})
RULES: dict[str, Any] = {
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
  parent.postMessage(JSON.stringify(out), '*');
});
"""
RELAY = """
addEventListener('message', told => {
  document.body.innerHTML = '<pre id="found"></pre>';
  document.getElementById('found').textContent = told.data;
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


def fragment_in_a_page() -> bytes:
    """The report's fragment as it stands in the page of a site."""
    inside = web.web_fragment(*sample.corrected("2021")).decode()
    whole = html.page("年报", "", html.tag("main", html.tag("h1", "年报"), "CONTENT"))
    return whole.decode().replace("CONTENT", inside).encode()


@pytest.fixture(params=[*WHOLE, "fragment"])
def page(request: pytest.FixtureRequest) -> bytes:
    """Every page that a browser shows: 报送情况, reports, and a report's fragment."""
    if request.param == "status":
        facts: Overview = request.getfixturevalue("facts")
        return status_page(facts)
    if request.param == "fragment":
        return fragment_in_a_page()
    return web.web_page(*sample.corrected(request.param))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_it_is_accessible_and_fits(
    chromium: str, modules: Path, page: bytes, tmp_path: Path, width: int, scheme: str
) -> None:
    """The page is a frame in a window, since Chromium opens none narrower than 500 pixels."""
    text = page.decode()
    assert FORBIDS in text
    axe = (modules / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    scripts = f"<script>{axe}</script><script>{MEASURE}</script>"
    place = tmp_path / "page.html"
    open_to_scripts = text.replace(FORBIDS, "<meta name=was").replace(
        "</head>", f"{scripts}</head>"
    )
    place.write_text(open_to_scripts, encoding="utf-8")
    dark = ["--blink-settings=preferredColorScheme=0"] if scheme == "dark" else []
    whole = tmp_path / "frame.html"
    frame = f'<iframe src="page.html" style="border:0;width:{width}px;height:900px"></iframe>'
    whole.write_text(f"<body style='margin:0'>{frame}<script>{RELAY}</script>", encoding="utf-8")
    told = run(
        chromium,
        tmp_path,
        *dark,
        "--window-size=1400,950",
        "--virtual-time-budget=30000",
        "--dump-dom",
        whole.as_uri(),
    )
    reader = _Found()
    reader.feed(told)
    found = json.loads(reader.text)
    assert found["violations"] == []
    assert found["passes"] > 15
    assert found["width"] <= 0


@pytest.mark.parametrize("page", WHOLE, indirect=True)
def test_it_is_valid(modules: Path, page: bytes, tmp_path: Path) -> None:
    assert faults(modules, page, tmp_path) == ""


def test_the_fragment_is_valid(modules: Path, tmp_path: Path) -> None:
    """It brings its style along, cell by cell."""
    assert faults(modules, fragment_in_a_page(), tmp_path, {"no-inline-style": "off"}) == ""


def faults(modules: Path, page: bytes, tmp_path: Path, other: Mapping[str, str] = NONE) -> str:
    """What html-validate says of a page. other: rules that are not the usual ones."""
    rules = {**RULES, "rules": {**RULES["rules"], **other}}
    (tmp_path / "rules.json").write_text(json.dumps(rules), encoding="utf-8")
    place = tmp_path / "page.html"
    place.write_bytes(page)
    program = modules / "html-validate" / "bin" / "html-validate.mjs"
    command = ["node", program, "--config", tmp_path / "rules.json", "--formatter", "text", place]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return done.stdout + done.stderr + (f"status {done.returncode}" if done.returncode else "")


@pytest.mark.parametrize("page", WHOLE, indirect=True)
def test_it_prints_on_a4(chromium: str, page: bytes, tmp_path: Path) -> None:
    place, made = tmp_path / "page.html", tmp_path / "page.pdf"
    place.write_bytes(page)
    run(chromium, tmp_path, f"--print-to-pdf={made}", "--no-pdf-header-footer", place.as_uri())
    data = made.read_bytes()
    boxes = {tuple(box) for box in _boxes(data)}
    assert {(round(right), round(top)) for _, _, right, top in boxes} <= {(595, 842), (594, 841)}
    assert boxes


@pytest.mark.parametrize("page", ["2019", "2021"], indirect=True)
def test_the_third_table_is_on_one_page_with_its_heading(
    chromium: str, page: bytes, tmp_path: Path
) -> None:
    if shutil.which("pdftotext") is None:
        missing("pdftotext")
    place, made = tmp_path / "page.html", tmp_path / "page.pdf"
    place.write_bytes(page)
    run(chromium, tmp_path, f"--print-to-pdf={made}", "--no-pdf-header-footer", place.as_uri())
    command = ["pdftotext", "-layout", made, "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    pages = ["".join(one.split()) for one in told.split("\f")]
    (whole,) = (one for one in pages if "三、收到和处理政府信息公开申请情况" in one)
    assert "一、本年新收政府信息公开申请数量" in whole
    assert "四、结转下年度继续办理" in whole


def _boxes(data: bytes) -> list[list[float]]:
    """The size of every page of a PDF, in points."""
    parts = data.split(b"/MediaBox")[1:]
    return [[float(one) for one in part.split(b"[")[1].split(b"]")[0].split()] for part in parts]
