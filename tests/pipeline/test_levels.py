"""From the township to the province, by the commands alone, with published figures: every figure of
the province leads down to a file of a unit and a cell in it, and corrections travel upwards."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils.cell import coordinate_to_tuple
from python_calamine import CalamineWorkbook

from jyxl import cli
from jyxl.county import County, sums
from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign, file_name
from jyxl.edges.ledger import open_ledger
from jyxl.edges.standing import county_of, standings
from jyxl.reading import reader
from jyxl.terms import UnitKind
from tests import play
from tests.pipeline.conftest import Played
from tests.test_reports import report, returned

pytestmark = pytest.mark.slow

YEAR = 2019
TOWN, BUREAU = "28_bishan_fulu_2019_town_partial", "19_tongzhou_2019_dept_partial"
HEAD = "单位代码,单位名称,类别"
ROSTERS = {
    "福禄县": f"{HEAD}\nT1,福禄镇,乡镇\nT2,胡市镇,乡镇\nD1,某局,部门\n",
    "固原市": f"{HEAD}\n424,泾源县,县级\n999,福禄县,县级\nS01,固原市本级,市级\n",
    "宁夏回族自治区": f"{HEAD}\n04,固原市,市级\n",
}
MADE, SPENT, RULES = "t2.normative.made", "t2.procurement.spending", "t2.regulation.made"


@dataclass(frozen=True)
class Tree:
    """The campaigns by their names; the last one is the province."""

    by_name: Mapping[str, Campaign]

    def __getitem__(self, name: str) -> Campaign:
        return self.by_name[name]

    def hand_up(self, below: str, above: str, code: str, when: str) -> Any:
        """Fill the form that the office above issued, and let that office collect it."""
        upper = self[above]
        form = upper.issued / file_name(upper.unit[code], YEAR)
        filled = run("merge", "-C", self[below].folder, "--into", form, "--json")["handed_up"]
        path = self[below].folder / filled["file"]
        explained(path, upper, upper.unit[code].kind, filled["findings"])
        return filled, self.collect(above, path.name, path.read_bytes(), when)

    def collect(self, name: str, file: str, data: bytes, when: str) -> Any:
        play.hand_in(self[name], f"{when[5:10]}/{file}", data, when)
        received = run("collect", "-C", self[name].folder, "--json")["received"]
        return next(one for one in received if one["file"] == f"回收/{when[5:10]}/{file}")

    def trace(self, figure: str) -> Any:
        *below, top = self.by_name.values()
        dirs = [part for one in below for part in ("--below", one.folder)]
        return run("trace", figure, "-C", top.folder, *dirs, "--json")


def explained(path: Path, above: Campaign, kind: UnitKind, findings: list[Any]) -> None:
    """The clerk explains in the form what no unit has explained. 泾源县 did publish 处理决定数量 that
    equal the numbers of items."""
    odd = [one for one in findings if one["severity"] == "warning" and not one["explanation"]]
    if odd:
        book = play.opened(path.read_bytes())
        for one in odd:
            rule = f"{one['code']}/{one['row']}"
            play.explain(book, above.edition, kind, rule, "公布的报告就是这样填的。")
        path.write_bytes(play.saved(book))


def figures(file: str) -> dict[str, object]:
    """What a published report says, in the open cells of a unit."""
    read = reader.read("f.xlsx", returned(report(file), "部门", [], as_numbers=False))
    edition = report(file).edition
    return {
        name: value / edition.cell[name].kind.scale if edition.cell[name].kind.decimals else value
        for name, value in read.entries.numbers.items()
        if value and name not in edition.totals
    }


def run(*arguments: object) -> Any:
    """Run a command in this process; gives what it printed, as an object if it is JSON."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = cli.run([str(one) for one in arguments])
        out.flush()
        err.flush()
    printed, told = (one.buffer.getvalue().decode() for one in (out, err))  # type: ignore[attr-defined]
    assert (status, told) == (0, "")
    return json.loads(printed) if "--json" in arguments else printed


@pytest.fixture(scope="module")
def built(jingyuan: Played, tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """泾源县 with its thirty units and 福禄县 with three have reported to 固原市, and that to the
    autonomous region."""
    place = tmp_path_factory.mktemp("levels")
    shutil.copytree(jingyuan.campaign.folder, place / "泾源县")
    for name, roster in ROSTERS.items():
        units = place / f"{name}.csv"
        units.write_text(roster, encoding="utf-8")
        run("new", place / name, "--county", name, "--year", YEAR, "--units", units)
        run("issue", "-C", place / name)
    found = loaded(place)
    fulu = found["福禄县"]
    for code, typed in (("T1", figures(TOWN)), ("T2", {}), ("D1", figures(BUREAU))):
        data = play.returned(fulu, code, typed)
        received = found.collect("福禄县", f"{code}.xlsx", data, "2020-01-10 09:00")
        assert received["verdict"] == "accepted"
    own = play.returned(found["固原市"], "S01", {RULES: 2})
    assert found.collect("固原市", "本级.xlsx", own, "2020-01-15 09:00")["verdict"] == "accepted"
    for below, above, code in (
        ("泾源县", "固原市", "424"),
        ("福禄县", "固原市", "999"),
        ("固原市", "宁夏回族自治区", "04"),
    ):
        filled, received = found.hand_up(below, above, code, "2020-02-10 09:00")
        assert filled["missing"] == []
        assert received["verdict"] == "accepted"
        assert {one["code"] for one in received["findings"]} <= {"T2-M"}
    return found


def loaded(place: Path) -> Tree:
    names = ("泾源县", *ROSTERS)
    return Tree({name: campaigns.load(place / name) for name in names})


@pytest.fixture
def tree(built: Tree, tmp_path: Path) -> Tree:
    """The same, for one test."""
    shutil.copytree(built["固原市"].folder.parent, tmp_path / "levels")
    return loaded(tmp_path / "levels")


def leaves(traced: Any) -> Iterator[tuple[str, Any]]:
    """(county, source) of the files at the bottom."""
    for source in traced["sources"]:
        if source["below"]:
            yield from leaves(source["below"])
        else:
            yield traced["county"], source


def shown(path: Path, address: str) -> float:
    """What stands in a cell of a workbook."""
    name, _, cell = address.partition("!")
    row, column = coordinate_to_tuple(cell)
    page = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name)
    value = page.to_python(skip_empty_area=False)[row - 1][column - 1]
    return float(value or 0)  # type: ignore[arg-type]


def test_every_figure_of_the_province_leads_to_a_file_and_a_cell(tree: Tree) -> None:
    published = {row: int(value) for row, value in play_published()}
    top = tree.trace(MADE)
    assert (top["county"], top["value"]) == ("宁夏回族自治区", str(published[MADE]))
    for figure in (
        MADE,
        SPENT,
        RULES,
        "t3.new.natural",
        "t2.services.decisions",
        "t3.granted.natural",
    ):
        traced = tree.trace(figure)
        found = list(leaves(traced))
        assert sum(float(one["value"]) for _, one in found) == pytest.approx(float(traced["value"]))
        assert {county for county, _ in found} == {"泾源县", "福禄县", "固原市"}
        for county, one in found:
            archived = tree[county].archive / one["sha256"]
            assert hashlib.sha256(archived.read_bytes()).hexdigest() == one["sha256"]
            if float(one["value"]):
                lies = tree[county].folder / one["file"]
                assert shown(lies, one["cell"]) == pytest.approx(float(one["value"]))


def play_published() -> Iterator[tuple[str, str]]:
    source = Path(__file__).parents[2] / "samples" / "jingyuan-2019" / "county.csv"
    for line in source.read_text(encoding="utf-8").split()[1:]:
        name, _, value = line.partition(",")
        if "." not in value:
            yield name, value


def test_the_path_is_shown_in_words(tree: Tree) -> None:
    *below, top = tree.by_name.values()
    dirs = [part for one in below for part in ("--below", one.folder)]
    lines = run("trace", RULES, "-C", top.folder, *dirs).replace("\n", "")
    for word in ("宁夏回族自治区", "固原市本级", "2", "其余 2 个单位都是 0"):
        assert word in lines
    # A folder that holds the campaigns will do as well; without them the path ends at the city.
    within = run("trace", RULES, "-C", top.folder, "--below", top.folder.parent)
    assert within.replace("\n", "") == lines
    assert "固原市本级" not in run("trace", RULES, "-C", top.folder)


def facts(which: Campaign) -> County:
    with open_ledger(which) as ledger:
        county = county_of(which, standings(which, ledger.events), ledger.events)
    assert county is not None
    return county


def test_the_province_has_the_sums_of_all_units(tree: Tree) -> None:
    """Every cell of the form: the thirty units, the three units, and the city itself."""
    jingyuan, fulu, city, province = map(facts, tree.by_name.values())
    (own,) = (unit.figures for unit in city.units if unit.code == "S01")
    total = sums(province)
    parts = [unit.figures for county in (jingyuan, fulu) for unit in county.units]
    for cell in province.edition.statutory:
        below = [one[cell.name] for one in (*parts, own) if one is not None]
        assert total[cell.name] == sum(below), cell.name
    assert len(parts) == 33
    assert total[RULES] == 2


def test_a_ledger_that_was_rebuilt_is_still_found(tree: Tree) -> None:
    before = tree.trace(SPENT)
    tree["福禄县"].ledger.unlink()
    run("doctor", "--rebuild", "-C", tree["福禄县"].folder)
    assert [one["sha256"] for _, one in leaves(tree.trace(SPENT))] == [
        one["sha256"] for _, one in leaves(before)
    ]


def test_a_correction_travels_up(tree: Tree) -> None:
    before = int(tree.trace("t2.licence.decisions")["value"])
    typed = {**figures(TOWN), "t2.licence.decisions": 5}
    data = play.returned(tree["福禄县"], "T1", typed)
    tree.collect("福禄县", "改正.xlsx", data, "2020-02-20 09:00")
    for below, above, code in (("福禄县", "固原市", "999"), ("固原市", "宁夏回族自治区", "04")):
        _, received = tree.hand_up(below, above, code, "2020-02-21 09:00")
        (newer,) = (one for one in received["findings"] if one["code"] != "T2-M")
        assert (received["verdict"], newer["code"]) == ("accepted", "S-NEWER")
        assert (newer["row"], newer["column"]) == ("licence", "decisions")
    traced = tree.trace("t2.licence.decisions")
    assert int(traced["value"]) == before + 5
    changed = [one for county, one in leaves(traced) if one["file"].endswith("改正.xlsx")]
    assert [one["value"] for one in changed] == ["5"]


def test_an_adjustment_travels_up_and_shows_in_the_trace(tree: Tree) -> None:
    before = int(tree.trace(MADE)["value"])
    folder = tree["固原市"].folder
    made = run(
        "adjust", "主动公开!B7", "-2", "--because", "两县联合制发，重复计算", "-C", folder, "--json"
    )
    assert [(one["cell"], one["amount"]) for one in made["adjustments"]] == [(MADE, "-2")]
    _, received = tree.hand_up("固原市", "宁夏回族自治区", "04", "2020-02-22 09:00")
    assert "S-NEWER" in {one["code"] for one in received["findings"]}
    traced = tree.trace(MADE)
    assert int(traced["value"]) == before - 2
    (city,) = traced["sources"]
    assert (city["below"]["adjusted"], city["below"]["value"]) == ("-2", str(before - 2))
    run("adjust", "--withdraw", "1", "--because", "核实不重复", "-C", folder)
    # What was handed up is still the sum of then.
    assert tree.trace(MADE)["sources"][0]["below"]["value"] == str(before - 2)
    # The sums of before are another filling, and no file that came and was superseded.
    _, received = tree.hand_up("固原市", "宁夏回族自治区", "04", "2020-02-23 09:00")
    assert received["verdict"] == "accepted"
    assert int(tree.trace(MADE)["value"]) == before
