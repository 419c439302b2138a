"""A roster in any of its formats → units, or all of its mistakes at once."""

from __future__ import annotations

import datetime
import re
import subprocess
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jyxl.edges import files, roster
from jyxl.edges.roster import Unit
from jyxl.problem import Problem
from jyxl.roster_columns import HEADINGS, OWN
from jyxl.writer import roster as blank_roster

HEAD = "单位代码,单位名称,类别,联络人,邮箱"
UNITS = (Unit("001", "县水务局", "部门", "王某", "a@example.com"), Unit("Z01", "河口镇", "乡镇"))
RENAMED = Unit(
    *("B07", "县数据局", "部门", "李某", "b@example.com", "0954-5550000"),
    *(("县信息中心", "县大数据局"), "007"),
)


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding)
    return path


def book(path: Path, *sheets: tuple[str, list[list[object]]]) -> Path:
    """A workbook with these sheets: (name, rows)."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def rows_told(path: Path) -> list[tuple[str, str]]:
    """(rows, what) of every mistake in a roster."""
    with pytest.raises(Problem) as told:
        roster.read(path)
    assert path.name in str(told.value)
    return re.findall(r"第 ([\d、 至]+) 行：(.*)。", str(told.value))


def coded(folder: Path, *codes: object) -> Path:
    """A workbook with these codes in rows 2, 3, … as numbers or as texts."""
    rows = [
        [code, f"第{'甲乙丙丁戊己庚辛壬癸'[n % 10]}{n}局", "部门"] for n, code in enumerate(codes)
    ]
    return book(folder / "units.xlsx", ("单位", [["单位代码", "单位名称", "类别"], *rows]))


# --- what is read -----------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("between", [",", "\t", ";"])
def test_csv_as_spreadsheets_save_it(tmp_path: Path, encoding: str, between: str) -> None:
    text = f"{HEAD}\n001,县水务局,部门,王某,a@example.com\nZ01,河口镇,乡镇,,\n"
    path = written(tmp_path / "u.csv", text.replace(",", between), encoding)
    assert roster.read(path).units == UNITS


def test_columns_in_any_order_blank_rows_a_title_and_a_repeated_heading(tmp_path: Path) -> None:
    head = "类别,备注,单位名称 ,单位代码,邮箱,联络人"
    text = f"云溪县单位名册\n\n{head}\n部门,,县水务局, 001,a@example.com,王某\n,,,,,\n"
    text += f"{head}\n乡镇,某,河口镇,Z01,,\n"
    read = roster.read(written(tmp_path / "u.csv", text))
    assert (read.units, read.unused) == (UNITS, ("备注",))


@pytest.mark.parametrize(
    "head",
    [
        "编号,单位,类型,联系人,手机,电子邮箱",
        "代码,单位全称,类别,联络员,联系电话,E-mail",
        "单位代码（必填）*,名称：,类 别,联系人,电话,ｅｍａｉｌ",
    ],
)
def test_headings_as_offices_write_them(tmp_path: Path, head: str) -> None:
    text = f"{head}\n001,县水务局,部门,王某,0954-1,a@example.com\n"
    (unit,) = roster.read(written(tmp_path / "u.csv", text)).units
    assert unit == Unit("001", "县水务局", "部门", "王某", "a@example.com", "0954-1")


def test_no_heading_means_two_things() -> None:
    words = [word for synonyms in HEADINGS.values() for word in synonyms]
    assert len(set(words)) == len(words)


def test_the_empty_roster_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "units.xlsx"
    path.write_bytes(blank_roster.workbook(2021))
    made = openpyxl.load_workbook(path)
    assert tuple(cell.value for cell in made.worksheets[0][1]) == OWN
    for unit in (*UNITS, RENAMED):
        given = (unit.contact, unit.phone, unit.mail, "；".join(unit.former), unit.last_code)
        made.worksheets[0].append([unit.code, unit.name, unit.kind, *given])
    made.save(path)
    read = roster.read(path)
    assert read.units == (*UNITS, RENAMED)
    assert (read.sheet, read.unused) == ("单位名册", ())
    assert "3 个单位" in read.told
    assert "部门 2 个" in read.told
    assert "乡镇 1 个" in read.told


def test_any_sheet_and_columns_that_are_not_used_are_named(tmp_path: Path) -> None:
    units = [
        ["云溪县名册"],
        ["序号", "单位代码", "单位名称", "类别", None],
        [1, "B1", "县水务局", "部门", "x"],
    ]
    path = book(tmp_path / "u.xlsx", ("说明", [["填表说明"]]), ("单位", units))
    read = roster.read(path)
    assert read.units == (Unit("B1", "县水务局", "部门"),)
    assert (read.sheet, read.unused) == ("单位", ("序号", "E 列（没有标题）"))
    assert "序号" in read.told


@pytest.mark.parametrize(
    "typed",
    ["a@b.cn;c@d.gov.cn", "a@b.cn、c@d.gov.cn", "a@b.cn； c@d.gov.cn", "ａ@b.cn\nc@d.gov.cn"],
)
def test_several_addresses(tmp_path: Path, typed: str) -> None:
    path = book(tmp_path / "u.xlsx", ("1", [HEAD.split(","), ["B1", "甲局", "部门", "", typed]]))
    assert roster.read(path).units[0].mail == "a@b.cn; c@d.gov.cn"


def test_two_columns_of_phones_are_both_kept(tmp_path: Path) -> None:
    text = "代码,单位,类别,办公电话,手机\nB1,甲局,部门,5550000,13800000000\n"
    assert roster.read(written(tmp_path / "u.csv", text)).units[0].phone == "5550000、13800000000"


def test_codes_and_phones_typed_as_numbers(tmp_path: Path) -> None:
    rows = [["单位代码", "单位名称", "类别", "电话"], [101, "县水务局", "部门", 13800000000]]
    path = book(tmp_path / "units.xlsx", ("1", rows))
    assert roster.read(path).units == (Unit("101", "县水务局", "部门", phone="13800000000"),)


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_the_other_formats(tmp_path: Path, suffix: str) -> None:
    rows = [["单位代码", "单位名称", "类别"], ["001", "县水务局", "部门"], [102, "河口镇", "乡镇"]]
    made = book(tmp_path / "units.xlsx", ("名册", rows))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", suffix, "--outdir", tmp_path, made],
        check=True,
        capture_output=True,
    )
    made.unlink()
    assert roster.file_in(tmp_path).name == f"units.{suffix}"
    assert [unit.code for unit in roster.read(roster.file_in(tmp_path)).units] == ["001", "102"]


# --- what is asked back -----------------------------------------------------------------


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = (
        f"{HEAD}\n001,县水务局,镇级,,\n001,河口镇,乡镇,,a@b\n,甲局,,,\n,,,备注,\nD/1,乙局,部门,,\n"
    )
    told = rows_told(written(tmp_path / "u.csv", text))
    expected = [
        ("2", "镇级"),
        ("3", "单位代码“001”"),
        ("3", "a@b"),
        ("4", "单位代码、类别"),
        ("5", "单位代码、单位名称、类别"),
        ("6", "D/1"),
    ]
    assert len(told) == len(expected)
    for rows, word in expected:
        assert any(rows == found and word in what for found, what in told), (rows, word)


def test_the_same_mistake_in_many_rows_is_told_once(tmp_path: Path) -> None:
    units = "".join(f"B{n},第{n}局,\n" for n in range(2, 7))
    text = f"单位代码,单位名称,类别\n{units}B9,某局,部门\nB8,另一局,\n"
    assert [rows for rows, _ in rows_told(written(tmp_path / "u.csv", text))] == ["2 至 6、8"]


@pytest.mark.parametrize(
    ("codes", "wrong"),
    [
        (["001", "1"], {"3"}),
        (["１０２"], {"2"}),
        (["102", "１０２"], {"3"}),
        (["001", "002", 3], {"4"}),
        (["001", "002", "101", 12], {"5"}),
        ([1, 2, 101, 102], {"2 至 3"}),
        (["B1", "b1"], {"3"}),
        (["B1", "B01"], {"3"}),
        ([datetime.date(2024, 1, 1)], {"2"}),
        ([91640000000000001234], {"2"}),
    ],
)
def test_codes_that_look_alike_or_were_changed(
    tmp_path: Path, codes: list[object], wrong: set[str]
) -> None:
    assert {rows for rows, _ in rows_told(coded(tmp_path, *codes))} == wrong


@pytest.mark.parametrize(
    "codes",
    [
        list(range(1, 121)),
        [f"{n:03}" for n in range(1, 121)],
        [*range(1, 9), *range(12, 30)],
        ["B1", "B2", "B10", "101"],
        ["0", "1", "2"],
    ],
)
def test_codes_that_are_one_count_are_taken(tmp_path: Path, codes: list[object]) -> None:
    units = roster.read(coded(tmp_path, *codes)).units
    assert [unit.code for unit in units] == [str(code) for code in codes]


@pytest.mark.parametrize("code", ["..", ".", "A/1", "A\\1", "CON", "nul", "com1.a", "A.", "甲\n乙"])
def test_a_code_is_never_a_path_nor_a_device(tmp_path: Path, code: str) -> None:
    assert [rows for rows, _ in rows_told(coded(tmp_path, code))] == ["2"]


@given(st.text(max_size=12))
def test_what_is_fit_for_a_file_name_is_one_plain_name(text: str) -> None:
    if not files.unfit(text):
        assert Path(text).name == text
        assert Path("a", text, "b").parts == ("a", text, "b")
        assert text == text.strip()


@pytest.mark.parametrize(
    "address", ["a", "a@b", "a@b..cn", "@b.cn", "a@b.cn.", "a.@b.cn", "王 <a@b.cn>", "a@@b.cn"]
)
def test_addresses_that_are_none(tmp_path: Path, address: str) -> None:
    path = book(tmp_path / "u.xlsx", ("1", [HEAD.split(","), ["B1", "甲局", "部门", "", address]]))
    assert {rows for rows, _ in rows_told(path)} == {"2"}


def test_an_error_value_in_a_cell(tmp_path: Path) -> None:
    rows = [["单位代码", "单位名称", "类别"], ["B1", "#N/A", "部门"]]
    ((told, what),) = rows_told(book(tmp_path / "u.xlsx", ("1", rows)))
    assert told == "2"
    assert "#N/A" in what


def test_two_columns_that_mean_the_same(tmp_path: Path) -> None:
    text = "代码,名称,单位全称,类别\nB1,甲局,云溪县甲局,部门\n"
    ((told, what),) = rows_told(written(tmp_path / "u.csv", text))
    assert told == "1"
    assert "名称" in what
    assert "单位全称" in what
    text = "代码,名称,单位名称,类别\nB1,甲局,云溪县甲局,部门\n"
    read = roster.read(written(tmp_path / "u.csv", text))
    assert (read.units[0].name, read.unused) == ("云溪县甲局", ("名称",))


def test_two_sheets_with_units(tmp_path: Path) -> None:
    rows: list[list[object]] = [["代码", "单位", "类别"], ["B1", "甲局", "部门"]]
    with pytest.raises(Problem, match="“2022”、“2023”"):
        roster.read(book(tmp_path / "u.xlsx", ("2022", rows), ("2023", rows)))
    assert (
        roster.read(book(tmp_path / "u.xlsx", ("2022", rows[:1]), ("2023", rows))).sheet == "2023"
    )


def test_columns_that_are_missing(tmp_path: Path) -> None:
    with pytest.raises(Problem) as told:
        roster.read(written(tmp_path / "u.csv", "名册\n序号,单位,联系人\n1,甲局,王\n"))
    assert "没有找到这几列：单位代码、类别" in str(told.value)
    assert "序号、单位、联系人" in str(told.value)


def test_a_sheet_that_is_too_long_is_not_cut_in_silence(tmp_path: Path) -> None:
    rows: list[list[object]] = [["代码", "单位", "类别"]]
    rows += [[f"{n:05}", f"第{n}局", "部门"] for n in range(2_100)]
    with pytest.raises(Problem, match="CSV"):
        roster.read(book(tmp_path / "u.xlsx", ("1", rows)))


def test_a_csv_that_is_torn(tmp_path: Path) -> None:
    text = '单位代码,单位名称,类别\nB1,"甲局,部门\nB2,乙局,部门\n'
    with pytest.raises(Problem, match="CSV"):
        roster.read(written(tmp_path / "u.csv", text))


def test_two_rosters_in_a_folder(tmp_path: Path) -> None:
    written(tmp_path / "units.csv", HEAD)
    assert roster.file_in(tmp_path).name == "units.csv"
    written(tmp_path / "Units.XLSX", "")
    with pytest.raises(Problem, match=r"Units\.XLSX、units\.csv|units\.csv、Units\.XLSX"):
        roster.file_in(tmp_path)


@pytest.mark.parametrize(
    ("text", "found"), [("001", "001"), ("河口镇", "Z01"), ("z01", "Z01"), (" 县水务局 ", "001")]
)
def test_a_unit_by_code_or_name(text: str, found: str) -> None:
    assert roster.named(UNITS, text).code == found


@pytest.mark.parametrize(("text", "meant"), [("1", "001"), ("水务局", "县水务局"), ("Z0I", "Z01")])
def test_a_unit_that_is_not_there(text: str, meant: str) -> None:
    with pytest.raises(Problem, match=f"是不是想写“{meant}”"):
        roster.named(UNITS, text)
