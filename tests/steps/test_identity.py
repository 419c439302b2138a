"""The right unit, year and form: workbooks that do not belong here are recognised and named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl.workbook import Workbook

from jyxl import editions
from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign
from jyxl.layout import IDENTITY
from jyxl.writer import unit as unit_writer
from tests import play


def handed_in(campaign: Campaign, book: Workbook, name: str = "表.xlsx") -> tuple[str, list[str]]:
    """(verdict, codes) of one file."""
    play.hand_in(campaign, name, book)
    (received,) = play.collect(campaign).received
    assert received.sent_back is None or received.verdict == "returned"
    return received.verdict, [finding.code for finding in received.findings]


@pytest.mark.parametrize(
    ("year", "county", "code"),
    [(2021, "云溪县", "S-CAMPAIGN"), (2022, "云溪县", "S-YEAR"), (2020, "云溪县", "S-YEAR")],
)
def test_a_workbook_of_another_campaign(
    campaign: Campaign, tmp_path: Path, year: int, county: str, code: str
) -> None:
    """The county and the units are the same, but another campaign's key signs the workbook."""
    other = play.campaign(tmp_path / "other", year=year, county=county)
    assert handed_in(campaign, play.filled(other, "B01")) == ("refused", [code])


def reissued(campaign: Campaign, roster: str) -> Campaign:
    (campaign.folder / "units.csv").write_text(roster, encoding="utf-8")
    return campaigns.load(campaign.folder)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda roster: roster.replace("B01,县发展和改革局,部门\n", ""), "S-UNIT"),
        (lambda roster: roster.replace("县发展和改革局", "县发展改革和科技局"), "S-STALE"),
        (
            lambda roster: roster.replace("B01,县发展和改革局,部门", "B01,县发展和改革局,乡镇"),
            "S-STALE",
        ),
    ],
    ids=["gone", "renamed", "other kind"],
)
def test_a_unit_that_the_roster_no_longer_knows(
    campaign: Campaign, change: Callable[[str], str], code: str
) -> None:
    book = play.filled(campaign, "B01")
    changed = reissued(campaign, change(play.ROSTER))
    assert handed_in(changed, book) == ("refused", [code])


def test_refused_because_of_the_roster_and_judged_again_once_it_is_mended(
    campaign: Campaign,
) -> None:
    book = play.filled(campaign, "B01")
    gone = reissued(campaign, play.ROSTER.replace("B01,县发展和改革局,部门\n", ""))
    assert handed_in(gone, book)[0] == "refused"
    mended = reissued(campaign, play.ROSTER)
    assert [one.verdict for one in play.collect(mended).received] == ["accepted"]


@pytest.mark.parametrize("address", ["A1", "A2"])
def test_a_forged_identity(campaign: Campaign, address: str) -> None:
    book = play.filled(campaign, "B01")
    cell = book[IDENTITY][address]
    cell.value = cell.value.replace("B01", "B02") if address == "A1" else "0" * 64
    assert handed_in(campaign, book) == ("refused", ["S-FORGED"])


def test_an_identity_that_is_no_identity(campaign: Campaign) -> None:
    book = play.filled(campaign, "B01")
    book[IDENTITY]["A1"].value = '{"jyxl": 1}'
    assert handed_in(campaign, book) == ("refused", ["S-FORGED"])


def test_a_workbook_that_was_never_issued(campaign: Campaign) -> None:
    book = play.filled(campaign, "B01")
    del book[IDENTITY]
    assert handed_in(campaign, book) == ("refused", ["S-FOREIGN"])


def test_an_identity_sheet_from_another_units_workbook(campaign: Campaign) -> None:
    """A genuine signature, but the sheets are another's."""
    book, other = play.filled(campaign, "B01"), play.issued(campaign, "B02")
    for address in ("A1", "A2"):
        book[IDENTITY][address].value = other[IDENTITY][address].value
    verdict, codes = handed_in(campaign, book)
    assert verdict == "refused"
    assert set(codes) == {"S-SWAP"}


def test_a_file_named_after_another_unit(campaign: Campaign) -> None:
    book = play.filled(campaign, "B01")
    assert handed_in(campaign, book, "县水务局报送.xlsx") == ("held", ["S-SENDER"])


@pytest.mark.parametrize(
    "name", ["县发展和改革局（终稿）.xlsx", "附件1.xlsx", "县水务局转县发展和改革局.xlsx"]
)
def test_a_file_name_that_does_not_mislead(campaign: Campaign, name: str) -> None:
    assert handed_in(campaign, play.filled(campaign, "B01"), name) == ("accepted", [])


def test_the_name_of_a_unit_within_the_name_of_another(campaign: Campaign) -> None:
    roster = play.ROSTER + "B03,水务局,部门\n"
    changed = reissued(campaign, roster)
    assert handed_in(changed, play.filled(campaign, "B02"), "县水务局.xlsx") == ("accepted", [])


def test_equal_bytes_are_taken_under_the_name_that_fits(campaign: Campaign) -> None:
    data = play.saved(play.filled(campaign, "B01"))
    play.hand_in(campaign, "县水务局.xlsx", data, "2022-01-10 09:00")
    play.hand_in(campaign, "县发展和改革局.xlsx", data, "2022-01-10 10:00")
    received = play.collect(campaign).received
    assert [one.verdict for one in received] == ["duplicate", "accepted"]
    standing = play.status(campaign)["B01"]
    assert (standing.file, standing.arrived) == ("回收/县发展和改革局.xlsx", "2022-01-10T10:00:00")


def test_a_misnamed_file_is_taken_once_it_is_renamed(campaign: Campaign) -> None:
    data = play.saved(play.filled(campaign, "B01"))
    path = play.hand_in(campaign, "县水务局.xlsx", data)
    assert [one.verdict for one in play.collect(campaign).received] == ["held"]
    shutil.move(path, path.with_name("县发展和改革局.xlsx"))
    assert [one.verdict for one in play.collect(campaign).received] == ["accepted"]


def test_refused_again_for_another_reason_is_told_again(campaign: Campaign) -> None:
    book = play.filled(campaign, "B01")
    renamed = reissued(campaign, play.ROSTER.replace("县发展和改革局", "县发展改革和科技局"))
    assert handed_in(renamed, book) == ("refused", ["S-STALE"])
    assert [one.verdict for one in play.collect(renamed).received] == ["duplicate"]
    gone = reissued(campaign, play.ROSTER.replace("B01,县发展和改革局,部门\n", ""))
    (received,) = play.collect(gone).received
    assert (received.verdict, [f.code for f in received.findings]) == ("refused", ["S-UNIT"])


@pytest.mark.parametrize(("edition", "code"), [("2019", "S-EDITION"), ("1999", "S-EDITION")])
def test_a_genuine_workbook_of_another_edition(campaign: Campaign, edition: str, code: str) -> None:
    form = campaign.form(campaign.unit["B01"])
    other = replace(form, identity=replace(form.identity, edition=edition))
    book = play.opened(unit_writer.workbook(editions.load("2019"), other))
    assert handed_in(campaign, book) == ("refused", [code])


def test_a_refused_workbook_leaves_its_unit_missing(campaign: Campaign) -> None:
    handed_in(campaign, play.filled(campaign, "B01"), "县水务局报送.xlsx")
    assert {standing.state for standing in play.status(campaign).values()} == {"missing"}
    assert list(campaign.sent_back.iterdir()) == []
