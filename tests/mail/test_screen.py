"""What a terminal of 80 columns shows of mail: addresses are whole, and nothing runs out of it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console, RenderableType

from jyxl import mail_screen
from jyxl.edges import mail_settings
from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import open_ledger
from jyxl.line_breaks import width
from jyxl.steps.fetch import FOLDER, Got, Skipped
from jyxl.steps.send import Posting, Prepared, prepare
from tests import play

pytestmark = pytest.mark.slow

LONG = "县住房城乡建设和交通运输管理局"
WRONG, LONGEST = "yxzjj@163.con", "yx_zhujianju_bangongshi@qq.com"
ROSTER = f"""\
单位代码,单位名称,类别,联络人,电话,邮箱
B01,县发展和改革局,部门,张三,0954-5012345,yunxifagaiju2021@163.com
B02,{LONG},部门,李四,13800138000,{WRONG};{LONGEST}
Z01,河口镇,乡镇,王五,0954-5012347,
"""


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """B02 has a form to correct; the file of nobody is refused."""
    made = play.campaign(tmp_path_factory.mktemp("screen"), ROSTER)
    play.hand_in(made, "b.xlsx", play.filled(made, "B02", {"t3.new.natural": 5}))
    play.hand_in(made, "表.docx", b"PK\x03\x04 a Word file, or so")
    play.collect(made)
    return made


@pytest.fixture(scope="module")
def ready(campaign: Campaign) -> Prepared:
    mail = mail_settings.plain("office@county.test", "县政府办")
    with open_ledger(campaign) as ledger:
        return prepare(campaign, ledger, mail, remind=True, today=date(2022, 1, 10))


def lines(shown: RenderableType) -> list[str]:
    console = Console(file=io.StringIO(), width=80)
    console.print(shown)
    assert isinstance(console.file, io.StringIO)
    found = [line.rstrip() for line in console.file.getvalue().splitlines()]
    assert [line for line in found if width(line) > 80] == []
    return found


def one_with(shown: list[str], *words: str) -> str:
    """The first line with all these words on it."""
    return next(line for line in shown if all(word in line for word in words))


def test_what_goes_to_whom_is_a_line_each(campaign: Campaign, ready: Prepared) -> None:
    shown = lines(mail_screen.prepared(campaign, ready))
    assert [(one.due.unit.code, one.due.to) for one in ready.drafts] == [
        ("B01", "yunxifagaiju2021@163.com"),
        ("B02", WRONG),
        ("B02", LONGEST),
    ]
    for draft in ready.drafts:
        one_with(shown, draft.due.unit.name, draft.due.to, mail_screen.WORDS[draft.due.what])
    one_with(shown, "河口镇", "名册里没有邮箱", "王五 0954-5012347")
    one_with(shown, "（不明）", "表.docx")
    (sentence,) = ready.doubtful
    start = shown.index("请核对邮箱：") + 1
    assert WRONG in shown[start]
    said = ""
    for line in shown[start:]:
        if not line.startswith("  "):  # what does not fit on a line goes on below its beginning
            break
        said += line.strip()
    assert said.replace(" ", "") == sentence.replace(" ", "")


def test_a_remark_has_its_column_only_if_there_is_one(campaign: Campaign, ready: Prepared) -> None:
    assert not any("备注" in line for line in lines(mail_screen.prepared(campaign, ready)))
    first, *others = ready.drafts
    again = replace(first, due=replace(first.due, last="550 User not found"))
    shown = lines(mail_screen.prepared(campaign, replace(ready, drafts=(again, *others))))
    one_with(shown, "单位", "邮箱", "内容", "备注")
    for draft in ready.drafts:
        one_with(shown, draft.due.to)


def test_what_was_not_sent(ready: Prepared) -> None:
    shown = lines(mail_screen.posted(Posting([], [(one, "550 no") for one in ready.drafts], [])))
    for draft in ready.drafts:
        one_with(shown, f"  {draft.due.unit.name}", draft.due.to)


def test_what_came(campaign: Campaign) -> None:
    place = f"{campaign.returns.name}/{FOLDER}/2022-01-10 0900 {LONG} a1b2c3/{LONG}年报.xlsx"
    told = Skipped(f"关于报送{LONG}年度报告的函", LONGEST, "附件是超大附件链接，没有收到文件" * 3)
    got = Got(3, [place], [told, Skipped("（第 12 封）", "", "太大，没有收")], [], [("", "年报")])
    shown = lines(mail_screen.fetched(campaign, got))
    one_with(shown, LONGEST, "关于报送")
    one_with(shown, "（不明）", "（第 12 封）", "太大，没有收")
    assert any(line.startswith("  2022-01-10 0900") for line in shown)
