"""jyxl fetch: what lies in a mailbox becomes files in 回收/, once, and the mailbox stays as it is."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from jyxl.cli import main
from jyxl.edges import senders
from jyxl.edges.events import Bounced, Fetched
from jyxl.edges.ledger import open_ledger
from jyxl.problem import Problem
from jyxl.steps import fetch as fetching
from jyxl.steps.rebuild import rebuild
from tests import play
from tests.fetch import dovecot, forms
from tests.fetch.conftest import Office
from tests.fetch.dovecot import PASSWORD
from tests.fetch.netease import Netease

pytestmark = pytest.mark.slow

A, B, B2 = "fgj@unit.test", "swj@unit.test", "swj2@unit.test"
STRANGER = "zhangsan@qq.test"
LICENCES = "t2.licence.decisions"


def good(office: Office, code: str = "B01", licences: int = 7) -> bytes:
    return play.returned(office.campaign, code, {LICENCES: licences})


def fetched(office: Office) -> list[Fetched]:
    return [one for one in play.events(office.campaign) if isinstance(one, Fetched)]


def verdicts(office: Office) -> list[tuple[str, list[str]]]:
    return [
        (one.verdict, [found.code for found in one.findings])
        for one in play.collect(office.campaign).received
        if not one.seen_here
    ]


class TestOnce:
    def test_a_return_becomes_a_file_with_the_time_of_the_message(self, office: Office) -> None:
        raw = forms.mail(good(office), "县发展和改革局年报.xlsx")
        office.server.put(raw, "2022-01-10 09:00")
        got = office.fetch()
        assert (got.messages, len(got.files), got.skipped, got.problems) == (1, 1, [], [])
        path = office.campaign.folder / got.files[0]
        assert path.read_bytes() == good(office)
        assert path.name == "县发展和改革局年报.xlsx"
        assert path.stat().st_mtime == datetime(2022, 1, 10, 9).timestamp()
        (event,) = fetched(office)
        assert (event.sender, event.message_id) == (A, "<1@unit.test>")
        assert event.time == "2022-01-10T09:00:00"
        kept = office.campaign.mail / f"{hashlib.sha256(raw).hexdigest()}.eml"
        assert kept.read_bytes() == raw
        assert verdicts(office) == [("accepted", [])]
        assert play.status(office.campaign)["B01"].arrived == "2022-01-10T09:00:00"

    def test_run_again_nothing_comes_twice(self, office: Office) -> None:
        office.server.put(forms.mail(good(office)))
        office.server.put(forms.mixed(forms.head(message_id="<2@unit.test>"), forms.text()))
        assert office.fetch().messages == 2
        before = play.tree(office.campaign.folder)
        again = office.fetch()
        assert (again.messages, again.files, again.skipped) == (0, [], [])
        assert play.tree(office.campaign.folder) == before
        assert len(fetched(office)) == 2

    def test_under_another_uidvalidity_it_is_known_by_its_bytes(self, office: Office) -> None:
        raw = forms.mail(good(office))
        office.server.put(raw)
        office.fetch()
        play.collect(office.campaign)
        time.sleep(1.1)  # the server makes it from the time, in seconds
        office.server.empty()
        office.server.put(raw, "2022-01-12 09:00")
        again = office.fetch()
        assert (again.messages, again.files) == (0, [])
        assert len({one.uidvalidity for one in fetched(office)}) == 2
        assert verdicts(office) == []

    def test_changed_on_its_way_it_is_known_by_its_message_id(self, office: Office) -> None:
        raw = forms.mail(good(office))
        office.server.put(raw)
        office.fetch()
        office.server.put(b"Received: by relay.test; Mon, 10 Jan 2022 10:00:00 +0800\r\n" + raw)
        assert office.fetch().files == []

    def test_an_id_that_somebody_used_before_hides_nothing(self, office: Office) -> None:
        office.server.put(forms.mail(good(office, "B02"), sender=B, message_id="<x@y.test>"))
        office.fetch()
        office.server.put(forms.mail(good(office, "B01"), message_id="<x@y.test>"))
        assert len(office.fetch().files) == 1
        play.collect(office.campaign)
        states = {code: one.state for code, one in play.status(office.campaign).items()}
        assert states == {"B01": "accepted", "B02": "accepted", "Z01": "missing"}

    def test_the_same_file_in_two_messages_counts_once(self, office: Office) -> None:
        office.server.put(forms.mail(good(office)))
        office.server.put(forms.mail(good(office), message_id="<2@unit.test>"), "2022-01-11 09:00")
        office.fetch()
        assert sorted(verdict for verdict, _ in verdicts(office)) == ["accepted", "duplicate"]
        assert play.figure(office.campaign, LICENCES) == 7

    @pytest.mark.parametrize("since", ["2022-01-09", "2022-01-11"])
    def test_since(self, office: Office, since: str) -> None:
        office.server.put(forms.mail(good(office)), "2022-01-10 09:00")
        found = office.fetch(datetime.fromisoformat(since).date()).messages
        assert found == (1 if since < "2022-01-10" else 0)

    def test_without_since_it_begins_before_the_deadline(self, office: Office) -> None:
        office.server.put(forms.mail(good(office)), "2022-01-10 09:00")
        office.server.put(forms.mail(good(office), message_id="<0@x.test>"), "2021-06-01 09:00")
        assert office.fetch(None).messages == 1


class TestMailbox:
    def test_nothing_in_it_is_changed(self, office: Office, proxy: Netease) -> None:
        office.server.put(forms.mail(good(office)))
        before = office.server.state()
        office.set(imap=f"imaps://localhost:{proxy.port}")
        office.fetch()
        assert office.server.state() == before
        assert set(proxy.commands()) <= {
            *("CAPABILITY", "LOGIN", "ID", "EXAMINE", "SEARCH", "FETCH", "LOGOUT"),
        }
        assert not any("BODY[" in line for line in proxy.said)

    def test_163_opens_no_folder_before_it_was_told_who_asks(
        self, office: Office, proxy: Netease
    ) -> None:
        office.server.put(forms.mail(good(office)))
        office.set(imap=f"imaps://localhost:{proxy.port}")
        assert office.fetch().messages == 1
        asked = proxy.commands()
        assert asked.index("ID") < asked.index("EXAMINE")

    def test_a_connection_that_is_lost_is_made_again(self, office: Office, proxy: Netease) -> None:
        for n in range(5):
            office.server.put(forms.mail(good(office, licences=n), message_id=f"<{n}@x.test>"))
        office.set(imap=f"imaps://localhost:{proxy.port}")
        proxy.cut_after = [2, 1, 1]
        got = office.fetch()
        assert (got.messages, got.problems) == (5, [])
        assert len(fetched(office)) == 5

    def test_what_came_before_it_was_lost_for_good_is_kept(
        self, office: Office, proxy: Netease
    ) -> None:
        for n in range(5):
            office.server.put(forms.mail(good(office, licences=n), message_id=f"<{n}@x.test>"))
        office.set(imap=f"imaps://localhost:{proxy.port}")
        proxy.cut_after = [2, *[0] * 20]
        got = office.fetch()
        assert got.messages == 2
        assert got.problems != []
        proxy.cut_after = []
        assert office.fetch().messages == 3

    def test_a_message_that_always_breaks_it_stops_no_other(
        self, office: Office, proxy: Netease
    ) -> None:
        for n in range(5):
            office.server.put(forms.mail(good(office, licences=n), message_id=f"<{n}@x.test>"))
        office.set(imap=f"imaps://localhost:{proxy.port}")
        proxy.cut_after = [2, 0]
        got = office.fetch()
        assert (got.messages, len(got.problems)) == (4, 1)
        assert office.fetch().messages == 1

    def test_a_folder_with_a_chinese_name(self, office: Office) -> None:
        office.server.put(forms.mail(good(office)), folder="&XfJZBHQG-")
        office.set(folder="已处理")
        assert office.fetch().messages == 1

    def test_pop3(self, office: Office) -> None:
        raw = forms.mail(good(office))
        office.server.deliver(raw)
        office.set(imap=f"pop3s://localhost:{office.server.pop3s}")
        got = office.fetch()
        assert (got.messages, len(got.files)) == (1, 1)
        assert office.fetch().messages == 0
        assert office.server.state()["INBOX"] != ()
        assert verdicts(office) == [("accepted", [])]

    def test_by_pop3_and_by_imap_a_message_comes_once(self, office: Office) -> None:
        office.server.deliver(forms.mail(good(office)))
        assert office.fetch().messages == 1
        office.set(imap=f"pop3s://localhost:{office.server.pop3s}")
        assert office.fetch().files == []


class TestWrong:
    """What is wrong with the settings is one sentence that names it."""

    def told(self, office: Office, password: str = PASSWORD) -> str:
        with pytest.raises(Problem) as problem:
            list(fetching.tested(office.mail, password))
        assert password not in str(problem.value)
        return str(problem.value)

    def test_all_is_well(self, office: Office) -> None:
        office.server.put(forms.mail(good(office)))
        told = "".join(fetching.tested(office.mail, PASSWORD))
        assert "INBOX" in told
        assert "已处理" in told
        assert fetched(office) == []

    def test_no_such_host(self, office: Office) -> None:
        office.set(imap="imaps://nowhere.invalid:993")
        assert "nowhere.invalid" in self.told(office)

    def test_nobody_listens(self, office: Office) -> None:
        office.set(imap="imaps://localhost:9")
        assert "localhost:9" in self.told(office)

    def test_a_certificate_that_nobody_vouches_for(self, office: Office) -> None:
        office.set(ca="")
        assert "证书" in self.told(office)

    def test_a_certificate_for_another_name(self, office: Office) -> None:
        office.set(imap=f"imaps://127.0.0.1:{office.server.imaps}")
        assert "证书" in self.told(office)

    def test_a_port_without_tls(self, office: Office) -> None:
        office.set(imap=f"imaps://localhost:{office.server.lmtp}")
        assert "加密" in self.told(office)

    def test_a_wrong_password(self, office: Office) -> None:
        assert "授权码" in self.told(office, "wrong-password")

    def test_a_password_in_chinese(self, office: Office) -> None:
        assert "授权码" in self.told(office, "密钥密钥")

    def test_by_pop3(self, office: Office) -> None:
        office.set(imap=f"pop3s://localhost:{office.server.pop3s}")
        assert "授权码" in self.told(office, "wrong-password")
        office.set(imap=f"pop3s://localhost:{office.server.pop3s}", ca="")
        assert "证书" in self.told(office)

    def test_a_folder_that_is_not_there(self, office: Office) -> None:
        office.set(folder="收件")
        told = self.told(office)
        assert "收件" in told
        assert "已处理" in told

    def test_no_server_is_stated(self, office: Office) -> None:
        office.set(imap="")
        assert "imap" in self.told(office)


class TestWho:
    def test_a_return_from_an_unknown_address_waits(self, office: Office) -> None:
        office.server.put(forms.mail(good(office), sender=STRANGER))
        assert office.fetch().strangers == [(STRANGER, "年报")]
        (one,) = play.collect(office.campaign).received
        assert (one.verdict, [found.code for found in one.findings]) == ("held", ["S-STRANGER"])
        assert (one.sender.address, one.sender.in_roster) == (STRANGER, False)
        assert play.status(office.campaign)["B01"].state == "missing"

    def test_until_the_office_accepts_it(self, office: Office) -> None:
        from jyxl.steps import rule

        office.server.put(forms.mail(good(office), sender=STRANGER))
        (file,) = office.fetch().files
        play.collect(office.campaign)
        with open_ledger(office.campaign) as ledger:
            judged, _ = rule.accept(office.campaign, ledger, file, "电话核实过")
        assert judged.decision == "accepted"
        assert [found.code for found in judged.findings] == []

    def test_unless_the_campaign_takes_all(self, office: Office) -> None:
        office.set(senders="any")
        office.server.put(forms.mail(good(office), sender=STRANGER))
        office.fetch()
        assert verdicts(office) == [("accepted", [])]

    def test_the_second_address_of_a_unit_is_as_good(self, office: Office) -> None:
        office.server.put(forms.mail(good(office, "B02"), sender=B2.upper()))
        office.fetch()
        assert verdicts(office) == [("accepted", [])]

    def test_the_address_of_another_unit_is_not(self, office: Office) -> None:
        office.server.put(forms.mail(good(office, "B02"), sender=A))
        office.server.put(forms.mail(good(office, "Z01"), sender=A, message_id="<2@x.test>"))
        office.fetch()
        assert verdicts(office) == [("held", ["S-STRANGER"])] * 2

    def test_a_unit_without_an_address_may_write_from_any(self, office: Office) -> None:
        office.server.put(forms.mail(good(office, "Z01"), sender=STRANGER))
        office.fetch()
        (one,) = play.collect(office.campaign).received
        assert (one.verdict, one.sender.in_roster) == ("accepted", False)

    def test_in_a_zip_it_is_the_same(self, office: Office) -> None:
        packed = play_zip({"年报.xlsx": good(office)})
        office.server.put(forms.mail(packed, "年报.zip", sender=STRANGER))
        office.fetch()
        assert verdicts(office) == [("held", ["S-STRANGER"])]

    def test_sent_again_from_the_right_address_it_counts(self, office: Office) -> None:
        office.server.put(forms.mail(good(office), sender=STRANGER))
        office.fetch()
        play.collect(office.campaign)
        office.server.put(forms.mail(good(office), message_id="<2@x.test>"), "2022-01-12 09:00")
        office.fetch()
        play.collect(office.campaign)
        assert play.status(office.campaign)["B01"].state == "accepted"


def play_zip(members: dict[str, bytes]) -> bytes:
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, data in members.items():
            package.writestr(name, data)
    return buffer.getvalue()


class TestTold:
    """Every message of which no file is taken is listed, with the reason."""

    def why(self, office: Office, raw: bytes) -> str:
        office.server.put(raw)
        got = office.fetch()
        assert (got.messages, got.files) == (1, [])
        (one,) = got.skipped
        return one.why

    def test_the_workbook_as_it_was_issued(self, office: Office) -> None:
        path = next(office.campaign.issued.glob("B01*"))
        assert "没有填" in self.why(office, forms.mail(path.read_bytes()))

    def test_a_link_in_place_of_a_file(self, office: Office) -> None:
        words = "从QQ邮箱发来的超大附件 年报.xlsx https://wx.mail.qq.com/ftn/download?func=3"
        raw = forms.mixed(forms.head(), forms.text(words, "text/html"))
        assert "超大附件" in self.why(office, raw)

    def test_a_receipt(self, office: Office) -> None:
        part = b"Content-Type: message/disposition-notification\r\n\r\nDisposition: displayed\r\n"
        raw = forms.mixed(forms.head(subject="已读"), forms.text(), part, kind="report")
        assert self.why(office, raw) == "回执"

    def test_an_automatic_answer(self, office: Office) -> None:
        raw = forms.mixed(forms.head(more="Auto-Submitted: auto-replied\r\n"), forms.text())
        assert self.why(office, raw) == "自动回复"

    def test_nothing(self, office: Office) -> None:
        assert self.why(office, forms.mixed(forms.head(), forms.text())) == "没有附件"

    def test_what_has_nothing_to_do_with_it(self, office: Office) -> None:
        raw = forms.mail(b"%PDF-1.4", "发票.pdf", sender="shop@shop.test", subject="发票")
        office.server.put(raw)
        got = office.fetch()
        assert (got.messages, got.files, got.unrelated) == (1, [], 1)

    def test_a_message_that_is_too_large_is_told_and_left(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("jyxl.edges.mailbox.MAX_BYTES", 10_000)
        assert "太大" in self.why(office, forms.mail(bytes(20_000)))
        assert office.fetch().messages == 0


class TestBounce:
    def raw(self, office: Office, code: str = "B01", to: str = A) -> bytes:
        book = next(office.campaign.issued.glob(f"{code}*")).read_bytes()
        mark = f"X-Jyxl: {office.campaign.id} {code} issue 0 {'0' * 32}\r\n"
        start = forms.head("office@county.test", "请填报", message_id="<k@county.test>", more=mark)
        return forms.mixed(start, forms.text(), forms.part(book, forms.attached("工作簿.xlsx")))

    def check(self, office: Office, raw: bytes) -> None:
        office.server.put(raw)
        got = office.fetch()
        assert got.files == []
        (event,) = [one for one in play.events(office.campaign) if isinstance(one, Bounced)]
        assert (event.unit, event.address) == ("B01", A)
        assert "退信" in got.skipped[0].why
        assert play.status(office.campaign)["B01"].bounced == (A,)
        assert play.status(office.campaign)["B02"].bounced == ()

    def test_a_report_is_shown_at_the_unit(self, office: Office) -> None:
        start = forms.head("MAILER-DAEMON@mx.test", "Undelivered Mail Returned to Sender")
        self.check(office, forms.bounce(self.raw(office), A, start))

    def test_a_web_page_is_too(self, office: Office) -> None:
        start = forms.head("postmaster@163.test", "系统退信")
        mark = f"{office.campaign.id} B01 issue 0 {'0' * 32}"
        self.check(office, forms.web_bounce(A, mark, "<k@county.test>", start))

    def test_that_it_will_be_tried_again_is_none(self, office: Office) -> None:
        start = forms.head("MAILER-DAEMON@mx.test", "Delayed Mail")
        office.server.put(forms.bounce(self.raw(office), A, start, action="delayed"))
        assert "重试" in office.fetch().skipped[0].why
        assert play.status(office.campaign)["B01"].bounced == ()

    def test_whoever_writes_from_the_address_can_be_reached(self, office: Office) -> None:
        start = forms.head("MAILER-DAEMON@mx.test", "Undelivered Mail", message_id="<b@mx.test>")
        office.server.put(forms.bounce(self.raw(office), A, start))
        office.fetch()
        office.server.put(forms.mail(good(office)))
        office.fetch()
        assert play.status(office.campaign)["B01"].bounced == ()


class TestHostile:
    def test_names_that_look_like_paths_or_programs(self, office: Office) -> None:
        names = ["../../x.xlsx", "/etc/passwd", "C:\\a\\b.xlsx", "~$a.xlsx", ".hidden", "CON.xlsx",
                 "a" * 300 + ".xlsx", "年" * 200 + ".xlsx", "x.xlsx.exe", "a\u202exslx.exe",
                 "thumbs.db", "._x", "", "x?.xlsx", "x.xlsx ", "X.xlsx"]  # fmt: skip
        book = good(office)
        parts = [
            forms.part(book + bytes([n]), forms.attached(name)) for n, name in enumerate(names)
        ]
        office.server.put(forms.mixed(forms.head(), *parts))
        before = {path.name for path in office.campaign.folder.iterdir()}
        got = office.fetch()
        assert {path.name for path in office.campaign.folder.iterdir()} == before
        assert len(set(map(str.casefold, got.files))) == len(names)
        for place in got.files:
            path = office.campaign.folder / place
            assert path.resolve().is_relative_to(office.campaign.returns.resolve())
            assert path.is_file()
            assert path.suffix != ".exe"
        assert len(play.collect(office.campaign).received) == len(names)

    def test_one_bad_message_stops_nothing(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from jyxl.mail import letter

        read = letter.read

        def failing(raw: bytes) -> letter.Letter:
            if b"<bad@x.test>" in raw:
                raise ValueError("a defect")
            return read(raw)

        monkeypatch.setattr(letter, "read", failing)
        office.server.put(forms.mail(good(office), message_id="<bad@x.test>"))
        office.server.put(forms.mail(good(office), message_id="<good@x.test>"))
        got = office.fetch()
        assert (got.messages, len(got.files), len(got.failed)) == (1, 1, 1)
        assert got.log is not None
        monkeypatch.undo()
        assert office.fetch().messages == 1

    def test_the_password_is_in_no_file(self, office: Office) -> None:
        office.server.put(forms.mail(good(office)))
        office.fetch()
        with pytest.raises(Problem):
            list(fetching.tested(office.mail, PASSWORD + "x"))
        for path in office.campaign.folder.rglob("*"):
            assert not path.is_file() or PASSWORD.encode() not in path.read_bytes()


class TestCommand:
    def run(self, monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
        monkeypatch.setenv("JYXL_MAIL_PASSWORD", PASSWORD)
        monkeypatch.setattr(sys, "argv", ["jyxl", "fetch", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0)

    def test_as_json(
        self,
        office: Office,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        office.server.put(forms.mail(good(office)))
        office.server.put(forms.mixed(forms.head(message_id="<2@x.test>"), forms.text()))
        where = ("-C", office.campaign.folder, "--since", "2022-01-01")
        assert self.run(monkeypatch, *where, "--json") == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["messages"], len(told["files"])) == (2, 1)
        assert told["skipped"] == [{"subject": "年报", "from": A, "why": "没有附件"}]

    def test_on_the_screen(
        self,
        office: Office,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        office.server.put(forms.mail(good(office), sender=STRANGER))
        office.server.put(forms.mixed(forms.head(message_id="<2@x.test>"), forms.text()))
        where = ("-C", office.campaign.folder, "--since", "2022-01-01")
        assert self.run(monkeypatch, *where) == 0
        shown = capsys.readouterr().out
        for part in (STRANGER, "没有附件", "jyxl collect", "年报.xlsx"):
            assert part in shown

    def test_what_is_wrong_is_the_last_sentence(
        self,
        office: Office,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        office.set(folder="没有")
        assert self.run(monkeypatch, "-C", office.campaign.folder, "--test") == 2
        assert "没有文件夹“没有”" in capsys.readouterr().err

    def test_a_day_that_is_none(
        self,
        office: Office,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        assert self.run(monkeypatch, "-C", office.campaign.folder, "--since", "昨天") == 2
        assert "--since 应为日期" in capsys.readouterr().err


class TestKilled:
    def test_files_that_a_killed_run_left_out_are_put_there(self, office: Office) -> None:
        office.server.put(forms.mail(good(office)))
        (place,) = office.fetch().files
        path = office.campaign.folder / place
        path.unlink()
        office.fetch()
        assert path.read_bytes() == good(office)
        assert path.stat().st_mtime == datetime(2022, 1, 10, 9).timestamp()

    def test_but_not_what_the_office_moved_after_a_collect(self, office: Office) -> None:
        office.server.put(forms.mail(good(office)))
        (place,) = office.fetch().files
        play.collect(office.campaign)
        (office.campaign.folder / place).unlink()
        office.fetch()
        assert not (office.campaign.folder / place).exists()

    def test_nor_a_zip_of_which_the_files_were_collected(self, office: Office) -> None:
        packed = play_zip({"年报.xlsx": good(office)})
        office.server.put(forms.mail(packed, "年报.zip"))
        (place,) = office.fetch().files
        assert verdicts(office) == [("accepted", [])]
        (office.campaign.folder / place).rename(office.campaign.folder / "年报.zip")
        office.fetch()
        assert not (office.campaign.folder / place).exists()


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0,
    reason="an ordinary user runs all of these tests already",
)
def test_an_ordinary_user_can_run_the_server(office: Office, tmp_path: Path) -> None:
    import pwd

    user = next(one.pw_name for one in pwd.getpwall() if one.pw_name in ("www-data", "daemon"))
    with dovecot.running(user) as server:
        server.put(forms.mail(b"%PDF", subject="年报"))
        other = Office(office.campaign, server)
        office.campaign.folder.joinpath("ca.pem").write_bytes(server.certificate.read_bytes())
        other.set()
        assert other.fetch().messages == 1


class TestAfterRebuild:
    def test_nothing_is_counted_twice_and_a_stranger_still_waits(self, office: Office) -> None:
        office.server.put(forms.mail(good(office), "县发展和改革局年报.xlsx"))
        strange = forms.mail(good(office, "B02"), message_id="<s@qq.test>", sender=STRANGER)
        office.server.put(strange)
        office.fetch()
        assert sorted(one for one, _ in verdicts(office)) == ["accepted", "held"]
        before = {code: one.state for code, one in play.status(office.campaign).items()}
        lying = play.tree(office.campaign.returns)

        office.campaign.ledger.unlink()
        assert rebuild(office.campaign).decisions == {"accepted": 1, "held": 1}
        again = office.fetch()
        assert (again.messages, again.files, again.problems) == (0, [], [])
        assert play.tree(office.campaign.returns) == lying
        assert {one.verdict for one in play.collect(office.campaign).received} == {"duplicate"}
        assert {code: one.state for code, one in play.status(office.campaign).items()} == before
        assert senders.by_mail(play.events(office.campaign)).keys() == {
            hashlib.sha256(data).hexdigest() for data in lying.values()
        }

    def test_what_was_fetched_and_not_collected_is_not_lost(self, office: Office) -> None:
        office.server.put(forms.mail(good(office)))
        (place,) = office.fetch().files
        (office.campaign.folder / place).unlink()
        office.campaign.ledger.unlink()
        rebuild(office.campaign)
        assert office.fetch().files == [place]
        assert verdicts(office) == [("accepted", [])]
