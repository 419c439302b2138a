"""Messages that lie in 回收/ as files: .eml and mbox mean what they mean in a mailbox."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from jyxl.cli import cli
from jyxl.edges import campaign as campaigns
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Arrived, Bounced, Fetched
from jyxl.steps.check import check
from jyxl.steps.collect import Collected
from tests import play
from tests.fetch import forms

pytestmark = pytest.mark.slow

LICENCES = "t2.licence.decisions"
LATER = "2022-01-20 09:00"
"""When the file was saved, well after the message was sent."""


def good(campaign: Campaign, code: str = "B01", licences: int = 7) -> bytes:
    return play.returned(campaign, code, {LICENCES: licences})


def told(collected: Collected) -> list[tuple[str, str, list[str]]]:
    return [
        (one.file, one.verdict, [found.code for found in one.findings])
        for one in collected.received
    ]


class TestEml:
    def test_a_return_in_a_message(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "信.eml", forms.mail(good(campaign)), LATER)
        collected = play.collect(campaign)
        assert told(collected) == [("回收/信.eml/年报.xlsx", "accepted", [])]
        (one,) = collected.received
        assert one.sender is not None
        assert (one.sender.address, one.sender.in_roster) == ("fgj@unit.test", True)
        (event,) = [one for one in play.events(campaign) if isinstance(one, Fetched)]
        assert (event.account, event.folder) == ("", "回收/信.eml")
        standing = play.status(campaign)["B01"]
        assert standing.arrived == "2022-01-10T01:00:00" or standing.arrived < "2022-01-11"

    def test_the_file_is_within_its_message(self, campaign: Campaign) -> None:
        path = play.hand_in(campaign, "信.eml", forms.mail(good(campaign)))
        play.collect(campaign)
        (arrived,) = [one for one in play.events(campaign) if isinstance(one, Arrived)]
        assert (campaign.archive / arrived.within).read_bytes() == path.read_bytes()

    def test_the_second_collect_has_nothing_to_do(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "信.eml", forms.mail(good(campaign)))
        play.collect(campaign)
        before = play.events(campaign)
        again = play.collect(campaign)
        assert play.events(campaign) == before
        assert [one.seen_here for one in again.received] == [True]
        assert again.letters == ()

    def test_whatever_the_file_is_called(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "县水务局.xlsx", forms.mail(good(campaign)))
        assert [verdict for _, verdict, _ in told(play.collect(campaign))] == ["accepted"]

    def test_in_a_zip_in_a_message(self, campaign: Campaign) -> None:
        from tests.fetch.test_fetch import play_zip

        packed = play_zip({"a.xlsx": good(campaign), "b.xlsx": good(campaign, "B02")})
        play.hand_in(campaign, "信.eml", forms.mail(packed, "两份.zip"))
        assert [(file, verdict) for file, verdict, _ in told(play.collect(campaign))] == [
            ("回收/信.eml/两份.zip/a.xlsx", "accepted"),
            ("回收/信.eml/两份.zip/b.xlsx", "held"),  # this is the other unit's address
        ]

    def test_from_an_unknown_address_it_waits(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "信.eml", forms.mail(good(campaign), sender="x@qq.test"))
        assert told(play.collect(campaign)) == [("回收/信.eml/年报.xlsx", "held", ["S-STRANGER"])]

    def test_the_order_is_that_of_the_messages(self, campaign: Campaign) -> None:
        new = forms.mail(good(campaign, "B01", 9), when="Wed, 12 Jan 2022 09:00:00 +0800")
        old = forms.mail(good(campaign, "B01", 7), message_id="<2@unit.test>")
        play.hand_in(campaign, "1.eml", new, "2022-01-20 09:00")
        play.hand_in(campaign, "2.eml", old, "2022-01-20 10:00")
        play.collect(campaign)
        assert play.figure(campaign, LICENCES) == 9

    def test_a_date_after_the_file_was_saved_is_not_believed(self, campaign: Campaign) -> None:
        raw = forms.mail(good(campaign), when="Wed, 12 Jan 2050 09:00:00 +0800")
        play.hand_in(campaign, "1.eml", raw, "2022-01-12 09:00")
        play.collect(campaign)
        assert play.status(campaign)["B01"].arrived == "2022-01-12T09:00:00"

    def test_without_a_file_it_is_told_once(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "信.eml", forms.mixed(forms.head(), forms.text()))
        (one,) = play.collect(campaign).letters
        assert one.why == "没有附件"
        assert play.collect(campaign).letters == ()

    def test_the_workbook_as_it_was_issued_is_no_return(self, campaign: Campaign) -> None:
        book = next(campaign.issued.glob("B01*")).read_bytes()
        play.hand_in(campaign, "信.eml", forms.mail(book))
        collected = play.collect(campaign)
        assert (collected.received, "没有填" in collected.letters[0].why) == ((), True)

    def test_a_bounce_is_no_return_either(self, campaign: Campaign) -> None:
        start = forms.head("MAILER-DAEMON@mx.test", "Undelivered Mail")
        raw = forms.bounce(forms.mail(good(campaign)), "swj2@unit.test", start)
        play.hand_in(campaign, "退信.eml", raw)
        assert play.collect(campaign).received == ()
        (event,) = [one for one in play.events(campaign) if isinstance(one, Bounced)]
        assert (event.unit, event.address) == ("B02", "swj2@unit.test")

    @pytest.mark.parametrize(
        "data",
        [
            b"\x78\x9f\x3e\x22\x00\x00",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "__properties_version1.0".encode("utf-16-le"),
        ],
    )
    def test_files_of_outlook_alone_are_refused_by_name(
        self, campaign: Campaign, data: bytes
    ) -> None:
        play.hand_in(campaign, "信.eml", forms.mail(data, "winmail.dat"))
        (one,) = play.collect(campaign).received
        assert (one.verdict, one.findings[0].code) == ("refused", "S-TYPE")
        assert "Outlook" in one.findings[0].message

    def test_the_archive_and_the_ledger_hold_the_same(self, campaign: Campaign) -> None:
        book = next(campaign.issued.glob("B01*")).read_bytes()
        parts = [forms.part(one, forms.attached("a.xlsx")) for one in (good(campaign), book)]
        play.hand_in(campaign, "信.eml", forms.mixed(forms.head(), *parts))
        play.hand_in(campaign, "空.eml", forms.mixed(forms.head(), forms.text()))
        play.collect(campaign)
        asked = ["doctor", "-C", str(campaign.folder)]
        run = CliRunner().invoke(cli, asked)
        assert (run.exit_code, run.exception) == (0, None), run.output

    def test_check_reads_it_too(self, campaign: Campaign) -> None:
        path = play.hand_in(campaign, "信.eml", forms.mail(good(campaign)))
        checked = check([path])
        assert ([one.verdict for one in checked.received], checked.failed) == (["accepted"], ())


class TestMbox:
    def test_all_its_messages(self, campaign: Campaign) -> None:
        one = forms.mail(good(campaign), message_id="<1@x.test>")
        two = forms.mail(good(campaign, "B02"), sender="swj@unit.test", message_id="<2@x.test>")
        three = forms.mixed(forms.head(message_id="<3@x.test>"), forms.text())
        start = b"From x Mon Jan 10 09:00:00 2022\n"
        whole = b"\n".join(start + raw.replace(b"\r\n", b"\n") for raw in (one, two, three))
        play.hand_in(campaign, "收件箱", whole)
        collected = play.collect(campaign)
        assert [(file, verdict) for file, verdict, _ in told(collected)] == [
            ("回收/收件箱/年报.xlsx", "accepted"),
            ("回收/收件箱/2/年报.xlsx", "accepted"),
        ]
        assert [letter.why for letter in collected.letters] == ["没有附件"]


def test_by_file_and_by_mailbox_the_county_is_the_same(campaign: Campaign, tmp_path: Path) -> None:
    shutil.copytree(campaign.folder, tmp_path / "other")
    other = campaigns.load(tmp_path / "other")
    for code, sender in (("B01", "fgj@unit.test"), ("B02", "swj@unit.test"), ("Z01", "x@y.test")):
        raw = forms.mail(good(campaign, code, 5), sender=sender, message_id=f"<{code}@x.test>")
        play.hand_in(campaign, f"{code}.eml", raw)
        play.hand_in(other, f"{code}.xlsx", good(campaign, code, 5))
    play.collect(campaign)
    play.collect(other)
    assert play.figure(campaign, LICENCES) == play.figure(other, LICENCES) == 15
