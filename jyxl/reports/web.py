"""A yearly report for the web: a page of its own, and a part to paste into the page of a site."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from jyxl import printed
from jyxl.moments import day_of
from jyxl.report import Heading, Item, Paragraph, Report, Shown, StatutoryTable
from jyxl.reports import data, web_table
from jyxl.reports.data import Correction
from jyxl.reports.html import Content, fragment, page, tag, wide
from jyxl.reports.look import REPORT

LAW = "《中华人民共和国政府信息公开条例》"
_SHOWN_DIGEST = 16
_INDENT = "text-indent:2em;"
_NUMBER = re.compile("^[一二三四五六]、")


def web_page(report: Report, corrections: tuple[Correction, ...] = ()) -> bytes:
    """The report as one file that loads nothing and runs nothing; its figures can be saved from it.
    corrections: what was changed after it was published."""
    style = REPORT + "".join(map(web_table.style, _tables(report)))
    return page(
        report.title,
        style,
        tag(
            "main",
            tag("header", tag("h1", report.title), _facts(report, corrections), _contents(report)),
            *_parts(report),
        ),
        tag("footer", *_foot(report, corrections), _download(report)),
    )


def web_fragment(report: Report, corrections: tuple[Correction, ...] = ()) -> bytes:
    """The same without what the page of a site has itself: title, style, contents."""
    prefix = f"r{hashlib.sha256(report.title.encode()).hexdigest()[:8]}-"
    items = (_item(report, item, prefix, is_bare=True) for item in report.items)
    return fragment(tag("div", *items, tag("hr"), *_foot(report, corrections)))


def _tables(report: Report) -> Iterator[printed.PrintedTable]:
    for item in report.items:
        if isinstance(item, StatutoryTable):
            yield _printed(report, item)


def _printed(report: Report, item: StatutoryTable) -> printed.PrintedTable:
    return printed.table(report.edition.table[item.table], report.figures)


def _facts(report: Report, corrections: tuple[Correction, ...]) -> Element:
    facts = [f"公开单位：{report.whom}", f"报告年度：{report.year} 年"]
    if corrections:
        facts.append(f"更正日期：{day_of(corrections[-1].day)}")
    return tag("p", *(tag("span", one) for one in facts), class_="facts")


def _contents(report: Report) -> Element:
    parts = [one for one in report.items if isinstance(one, Heading) and one.level == 1]
    links = (tag("li", tag("a", one.text, href=f"#{_anchor(one)}")) for one in parts)
    return tag("nav", tag("ul", *links), aria_label="目录")


def _anchor(heading: Heading) -> str:
    return f"part-{heading.key}"


def _parts(report: Report) -> Iterator[Element]:
    """The preamble, then every part as a section with its heading."""
    section: Element | None = None
    for item in report.items:
        made = _item(report, item)
        if isinstance(item, Heading) and item.level == 1:
            if section is not None:
                yield section
            section = tag("section", aria_labelledby=_anchor(item))
        if section is None:
            yield made
        else:
            section.append(made)
    if section is not None:
        yield section


def _item(report: Report, item: Item, prefix: str = "", is_bare: bool = False) -> Element:
    """is_bare: as in `web_table`."""
    match item:
        case Heading():
            made = tag(f"h{item.level + 1}", item.text)
            if not is_bare:
                made.set("id", _anchor(item))
            return made
        case Paragraph():
            pieces = map(_piece, item.pieces)
            made = tag("p", *([tag("mark", *pieces)] if item.is_open else pieces))
            if is_bare:
                made.set("style", _INDENT)
            return made
        case StatutoryTable():
            one = _printed(report, item)
            caption = f"{report.whom} {report.year} 年{_NUMBER.sub('', one.table.title)}"
            made = web_table.table(one, caption, prefix, is_bare)
            around = wide(caption, made)
            if is_bare:
                del around.attrib["class"]
                around.set("style", "overflow-x:auto")
            return around


def _piece(piece: str | Shown) -> Content:
    if isinstance(piece, str):
        return piece
    made = tag("span", piece.text)
    made.set("data-cell", piece.key)
    return made


def _foot(report: Report, corrections: tuple[Correction, ...]) -> Iterator[Element]:
    """On what the report is based, and how to see whether its figures are those that were made."""
    yield tag("p", f"依据：{LAW}第五十条。表式：{report.edition.notice}。")
    if report.left_out:
        yield tag("p", f"表中的数没有包括：{'、'.join(report.left_out)}。")
    digest = data.digest(report)
    yield tag("p", "数据摘要（SHA-256）：", tag("code", digest[:_SHOWN_DIGEST], title=digest))
    yield tag("p", f"版本：第 {len(corrections) + 1} 版")
    if corrections:
        yield tag("h2", "更正说明")
        yield tag("ul", *(tag("li", _words(one)) for one in corrections))


def _words(one: Correction) -> str:
    changes = "；".join(
        f"“{it.label}”由 {it.before or '（没有）'} 改为 {it.after or '（没有）'}"
        for it in one.changes
    )
    return f"第 {one.version} 版（{day_of(one.day)}）：{changes}。"


def _download(report: Report) -> Element:
    """The figures as a file that is in the page itself."""
    content = base64.b64encode(data.as_csv(report)).decode()
    link = tag(
        "a",
        "CSV 文件（可用表格软件打开）",
        href=f"data:text/csv;base64,{content}",
        download=f"{report.title}数据.csv",
    )
    return tag("p", "下载表中的数：", link, class_="screen")
