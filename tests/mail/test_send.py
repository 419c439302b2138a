"""jyxl send: what is owed goes out once, to the roster's addresses, and the ledger knows it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

import pytest
from rich.console import Console

from jyxl import doctor_screen
from jyxl.edges.events import Bounced, Fetched, Sending, Sent, Unsent
from jyxl.edges.ledger import open_ledger
from jyxl.mail import mark
from jyxl.steps import issue
from jyxl.steps.rebuild import Rebuilt, rebuild
from jyxl.steps.send import transmit
from tests import play
from tests.mail.conftest import Office
from tests.mail.submission import CODE, OFFICE, read

pytestmark = pytest.mark.slow

A, B, B2 = "fgj@unit.test", "swj@unit.test", "swj2@unit.test"
BAD = {"t3.new.natural": 5}
"""Five requests came in, and nothing says what became of them."""


def drafts(office: Office, **options: object) -> list[tuple[str, str, str]]:
    """(unit, what, address) of all that is owed."""
    ready = office.prepare(**options)
    return [
        (one.due.unit.code, one.due.what, one.due.to) for one in (*ready.drafts, *ready.by_hand)
    ]


ISSUES = [("B01", "issue", A), ("B02", "issue", B), ("B02", "issue", B2), ("Z01", "issue", "")]


class TestOwed:
    def test_at_first_every_unit_is_owed_its_workbook(self, office: Office) -> None:
        assert drafts(office) == ISSUES
        assert office.server.inbox == []

    def test_what_was_sent_is_not_owed_again(self, office: Office) -> None:
        _, posting = office.send()
        assert [one.due.to for one, _ in posting.sent] == [A, B, B2]
        assert [to for to, _ in office.server.inbox] == [A, B, B2]
        assert drafts(office) == [("Z01", "issue", "")]
        ready, posting = office.send()
        assert (ready.drafts, posting.sent) == ((), [])
        assert len(office.server.inbox) == 3

    def test_a_workbook_that_was_issued_anew_is_owed_again(self, office: Office) -> None:
        office.send()
        path = office.campaign.folder / "jyxl.toml"
        path.write_text(path.read_text("utf-8").replace("政务公开股", "政务公开科"), "utf-8")
        changed = play.campaigns.load(office.campaign.folder)
        issue.issue(changed, ["B01"])
        assert drafts(office) == [("B01", "issue", A), ("Z01", "issue", "")]

    def test_who_handed_in_is_owed_none(self, office: Office) -> None:
        play.hand_in(office.campaign, "a.xlsx", play.filled(office.campaign, "B01"))
        play.collect(office.campaign)
        assert drafts(office) == ISSUES[1:]

    def test_an_error_workbook_is_owed_once(self, office: Office) -> None:
        office.send()
        play.hand_in(office.campaign, "b.xlsx", play.filled(office.campaign, "B02", BAD))
        play.collect(office.campaign)
        back = [("B02", "return", B), ("B02", "return", B2)]
        assert drafts(office) == [*back, ISSUES[3]]
        office.send()
        assert drafts(office) == ISSUES[3:]
        last = office.server.messages()[-1][1]
        (book,) = last.iter_attachments()
        assert book.get_filename() == "B02-县水务局-2021-退回1.xlsx"
        written = office.campaign.sent_back / "B02-县水务局-2021-退回1.xlsx"
        assert book.get_content() == written.read_bytes()
        assert "第 1 次" in last["subject"]
        assert "T3-I" not in last.get_body().get_content()  # sentences, not codes
        assert "依申请公开" in last.get_body().get_content()
        answered = next(message for to, message in office.server.messages() if to == B2)
        assert last["in-reply-to"] == answered["message-id"]

    def test_a_refused_file_is_told_with_a_fresh_workbook(self, office: Office) -> None:
        play.hand_in(office.campaign, "县水务局.docx", b"PK\x03\x04 a Word file, or so")
        play.collect(office.campaign)
        assert drafts(office)[1:3] == [("B02", "refusal", B), ("B02", "refusal", B2)]
        office.send()
        assert drafts(office) == ISSUES[3:]
        told = next(message for to, message in office.server.messages() if to == B)
        (book,) = told.iter_attachments()
        issued = office.campaign.issued / "B02-县水务局-2021.xlsx"
        assert book.get_content() == issued.read_bytes()
        assert "县水务局.docx" in told.get_body().get_content()

    def test_a_refused_file_of_nobody_is_told_by_hand(self, office: Office) -> None:
        play.hand_in(office.campaign, "表.docx", b"PK\x03\x04 a Word file, or so")
        play.collect(office.campaign)
        assert office.prepare().strays == ("回收/表.docx",)

    def test_reminders_are_for_who_owes_a_return_once_a_day(self, office: Office) -> None:
        today = date(2022, 1, 23)
        office.send(today=today)
        play.hand_in(office.campaign, "a.xlsx", play.filled(office.campaign, "B01"))
        play.collect(office.campaign)
        assert drafts(office, today=today) == ISSUES[3:]
        reminded = [("B02", "reminder", B), ("B02", "reminder", B2), ISSUES[3]]
        assert drafts(office, remind=True, today=today) == reminded
        office.send(remind=True, today=today)
        assert "已经过了 3 天" in office.server.messages()[-1][1].get_body().get_content()
        assert drafts(office, remind=True, today=today) == ISSUES[3:]
        assert drafts(office, remind=True, today=date(2022, 1, 24)) == reminded

    def test_who_waits_for_the_office_is_not_reminded(self, office: Office) -> None:
        office.send()
        play.hand_in(office.campaign, "县水务局.xlsx", play.filled(office.campaign, "B01"))
        play.collect(office.campaign)
        reminded = drafts(office, remind=True, today=date(2022, 1, 23))
        assert [code for code, what, _ in reminded if what == "reminder"] == ["B02", "B02"]

    def test_a_unit_without_its_workbook_is_a_sentence(self, office: Office) -> None:
        (office.campaign.issued / "B01-县发展和改革局-2021.xlsx").unlink()
        ready = office.prepare()
        assert len(ready.problems) == 1
        assert "县发展和改革局" in ready.problems[0]
        assert [one.due.unit.code for one in ready.drafts] == ["B02", "B02"]


def bounce(office: Office) -> None:
    """Note that the first message, which went to A, came back."""
    sent = next(one for one in play.events(office.campaign) if isinstance(one, Sent))
    why, when = "550 no such user", "2022-01-05T09:00:00"
    with open_ledger(office.campaign) as ledger:
        ledger.add([Bounced("0" * 64, "B01", sent.message_id, A, why, when)])


class TestWhereItGoes:
    def test_an_answer_goes_to_the_address_of_the_roster(self, office: Office) -> None:
        office.send()
        addressed = {str(message["to"]).strip("<>") for _, message in office.server.messages()}
        assert addressed == {A, B, B2}
        assert all(
            message["cc"] is message["bcc"] is None for _, message in office.server.messages()
        )

    def test_who_has_no_address_gets_a_draft(self, office: Office) -> None:
        (by_hand,) = office.prepare().by_hand
        assert by_hand.path == office.campaign.to_send / "自己发" / "Z01-河口镇-下发.eml"
        assert read(by_hand.path.read_bytes())["to"] is None

    def test_a_draft_that_the_office_moved_to_the_sent_ones_was_sent(self, office: Office) -> None:
        (by_hand,) = office.prepare().by_hand
        office.campaign.sent.mkdir(exist_ok=True)
        by_hand.path.rename(office.campaign.sent / "河口镇.eml")
        ready = office.prepare()
        assert [one.unit for one in ready.noted] == ["Z01"]
        assert ready.by_hand == ()
        assert office.prepare().noted == ()

    def test_a_bounced_address_is_not_used_again(self, office: Office) -> None:
        office.send()
        bounce(office)
        assert drafts(office) == [("B01", "issue", ""), ISSUES[3]]
        assert "no such user" in office.prepare().by_hand[0].due.why

    def test_until_somebody_writes_from_it(self, office: Office) -> None:
        office.send()
        bounce(office)
        place = (OFFICE, "INBOX", 1, 1, "<1@unit.test>", A, "请重发", "2022-01-06T09:00:00")
        with open_ledger(office.campaign) as ledger:
            ledger.add([Fetched("1" * 64, *place, (), "没有附件")])
        assert drafts(office) == [ISSUES[0], ISSUES[3]]

    def test_an_address_that_is_too_long_for_any_server_is_by_hand(self, office: Office) -> None:
        roster = office.campaign.folder / "units.csv"
        roster.write_text(roster.read_text("utf-8").replace(A, "a" * 70 + "@unit.test"), "utf-8")
        changed = Office(play.campaigns.load(office.campaign.folder), office.server, office.port)
        assert ("B01", "issue", "") in drafts(changed)

    def test_addresses_that_look_wrong_are_told(self, office: Office) -> None:
        roster = office.campaign.folder / "units.csv"
        text = roster.read_text("utf-8").replace(A, "fgj@163.con").replace(B2, "fgj@163.con")
        roster.write_text(text, "utf-8")
        changed = Office(play.campaigns.load(office.campaign.folder), office.server, office.port)
        told = changed.prepare().doubtful
        assert len(told) == 2
        assert "163.com" in told[0]
        assert "县水务局" in told[1]


class TestBytes:
    def test_exactly_the_drafts_are_sent(self, office: Office) -> None:
        listed = [one.path.read_bytes() for one in office.prepare().drafts]
        assert [one.path.read_bytes() for one in office.prepare().drafts] == listed
        _, posting = office.send()
        assert [data for _, data in office.server.inbox] == listed
        assert [place.read_bytes() for _, place in posting.sent] == listed
        assert all(place.parent == office.campaign.sent for _, place in posting.sent)
        left = sorted(path.name for path in office.campaign.to_send.iterdir())
        assert left == ["自己发", "通知.txt"]

    def test_a_draft_that_was_changed_after_it_was_listed_stays(self, office: Office) -> None:
        ready = office.prepare()
        ready.drafts[0].path.write_bytes(b"something else")
        with open_ledger(office.campaign) as ledger:
            posting = transmit(office.campaign, ledger, office.mail, CODE, ready.drafts)
        assert [one.due.to for one, _ in posting.unsent] == [A]
        assert [to for to, _ in office.server.inbox] == [B, B2]

    def test_what_is_not_owed_any_more_leaves(self, office: Office) -> None:
        office.prepare()
        other = office.campaign.to_send / "我的.eml"
        other.write_bytes(b"From: me\r\n\r\nmine")
        play.hand_in(office.campaign, "a.xlsx", play.filled(office.campaign, "B01"))
        play.collect(office.campaign)
        office.prepare()
        left = {path.name for path in office.campaign.to_send.glob("*.eml")}
        assert left == {"B02-县水务局-下发.eml", "B02-县水务局-下发-2.eml", "我的.eml"}

    def test_our_headers(self, office: Office) -> None:
        office.send()
        message = office.server.messages()[0][1]
        found = mark.parsed(message["x-jyxl"])
        assert found is not None
        assert (found.campaign, found.unit, found.what) == (office.campaign.id, "B01", "issue")
        assert message["message-id"] == f"<{found.key}@county.test>"
        assert message["auto-submitted"] == "auto-generated"
        assert message["x-auto-response-suppress"] == "All"
        assert message["from"].addresses[0].addr_spec == OFFICE
        assert message["from"].addresses[0].display_name == "云溪县政府办"

    def test_the_words_for_wechat_have_a_block_for_each_unit(self, office: Office) -> None:
        office.prepare()
        text = (office.campaign.to_send / "通知.txt").read_bytes().decode("utf-8-sig")
        assert text.count("【") == 3
        body = read(office.prepare().drafts[0].path.read_bytes()).get_body()
        assert body.get_content().replace("\r\n", "\n").strip() in text.replace("\r\n", "\n")
        assert "下发/Z01-河口镇-2021.xlsx" in text


class TestNoted:
    def test_before_and_after_each_message(self, office: Office) -> None:
        office.send()
        events = [one for one in play.events(office.campaign) if isinstance(one, Sending | Sent)]
        assert [(type(one), one.to) for one in events] == [
            (kind, to) for to in (A, B, B2) for kind in (Sending, Sent)
        ]
        first, second = events[:2]
        assert isinstance(second, Sent)
        assert (first.message_id, first.sha256) == (second.message_id, second.sha256)
        assert second.reply == "OK queued as 1"

    @pytest.mark.parametrize("stage", ["rcpt", "data"])
    @pytest.mark.parametrize("reply", ["450 mailbox busy", "451 try again", "421 slow down"])
    def test_a_server_that_asks_to_wait_is_asked_again(
        self, office: Office, stage: str, reply: str
    ) -> None:
        office.server.faults[A] = [f"{stage} {reply}"] * 2
        _, posting = office.send()
        assert len(posting.sent) == 3
        assert [to for to, _ in office.server.inbox] == [A, B, B2]
        unsent = [one for one in play.events(office.campaign) if isinstance(one, Unsent)]
        assert len(unsent) == 2

    @pytest.mark.parametrize("stage", ["rcpt", "data"])
    @pytest.mark.parametrize(
        "code", ["550 no such user", "552 mailbox is full", "553 no", "554 spam"]
    )
    def test_one_that_is_refused_never_stops_the_others(
        self, office: Office, stage: str, code: str
    ) -> None:
        office.server.faults[A] = [f"{stage} {code}"]
        _, posting = office.send()
        assert [(one.due.to, why) for one, why in posting.unsent] == [(A, code)]
        assert [to for to, _ in office.server.inbox] == [B, B2]
        assert drafts(office) == [ISSUES[0], ISSUES[3]]
        assert office.prepare().drafts[0].due.last == code
        office.send()
        assert [to for to, _ in office.server.inbox] == [B, B2, A]

    def test_three_that_were_refused_last_time_never_stop_the_others(self, office: Office) -> None:
        """As soon as three in a row are refused, a run stops; the next one comes to the others."""
        dead = [f"x{n}@unit.test" for n in range(3)]
        large = enlarged(office, [*dead, A, B])
        for _ in range(2):
            office.server.faults.update({one: ["rcpt 550 no such user"] for one in dead})
            _, posting = large.send()
        assert [one.due.to for one, _ in posting.unsent] == dead
        assert [to for to, _ in office.server.inbox] == [A, B]

    def test_a_recipient_that_stays_busy_never_stops_the_others(self, office: Office) -> None:
        office.server.faults[A] = ["rcpt 450 busy"] * 3
        _, posting = office.send()
        assert [one.due.to for one, _ in posting.unsent] == [A]
        assert [to for to, _ in office.server.inbox] == [B, B2]

    @pytest.mark.parametrize("stage", ["rcpt", "data"])
    def test_a_frequency_limit_stops_the_run(self, office: Office, stage: str) -> None:
        office.server.faults[B] = [f"{stage} 550 User frequency limited"]
        _, posting = office.send()
        assert "frequency limited" in posting.stopped
        assert [to for to, _ in office.server.inbox] == [A]
        assert posting.unsure == []
        assert drafts(office) == ISSUES[1:]
        _, posting = office.send()
        assert [to for to, _ in office.server.inbox] == [A, B, B2]

    def test_a_wrong_code_stops_the_run_and_is_said_in_words(self, office: Office) -> None:
        _, posting = office.send("wrong")
        assert "535 登录失败，请用授权码" in posting.stopped
        assert (office.server.inbox, len(office.server.logins)) == ([], 1)

    def test_a_server_that_is_too_busy_stops_the_run(self, office: Office) -> None:
        office.server.greeting = "421 too busy"
        _, posting = office.send()
        assert posting.stopped
        assert posting.sent == posting.unsure == []

    def test_a_connection_that_is_lost_before_the_text_is_a_further_try(
        self, office: Office
    ) -> None:
        office.server.faults[A] = ["cut rcpt"]
        _, posting = office.send()
        assert (len(posting.sent), posting.unsure) == (3, [])
        assert [to for to, _ in office.server.inbox] == [A, B, B2]

    @pytest.mark.parametrize("was_taken", [True, False])
    def test_without_an_answer_nobody_knows(self, office: Office, was_taken: bool) -> None:
        office.server.faults[A] = ["cut data" if was_taken else "cut before"]
        _, posting = office.send()
        assert [one.due.to for one in posting.unsure] == [A]
        assert [one.due.to for one, _ in posting.sent] == [B, B2]
        ready = office.prepare()
        assert [(one.due.to, bool(one.due.unsure)) for one in ready.drafts] == [(A, True)]
        office.send()
        to_a = [data for to, data in office.server.inbox if to == A]
        assert len(to_a) == 1 + was_taken
        assert len(set(to_a)) == 1, "the same message, byte for byte"
        assert office.prepare().drafts == ()

    def test_what_may_have_been_sent_is_never_written_anew(self, office: Office) -> None:
        office.server.faults[A] = ["cut data"]
        office.send()
        own = office.campaign.folder / "邮件-下发.txt"
        own.write_text("主题：新的主题\n新的正文\n", "utf-8")
        office.send()
        assert len({data for to, data in office.server.inbox if to == A}) == 1

    def test_it_is_looked_for_among_the_sent_ones(self, office: Office) -> None:
        office.server.faults[A] = ["cut data"]
        office.send()
        asked: list[str] = []

        def find(keys: list[str]) -> list[str]:
            asked.extend(keys)
            return keys

        ready, _ = office.send(find=find)
        assert [one.to for one in ready.noted] == [A]
        assert len(asked) == 1
        assert [to for to, _ in office.server.inbox] == [A, B, B2]

    def test_a_refusal_after_doubt_leaves_the_doubt(self, office: Office) -> None:
        office.server.faults[A] = ["cut data", "data 554 no"]
        office.send()
        office.send()
        assert office.prepare().drafts[0].due.unsure

    def test_a_new_connection_for_every_ten(self, office: Office) -> None:
        _, posting = enlarged(office, [f"u{n}@unit.test" for n in range(23)]).send()
        assert (len(posting.sent), office.server.connections) == (23, 3)


def enlarged(office: Office, addresses: Sequence[str]) -> Office:
    """The same office with a unit for each of these addresses, which were issued something."""
    lines = [f"C{n:02},第{n}局,部门,,,{one}" for n, one in enumerate(addresses)]
    roster = "\n".join(["单位代码,单位名称,类别,联络人,电话,邮箱", *lines, ""])
    (office.campaign.folder / "units.csv").write_text(roster, "utf-8")
    large = Office(play.campaigns.load(office.campaign.folder), office.server, office.port)
    for unit in large.campaign.units:
        path = large.campaign.issued / f"{unit.code}-{unit.name}-2021.xlsx"
        path.write_bytes(b"PK" + unit.code.encode())
    return large


class TestAfterRebuild:
    def rebuilt(self, office: Office) -> Rebuilt:
        office.campaign.ledger.unlink()
        return rebuild(office.campaign)

    def unsent(self, outcome: Rebuilt) -> list[str]:
        return [unit.code for unit in outcome.unsent]

    def test_what_was_sent_is_not_sent_again(self, office: Office) -> None:
        office.send()
        play.hand_in(office.campaign, "b.xlsx", play.filled(office.campaign, "B02", BAD))
        play.hand_in(office.campaign, "县发展和改革局.docx", b"PK\x03\x04 a Word file, or so")
        play.collect(office.campaign)
        office.send()
        sent = len(office.server.inbox)
        assert sent == 6
        assert drafts(office) == ISSUES[3:]
        assert self.unsent(self.rebuilt(office)) == ["Z01"]
        assert drafts(office) == ISSUES[3:]
        play.collect(office.campaign)
        assert drafts(office) == ISSUES[3:]
        office.send()
        assert len(office.server.inbox) == sent

    def test_what_would_be_sent_again_is_told(self, office: Office) -> None:
        office.send()
        for path in office.campaign.sent.glob("B02-*.eml"):
            path.unlink()
        outcome = self.rebuilt(office)
        assert self.unsent(outcome) == ["B02", "Z01"]
        assert [code for code, _, to in drafts(office) if to] == ["B02", "B02"]
        console = Console(file=io.StringIO(), width=80)
        console.print(doctor_screen.rebuilt(office.campaign, outcome))
        assert isinstance(console.file, io.StringIO)
        assert "县水务局" in console.file.getvalue()

    def test_without_mail_nothing_is_told(self, office: Office) -> None:
        path = office.campaign.folder / "jyxl.toml"
        path.write_text(path.read_text("utf-8").partition("\n[mail]\n")[0], "utf-8")
        assert self.rebuilt(office).unsent == ()
