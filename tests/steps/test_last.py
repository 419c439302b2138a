"""Last year comes in: from a campaign, a county workbook or a table; what is doubtful is told."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from jyxl import cli
from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign, file_name
from jyxl.edges.events import LastYear
from jyxl.edges.last_year import known
from jyxl.edges.ledger import open_ledger
from jyxl.edges.roster import Unit
from jyxl.edges.supplement import NAME
from jyxl.last_year import Past
from jyxl.layout import LAST_YEAR, sheet
from jyxl.problem import Problem
from jyxl.steps.issue import issue
from jyxl.steps.last import NoUnit, Taken, last, same_unit
from jyxl.steps.merge import merge
from jyxl.steps.new import new
from tests import play
from tests.reading import publish
from tests.steps import test_supplement

pytestmark = pytest.mark.slow

HEAD = "单位代码,单位名称,行政许可 本年处理决定数量,t2.charges.fees,四、结转下年度继续办理·自然人\n"


def then(folder: Path, roster: str = play.ROSTER, year: int = 2021) -> Campaign:
    """Last year's campaign, in which B01 and Z01 were accepted."""
    made = play.campaign(folder, roster, year)
    for code, licences in (("B01", 300), ("Z01", 0)):
        if code in made.unit:
            book = play.issued(made, code)
            zeros = {c.name: 0 for c in made.edition.cells if c.name not in made.edition.totals}
            typed = {"t2.licence.decisions": licences, "t2.charges.fees": 25.1}
            carried = {"t3.new.natural": 3, "t3.carried_out.natural": 3}
            play.hand_in(
                made, f"{code}.xlsx", play.type_in(book, made.edition, zeros | typed | carried)
            )
    play.collect(made)
    return made


def now(folder: Path, roster: str = play.ROSTER, year: int = 2022) -> Campaign:
    folder.mkdir(parents=True, exist_ok=True)
    units = folder / "今年名册.csv"
    units.write_text(roster, encoding="utf-8")
    place = folder / f"云溪县{year}"
    new(place, "云溪县", year, None, units)
    return campaigns.load(place)


def take(campaign: Campaign, *paths: Path) -> Taken:
    with open_ledger(campaign) as ledger:
        return last(campaign, ledger, paths)


def ledger_of(campaign: Campaign) -> dict[str, dict[str, int]]:
    with open_ledger(campaign) as ledger:
        return {
            code: dict(figures) for code, figures in known(ledger.events, campaign.units).items()
        }


def table(folder: Path, text: str, name: str = "上年.csv") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# from a campaign ------------------------------------------------------------------


def test_from_a_campaign_with_file_digest_and_cell(tmp_path: Path) -> None:
    before, campaign = then(tmp_path), now(tmp_path)
    taken = take(campaign, before.folder)
    assert [unit.code for unit, _ in taken.units] == ["B01", "Z01"]
    assert [unit.code for unit in taken.without] == ["B02"]
    assert taken.problems == ()
    (one,) = (one for unit, one in taken.units if unit.code == "B01")
    assert one.figures["t2.licence.decisions"] == 300
    assert one.figures["t2.charges.fees"] == 25_100_000
    assert one.figures["t3.new.total"] == 3
    assert set(one.figures) == set(campaign.edition.cell)
    assert one.source == "云溪县2021/回收/B01.xlsx"
    assert one.sha256 == play.status(before)["B01"].in_force.sha256  # type: ignore[union-attr]
    place = sheet(before.edition.table["t2"]).address("t2.licence.decisions")
    assert one.cells["t2.licence.decisions"] == f"主动公开!{place}"


def test_last_years_folder_is_not_touched(tmp_path: Path) -> None:
    before, campaign = then(tmp_path), now(tmp_path)

    def state() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in before.folder.rglob("*") if path.is_file()}

    held = state()
    take(campaign, before.folder)
    assert state() == held


def test_what_a_power_cut_left_unfinished_is_no_part_of_it(tmp_path: Path) -> None:
    """SQLite undoes it with its journal, which is copied as well."""
    before, campaign = then(tmp_path), now(tmp_path)
    journal = before.ledger.with_name("ledger.db-journal")
    cut = [tmp_path / "cut.db", tmp_path / "cut.db-journal"]
    with contextlib.closing(sqlite3.connect(before.ledger, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")  # so that it writes before the end
        connection.execute("BEGIN")
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE event SET data = replace(data, '300', '301')")
        connection.execute("CREATE TABLE large AS SELECT zeroblob(1000000)")
        for there, copy in zip((before.ledger, journal), cut, strict=True):
            shutil.copyfile(there, copy)
        connection.execute("ROLLBACK")
    held = before.ledger.read_bytes()
    for there, copy in zip((before.ledger, journal), cut, strict=True):
        shutil.copyfile(copy, there)
    assert before.ledger.read_bytes() != held
    taken = take(campaign, before.folder)
    assert taken.problems == ()
    assert ledger_of(campaign)["B01"]["t2.licence.decisions"] == 300
    assert journal.read_bytes() == cut[1].read_bytes()


def test_the_same_twice_is_recorded_once(tmp_path: Path) -> None:
    before, campaign = then(tmp_path), now(tmp_path)
    for _ in range(2):
        assert len(take(campaign, before.folder, before.folder).units) == 2
    with open_ledger(campaign) as ledger:
        assert sum(isinstance(event, LastYear) for event in ledger.events) == 2


def test_what_goes_out_shows_it_and_what_comes_back_is_judged_by_it(tmp_path: Path) -> None:
    before, campaign = then(tmp_path), now(tmp_path)
    take(campaign, before.folder)
    issue(campaign, last=ledger_of(campaign))
    book = play.issued(campaign, "B01")
    assert LAST_YEAR in book.sheetnames
    carried = sheet(campaign.edition.table["t3"]).address("t3.carried_in.natural")
    assert book["依申请公开"][carried].value == 3
    assert LAST_YEAR not in play.issued(campaign, "B02").sheetnames
    zeros = {c.name: 0 for c in campaign.edition.cells if c.name not in campaign.edition.totals}
    play.type_in(book, campaign.edition, zeros | {"t2.charges.fees": 25.1})
    book[LAST_YEAR]["B6"].value = 12345
    play.hand_in(campaign, "B01.xlsx", book)
    (received,) = play.collect(campaign).received
    codes = {(one.code, one.place.spot) for one in received.findings}
    assert codes == {
        ("X-J", "t2.licence.decisions"),
        ("X-C", "t3.carried_in.natural"),
        ("X-C", "t3.carried_in.total"),
        ("S-LAST", None),
    }
    assert received.verdict == "returned"
    assert received.sent_back is not None
    back = openpyxl.load_workbook(campaign.folder / received.sent_back)
    assert back[LAST_YEAR]["B6"].value != 12345


# from a county workbook -----------------------------------------------------------


def test_from_a_county_workbook(tmp_path: Path) -> None:
    before, campaign = then(tmp_path), now(tmp_path)
    with open_ledger(before) as ledger:
        merge(before, ledger)
    by_folder = take(campaign, before.folder)
    other = now(tmp_path / "又一处")
    by_workbook = take(other, before.county_workbook)
    assert by_workbook.problems == ()
    assert ledger_of(other) == ledger_of(campaign)
    assert {unit.code for unit, _ in by_workbook.units} == {"B01", "Z01"}
    (one,) = (one for unit, one in by_workbook.units if unit.code == "B01")
    where, _, address = one.cells["t2.charges.fees"].partition("!")
    assert openpyxl.load_workbook(before.county_workbook)[where][address].value == 25.1
    assert len(by_folder.units) == 2


# from a table ---------------------------------------------------------------------


def test_from_a_table_named_by_labels_and_cells(tmp_path: Path) -> None:
    campaign = now(tmp_path)
    rows = "B01,县发展和改革局,300,25.1,3\nB02,,1,251000元,\nZ01,河口镇,0,0,0\n"
    taken = take(campaign, table(tmp_path, HEAD + rows))
    assert taken.problems == ()
    assert taken.without == ()
    assert ledger_of(campaign)["B01"] == {
        "t2.licence.decisions": 300,
        "t2.charges.fees": 25_100_000,
        "t3.carried_out.natural": 3,
    }
    assert ledger_of(campaign)["B02"] == {
        "t2.licence.decisions": 1,
        "t2.charges.fees": 25_100_000,
    }
    assert dict(taken.units[0][1].cells)["t2.charges.fees"] == "D2"


def test_from_a_workbook_with_such_a_table(tmp_path: Path) -> None:
    campaign = now(tmp_path)
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "各单位"
    for row in (["2021 年情况"], [], ["单位", "（七）总计 总计"], ["河口镇", 12]):
        page.append(row)
    book.save(tmp_path / "上年.xlsx")
    taken = take(campaign, tmp_path / "上年.xlsx")
    ((unit, one),) = taken.units
    assert (unit.code, one.figures, one.cells) == (
        "Z01",
        {"t3.concluded.total": 12},
        {"t3.concluded.total": "各单位!B4"},
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "B01,县发展和改革局,约300,,\n", "C2"),
        (HEAD + "B01,县水务局,3,,\n", "县水务局"),
        (HEAD + "B01,某某局,3,,\n", "曾用名"),
        (HEAD + "B01,县发展和改革局,3,,\nB01,县发展和改革局,4,,\n", "几份不同"),
        ("单位代码,行政许可 本年处理决定数量,年度\nB01,3,2020\n", "2020 年度"),
        ("单位代码,行政许可 本年处理决定数量,去年备注\nB01,3,x\n", "去年备注"),
        ("姓名,年龄\n张三,3\n", "标题"),
    ],
)
def test_what_is_doubtful_is_told(text: str, said: str, tmp_path: Path) -> None:
    campaign = now(tmp_path)
    taken = take(campaign, table(tmp_path, text))
    assert any(said in problem for problem in taken.problems), taken.problems


def test_another_year_and_another_county_are_refused(tmp_path: Path) -> None:
    campaign = now(tmp_path, year=2023)
    taken = take(campaign, then(tmp_path).folder)
    assert taken.units == ()
    assert all("2021 年度" in problem for problem in taken.problems)
    other = campaigns.load(campaign.folder)
    stranger = dataclasses.replace(other, county="别的县", year=2022)
    before = tmp_path / "云溪县2021"
    with open_ledger(campaign) as ledger:
        assert last(stranger, ledger, [before]).units == ()
    assert ledger_of(campaign) == {}


def test_a_unit_that_is_gone_and_one_that_is_new(tmp_path: Path) -> None:
    roster = "单位代码,单位名称,类别\nB01,县发展和改革局,部门\nN01,县数据局,部门\n"
    campaign = now(tmp_path, roster)
    taken = take(campaign, then(tmp_path).folder)
    assert [unit.code for unit, _ in taken.units] == ["B01"]
    assert [unit.code for unit in taken.without] == ["N01"]
    assert taken.problems == ()
    assert any("河口镇" in note for note in taken.notes)


def test_broken_totals_are_told_and_taken_as_published(tmp_path: Path) -> None:
    campaign = now(tmp_path)
    six = [
        f"t3.new.{key}" for key in ("natural", "business", "research", "welfare", "legal", "other")
    ]
    head = ",".join(["单位代码", *six, "t3.new.total"])
    taken = take(campaign, table(tmp_path, f"{head}\nB01,1,1,0,0,0,0,5\n"))
    assert ledger_of(campaign)["B01"]["t3.new.total"] == 5
    assert any("合计" in note for note in taken.notes)


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Problem):
        take(now(tmp_path), tmp_path / "没有")


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    assert len(take(now(tmp_path), tmp_path / "空").problems) == 1


# from published reports -----------------------------------------------------------

REAL = Path(__file__).parents[1] / "reports" / "04_shuyang_fgj_2023_dept.json"


def reports(folder: Path) -> tuple[Campaign, Path]:
    """A campaign of 2024 with the organ of a real report of 2023, and a folder for reports."""
    roster = "单位代码,单位名称,类别\nB01,发展和改革局,部门\nB02,水务局,部门\n"
    campaign = now(folder, roster, 2024)
    place = folder / "公布的报告"
    place.mkdir()
    return campaign, place


def real() -> tuple[str, list[list[publish.Box]]]:
    raw = json.loads(REAL.read_text(encoding="utf-8"))
    return raw["title"], publish.tables(raw)


def test_from_published_reports_in_html_and_word(tmp_path: Path) -> None:
    campaign, place = reports(tmp_path)
    title, made = real()
    (place / "1.html").write_bytes(publish.page(title, made))
    (place / "水务局2023年报告.docx").write_bytes(publish.word("政府信息公开工作年度报告", made))
    taken = take(campaign, place)
    assert taken.problems == ()
    assert taken.without == ()
    figures = ledger_of(campaign)
    assert figures["B01"] == figures["B02"]
    assert figures["B01"].keys() == campaign.edition.cell.keys()
    assert figures["B01"]["t2.normative.in_force"] == 18
    assert figures["B01"]["t4.cases.review.pending"] == 1
    ((_, one),) = [pair for pair in taken.units if pair[0].code == "B01"]
    assert one.source == "1.html"
    assert one.cells["t3.new.natural"] == "第2张表第4行第4列"


def test_the_same_report_twice_and_one_that_contradicts_it(tmp_path: Path) -> None:
    campaign, place = reports(tmp_path)
    title, made = real()
    (place / "a.html").write_bytes(publish.page(title, made))
    (place / "b.docx").write_bytes(publish.word(title, made))
    assert take(campaign, place).problems == ()
    made[0][-1] = made[0][-1]._replace(text="7")
    (place / "b.docx").write_bytes(publish.word(title, made))
    (problem,) = take(campaign, place).problems
    assert "几份不同" in problem


@pytest.mark.parametrize(
    ("name", "title", "said"),
    [
        ("1.html", "沭阳县发展和改革局2022年政府信息公开工作年度报告", "2022 年度"),
        ("报告.html", "政府信息公开工作年度报告", "看不出是哪个单位"),
        ("报告.html", "水务局和发展和改革局2023年报告", "几个单位"),
        ("水务局.doc", "", "docx"),
    ],
)
def test_a_report_that_is_in_doubt_is_told(
    name: str, title: str, said: str, tmp_path: Path
) -> None:
    campaign, place = reports(tmp_path)
    data = publish.page(title, real()[1]) if title else b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    (place / name).write_bytes(data)
    taken = take(campaign, place)
    assert any(said in problem for problem in taken.problems), taken.problems
    assert taken.units == ()


def test_a_report_with_changes_that_nobody_accepted_is_told(tmp_path: Path) -> None:
    campaign, place = reports(tmp_path)
    title, made = real()
    (place / "1.docx").write_bytes(publish.word(title, made, is_tracked=True))
    (problem,) = take(campaign, place).problems
    assert "修订" in problem


def test_a_word_file_with_a_password_is_one_sentence(tmp_path: Path) -> None:
    """As Word encrypts it, and as a zip may be: there the names of the parts can be read."""
    campaign, place = reports(tmp_path)
    directory = "EncryptedPackage".encode("utf-16-le")
    (place / "水务局.docx").write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + directory
    )
    data = publish.word(*real())
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        before, *entries = data.split(header)
        at = flags - len(header)
        marked = (one[:at] + bytes([one[at] | 1]) + one[at + 1 :] for one in entries)
        data = header.join([before, *marked])
    (place / "发展和改革局.docx").write_bytes(data)
    first, second = sorted(take(campaign, place).problems)
    assert "发展和改革局.docx" in first
    assert "打开密码" in first
    assert "打开密码" in second


def test_the_xml_of_excel_2003_is_no_web_page(tmp_path: Path) -> None:
    """It has elements that are called Table; it is named for what it is."""
    campaign, place = reports(tmp_path)
    (place / "水务局.xml").write_text(
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a">'
        '<Table><Row><Cell><Data ss:Type="String">规章</Data></Cell></Row></Table>'
        "</Worksheet></Workbook>",
        encoding="utf-8",
    )
    (problem,) = take(campaign, place).problems
    assert "2003" in problem


def test_damaged_files_are_told(tmp_path: Path) -> None:
    campaign, place = reports(tmp_path)
    data = publish.word(*real())
    (place / "水务局.docx").write_bytes(data[: len(data) // 2])
    (place / "住建局.docx").write_bytes(data[96:])
    (place / "发展和改革局.html").write_bytes(b"<table>" + bytes(range(256)))
    assert len(take(campaign, place).problems) >= 3
    assert ledger_of(campaign) == {}


# whose it is ----------------------------------------------------------------------

OLD = Unit("B01", "县发展和改革局", "部门")
RENAMED = Unit("B09", "县市场监管局", "部门", former=("县工商局", "县质监局"))
MOVED = Unit("C01", "县水务局", "部门", last_code="B02")


def past(code: str, name: str) -> Past:
    return Past(code, name, "2021", {}, {}, "上年.csv", "")


@pytest.mark.parametrize(
    ("units", "record", "code"),
    [
        ([OLD, MOVED], past("B01", "县发展和改革局"), "B01"),
        ([OLD, MOVED], past("B02", "水利局"), "C01"),
        ([OLD, MOVED], past("", "县水务局"), "C01"),
        ([OLD, RENAMED], past("B77", "县工商局"), "B09"),
        ([OLD, MOVED], past("B01", ""), "B01"),
        ([Unit("B02", "新局", "部门"), MOVED], past("B02", "县水务局"), "C01"),
    ],
)
def test_whose_record_it_is(units: Sequence[Unit], record: Past, code: str) -> None:
    found = same_unit(units, record)
    assert isinstance(found, Unit)
    assert found.code == code


@pytest.mark.parametrize(
    ("units", "record"),
    [
        ([OLD], past("B01", "县教育局")),
        ([OLD, MOVED], past("B01", "县水务局")),
        ([MOVED, Unit("C02", "县水利局", "部门", last_code="B02")], past("B02", "县水务局")),
        ([MOVED], past("B55", "县水务局")),
        ([RENAMED, Unit("B10", "县药监局", "部门", former=("县工商局",))], past("", "县工商局")),
    ],
)
def test_what_may_be_two_units_is_not_guessed(units: Sequence[Unit], record: Past) -> None:
    found = same_unit(units, record)
    assert isinstance(found, NoUnit)
    assert not found.is_nobody


def test_merged_units_are_added_up(tmp_path: Path) -> None:
    roster = "单位代码,单位名称,类别,曾用名\nB09,县市场监管局,部门,县工商局、县质监局\n"
    campaign = now(tmp_path, roster)
    head = "单位名称,t2.licence.decisions,t2.penalty.decisions\n"
    take(campaign, table(tmp_path, f"{head}县工商局,3,1\n县质监局,4,\n"))
    assert ledger_of(campaign) == {"B09": {"t2.licence.decisions": 7}}


# across editions ------------------------------------------------------------------


def test_from_2020_to_2021(tmp_path: Path) -> None:
    before = play.campaign(tmp_path, year=2020)
    zeros = {c.name: 0 for c in before.edition.cells if c.name not in before.edition.totals}
    typed = {
        "t2.normative.made": 5,
        "t2.normative.published": 7,
        "t2.normative.in_public": 9,
        "t3.new.legal": 6,
        "t3.other_handling.legal": 4,
        "t3.carried_out.legal": 2,
        "t4.cases.review.upheld": 1,
    }
    play.hand_in(
        before, "B01.xlsx", play.type_in(play.issued(before, "B01"), before.edition, zeros | typed)
    )
    play.collect(before)
    campaign = now(tmp_path, year=2021)
    assert campaign.edition.id == "2021"
    assert take(campaign, before.folder).problems == ()
    figures = ledger_of(campaign)["B01"]
    assert figures["t2.normative.issued"] == 5
    assert figures["t3.carried_out.legal"] == 2
    assert figures["t3.concluded.legal"] == 4
    assert figures["t4.cases.review.total"] == 1
    assert not {"t2.normative.in_force", "t2.charges.fees", "t3.other_result.legal"} & {*figures}


# what the county itself asks for ----------------------------------------------


def test_indicators_have_a_last_year_while_they_are_asked_for(tmp_path: Path) -> None:
    before = test_supplement.asking(tmp_path)
    book = test_supplement.filled(before, "B01", test_supplement.GOOD)
    play.hand_in(before, "B01.xlsx", book)
    play.collect(before)
    campaign = test_supplement.ask(now(tmp_path), test_supplement.NEWS, test_supplement.FIELDS)
    assert take(campaign, before.folder).problems == ()
    news = test_supplement.name(campaign.edition, test_supplement.NEWS)
    figures = ledger_of(campaign)["B01"]
    assert figures[news] == 7
    assert test_supplement.name(campaign.edition, test_supplement.FIELDS) not in figures
    issue(campaign, last=ledger_of(campaign))
    returned = test_supplement.filled(campaign, "B01", {test_supplement.NEWS: 8})
    play.hand_in(campaign, "B01.xlsx", returned)
    (received,) = play.collect(campaign).received
    assert "S-LAST" not in {one.code for one in received.findings}
    fewer = test_supplement.ask(campaign)
    assert news not in ledger_of(fewer)["B01"]


# commands -------------------------------------------------------------------------


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(cli.cli, list(map(str, arguments)))
    status = 2 if isinstance(result.exception, Problem) else result.exit_code
    return status, result.output


def test_last_json(tmp_path: Path) -> None:
    before, campaign = then(tmp_path), now(tmp_path)
    status, output = run("last", "-C", campaign.folder, before.folder, "--json")
    told = json.loads(output)
    assert status == 0
    assert told.keys() == {"units", "without", "problems"}
    assert told["without"] == ["B02"]
    assert told["units"][0].keys() == {"code", "name", "source", "sha256", "cells"}
    assert told["units"][0]["cells"]["t2.licence.decisions"].startswith("主动公开!")


def test_new_carries_the_roster_and_the_figures_over(tmp_path: Path) -> None:
    before = then(tmp_path)
    status, output = run(
        *("new", tmp_path / "今年", "--county", "云溪县", "--year", "2022", "--last", before.folder)
    )
    assert status == 0, output
    assert output.count("下一步") == 1
    campaign = campaigns.load(tmp_path / "今年")
    assert [unit.code for unit in campaign.units] == ["B01", "B02", "Z01"]
    assert ledger_of(campaign).keys() == {"B01", "Z01"}
    assert run("issue", "-C", campaign.folder)[0] == 0
    path = campaign.issued / file_name(campaign.unit["B01"], 2022)
    assert LAST_YEAR in openpyxl.load_workbook(path).sheetnames


def test_new_carries_over_what_the_county_asks_for(tmp_path: Path) -> None:
    before = test_supplement.asking(tmp_path)
    wanted = tmp_path / "今年"
    new(wanted, "云溪县", 2022, None, None, last=[before.folder])
    assert (wanted / NAME).read_bytes() == (before.folder / NAME).read_bytes()
    assert campaigns.load(wanted).edition is campaigns.load(before.folder).edition


def test_new_leaves_a_table_that_lies_there(tmp_path: Path) -> None:
    before, mine = test_supplement.asking(tmp_path), test_supplement.ask(now(tmp_path))
    wanted = tmp_path / "今年"
    wanted.mkdir()
    (wanted / NAME).write_bytes((mine.folder / NAME).read_bytes())
    new(wanted, "云溪县", 2022, None, None, last=[before.folder])
    assert (wanted / NAME).read_bytes() == (mine.folder / NAME).read_bytes()


def test_what_was_not_taken_ends_with_status_2(tmp_path: Path) -> None:
    campaign = now(tmp_path)
    assert run("last", "-C", campaign.folder, table(tmp_path, "姓名\n张三\n"))[0] == 2
