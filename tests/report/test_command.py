"""jyxl report: what is written, and what becomes of a document that the clerk has edited."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from click.testing import CliRunner

from jyxl import cli
from jyxl.edges import campaign as campaigns
from jyxl.edges import files, report_folder
from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import open_ledger
from jyxl.problem import Problem
from jyxl.steps import report_check
from jyxl.steps.report import Reported
from jyxl.steps.report import report as make
from jyxl.steps.rule import reject
from tests import play
from tests.report import sample

TITLE = "云溪县人民政府2021年政府信息公开工作年度报告"
FIRST = {"t3.new.natural": 2, "t3.granted.natural": 2, "t2.licence.decisions": 30}
LATER = {**FIRST, "t2.licence.decisions": 31}


def accepted(which: Campaign, code: str, typed: Mapping[str, object], day: str) -> None:
    name = f"{code}-{day}.xlsx"
    play.hand_in(which, name, play.returned(which, code, typed), f"{day} 09:00")
    verdicts = {Path(one.file).name: one.verdict for one in play.collect(which).received}
    assert verdicts[name] == "accepted"


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a campaign of three units, of which two have handed in."""
    made = play.campaign(tmp_path_factory.mktemp("report"))
    accepted(made, "B01", FIRST, "2022-01-10")
    accepted(made, "Z01", {}, "2022-01-11")
    return made.folder


@pytest.fixture
def which(collected: Path, tmp_path: Path) -> Campaign:
    """A copy of that campaign."""
    return campaigns.load(Path(shutil.copytree(collected, tmp_path / collected.name)))


def report(which: Campaign, units: bool = False) -> Reported:
    with open_ledger(which) as ledger:
        return make(which, ledger, units, today=date(2022, 2, 1))


def command(which: Campaign, *options: str) -> tuple[int, str]:
    """The exit status of `jyxl report`, and what it printed."""
    told = CliRunner().invoke(cli.cli, ["report", "-C", str(which.folder), *options])
    problem = str(told.exception) if isinstance(told.exception, Problem) else ""
    return (2 if problem else told.exit_code), told.output + problem


def edit(path: Path) -> None:
    """Write over a prompt, and add a paragraph, as the clerk does."""
    document = docx.Document(str(path))
    prompt = next(one for one in document.paragraphs if one.text.startswith("（请写：存在"))
    prompt.text = "一是人手少。"
    document.add_paragraph("附件：公开目录。")
    document.save(str(path))


def words(path: Path) -> list[str]:
    return [one.text for one in docx.Document(io.BytesIO(path.read_bytes())).paragraphs]


def test_the_files_and_what_is_open(which: Campaign) -> None:
    status, output = command(which, "--units", "--json")
    told: dict[str, Any] = json.loads(output)
    assert status == 0
    endings = {
        "word": "docx",
        "web": "html",
        "fragment": "fragment.html",
        "csv": "csv",
        "json": "json",
    }
    for key, ending in endings.items():
        assert told[key] == f"报告/{TITLE}.{ending}"
        assert (which.folder / told[key]).stat().st_size > 0
    assert told["units"] == [
        {
            "code": code,
            "word": f"报告/单位/{code}-{name}-2021.docx",
            "web": f"报告/单位/{code}-{name}-2021.html",
        }
        for code, name in (("B01", "县发展和改革局"), ("Z01", "河口镇"))
    ]
    assert all(
        (which.folder / one[key]).exists() for one in told["units"] for key in ("word", "web")
    )
    assert told["left_out"] == ["县水务局"]
    assert "县水务局" in told["open"][0]
    assert all(one.startswith("（请写：") for one in told["open"][1:])
    assert (told["kept"], told["notes"], told["compiled"]) == (None, [], None)


def test_the_same_again_writes_the_same_bytes(which: Campaign) -> None:
    report(which, units=True)
    before = play.tree(which.reports)
    report(which, units=True)
    assert play.tree(which.reports) == before


def test_a_document_that_nobody_edited_is_written_anew(which: Campaign) -> None:
    report(which)
    accepted(which, "B02", {}, "2022-01-12")
    accepted(which, "B01", LATER, "2022-01-13")
    done = report(which)
    assert done.left_out == ()
    assert done.word is not None
    assert not any("请收齐" in one for one in words(done.word))
    assert done.kept == which.reports / "旧版" / f"{TITLE}-旧1.docx"


@pytest.mark.parametrize("killed_at", range(1, 8))
def test_a_run_that_is_killed_leaves_a_document_that_is_known(
    which: Campaign, killed_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(which)
    accepted(which, "B02", {}, "2022-01-12")
    write, calls = files.write, iter(range(1, 100))

    def dying(path: Path, data: bytes) -> None:
        if next(calls) == killed_at:
            raise KeyboardInterrupt
        write(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(files, "write", dying)
        with contextlib.suppress(KeyboardInterrupt):
            report(which)
    done = report(which)
    assert done.word is not None
    assert not any("请收齐" in one for one in words(done.word))
    kept = [path.name for path in (which.reports / "旧版").iterdir()]
    assert kept == [f"{TITLE}-旧1.docx"]


def test_the_clerk_s_words_stay_and_the_figures_are_renewed(which: Campaign) -> None:
    done = report(which)
    assert done.word is not None
    edit(done.word)
    before = done.word.read_bytes()
    was = words(done.word)
    accepted(which, "B02", {}, "2022-01-12")
    accepted(which, "B01", LATER, "2022-01-13")
    again = report(which)
    assert again.renewed == (1, 2)  # the list of missing units too
    now = words(done.word)
    changed = [(one, other) for one, other in zip(was, now, strict=True) if one != other]
    assert changed == []  # python-docx does not see what is in content controls
    assert sample.controls(done.word.read_bytes())["t2.licence.decisions"] == "31"
    assert again.kept is not None
    assert again.kept.read_bytes() == before
    assert again.notes == []
    assert "（请写：存在的主要问题。）" not in again.open
    page = (which.reports / f"{TITLE}.html").read_text(encoding="utf-8")
    assert "一是人手少。" in page
    assert "附件：公开目录。" in page
    assert report(which).kept is None


def test_a_document_rebuilt_by_hand_is_left_alone_and_told(which: Campaign) -> None:
    done = report(which)
    assert done.word is not None
    document = docx.Document(str(done.word))
    table = document.tables[0]
    table._tbl.remove(table.rows[6]._tr)
    document.save(str(done.word))
    before = done.word.read_bytes()
    page = (which.reports / f"{TITLE}.html").read_bytes()
    accepted(which, "B01", LATER, "2022-01-13")
    status, output = command(which)
    assert status == 2
    assert f"“报告/{TITLE}.docx”没有动：“二、主动公开政府信息情况”的表改过样子" in output
    assert done.word.read_bytes() == before
    assert (which.reports / f"{TITLE}.html").read_bytes() == page
    assert '"figure": 31' in (which.reports / f"{TITLE}.json").read_text(encoding="utf-8")


def test_an_open_document_is_told_and_the_rest_is_written(which: Campaign) -> None:
    done = report(which)
    assert done.word is not None
    edit(done.word)
    accepted(which, "B01", LATER, "2022-01-13")
    with play.held(done.word):
        again = report(which)
    assert again.word is None
    assert [TITLE in one and "开着" in one for one in again.problems] == [True]
    assert again.csv is not None
    # On Windows it cannot even be read, so nobody knows what the page should say.
    assert (again.web is None) is (sys.platform == "win32")
    after = report(which)
    assert (after.problems, after.word) == ([], done.word)
    assert sample.controls(done.word.read_bytes())["t2.licence.decisions"] == "31"


@pytest.mark.parametrize("mark", [".~lock.{}#", ".~{}"])
def test_a_document_open_in_a_program_that_does_not_hold_it_is_told(
    which: Campaign, mark: str
) -> None:
    done = report(which)
    assert done.word is not None
    before = done.word.read_bytes()
    lock = done.word.with_name(mark.format(done.word.name))
    lock.touch()
    assert report(which).problems == []
    accepted(which, "B01", LATER, "2022-01-13")
    again = report(which)
    assert [lock.name in one for one in again.problems] == [True]
    assert done.word.read_bytes() == before
    lock.unlink()
    assert report(which).word == done.word
    assert done.word.read_bytes() != before


def test_what_changed_after_publication_is_told(which: Campaign) -> None:
    done = report(which)
    assert done.json is not None
    published = which.reports / "已公布" / done.json.name
    published.parent.mkdir()
    published.write_bytes(done.json.read_bytes())
    accepted(which, "B01", LATER, "2022-01-13")
    assert any("第 2 版" in note and "哪 1 处" in note for note in report(which).notes)
    told = json.loads(done.json.read_bytes())
    assert (told["version"], told["corrections"][0]["changes"]) == (
        2,
        [
            {
                "cell": "t2.licence.decisions",
                "label": "行政许可 · 本年处理决定数量",
                "before": "30",
                "after": "31",
            }
        ],
    )
    assert "更正说明" in (which.reports / f"{TITLE}.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_what_was_published_is_found_under_any_name(which: Campaign) -> None:
    done = report(which)
    assert done.json is not None
    first = done.json.read_bytes()
    folder = which.reports / "已公布"
    folder.mkdir()
    (folder / "公布的.json").write_bytes(first)
    accepted(which, "B01", LATER, "2022-01-13")
    report(which)
    second = done.json.read_bytes()
    assert json.loads(second)["version"] == 2
    (folder / "另一年.json").write_bytes(first.replace(b'"year": 2021', b'"year": 2020'))
    (folder / "第2版.json").write_bytes(second)
    accepted(which, "B01", {**LATER, "t2.licence.decisions": 32}, "2022-01-14")
    assert report(which).problems == []
    third = json.loads(done.json.read_bytes())
    assert third["version"] == 3
    assert third["corrections"][:1] == json.loads(second)["corrections"]


def test_data_of_other_reports_alone_is_told(which: Campaign) -> None:
    done = report(which)
    assert done.json is not None
    folder = which.reports / "已公布"
    folder.mkdir()
    for name in ("甲.json", "乙.json"):
        (folder / name).write_bytes(done.json.read_bytes().replace(b": 2021,", b": 2020,"))
    again = report(which)
    assert any("甲.json" in note and "乙.json" in note for note in again.notes)
    (folder / "乙.json").unlink()
    assert ["另一份报告" in problem for problem in report(which).problems] == [True]


def test_without_an_accepted_return_there_is_no_report(tmp_path: Path) -> None:
    empty = play.campaign(tmp_path)
    with pytest.raises(Problem, match="还没有一份表通过"):
        report(empty)
    assert not empty.reports.exists()


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ('report = "x"', "应写成 [report]"),
        ('[report]\nadress = "x"', "不认识 adress"),
        ("[report]\nphone = 1", "phone 应为加引号的文字"),
    ],
)
def test_wrong_settings_are_told(which: Campaign, section: str, words: str) -> None:
    settings = which.folder / "jyxl.toml"
    text = settings.read_text(encoding="utf-8")
    put = f"{section}\n{text}" if "[" not in section else f"{text}\n{section}\n"
    files.write(settings, put.encode())
    with pytest.raises(Problem, match=r"jyxl\.toml") as raised:
        report(which)
    assert words in str(raised.value)


def test_what_is_in_the_folder_is_never_a_return(which: Campaign) -> None:
    report(which, units=True)
    read = [one.file for one in play.collect(which, which.folder).received]
    assert {file.split("/")[0] for file in read} == {"回收"}


def test_the_report_of_a_unit_whose_return_was_rejected_is_put_away(which: Campaign) -> None:
    report(which, units=True)
    with open_ledger(which) as ledger:
        reject(which, ledger, "Z01", "请核对", None)
    done = report(which, units=True)
    left = sorted(path.name for path in (which.reports / "单位").iterdir())
    assert left == ["B01-县发展和改革局-2021.docx", "B01-县发展和改革局-2021.html"]
    assert (which.reports / "旧版" / "Z01-河口镇-2021.docx").exists()
    assert any("Z01-河口镇-2021.docx" in note for note in done.notes)


def test_what_is_put_away_takes_the_place_of_nothing(which: Campaign) -> None:
    name = "Z01-河口镇-2021"
    for text in (b"first", b"second"):
        files.write(which.reports / "单位" / f"{name}.docx", text)
        report_folder.put_away(which, [])
    kept = {path.name: path.read_bytes() for path in (which.reports / "旧版").iterdir()}
    assert kept == {f"{name}.docx": b"first", f"{name}-旧1.docx": b"second"}


def test_the_county_s_report_is_none_of_a_unit_that_is_called_the_same(tmp_path: Path) -> None:
    roster = "单位代码,单位名称,类别\nA01,县人民政府,县级\nB01,县水务局,部门\n"
    which = play.campaign(tmp_path, roster)
    accepted(which, "B01", FIRST, "2022-01-10")
    written = report(which).word
    assert written is not None
    with open_ledger(which) as ledger:
        outcome = report_check.check(which, ledger, written)
    assert outcome.report.whom == "云溪县人民政府"
    assert {one.severity for one in outcome.findings} == {"warning"}


@pytest.mark.parametrize("known", ["[1]", "7", "{", "[" * 100_000])
def test_a_spoilt_record_of_what_was_written_costs_nothing(which: Campaign, known: str) -> None:
    written = report(which).word
    assert written is not None
    before = written.read_bytes()
    (which.folder / ".jyxl" / "reports.json").write_text(known)
    assert report(which).problems == []
    assert written.read_bytes() == before


def test_a_document_that_cannot_be_read_is_told_and_the_rest_is_written(which: Campaign) -> None:
    done = report(which)
    assert done.word is not None
    done.word.unlink()
    done.word.mkdir()
    again = report(which)
    assert ["没有动" in one and "读不出来" in one for one in again.problems] == [True]
    assert again.csv is not None
