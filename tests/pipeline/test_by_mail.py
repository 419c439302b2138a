"""The samples by mail end as they do by folder: the same figures, verdict by verdict."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import pytest
from rich.console import Console

from jyxl import demo_screen, edges
from jyxl.edges.events import Fetched, Judged, Sent
from jyxl.edges.standing import county_of
from jyxl.steps.demo import Played, demo
from jyxl.steps.demo_mail import BOXES, OFFICE
from jyxl.steps.fetch import FOLDER, kept_at
from tests import play

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def by_mail(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return demo(tmp_path_factory.mktemp("mail") / "demo", by_mail=True)


def accepted(played: Played) -> dict[str, object]:
    """Unit → the figures that count."""
    found: dict[str, object] = {}
    for standing in played.second.standings:
        assert standing.in_force is not None, standing.unit.name
        found[standing.unit.code] = dict(standing.in_force.figures or {})
    return found


def test_the_county_is_the_published_one(by_mail: Played) -> None:
    assert by_mail.different == ()
    assert by_mail.compared == 198
    assert county_of(by_mail.campaign, by_mail.second.standings, ()) is not None


def test_it_is_the_same_as_by_folder(by_mail: Played, tmp_path: Path) -> None:
    by_folder = demo(tmp_path / "demo")
    assert accepted(by_mail) == accepted(by_folder)

    # Only by mail it is seen that a workbook came from another unit's address.
    def verdicts(played: Played) -> list[tuple[str, str, list[str]]]:
        judged = [one for one in play.events(played.campaign) if isinstance(one, Judged)]
        return sorted(
            (
                one.identity.code if one.identity else "",
                one.decision,
                [f.code for f in one.findings if f.code != "S-STRANGER"],
            )
            for one in judged
        )

    assert verdicts(by_mail) == verdicts(by_folder)


def test_every_unit_was_written_to_and_every_answer_is_known(by_mail: Played) -> None:
    events = play.events(by_mail.campaign)
    issued = {one.unit for one in events if isinstance(one, Sent) and one.what == "issue"}
    assert issued == set(by_mail.campaign.unit)
    returned = {one.unit for one in events if isinstance(one, Sent) and one.what == "return"}
    assert returned == {one.unit.code for one in by_mail.second.standings if one.rounds}
    answers = [one for one in events if isinstance(one, Fetched)]
    assert answers
    assert {one.sender for one in answers} <= {unit.mail for unit in by_mail.campaign.units}
    eml = [path.name for path in by_mail.campaign.sent.glob("*.eml")]
    assert len(eml) == by_mail.messages
    assert all(re.search(r"-(下发|退回|催报|没有采用)-", name) for name in eml)


def test_all_of_it_went_through_the_server(by_mail: Played) -> None:
    campaign = by_mail.campaign
    boxes = by_mail.mailboxes
    assert boxes is not None
    received = [
        path.read_bytes() for unit in campaign.units for path in (boxes / unit.mail).glob("*.eml")
    ]
    assert sorted(received) == sorted(path.read_bytes() for path in campaign.sent.glob("*.eml"))

    answers = {path.read_bytes() for path in (boxes / OFFICE).glob("*.eml")}
    fetched = [one for one in play.events(campaign) if isinstance(one, Fetched)]
    kept = {kept_at(campaign, one.sha256).read_bytes() for one in fetched}
    assert {one.account for one in fetched} == {OFFICE}
    assert answers == kept
    taken = [campaign.folder / place for one in fetched for place, _ in one.files]
    assert all(path.is_relative_to(campaign.returns / FOLDER) for path in taken)
    assert all(path.is_file() for path in taken)
    console = Console(file=io.StringIO(), width=400)
    console.print(demo_screen.demo(by_mail))
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    for place in (campaign.sent, boxes, campaign.returns / FOLDER):
        assert str(place) in shown


def test_without_the_library_messages_are_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jyxl.edges.post_office", None)
    monkeypatch.delattr(edges, "post_office", raising=False)
    said: list[str] = []
    played = demo(tmp_path / "demo", said.append, by_mail=True)
    assert any("aiosmtpd" in one for one in said)
    assert played.mailboxes is None
    assert not (tmp_path / "demo" / BOXES).exists()
    assert (played.different, played.compared) == ((), 198)
    assert len(list(played.campaign.sent.glob("*.eml"))) == played.messages > 0
