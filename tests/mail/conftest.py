"""A campaign whose units have addresses, and a server that takes its messages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from jyxl.edges import campaign as campaigns
from jyxl.edges import mail_settings
from jyxl.edges.campaign import Campaign
from jyxl.edges.ledger import open_ledger
from jyxl.edges.mail_settings import Mail
from jyxl.steps.send import Posting, Prepared, prepare, transmit
from tests import play
from tests.mail import submission
from tests.mail.submission import CODE, OFFICE, Authority, Submission

ROSTER = """\
单位代码,单位名称,类别,联络人,电话,邮箱
B01,县发展和改革局,部门,张三,0954-5012345,fgj@unit.test
B02,县水务局,部门,李四,0954-5012346,swj@unit.test;swj2@unit.test
Z01,河口镇,乡镇,王五,0954-5012347,
"""


@dataclass(frozen=True)
class Office:
    """A campaign with its mailbox, and the server at which that is."""

    campaign: Campaign
    server: Submission
    port: int

    @property
    def mail(self) -> Mail:
        return mail_settings.read(self.campaign.folder)

    def set(self, **settings: object) -> None:
        """Write [mail] anew: by default a mailbox at the server of the tests."""
        stated: dict[str, object] = {
            "address": OFFICE,
            "name": "云溪县政府办",
            "smtp": f"smtps://localhost:{self.port}",
            "ca": "ca.pem",
            "pause": 0,
            **settings,
        }
        path = self.campaign.folder / "jyxl.toml"
        head = path.read_text(encoding="utf-8").partition("\n[mail]\n")[0]
        lines = [f"{key} = {value!r}".replace("'", '"') for key, value in stated.items()]
        path.write_text("\n".join([head.rstrip(), "", "[mail]", *lines, ""]), encoding="utf-8")

    def prepare(self, **options: object) -> Prepared:
        with open_ledger(self.campaign) as ledger:
            return prepare(self.campaign, ledger, self.mail, **options)  # type: ignore[arg-type]

    def send(self, code: str = CODE, **options: object) -> tuple[Prepared, Posting]:
        """What a clerk does who says yes."""
        with open_ledger(self.campaign) as ledger:
            mail = self.mail
            ready = prepare(self.campaign, ledger, mail, **options)  # type: ignore[arg-type]
            posting = transmit(self.campaign, ledger, mail, code, ready.drafts, waits=(0.0, 0.0))
            return ready, posting


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return submission.authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def _issued_by_mail(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    return play.campaign(tmp_path_factory.mktemp("mail"), ROSTER)


@pytest.fixture
def office(_issued_by_mail: Campaign, authority: Authority, tmp_path: Path) -> Iterator[Office]:
    """云溪县 2021: B01 has an address, B02 has two, Z01 has none; nothing sent yet."""
    shutil.copytree(_issued_by_mail.folder, tmp_path / "云溪县")
    shutil.copy(authority.ca, tmp_path / "云溪县" / "ca.pem")
    server = Submission()
    with submission.serving(server, authority.context()) as port:
        made = Office(campaigns.load(tmp_path / "云溪县"), server, port)
        made.set()
        yield made
