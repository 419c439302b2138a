"""Pictures of every sheet, both editions: python docs/make_pictures.py [FOLDER].

Plays the demo's county through both editions, prints the workbooks with LibreOffice
and saves what comes out of the printer as docs/pictures/*.png, beside the pages for the
browser. Needs soffice, pdftoppm and chromium, and Pillow.
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import openpyxl
from PIL import Image

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from docs.desk_picture import desk  # noqa: E402
from jyxl import composing, resources  # noqa: E402
from jyxl.definition import Edition  # noqa: E402
from jyxl.edges import campaign as campaigns  # noqa: E402
from jyxl.edges.campaign import Campaign, file_name  # noqa: E402
from jyxl.edges.events import LastYear  # noqa: E402
from jyxl.edges.last_year import known  # noqa: E402
from jyxl.edges.ledger import open_ledger  # noqa: E402
from jyxl.edges.roster import Unit  # noqa: E402
from jyxl.edges.supplement import NAME as OWN  # noqa: E402
from jyxl.layout import (  # noqa: E402
    CHARTS,
    CHECKS,
    COMPARISON,
    COMPILED,
    ERRORS,
    EXPLANATIONS,
    GUIDE,
    INDICATORS,
    LAST_YEAR,
    STATUS,
    TEXTS,
    sheet,
)
from jyxl.live import values  # noqa: E402
from jyxl.reports.status_page import status_page  # noqa: E402
from jyxl.reports.web import web_page  # noqa: E402
from jyxl.reports.word import document  # noqa: E402
from jyxl.steps.collect import collect  # noqa: E402
from jyxl.steps.demo import COUNTY, SAMPLE, answers_of, ask, explain, fill  # noqa: E402
from jyxl.steps.issue import issue  # noqa: E402
from jyxl.steps.new import new  # noqa: E402
from jyxl.steps.report import facts  # noqa: E402
from jyxl.steps.status import overview  # noqa: E402

SOURCE = resources.folder("samples") / SAMPLE
WIDTH = 900
LIMIT = 150_000

NAMES = {
    GUIDE: "guide",
    CHECKS: "checks",
    ERRORS: "errors",
    STATUS: "status",
    CHARTS: "charts",
    EXPLANATIONS: "explanations",
    "主动公开": "t2",
    "依申请公开": "t3",
    "复议诉讼": "t4",
    "明细-主动公开": "detail-t2",
    "明细-依申请公开": "detail-t3",
    "明细-复议诉讼": "detail-t4",
    LAST_YEAR: "last-year",
    INDICATORS: "own",
    TEXTS: "texts",
    f"明细-{INDICATORS}": "detail-own",
    f"明细-{TEXTS}": "detail-texts",
    COMPARISON: "comparison",
    COMPILED: "compiled",
}
"""Sheets → how their pictures are called."""

STAND_INS = {
    "宋体": "Noto Serif CJK SC",
    "仿宋_GB2312": "Noto Serif CJK SC",
    "楷体_GB2312": "Noto Serif CJK SC",
    "方正小标宋简体": "Noto Serif CJK SC",
    "黑体": "Noto Sans CJK SC",
}
FONTS = (
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
    '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
    + "".join(
        f'<match target="pattern"><test name="family"><string>{font}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{ours}</string></edit></match>'
        for font, ours in STAND_INS.items()
    )
    + "</fontconfig>"
)
"""Stand-ins for the fonts of Windows, so that the pictures look as they do there."""

EMPTY, WRONG, SILENT = "D04", "D07", ("D16", "X05", "X06")
"""A unit whose empty workbook is shown, one that errs in many ways, and who is silent."""

IN_2021 = {
    "t2.normative.made": "t2.normative.issued",
    "t2.normative.in_public": "t2.normative.in_force",
    "t2.licence.decisions": "t2.licence.decisions",
    "t2.penalty.decisions": "t2.penalty.decisions",
    "t2.coercion.decisions": "t2.coercion.decisions",
}
"""Cells of the sample's form that the newer one still has, by another name or the same."""

MISTAKES: dict[str, dict[str, object]] = {
    "2019": {
        "t2.licence.change": "减4",
        "t2.penalty.decisions": "约120",
        "t2.normative.published": 9,
        "t2.procurement.spending": 251000,
        "t2.procurement.projects": "12 项",
        "t3.new.natural": 7,
        "t3.granted.business": 2.5,
        "t4.cases.direct.upheld": 2,
    },
    "2021": {
        "t2.normative.issued": 9,
        "t2.penalty.decisions": "约120",
        "t2.charges.fees": 251000,
        "t2.licence.decisions": "893 条",
        "t3.new.natural": 7,
        "t4.cases.direct.upheld": -2,
    },
}


def main() -> None:
    """Make them all."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "pictures"
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as name:
        for year in (2019, 2025):
            folder = Path(name) / str(year)
            for kind, workbook in workbooks(folder, year).items():
                picture(workbook, target, kind, Path(name))
            status_picture(folder, target / f"page-{year}.png", Path(name))
            browsed(desk(folder), target / f"desk-{year}.png", Path(name), height=720)
            report_picture(folder, target / f"report-web-{year}.png", Path(name))
            word_picture(folder, target / f"report-word-{year}.png", Path(name))
        beyond_the_form(target, Path(name))


def workbooks(folder: Path, year: int) -> dict[str, Path]:
    """Play a campaign: {issued-2019: path, returned-…, county-…}."""
    new(folder, COUNTY, year, None, SOURCE / "units.csv")
    campaign = campaigns.load(folder)
    issue(campaign)
    figures = _figures(campaign.edition)
    for unit in campaign.units:
        if unit.code not in SILENT:
            _hand_in(campaign, unit, figures.get(unit.code, {}))
    with open_ledger(campaign) as ledger:
        collect(campaign, ledger)
    edition = campaign.edition.id
    issued = campaign.issued / file_name(campaign.unit[EMPTY], year)
    return {
        f"issued-{edition}": issued,
        f"returned-{edition}": next(campaign.sent_back.glob(f"{WRONG}*.xlsx")),
        f"county-{edition}": campaign.county_workbook,
    }


BEYOND = {LAST_YEAR, INDICATORS, TEXTS, COMPARISON, COMPILED}


def beyond_the_form(target: Path, work: Path) -> None:
    """What a campaign has besides: last year, the county's own indicators, and texts. The year
    before is made up."""
    folder = work / "more"
    new(folder, COUNTY, 2019, None, SOURCE / "units.csv")
    picture(folder / OWN, target, "asked", work, {INDICATORS})
    ask(folder / OWN, SOURCE)
    campaign = campaigns.load(folder)
    answers = answers_of(SOURCE, campaign.edition)
    with open_ledger(campaign) as ledger:
        for code, one in answers.items():
            then = {name: figure * 3 // 4 for name, figure in one.figures.items()}
            figures = values(campaign.edition, then)
            ledger.add([LastYear(code, figures, "上年.xlsx", "", dict.fromkeys(figures, ""))])
        last = known(ledger.events, campaign.units)
    issue(campaign, last=last)
    for code, one in answers.items():
        _hand_in(campaign, campaign.unit[code], one.figures, one.words)
    with open_ledger(campaign) as ledger:
        collect(campaign, ledger)
    issued = campaign.issued / file_name(campaign.unit[EMPTY], 2019)
    picture(issued, target, "issued-more", work, BEYOND)
    picture(campaign.county_workbook, target, "county-more", work, BEYOND)


def _figures(edition: Edition) -> dict[str, dict[str, int]]:
    """Unit → cell → scaled integer, from the sample; what the edition has no cell for is left."""
    figures: dict[str, dict[str, int]] = {}
    with (SOURCE / "figures.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = row["cell"] if edition.id == "2019" else IN_2021.get(row["cell"], row["cell"])
            if name in edition.cell:
                scale = edition.cell[name].kind.scale
                figures.setdefault(row["unit"], {})[name] = int(Decimal(row["figure"]) * scale)
    return figures


def _hand_in(
    campaign: Campaign,
    unit: Unit,
    figures: Mapping[str, int],
    words: Mapping[str, str] = MappingProxyType({}),
) -> None:
    book = openpyxl.load_workbook(campaign.issued / file_name(unit, campaign.year))
    fill(book, campaign.edition, unit.kind, figures, words)
    if unit.code == WRONG and not words:
        for name, typed in MISTAKES[campaign.edition.id].items():
            table = campaign.edition.table[campaign.edition.cell[name].table]
            book[table.sheet][sheet(table).address(name)].value = typed
    if campaign.edition.id == "2019" and unit.code == "D18":
        explain(book, campaign.edition, unit.kind, "T2-M/licence", "办件量恰好相等，已核对。")
    path = campaign.returns / f"{unit.code}.xlsx"
    book.save(path)
    book.close()
    moment = datetime(campaign.year + 1, 1, 10, 9, 0).timestamp()
    os.utime(path, (moment, moment))


def picture(
    workbook: Path, target: Path, kind: str, work: Path, only: Collection[str] = tuple(NAMES)
) -> None:
    """The first printed page of these sheets as <kind>-<sheet>.png."""
    pdf = printed(workbook, work)
    wanted = {NAMES[sheet_] for sheet_ in only}
    for name, page in first_pages(workbook, pdf).items():
        if name not in wanted:
            continue
        image = work / f"{kind}-{name}"
        one = ["-f", str(page), "-l", str(page), "-singlefile"]
        subprocess.run(["pdftoppm", "-r", "110", "-png", *one, pdf, image], check=True)
        _save(image.with_suffix(".png"), target / f"{kind}-{name}.png")
    pdf.unlink()


def printed(file: Path, work: Path) -> Path:
    """A workbook or document as a PDF."""
    fonts = work / "fonts.conf"
    fonts.write_text(FONTS, encoding="utf-8")
    environment = {**os.environ, "FONTCONFIG_FILE": str(fonts)}
    profile = f"-env:UserInstallation=file://{work}/profile"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(work)]
    subprocess.run([*convert, str(file)], check=True, capture_output=True, env=environment)
    return work / f"{file.stem}.pdf"


def status_picture(folder: Path, target: Path, work: Path) -> None:
    """The beginning of 报送情况.html five days before the deadline."""
    campaign = campaigns.load(folder)
    today = campaign.deadline - timedelta(days=5)
    with open_ledger(campaign) as ledger:
        browsed(status_page(overview(campaign, ledger, today=today)), target, work)


def report_picture(folder: Path, target: Path, work: Path) -> None:
    """The beginning of the county's report as a web page."""
    campaign = campaigns.load(folder)
    with open_ledger(campaign) as ledger:
        report = composing.of_county(facts(campaign, ledger), {})
    browsed(web_page(report), target, work)


def word_picture(folder: Path, target: Path, work: Path) -> None:
    """Two pages of the county's report in Word, side by side: the first, and that of 表三."""
    campaign = campaigns.load(folder)
    with open_ledger(campaign) as ledger:
        made = composing.of_county(facts(campaign, ledger), {})
    path = work / "report.docx"
    path.write_bytes(document(made))
    pdf = printed(path, work)
    command = ["pdftotext", pdf, "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    pages = text.split("\f")
    shown = (1, next(n for n, page in enumerate(pages, 1) if "三、收到和处理" in page))
    images = []
    for page in shown:
        image = work / f"report-{page}"
        one = ["-f", str(page), "-l", str(page), "-singlefile"]
        subprocess.run(["pdftoppm", "-r", "80", "-png", *one, pdf, image], check=True)
        images.append(Image.open(image.with_suffix(".png")))
    both = Image.new("RGB", (sum(one.width for one in images), images[0].height))
    both.paste(images[0], (0, 0))
    both.paste(images[1], (images[0].width, 0))
    both.save(work / "report.png")
    _save(work / "report.png", target)
    pdf.unlink()


def browsed(content: bytes, target: Path, work: Path, height: int = 1400) -> None:
    """The beginning of a page, as Chromium shows it. height: in pixels."""
    page, image = work / "page.html", work / "page.png"
    page.write_bytes(content)
    own = ["--no-sandbox", "--hide-scrollbars", f"--user-data-dir={work / 'browser'}"]
    shot = [f"--screenshot={image}", f"--window-size=1000,{height}", page.resolve().as_uri()]
    subprocess.run(["chromium", "--headless=new", *own, *shot], check=True, capture_output=True)
    _save(image, target)


def first_pages(workbook: Path, pdf: Path) -> dict[str, int]:
    """Sheet, by its English name → the page, from 1, on which its title stands."""
    command = ["pdftotext", "-layout", pdf, "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    pages = [re.sub(r"\s", "", page) for page in text.split("\f")]
    found: dict[str, int] = {}
    at = 0
    for page in openpyxl.load_workbook(workbook).worksheets:
        if page.sheet_state == "visible":
            title = re.sub(r"\s", "", str(page["A1"].value))
            at = next(n for n in range(at, len(pages)) if title in pages[n]) + 1
            found[NAMES[page.title]] = at
    return found


def _save(page: Path, path: Path) -> None:
    """Modest in size: narrowed, few colours."""
    image = Image.open(page).convert("RGB")
    width = WIDTH if image.height > image.width else WIDTH * 4 // 3
    image = image.resize((width, image.height * width // image.width), Image.Resampling.LANCZOS)
    for colours in (160, 96, 64, 32):
        few = image.quantize(colours, kmeans=4, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
        if path.stat().st_size < LIMIT:
            return


if __name__ == "__main__":
    main()
