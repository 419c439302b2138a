"""A mailbox at a real server, and a campaign whose units have addresses."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from jyxl.edges import campaign as campaigns
from jyxl.edges import mail_settings
from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import open_ledger
from jyxl.edges.mail_settings import Mail
from jyxl.steps import fetch as fetching
from jyxl.steps.fetch import Got
from tests import play
from tests.fetch import dovecot, netease
from tests.fetch.dovecot import OFFICE, PASSWORD, Dovecot
from tests.fetch.netease import Netease

ROSTER = """\
单位代码,单位名称,类别,邮箱
B01,县发展和改革局,部门,fgj@unit.test
B02,县水务局,部门,swj@unit.test;swj2@unit.test
Z01,河口镇,乡镇,
"""
SINCE = date(2021, 12, 1)


@dataclass(frozen=True)
class Office:
    """A campaign, and the server at which its mailbox is."""

    campaign: Campaign
    server: Dovecot

    def set(self, **settings: object) -> None:
        """Write [mail] anew: by default the mailbox of the tests, by IMAP."""
        stated: dict[str, object] = {
            "address": OFFICE,
            "imap": f"imaps://localhost:{self.server.imaps}",
            "ca": "ca.pem",
            **settings,
        }
        path = self.campaign.folder / "jyxl.toml"
        text = path.read_text(encoding="utf-8").partition("\n[mail]\n")[0]
        lines = [f"{key} = {value!r}".replace("'", '"') for key, value in stated.items()]
        path.write_text("\n".join([text.rstrip(), "", "[mail]", *lines, ""]), encoding="utf-8")

    @property
    def mail(self) -> Mail:
        return mail_settings.read(self.campaign.folder)

    def fetch(self, since: date | None = SINCE) -> Got:
        """What a clerk does who runs jyxl fetch."""
        mail = self.mail
        with open_ledger(self.campaign) as ledger:
            return fetching.fetch(
                self.campaign, ledger, mail, lambda: fetching.opened(mail, PASSWORD), since
            )


def missing() -> None:
    """Skip the test with a clear reason; on CI a missing program is a failure."""
    if sys.platform == "win32":
        pytest.skip("Dovecot is a server for Linux")
    if os.environ.get("CI"):
        pytest.fail("Dovecot 2.3 is missing, and CI must not go without it")
    pytest.skip("DOVECOT 2.3 IS MISSING (dovecot-imapd, dovecot-pop3d, dovecot-lmtpd)")


@pytest.fixture(scope="session")
def _server() -> Iterator[Dovecot]:
    if not dovecot.is_there():
        missing()
    with dovecot.running() as server:
        yield server


@pytest.fixture
def server(_server: Dovecot) -> Dovecot:
    """The server, with an empty mailbox."""
    _server.empty()
    return _server


@pytest.fixture
def proxy(server: Dovecot) -> Iterator[Netease]:
    """The same, behind a proxy that behaves like 163."""
    with netease.running(server) as running:
        yield running


@pytest.fixture(scope="session")
def _issued_by_mail(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    return play.campaign(tmp_path_factory.mktemp("fetch"), ROSTER)


@pytest.fixture
def campaign(_issued_by_mail: Campaign, tmp_path: Path) -> Campaign:
    """云溪县 2021: B01 has an address, B02 has two, Z01 has none; nothing returned yet."""
    shutil.copytree(_issued_by_mail.folder, tmp_path / "云溪县")
    return campaigns.load(tmp_path / "云溪县")


@pytest.fixture
def office(campaign: Campaign, server: Dovecot) -> Office:
    shutil.copy(server.certificate, campaign.folder / "ca.pem")
    made = Office(campaign, server)
    made.set()
    return made
