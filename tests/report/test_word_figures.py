"""A document that a clerk has edited: newer figures, and not a word changed."""

from __future__ import annotations

import contextlib
import random
import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jyxl import composing, editions
from jyxl.outline import ALL_IN
from jyxl.reading import word as reading
from jyxl.report import Heading, StatutoryTable
from jyxl.reports import proof, word, word_texts
from jyxl.reports.word_figures import LeftAlone, renewed
from tests.report import sample
from tests.report.sample import W, with_body, xml
from tests.report.test_word import read_back

EDITIONS = ("2019", "2021")


def document(name: str = "2021") -> bytes:
    return word.document(sample.report(name))


def edited(data: bytes, change: Callable[[ElementTree.Element], object]) -> bytes:
    """The document after a change to its body."""
    for prefix, space in re.findall(r'xmlns:(\w+)="([^"]+)"', xml(data)):
        ElementTree.register_namespace(prefix, space)
    root = ElementTree.fromstring(sample.parts(data)["word/document.xml"])
    change(root)
    return with_body(data, ElementTree.tostring(root, encoding="unicode"))


def blanked(data: bytes) -> str:
    """The main part in canonical form, without the texts of table cells and content controls."""
    root = ElementTree.fromstring(sample.parts(data)["word/document.xml"])
    for kind in ("tc", "sdtContent"):
        for one in root.iter(f"{W}{kind}"):
            for text in one.iter(f"{W}t"):
                if text.text and text.text.lstrip("-").replace(".", "").isdigit():
                    text.text = "0"
    return ElementTree.canonicalize(ElementTree.tostring(root, encoding="unicode"))


def cell(root: ElementTree.Element, table: int, row: int, column: int) -> ElementTree.Element:
    rows = list(list(root.iter(f"{W}tbl"))[table].iter(f"{W}tr"))
    return list(rows[row].iter(f"{W}tc"))[column]


@pytest.mark.parametrize("name", EDITIONS)
def test_nothing_new_changes_no_byte(name: str) -> None:
    data = document(name)
    again = renewed(data, sample.report(name))
    assert (again.data == data, again.cells, again.said, again.notes) == (True, 0, 0, ())


@pytest.mark.parametrize("name", EDITIONS)
@settings(deadline=None, max_examples=5)
@given(new=st.integers(0, 99999), secret=st.integers(0, 9), licence=st.integers(0, 10**6))
def test_figures_change_and_nothing_else_does(
    name: str, new: int, secret: int, licence: int
) -> None:
    made = sample.report(
        name,
        t3__new__natural=new,
        t3__secret__natural=secret,
        t2__licence__decisions=licence,
    )
    before = document(name)
    after = renewed(before, made)
    wanted = {one.name: made.figures[one.name] for one in editions.load(name).cells}
    assert read_back(after.data, made) == wanted
    assert sample.controls(after.data) == sample.shown(made)
    assert blanked(after.data) == blanked(before)
    old, now = sample.parts(before), sample.parts(after.data)
    assert {part for part in old if old[part] != now[part]} <= {"word/document.xml"}
    assert list(old) == list(now)
    assert renewed(after.data, made).data == after.data


def test_the_look_of_a_figure_stays() -> None:
    def bold(root: ElementTree.Element) -> None:
        run = next(cell(root, 0, 6, 1).iter(f"{W}r"))
        look = ElementTree.Element(f"{W}rPr")
        ElementTree.SubElement(look, f"{W}b")
        run.insert(0, look)
        extra = ElementTree.SubElement(next(cell(root, 0, 6, 1).iter(f"{W}p")), f"{W}r")
        ElementTree.SubElement(extra, f"{W}t").text = " "

    data = edited(document(), bold)
    after = renewed(data, sample.report(t2__licence__decisions=7)).data
    found = cell(ElementTree.fromstring(xml(after)), 0, 6, 1)
    assert sample.text(found) == "7"
    assert next(found.iter(f"{W}b"), None) is not None


@pytest.mark.parametrize(
    ("written", "changes"),
    [("1,418", 0), ("１４１８", 0), ("1418 ", 0), ("", 1), ("1419", 1), ("/", 1)],
)
def test_the_same_figure_in_the_clerk_s_writing_stays(written: str, changes: int) -> None:
    def write(root: ElementTree.Element) -> None:
        next(cell(root, 0, 6, 1).iter(f"{W}t")).text = written

    after = renewed(edited(document(), write), sample.report())
    assert after.cells == changes
    found = sample.text(cell(ElementTree.fromstring(xml(after.data)), 0, 6, 1))
    assert found == ("1418" if changes else written)


def test_a_dash_for_a_zero_stays_and_a_cell_without_a_text_gets_one() -> None:
    def write(root: ElementTree.Element) -> None:
        next(cell(root, 0, 2, 1).iter(f"{W}t")).text = "—"
        paragraph = next(cell(root, 0, 6, 1).iter(f"{W}p"))
        paragraph.remove(next(paragraph.iter(f"{W}r")))

    after = renewed(edited(document(), write), sample.report())
    root = ElementTree.fromstring(xml(after.data))
    assert after.cells == 1
    assert sample.text(cell(root, 0, 2, 1)) == "—"
    assert sample.text(cell(root, 0, 6, 1)) == "1418"


def test_a_figure_that_a_program_has_cut_into_pieces_is_replaced_as_a_whole() -> None:
    def split(root: ElementTree.Element) -> None:
        for parent in (cell(root, 0, 6, 1), *root.iter(f"{W}sdtContent")):
            for run in list(parent.iter(f"{W}r")):
                text = next(run.iter(f"{W}t"))
                if text.text == "1418":
                    text.text = "14"
                    for piece in ("1", "8"):
                        ElementTree.SubElement(run, f"{W}t").text = piece

    data = edited(document(), split)
    assert renewed(data, sample.report()).data == data
    after = renewed(data, sample.report(t2__licence__decisions=7))
    assert (after.cells, after.said, after.notes) == (1, 1, ())
    assert sample.controls(after.data)["t2.licence.decisions"] == "7"
    assert sample.text(cell(ElementTree.fromstring(xml(after.data)), 0, 6, 1)) == "7"


def drop_row(root: ElementTree.Element) -> None:
    table = next(root.iter(f"{W}tbl"))
    table.remove(list(table.iter(f"{W}tr"))[6])


def drop_column(root: ElementTree.Element) -> None:
    for row in list(next(root.iter(f"{W}tbl")).iter(f"{W}tr"))[1:4]:
        row.remove(list(row.iter(f"{W}tc"))[-1])


def drop_table(root: ElementTree.Element) -> None:
    body = root.find(f"{W}body")
    assert body is not None
    body.remove(list(body.iter(f"{W}tbl"))[1])


def rename_row(root: ElementTree.Element) -> None:
    next(cell(root, 0, 6, 0).iter(f"{W}t")).text = "许可和备案"


def track(root: ElementTree.Element) -> None:
    paragraph = next(root.iter(f"{W}p"))
    ElementTree.SubElement(paragraph, f"{W}ins", {f"{W}id": "1", f"{W}author": "x"})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (drop_row, "“行政许可 · 本年处理决定数量”"),
        (drop_column, "二、主动公开政府信息情况"),
        (drop_table, "“三、收到和处理政府信息公开申请情况”的表改过样子，找不到整张表"),
        (rename_row, "“行政许可 · 本年处理决定数量”"),
        (track, "请先接受全部修订"),
    ],
)
def test_a_document_that_was_rebuilt_by_hand_is_left_alone(
    change: Callable[[ElementTree.Element], object], words: str
) -> None:
    with pytest.raises(LeftAlone) as raised:
        renewed(edited(document(), change), sample.report(t2__licence__decisions=7))
    assert words in str(raised.value)


def test_a_document_of_the_strict_kind_is_left_alone() -> None:
    strict = xml(document()).replace(
        W.strip("{}"), "http://purl.oclc.org/ooxml/wordprocessingml/main"
    )
    with pytest.raises(LeftAlone, match="另存为普通的"):
        renewed(with_body(document(), strict), sample.report(t2__licence__decisions=7))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", document()[:2000], b"<html></html>"])
def test_a_broken_document_is_left_alone(data: bytes) -> None:
    with pytest.raises(LeftAlone, match="打不开"):
        renewed(data, sample.report())


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_broken_in_a_document_it_is_left_alone_or_right(seed: int) -> None:
    dice, whole, made = random.Random(seed), document(), sample.report(t2__licence__decisions=7)
    for _ in range(12):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        with contextlib.suppress(LeftAlone):
            after = renewed(bytes(data), made)
            assert read_back(after.data, made)["t2.licence.decisions"] == 7


def test_a_figure_whose_tag_was_dropped_is_known_by_its_title() -> None:
    data = with_body(document(), re.sub(r'<w:tag w:val="[^"]*"/>', "", xml(document())))
    made = sample.report(t3__new__natural=70)
    after = renewed(data, made)
    assert after.notes == ()
    assert after.said == renewed(document(), made).said == 1
    assert "申请</w:t></w:r><w:sdt>" in xml(after.data)
    assert ">73<" in xml(after.data)


def test_a_sentence_that_was_deleted_is_told_and_is_fine() -> None:
    text = re.sub(r"<w:sdt>(?:(?!</w:sdt>).)*新收(?:(?!</w:sdt>).)*</w:sdt>", "", xml(document()))
    after = renewed(with_body(document(), text), sample.report(t3__new__natural=70))
    assert after.said == 0
    assert after.cells == 2
    (note,) = after.notes
    assert "一、本年新收政府信息公开申请数量 · 总计" in note


def test_a_sentence_that_no_longer_holds_is_told_and_not_changed() -> None:
    which = sample.county(last={"t3.new.total": 3}, words={})
    first = which.units[0]
    before = word.document(composing.of_unit(which, first, {}))
    now = sample.unit(which.edition, "A01", {"t3.new.natural": 1}, last={"t3.new.total": 3})
    after = renewed(before, composing.of_unit(which, now, {}))
    assert sample.controls(after.data)["report.more"] == "4"
    assert any("比上年增加4件" in note and "不成立" in note for note in after.notes)


def test_a_sentence_without_a_figure_that_no_longer_holds_is_told() -> None:
    which = sample.county(last={"t3.new.total": 7})
    first = which.units[0]
    before = word.document(composing.of_unit(which, replace(first, words={}), {}))
    none = word.document(composing.of_county(which, {}))
    now = sample.unit(which.edition, "A01", {"t3.new.natural": 1}, last={"t3.new.total": 7})
    after = renewed(before, composing.of_unit(which, now, {}))
    assert "件，与上年持平”现在不成立" in after.notes[0]
    assert "收到政府信息公开申请1件，与上年持平" in sample.text(sample.body(after.data))
    charged = replace(first, words={sample.CHARGED: "是"})
    made = composing.of_county(replace(which, units=(charged, which.units[1])), {})
    (note,) = renewed(none, made).notes
    assert "“本年度没有收取信息处理费”现在不成立" in note


def test_the_list_of_missing_units_is_kept_up_to_date() -> None:
    which = sample.county()
    before = word.document(composing.of_county(sample.without(which, "B01"), {}))
    assert "香水镇" in sample.controls(before)[composing.LEFT_OUT]
    after = renewed(before, composing.of_county(which, {})).data
    assert sample.controls(after)[composing.LEFT_OUT] == ALL_IN
    told = word_texts.told(after, composing.of_county(which, {})).report
    assert ALL_IN in told.still_open


@pytest.mark.parametrize("name", EDITIONS)
def test_the_words_of_a_document_are_those_of_its_report(name: str) -> None:
    made = sample.report(name)
    told = word_texts.told(word.document(made), made)
    assert (told.report.title, told.unread) == (made.title, ())

    def plain(items: object) -> list[object]:
        return [
            one
            if isinstance(one, StatutoryTable)
            else (one.text, one.level)
            if isinstance(one, Heading)
            else (one.pieces, one.is_open)
            for one in items  # type: ignore[attr-defined]
        ]

    assert plain(told.report.items) == plain(made.items)


def test_what_the_clerk_writes_is_on_the_web_too() -> None:
    def write(root: ElementTree.Element) -> None:
        body = root.find(f"{W}body")
        assert body is not None
        texts = [sample.text(one) for one in body]
        at = next(number for number, one in enumerate(texts) if one.startswith("（请写：存在"))
        next(body[at].iter(f"{W}t")).text = "一是制度不全。"
        added = ElementTree.Element(f"{W}p")
        ElementTree.SubElement(
            ElementTree.SubElement(added, f"{W}r"), f"{W}t"
        ).text = "二是人手少。"
        body.insert(at + 1, added)

    made = sample.report()
    told = word_texts.told(edited(document(), write), made).report
    said = [one.text for one in told.paragraphs]
    at = said.index("一是制度不全。")
    assert said[at + 1] == "二是人手少。"
    assert len(told.still_open) == len(made.still_open) - 1


def test_a_prompt_that_no_longer_applies_is_found_by_the_check_all_the_same() -> None:
    which = sample.county()
    before = word.document(composing.of_county(sample.without(which, "B01"), {}))
    now = composing.of_county(which, {"office": "x", "address": "x", "postcode": "1", "phone": "1"})
    after = renewed(before, now).data
    found = {one.value for one in proof.findings(reading.document(after), now) if one.code == "W-3"}
    assert ALL_IN in found
    assert any("地址" in one for one in found)
