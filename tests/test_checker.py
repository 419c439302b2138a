"""Stacked returns → verdicts: every planted fault is found and no other, in any company."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jyxl import checker, editions, faults, live
from jyxl.checker import Verdict, judge
from jyxl.definition import UNIT_KINDS, Edition
from jyxl.figures import Figures
from jyxl.finding import Place
from jyxl.identity import Identity
from jyxl.submission import Entries, Submission
from tests import play

EDITIONS = ("2019", "2021")


def returned(
    edition: Edition,
    figures: Mapping[str, int] = {},
    *,
    kind: str = "部门",
    unknown: frozenset[str] = frozenset(),
    stated: Mapping[str, int] = {},
    blank: Mapping[str, tuple[str, ...]] = {},
    explained: Mapping[str, str] = {},
) -> Submission:
    """A return as the reader gives it. The given figures are scaled integers; all others are 0."""
    identity = Identity(
        "c", "县", 2019 if edition.id == "2019" else 2021, edition.id, "U", "某局", kind
    )
    return Submission(
        file="f.xlsx",
        sha256="0" * 64,
        identity=identity,
        entries=Entries(numbers=dict(figures), explanations=dict(explained)),
        figures=Figures(edition.index, live.values(edition, figures)),
        unknown=unknown,
        stated=dict(stated),
        unconfirmed=dict(blank),
        is_ours=True,
    )


def told(verdict: Verdict) -> list[str]:
    """'code place' of every finding, sorted."""
    return sorted(f"{finding.code} {play.where(finding.place)}" for finding in verdict.findings)


def judged(*submissions: Submission) -> list[tuple[str, list[str]]]:
    return [(verdict.decision, told(verdict)) for verdict in judge(submissions)]


def test_nothing_to_judge() -> None:
    assert judge([]) == []


@pytest.mark.parametrize("name", EDITIONS)
def test_all_zero_is_accepted(name: str) -> None:
    assert judged(returned(editions.load(name))) == [("accepted", [])]


def test_verdicts_come_in_the_order_of_the_returns() -> None:
    """The editions and the kinds are mixed in one call."""
    old, new = map(editions.load, EDITIONS)
    assert judged(
        returned(new, {"t3.new.natural": 1}),
        returned(old),
        returned(old, {"t4.cases.review.upheld": -1}),
        Submission("x.pdf", "1" * 64),
        returned(new),
        returned(old, {"t2.regulation.made": 1}, kind="省级"),
    ) == [
        ("returned", ["T3-I t3.new.natural", "T3-I t3.new.total"]),
        ("accepted", []),
        ("returned", ["F-1 t4.cases.review.upheld"]),
        ("refused", []),
        ("accepted", []),
        ("accepted", []),
    ]


@pytest.mark.parametrize(
    ("figures", "found"),
    [
        ({"t2.licence.change": -139, "t2.licence.previous": 139}, ["T2-M t2.licence.change"]),
        ({"t2.licence.change": -139}, []),
        ({"t2.licence.decisions": 5, "t2.licence.previous": 5}, []),
        (
            {"t2.normative.published": 2, "t2.normative.in_public": 1},
            ["T2-O t2.normative.in_public"],
        ),
        ({"t2.procurement.spending": 9_999 * 10**6}, []),
        ({"t2.procurement.spending": 10_000 * 10**6}, ["T2-U t2.procurement.spending"]),
        ({"t2.procurement.spending": 10_000 * 10**6 + 1}, []),
        ({"t2.procurement.spending": 999_999_999 * 10**6}, ["T2-U t2.procurement.spending"]),
        ({"t2.procurement.spending": -1}, ["F-2 t2.procurement.spending"]),
        ({"t2.licence.decisions": -1}, ["F-1 t2.licence.decisions"]),
        ({"t2.licence.decisions": 10**9}, ["F-1 t2.licence.decisions"]),
        ({"t2.licence.change": -(10**9)}, ["F-1 t2.licence.change"]),
        ({"t2.regulation.made": 1}, ["T2-A t2.regulation.made"]),
        ({"t3.new.other": 1, "t3.carried_out.other": 1}, []),
        ({"t3.carried_in.other": 1, "t3.inquiry.other": 1}, []),
        (
            {"t3.new.other": 1, "t3.carried_in.legal": 1, "t3.granted.legal": 2},
            ["T3-I t3.new.legal", "T3-I t3.new.other"],
        ),
        ({"t4.cases.direct.pending": 1}, ["X-L t4.cases.review.total"]),
        (
            {"t4.cases.direct.pending": 1, "t3.new.legal": 1, "t3.granted.legal": 1},
            [],
        ),
    ],
)
def test_each_rule_of_2019(figures: dict[str, int], found: list[str]) -> None:
    assert told(judge([returned(editions.load("2019"), figures)])[0]) == found


@pytest.mark.parametrize(
    ("figures", "found"),
    [
        ({"t2.normative.issued": 3, "t2.normative.in_force": 2}, ["T2-W t2.normative.in_force"]),
        ({"t2.normative.issued": 3, "t2.normative.in_force": 2, "t2.normative.repealed": 1}, []),
        ({"t2.charges.fees": 251_000 * 10**6}, ["T2-U t2.charges.fees"]),
        ({"t2.charges.fees": 251_000 * 10**6 + 500_000}, ["T2-U t2.charges.fees"]),
        ({"t2.charges.fees": 99_999 * 10**6 + 500_000}, []),
    ],
)
def test_each_rule_of_2021(figures: dict[str, int], found: list[str]) -> None:
    assert told(judge([returned(editions.load("2021"), figures)])[0]) == found


def test_total_columns_are_judged_even_where_the_others_cancel_out() -> None:
    """+1 in one column and -1 in another leave only 总计 right."""
    figures = {
        "t3.new.natural": 2,
        "t3.granted.natural": 1,
        "t3.new.other": 1,
        "t3.granted.other": 2,
    }
    verdict = judged(returned(editions.load("2021"), figures))
    assert verdict == [("returned", ["T3-I t3.new.natural", "T3-I t3.new.other"])]


@pytest.mark.parametrize("kind", UNIT_KINDS)
def test_rules_for_some_kinds_of_units(kind: str) -> None:
    edition = editions.load("2021")
    figures = {"t2.charges.fees": 20_000 * 10**6, "t2.regulation.repealed": 1}
    codes = {finding.code for finding in judge([returned(edition, figures, kind=kind)])[0].findings}
    expected = {"T2-U"} if kind in ("部门", "乡镇") else set()
    assert codes == expected | ({"T2-A"} if kind in ("县级", "部门", "乡镇") else set())


def test_a_warning_is_accepted_once_it_is_explained() -> None:
    edition = editions.load("2021")
    figures = {"t2.charges.fees": 20_000 * 10**6}
    words = {"T2-U/charges.fees": "确为两亿元"}
    (verdict,) = judge([returned(edition, figures, explained=words)])
    assert (verdict.decision, told(verdict)) == ("accepted", ["T2-U t2.charges.fees"])
    assert verdict.findings[0].explanation == "确为两亿元"


def test_an_explanation_does_not_excuse_an_error() -> None:
    edition = editions.load("2021")
    words = {"T3-I/natural": "就是这样", "T3-I/total": "就是这样"}
    assert judged(returned(edition, {"t3.new.natural": 1}, explained=words))[0][0] == "returned"


def test_blanks_are_told_once_a_sheet() -> None:
    edition = editions.load("2021")
    blank = {
        table.key: tuple(c.name for c in edition.open_cells(table, "部门"))
        for table in edition.tables
    }
    (verdict,) = judge([returned(edition, blank=blank)])
    assert told(verdict) == ["F-3 t2", "F-3 t3", "F-3 t4"]
    assert [len(finding.place.cells) for finding in verdict.findings] == [7, 24 * 6, 12]


def test_a_rule_about_an_unknown_cell_is_silent() -> None:
    edition = editions.load("2021")
    figures = {"t3.new.natural": 4, "t3.new.legal": 1}
    verdict = judged(returned(edition, figures, unknown=frozenset({"t3.granted.natural"})))
    assert verdict == [("returned", ["T3-I t3.new.legal"])]


def test_what_one_return_lacks_and_another_has_wrong_is_unknown_in_both() -> None:
    edition = editions.load("2021")
    unread = returned(edition, {"t3.new.natural": 4}, unknown=frozenset({"t3.granted.natural"}))
    wrong = returned(edition, {"t3.new.natural": 4, "t3.granted.natural": -1})
    good = returned(edition, {"t3.new.natural": 4, "t3.granted.natural": 3})
    assert judged(unread, wrong, good) == [
        ("accepted", []),
        ("returned", ["F-1 t3.granted.natural"]),
        ("returned", ["T3-I t3.new.natural", "T3-I t3.new.total"]),
    ]


def test_a_total_typed_over_is_told_at_the_total() -> None:
    edition = editions.load("2021")
    (verdict,) = judge([returned(edition, stated={"t4.cases.direct.total": 5})])
    (finding,) = verdict.findings
    assert (finding.code, play.where(finding.place)) == ("T4-S", "t4.cases.direct.total")
    assert finding.value == "5"


def test_a_total_typed_over_above_a_bad_number_is_silent() -> None:
    edition = editions.load("2021")
    figures, stated = {"t4.cases.direct.upheld": -1}, {"t4.cases.direct.total": 5}
    verdict = judged(returned(edition, figures, stated=stated))
    assert verdict == [("returned", ["F-1 t4.cases.direct.upheld"])]


def test_findings_are_sorted_by_sheet_and_place() -> None:
    edition = editions.load("2021")
    figures = {
        "t4.cases.review.upheld": -1,
        "t3.new.other": 1,
        "t3.new.natural": 1,
        "t2.penalty.decisions": -1,
        "t2.normative.issued": -1,
    }
    (verdict,) = judge([returned(edition, figures)])
    assert [play.where(finding.place) for finding in verdict.findings] == [
        "t2.normative.issued",
        "t2.penalty.decisions",
        "t3.new.natural",
        "t3.new.other",
        "t3.new.total",
        "t4.cases.review.upheld",
    ]


@st.composite
def planted(draw: st.DrawFn) -> tuple[Submission, list[str]]:
    """A clean return with k faults in k places, none of which hides another."""
    edition = editions.load(draw(st.sampled_from(EDITIONS)))
    clean = {}
    for column in draw(st.sets(st.sampled_from(["natural", "business", "other"]))):
        count = draw(st.integers(1, 10**6))
        clean |= {f"t3.new.{column}": count, f"t3.granted.{column}": count}
    leaves = [cell.name for cell in edition.cells if cell.name not in edition.totals]
    bad = draw(st.lists(st.sampled_from(leaves), unique=True, max_size=12))
    apart = [
        name for name, total in edition.totals.items() if not set(total.instance.leaves) & set(bad)
    ]
    over = draw(st.lists(st.sampled_from(apart), unique=True, max_size=4)) if apart else []
    figures = clean | {name: 10**17 if edition.cell[name].kind.minimum else -1 for name in bad}
    values = live.values(edition, figures)
    stated = {name: values[name] + draw(st.integers(1, 9)) for name in over}
    expected = [f"{edition.cell[name].kind.rule} {name}" for name in bad]
    expected += [f"{edition.totals[name].instance.rule.id} {name}" for name in over]
    return returned(edition, figures, stated=stated), sorted(expected)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.lists(planted(), min_size=1, max_size=6))
def test_k_faults_planted_are_k_cells_reported(cases: list[tuple[Submission, list[str]]]) -> None:
    """This holds no matter what else is wrong in the same column, sheet, file or stack."""
    verdicts = judge([submission for submission, _ in cases])
    assert [told(verdict) for verdict in verdicts] == [expected for _, expected in cases]
    assert [verdict.decision for verdict in verdicts] == [
        "returned" if expected else "accepted" for _, expected in cases
    ]


def test_returns_that_fill_several_frames_are_judged_as_in_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = ("2019", "2021")
    figures = [{"t3.new.natural": -number % 3} for number in range(9)]
    stack = [returned(editions.load(names[number % 2]), one) for number, one in enumerate(figures)]
    whole = judge(stack)
    monkeypatch.setattr(checker, "AT_ONCE", 2)
    assert judge(stack) == whole
    assert {one.decision for one in whole} == {"accepted", "returned"}


def test_the_advice_fits_what_was_typed() -> None:
    """Each fault has advice of its own; what is as wrong in an amount has that of amounts."""
    edition = editions.load("2019")
    count, amount = (
        edition.cell["t3.new.natural"].kind,
        edition.cell["t2.procurement.spending"].kind,
    )
    advice = {
        (kind.key, fault): faults.misfit(kind, Place(), "x", fault).advice
        for kind in (count, amount)
        for fault in ("text", "fraction", "negative", "range")
    }
    assert len({advice["count", fault] for fault in ("text", "fraction", "negative", "range")}) == 4
    assert "万元" in advice["count", "fraction"]
    assert "251000 元填 25.1" in advice["amount", "range"]
    (verdict,) = judge([returned(edition, {"t3.new.natural": -1})])
    assert verdict.findings[0].advice == advice["count", "negative"]


def test_the_own_sentence_of_a_rule_is_what_is_said() -> None:
    """X-L, whose comparison says the opposite of what is meant, is about the whole table."""
    edition = editions.load("2021")
    (verdict,) = judge([returned(edition, {"t4.cases.review.upheld": 1})])
    (finding,) = verdict.findings
    assert finding.code == "X-L"
    assert finding.message == "本年没有收到申请，上年也没有转来，却填了 1 件复议、诉讼。"
