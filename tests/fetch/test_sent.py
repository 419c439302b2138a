"""What the server never answered about is looked for among the sent messages."""

from __future__ import annotations

import pytest

from jyxl.edges import imap, mailbox
from jyxl.edges.ledger import open_ledger
from jyxl.problem import Problem
from jyxl.steps.send import found_by, prepare, transmit
from tests.fetch.conftest import Office
from tests.fetch.dovecot import PASSWORD
from tests.mail import submission
from tests.mail.submission import Submission

pytestmark = pytest.mark.slow

A, B, B2 = "fgj@unit.test", "swj@unit.test", "swj2@unit.test"


def test_one_that_is_there_is_not_sent_again(
    office: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Two messages are never answered about; the provider kept one of them, with another
    Message-ID."""
    by = submission.authority(tmp_path_factory.mktemp("authority"))
    both = office.campaign.folder / "ca.pem"
    both.write_bytes(both.read_bytes() + by.ca.read_bytes())
    server = Submission(login=(office.mail.user, PASSWORD))
    server.faults[A] = ["cut data"]
    server.faults[B] = ["cut data"]
    with submission.serving(server, by.context()) as port:
        office.set(smtp=f"smtps://localhost:{port}", pause=0)
        mail = office.mail
        find = found_by(mail, lambda: PASSWORD)
        with open_ledger(office.campaign) as ledger:
            first = prepare(office.campaign, ledger, mail)
            posting = transmit(office.campaign, ledger, mail, PASSWORD, first.drafts)
            assert [one.due.to for one in posting.unsure] == [A, B]
            kept = next(data for to, data in server.inbox if to == A)
            office.server.put(
                kept.replace(b"Message-ID: <", b"Message-ID: <changed-"), folder="Sent"
            )
            before = office.server.state()
            again = prepare(office.campaign, ledger, mail, find=find)
            assert [one.to for one in again.noted] == [A]
            assert [(one.due.to, bool(one.due.unsure)) for one in again.drafts] == [(B, True)]
        assert office.server.state() == before


def test_where_nobody_can_tell_it_stays_in_doubt(office: Office) -> None:
    server = mailbox.stated(office.mail)
    with pytest.raises(Problem):
        imap.among_sent(office.mail, server, "wrong", ["0" * 32])
    office.set(imap=f"pop3s://localhost:{office.server.imaps}")
    assert found_by(office.mail, lambda: PASSWORD) is None
