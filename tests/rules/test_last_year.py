"""Rules about last year: what they say, when they are silent, and that the workbook says the same
as the check."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jyxl import editions, last_year
from jyxl.checker import judge
from jyxl.checklist import check_lines
from jyxl.definition import Edition, Instance
from jyxl.identity import Expected
from jyxl.layout import LAST_YEAR, sheet
from jyxl.layout import last_year as last_places
from jyxl.live import FAIL, OPEN, PASS
from jyxl.reading import reader
from jyxl.rules.check import evaluate
from jyxl.rules.language import LAST, Near, Number, Ref, RuleError, parse, walk
from jyxl.submission import Entries
from jyxl.writer.unit import workbook
from tests.rules.test_live_agrees import FORM, Live, filled, frugal, line_key

NAMES = ("2019", "2021")


def zeros(edition: Edition) -> dict[str, int]:
    return {cell.name: 0 for cell in edition.cells if cell.name not in edition.totals}


def nothing(edition: Edition) -> dict[str, int]:
    """A last year in which there was nothing at all."""
    return dict.fromkeys(edition.cell, 0)


def written(edition: Edition, last: dict[str, int], entries: Entries, kind: str = "部门") -> bytes:
    identity = replace(FORM.identity, edition=edition.id, kind=kind)
    return workbook(edition, replace(FORM, identity=identity, last=last), entries)


def expected(edition: Edition, last: dict[str, int]) -> Expected:
    who = FORM.identity
    units = {who.code: (who.name, who.kind)}
    return Expected(
        *(who.campaign, who.county, who.year, edition.id, FORM.signer, units), last={who.code: last}
    )


def codes(data: bytes, campaign: Expected | None = None) -> dict[str, str]:
    """Rule and place of what is found → the cell to go to, without blanks."""
    (verdict,) = judge([reader.read("return.xlsx", data, campaign)])
    return {
        one.instance or one.code: one.place.spot or ""
        for one in verdict.findings
        if one.code != "F-3"
    }


# the language ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "new == last(3)",
        "new == last(sum(applicants))",
        "new == last(new, 2)",
        "near(new, last(new))",
        "near(new, last(new), 20, 0, 100)",
        "near(new, last(new), 20, x, 100)",
    ],
)
def test_what_is_no_figure_of_last_year_is_refused(text: str) -> None:
    with pytest.raises(RuleError):
        parse(text)


def test_last_is_bound_to_the_cell_in_last_years_form() -> None:
    edition = editions.load("2021")
    carried = next(one for one in edition.instances if one.id == "X-C/legal")
    assert carried.refs == (Ref("t3.carried_in.legal"), Ref("t3.carried_out.legal", LAST))
    assert carried.cells == carried.leaves == ("t3.carried_in.legal",)


@pytest.mark.parametrize(
    ("now", "then", "holds"),
    [
        (19, 0, True),
        (99, 0, True),
        (100, 0, False),
        (0, 100, False),
        (0, 99, True),
        (1, 20, True),  # 19 apart
        (1, 21, False),
        (5, 25, True),  # a fifth, not less
        (4, 25, False),
        (30, 6, True),  # five times, not more
        (31, 6, False),
        (5000, 1001, True),
        (5006, 1001, False),
        (7, 7, True),
    ],
)
def test_near_needs_both_a_floor_and_a_ratio(now: int, then: int, holds: bool) -> None:
    tree = parse("near(new, last(new), 20, 5, 100)")
    assert isinstance(tree, Near)
    bound = replace(tree, left=Number(now), right=Number(then))
    assert evaluate(bound, {}, 1) is holds
    assert evaluate(bound, {}, 10**6) is holds


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_near_does_not_depend_on_the_direction(one: int, other: int) -> None:
    there, back = (
        evaluate(Near(Number(a), Number(b), 20, 5, 100), {}, 1)
        for a, b in ((one, other), (other, one))
    )
    assert there == back


# the mapping ----------------------------------------------------------------------


def test_2019s_cells_in_2021() -> None:
    now, then = editions.load("2021"), editions.load("2019")
    same = last_year.carried_over(now, then)
    assert same["t3.carried_out.total"] == "t3.carried_out.total"
    assert same["t2.normative.made"] == "t2.normative.issued"
    assert {name for name in then.cell if name.startswith("t4.")} <= same.keys()
    no_twin = {name.split(".", 1)[1].rpartition(".")[0] for name in then.cell.keys() - same.keys()}
    assert no_twin == {
        *("normative", "regulation", "licence", "penalty", "coercion"),  # some of their columns
        *("services", "charges", "procurement", "other_handling"),
    }
    assert not {"t2.normative.published", "t2.normative.in_public", "t2.licence.previous"} & {*same}
    assert len(set(same.values())) == len(same)


def test_an_edition_maps_to_itself() -> None:
    edition = editions.load("2019")
    assert last_year.carried_over(edition, edition) == {name: name for name in edition.cell}


# what is found --------------------------------------------------------------------

CASES = [
    (
        "2021",
        {"t3.carried_out.natural": 3, "t3.carried_out.total": 3},
        {},
        ["X-C/natural", "X-C/total"],
    ),
    ("2021", {"t2.normative.in_force": 9}, {"t2.normative.in_force": 9}, []),
    (
        "2021",
        {"t2.normative.in_force": 9},
        {"t2.normative.in_force": 10, "t2.normative.issued": 2, "t2.normative.repealed": 1},
        [],
    ),
    ("2021", {"t2.normative.in_force": 9}, {"t2.normative.in_force": 10}, ["X-V/normative"]),
    ("2021", {"t2.licence.decisions": 300}, {}, ["X-J/licence.decisions"]),
    ("2021", {"t2.licence.decisions": 99}, {}, []),
    ("2021", {"t2.charges.fees": 12 * 10**6}, {"t2.charges.fees": 10**6}, ["X-J/charges.fees"]),
    ("2021", {"t2.charges.fees": 10 * 10**6}, {"t2.charges.fees": 10**6}, []),
    (
        "2021",
        {"t4.cases.review.total": 1},
        {"t4.cases.review.upheld": 25},
        ["X-J/review", "X-L/table"],
    ),
    ("2019", {"t2.penalty.decisions": 10}, {"t2.penalty.decisions": 51}, ["X-J/penalty.decisions"]),
    ("2019", {"t2.penalty.change": -500}, {}, []),
]


@pytest.mark.parametrize(("name", "then", "now", "found"), CASES)
def test_what_differs_from_last_year_is_to_be_explained(
    name: str, then: dict[str, int], now: dict[str, int], found: list[str]
) -> None:
    edition = editions.load(name)
    data = written(edition, nothing(edition) | then, Entries(zeros(edition) | now))
    assert sorted(codes(data)) == found
    (verdict,) = judge([reader.read("return.xlsx", data)])
    assert all(one.severity == "warning" for one in verdict.findings)


@pytest.mark.parametrize(("name", "then", "now", "found"), CASES)
def test_what_is_not_known_of_last_year_is_no_finding(
    name: str, then: dict[str, int], now: dict[str, int], found: list[str]
) -> None:
    edition = editions.load(name)
    unknown = {cell: value for cell, value in nothing(edition).items() if cell not in then}
    data = written(edition, unknown, Entries(zeros(edition) | now))
    assert set(codes(data)) <= {"X-L/table"}


def test_a_failure_says_both_figures_and_points_to_this_years_cell() -> None:
    edition = editions.load("2021")
    last = nothing(edition) | {"t3.carried_out.natural": 3}
    data = written(edition, last, Entries(zeros(edition) | {"t3.carried_in.natural": 1}))
    (verdict,) = judge([reader.read("return.xlsx", data)])
    found = next(one for one in verdict.findings if one.instance == "X-C/natural")
    assert (found.place.spot, found.place.cells) == (
        "t3.carried_in.natural",
        ("t3.carried_in.natural",),
    )
    assert "1 件" in found.message
    assert "3 件" in found.message
    assert "相差 2" in found.message


def test_an_explanation_lets_it_count() -> None:
    edition = editions.load("2021")
    last = nothing(edition) | {"t2.licence.decisions": 300}
    words = {"X-J/licence.decisions": "许可权划转到县行政审批局。"}
    data = written(edition, last, Entries(zeros(edition), explanations=words))
    (verdict,) = judge([reader.read("return.xlsx", data, expected(edition, last))])
    assert verdict.decision == "accepted"


def test_a_form_to_be_filled_shows_no_change_from_last_year() -> None:
    """Until something is typed, or the blanks are said to be 0."""
    edition = editions.load("2021")
    last = nothing(edition) | {"t2.licence.decisions": 300, "t2.normative.in_force": 9}
    assert codes(written(edition, last, Entries())) == {}
    confirmed = Entries(confirmed={"t2": True})
    assert sorted(codes(written(edition, last, confirmed))) == [
        "X-J/licence.decisions",
        "X-V/normative",
    ]


CARRIED = {f"t3.carried_out.{who}": n for who, n in (("natural", 3), ("total", 3))}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("typed", "confirmed", "natural", "business", "total"),
    [
        ({}, None, OPEN, OPEN, OPEN),
        ({}, True, FAIL, PASS, FAIL),
        ({"t3.new.natural": 1}, None, FAIL, OPEN, FAIL),
        ({"t3.new.business": 1}, None, OPEN, FAIL, FAIL),
        ({"t3.carried_in.natural": 4}, None, FAIL, OPEN, FAIL),
        ({"t3.carried_out.natural": 3}, None, PASS, OPEN, PASS),
    ],
)
def test_a_column_in_which_only_what_was_filled_in_stands_is_calm(
    name: str,
    typed: dict[str, int],
    confirmed: bool | None,
    natural: str,
    business: str,
    total: str,
) -> None:
    edition = editions.load(name)
    last = nothing(edition) | CARRIED
    filled = last_year.filled_in(edition, "部门", last)
    entries = Entries(filled | typed, confirmed={"t3": confirmed})
    data = written(edition, last, entries)
    live = Live(data)
    lines = check_lines(edition, "部门", known=frozenset(last))
    shown = {line_key(line): live.state(line.row) for line in lines}
    found = [shown[f"T3-I/{place}"] for place in ("natural", "business", "total")]
    assert found == [natural, business, total]
    assert live.differences() == []
    told = {place for place in codes(data, expected(edition, last)) if place.startswith("T3-I")}
    assert told == {place for place in shown if place.startswith("T3-I") and shown[place] == FAIL}


# whose figures count --------------------------------------------------------------


def test_the_campaigns_figures_count_and_a_changed_sheet_is_told() -> None:
    edition = editions.load("2021")
    true = nothing(edition) | {"t2.licence.decisions": 300}
    data = written(edition, true, Entries(zeros(edition)))
    campaign = expected(edition, true)
    assert list(codes(data, campaign)) == ["X-J/licence.decisions"]
    book = Live(data).book
    at = last_places(edition.tables)["t2"].address("t2.licence.decisions")
    assert book[LAST_YEAR][at].value == 300
    book[LAST_YEAR][at].value = 0
    assert set(codes(_saved(book), campaign)) == {"X-J/licence.decisions", "S-LAST"}
    del book[LAST_YEAR]
    assert set(codes(_saved(book), campaign)) == {"X-J/licence.decisions", "S-LAST"}


def test_figures_that_came_after_the_workbook_went_out_count() -> None:
    edition = editions.load("2021")
    old, new = nothing(edition), nothing(edition) | {"t2.licence.decisions": 300}
    data = written(edition, old, Entries(zeros(edition)))
    assert set(codes(data, expected(edition, new))) == {"X-J/licence.decisions", "S-UPDATED"}
    without = written(edition, {}, Entries(zeros(edition)))
    assert set(codes(without, expected(edition, new))) == {"X-J/licence.decisions"}


def _saved(book: object) -> bytes:
    import io

    buffer = io.BytesIO()
    book.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


# the workbook ---------------------------------------------------------------------


def test_carried_in_is_filled_in_from_last_year_and_open() -> None:
    edition = editions.load("2021")
    last = nothing(edition) | {"t3.carried_out.legal": 2, "t3.carried_out.total": 2}
    numbers = last_year.filled_in(edition, "乡镇", last)
    assert numbers == {
        f"t3.carried_in.{key}": 2 if key == "legal" else 0
        for key in ("natural", "business", "research", "welfare", "legal", "other")
    }
    page = Live(written(edition, last, Entries(numbers))).book["依申请公开"]
    cell = page[sheet(edition.table["t3"]).address("t3.carried_in.legal")]
    assert (cell.value, cell.protection.locked) == (2, False)


def test_last_years_sheet_is_locked_and_blank_where_nothing_is_known() -> None:
    edition = editions.load("2021")
    last = nothing(edition) | {"t2.charges.fees": 25_100_000, "t4.cases.direct.total": 4}
    del last["t2.normative.in_force"]
    page = Live(written(edition, last, Entries())).book[LAST_YEAR]
    assert page.protection.sheet
    assert all(cell.protection.locked for row in page.iter_rows() for cell in row)
    shown = {
        name: page[last_places(edition.tables)[cell.table].address(name)].value
        for name, cell in edition.cell.items()
    }
    assert shown["t2.charges.fees"] == 25.1
    assert shown["t4.cases.direct.total"] == 4
    assert shown["t2.normative.in_force"] is None
    rows = {
        name: sheet(edition.table[cell.table]).cells[name].top
        for name, cell in edition.cell.items()
    }
    assert rows == {
        name: last_places(edition.tables)[cell.table].cells[name].top
        for name, cell in edition.cell.items()
    }


def test_the_prompt_of_a_cell_says_last_years_figure() -> None:
    edition = editions.load("2021")
    last = {"t2.licence.decisions": 300, "t2.charges.fees": 25_100_000}
    page = Live(written(edition, last, Entries())).book["主动公开"]
    place = sheet(edition.table["t2"])

    def prompt(name: str) -> str:
        found = (
            v.prompt for v in page.data_validations.dataValidation if place.address(name) in v.sqref
        )
        return str(next(found))

    assert prompt("t2.licence.decisions").startswith("上年 300。")
    assert prompt("t2.charges.fees").startswith("上年 25.1万元。")
    assert not prompt("t2.penalty.decisions").startswith("上年")


def test_without_last_year_a_workbook_is_as_it_was() -> None:
    edition = editions.load("2021")
    book = Live(written(edition, {}, Entries())).book
    assert LAST_YEAR not in book.sheetnames
    assert not any(line.rule in ("X-C", "X-V", "X-J") for line in check_lines(edition, "部门"))


# live and check -------------------------------------------------------------------


def expected_states(
    edition: Edition, kind: str, last: dict[str, int], data: bytes
) -> dict[str, str]:
    """Line of 校验 → its state, according to the findings."""
    submission = reader.read("return.xlsx", data)
    (verdict,) = judge([submission])
    bad = {one.place.spot for one in verdict.findings if one.code in ("F-1", "F-2")}
    blanks = {name for names in submission.unconfirmed.values() for name in names}
    found = {one.instance for one in verdict.findings}
    states = {}
    for line in check_lines(edition, kind, known=frozenset(last)):
        if isinstance(line.check, Instance) and line.check.last_cells:
            is_open = bad & set(line.check.leaves) or set(line.check.leaves) <= blanks
            states[line_key(line)] = OPEN if is_open else FAIL if line.check.id in found else PASS
    return states


@st.composite
def lasts(draw: st.DrawFn, edition: Edition) -> dict[str, int]:
    """What is known of last year: nothing, all of it, or some."""
    ground = draw(st.sampled_from([None, 0, 1, 30]))
    known = {} if ground is None else dict.fromkeys(edition.cell, ground)
    return known | draw(
        st.dictionaries(st.sampled_from([*edition.cell]), st.integers(0, 500), max_size=8)
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@frugal
@given(data=st.data())
def test_the_live_sheet_says_what_the_check_finds(name: str, data: st.DataObject) -> None:
    edition = editions.load(name)
    kind, entries = data.draw(filled(edition, ("约10", "=1+1")))
    last = data.draw(lasts(edition))
    book = written(edition, last, replace(entries, explanations={}), kind)
    live = Live(book)
    assert live.differences() == []
    shown = {
        line_key(line): live.state(line.row)
        for line in check_lines(edition, kind, known=frozenset(last))
        if isinstance(line.check, Instance) and line.check.last_cells
    }
    assert shown == expected_states(edition, kind, last, book)


@pytest.mark.parametrize("name", NAMES)
def test_no_rule_about_last_year_forbids(name: str) -> None:
    edition = editions.load(name)
    about = [one.rule for one in edition.instances if one.last_cells]
    assert {rule.id for rule in about} == {"X-C", "X-J", *(["X-V"] if name == "2021" else [])}
    assert {rule.severity for rule in about} == {"warning"}
    assert all(not rule.computes for rule in about)
    assert any(isinstance(node, Near) for one in edition.instances for node in walk(one.tree))
